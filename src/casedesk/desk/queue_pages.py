"""The queue a page at a time, in both directions, however long it is: a section's own scope and a question together.

One person's open tasks are ranked as a whole. Everybody's stand by due instant; only where all of them fit on one page
are they ranked too, so that pages meet without gap. One look goes through at most `STRIDE` tasks: a page that found less
says from where to look on, so that no key waits for a million rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any

from casedesk.desk import ranking
from casedesk.desk.paging import Page, Place, Way, of_list, walk
from casedesk.desk.queue_asked import FOREVER, Question, question
from casedesk.desk.task_rows import view
from casedesk.desk.turn import Turn, id_of
from casedesk.desk.views.work import TaskView
from casedesk.models import lifecycle
from casedesk.models.enums import TaskState
from casedesk.store.unit_of_work import micros

EVERYBODYS = frozenset({"team", "all"})
PAGE = 50
RANKED = 2_000
"""A person's queue is ranked over this many tasks, nearest first; nobody works a longer list from the top."""
STRIDE = 5_000
COUNTED = 200
"""How many a count goes up to before it says "and more"."""

TOP: Place = (-1, -1)
END: Place = (FOREVER, FOREVER)


def section_page(
    turn: Turn,
    *,
    scope: str = "mine",
    where: str = "",
    way: Way = "first",
    place: Place | None = None,
    limit: int = PAGE,
) -> Page[TaskView]:
    """A page of a section; around a place, up to `limit` rows on each side. Raises as `queue_asked.question` does."""
    asked_for = question(turn, where)
    if scope not in EVERYBODYS:
        found = of_list(ranked(turn, scope, asked_for), lambda each: each[0], way, place, limit)
        views = _views(turn, [row for _, row in found.rows])
        return Page(views, found.above, found.below, found.start, found.total)
    if way in ("first", "last", "around"):
        head, below = _down(turn, asked_for, TOP, PAGE)
        if below is None:
            rows = [row for _, row in _by_rank(turn, head)]
            return Page(_views(turn, rows), start=0, total=len(rows))
        if way == "first":
            _, total = _stands(turn, asked_for, head, way)
            return Page(_views(turn, head), below=below, start=0, total=total)
    return _by_due(turn, asked_for, way, place, limit)


def place_of(task: TaskView, scope: str) -> Place:
    """Where a row stands in its section. Where everybody's are ranked, they are all at hand, and no place is asked for."""
    by_due = (micros(task.due), id_of(task.id))
    return by_due if scope in EVERYBODYS else (-task.score, *by_due)


def ranked(turn: Turn, scope: str, asked_for: Question) -> list[tuple[Place, Any]]:
    """All open tasks of the actor that are in the scope and asked for with their places, the most pressing first."""
    name, bounds = "task.mine", {}
    if asked_for.terms:
        name = "task.asked_of"
        bounds = {**asked_for.params, **_bounds((asked_for.begins_us, -1), (asked_for.ends_us, -1))}
    rows = turn.uow.all(name, owner_id=turn.actor.id, **bounds, limit=RANKED)
    return _by_rank(turn, [row for row in rows if _in_scope(turn, row, scope) and asked_for.holds(row)])


def _by_rank(turn: Turn, rows: Iterable[Any]) -> list[tuple[Place, Any]]:
    def place(row: Any) -> Place:
        score, _ = ranking.rank(row, turn.now, turn.today, turn.calendar)
        return -score, row.due_us, row.id

    return sorted(((place(row), row) for row in rows), key=itemgetter(0))


def everybodys(turn: Turn, asked_for: Question, limit: int, last: Any) -> tuple[TaskView, ...]:
    """The first `limit` behind the row `last`, or from the top."""
    place: Place | None = TOP if last is None else (last.due_us, last.id)
    rows: list[Any] = []
    while place is not None and len(rows) < limit:
        more, place = _down(turn, asked_for, place, limit - len(rows))
        rows += more
    if last is None and place is None:
        rows = [row for _, row in _by_rank(turn, rows)]
    return _views(turn, rows)


def among(turn: Turn, scope: str, where: str, ids: Sequence[str]) -> frozenset[str]:
    """Those of `ids` that are in the section and asked for: what no filter hides."""
    asked_for = question(turn, where)
    kept = set()
    for each in ids:
        row = turn.uow.one("task.find", ref="", id=id_of(each))
        if row is None or row.state not in lifecycle.OPEN_TASK_STATES or not asked_for.holds(row):
            continue
        if scope in EVERYBODYS or (row.owner_id == turn.actor.id and _in_scope(turn, row, scope)):
            kept.add(each)
    return frozenset(kept)


