"""A playbook under way: the next steps when one is done or something happened, and who reviews by when."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from casedesk.calendars.business import BusinessCalendar
from casedesk.models.enums import OwnerKind, ReviewKind, ReviewPolicy
from casedesk.routing.decide import finish, message
from casedesk.routing.decision import Decision
from casedesk.routing.effects import Effect
from casedesk.routing.facts import Event, Facts
from casedesk.routing.opening import open_step
from casedesk.routing.playbooks import Gate, Playbook, actionable
from casedesk.routing.reckoning import Reckoning
from casedesk.routing.strategies import Pick, resolve

if TYPE_CHECKING:
    from casedesk.routing.schema import Chain


def progress(
    event: Event,
    playbook: Playbook,
    facts: Facts,
    chains: Mapping[str, Chain],
    calendar: BusinessCalendar,
    now: datetime,
    *,
    done: Collection[str],
    opened: Collection[str] = (),
    happened: Collection[str] = (),
) -> Decision:
    """The tasks that become actionable by `event`, and the client messages the playbook ties to it.

    `done` and `opened` are ids of this playbook's steps (of `done` and open tasks; a cancelled task counts as opened),
    `happened` the triggers that befell the matter since the playbook began (the event's own is added). Steps in
    `opened` are not opened again. The playbook is the version the matter began with.
    """
    reckoning = Reckoning(calendar, now)
    steps = actionable(playbook, done, {*happened, event.trigger})
    effects: list[Effect] = [
        open_step(s, playbook, facts, chains, reckoning) for s in steps if s.id not in opened
    ]
    effects.extend(message(m.template, m.release, facts) for m in playbook.message if m.on == event.trigger)
    return finish(event, facts, effects, reckoning)


def review_owner(
    playbook: Playbook,
    kind: ReviewKind,
    facts: Facts,
    *,
    exclude: frozenset[int] = frozenset(),
    policy: ReviewPolicy = ReviewPolicy.THREE_PERSON,
) -> Pick:
    """Who does this review; `person` None when nobody qualified is left under the firm's policy.

    `exclude` are the people the policy bars (the version's preparers). A second review never goes to the lead
    attorney, who signs, while the policy is three-person; under two-person only when nobody else qualifies; under
    sole everybody is asked, the preparer too. Content review and sign-off are an attorney's. Raises ValueError when
    the playbook has no gate.
    """
    gate = _gate(playbook)
    specs = gate.review(kind).owner
    if policy is ReviewPolicy.SOLE:
        exclude = frozenset()
    if kind is not ReviewKind.SECOND:
        return resolve(specs, facts, reserved=True, exclude=exclude)
    lead = facts.owners.get(OwnerKind.LEAD_ATTORNEY)
    signer = frozenset() if lead is None or policy is ReviewPolicy.SOLE else frozenset({lead})
    pick = resolve(specs, facts, reserved=False, exclude=exclude | signer, need="second_review")
    if pick.person is None and policy is ReviewPolicy.TWO_PERSON:
        return resolve(specs, facts, reserved=False, exclude=exclude, need="second_review")
    return pick


def review_due(
    playbook: Playbook, kind: ReviewKind, facts: Facts, calendar: BusinessCalendar, now: datetime
) -> datetime:
    """When this review is due (aware UTC): never past the close of the internal date, never before now.

    Raises ValueError when the playbook has no gate.
    """
    spec = _gate(playbook).review(kind).due
    return Reckoning(calendar, now).due(
        f"{kind} review, due",
        spec,
        internal_due=facts.internal_due,
        agency_due=facts.agency_due,
        cap=facts.internal_due or facts.agency_due,
    )


def _gate(playbook: Playbook) -> Gate:
    if playbook.gate is None:
        raise ValueError(f"Playbook {playbook.id} has no review gate.")
    return playbook.gate
