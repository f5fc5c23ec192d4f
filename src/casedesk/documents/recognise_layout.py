"""A page as a reader sees it: labels of the frame with the values beside or below them, and blocks of prose.

Pure. A value is looked for on the label's own line, in the cell to its right, and in the cell below it, always up to
the next label; a value may be broken over lines, and so may a label.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from casedesk.documents.pdftext import Line, PageText, Word, rows_of
from casedesk.documents.recognise_mend import mend
from casedesk.documents.recognise_values import Found, clean
from casedesk.documents.vocabulary import LABEL, LABEL_FIELDS, Field

T = TypeVar("T")

_BLOCK_GAP = 1.2
_CELL_GAP = 0.4
_BELOW_GAP = 2.2
_BELOW_ROWS = 3
_LEAD = re.compile(
    r"^[\s:#.–—>►=-]*(?:\([^()]{0,30}\)[\s:]*)?(?:on\s+|is\s+|by\s+)?"
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\s*[,.]?\s+)?(?:the\s+(?=\d))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Label:
    """A label of the frame: its words, the role it names (for people), and the box it fills."""

    field: Field
    role: str
    text: str
    line: Line
    start: int
    end: int
    x0: float
    y0: float
    x1: float
    y1: float
    anchored: bool
    colon: bool


@dataclass(frozen=True, slots=True)
class Value:
    """What a parser found for a label: `own` is the label alone with its value, as in a frame, not in a sentence."""

    found: Found[object]
    words: str
    own: bool


class Sheet:
    """One cleaned page with its labels and blocks."""

    def __init__(self, page: PageText) -> None:
        self.number = page.number
        self.width = page.width
        self.height = page.height
        self.lines = [line for line in (_cleaned(line) for line in page.lines) if line is not None]
        self.rows = rows_of(self.lines)
        self._row_of = {id(line): row for row in self.rows for line in row}

    @cached_property
    def blocks(self) -> list[list[Line]]:
        """Lines that follow one another down a column."""
        blocks: list[list[Line]] = []
        for line in self.lines:
            height = line.y1 - line.y0
            best, most = None, 0.0
            for block in blocks[-24:]:
                last = block[-1]
                overlap = min(last.x1, line.x1) - max(last.x0, line.x0)
                close = -0.5 * height < line.y0 - last.y1 < _BLOCK_GAP * height
                if close and overlap > most and overlap > 0.3 * min(last.x1 - last.x0, line.x1 - line.x0):
                    best, most = block, overlap
            if best is None:
                blocks.append([line])
            else:
                best.append(line)
        return blocks

    @cached_property
    def _place(self) -> dict[int, tuple[list[Line], int]]:
        return {id(line): (block, at) for block in self.blocks for at, line in enumerate(block)}

    @cached_property
    def texts(self) -> list[str]:
        """The text of each block, its lines joined by one space."""
        return [" ".join(line.text for line in block) for block in self.blocks]

    @cached_property
    def labels(self) -> list[Label]:
        """Labels in reading order; one broken over two lines counts once."""
        labels: list[Label] = []
        consumed: set[tuple[int, int]] = set()
        for line in self.lines:
            following = self.below_in_block(line)
            broken = _broken_label(line, following) if following is not None else None
            if broken is not None and following is not None:
                labels.append(broken)
                consumed |= {(id(following), at) for at in range(broken.end)}
                continue
            previous_end = 0
            for match in LABEL.finditer(line.text):
                if (id(line), match.start()) in consumed:
                    continue
                label = _label(line, match, previous_end)
                if label is not None:
                    labels.append(label)
                    previous_end = match.end()
        return labels

    @cached_property
    def _labels_of(self) -> dict[int, list[Label]]:
        found: dict[int, list[Label]] = {}
        for label in self.labels:
            found.setdefault(id(label.line), []).append(label)
        return found

    def row(self, line: Line) -> list[Line]:
        return self._row_of[id(line)]

    def below_in_block(self, line: Line) -> Line | None:
        """The next line of the same block."""
        block, at = self._place[id(line)]
        return block[at + 1] if at + 1 < len(block) else None

    def above_in_block(self, line: Line) -> Line | None:
        """The line before in the same block."""
        block, at = self._place[id(line)]
        return block[at - 1] if at else None

    def begins_with_label(self, line: Line) -> bool:
        """Whether the line opens with a label of the frame."""
        return any(
            label.start <= 1 or label.anchored
            for label in self._labels_of.get(id(line), ())
            if label.start <= 2
        )

    def regions(self, label: Label) -> Iterator[tuple[str, bool]]:
        """Texts a value of the label may open, nearest first; True where the text stands in a cell of its own."""
        tail, ends = self._tail(label)
        if tail.strip(" :#.-"):
            yield self._continued(tail, label.line) if ends else tail, False
            return
        right = self._right(label)
        if right is not None:
            later = [other.start for other in self._labels_of.get(id(right), ()) if other.start > 2]
            text = right.text[: min(later)] if later else right.text
            yield text if later else self._continued(text, right), True
        yield from ((text, True) for text in self._below(label))

    def value(
        self, label: Label, parse: Callable[[str], Found[T] | None]
    ) -> tuple[Found[T], str, bool] | None:
        """What `parse` finds at the start of a region of the label; with the words, and whether it stands alone."""
        for text, cell in self.regions(label):
            offset = value_lead(text)
            found = parse(text[offset:])
            if found is None or found.start != 0:
                continue
            rest = text[offset + found.end :].partition("\n")[0].strip(" .*|")
            own = cell or label.colon or not rest or rest.startswith(("(", "Page ", "Form "))
            return found, f"{label.text}{':' if label.colon else ''} {text[offset : offset + found.end]}", own
        return None

    def _tail(self, label: Label) -> tuple[str, bool]:
        later = [other.start for other in self._labels_of.get(id(label.line), ()) if other.start >= label.end]
        if later:
            return label.line.text[label.end : min(later)], False
        return label.line.text[label.end :], True

    def _continued(self, text: str, line: Line) -> str:
        following = self.below_in_block(line)
        for _ in range(2):
            if following is None or self.begins_with_label(following):
                break
            text = f"{text}\n{following.text}"
            following = self.below_in_block(following)
        return text

    def _right(self, label: Label) -> Line | None:
        beside = [
            line
            for line in self.lines
            if line.x0 >= label.x1 - 1
            and min(line.y1, label.y1) - max(line.y0, label.y0) > 0.4 * (line.y1 - line.y0)
        ]
        if label.line not in beside and any(
            other.start >= label.end for other in self._labels_of.get(id(label.line), ())
        ):
            return None
        nearest = min(beside, key=lambda line: (line.x0, line.y0), default=None)
        return None if nearest is None or self.begins_with_label(nearest) else nearest

    def _below(self, label: Label) -> Iterator[str]:
        height = label.line.y1 - label.line.y0
        left, right = self._column(label)
        texts: list[str] = []
        bottom = label.y1
        for row in self.rows:
            if row[0].y0 < label.y1 - 0.3 * height:
                continue
            if row[0].y0 - bottom > _BELOW_GAP * height or len(texts) >= _BELOW_ROWS:
                break
            words = [word for line in row for word in _in_column(line, left, right, label.x0 - 3.0)]
            if not words:
                continue
            text = " ".join(word.text for word in words)
            if _opens_with_label(text):
                break
            texts.append(text)
            bottom = max(word.y1 for word in words)
        if texts:
            yield "\n".join(texts)

    def _column(self, label: Label) -> tuple[float, float]:
        row = [
            line
            for line in self.lines
            if min(line.y1, label.y1) - max(line.y0, label.y0) > 0.4 * (line.y1 - line.y0)
        ]
        edges = [line.x0 for line in row if line.x0 > label.x1]
        edges += [
            other.x0 for line in row for other in self._labels_of.get(id(line), ()) if other.x0 > label.x1
        ]
        before = [line.x1 for line in row if line.x1 <= label.x0]
        before += [
            other.x1 for line in row for other in self._labels_of.get(id(line), ()) if other.x1 <= label.x0
        ]
        left = (max(before) + label.x0) / 2 if before else 0.0
        return left, min(edges, default=self.width + 1.0) - 1.0


def value_lead(text: str) -> int:
    """How many characters stand before a value: dots, a colon, "on", the day of the week."""
    lead = _LEAD.match(text)
    return lead.end() if lead else 0


def _in_column(line: Line, left: float, right: float, under: float) -> list[Word]:
    """The words of the line that stand in the column; the rest of the cell before is not among them."""
    words = [word for word in line.words if left <= _lean(word) < right]
    if not words or words[0] is line.words[0]:
        return words
    height = line.y1 - line.y0
    before = line.words[line.words.index(words[0]) - 1]
    for at, word in enumerate(words):
        if word.x0 >= under or word.x0 - before.x1 > _CELL_GAP * height:
            return words[at:]
        before = word
    return []


def _lean(word: Word) -> float:
    # A long value starts in its own column even where it runs into the next one.
    return min((word.x0 + word.x1) / 2, word.x0 + 20.0)


def _cleaned(line: Line) -> Line | None:
    words = tuple(replace(word, text=mend(text)) for word in line.words if (text := clean(word.text)))
    return replace(line, words=words, text=" ".join(word.text for word in words)) if words else None


def _opens_with_label(text: str) -> bool:
    match = LABEL.match(text)
    return (
        match is not None
        and match[0][0].isupper()
        and re.match(r"\s*(?:$|[:#(]|[A-Z0-9])", text[match.end() :]) is not None
    )


def _label(line: Line, match: re.Match[str], previous_end: int) -> Label | None:
    before, after = line.text[: match.start()], line.text[match.end() :]
    colon = after.lstrip().startswith((":", "#"))
    touching = not line.text[previous_end : match.start()].strip(" :#|/") and previous_end > 0
    anchored = not before.strip(" *•|►") or before.rstrip().endswith(("|", "•", ")")) or touching
    capital = all(word[0].isupper() for word in match[0].split() if len(word) > 3 and word[0].isalpha())
    if not match[0][0].isupper() and not (colon and anchored):
        return None
    if not (anchored or colon or capital):
        return None
    number = next(
        int(name[1:]) for name, text in match.groupdict().items() if text is not None and name != "role"
    )
    return Label(
        LABEL_FIELDS[number],
        re.sub(r"\s*/\s*", "/", match.groupdict().get("role") or "").lower(),
        match[0],
        line,
        match.start(),
        match.end(),
        _x_at(line, match.start()),
        line.y0,
        _x_at(line, match.end()),
        line.y1,
        anchored,
        colon,
    )


def _broken_label(line: Line, following: Line) -> Label | None:
    if len(line.text) > 24:
        return None
    joined = f"{line.text} {following.text}"
    match = LABEL.match(joined)
    if match is None or match.end() <= len(line.text) + 1:
        return None
    alone = LABEL.match(line.text)
    if alone is not None and alone.end() == len(line.text) and LABEL.match(following.text):
        return None
    shift = len(line.text) + 1
    label = _label(replace(line, text=joined), match, 0)
    if label is None:
        return None
    end = match.end() - shift
    return replace(
        label,
        line=following,
        start=0,
        end=end,
        x0=min(line.x0, following.x0),
        y0=line.y0,
        x1=max(line.x1, _x_at(following, end)),
        y1=following.y1,
        anchored=True,
    )


def _x_at(line: Line, offset: int) -> float:
    """Where on the page the character at `offset` of the line's text begins."""
    at = 0
    for word in line.words:
        if offset <= at + len(word.text):
            return word.x0 + (word.x1 - word.x0) * max(offset - at, 0) / max(len(word.text), 1)
        at += len(word.text) + 1
    return line.x1
