"""Pages of our own making: text, tab sheets, cover sheets, letters. The same input gives the same bytes on any day.

Sizes are PDF points (1/72 inch) on US Letter paper. Determinism: a constant creation date, a constant producer, no
random identifiers; the file identifier is derived from the content.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from casedesk.documents import fonts

if TYPE_CHECKING:
    from fpdf import FPDF

WIDTH, HEIGHT = 612.0, 792.0
MARGIN = 72.0
PRODUCER = "casedesk"
CREATED = datetime(2000, 1, 1, tzinfo=UTC)
"""The creation date in every page we make: the date of a filing is in the record, never in its bytes."""
_UNSPACED = "\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_STOPS = "、。，．！？：；）」』】〉》"
_WORD = re.compile(rf"[{_UNSPACED}][{_STOPS}]*\s*|[^\s{_UNSPACED}]+\s*|\s+")
"""Chinese, Japanese and Korean break between any two characters, but not before a closing mark."""


class NotConvertible(ValueError):
    """A file that cannot become pages here: `name` the file, `reason`, and `next` the step that helps."""

    def __init__(self, name: str, reason: str, next: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason
        self.next = next


@dataclass(frozen=True, slots=True)
class RenderedPdf:
    """A PDF of ours. `missing_glyphs` are the characters no font of ours has, drawn as a replacement sign."""

    data: bytes
    missing_glyphs: tuple[str, ...]
    pages: int


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text set alike. A newline ends a line; an empty block is an empty line. `after` in points."""

    text: str
    size: float = 11.0
    bold: bool = False
    align: Literal["start", "center"] = "start"
    after: float = 8.0


@dataclass(slots=True)
class _Line:
    text: str
    block: Block
    right_to_left: bool
    gap: float


@dataclass(slots=True)
class _Page:
    lines: list[tuple[float, _Line]] = field(default_factory=list)


def text_to_pdf(title: str, paragraphs: Sequence[str], *, lang: str = "en") -> RenderedPdf:
    """Plain text on Letter pages under its title, numbered when there is more than one page.

    `lang` is a language tag, written into the file for screen readers.
    """
    blocks = [Block(title, size=14.0, bold=True, after=14.0)] if title else []
    blocks.extend(Block(paragraph) for paragraph in paragraphs)
    return compose(title, blocks, lang=lang)


def text_file_to_pdf(name: str, data: bytes, *, lang: str = "en") -> RenderedPdf:
    """A plain text file line by line: UTF-8, UTF-16 with its mark, else Windows-1252.

    Raises NotConvertible for a file that is no text.
    """
    text = _decode(name, data)
    blocks = [Block(line, size=10.0, after=0.0) for line in text.replace("\r\n", "\n").split("\n")]
    return compose(name, blocks, lang=lang)


def tab_sheet(label: str, caption: str, *, lang: str = "en") -> RenderedPdf:
    """The sheet before an exhibit: its label ("Exhibit A") and what lies behind it, in the middle of the page."""
    blocks = [
        Block(label, size=36.0, bold=True, align="center", after=24.0),
        Block(caption, size=16.0, align="center", after=0.0),
    ]
    return compose(f"{label} {caption}".strip(), blocks, lang=lang, top=HEIGHT * 0.38)


def cover_sheet(
    title: str, rows: Sequence[tuple[str, str]], *, note: str = "", lang: str = "en"
) -> RenderedPdf:
    """A first sheet for a hand-over: a title, then one `label: value` a row, then a note."""
    blocks = [Block(title, size=20.0, bold=True, align="center", after=28.0)]
    for label, value in rows:
        blocks.append(Block(label, size=9.0, bold=True, after=2.0))
        blocks.append(Block(value, size=12.0, after=12.0))
    if note:
        blocks.append(Block(note, size=10.0, after=0.0))
    return compose(title, blocks, lang=lang)


def compose(title: str, blocks: Sequence[Block], *, lang: str, top: float = MARGIN) -> RenderedPdf:
    """Blocks set one below another on as many pages as they need; the first page begins at `top`."""
    missing: set[str] = set()
    cleaned: list[Block] = []
    for block in blocks:
        text, lost = fonts.clean(block.text, bold=block.bold)
        missing.update(lost)
        cleaned.append(Block(text, block.size, block.bold, block.align, block.after))
    pdf = new_pdf(title, lang)
    pages = _paginate(pdf, cleaned, top)
    for number, page in enumerate(pages, start=1):
        pdf.add_page()
        for baseline, line in page.lines:
            _draw(pdf, baseline, line)
        if len(pages) > 1:
            footer = _Line(f"{number} / {len(pages)}", Block("", size=9.0, align="center"), False, 0.0)
            _draw(pdf, HEIGHT - MARGIN / 2, footer)
    return RenderedPdf(bytes(pdf.output()), tuple(sorted(missing)), len(pages))


