"""P11: a business due date, beside bisection on a compiled calendar: the same sum written out over two sorted lists.

The floor knows no zone, no unit and no day outside its lists; it is what is left when everything a due date must be
careful of is taken away. Both sides count from the same instants, once in hours of a chain and once in days.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from benchmarks.harness import Benchmark, Goal, Side
from casedesk.calendars.business import BusinessCalendar, Unit, compile_calendar, from_micros, to_micros
from casedesk.calendars.federal import federal_holidays

FIRST, LAST = date(2015, 1, 1), date(2035, 12, 31)
SUMS = 20_000
"""Due dates in one timed run."""

HOUR_US = 3_600_000_000


def benchmarks() -> list[Benchmark]:
    """Four office hours and three business days, from instants all over twenty years."""
    return [
        _row("4 businessHours", 4, Unit.BUSINESS_HOURS, Bare.hours),
        _row("3 businessDays", 3, Unit.BUSINESS_DAYS, Bare.days),
    ]


@dataclass
class Bare:
    """Openings, closings and the business time before each, as lists of microseconds."""

    opens: list[int]
    closes: list[int]
    before: list[int]

    def hours(self, at: datetime, amount: int) -> datetime:
        us = to_micros(at)
        index = bisect_right(self.opens, us) - 1
        spent = self.before[index] + min(us, self.closes[index]) - self.opens[index]
        target = spent + amount * HOUR_US
        index = bisect_left(self.before, target) - 1
        return from_micros(self.opens[index] + target - self.before[index])

    def days(self, at: datetime, amount: int) -> datetime:
        us = to_micros(at)
        index = bisect_right(self.opens, us) - 1
        if us > self.closes[index]:
            index += 1
            us = self.opens[index]
        return from_micros(self.opens[index + amount] + us - self.opens[index])


def _office() -> BusinessCalendar:
    week = {weekday: (time(9), time(17, 30)) for weekday in range(5)}
    return compile_calendar("America/New_York", week, federal_holidays(), FIRST, LAST)


def _bare() -> Bare:
    office = _office()
    opens, closes, before = [], [], [0]
    day = FIRST
    while day <= LAST:
        if office.is_business_day(day):
            opens.append(to_micros(office.start_of_business(day)))
            closes.append(to_micros(office.end_of_business(day)))
            before.append(before[-1] + closes[-1] - opens[-1])
        day += timedelta(days=1)
    return Bare(opens, closes, before)


def _instants() -> list[datetime]:
    random = Random(11)
    begins = datetime(2016, 1, 4, tzinfo=UTC)
    return [begins + timedelta(minutes=random.randrange(18 * 365 * 24 * 60)) for _ in range(SUMS)]


def _row(what: str, amount: int, unit: Unit, bare: Callable[[Bare, datetime, int], datetime]) -> Benchmark:
    instants = _instants()

    def floor(lists: Bare) -> None:
        for at in instants:
            bare(lists, at, amount)

    def ours(office: BusinessCalendar) -> None:
        for at in instants:
            office.add(at, amount, unit)

    below: Side[Any] = Side("bisection", floor, set_up=_bare, batch=SUMS)
    above: Side[Any] = Side("casedesk", ours, set_up=_office, batch=SUMS)
    return Benchmark("P11", what, below, above, Goal(3.0))
