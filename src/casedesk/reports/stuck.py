"""What does not move, as it stands now: work that waits, by whom it waits for, and work and dates past their day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from casedesk.desk.turn import Turn, instant
from casedesk.reports import period as periods
from casedesk.reports.figures import By, Groups, Seen, Sheet, by_of

STILL: Final = frozenset({"waiting", "on_hold"})
WAITS, LATE, UNACKNOWLEDGED, OWN_DATE, AGENCY_DATE = (
    "waits for",
    "past due",
    "not acknowledged in time",
    "own date past",
    "agency's date past",
)

DEFINITION: Final = (
    "Open tasks that wait or are on hold, by whom they wait for, with the whole days the longest has waited; open tasks"
    " past their due moment and not waiting, by owner; tasks nobody acknowledged within their window; dates that are"
    " open past the firm's own day, and past the agency's, counted for the lead attorney. A date past both counts in"
    " the second only."
)


@dataclass(frozen=True)
class Heap:
    """Things of one kind that do not move. `days` are whole days of the oldest, None where nobody noted since when."""

    group: str
    what: str
    of: str
    count: int
    days: int | None


@dataclass(frozen=True)
class Stuck:
    """As of `since`, which is `until`: today."""

    since: date
    until: date
    by: str | None
    definition: str
    lines: tuple[Heap, ...]


def report(turn: Turn, *, by: str | None = None) -> Stuck:
    """What waits and what is late, of everything the reader may see. Raises `Refusal` for somebody from outside."""
    divided = by_of(by)
    today = periods.back(turn, turn.today, turn.today).until
    groups = None if divided is None else Groups(turn, divided)
    heaps: dict[tuple[str, str, str], list[int | None]] = {}
    for who, kind, what, of, days in (*_tasks(turn), *_dates(turn)):
        names = ("",) if groups is None else groups.of(Seen(who, kind, 0))
        for name in names:
            heaps.setdefault((name, what, of), []).append(days)
    lines = [
        Heap(*key, len(found), max((days for days in found if days is not None), default=None))
        for key, found in heaps.items()
    ]
    lines.sort(key=lambda heap: (heap.group, _ORDER.index(heap.what), -heap.count, heap.of))
    return Stuck(today, today, None if divided is None else By(divided).value, DEFINITION, tuple(lines))


def sheet(view: Stuck) -> Sheet:
    """A line a heap."""
    return Sheet(
        ("group", "what", "of", "count", "days of the oldest"),
        tuple((heap.group, heap.what, heap.of, heap.count, heap.days) for heap in view.lines),
    )


# --- within

_ORDER = (AGENCY_DATE, OWN_DATE, LATE, UNACKNOWLEDGED, WAITS)

_Found = tuple[str, str, str, str, int | None]


def _tasks(turn: Turn) -> Iterable[_Found]:
    for row in turn.uow.all("report.standing"):
        kind = row.type or ""
        if row.state in STILL:
            since = row.waiting_since_us
            yield row.handle, kind, WAITS, row.waiting_on or "nobody named", _days(turn, since)
            continue
        if row.due_us < turn.now_us:
            yield row.handle, kind, LATE, row.handle, _days(turn, row.due_us)
        if row.state == "new" and row.acknowledge_by_us is not None and row.acknowledge_by_us < turn.now_us:
            yield row.handle, kind, UNACKNOWLEDGED, row.handle, _days(turn, row.acknowledge_by_us)


def _dates(turn: Turn) -> Iterable[_Found]:
    today = turn.today
    for row in turn.uow.all("report.past_dates", today=today.isoformat()):
        past = row.agency_due < today.isoformat()
        day = date.fromisoformat(row.agency_due if past else row.internal_due)
        yield _of(row), row.type or "", AGENCY_DATE if past else OWN_DATE, _of(row), (today - day).days


def _of(row: Any) -> str:
    return row.handle or ""


def _days(turn: Turn, since_us: int | None) -> int | None:
    return None if since_us is None else max(0, (turn.now - instant(since_us)).days)
