"""Who has how much: open estimated hours beside the hours somebody is there for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from casedesk.desk.turn import Turn, ramp_of
from casedesk.reports import period as periods
from casedesk.reports.figures import By, Groups, Seen, Sheet, by_of
from casedesk.reports.period import Period

STILL: Final = frozenset({"waiting", "on_hold"})

DEFINITION: Final = (
    "Open hours are the estimates of all open tasks somebody owns, due hours those of them due by the period's end and"
    " not waiting; available hours are, for each day from today on that the office is open and the person not away,"
    " their own hours or else their weekly capacity by the office's days, today counted whole, and of a newcomer's the"
    " week's share; the load is due hours by available hours."
)


@dataclass(frozen=True)
class Load:
    """Hours of one group; `available_hours` and `load` are None where the group is no people, or nobody is there."""

    group: str
    tasks: int
    open_hours: float
    due_hours: float
    waiting_hours: float
    available_hours: float | None
    load: float | None


@dataclass(frozen=True)
class Workload:
    since: date
    until: date
    by: str
    definition: str
    lines: tuple[Load, ...]


def report(
    turn: Turn, *, since: date | None = None, until: date | None = None, by: str | None = None
) -> Workload:
    """The load of the days ahead, two weeks unless said otherwise, by person unless said otherwise."""
    divided = by_of(by) or By.PERSON
    period = periods.ahead(turn, since, until)
    groups = Groups(turn, divided)
    people = _available(turn, period)
    work: dict[str, list[Any]] = {}
    for task in turn.uow.all("report.open_work"):
        for name in groups.of(Seen(task.handle, task.type or "", 0)):
            work.setdefault(name, []).append(task)
    there: dict[str, float] = {}
    if divided is not By.TYPE:
        for handle, hours in people.items():
            for name in groups.of(Seen(handle, "", 0)):
                there[name] = there.get(name, 0.0) + hours
    lines = [_line(name, work.get(name, ()), there.get(name), period) for name in sorted({*work, *there})]
    return Workload(period.since, period.until, divided.value, DEFINITION, tuple(lines))


def sheet(view: Workload) -> Sheet:
    """A line a group."""
    return Sheet(
        (view.by, "tasks", "open hours", "due hours", "waiting hours", "available hours", "load"),
        tuple(
            (
                line.group,
                line.tasks,
                line.open_hours,
                line.due_hours,
                line.waiting_hours,
                line.available_hours,
                line.load,
            )
            for line in view.lines
        ),
    )


# --- within


def _line(name: str, work: Any, available: float | None, period: Period) -> Load:
    due = sum(t.hours_tenths for t in work if t.state not in STILL and t.due_us < period.until_us) / 10
    return Load(
        group=name,
        tasks=len(work),
        open_hours=sum(t.hours_tenths for t in work) / 10,
        due_hours=due,
        waiting_hours=sum(t.hours_tenths for t in work if t.state in STILL) / 10,
        available_hours=None if available is None else round(available, 1),
        load=round(due / available, 2) if available else None,
    )


def _available(turn: Turn, period: Period) -> Mapping[str, float]:
    """Hours each person is there for, from today on."""
    first, last = max(period.since, turn.today), period.until
    away: dict[str, list[tuple[str, str]]] = {}
    for row in turn.uow.all("report.absences", first_day=first.isoformat(), last_day=last.isoformat()):
        away.setdefault(row.handle, []).append((row.first_day, row.last_day))
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return {
        row.handle: sum(_hours(turn, row, day) for day in days if not _away(away.get(row.handle, ()), day))
        for row in turn.uow.all("report.people")
    }


def _away(absences: Any, day: date) -> bool:
    return any(first <= day.isoformat() <= last for first, last in absences)


def _hours(turn: Turn, row: Any, day: date) -> float:
    calendar = turn.business(row, hours=row.own_hours, zone=row.own_zone)
    if not calendar.is_business_day(day):
        return 0.0
    ramp = ramp_of(row)
    share = 1.0 if ramp is None else ramp.share(day) / 100
    if not row.own_hours:
        return share * float(row.capacity_hours) / calendar.days_a_week
    return share * (calendar.end_of_business(day) - calendar.start_of_business(day)).total_seconds() / 3600
