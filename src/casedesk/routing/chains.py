"""Escalation chains: what is armed when a task opens, and whom a timer reaches when it fires."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from casedesk.calendars.business import BusinessCalendar
from casedesk.routing.effects import PlannedTimer, TimerAction
from casedesk.routing.facts import Facts
from casedesk.routing.reckoning import Reckoning
from casedesk.routing.strategies import Pick, resolve

if TYPE_CHECKING:
    from casedesk.routing.schema import Chain, ChainStep

TASK_OWNER = "task.owner"


EMERGENCY = "emergency"
"""The chain that takes the place of any other named one in a matter of that priority."""


@dataclass(frozen=True, slots=True)
class Firing:
    """What a due timer does now: `owner` is the new owner (reassign only), `tell` the people who hear of it."""

    owner: Pick | None
    tell: tuple[Pick, ...]


def route(name: str | None, facts: Facts, chains: Mapping[str, Chain]) -> str | None:
    """The chain a piece of work is armed with: the named one, or the firm's emergency chain, where the matter's priority
    asks for it and the firm has one. Work without a chain gets none."""
    if name is None or facts.fields.get("matter.priority") != EMERGENCY or EMERGENCY not in chains:
        return name
    return EMERGENCY


def arm(
    chain: Chain,
    armed_at: datetime,
    *,
    calendar: BusinessCalendar,
    acknowledge: bool,
    agency_due: date | None,
    internal_due: date | None,
    there: datetime | None = None,
) -> tuple[PlannedTimer, ...]:
    """The timers of `chain` for a task opened at `armed_at` (aware UTC), in the chain's order.

    Steps waiting for an acknowledgement are left out where none is asked, and never fire later than the close of the
    internal date (where that is already past, of the agency's: nobody is reassigned in the minute work arrives). They
    count from `there`, where an owner with hours of their own is next at work.
    Steps before the agency's date count real hours back from the close of the office's business that day, land inside
    office hours at or before that moment, and are left out where there is no such date. A moment already past fires at
    once (`late`). Legal dates beyond the compiled calendar arm nothing.
    """
    reckoning = Reckoning(calendar, armed_at)
    return plan(
        chain.id,
        chain.steps,
        reckoning,
        acknowledge=acknowledge,
        agency_due=agency_due,
        internal_due=internal_due,
        there=there,
    )


def plan(
    name: str,
    steps: Sequence[ChainStep],
    reckoning: Reckoning,
    *,
    acknowledge: bool,
    agency_due: date | None,
    internal_due: date | None,
    there: datetime | None = None,
) -> tuple[PlannedTimer, ...]:
    """As `arm`, within a decision whose arithmetic is being kept."""
    now = reckoning.now
    ahead = reckoning.ahead(internal_due, agency_due)
    timers: list[PlannedTimer] = []
    for number, step in enumerate(steps, start=1):
        waits = step.when == "unacknowledged"
        if waits and not acknowledge:
            continue
        what = f"chain {name}, step {number}"
        fire_at: datetime | None
        if step.after is not None and waits:
            fire_at = reckoning.after(what, step.after, cap=ahead, since=there)
        elif step.after is not None:
            fire_at = reckoning.after(what, step.after)
        elif step.before_agency_due is not None and agency_due is not None:
            fire_at = reckoning.hours_before(what, agency_due, step.before_agency_due.amount)
        else:
            continue
        if fire_at is not None:
            late = fire_at <= now
            timers.append(
                PlannedTimer(name, number, max(fire_at, now), step.when, step.do, step.to, late, step.clock)
            )
    return tuple(timers)


def fire(
    action: TimerAction,
    targets: Sequence[str],
    facts: Facts,
    *,
    owner: int | None,
    reserved: bool,
    inside: bool = False,
) -> Firing:
    """Resolve a timer's targets against the facts of the moment it fires.

    Reassignment goes to the first target that yields somebody other than `owner`; the new owner is told. A reminder
    or an alert reaches every target, each with its own fallback, so that the last step always finds a present person.
    """
    if action == "reassign":
        exclude = frozenset() if owner is None else frozenset({owner})
        pick = resolve(targets, facts, reserved=reserved, exclude=exclude, inside=inside)
        return Firing(pick, (pick,))
    told: dict[int | None, Pick] = {}
    for target in targets:
        pick = _the_owner(facts, owner) if target == TASK_OWNER else resolve([target], facts, reserved=False)
        told.setdefault(pick.person, pick)
    return Firing(None, tuple(told.values()))


def _the_owner(facts: Facts, owner: int | None) -> Pick:
    person = facts.people.get(-1 if owner is None else owner)
    if person is None or not person.present or person.walled_off:
        cover = None if person is None else facts.people.get(-1 if person.cover is None else person.cover)
        if cover is None or not cover.present or cover.walled_off:
            return resolve([], facts, reserved=False)
        return Pick(cover.id, (), "covers the owner")
    return Pick(person.id, (), "owner of the task")
