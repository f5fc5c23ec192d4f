"""A question (`desk.query`) made ready to be asked of tasks: what a statement can answer for it, and what is held against
each row that comes. Every term is held against every row, so that the statement may answer less than all of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from casedesk.desk import asked, local_time
from casedesk.desk.query import Query, Term, day_of, parse
from casedesk.desk.turn import Turn, day
from casedesk.models import lifecycle
from casedesk.models.enums import Priority, TaskState
from casedesk.routing.vocabulary import MATTER_TYPES, slug
from casedesk.store.unit_of_work import instant, micros

FOREVER = 1 << 62
"""Later than every instant, and more than every id."""

Holds = Callable[[Any], bool]

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    ":": lambda a, b: bool(a == b),
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
}
_COLUMNS = {
    "state": "state",
    "priority": "priority",
    "type": "matter_type",
    "matter": "matter_ref",
    "form": "form",
    "language": "language",
}


@dataclass(frozen=True)
class Question:
    """`params` is what the statements of `task.asked` take, `owner_id` whose tasks alone can be meant, `begins_us` and
    `ends_us` (excluded) when they can be due."""

    terms: Query
    params: dict[str, Any]
    owner_id: int | None
    begins_us: int
    ends_us: int
    checks: tuple[Holds, ...] = field(repr=False)

    def holds(self, row: Any) -> bool:
        """Whether every term holds for a row of `task._row`."""
        return all(check(row) for check in self.checks)


def question(turn: Turn, where: str, words: str | None = None) -> Question:
    """What `where` asks, and that every one of `words` is found. Raises `WrongUsage` for what says nothing, `NotFound`
    for a person there is none of, `Refusal("unknown")` for a word that is none of its field's."""
    terms = tuple(_known(turn, term) for term in parse(where))
    terms += tuple(Term("", ":", word) for word in (words or "").split())
    first: dict[str, str] = {}
    for term in terms:
        if term.field and not term.negated and term.sign == ":":
            first.setdefault(term.field, term.value)
    begins, ends = _due_span(turn, terms)
    owner = first.get("owner")
    params: dict[str, Any] = {name: first.get(name) for name in ("kind", *_COLUMNS)}
    return Question(
        terms,
        {**params, "word": _pattern(turn, terms)},
        None if owner is None else _person(turn, owner),
        begins,
        ends,
        tuple(_check(turn, term) for term in terms),
    )


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


def _person(turn: Turn, handle: str) -> int:
    return turn.actor.id if handle == turn.actor.handle else turn.person(handle).id


def _due_span(turn: Turn, terms: Query) -> tuple[int, int]:
    begins, ends = 0, FOREVER
    for term in terms:
        if term.field == "due" and not term.negated:
            day = day_of(term.value, turn.today)
            if term.sign in (":", ">=", ">"):
                begins = max(begins, _midnight(turn, day + timedelta(days=term.sign == ">")))
            if term.sign in (":", "<=", "<"):
                ends = min(ends, _midnight(turn, day + timedelta(days=term.sign != "<")))
    return begins, ends


def _midnight(turn: Turn, day: date) -> int:
    return micros(local_time.midnight(day, turn.office.zone))


def _pattern(turn: Turn, terms: Query) -> str | None:
    """The longest word as the store looks for it; none where it may be a part of somebody's handle, or is not plain."""
    words = [asked.fold(term.value) for term in terms if not term.field and not term.negated]
    handles = [asked.fold(handle) for handle, _ in turn.names.values()] if words else []
    fit = [word for word in words if word.isascii() and not any(_touches(word, each) for each in handles)]
    if not fit:
        return None
    word = max(fit, key=len).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{word}%"


def _touches(word: str, handle: str) -> bool:
    """Whether a word can be found with the help of a handle at the end of what is looked through."""
    return word in handle or (" " in word and handle.startswith(word.rsplit(" ", 1)[1]))


def _check(turn: Turn, term: Term) -> Holds:
    found = _found(turn, term)
    return (lambda row: not found(row)) if term.negated else found


def _found(turn: Turn, term: Term) -> Holds:
    value = term.value
    match term.field:
        case "":
            word = asked.fold(value)
            return lambda row: word in asked.fold(_hay(turn, row))
        case "due":
            wanted, zone, compare = day_of(value, turn.today), ZoneInfo(turn.office.zone), _COMPARE[term.sign]
            return lambda row: compare(instant(row.due_us).astimezone(zone).date(), wanted)
        case "internal" | "agency":
            wanted, compare, name = day_of(value, turn.today), _COMPARE[term.sign], f"{term.field}_due"
            return lambda row: getattr(row, name) is not None and compare(day(getattr(row, name)), wanted)
        case "owner":
            owner_id = _person(turn, value)
            return lambda row: bool(row.owner_id == owner_id)
        case "kind":
            return lambda row: _is_kind(row.kind, value) or _is_kind(row.playbook or "", value)
        case _:
            column = _COLUMNS[term.field]
            return lambda row: bool(getattr(row, column) == value)


def _is_kind(name: str, wanted: str) -> bool:
    return name == wanted or name.startswith(f"{wanted}_")


def _hay(turn: Turn, row: Any) -> str:
    words = (row.ref, row.title, row.matter_ref, row.caption, row.form, turn.handle(row.owner_id))
    return " ".join(word for word in words if word)
