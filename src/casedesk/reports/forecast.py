"""What falls due week by week: counts and estimated hours as they stand now, and no guess about what is to come."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from casedesk.desk.turn import Turn, instant
from casedesk.reports import period as periods
from casedesk.reports.figures import Groups, Seen, Sheet, by_of

WEEKS: Final = 8

DEFINITION: Final = (
    "Open tasks by the week they are due in, those overdue in the first, with their estimated hours; open dates by the"
    " week of the agency's day and of the firm's own earlier day; appointments still to come; nothing is added for work"
    " that has not arrived."
)


@dataclass(frozen=True)
class Week:
    """What falls in one week, from `begins` (a Monday, or the first day) on."""

    group: str
    begins: date
    tasks: int
    hours: float
    agency_dates: int
    own_dates: int
    appointments: int


@dataclass(frozen=True)
class Forecast:
    since: date
    until: date
    by: str | None
    definition: str
    weeks: tuple[Week, ...]


def report(
    turn: Turn, *, since: date | None = None, until: date | None = None, by: str | None = None
) -> Forecast:
    """The eight weeks ahead, unless said otherwise. Days that are over are not looked at."""
    divided = by_of(by)
    first = turn.today if since is None else max(since, turn.today)
    monday = first - timedelta(days=first.weekday())
    period = periods.ahead(turn, first, monday + timedelta(days=7 * WEEKS - 1) if until is None else until)
    groups = None if divided is None else Groups(turn, divided)
    counted: dict[tuple[str, date], Counter[str]] = {}

    def add(who: str | None, kind: str | None, day: date, **what: int) -> None:
        if day > period.until or (day < period.since and "tasks" not in what):
            return
        begins = max(period.since, day - timedelta(days=day.weekday()))
        for name in ("",) if groups is None else groups.of(Seen(who or "", kind or "", 0)):
            counted.setdefault((name, begins), Counter()).update(what)

    for task in turn.uow.all("report.open_work"):
        day = turn.calendar.today(instant(task.due_us))
        add(task.handle, task.type, day, tasks=1, tenths=task.hours_tenths)
    first_day, last_day = period.since.isoformat(), period.until.isoformat()
    for due in turn.uow.all("report.open_dates", first_day=first_day, last_day=last_day):
        add(due.handle, due.type, date.fromisoformat(due.agency_due), agency=1)
        add(due.handle, due.type, date.fromisoformat(due.internal_due), own=1)
    for row in turn.uow.all("report.appointments", from_us=period.from_us, until_us=period.until_us):
        add(row.handle, row.type, turn.calendar.today(instant(row.at_us)), appointments=1)
    return Forecast(
        period.since,
        period.until,
        None if divided is None else divided.value,
        DEFINITION,
        tuple(_week(*key, counted[key]) for key in sorted(counted)),
    )


def sheet(view: Forecast) -> Sheet:
    """A line a week and group."""
    return Sheet(
        ("group", "week from", "tasks", "hours", "agency's dates", "own dates", "appointments"),
        tuple(
            (
                week.group,
                week.begins.isoformat(),
                week.tasks,
                week.hours,
                week.agency_dates,
                week.own_dates,
                week.appointments,
            )
            for week in view.weeks
        ),
    )


def _week(group: str, begins: date, what: Counter[str]) -> Week:
    return Week(
        group,
        begins,
        what["tasks"],
        what["tenths"] / 10,
        what["agency"],
        what["own"],
        what["appointments"],
    )
