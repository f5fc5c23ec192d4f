"""The docket: what falls due and where somebody is to be, by attorney, with what is not settled yet.

One view for the screen, the list and the sheet of paper. It holds what the person at the desk may see, nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

from casedesk.desk import local_time
from casedesk.desk.turn import Turn, instant
from casedesk.refusal import Refusal
from casedesk.store.unit_of_work import micros

DAYS = 14
"""How far a docket reaches where nobody says."""

LONGEST = timedelta(days=370)
MOST_UNOWNED = 200
MINUTE_US = 60_000_000

STATES = {
    "provisional": "to be checked by a second person",
    "open": "open",
    "conflict": "two dates disagree, the earlier one rules",
    "missed": "missed",
}


@dataclass(frozen=True)
class Line:
    """One line: a date (`agency_due`, `internal_due`), or where somebody is to be (`at`, with `when` in local words).

    `zone` is the clock of `when`, where that shows another hour than the office's.
    """

    what: str
    ref: str
    title: str
    matter: str | None
    caption: str | None
    owner: str | None
    agency_due: date | None
    internal_due: date | None
    at: datetime | None
    when: str
    place: str
    state: str
    zone: str = ""

    @property
    def said(self) -> str:
        """When somebody is to be there, with the clock it is by where that is not the office's."""
        return f"{self.when} {self.zone}".strip()

    @property
    def day(self) -> str:
        """The day it is sorted by, ISO: our own date, or the day of the appointment where it is."""
        return self.when if self.internal_due is None else self.internal_due.isoformat()


@dataclass(frozen=True)
class Group:
    """The lines of one attorney; `attorney` None for what no attorney has."""

    attorney: str | None
    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class ClashLine:
    """Somebody is to be at two places."""

    person: str
    one: str
    other: str
    when: str


@dataclass(frozen=True)
class UnownedLine:
    """A paper that belongs to no matter yet; `owner` is who is to say where."""

    ref: str
    kind: str
    received: datetime
    owner: str | None


@dataclass(frozen=True)
class AwayLine:
    person: str
    first_day: date
    last_day: date
    cover: str | None


@dataclass(frozen=True)
class Docket:
    """From `since` to `until`, both included. `unconfirmed` are refs of appointments nobody has confirmed."""

    since: date
    until: date
    groups: tuple[Group, ...]
    clashes: tuple[ClashLine, ...]
    unconfirmed: tuple[str, ...]
    unowned: tuple[UnownedLine, ...]
    absences: tuple[AwayLine, ...]


def docket(turn: Turn, *, since: date | None = None, until: date | None = None) -> Docket:
    """The docket of a stretch of days, a fortnight from today where nobody says.

    Dates that should have been met already and appointments without an outcome stand in every docket until somebody
    settles them. Raises `Refusal("days_in_order")`, and `Refusal("too_long")` beyond a year.
    """
    first = turn.today if since is None else since
    last = first + timedelta(days=DAYS - 1) if until is None else until
    if last < first:
        raise Refusal("days_in_order", f"{last} is before {first}.", "Say the first day first.")
    if last - first > LONGEST:
        raise Refusal("too_long", "A docket reaches over a year at most.", "Say a nearer last day.")
    days = {"since": first.isoformat(), "until": last.isoformat()}
    zone = ZoneInfo(turn.office.zone)
    rows = turn.uow.all(
        "docket.appointments",
        from_us=micros(datetime.combine(first, time(), zone)),
        until_us=micros(datetime.combine(last + timedelta(days=1), time(), zone)),
    )
    lines = [(row.attorney_id, _date(turn, row)) for row in turn.uow.all("docket.dates", **days)]
    lines += [(row.attorney_id, _appointment(turn, row)) for row in rows]
    return Docket(
        since=first,
        until=last,
        groups=_grouped(turn, lines),
        clashes=_clashes(turn, rows),
        unconfirmed=tuple(
            row.ref
            for row in rows
            if not row.outcome and row.confirmed_us is None and row.at_us > turn.now_us
        ),
        unowned=tuple(
            UnownedLine(row.ref, row.kind, instant(row.received_us), turn.handle(row.owner_id) or None)
            for row in turn.uow.all("docket.unowned", limit=MOST_UNOWNED)
        ),
        absences=absences(turn, first, last),
    )


