"""What became of dates: met, met late, missed, and those that had arrived late, by authority."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from casedesk.desk.turn import Turn
from casedesk.reports import period as periods
from casedesk.reports.figures import Groups, Seen, Sheet, by_of
from casedesk.reports.kpi import in_time

DEFINITION: Final = (
    "Agency's dates that fall in the period, superseded ones and ticklers left out: met by the end of that day, met"
    " later, missed when the day is over and they are not met, and open while it is not; dates that had arrived late"
    " are counted in their own columns only; own date missed are those of the others that were met after the firm's"
    " earlier date or are still open past it."
)


@dataclass(frozen=True)
class Line:
    """Dates of one authority, within a group where the report is divided; all of them are `due`."""

    group: str
    authority: str
    due: int
    met: int
    met_late: int
    missed: int
    open: int
    arrived_late: int
    arrived_late_met: int
    own_date_missed: int


@dataclass(frozen=True)
class Deadlines:
    since: date
    until: date
    by: str | None
    definition: str
    lines: tuple[Line, ...]


def report(
    turn: Turn, *, since: date | None = None, until: date | None = None, by: str | None = None
) -> Deadlines:
    """Dates of the last thirty days, unless said otherwise; days ahead may be asked for as well."""
    divided = by_of(by)
    period = periods.around(turn, since, until)
    groups = None if divided is None else Groups(turn, divided)
    found: dict[tuple[str, str], list[Any]] = {}
    rows = turn.uow.all("report.dates", first_day=period.since.isoformat(), last_day=period.until.isoformat())
    for row in rows:
        names = ("",) if groups is None else groups.of(Seen(row.handle or "", row.type or "", 0))
        for name in names:
            found.setdefault((name, row.authority), []).append(row)
    today = turn.today.isoformat()
    return Deadlines(
        period.since,
        period.until,
        None if divided is None else divided.value,
        DEFINITION,
        tuple(_line(*key, rows, today) for key, rows in sorted(found.items())),
    )


def sheet(view: Deadlines) -> Sheet:
    """A line an authority and group."""
    heads = (
        "group",
        "authority",
        "due",
        "met",
        "met late",
        "missed",
        "open",
        "arrived late",
        "of them met",
        "own date missed",
    )
    return Sheet(
        heads,
        tuple(
            (
                line.group,
                line.authority,
                line.due,
                line.met,
                line.met_late,
                line.missed,
                line.open,
                line.arrived_late,
                line.arrived_late_met,
                line.own_date_missed,
            )
            for line in view.lines
        ),
    )


def _line(group: str, authority: str, rows: list[Any], today: str) -> Line:
    late = [row for row in rows if row.arrived_late]
    due = [row for row in rows if not row.arrived_late]
    states = [_became(row, today) for row in due]
    return Line(
        group=group,
        authority=authority,
        due=len(due),
        met=states.count("met"),
        met_late=states.count("met_late"),
        missed=states.count("missed"),
        open=states.count("open"),
        arrived_late=len(late),
        arrived_late_met=sum(in_time(row) for row in late),
        own_date_missed=sum((row.met_on or today) > row.internal_due for row in due),
    )


def _became(row: Any, today: str) -> str:
    if row.state == "met":
        return "met" if in_time(row) else "met_late"
    return "missed" if row.agency_due < today else "open"
