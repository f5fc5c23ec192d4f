"""What other rules would have made of an event that was decided once: the differences between two decisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from casedesk.calendars.business import BusinessCalendar
from casedesk.routing.decide import decide
from casedesk.routing.effects import (
    ArmChain,
    Assign,
    Contradiction,
    Effect,
    Notify,
    OpenTask,
    PlannedTimer,
    QueueMessage,
    SetDue,
    SetPriority,
)
from casedesk.routing.facts import Event, Facts
from casedesk.routing.library import Library
from casedesk.routing.rules import compile_rules

What = Literal[
    "owner",
    "owner_lost",
    "due",
    "escalations",
    "opened",
    "not_opened",
    "told",
    "message",
    "priority",
    "contradiction",
]


@dataclass(frozen=True)
class Difference:
    """One thing that would be otherwise. `task` is the kind of the task opened, None for the event's own task and for
    what is about none; `was` and `now` are words, owners as handles; `more` counts escalation steps gained or lost."""

    what: What
    task: str | None
    title: str
    was: str
    now: str
    more: int = 0


def all_along(library: Library, given: Iterable[str]) -> Library:
    """The set as if the rules of these ids had been in force from the beginning, and no other version of them."""
    ids = set(given)
    newest: dict[str, int] = {}
    for rule in library.rules.rules:
        newest[rule.id] = max(rule.version, newest.get(rule.id, 0))
    kept = (
        rule.model_copy(update={"effective_from": None}) if rule.id in ids else rule
        for rule in library.rules.rules
        if rule.id not in ids or rule.version == newest[rule.id]
    )
    return replace(library, rules=compile_rules(kept))


def compare(
    event: Event, facts: Facts, old: Library, new: Library, calendar: BusinessCalendar
) -> tuple[Difference, ...]:
    """How `new` would have decided the event otherwise than `old`, at the instant it happened; empty when the same.

    Raises what `decide` raises for an instant outside the calendar.
    """
    before, after = (
        decide(event, facts, lib.rules, lib.playbooks, lib.chains, calendar, event.at).effects
        for lib in (old, new)
    )
    if before == after:
        return ()
    return tuple(_differences(before, after, facts, calendar))


def escalations(
    title: str,
    kind: str,
    was: Sequence[PlannedTimer],
    now: Sequence[PlannedTimer],
    calendar: BusinessCalendar,
) -> Iterator[Difference]:
    """The difference between two plans of a task's chain, if there is one."""
    if [_bare(t) for t in was] != [_bare(t) for t in now]:
        yield Difference(
            "escalations", kind, title, _plan(was, calendar), _plan(now, calendar), len(now) - len(was)
        )


def _differences(
    before: Sequence[Effect], after: Sequence[Effect], facts: Facts, calendar: BusinessCalendar
) -> Iterator[Difference]:
    old = {e.key: e for e in before if isinstance(e, OpenTask)}
    new = {e.key: e for e in after if isinstance(e, OpenTask)}
    for key in sorted(old | new):
        one, other = old.get(key), new.get(key)
        if one is None or other is None:
            there = one or other
            assert there is not None
            what: What = "opened" if one is None else "not_opened"
            who = _who(there.owner, facts)
            yield Difference(what, key, there.title, "" if one is None else who, who if one is None else "")
            continue
        yield from _owner(one.owner, other.owner, key, other.title, facts)
        if one.due != other.due:
            yield Difference("due", key, other.title, _at(one.due, calendar), _at(other.due, calendar))
        yield from escalations(other.title, key, one.timers, other.timers, calendar)
    yield from _of_the_task(before, after, facts, calendar)
    yield from _of_the_rest(before, after, facts)


def _owner(
    was: int | None, now: int | None, task: str | None, title: str, facts: Facts
) -> Iterator[Difference]:
    if was != now:
        what: What = "owner_lost" if now is None else "owner"
        yield Difference(what, task, title, _who(was, facts), _who(now, facts))


def _of_the_task(
    before: Sequence[Effect], after: Sequence[Effect], facts: Facts, calendar: BusinessCalendar
) -> Iterator[Difference]:
    """What the rules did to the task the event is about."""
    title = "The event's own task"
    was, now = (next((e for e in side if isinstance(e, Assign)), None) for side in (before, after))
    if was is None or now is None:
        if was is not now:
            stays = "stays"
            yield Difference(
                "owner",
                None,
                title,
                stays if was is None else _who(was.owner, facts),
                stays if now is None else _who(now.owner, facts),
            )
    else:
        yield from _owner(was.owner, now.owner, None, title, facts)
    one, other = (next((e.due for e in side if isinstance(e, SetDue)), None) for side in (before, after))
    if one != other:
        yield Difference("due", None, title, _at(one, calendar), _at(other, calendar))
    old, new = ([t for e in side if isinstance(e, ArmChain) for t in e.timers] for side in (before, after))
    for found in escalations(title, "", old, new, calendar):
        yield replace(found, task=None)


def _of_the_rest(before: Sequence[Effect], after: Sequence[Effect], facts: Facts) -> Iterator[Difference]:
    def told(side: Sequence[Effect]) -> set[str]:
        return {f"{_who(e.person, facts)}: {e.about}" for e in side if isinstance(e, Notify)}

    def messages(side: Sequence[Effect]) -> set[str]:
        return {f"{e.template}, released by {e.release}" for e in side if isinstance(e, QueueMessage)}

    def priority(side: Sequence[Effect]) -> set[str]:
        return {e.priority for e in side if isinstance(e, SetPriority)}

    def contradictions(side: Sequence[Effect]) -> set[str]:
        return {f"{e.about}: {' and '.join(e.rules)}" for e in side if isinstance(e, Contradiction)}

    asked: Mapping[What, tuple[str, set[str], set[str]]] = {
        "told": ("Who is told", told(before), told(after)),
        "message": ("The client's message", messages(before), messages(after)),
        "priority": ("The matter's priority", priority(before), priority(after)),
        "contradiction": ("Rules contradict each other", contradictions(before), contradictions(after)),
    }
    for what, (title, was, now) in asked.items():
        if was != now:
            yield Difference(what, None, title, "; ".join(sorted(was - now)), "; ".join(sorted(now - was)))


def _who(person: int | None, facts: Facts) -> str:
    found = None if person is None else facts.people.get(person)
    return "nobody" if found is None else found.handle


def _bare(timer: PlannedTimer) -> tuple[object, ...]:
    # A chain by another name is no other escalation.
    return timer.fire_at, timer.condition, timer.action, timer.targets


def _plan(timers: Sequence[PlannedTimer], calendar: BusinessCalendar) -> str:
    return "; ".join(f"{t.action} {_at(t.fire_at, calendar)}" for t in timers) or "none"


def _at(at: datetime | None, calendar: BusinessCalendar) -> str:
    return "as it stands" if at is None else calendar.local(at).strftime("%a %Y-%m-%d %H:%M")
