"""A newcomer's first weeks: which share of their hours counts, week by week, until all of them do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

MOST_WEEKS = 26

OVER = "over"
"""What is kept where somebody's ramp was ended."""


class WrongRamp(ValueError):
    """A ramp that is none: a share outside 1 to 100, one below the week before, no week at all, or too many."""


@dataclass(frozen=True, slots=True)
class Ramp:
    """`shares` are percents of somebody's hours, the first for the seven days from `first_day` on; after the last
    week everything counts, before the first day nothing does."""

    first_day: date
    shares: tuple[int, ...]

    def week(self, day: date) -> int | None:
        """The week of the ramp a day lies in, from 1; 0 before the first day, None when it is over."""
        if day < self.first_day:
            return 0
        week = (day - self.first_day).days // 7 + 1
        return week if week <= len(self.shares) else None

    def share(self, day: date) -> int:
        """The percent of somebody's hours that counts on a day."""
        week = self.week(day)
        if week is None:
            return 100
        return self.shares[week - 1] if week else 0

    def words(self, day: date, hours: float) -> str:
        """Why fewer than all `hours` a week count on a day: "week 2 here: 50% of 40"; empty when all of them do."""
        week = self.week(day)
        if week is None:
            return ""
        return (
            f"week {week} here: {self.share(day)}% of {hours:g}"
            if week
            else f"begins {self.first_day.isoformat()}"
        )

    def text(self) -> str:
        """As it is kept: `2026-11-09 25,50,75`."""
        return f"{self.first_day.isoformat()} {','.join(map(str, self.shares))}"


def read_ramp(text: str) -> Ramp:
    """The inverse of `Ramp.text`. Raises ValueError."""
    day, _, shares = text.partition(" ")
    return Ramp(date.fromisoformat(day), read_shares(shares))


def kept(text: str | None) -> Ramp | None:
    """The ramp that is kept for somebody, None where there is none or it was ended. Raises ValueError."""
    return None if text is None or text == OVER else read_ramp(text)


def read_shares(text: str) -> tuple[int, ...]:
    """`25,50,75` as percents. Raises `WrongRamp`."""
    parts = [part.strip().removesuffix("%") for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() and len(part) <= 3 for part in parts):
        raise WrongRamp(f"{text!r} are no weeks; write percents, as in 25,50,75.")
    shares = tuple(int(part) for part in parts)
    if len(shares) > MOST_WEEKS:
        raise WrongRamp(f"A ramp has at most {MOST_WEEKS} weeks; {len(shares)} were given.")
    if not all(1 <= share <= 100 for share in shares):
        raise WrongRamp(f"Each week of {text!r} is a percent from 1 to 100.")
    if list(shares) != sorted(shares):
        raise WrongRamp(f"A ramp grows: {text!r} gives a later week less than an earlier one.")
    return shares
