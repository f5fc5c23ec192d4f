"""Recorded events decided again by other rules, from the facts kept with each: what an edit would have changed.

Nothing is written. Both sides see the same facts, people and loads as they were then, and count in the office's
calendar as it is now; new rules are asked as if they had been in force all along. Who replays sees the events of the
matters they may see.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from casedesk.calendars.business import OutsideCalendar
from casedesk.desk import rules_install
from casedesk.desk.engine import playbook_of
from casedesk.desk.turn import Turn, id_of, instant, opaque
from casedesk.routing import replay as routing
from casedesk.routing.facts import Event, Facts, facts_from_json
from casedesk.routing.library import Library, load_rules
from casedesk.routing.opening import open_step
from casedesk.routing.reckoning import Reckoning
from casedesk.routing.replay import Difference
from casedesk.store.unit_of_work import micros

PAGE = 2_000
"""How many decisions are read at a time."""


@dataclass(frozen=True)
class ReplayedChange:
    """One thing that would have come otherwise. `task` is the task's ref, None for one that was never opened and for
    what is about none; `state` how that task stands now."""

    event: str
    trigger: str
    at: datetime
    matter: str | None
    task: str | None
    state: str | None
    what: str
    title: str
    was: str
    now: str


@dataclass(frozen=True)
class ReplayView:
    """What an edit would have changed since `since`. `events` were decided again, `unread` could not be; `moved` are the
    refs of the tasks that would be somebody else's."""

    since: datetime
    events: int
    changed: int
    unread: int
    moved: tuple[str, ...]
    owners_lost: int
    escalations_more: int
    escalations_fewer: int
    due_changed: int
    opened: int
    not_opened: int
    contradictions: int
    changes: tuple[ReplayedChange, ...]


@dataclass
class _Tally:
    events: int = 0
    changed: int = 0
    unread: int = 0
    more: int = 0
    fewer: int = 0


def replay(
    turn: Turn,
    files: Mapping[str, bytes],
    since: date | timedelta,
    *,
    pilot: str | None = None,
    in_place: bool = False,
) -> ReplayView:
    """Decide what happened since a day, or for so long, by the rules in force and by these files on top of what ships.

    No file asks what would have come of the shipped rules alone; with `pilot` the files decide for that type of matter
    only. Raises `Refusal` for files that do not load and an unknown type; a set with findings is replayed all the same.
    """
    composed, texts = rules_install.compose(turn, files, in_place=in_place)
    kind = None if pilot is None else rules_install.matter_type(pilot)
    new = routing.all_along(composed, {r.id for n, t in texts.items() for r in load_rules(n, t)})
    begins = turn.now - since if isinstance(since, timedelta) else _morning(turn, since)
    tally = _Tally()
    changes: list[ReplayedChange] = []
    for row in _decisions(turn, micros(begins)):
        try:
            facts = facts_from_json(json.loads(row.facts))
            found = list(_differences(turn, row, facts, new, kind))
        except (KeyError, ValueError, OutsideCalendar):
            tally.unread += 1
            continue
        tally.events += 1
        tally.changed += bool(found)
        tally.more += sum(d.more for d in found if d.more > 0)
        tally.fewer -= sum(d.more for d in found if d.more < 0)
        changes += _named(turn, row, found)
    count = [c.what for c in changes].count
    return ReplayView(
        since=begins,
        events=tally.events,
        changed=tally.changed,
        unread=tally.unread,
        moved=tuple(dict.fromkeys(c.task for c in changes if c.what in ("owner", "owner_lost") and c.task)),
        owners_lost=count("owner_lost"),
        escalations_more=tally.more,
        escalations_fewer=tally.fewer,
        due_changed=count("due"),
        opened=count("opened"),
        not_opened=count("not_opened"),
        contradictions=sum(c.what == "contradiction" and bool(c.now) for c in changes),
        changes=tuple(changes),
    )


def _morning(turn: Turn, day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(turn.office.zone)).astimezone(UTC)


def _decisions(turn: Turn, since_us: int) -> Iterator[Any]:
    at_us, last = since_us, 0
    while True:
        page = turn.uow.all("rules.decisions_since", at_us=at_us, last=last, limit=PAGE)
        yield from page
        if len(page) < PAGE:
            return
        at_us, last = page[-1].at_us, page[-1].id


def _differences(turn: Turn, row: Any, facts: Facts, new: Library, kind: str | None) -> Iterator[Difference]:
    of = facts.fields.get("matter.type")
    old = turn.library_for(None if of is None else str(of))
    if kind is not None and of != kind:
        return
    event = Event(row.trigger, row.subject, instant(row.at_us), row.correlation)
    if row.rule_set_sha256:
        yield from routing.compare(event, facts, old, new, turn.calendar)
    elif old.chains != new.chains:
        yield from _later_steps(turn, row, facts, old, new)


def _later_steps(turn: Turn, row: Any, facts: Facts, old: Library, new: Library) -> Iterator[Difference]:
    """The steps a playbook opened by itself: their owners are its own, their escalations the chains' of the set."""
    reckoning = Reckoning(turn.calendar, instant(row.at_us))
    for task in _opened(turn, row).values():
        if task.run_id is None or not task.step:
            continue
        _, book = playbook_of(turn, task.run_id)
        step = book.find(task.step)
        was, now = (open_step(step, book, facts, lib.chains, reckoning) for lib in (old, new))
        yield from routing.escalations(now.title, now.kind, was.timers, now.timers, turn.calendar)


def _named(turn: Turn, row: Any, found: list[Difference]) -> Iterator[ReplayedChange]:
    if not found:
        return
    tasks = _opened(turn, row)
    own = (
        turn.uow.one("task.find", ref="", id=id_of(row.subject)) if row.trigger.startswith("task.") else None
    )
    for each in found:
        task = tasks.get(each.task or "") if each.task else own
        if each.what in ("told", "message", "priority", "contradiction"):
            task = None
        yield ReplayedChange(
            event=opaque(row.event_id),
            trigger=row.trigger,
            at=instant(row.at_us),
            matter=row.matter,
            task=None if task is None else task.ref,
            state=None if task is None else task.state,
            what=each.what,
            title=each.title,
            was=each.was,
            now=each.now,
        )


def _opened(turn: Turn, row: Any) -> dict[str, Any]:
    """The tasks the event opened, by kind."""
    outcome = json.loads(row.outcome or "{}")
    found = (turn.uow.one("rules.task", ref=ref) for ref in outcome.get("tasks", ()))
    return {task.kind: task for task in found if task is not None}
