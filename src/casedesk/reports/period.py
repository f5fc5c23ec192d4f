"""The days a report is about, both included, on the clock of the reader's office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from casedesk.calendars.business import to_micros
from casedesk.desk.turn import Turn
from casedesk.refusal import Refusal

DAYS_BACK = 30
DAYS_AHEAD = 14


@dataclass(frozen=True)
class Period:
    """`since` to `until`, both included; as microseconds from `from_us` to before `until_us`."""

    since: date
    until: date
    from_us: int
    until_us: int

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    def __contains__(self, at_us: int) -> bool:
        return self.from_us <= at_us < self.until_us


def back(turn: Turn, since: date | None, until: date | None) -> Period:
    """A period of what happened: the last thirty days up to today, unless said otherwise. Raises `Refusal`."""
    last = turn.today if until is None else min(until, turn.today)
    first = last - timedelta(days=DAYS_BACK - 1) if since is None else since
    return _made(turn, first, last)


def ahead(turn: Turn, since: date | None, until: date | None, days: int = DAYS_AHEAD) -> Period:
    """A period of what comes: so many days from today, unless said otherwise. Raises `Refusal`."""
    first = turn.today if since is None else since
    return _made(turn, first, first + timedelta(days=days - 1) if until is None else until)


def around(turn: Turn, since: date | None, until: date | None) -> Period:
    """As `back`, and days to come may be asked for as well. Raises `Refusal`."""
    last = turn.today if until is None else until
    first = min(turn.today, last) - timedelta(days=DAYS_BACK - 1) if since is None else since
    return _made(turn, first, last)


def before(turn: Turn, period: Period) -> Period:
    """As many days, right before it."""
    last = period.since - timedelta(days=1)
    return _made(turn, last - timedelta(days=period.days - 1), last)


def _made(turn: Turn, first: date, last: date) -> Period:
    turn.require_inside("Reading the firm's figures")
    calendar = turn.calendar
    if last < first:
        raise Refusal("days_in_order", f"{last} is before {first}.", "Give the first day with --since.")
    if not calendar.first <= first <= last <= calendar.last:
        raise Refusal(
            "date_out_of_range",
            f"The office's calendar reaches from {calendar.first} to {calendar.last}.",
            "Choose days within it.",
        )
    zone = ZoneInfo(calendar.zone)
    return Period(first, last, _begins(first, zone), _begins(last + timedelta(days=1), zone))


def _begins(day: date, zone: ZoneInfo) -> int:
    return to_micros(datetime.combine(day, time(), zone))
