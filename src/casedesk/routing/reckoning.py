"""The calendar arithmetic of one decision, with a sentence for each result that a paralegal can check."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from casedesk.calendars.business import BusinessCalendar, OutsideCalendar, Unit

if TYPE_CHECKING:
    from casedesk.routing.schema import Amount, DueSpec

_DAYS = (Unit.BUSINESS_DAYS, Unit.CALENDAR_DAYS)


Term = datetime | date | tuple[float, Unit]
Line = tuple[str, str, tuple[Term, ...]]
"""One line of arithmetic: what it is about, a pattern, and the terms the pattern puts into words."""

_UNITS: Mapping[Unit, tuple[str, str]] = {
    Unit.BUSINESS_HOURS: ("office hour", "office hours"),
    Unit.BUSINESS_DAYS: ("business day", "business days"),
    Unit.CALENDAR_DAYS: ("calendar day", "calendar days"),
    Unit.ELAPSED_HOURS: ("hour by the clock", "hours by the clock"),
}


def span(amount: float, unit: Unit) -> str:
    """A stretch of time as people say it: "1 business day", "4 office hours"."""
    one, many = _UNITS[unit]
    return f"{amount:g} {one if amount == 1 else many}"


def in_words(line: Line, calendar: BusinessCalendar) -> str:
    """A line on the office's clock: "RFE intake, due: Mon 2026-11-09 09:40 + 1 business day = ..."."""
    what, pattern, terms = line
    return f"{what}: {pattern.format(*(_shown(term, calendar) for term in terms))}"


def _shown(term: Term, calendar: BusinessCalendar) -> str:
    if isinstance(term, tuple):
        return span(*term)
    return calendar.local(term).strftime("%a %Y-%m-%d %H:%M") if isinstance(term, datetime) else str(term)


class Reckoning:
    """Counts from one instant in one office's calendar; `lines` grows with every answer."""

    def __init__(self, calendar: BusinessCalendar, now: datetime) -> None:
        self.calendar = calendar
        self.now = now
        self.today = calendar.today(now)
        self.lines: list[Line] = []
        # One event asks for the same spans and the same dates many times over.
        self._sums: dict[tuple[float, Unit], datetime] = {}
        self._ends: dict[tuple[float, Unit], datetime] = {}
        self._closes: dict[date, datetime | None] = {}
        self._heads: dict[tuple[date | None, ...], date | None] = {}

    def after(
        self, what: str, amount: Amount, *, cap: date | None = None, since: datetime | None = None
    ) -> datetime:
        """`amount` after now, or after `since` where somebody is there only then, but not past the close of `cap`, and
        never before now."""
        count, unit = amount.amount, amount.unit
        then = self._sum(count, unit) if since is None else self.calendar.add(since, count, unit)
        self._say(what, "{} + {} = {}", since or self.now, (count, unit), then)
        return then if cap is None else self._capped(what, then, cap)

    def due(
        self,
        what: str,
        spec: DueSpec,
        *,
        internal_due: date | None,
        agency_due: date | None,
        cap: date | None,
    ) -> datetime:
        """The due instant of `spec`, not past the close of `cap`, and never before now."""
        if spec.anchor == "opened":
            then = self._from_now(what, spec.amount, spec.unit)
        else:
            anchor = internal_due if spec.anchor == "internal_due" else agency_due
            floor = spec.floor
            least = (
                self.now
                if floor is None
                else self._from_now(f"{what} at the earliest", floor.amount, floor.unit)
            )
            then = least if anchor is None else max(least, self._before(what, anchor, spec))
        return then if cap is None else self._capped(what, then, cap)

    def close(self, day: date) -> datetime | None:
        """When the office closes on a legal date; now before the compiled calendar begins, None beyond its end."""
        try:
            return self._closes[day]
        except KeyError:
            pass
        try:
            close: datetime | None = self.calendar.end_of_business(day)
        except OutsideCalendar:
            close = self.now if day < self.today else None
        self._closes[day] = close
        return close

    def ahead(self, *days: date | None) -> date | None:
        """The first of `days` whose close still lies ahead: what caps a window when the earlier date is already past."""
        if days not in self._heads:
            self._heads[days] = next((d for d in days if d is not None and self._lies_ahead(d)), None)
        return self._heads[days]

    def hours_before(self, what: str, day: date, hours: float) -> datetime | None:
        """`hours` real hours before the close of `day`, inside office hours; None beyond the compiled calendar."""
        close = self.close(day)
        if close is None:
            return None
        exact = close - timedelta(hours=hours)
        if exact <= self.now:
            return exact
        then = self.calendar.at_or_before_business(exact)
        self._say(what, "{} - {} = {}, {} in office hours", close, (hours, Unit.ELAPSED_HOURS), exact, then)
        return then

    def _lies_ahead(self, day: date) -> bool:
        close = self.close(day)
        return close is None or close > self.now

    def _sum(self, amount: float, unit: Unit) -> datetime:
        then = self._sums.get((amount, unit))
        if then is None:
            then = self._sums[amount, unit] = self.calendar.add(self.now, amount, unit)
        return then

    def _from_now(self, what: str, amount: float, unit: Unit) -> datetime:
        then = self._ends.get((amount, unit))
        if then is None:
            then = self._sum(amount, unit)
            if unit in _DAYS:
                # Due on a day means by the close of that day; only windows and chains keep the minute.
                close = self.close(self.calendar.today(then))
                then = close if close is not None and close > self.now else then
            self._ends[amount, unit] = then
        self._say(what, "{} + {} = {}", self.now, (amount, unit), then)
        return then

    def _before(self, what: str, anchor: date, spec: DueSpec) -> datetime:
        try:
            then = self.calendar.end_of_business(self._earlier(anchor, int(spec.amount), spec.unit))
        except OutsideCalendar:
            return self.now
        self._say(what, "{} - {} = {}", anchor, (spec.amount, spec.unit), then)
        return then

    def _earlier(self, anchor: date, days: int, unit: Unit) -> date:
        if unit is Unit.CALENDAR_DAYS:
            return self.calendar.roll_back(anchor - timedelta(days=days))
        day = self.calendar.roll_back(anchor)
        for _ in range(days):
            # Already past: how far past makes no difference, the work is due now.
            if day <= self.today:
                break
            day = self.calendar.previous_business_day(day)
        return day

    def _capped(self, what: str, then: datetime, cap: date) -> datetime:
        last = self.close(cap)
        if last is not None and then > last:
            then = max(last, self.now)
            self._say(what, "not past {}: {}", cap, then)
        return then

    def _say(self, what: str, pattern: str, *terms: Term) -> None:
        self.lines.append((what, pattern, terms))