def new_pdf(title: str, lang: str) -> FPDF:
    """An empty Letter document in points with our constant metadata and no margins of its own."""
    from fpdf import FPDF

    pdf = FPDF(unit="pt", format=(WIDTH, HEIGHT))
    pdf.set_creation_date(CREATED)
    pdf.set_producer(PRODUCER)
    if title:
        pdf.set_title(fonts.clean(title)[0])
    pdf.set_lang(lang)
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.c_margin = 0
    return pdf


def use_face(pdf: FPDF, face: fonts.Face, size: float) -> None:
    """Make `face` current, embedding it at its first use only."""
    if face not in pdf.fonts:
        pdf.add_font(face, "", str(fonts.font_file(face)))
    pdf.set_font(face, size=size)


def line_width(pdf: FPDF, line: str, *, size: float, bold: bool = False) -> float:
    """The width in points of one cleaned line."""
    width = 0.0
    for run in fonts.set_line(line, bold=bold):
        use_face(pdf, run.face, size)
        width += pdf.get_string_width(run.text)
    return width


def draw_line(
    pdf: FPDF,
    x: float,
    baseline: float,
    line: str,
    *,
    size: float,
    bold: bool = False,
    right_to_left: bool = False,
) -> None:
    """One cleaned line, its left end at `x`, on the current page."""
    for run in fonts.set_line(line, bold=bold, right_to_left=right_to_left):
        use_face(pdf, run.face, size)
        pdf.text(x, baseline, run.text)
        x += pdf.get_string_width(run.text)


def wrap(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """One paragraph broken at spaces, and inside a word only where it is wider than the line or unspaced."""
    lines: list[str] = []
    current = ""
    for word in _words(text):
        if measure(current + word.rstrip()) <= width:
            current += word
            continue
        if current.strip():
            lines.append(current.rstrip())
        current = word
        while measure(current.rstrip()) > width and len(current) > 1:
            fits = _longest_fit(current, width, measure)
            lines.append(current[:fits])
            current = current[fits:]
    lines.append(current.rstrip())
    return lines


def _words(text: str) -> list[str]:
    """Words with the spaces after them; every unspaced character is a word, with the stops that follow it."""
    return _WORD.findall(text)


def _longest_fit(word: str, width: float, measure: Callable[[str], float]) -> int:
    low, high = 1, len(word)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(word[:middle]) <= width:
            low = middle
        else:
            high = middle - 1
    return low


def _paginate(pdf: FPDF, blocks: Sequence[Block], top: float) -> list[_Page]:
    pages = [_Page()]
    y = top
    for block in blocks:
        for line in _lines(pdf, block):
            height = block.size * 1.35
            if y + height > HEIGHT - MARGIN:
                pages.append(_Page())
                y = MARGIN
            pages[-1].lines.append((y + block.size, line))
            y += height + line.gap
    return pages


def _lines(pdf: FPDF, block: Block) -> list[_Line]:
    def measure(text: str) -> float:
        return line_width(pdf, text, size=block.size, bold=block.bold)

    lines: list[_Line] = []
    for paragraph in block.text.split("\n"):
        right_to_left = fonts.is_right_to_left(paragraph)
        lines.extend(
            _Line(text, block, right_to_left, 0.0) for text in wrap(paragraph, WIDTH - 2 * MARGIN, measure)
        )
    lines[-1].gap = block.after
    return lines


def _draw(pdf: FPDF, baseline: float, line: _Line) -> None:
    block = line.block
    x = MARGIN
    if block.align == "center" or line.right_to_left:
        spare = WIDTH - 2 * MARGIN - line_width(pdf, line.text, size=block.size, bold=block.bold)
        x += spare / 2 if block.align == "center" else spare
    draw_line(pdf, x, baseline, line.text, size=block.size, bold=block.bold, right_to_left=line.right_to_left)


def _decode(name: str, data: bytes) -> str:
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not marked and b"\x00" in data:
        raise NotConvertible(name, "it is not a text file", "Save it as PDF and submit it again.")
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252", "latin-1"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotConvertible(
        name, "its characters cannot be read", "Save it as UTF-8 text or PDF and submit it again."
    )