def absences(turn: Turn, since: date, until: date) -> tuple[AwayLine, ...]:
    """Who is away on a day from `since` to `until`, and who covers."""
    rows = turn.uow.all("docket.absences", since=since.isoformat(), until=until.isoformat())
    return tuple(
        AwayLine(
            turn.handle(row.person_id),
            date.fromisoformat(row.first_day),
            date.fromisoformat(row.last_day),
            turn.handle(row.cover_id) or None,
        )
        for row in rows
    )


def _date(turn: Turn, row: Any) -> Line:
    internal = date.fromisoformat(row.internal_due)
    state = STATES.get(row.state, row.state)
    if row.state == "open" and row.critical and row.confirmed_by is None:
        state = "open, to be counted by a second person"
    if row.state != "missed" and internal < turn.today:
        state += ", our date is past"
    return Line(
        what="date",
        ref=row.ref,
        title=f"{row.title} ({row.authority})",
        matter=row.matter_ref,
        caption=row.caption,
        owner=turn.handle(row.task_owner_id or row.paralegal_id or row.attorney_id) or None,
        agency_due=date.fromisoformat(row.agency_due),
        internal_due=internal,
        at=None,
        when=internal.isoformat(),
        place="",
        state=state + (", arrived late" if row.arrived_late else ""),
    )


def _appointment(turn: Turn, row: Any) -> Line:
    at = instant(row.at_us)
    if row.outcome:
        state = row.outcome.replace("_", " ")
    elif at <= turn.now:
        state = "over, nobody said what came of it"
    else:
        state = "confirmed" if row.confirmed_us is not None else "not confirmed"
    judge = f", Judge {row.judge}" if row.judge else ""
    there = at.astimezone(ZoneInfo(row.zone))
    same = at.astimezone(ZoneInfo(turn.office.zone)).utcoffset() == there.utcoffset()
    return Line(
        what="hearing" if row.kind == "hearing" else "appointment",
        ref=row.ref,
        title=f"{row.title or row.kind}{judge}",
        matter=row.matter_ref,
        caption=row.party or row.caption,
        owner=turn.handle(row.person_id or row.paralegal_id or row.attorney_id) or None,
        agency_due=None,
        internal_due=None,
        at=at,
        when=f"{there:%Y-%m-%d %H:%M}",
        place=row.place,
        state=state,
        zone="" if same else f"{there:%Z}",
    )


def _grouped(turn: Turn, lines: Iterable[tuple[int | None, Line]]) -> tuple[Group, ...]:
    found: dict[int | None, list[Line]] = {}
    for attorney, line in lines:
        found.setdefault(attorney, []).append(line)
    groups = [
        Group(
            turn.handle(attorney) or None,
            "No attorney yet" if attorney is None else turn.names.get(attorney, ("?", "?"))[1],
            tuple(sorted(mine, key=lambda line: (line.day, line.ref))),
        )
        for attorney, mine in found.items()
    ]
    return tuple(sorted(groups, key=lambda group: (group.attorney is None, group.name)))


def _clashes(turn: Turn, rows: Sequence[Any]) -> tuple[ClashLine, ...]:
    taken: dict[int, list[Any]] = {}
    for row in rows:
        if row.person_id is not None and not row.outcome:
            taken.setdefault(row.person_id, []).append(row)
    return tuple(
        ClashLine(turn.handle(person), one.ref, other.ref, _when(turn, other))
        for person, mine in taken.items()
        for one, other in combinations(mine, 2)
        if one.at_us < other.at_us + other.minutes * MINUTE_US
        and other.at_us < one.at_us + one.minutes * MINUTE_US
    )


def _when(turn: Turn, row: Any) -> str:
    return local_time.words(instant(row.at_us), row.zone, beside=turn.office.zone)
