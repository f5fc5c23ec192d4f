"""The matters a page at a time: each with its next step, the nearest due first; and those in which nothing is planned.

A matter stands where its next step stands among all open tasks, so that the index of open tasks is walked and no list of
matters is ever sorted. A question is asked of that step: who has it, what it is, when it is due, whose it is.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, Literal

from casedesk.desk import asked
from casedesk.desk.paging import Page, Place, Way, walk
from casedesk.desk.queue_asked import Question, question
from casedesk.desk.queue_pages import END, PAGE, STRIDE, TOP, behind, look
from casedesk.desk.task_rows import view
from casedesk.desk.turn import Turn, day, id_of, opaque
from casedesk.desk.views.matters import MatterLine
from casedesk.refusal import NotFound, WrongUsage
from casedesk.store.unit_of_work import micros

Which = Literal["mine", "open", "idle"]
"""Matters of which the actor is an owner; all open ones that have a next step; those that have none."""

_BEYOND = "N"
"""Behind every matter's number."""

_OF_A_MATTER = frozenset({"", "matter", "type", "priority", "language"})
"""What can be asked of a matter in which nothing is planned."""


def matter_page(
    turn: Turn,
    *,
    which: Which = "mine",
    where: str = "",
    way: Way = "first",
    place: Place | None = None,
    limit: int = PAGE,
) -> Page[MatterLine]:
    """A page of matters; around a place, up to `limit` on each side. Raises as `queue_asked.question` does, and
    `WrongUsage` for a question about a next step where there is none."""
    asked_for = question(turn, where)
    if which == "idle":
        return _idle(turn, asked_for, way, place, limit)
    whose = turn.actor.id if which == "mine" else None

    def steps(at: Place, most: int, up: bool) -> tuple[list[Any], Place | None]:
        return look(
            turn, asked_for, at, most, name="task.steps", besides={"whose": whose}, up=up, in_strides=True
        )

    rows, above, below = walk(steps, way, place, limit, ends=(TOP, END), behind=behind)
    lines = tuple(_with_step(turn, row) for row in rows)
    return Page(lines, above, below, 0 if way == "first" else None)


def listing(
    turn: Turn, *, which: Which = "open", where: str = "", limit: int = PAGE, after: str | None = None
) -> tuple[MatterLine, ...]:
    """The first `limit` matters behind `after`, the last one already shown, or from the top. Raises as `matter_page`
    does, and `NotFound` for a matter there is none of."""
    most = asked.page(limit)
    place: Place | None = None if after is None else _place_now(turn, which, after)
    lines: list[MatterLine] = []
    while len(lines) < most:
        way: Way = "first" if place is None else "after"
        page = matter_page(turn, which=which, where=where, way=way, place=place, limit=most - len(lines))
        lines += page.rows
        place = page.below
        if place is None:
            break
    return tuple(lines)


def _place_now(turn: Turn, which: Which, name: str) -> Place:
    row = turn.matter(name)
    if which == "idle":
        return (row.ref,)
    steps = turn.uow.all("task.of_matter", matter_id=row.id, limit=1)
    if not steps:
        raise NotFound("next step", f"of {row.ref}", "Read the list from the top.")
    return steps[0].due_us, steps[0].id


def place_of(line: MatterLine) -> Place:
    """Where a matter stands: where its next step does, or by its number where it has none."""
    if line.step is None:
        return (line.ref,)
    return micros(line.step.due), id_of(line.step.id)


def _with_step(turn: Turn, row: Any) -> MatterLine:
    return MatterLine(
        id=opaque(row.matter_id),
        ref=row.matter_ref,
        caption=row.caption,
        type=row.matter_type,
        priority=row.matter_priority,
        language=row.language,
        step=view(turn, row),
        next_date=day(turn.uow.scalar("deadline.next_of", matter_id=row.matter_id)),
    )


# -- nothing planned ----------------------------------------------------------------------------------------------


def _idle(turn: Turn, asked_for: Question, way: Way, place: Place | None, limit: int) -> Page[MatterLine]:
    unfit = next((t.field for t in asked_for.terms if t.field not in _OF_A_MATTER), None)
    if unfit is not None:
        raise WrongUsage(
            "bad_query",
            f"Where nothing is planned there is no {unfit} to ask for.",
            "Ask for words, type, priority, language or matter.",
        )
    rows, above, below = walk(
        lambda at, most, up: _look(turn, asked_for, at[0], most, "_back" if up else ""),
        way,
        place,
        limit,
        ends=(("",), (_BEYOND,)),
        behind=lambda at: (f"{at[0]}0",),
    )
    lines = tuple(_without_step(turn, row) for row in rows)
    return Page(lines, above, below, 0 if way == "first" else None)


def _look(turn: Turn, asked_for: Question, ref: str, limit: int, back: str) -> tuple[list[Any], Place | None]:
    end = "" if back else _BEYOND
    far = turn.uow.one(f"matter.stride{back}", ref=ref, to_ref=end, many=STRIDE - 1)
    stop = end if far is None else far.ref
    found: list[Any] = []
    at = ref
    while True:
        rows = turn.uow.all(f"matter.idle{back}", ref=at, to_ref=stop, limit=max(PAGE, limit))
        for row in rows:
            at = row.ref
            if asked_for.holds(_facts(row)):
                found.append(row)
                if len(found) == limit:
                    return found, (at,)
        if len(rows) < max(PAGE, limit):
            return found, None if far is None else (far.ref,)


def _facts(row: Any) -> SimpleNamespace:
    """A matter as a question looks at a task: what it asks of a step is not asked here."""
    return SimpleNamespace(
        ref=row.ref,
        title=row.client_name,
        matter_ref=row.ref,
        caption=row.caption,
        form=None,
        owner_id=None,
        priority=row.priority,
        matter_type=row.type,
        language=row.language,
    )


def _without_step(turn: Turn, row: Any) -> MatterLine:
    return MatterLine(
        id=opaque(row.id),
        ref=row.ref,
        caption=row.caption,
        type=row.type,
        priority=row.priority,
        language=row.language,
        step=None,
        next_date=day(turn.uow.scalar("deadline.next_of", matter_id=row.id)),
    )
