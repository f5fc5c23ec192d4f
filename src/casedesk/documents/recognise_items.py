"""The list of papers a request asks for, read from its numbers, letters or bullets.

Pure. A list counts if the words before it ask for something; a list of ways to answer does not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from casedesk.documents.pdftext import Line
from casedesk.documents.recognise_layout import Sheet
from casedesk.documents.vocabulary import ITEMS_NOT_WANTED, ITEMS_OVER, ITEMS_WANTED

_NUMBER, _LETTER, _ROMAN, _BULLET = "number", "letter", "roman", "bullet"
_MARKERS = (
    (_NUMBER, re.compile(r"^\(?(\d{1,2})[.):](?:\s+|$)|^\((\d{1,2})\)\s*|^(\d{1,2})$")),
    (_BULLET, re.compile(r"^([•▪◦●○■□☐✓❑➢►*·‣⁃]|[-–—](?=\s|$)|o(?=\s+[A-Z]))\s*")),
    (_LETTER, re.compile(r"^\(?([A-Za-z])[.)](?:\s+|$)")),
    (_ROMAN, re.compile(r"^\(?([ivx]{2,4}|[IVX]{2,4})[.)](?:\s+|$)")),
)
_INTRO_CHARACTERS = 260
_MOST_ITEMS = 60
_MOST_CHARACTERS = 1_200


@dataclass(slots=True)
class _Item:
    kind: str
    x0: float
    text_x0: float
    last: Line
    page: int
    parts: list[str]

    @property
    def text(self) -> str:
        return " ".join(part for part in self.parts if part)[:_MOST_CHARACTERS].strip()


@dataclass(slots=True)
class _List:
    kind: str
    intro: str
    items: list[_Item] = field(default_factory=list)


@dataclass(slots=True)
class _Reader:
    """Walks the lines of all pages from top to bottom and gathers lists."""

    lists: list[_List] = field(default_factory=list)
    open: _List | None = None
    before: list[str] = field(default_factory=list)

    def take(self, line: Line, sheet: Sheet) -> None:
        marker = _marker(line.text)
        item = self.open.items[-1] if self.open else None
        if marker is not None and not _is_date_or_amount(line.text):
            self._start(marker, line, sheet)
            return
        if item is None or self.open is None:
            self._prose(line)
            return
        if item.page == sheet.number and (
            line.x1 < item.x0 - 2 or (line.x0 > item.last.x1 + 40 and item.last.y1 > line.y0)
        ):
            return
        if self._continues(item, line, sheet):
            item.parts.append(line.text)
            item.last, item.page = line, sheet.number
        else:
            self.open = None
            self._prose(line)

    def _prose(self, line: Line) -> None:
        self.before = [*self.before[-6:], line.text]

    def _start(self, marker: tuple[str, str, int], line: Line, sheet: Sheet) -> None:
        kind, sign, length = marker
        text = line.text[length:].strip()
        text_x0 = _word_x0(line, length)
        current = self.open
        if current is not None:
            first, last = current.items[0], current.items[-1]
            nested = line.x0 > first.x0 + 4 and kind != current.kind and sheet.number == last.page
            if nested:
                last.parts.append(line.text)
                last.last, last.page = line, sheet.number
                return
        fresh = current is None or kind != current.kind or (sign.lower() in {"1", "a"} and kind != _BULLET)
        if fresh:
            current = _List(kind, " ".join(self.before)[-_INTRO_CHARACTERS:])
            self.lists.append(current)
            self.before = []
        if current is not None:
            self.open = current
            current.items.append(_Item(kind, line.x0, text_x0, line, sheet.number, [text]))

    def _continues(self, item: _Item, line: Line, sheet: Sheet) -> bool:
        if item.page != sheet.number:
            return line.text[:1].islower() and not item.text.endswith(".")
        height = line.y1 - line.y0
        gap = line.y0 - item.last.y1
        if gap > 1.3 * height or sheet.begins_with_label(line):
            return False
        if line.x0 > item.x0 + 3:
            return gap < 0.9 * height or not ITEMS_OVER.match(line.text)
        if ITEMS_OVER.match(line.text):
            return False
        unfinished = not item.text.endswith((".", ";", ":")) or line.text[:1].islower()
        return unfinished and gap < 0.9 * height


def requested_items(sheets: list[Sheet]) -> tuple[tuple[str, int], ...]:
    """The papers asked for, in order, each with the page it stands on; empty if the paper has no such list."""
    reader = _Reader()
    for sheet in sheets:
        for line in _with_markers_joined(sheet):
            if not _is_furniture(line, sheet):
                reader.take(line, sheet)
    lists = [found for found in reader.lists if _plausible(found)]
    wanted = [
        found for found in lists if ITEMS_WANTED.search(found.intro) and not _about_answering(found.intro)
    ]
    if not wanted and len(lists) == 1 and not _about_answering(lists[0].intro):
        wanted = lists
    items: dict[str, int] = {}
    for found in wanted:
        for item in found.items:
            if item.text:
                items.setdefault(item.text, item.page)
    return tuple(items.items())[:_MOST_ITEMS]


def _about_answering(intro: str) -> bool:
    # The sentence right before the list decides, not what stands further up.
    last = re.split(r"(?<=[.!?])\s+", intro.strip())[-1]
    return ITEMS_NOT_WANTED.search(last) is not None


def _plausible(found: _List) -> bool:
    return any(len(item.text) > 2 and any(letter.isalpha() for letter in item.text) for item in found.items)


def _marker(text: str) -> tuple[str, str, int] | None:
    for kind, pattern in _MARKERS:
        match = pattern.match(text)
        if match is not None and match.end() <= len(text):
            return kind, next(group for group in match.groups() if group), match.end()
    return None


def _is_date_or_amount(text: str) -> bool:
    return (
        re.match(
            r"^\d{1,2}[.)]?\s*(?:days?|hours?|pages?)\b|^[-–—]+\s*\d*\s*[-–—]*$|^[A-Z]\.\s?[A-Z]\.|^\d{1,2}$(?<!\d)",
            text,
        )
        is not None
    )


def _with_markers_joined(sheet: Sheet) -> list[Line]:
    """Lines of the page; a marker in a cell of its own is joined with the text to its right."""
    lines: list[Line] = []
    for row in sheet.rows:
        pending: Line | None = None
        for line in row:
            if pending is not None:
                joined = (*pending.words, *line.words)
                text = f"{pending.text}{'' if _dotted(pending.text) else '.'} {line.text}"
                lines.append(
                    Line(
                        text, pending.x0, min(pending.y0, line.y0), line.x1, max(pending.y1, line.y1), joined
                    )
                )
                pending = None
                continue
            marker = _marker(line.text)
            if marker is not None and marker[2] >= len(line.text.rstrip()) and line is not row[-1]:
                pending = line
                continue
            lines.append(line)
    return lines


def _dotted(marker: str) -> bool:
    return not marker.isalnum()


def _word_x0(line: Line, offset: int) -> float:
    at = 0
    for word in line.words:
        if at >= offset:
            return word.x0
        at += len(word.text) + 1
    return line.x0


def _is_furniture(line: Line, sheet: Sheet) -> bool:
    """Headers and footers of the page, which may stand between two items."""
    if re.match(
        r"^(?:page \d+|\d+ of \d+$|form i-?797|i-?797)|^[-–—]?\s?\d{1,3}\s?[-–—]?$|\bsynthetic\b",
        line.text,
        re.IGNORECASE,
    ):
        return True
    edge = line.y0 < 0.06 * sheet.height or line.y1 > 0.95 * sheet.height
    return edge and len(sheet.lines) > 12 and _marker(line.text) is None and sheet.number > 1
