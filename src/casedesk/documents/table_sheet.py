"""Tables on US Letter paper, for a meeting: headings, columns that wrap, heads again on each page, pages numbered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casedesk.documents import fonts
from casedesk.documents.render import HEIGHT, WIDTH, RenderedPdf, draw_line, line_width, new_pdf, wrap

if TYPE_CHECKING:
    from fpdf import FPDF

EDGE = 42.0
GAP = 6.0
SIZE = 8.5
LEADING = 1.3


@dataclass(frozen=True, slots=True)
class Table:
    """One table under its heading; `shares` are how the columns divide the line. Without rows it says `nothing`."""

    heading: str
    heads: tuple[str, ...]
    shares: tuple[float, ...]
    rows: Sequence[Sequence[str]]
    nothing: str = ""


def table_sheet(title: str, note: str, tables: Sequence[Table], *, lang: str = "en") -> RenderedPdf:
    """The tables under one title, on as many pages as they need. Characters no font of ours has are named."""
    sheet = _Sheet(new_pdf(title, lang))
    sheet.say(title, size=15.0, bold=True, after=2.0)
    sheet.say(note, size=9.0, after=8.0)
    for table in tables:
        sheet.table(table)
    return sheet.done()


class _Sheet:
    def __init__(self, pdf: FPDF) -> None:
        self.pdf = pdf
        self.missing: set[str] = set()
        self.y = HEIGHT
        self.pages = 0

    def say(self, text: str, *, size: float, bold: bool = False, after: float = 0.0) -> None:
        for line in self._wrapped(text, WIDTH - 2 * EDGE, size, bold):
            self._room(size * LEADING)
            draw_line(self.pdf, EDGE, self.y + size, line, size=size, bold=bold)
            self.y += size * LEADING
        self.y += after

    def table(self, table: Table) -> None:
        # A heading never stands alone at the foot of a page.
        self._room(5 * SIZE * LEADING)
        self.say(table.heading, size=11.0, bold=True, after=2.0)
        if not table.rows:
            self.say(table.nothing, size=SIZE, after=10.0)
            return
        room = WIDTH - 2 * EDGE - GAP * (len(table.shares) - 1)
        widths = [room * share / sum(table.shares) for share in table.shares]
        self._row(table.heads, widths, bold=True)
        for row in table.rows:
            self._row(row, widths, heads=table.heads)
        self.y += 10.0

    def done(self) -> RenderedPdf:
        return RenderedPdf(bytes(self.pdf.output()), tuple(sorted(self.missing)), self.pages)

    def _row(
        self,
        cells: Sequence[str],
        widths: Sequence[float],
        *,
        bold: bool = False,
        heads: Sequence[str] = (),
    ) -> None:
        wrapped = [self._wrapped(cell, width, SIZE, bold) for cell, width in zip(cells, widths, strict=True)]
        height = max(len(lines) for lines in wrapped) * SIZE * LEADING + 2.0
        if self._room(height) and heads:
            self._row(heads, widths, bold=True)
        x = EDGE
        for lines, width in zip(wrapped, widths, strict=True):
            for at, line in enumerate(lines):
                draw_line(self.pdf, x, self.y + SIZE + at * SIZE * LEADING, line, size=SIZE, bold=bold)
            x += width + GAP
        self.y += height
        self.pdf.set_draw_color(190)
        self.pdf.set_line_width(0.4)
        self.pdf.line(EDGE, self.y - 0.5, WIDTH - EDGE, self.y - 0.5)

    def _wrapped(self, text: str, width: float, size: float, bold: bool) -> list[str]:
        cleaned, lost = fonts.clean(text, bold=bold)
        self.missing.update(lost)
        return [
            line
            for part in cleaned.split("\n")
            for line in wrap(part, width, lambda s: line_width(self.pdf, s, size=size, bold=bold))
        ]

    def _room(self, height: float) -> bool:
        if self.pages and self.y + height <= HEIGHT - EDGE:
            return False
        self.pdf.add_page()
        self.pages += 1
        self.y = EDGE
        foot = f"Page {self.pages}"
        draw_line(
            self.pdf, WIDTH - EDGE - line_width(self.pdf, foot, size=8.0), HEIGHT - EDGE / 2, foot, size=8.0
        )
        return True
