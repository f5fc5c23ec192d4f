"""Plain text for people: aligned columns, labelled lines, instants in the office's zone. Clipped only on a terminal."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from casedesk.security.text import clip, safe

GAP = "  "
_NARROWEST = 8


@dataclass(frozen=True)
class Paper:
    """What is printed on: the office's zone, and the terminal's width in cells (None: a pipe, nothing is cut)."""

    zone: str = "UTC"
    width: int | None = None

    def at(self, instant: datetime | None) -> str:
        """`2026-11-09 09:40` on the office's clock, empty for None."""
        return instant.astimezone(ZoneInfo(self.zone)).strftime("%Y-%m-%d %H:%M") if instant else ""

    def at_zone(self, instant: datetime | None) -> str:
        """The same with the weekday and the name of the zone: `Mon 2026-11-09 09:40 EST`."""
        return instant.astimezone(ZoneInfo(self.zone)).strftime("%a %Y-%m-%d %H:%M %Z") if instant else ""

    def day(self, day: date | None) -> str:
        """`Mon 2026-11-30`, empty for None."""
        return day.strftime("%a %Y-%m-%d") if day else ""

    def table(
        self, heads: Sequence[str], rows: Iterable[Sequence[str]], *, give: Collection[str] = ()
    ) -> Iterator[str]:
        """Columns under their heads; on a terminal the columns named in `give` are narrowed until a line fits.

        A column that is empty in every row is left out.
        """
        cells = [[safe(cell) for cell in row] for row in rows]
        kept = [n for n in range(len(heads)) if any(row[n] for row in cells)]
        names = [heads[n] for n in kept]
        body = [[row[n] for n in kept] for row in cells]
        widths = [max([_cells(name), *(_cells(row[n]) for row in body)]) for n, name in enumerate(names)]
        self._fit(widths, [n for n, name in enumerate(names) if name in give])
        for row in [names, *body]:
            padded = (_pad(clip(cell, width), width) for cell, width in zip(row, widths, strict=True))
            yield GAP.join(padded).rstrip()

    def facts(self, pairs: Iterable[tuple[str, object]]) -> Iterator[str]:
        """One line a fact, labels aligned; what is None or empty is left out."""
        known = [(label, text) for label, value in pairs if (text := _text(value))]
        edge = max((len(label) for label, _ in known), default=0)
        for label, text in known:
            yield f"{label:<{edge}}{GAP}{text}"

    def _fit(self, widths: list[int], give: list[int]) -> None:
        if self.width is None:
            return
        room = self.width - len(GAP) * (len(widths) - 1)
        while sum(widths) > room and give:
            widest = max(give, key=widths.__getitem__)
            if widths[widest] <= _NARROWEST:
                return
            widths[widest] -= 1


def counted(number: int, thing: str) -> str:
    """`1 page`, `2 pages`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _text(value: object) -> str:
    if value is None or value == () or value == []:
        return ""
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    return str(value)


def _cells(text: str) -> int:
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _cells(text))
