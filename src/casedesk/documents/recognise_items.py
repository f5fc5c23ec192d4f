"""The list of papers a request asks for, read from its numbers, letters or bullets.

Pure. A list counts if the words before it ask for something; a list of ways to answer does not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from casedesk.documents.pdftext import Line
from casedesk.documents.recognise_layout import Sheet
from casedesk.documents.recognise_markers import Marker, marker_of
from casedesk.documents.recognise_values import find_receipts
from casedesk.documents.vocabulary import ITEMS_NOT_WANTED, ITEMS_OVER, ITEMS_WANTED

_INTRO_CHARACTERS = 260
_LEVEL = 12.0
_MOST_ITEMS = 60
_MOST_CHARACTERS = 1_200


@dataclass(slots=True)
class _Item:
    marker: Marker
    x0: float
    text_x0: float
    last: Line
    page: int
    parts: list[str]
    inner: Marker | None = None

    @property
    def text(self) -> str:
        return " ".join(part for part in self.parts if part)[:_MOST_CHARACTERS].strip()


@dataclass(slots=True)
class _List:
    """Items of one sort; `hangs` once a wrapped line was seen to stand under the item's text."""

    intro: str
    items: list[_Item] = field(default_factory=list)
    hangs: bool = False

    def takes(self, marker: Marker, line: Line) -> bool:
        last = self.items[-1]
        level = max(item.x0 for item in self.items)
        if marker.is_bullet:
            return marker.after(last.marker) and line.x0 <= level + 4
        return marker.after(last.marker) and line.x0 <= level + _LEVEL


@dataclass(slots=True)
class _Reader:
    """Walks the lines of all pages from top to bottom and gathers lists."""

    lists: list[_List] = field(default_factory=list)
    open: _List | None = None
    before: list[str] = field(default_factory=list)

    def take(self, line: Line, sheet: Sheet) -> None:
        marker = marker_of(line.text)
        if marker is not None and self._takes_marker(marker, line, sheet):
            return
        item = self.open.items[-1] if self.open else None
        if item is None or self.open is None:
            self._prose(line)
            return
        if item.page == sheet.number and (
            line.x1 < item.x0 - 2 or (line.x0 > item.last.x1 + 40 and item.last.y1 > line.y0)
        ):
            return
        if self._continues(self.open, item, line, sheet):
            if item.page == sheet.number and item.text_x0 > item.x0 + 6 and line.x0 >= item.text_x0 - 3:
                self.open.hangs = True
            item.parts.append(line.text)
            item.last, item.page = line, sheet.number
        else:
            self.open = None
            self._prose(line)

    def _prose(self, line: Line) -> None:
        self.before = [*self.before[-6:], line.text]

    def _takes_marker(self, marker: Marker, line: Line, sheet: Sheet) -> bool:
        current = self.open
        if current is not None:
            item = current.items[-1]
            if current.takes(marker, line):
                self._add(current, marker, line, sheet)
                return True
            deeper = line.x0 > (item.x0 if item.page == sheet.number else current.items[0].x0) + 4
            inner = item.inner is not None and marker.after(item.inner)
            if deeper and (marker.opens or inner or line.x0 > item.text_x0 + 4):
                item.parts.append(line.text)
                item.last, item.page, item.inner = line, sheet.number, marker
                return True
            if marker.later_than(item.marker) and abs(line.x0 - item.x0) < 4:
                self._add(current, marker, line, sheet)
                return True
            if not marker.opens and self._continues(current, item, line, sheet):
                # "Part\n9. of the form": a wrapped line that only looks like an item.
                return False
        elif self.lists and not marker.is_bullet and not marker.opens and self.lists[-1].takes(marker, line):
            # A heading or remark stood between two items of one list.
            self._add(self.lists[-1], marker, line, sheet)
            return True
        fresh = _List(" ".join(self.before)[-_INTRO_CHARACTERS:])
        self.lists.append(fresh)
        self.before = []
        self._add(fresh, marker, line, sheet)
        return True

    def _add(self, current: _List, marker: Marker, line: Line, sheet: Sheet) -> None:
        text = line.text[marker.length :].strip()
        self.open = current
        current.items.append(
            _Item(marker, line.x0, _word_x0(line, marker.length), line, sheet.number, [text])
        )

    def _continues(self, current: _List, item: _Item, line: Line, sheet: Sheet) -> bool:
        if sheet.begins_with_label(line):
            return False
        over = ITEMS_OVER.match(line.text) is not None
        ended = item.text.endswith((".", ";", ":"))
        if item.page != sheet.number:
            return not over and not item.text.endswith(".") and (line.text[:1].islower() or not ended)
        height = line.y1 - line.y0
        gap = line.y0 - item.last.y1
        if gap > 1.3 * height:
            return False
        if line.x0 >= item.text_x0 - 3:
            return gap < 0.9 * height or not over
        if over or gap >= 0.9 * height or (current.hangs and line.x0 < item.x0 + 3):
            return False
        if _MID_SENTENCE.search(item.text):
            return True
        return (not ended or line.text[:1].islower()) and not _broken_off(item.last, line, sheet)


