"""Dates and instants as they stand on the screen: the office's wall clock, months in words, never 11/12."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


_CLEAR = 300
"""Days within which a month without its year is not mistaken."""


def legal(day: date | None) -> str:
    """A legal date in full: 30 Nov 2026."""
    return "" if day is None else f"{day.day} {MONTHS[day.month - 1]} {day.year}"


@dataclass(frozen=True)
class Moment:
    """What the store's clock said when a screen was read, and the office's zone."""

    now: datetime
    zone: str = "UTC"

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @cached_property
    def today(self) -> date:
        return self.now.astimezone(self._zone).date()

    def is_today(self, at: datetime) -> bool:
        return at.astimezone(self._zone).date() == self.today

    def local_day(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()

    def day(self, day: date | None) -> str:
        """ "today", "Mon 23 Nov", with the year when it is another one."""
        if day is None:
            return ""
        if day == self.today:
            return "today"
        shown = f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"
        return shown if day.year == self.today.year else f"{shown} {day.year}"

    def near(self, day: date | None) -> str:
        """For columns: "today", "25 Nov"; with the year where the month alone would be taken for another one."""
        if day is None or day == self.today:
            return "" if day is None else "today"
        shown = f"{day.day} {MONTHS[day.month - 1]}"
        return shown if abs((day - self.today).days) <= _CLEAR else f"{shown} {day.year}"

    def due(self, day: date) -> str:
        """For columns: "Mon 23 Nov", "Mon 4 Jan" in the coming year, "28 Feb 2028"."""
        far = abs((day - self.today).days) > _CLEAR
        return self.near(day) if far or day == self.today else f"{DAYS[day.weekday()]} {self.near(day)}"

    def time(self, at: datetime) -> str:
        return at.astimezone(self._zone).strftime("%H:%M")

    def instant(self, at: datetime | None) -> str:
        """ "today 14:02", "Fri 20 Nov 14:10"."""
        return "" if at is None else f"{self.day(self.local_day(at))} {self.time(at)}"

    def soon(self, at: datetime) -> str:
        """As short as it stays clear: "today 14:02", "Tue 09:40" within six days, else "Tue 24 Nov"."""
        day = self.local_day(at)
        if abs((day - self.today).days) > 6:
            return self.due(day)
        return f"{'today' if day == self.today else DAYS[day.weekday()]} {self.time(at)}"

    def left(self, day: date) -> str:
        """ "in 9 days", "today", "2 days ago"."""
        days = (day - self.today).days
        if days == 0:
            return "today"
        unit = "day" if abs(days) == 1 else "days"
        return f"in {days} {unit}" if days > 0 else f"{-days} {unit} ago"
