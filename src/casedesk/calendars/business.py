"""Business time of one office, compiled once and asked by bisection.

Instants are aware UTC datetimes, days are local dates of the office's zone. The arithmetic underneath is on integer
microseconds since the epoch, so a change of clocks never adds or loses an hour.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_HOUR = 3_600_000_000


class Unit(StrEnum):
    """The units a rule may name; a bare "days" is never stored."""

    BUSINESS_HOURS = "businessHours"
    BUSINESS_DAYS = "businessDays"
    CALENDAR_DAYS = "calendarDays"
    ELAPSED_HOURS = "elapsedHours"


class OutsideCalendar(ValueError):
    """The day or instant lies outside the days the calendar was compiled for."""


class WrongAmount(ValueError):
    """An amount that is no finite number, or a part of a day where whole days are counted."""


def to_micros(instant: datetime) -> int:
    """Microseconds since the epoch. Raises ValueError for a naive datetime."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone; instants are aware UTC datetimes.")
    return (instant - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """The aware UTC datetime of microseconds since the epoch."""
    return _EPOCH + timedelta(0, 0, micros)


@dataclass(frozen=True, eq=False)
class BusinessCalendar:
    """Opening hours of one office from `first` to `last` (local dates, inclusive).

    Built by `compile_calendar`. Every method raises `OutsideCalendar` where the answer, or the question, leaves the
    compiled days; a due date is never guessed.
    """

    zone: str
    first: date
    last: date
    _tz: ZoneInfo = field(repr=False)
    _days: tuple[int, ...] = field(repr=False)
    _opens: tuple[int, ...] = field(repr=False)
    _closes: tuple[int, ...] = field(repr=False)
    _before: tuple[int, ...] = field(repr=False)
    """Business microseconds before each opening; one longer than the days, its last entry is the sum."""
    _walls: tuple[int, ...] = field(repr=False)
    """The local time of each opening in microseconds, or -1 on a day whose clocks change in office hours."""
    _begin: int = field(repr=False)
    _end: int = field(repr=False)

    # --- days

    @cached_property
    def days_a_week(self) -> int:
        """On how many days of the week the office opens, holidays aside; at least one."""
        return max(1, len({ordinal % 7 for ordinal in self._days}))

    def is_business_day(self, day: date) -> bool:
        """True when the office opens on that local day."""
        at = self._floor(self._ordinal(day))
        return at >= 0 and self._days[at] == day.toordinal()

    def next_business_day(self, day: date) -> date:
        """The first business day strictly after `day`."""
        return self._day(self._floor(self._ordinal(day)) + 1)

    def previous_business_day(self, day: date) -> date:
        """The last business day strictly before `day`."""
        return self._day(bisect_left(self._days, self._ordinal(day)) - 1)

    def roll_forward(self, day: date) -> date:
        """`day` itself when it is a business day, else the next one."""
        return self._day(bisect_left(self._days, self._ordinal(day)))

    def roll_back(self, day: date) -> date:
        """`day` itself when it is a business day, else the one before."""
        return self._day(self._floor(self._ordinal(day)))

    # --- between days and instants

    def local(self, instant: datetime) -> datetime:
        """The same instant on the office's clock."""
        return instant.astimezone(self._tz)

    def today(self, instant: datetime) -> date:
        """The office's local date at that instant."""
        return instant.astimezone(self._tz).date()

    def end_of_business(self, day: date) -> datetime:
        """When the office closes that day (UTC); on a day it stays shut, the last close before."""
        return from_micros(self._closes[self._index(self._floor(self._ordinal(day)))])

    def start_of_business(self, day: date) -> datetime:
        """When the office opens that day (UTC); on a day it stays shut, the next opening."""
        return from_micros(self._opens[self._index(bisect_left(self._days, self._ordinal(day)))])

    def at_or_before_business(self, instant: datetime) -> datetime:
        """The instant itself inside office hours, else the last close before it: timers of staff counted backwards."""
        at = self._micros(instant)
        index = self._index(bisect_right(self._opens, at) - 1)
        return from_micros(min(at, self._closes[index]))

    # --- business time

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Business time from `start` to `end`; negative when `end` comes first."""
        return timedelta(microseconds=self._spent(self._micros(end)) - self._spent(self._micros(start)))

    def add_hours(self, instant: datetime, hours: float) -> datetime:
        """The instant after `hours` office hours: 4 h from 16:00, open 9 to 18, is 11:00 on the next business day.

        A sum that ends with the day ends at that close, not at the next opening. No hours, no change. Negative hours
        go backwards.
        """
        span = _span(hours)
        at = self._micros(instant)
        if span < 0:
            return self._back(at, -span)
        if span == 0:
            return instant
        before = self._before
        target = self._spent(at) + span
        if target > before[-1]:
            self._index(-1)
        index = bisect_left(before, target) - 1
        return _EPOCH + timedelta(0, 0, self._opens[index] + target - before[index])

    def subtract_hours(self, instant: datetime, hours: float) -> datetime:
        """The instant `hours` office hours earlier; one that begins with the day is its opening."""
        return self.add_hours(instant, -hours)

    def add_days(self, instant: datetime, days: int) -> datetime:
        """The same local time on the `days`-th next business day, moved into that day's hours.

        A start outside office hours counts from the next opening. Negative days go back, from the last close.
        """
        at = self._micros(instant)
        index = bisect_right(self._opens, at) - 1
        if index < 0 or at > self._closes[index]:
            index = index + 1 if days >= 0 else index
            at = self._opens[self._index(index)] if days >= 0 else self._closes[self._index(index)]
        if days == 0:
            return from_micros(at)
        target = self._index(index + days)
        opens, closes = self._opens[target], self._closes[target]
        wall_here, wall_there = self._walls[index], self._walls[target]
        if wall_here >= 0 and wall_there >= 0:
            there = at - self._opens[index] + wall_here - wall_there + opens
            return from_micros(opens if there < opens else closes if there > closes else there)
        wall = from_micros(at).astimezone(self._tz).time()
        there = _instant(date.fromordinal(self._days[target]), wall, self._tz)
        return from_micros(min(max(there, opens), closes))

    def add(self, instant: datetime, amount: float, unit: Unit) -> datetime:
        """`amount` of `unit` after the instant; days must be whole.

        Calendar days keep the local time and elapsed hours the real time; neither is moved into office hours.
        Raises `WrongAmount`.
        """
        if unit is Unit.BUSINESS_HOURS:
            return self.add_hours(instant, amount)
        if unit is Unit.ELAPSED_HOURS:
            return from_micros(self._inside(self._micros(instant) + _span(amount)))
        if not math.isfinite(amount) or amount != int(amount):
            raise WrongAmount(f"{amount} {unit.value} is not a whole number of days.")
        if unit is Unit.BUSINESS_DAYS:
            return self.add_days(instant, int(amount))
        self._micros(instant)
        wall = self.local(instant)
        there = wall.date() + timedelta(days=int(amount))
        return from_micros(self._inside(_instant(there, wall.time(), self._tz)))

    # --- inside

    def _back(self, at: int, span: int) -> datetime:
        target = self._spent(at) - span
        # bisect_right: what begins with a day is that day's opening, the mirror of ending with a day's close.
        index = self._index(bisect_right(self._before, target) - 1) if target >= 0 else self._index(-1)
        return from_micros(self._opens[index] + target - self._before[index])

    def _spent(self, at: int) -> int:
        opens = self._opens
        index = bisect_right(opens, at) - 1
        if index < 0:
            return 0
        close = self._closes[index]
        return self._before[index] + (at if at < close else close) - opens[index]

    def _floor(self, ordinal: int) -> int:
        return bisect_right(self._days, ordinal) - 1

    def _ordinal(self, day: date) -> int:
        if not self.first <= day <= self.last:
            raise OutsideCalendar(f"{day.isoformat()} is outside the calendar ({self._range()}).")
        return day.toordinal()

    def _index(self, index: int) -> int:
        if not 0 <= index < len(self._days):
            raise OutsideCalendar(f"The answer lies outside the calendar ({self._range()}).")
        return index

    def _day(self, index: int) -> date:
        return date.fromordinal(self._days[self._index(index)])

    def _micros(self, instant: datetime) -> int:
        at = to_micros(instant)
        return at if self._begin <= at < self._end else self._inside(at)

    def _inside(self, at: int) -> int:
        if not self._begin <= at < self._end:
            raise OutsideCalendar(f"{from_micros(at).isoformat()} is outside the calendar ({self._range()}).")
        return at

    def _range(self) -> str:
        return f"{self.zone}, {self.first.isoformat()} to {self.last.isoformat()}"


def compile_calendar(
    zone: str,
    hours: Mapping[int, tuple[time, time]],
    holidays: Collection[date],
    first: date,
    last: date,
) -> BusinessCalendar:
    """Compile an office's hours: `hours` maps the weekday (0 is Monday) to opening and closing, both local.

    A weekday left out is closed, as is every day in `holidays`. Raises ValueError for hours that do not open before
    they close, a weekday that is none, an empty range; ZoneInfoNotFoundError for an unknown zone.
    """
    if last < first:
        raise ValueError(f"The calendar ends ({last.isoformat()}) before it begins ({first.isoformat()}).")
    for weekday, (opening, closing) in hours.items():
        if not 0 <= weekday <= 6:
            raise ValueError(f"{weekday} is not a weekday; Monday is 0, Sunday is 6.")
        if not opening < closing:
            raise ValueError(f"Weekday {weekday} opens at {opening} and closes at {closing}.")
    tz = ZoneInfo(zone)
    shut = frozenset(holidays)
    days: list[int] = []
    opens: list[int] = []
    closes: list[int] = []
    before: list[int] = [0]
    walls: list[int] = []
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        span = hours.get(day.weekday())
        if span is None or day in shut:
            continue
        opening_at, closing_at = _instant(day, span[0], tz), _instant(day, span[1], tz)
        # Hours that fall wholly into a change of clocks do not exist that day.
        if opening_at >= closing_at:
            continue
        days.append(ordinal)
        opens.append(opening_at)
        closes.append(closing_at)
        before.append(before[-1] + closing_at - opening_at)
        steady = closing_at - opening_at == _wall(span[1]) - _wall(span[0])
        walls.append(_wall(span[0]) if steady else -1)
    return BusinessCalendar(
        zone=zone,
        first=first,
        last=last,
        _tz=tz,
        _days=tuple(days),
        _opens=tuple(opens),
        _closes=tuple(closes),
        _before=tuple(before),
        _walls=tuple(walls),
        _begin=_instant(first, time.min, tz),
        _end=_instant(last + timedelta(days=1), time.min, tz),
    )


def _instant(day: date, wall: time, tz: ZoneInfo) -> int:
    return to_micros(datetime.combine(day, wall.replace(fold=0), tzinfo=tz))


def _wall(clock: time) -> int:
    seconds = (clock.hour * 60 + clock.minute) * 60 + clock.second
    return seconds * 1_000_000 + clock.microsecond


def _span(hours: float) -> int:
    if not math.isfinite(hours):
        raise WrongAmount(f"{hours} is not a number of hours.")
    return round(hours * _HOUR)