_MID_SENTENCE = re.compile(
    r"(?:,|\b(?:of|and|or|the|a|an|for|to|with|in|from|by|at|on|that|your|as|dated|Form))$"
)


def _broken_off(before: Line, line: Line, sheet: Sheet) -> bool:
    """Whether the line before ended although the first word of the next would have fitted: a new paragraph."""
    height = line.y1 - line.y0
    edge = max(
        (
            other.x1
            for other in sheet.lines
            if len(other.words) >= 6 and other.x0 < before.x1 and other.x1 > before.x0
        ),
        default=0.0,
    )
    first = line.words[0].x1 - line.words[0].x0
    return before.x1 + 0.3 * height + first + 4 < edge and not line.text[:1].islower()


def requested_items(sheets: list[Sheet]) -> tuple[tuple[str, int], ...]:
    """The papers asked for, in order, each with the page it stands on; empty if the paper has no such list."""
    reader = _Reader()
    for sheet in sheets:
        for line in body_lines(sheet):
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


_ASKS = re.compile(
    r"^(?:please )?(?:send|submit|provide|furnish)\b(?!.*\b(?:response|respond|reply|options?|ways|address\w*|copy of this)\b).*:$",
    re.IGNORECASE,
)


def body_lines(sheet: Sheet) -> list[Line]:
    """The lines of the page without its running header and footer; a marker is one line with its text."""
    running = _running_head(sheet)
    return [
        line for line in _with_markers_joined(sheet) if line.y1 > running and not _is_furniture(line, sheet)
    ]


def _about_answering(intro: str) -> bool:
    # The sentence right before the list decides, not what stands further up.
    last = re.split(r"(?<=[.!?])\s+", intro.strip())[-1]
    if _ASKS.match(last):
        return False
    return ITEMS_NOT_WANTED.search(last) is not None


def _plausible(found: _List) -> bool:
    return any(len(item.text) > 2 and any(letter.isalpha() for letter in item.text) for item in found.items)


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
            marker = marker_of(line.text)
            if marker is not None and marker.length >= len(line.text.rstrip()) and line is not row[-1]:
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


def _running_head(sheet: Sheet) -> float:
    """Down to where the header of a later page reaches: a few rows at the top, apart from the text, that name the
    notice, its number or its page."""
    if sheet.number == 1:
        return 0.0
    foot, rows = 0.0, sheet.rows[:4]
    for at, row in enumerate(rows):
        top, bottom = min(line.y0 for line in row), max(line.y1 for line in row)
        if at and top - foot > 0.6 * (bottom - top):
            texts = " ".join(line.text for before in rows[:at] for line in before)
            return foot if _NAMES_THE_NOTICE.search(texts) or find_receipts(texts) else 0.0
        foot = bottom
        if foot > 0.15 * sheet.height:
            break
    return 0.0


_NAMES_THE_NOTICE = re.compile(
    r"\bpage \d+|\bform i-?797|\bi-?797|\b(?:U\.?S\.? citizenship|USCIS|homeland security)\b|\breceipt\b|\bnotice of action\b"
    r"|\brequest for evidence\b|\bcontinued\b",
    re.IGNORECASE,
)


def _is_furniture(line: Line, sheet: Sheet) -> bool:
    """Headers and footers of the page, which may stand between two items."""
    if re.match(
        r"^(?:page \d+|\d+ of \d+$|form i-?797|i-?797)|^[-–—]?\s?\d{1,3}\s?[-–—]?$|\bsynthetic\b",
        line.text,
        re.IGNORECASE,
    ):
        return True
    edge = line.y0 < 0.06 * sheet.height or line.y1 > 0.95 * sheet.height
    return edge and len(sheet.lines) > 12 and marker_of(line.text) is None and sheet.number > 1
