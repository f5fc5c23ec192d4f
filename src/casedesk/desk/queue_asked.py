"""The queue as a question asks for it (`desk.query`): what an index answers goes into the statement, the rest is held
against the rows that come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from casedesk.desk import asked, local_time, queue
from casedesk.desk.query import Query, Term, day_of, parse
from casedesk.desk.turn import Turn
from casedesk.desk.views.work import TaskView
from casedesk.models import lifecycle
from casedesk.models.enums import Priority, TaskState
from casedesk.routing.vocabulary import MATTER_TYPES, slug
from casedesk.store.unit_of_work import micros

PAGE, MOST = 100, 4_000
"""Rows read at once: few at first, more where few of them are what was asked for."""

_FOREVER = 1 << 62
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    ":": lambda a, b: bool(a == b),
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
}


def where(turn: Turn, text: str, *, limit: int = 50, after: str | None = None) -> tuple[TaskView, ...]:
    """Everybody's open tasks of which every term holds, the nearest due first. `after` is the last one shown.

    Raises `WrongUsage` for words that say nothing, `NotFound` for a person there is none of.
    """
    query = tuple(_known(turn, term) for term in parse(text))
    most = asked.page(limit)
    last = None if after is None else queue.row_of(turn, after)
    due_us, last_id = (-1, 0) if last is None else (last.due_us, last.id)
    params = _params(turn, query)
    name = "task.asked" if params["owner_id"] is None else "task.asked_of"
    if params["owner_id"] is None:
        del params["owner_id"]
    out: list[TaskView] = []
    size = max(PAGE, most)
    while len(out) < most:
        rows = turn.uow.all(name, **params, after_us=due_us, after_id=last_id, limit=size)
        views = (queue.view(turn, row) for row in rows if all(_row_holds(turn, term, row) for term in query))
        out += [view for view in views if all(_holds(turn, term, view) for term in query)]
        if len(rows) < size:
            break
        due_us, last_id, size = rows[-1].due_us, rows[-1].id, min(2 * size, MOST)
    return tuple(out[:most])


def _known(turn: Turn, term: Term) -> Term:
    """The term with its value as the record keeps it; a wrong word gets the nearest."""
    value = term.value
    match term.field:
        case "owner":
            value = turn.actor.handle if value.lower() == "@me" else turn.person(value).handle
        case "state":
            if slug(value) not in lifecycle.OPEN_TASK_STATES:
                raise asked.unknown(value, "state", [state.value for state in lifecycle.OPEN_TASK_STATES])
            value = TaskState(slug(value)).value
        case "priority":
            value = asked.one_of(value, Priority, "priority").value
        case "type":
            if slug(value) not in MATTER_TYPES:
                raise asked.unknown(value, "matter type", MATTER_TYPES)
            value = slug(value)
        case "kind":
            value = slug(value)
        case "form":
            value = asked.form_name(value)
        case "matter":
            value = value.upper()
        case "language":
            value = asked.language(value)
    return Term(term.field, term.sign, value, term.negated)


def _params(turn: Turn, query: Query) -> dict[str, Any]:
    """What the statement is asked with: of each field the first term that is not turned around."""
    first: dict[str, str] = {}
    for term in query:
        if term.field and not term.negated and term.sign == ":":
            first.setdefault(term.field, term.value)
    opens, shuts = _due_span(turn, query)
    owner = first.get("owner")
    return {
        "owner_id": None if owner is None else turn.person(owner).id,
        "due_from_us": opens,
        "due_until_us": shuts,
        **{
            name: first.get(name)
            for name in ("kind", "state", "priority", "type", "matter", "form", "language")
        },
    }


def _due_span(turn: Turn, query: Query) -> tuple[int, int]:
    opens, shuts = 0, _FOREVER
    for term in query:
        if term.field == "due" and not term.negated:
            day = day_of(term.value, turn.today)
            if term.sign in (":", ">=", ">"):
                opens = max(opens, _begins(turn, day + timedelta(days=term.sign == ">")))
            if term.sign in (":", "<=", "<"):
                shuts = min(shuts, _begins(turn, day + timedelta(days=term.sign != "<")))
    return opens, shuts


def _begins(turn: Turn, day: date) -> int:
    return micros(local_time.midnight(day, turn.office.zone))


def _row_holds(turn: Turn, term: Term, row: Any) -> bool:
    """The fields that a statement's row has and a view has not."""
    if term.field == "type":
        return bool((row.matter_type == term.value) != term.negated)
    if term.field == "kind":
        names = (row.kind, row.playbook or "")
        found = any(name == term.value or name.startswith(f"{term.value}_") for name in names)
        return bool(found != term.negated)
    return True


def _holds(turn: Turn, term: Term, view: TaskView) -> bool:
    if term.field in ("type", "kind"):
        return True
    return _found(turn, term, view) != term.negated


def _found(turn: Turn, term: Term, view: TaskView) -> bool:
    match term.field:
        case "":
            words = (view.ref, view.title, view.matter, view.caption, view.form, view.owner)
            return asked.fold(term.value) in asked.fold(" ".join(word for word in words if word))
        case "due":
            there = view.due.astimezone(ZoneInfo(turn.office.zone)).date()
            return _COMPARE[term.sign](there, day_of(term.value, turn.today))
        case "internal" | "agency":
            kept = view.internal_due if term.field == "internal" else view.agency_due
            return kept is not None and _COMPARE[term.sign](kept, day_of(term.value, turn.today))
        case "state":
            return view.status == term.value
        case "language":
            return view.language == term.value
        case _:
            return bool(getattr(view, term.field) == term.value)
