"""Figures and how they are put into groups: one observation each, with whose it is and of which kind of matter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from casedesk.desk import asked
from casedesk.desk.turn import Turn

NOBODY = "nobody"
NO_MATTER = "no matter"


class By(StrEnum):
    """What a report may be divided by."""

    PERSON = "person"
    TEAM = "team"
    TYPE = "type"
    OFFICE = "office"


@dataclass(frozen=True)
class Figure:
    """`value` is None where nothing was measured (`n` 0); `definition` says in a sentence what counts."""

    value: float | None
    n: int
    definition: str


@dataclass(frozen=True)
class Seen:
    """One observation: a person's handle ("" for nobody's), the kind of matter ("" for none), and what was seen."""

    who: str
    type: str
    value: float


@dataclass(frozen=True)
class Sheet:
    """A report as rows for a table or a spreadsheet; None is an empty cell."""

    heads: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def share(seen: Sequence[Seen], definition: str) -> Figure:
    """What part of the observations is 1."""
    value = round(sum(s.value for s in seen) / len(seen), 4) if seen else None
    return Figure(value, len(seen), definition)


def middle(seen: Sequence[Seen], definition: str) -> Figure:
    """The median, to a hundredth."""
    value = round(median(s.value for s in seen), 2) if seen else None
    return Figure(value, len(seen), definition)


def count(seen: Sequence[Seen], definition: str) -> Figure:
    """How many of the observations are 1."""
    value = float(sum(s.value for s in seen)) if seen else None
    return Figure(value, len(seen), definition)


def by_of(text: str | None) -> By | None:
    """The word after `--by`. Raises `Refusal` for one that is none."""
    return None if text is None else asked.one_of(text, By, "way to divide a report")


class Groups:
    """Into which groups an observation falls: one, or several where somebody is in several teams."""

    def __init__(self, turn: Turn, by: By) -> None:
        self._by = by
        self._of: dict[str, tuple[str, ...]] = {}
        if by in (By.TEAM, By.OFFICE):
            for row in turn.uow.all("report.places"):
                name = row.team if by is By.TEAM else row.office
                if name is not None:
                    self._of[row.handle] = (*self._of.get(row.handle, ()), name)
        if by is By.OFFICE:
            self._of = {handle: names[:1] for handle, names in self._of.items()}

    def of(self, seen: Seen) -> tuple[str, ...]:
        if self._by is By.TYPE:
            return (seen.type or NO_MATTER,)
        if self._by is By.PERSON:
            return (seen.who or NOBODY,)
        return self._of.get(seen.who, (NOBODY,))

    def names(self, everything: Iterable[Iterable[Seen]]) -> tuple[str, ...]:
        """Every group something falls into, in the alphabet's order."""
        return tuple(sorted({name for seen in everything for one in seen for name in self.of(one)}))

    def within(self, name: str) -> Callable[[Iterable[Seen]], list[Seen]]:
        """Only the observations of one group."""
        return lambda seen: [one for one in seen if name in self.of(one)]
