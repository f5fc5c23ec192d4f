"""What others did with somebody's work since they were last here: come, gone, done, and what fired late.

A person is here from the moment the list of changes is put away until the desk is left; what is done in between they
see as it comes. The very first time there is nothing to compare with, and nothing to say.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from casedesk.desk import vigil
from casedesk.desk.turn import Turn, instant
from casedesk.models import lifecycle
from casedesk.models.enums import TaskState
from casedesk.store.unit_of_work import micros

LONGEST = timedelta(days=31)
"""Nobody reads a longer list; who was away for months has the hand-over sheet and the queue."""
MOST = 400
"""So many entries of the trail are looked at, the newest first."""

Kind = Literal["new", "away", "done", "late"]
ORDER: tuple[Kind, ...] = ("new", "away", "done", "late")


@dataclass(frozen=True)
class Change:
    """One task: `who` did it (a handle, "" for the desk itself), `to` whom it went, `why` in the words that were given."""

    kind: Kind
    at: datetime
    task: str
    title: str
    matter: str | None
    caption: str | None
    who: str
    to: str
    why: str


@dataclass(frozen=True)
class Changes:
    """What changed between two instants, by kind, the newest first; `since` is None the very first time."""

    since: datetime | None
    until: datetime
    rows: tuple[Change, ...] = ()


def since_last(turn: Turn) -> Changes:
    """What others did with the actor's work since the actor was last here."""
    last = turn.uow.scalar("changes.last", person_id=turn.actor.id)
    return Changes(None, turn.now) if last is None else since(turn, instant(int(last)))


def since(turn: Turn, moment: datetime) -> Changes:
    """The same since a moment, at most a month ago."""
    since_us = max(micros(moment), micros(turn.now - LONGEST))
    found: dict[tuple[Kind, str], Change] = {}
    for change in (*_moved(turn, since_us), *_unplaced(turn, since_us), *_late(turn, since_us)):
        found.setdefault((change.kind, change.task), change)
    rows = sorted(found.values(), key=lambda each: (ORDER.index(each.kind), -micros(each.at), each.task))
    return Changes(instant(since_us), turn.now, tuple(rows))


def saw(turn: Turn, until: datetime) -> None:
    """The actor has seen what was done until then. Not on the trail: it is nobody's but theirs."""
    turn.uow.run("changes.saw", person_id=turn.actor.id, at_us=micros(until))


def _moved(turn: Turn, since_us: int) -> Iterator[Change]:
    me = turn.actor.handle
    rows = turn.uow.all(
        "changes.moved",
        since_us=since_us,
        handle=me,
        named=f'%"{me}"%',
        person_id=turn.actor.id,
        limit=MOST,
    )
    for row in rows:
        said: dict[str, Any] = json.loads(row.payload)
        kind = _kind(row, said, turn.actor.id, me)
        if kind is None:
            continue
        yield Change(
            kind=kind,
            at=instant(row.at_us),
            task=row.ref,
            title=row.title,
            matter=row.matter_ref,
            caption=row.caption,
            who=row.actor,
            to=str(said.get("to") or "") if kind == "away" else "",
            why=str(said.get("note") or said.get("why") or said.get("reason") or ""),
        )


def _kind(row: Any, said: dict[str, Any], person: int, me: str) -> Kind | None:
    """What an entry means now: what came and is gone again, or was done and taken back, means nothing any more."""
    open_, mine = TaskState(row.state) in lifecycle.OPEN_TASK_STATES, row.owner_id == person
    if row.action in ("task.done", "task.cancelled"):
        return "done" if mine and not open_ else None
    if me in (said.get("to"), said.get("owner")):
        return "new" if mine and open_ else None
    return "away" if said.get("of") == me and not mine else None


def _unplaced(turn: Turn, since_us: int) -> Iterator[Change]:
    rows = turn.uow.all("changes.unplaced", person_id=turn.actor.id, since_us=since_us, limit=MOST)
    for row in rows:
        yield Change("new", instant(row.created_us), row.ref, row.title, None, None, "", "", row.owner_reason)


def _late(turn: Turn, since_us: int) -> Iterator[Change]:
    rows = turn.uow.all(
        "changes.late", person_id=turn.actor.id, since_us=since_us, late_us=vigil.LATE_US, limit=MOST
    )
    for row in rows:
        hours, minutes = divmod(row.late_us // 60_000_000, 60)
        yield Change(
            kind="late",
            at=instant(row.at_us),
            task=row.ref,
            title=row.title,
            matter=row.matter_ref,
            caption=row.caption,
            who="",
            to="",
            why=f"{hours} h {minutes:02} min late" if hours else f"{minutes} min late",
        )
