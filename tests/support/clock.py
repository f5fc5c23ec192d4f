"""A clock that only moves when a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class ManualClock:
    """Hands out one aware UTC instant until it is told another one.

    Starts on Monday 2026-11-09, 14:40 UTC (09:40 in New York), when scenario G1 begins.
    """

    def __init__(self, at: datetime = datetime(2026, 11, 9, 14, 40, tzinfo=UTC)) -> None:
        self._now = _utc(at)

    def now(self) -> datetime:
        """The instant that stands, as an aware UTC datetime."""
        return self._now

    def __call__(self) -> datetime:
        """The same as `now()`, for code that is handed a plain callable."""
        return self._now

    def advance(self, **by: float) -> datetime:
        """Moves by the arguments of `timedelta` (`minutes=5`, `days=-1`) and gives the new instant."""
        self._now += timedelta(**by)
        return self._now

    def set(self, at: datetime) -> datetime:
        """Jumps to `at`, forwards or back. Raises ValueError for a datetime without a zone."""
        self._now = _utc(at)
        return self._now


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no zone; a clock gives aware instants only.")
    return at.astimezone(UTC)
