"""A page of a list that may be long without end: rows, and the places from which more can be read on both sides.

A place is what a list is ordered by, so that it stays one when its row goes: a date and an id, a number, a rank.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from casedesk.refusal import NotFound

T = TypeVar("T")
R = TypeVar("R", covariant=True)

Place = tuple[Any, ...]
Way = Literal["first", "last", "after", "before", "around"]
"""Where a page is read: at an end of the list, next to a place (without it), or on both sides of one (with it)."""


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """`above` and `below` are the places behind which more may stand, None where the list ends. A page may be empty and
    still say where to look on. `start` is how many rows stand above, `total` how many there are, where that is known.
    """

    rows: tuple[R, ...]
    above: Place | None = None
    below: Place | None = None
    start: int | None = None
    total: int | None = None


def of_list(
    rows: Sequence[T], place_of: Callable[[T], Place], way: Way, place: Place | None, limit: int
) -> Page[T]:
    """A page of rows that are all at hand, in the order of their places; around a place, `limit` on each side."""
    places = [place_of(row) for row in rows]
    many = len(rows)
    here = (0, 0) if place is None else (bisect_left(places, place), bisect_right(places, place))
    begin, end = {
        "first": (0, limit),
        "last": (many - limit, many),
        "after": (here[1], here[1] + limit),
        "before": (here[0] - limit, here[0]),
        "around": (here[0] - limit, here[1] + limit),
    }[way]
    begin, end = max(0, begin), min(many, end)
    return Page(
        tuple(rows[begin:end]),
        above=places[begin] if 0 < begin < many else None,
        below=places[end - 1] if 0 < end < many else None,
        start=begin,
        total=many,
    )


Look = Callable[[Place, int, bool], tuple[list[T], Place | None]]
"""Up to so many rows behind a place, or against the order where the last is True, and from where to look on."""


def walk(
    look: Look[T],
    way: Way,
    place: Place | None,
    limit: int,
    *,
    ends: tuple[Place, Place],
    behind: Callable[[Place], Place],
) -> tuple[list[T], Place | None, Place | None]:
    """The rows of a page that is read by places, and those above and below it. `ends` stand in front of the first row and
    behind the last, `behind` gives what stands right behind a place. Raises `NotFound` where a place is needed."""
    if place is None and way not in ("first", "last"):
        raise NotFound("place", "in this list", "Read it from the top.")
    here = place or ends[way == "last"]
    rows: list[T] = []
    above: Place | None = None
    below: Place | None = None
    if way in ("last", "before", "around"):
        back, above = look(behind(here) if way == "around" else here, limit, True)
        rows = back[::-1]
    if way in ("first", "after", "around"):
        more, below = look(here, limit, False)
        rows += more
    return rows, above, below
