"""Federal holidays and closures: which days a legal date may end on, and when federal offices are open.

Two facts that look alike and are not. A *legal holiday* (5 U.S.C. 6103) moves a period's last day (8 CFR 1.2). A
closure by executive order shuts the offices but is no legal holiday, so a client's own date does not move for it;
only days counted in open federal offices (premium processing, 8 CFR 106.4(e)) skip it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from casedesk.calendars.business import OutsideCalendar
from casedesk.calendars.federal_table import HOLIDAYS

FIRST = date(min(HOLIDAYS), 1, 1)
LAST = date(max(HOLIDAYS), 12, 31)
"""The days the compiled table speaks for, inclusive."""


@dataclass(frozen=True)
class Closure:
    """Federal offices shut by order of the President. `half_day`: the offices opened in the morning."""

    day: date
    reason: str
    source: str
    half_day: bool = False


CLOSURES: tuple[Closure, ...] = (
    Closure(date(2015, 12, 24), "Christmas Eve, from noon", "executive order of 2015-12-11", half_day=True),
    Closure(date(2018, 12, 5), "day of mourning, George H. W. Bush", "executive order of 2018-12-01"),
    Closure(date(2018, 12, 24), "Christmas Eve", "Executive Order 13854 of 2018-12-18"),
    Closure(date(2019, 12, 24), "Christmas Eve", "executive order of 2019-12-17"),
    Closure(date(2020, 12, 24), "Christmas Eve", "executive order of 2020-12-11"),
    Closure(date(2024, 12, 24), "Christmas Eve", "executive order of December 2024"),
    Closure(date(2025, 1, 9), "day of mourning, Jimmy Carter", "Executive Order 14133 of 2024-12-30"),
    Closure(date(2025, 12, 24), "Christmas Eve", "Executive Order 14371 of 2025-12-18"),
    Closure(date(2025, 12, 26), "day after Christmas", "Executive Order 14371 of 2025-12-18"),
)


@cache
def federal_holidays() -> frozenset[date]:
    """Every legal holiday in the table, the observed days included (a Saturday's on Friday, a Sunday's on Monday)."""
    return frozenset(
        date(year, int(day[:2]), int(day[2:])) for year, days in HOLIDAYS.items() for day in days.split()
    )


@cache
def executive_closures() -> frozenset[date]:
    """Whole days on which federal offices stayed shut without a legal holiday; half days are not among them."""
    return frozenset(closure.day for closure in CLOSURES if not closure.half_day)


def is_federal_holiday(day: date) -> bool:
    """True on a legal holiday or the day it is observed on. Raises `OutsideCalendar` beyond the table."""
    return _known(day) in federal_holidays()


def is_federal_business_day(day: date) -> bool:
    """True when a period may end on that day: no weekend and no legal holiday (8 CFR 1.2).

    Closures by executive order do not count here; see `is_federal_office_open`. Raises `OutsideCalendar`.
    """
    return _known(day).weekday() < 5 and day not in federal_holidays()


def is_federal_office_open(day: date) -> bool:
    """True when federal offices work that day: a federal business day with no closure. Raises `OutsideCalendar`."""
    return is_federal_business_day(day) and day not in executive_closures()


def next_federal_business_day(day: date) -> date:
    """`day` itself when a period may end on it, else the next such day."""
    while not is_federal_business_day(day):
        day += timedelta(days=1)
    return day


def last_open_day(day: date) -> date:
    """`day` itself when federal offices are open, else the last open day before it."""
    while not is_federal_office_open(day):
        day -= timedelta(days=1)
    return day


def _known(day: date) -> date:
    if not FIRST <= day <= LAST:
        raise OutsideCalendar(
            f"{day.isoformat()} is outside the table of federal holidays ({FIRST.year} to {LAST.year})."
        )
    return day
