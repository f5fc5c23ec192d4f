"""From a piece of work in a file to the task that opens: owner, window, due date, checklist, timers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from casedesk.routing.chains import plan, route
from casedesk.routing.effects import OpenItem, OpenTask
from casedesk.routing.facts import Facts
from casedesk.routing.reckoning import Reckoning
from casedesk.routing.strategies import Pick, resolve

if TYPE_CHECKING:
    from casedesk.routing.playbooks import Playbook, Step
    from casedesk.routing.rules import CreateTask
    from casedesk.routing.schema import Chain, ChainStep, Work

FALLBACK: tuple[str, ...] = ("role:operations_manager", "role:managing_partner")
"""Who gets work that nobody else is named for."""


class _Origin(NamedTuple):
    """What distinguishes a playbook's step from a rule's own task."""

    kind: str
    owner: Sequence[str]
    items: tuple[OpenItem, ...]
    playbook: Playbook | None = None
    step: str | None = None
    gate: bool = False
    template: str | None = None
    chain: str = ""
    escalation: Sequence[ChainStep] = ()


def open_step(
    step: Step, playbook: Playbook, facts: Facts, chains: Mapping[str, Chain], reckoning: Reckoning
) -> OpenTask:
    """The task of a playbook's step. Raises KeyError for a chain that is not in `chains` (the loader checks)."""
    is_complex = facts.fields.get("triage.complexity") == "complex"
    owner = step.owner_when_complex if is_complex and step.owner_when_complex else step.owner
    asked = _requested(facts) if step.items_from else ()
    chain = route(step.chain, facts, chains)
    escalation = chains[chain].steps if chain else ()
    items = (*asked, *step.lines) if asked else step.lines
    origin = _Origin(step.kind, owner, items, playbook, step.id, step.gate, None, chain or "", escalation)
    return _open(step, origin, facts, reckoning)


def open_created(
    work: CreateTask, rule: str, facts: Facts, chains: Mapping[str, Chain], reckoning: Reckoning
) -> OpenTask:
    """The task a rule creates; `rule` names its own escalation where it has one."""
    chain = route(work.chain, facts, chains)
    escalation = chains[chain].steps if chain else work.escalate
    origin = _Origin(
        work.task_kind,
        work.owner,
        work.lines,
        template=work.template,
        chain=chain or rule,
        escalation=escalation,
    )
    return _open(work, origin, facts, reckoning)


def _open(work: Work, origin: _Origin, facts: Facts, reckoning: Reckoning) -> OpenTask:
    internal, agency = (facts.internal_due, facts.agency_due) if work.dated else (None, None)
    inside = origin.kind in facts.kept_inside
    pick: Pick = resolve(origin.owner, facts, reserved=work.reserved, inside=inside)
    what = work.title
    who = None if pick.person is None else facts.people.get(pick.person)
    there = None if who is None else who.next_there
    acknowledge_by = None
    if work.acknowledge is not None:
        cap = reckoning.ahead(internal, agency)
        acknowledge_by = reckoning.after(f"{what}, acknowledge by", work.acknowledge, cap=cap, since=there)
    due = reckoning.due(
        f"{what}, due",
        work.due,
        internal_due=facts.internal_due,
        agency_due=facts.agency_due,
        cap=internal or agency,
    )
    timers = plan(
        origin.chain,
        origin.escalation,
        reckoning,
        acknowledge=acknowledge_by is not None,
        agency_due=agency,
        internal_due=internal,
        there=there,
    )
    return OpenTask(
        key=origin.kind,
        kind=origin.kind,
        title=what,
        playbook=None if origin.playbook is None else origin.playbook.id,
        playbook_version=None if origin.playbook is None else origin.playbook.version,
        step=origin.step,
        owner=pick.person,
        owner_reason=pick.reason,
        candidates=pick.candidates,
        acknowledge_by=acknowledge_by,
        due=due,
        internal_due=internal,
        agency_due=agency,
        reserved=work.reserved,
        hours=work.hours,
        items=origin.items,
        timers=timers,
        wake_up=None if work.wait is None else reckoning.after(f"{what}, wake up", work.wait.wake),
        waiting_on=None if work.wait is None else work.wait.on,
        gate=origin.gate,
        template=origin.template,
        arrived_late=_late(internal or agency, reckoning),
        among=pick.among,
    )


def _late(cap: date | None, reckoning: Reckoning) -> bool:
    close = None if cap is None else reckoning.close(cap)
    return close is not None and close <= reckoning.now


def _requested(facts: Facts) -> tuple[OpenItem, ...]:
    if not facts.requested_items:
        return (OpenItem("evidence", "List the requested evidence from the notice"),)
    return tuple(
        OpenItem(f"evidence-{n}", text, wants_file=True)
        for n, text in enumerate(facts.requested_items, start=1)
    )
