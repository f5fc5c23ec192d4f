"""The field's five figures: acknowledged in time, time to review, missed dates, reassigned work, time to the client."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from casedesk.calendars.business import BusinessCalendar
from casedesk.desk.turn import Turn, instant
from casedesk.reports import period as periods
from casedesk.reports.figures import By, Figure, Groups, Seen, Sheet, by_of, count, middle, share
from casedesk.reports.hands import Absences, stories
from casedesk.reports.period import Period

HOUR_US: Final = 3_600_000_000

ACKNOWLEDGED: Final = (
    "Of the tasks whose window for an acknowledgement ended in the period and that were not cancelled"
    " unacknowledged, the share somebody acknowledged or finished, without undoing it, before the window's end; it is"
    " counted for whoever acknowledged it, else for whose it was at the window's end, and while that person was away"
    " for the cover and never for the person away."
)
REVIEWED: Final = (
    "Over the content reviews approved in the period, the median of the office's business hours from the submission"
    " of the approved version to its approval, counted for the approver; versions returned or superseded are not"
    " counted."
)
MISSED: Final = (
    "How many of the agency's dates that fell due in the period, up to yesterday, were not met by the end of that day"
    " (a filing counts at delivery, a rejection takes it back), counted for the matter's lead attorney; dates that had"
    " arrived late, superseded dates, ticklers and the firm's own earlier dates are not counted."
)
REASSIGNED: Final = (
    "Of the tasks opened in the period, the share handed off, reassigned, escalated or assigned anew by a rule at"
    " least once since, counted for the first owner; changes that were undone, delegation under supervision and work"
    " that a cover does for somebody away are not counted."
)
TOLD: Final = (
    "Over the messages to clients marked as sent in the period, the median of the hours by the clock from the event"
    " that had the message prepared to its sending, counted for the sender; messages that wait or were cancelled are"
    " not counted."
)


@dataclass(frozen=True)
class Group:
    """The five figures of one person, team, kind of matter or office."""

    group: str
    acknowledgement_rate: Figure
    median_review_hours: Figure
    missed_deadlines: Figure
    reassignment_rate: Figure
    client_latency_hours: Figure


@dataclass(frozen=True)
class Kpi:
    """The five figures over a period, and the same of each group where `by` names one."""

    since: date
    until: date
    acknowledgement_rate: Figure
    median_review_hours: Figure
    missed_deadlines: Figure
    reassignment_rate: Figure
    client_latency_hours: Figure
    by: str | None = None
    groups: tuple[Group, ...] = ()


Five = tuple[Figure, Figure, Figure, Figure, Figure]

NAMES: Final = (
    "acknowledgement_rate",
    "median_review_hours",
    "missed_deadlines",
    "reassignment_rate",
    "client_latency_hours",
)
_MADE: Final[dict[str, tuple[Callable[[Sequence[Seen], str], Figure], str]]] = {
    "acknowledgement_rate": (share, ACKNOWLEDGED),
    "median_review_hours": (middle, REVIEWED),
    "missed_deadlines": (count, MISSED),
    "reassignment_rate": (share, REASSIGNED),
    "client_latency_hours": (middle, TOLD),
}


def report(turn: Turn, *, since: date | None = None, until: date | None = None, by: str | None = None) -> Kpi:
    """The five figures from `since` to `until`, both included; the last thirty days, unless said otherwise."""
    divided = by_of(by)
    period = periods.back(turn, since, until)
    seen = observed(turn, period)
    return Kpi(
        period.since,
        period.until,
        *figures(seen),
        by=None if divided is None else divided.value,
        groups=() if divided is None else _groups(turn, divided, seen),
    )


def observed(turn: Turn, period: Period) -> dict[str, list[Seen]]:
    """What was seen in the period, for each of the five figures."""
    return {
        "acknowledgement_rate": _acknowledged(turn, period),
        "median_review_hours": _reviewed(turn, period),
        "missed_deadlines": _missed(turn, period),
        "reassignment_rate": _reassigned(turn, period),
        "client_latency_hours": _told(turn, period),
    }


def figures(seen: dict[str, list[Seen]]) -> Five:
    """The five figures of what was seen, in their order."""
    one, two, three, four, five = (_MADE[name][0](seen[name], _MADE[name][1]) for name in NAMES)
    return one, two, three, four, five


def sheet(view: Kpi) -> Sheet:
    """A line a figure and group."""
    whole = [("", name, figure.value, figure.n, figure.definition) for name, figure in _of(view)]
    parts = [
        (group.group, name, figure.value, figure.n, figure.definition)
        for group in view.groups
        for name, figure in _of(group)
    ]
    return Sheet(("group", "figure", "value", "n", "definition"), (*whole, *parts))


# --- within


def _of(view: Kpi | Group) -> list[tuple[str, Figure]]:
    return [(name, getattr(view, name)) for name in NAMES]


def _groups(turn: Turn, by: By, seen: dict[str, list[Seen]]) -> tuple[Group, ...]:
    groups = Groups(turn, by)
    return tuple(
        Group(name, *figures({figure: groups.within(name)(found) for figure, found in seen.items()}))
        for name in groups.names(seen.values())
    )


def _acknowledged(turn: Turn, period: Period) -> list[Seen]:
    until_us = min(period.until_us, turn.now_us + 1)
    tasks = turn.uow.all("report.windows", from_us=period.from_us, until_us=until_us)
    if not tasks:
        return []
    told = stories(turn, min(task.created_us for task in tasks))
    away = Absences(turn, period.since, period.until)
    seen = []
    for task in tasks:
        story = told.get(task.ref)
        if story is None or (task.state == "cancelled" and story.acknowledged is None):
            continue
        by_us = task.acknowledge_by_us
        if story.acknowledged is not None and story.acknowledged[0] <= by_us:
            seen.append(Seen(story.acknowledged[1], task.type or "", 1))
        else:
            seen.append(Seen(away.answers(story.owner_at(by_us), by_us), task.type or "", 0))
    return seen


def _reviewed(turn: Turn, period: Period) -> list[Seen]:
    rows = turn.uow.all("report.reviewed", from_us=period.from_us, until_us=period.until_us)
    return [
        Seen(row.handle or "", row.type, business_hours(turn.calendar, row.submitted_us, row.decided_us))
        for row in rows
    ]


def _missed(turn: Turn, period: Period) -> list[Seen]:
    last = min(period.until, turn.today - timedelta(days=1))
    rows = turn.uow.all(
        "report.dates", first_day=period.since.isoformat(), last_day=max(last, period.since).isoformat()
    )
    return [
        Seen(row.handle or "", row.type or "", int(not in_time(row)))
        for row in rows
        if not row.arrived_late and row.agency_due < turn.today.isoformat()
    ]


def in_time(row: object) -> bool:
    """Whether a date's row was met on the agency's day or before."""
    met_on = getattr(row, "met_on", None)
    due: str = getattr(row, "agency_due", "")
    return getattr(row, "state", "") == "met" and met_on is not None and met_on <= due


def _reassigned(turn: Turn, period: Period) -> list[Seen]:
    tasks = turn.uow.all("report.opened", from_us=period.from_us, until_us=period.until_us)
    if not tasks:
        return []
    told = stories(turn, min(task.created_us for task in tasks))
    return [
        Seen(story.first_owner, task.type or "", int(story.reassigned))
        for task in tasks
        if (story := told.get(task.ref)) is not None
    ]


def _told(turn: Turn, period: Period) -> list[Seen]:
    rows = turn.uow.all("report.told", from_us=period.from_us, until_us=period.until_us)
    return [Seen(row.handle or "", row.type, (row.sent_us - row.created_us) / HOUR_US) for row in rows]


def business_hours(calendar: BusinessCalendar, since_us: int, until_us: int) -> float:
    """Office hours between two moments; what lies before the calendar begins is left out."""
    first = calendar.start_of_business(calendar.first)
    since = max(instant(since_us), first)
    return max(0.0, calendar.between(since, max(since, instant(until_us))).total_seconds() / 3600)