def counted(turn: Turn, where: str) -> tuple[int, bool]:
    """How many of everybody's open tasks are asked for, and whether there are more than were counted."""
    rows, below = _down(turn, question(turn, where), TOP, COUNTED)
    return len(rows), below is not None


def week_end(turn: Turn) -> int:
    """The end of the last office day of the seven ahead."""
    return micros(turn.calendar.end_of_business(date.fromordinal(turn.today.toordinal() + 7)))


# -- within -------------------------------------------------------------------------------------------------------


def _views(turn: Turn, rows: Sequence[Any]) -> tuple[TaskView, ...]:
    return tuple(view(turn, row) for row in rows)


def _in_scope(turn: Turn, row: Any, scope: str) -> bool:
    waits = row.state in (TaskState.WAITING, TaskState.ON_HOLD)
    match scope:
        case "unacknowledged":
            return row.state == TaskState.NEW and row.acknowledge_by_us is not None
        case "waiting":
            return waits
        case "due":
            return bool(row.due_us <= week_end(turn)) and not waits
        case _:
            return True


def _by_due(turn: Turn, asked_for: Question, way: Way, place: Place | None, limit: int) -> Page[TaskView]:
    rows, above, below = walk(
        lambda at, most, up: (_up if up else _down)(turn, asked_for, at, most),
        way,
        place,
        limit,
        ends=(TOP, END),
        behind=behind,
    )
    start, total = _stands(turn, asked_for, rows, way)
    return Page(_views(turn, rows), above, below, start, total)


def behind(place: Place) -> Place:
    """Right behind a task's place."""
    return place[0], place[1] + 1


def _stands(turn: Turn, asked_for: Question, rows: Sequence[Any], way: Way) -> tuple[int | None, int | None]:
    """How many rows stand above, and how many there are; only counted where no question has to be held against all."""
    if way in ("after", "before") or asked_for.terms or not rows:
        return (0 if way == "first" else None), None
    row = turn.uow.need("place", "", "task.stands", us=rows[0].due_us, id=rows[0].id)
    return row.above, row.total


def _down(turn: Turn, asked_for: Question, place: Place, limit: int) -> tuple[list[Any], Place | None]:
    """Up to `limit` rows behind a place and from where to look on, None at the end."""
    if not asked_for.terms:
        rows = turn.uow.all("task.everybodys", after_us=place[0], after_id=place[1], limit=limit)
        return list(rows), (rows[-1].due_us, rows[-1].id) if len(rows) == limit else None
    return look(turn, asked_for, place, limit, **_statement(asked_for))


def _up(turn: Turn, asked_for: Question, place: Place, limit: int) -> tuple[list[Any], Place | None]:
    """The same on the way up: the nearest first."""
    return look(turn, asked_for, place, limit, up=True, **_statement(asked_for))


def _statement(asked_for: Question) -> dict[str, Any]:
    if asked_for.owner_id is not None:
        return {"name": "task.asked_of", "besides": {"owner_id": asked_for.owner_id}}
    return {"name": "task.asked", "besides": {}, "in_strides": bool(asked_for.terms)}


def look(
    turn: Turn,
    asked_for: Question,
    place: Place,
    limit: int,
    *,
    name: str,
    besides: Mapping[str, Any],
    up: bool = False,
    in_strides: bool = False,
) -> tuple[list[Any], Place | None]:
    """Up to `limit` open tasks that the statement `name` finds and the question holds for, in the order of dates or
    against it, and the place to look on from; None at the end. `in_strides` goes through `STRIDE` tasks at most."""
    back = "_back" if up else ""
    begins, ends = (asked_for.begins_us, -1), (asked_for.ends_us, -1)
    at, end = (min(place, ends), begins) if up else (max(place, begins), ends)
    stop = None
    if in_strides:
        far = turn.uow.one(f"task.stride{back}", **_bounds(at, end), many=STRIDE - 1)
        stop = None if far is None else (far.due_us, far.id)
    found: list[Any] = []
    size = max(PAGE, limit)
    while len(found) < limit:
        bounds = _bounds(at, stop or end)
        rows = turn.uow.all(f"{name}{back}", **asked_for.params, **besides, **bounds, limit=size)
        for row in rows:
            at = (row.due_us, row.id)
            if asked_for.holds(row):
                found.append(row)
                if len(found) == limit:
                    return found, at
        if len(rows) < size:
            return found, stop
    return found, at


def _bounds(start: Place, end: Place) -> dict[str, int]:
    return {"us": start[0], "id": start[1], "to_us": end[0], "to_id": end[1]}
