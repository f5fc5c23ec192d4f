"""Text with its places on the page, and the page model every reader of a paper shares.

`extract` runs inside the limited child (it loads the PDF library); everything else here is pure. Coordinates are
points from the top left corner of the page as a reader sees it.

PDFium, not pypdf: it reads the 38 pages of a real I-129 with a box per character in 0.2 s where pypdf needs seconds,
and it opens files encrypted with an empty user password, as the government's forms are.
"""

from __future__ import annotations

import ctypes
import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from casedesk.documents.child import ParseFailed
from casedesk.documents.limits import MAX_PAGES, READ_CHARACTERS, READ_PAGES

_COLUMN_GAP = 0.8
_SURE_GAP = 2.0
_SPELLED = 5
_TEXT_ROWS = 200
_HYPHENS = {0x02: "-", 0xFFFE: "-", 0xAD: "-"}


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Line:
    """A run of words with no gap as wide as a column's; `text` joins them with one space."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class PageText:
    """One page: its number from 1, its size in points, its lines from top to bottom, then left to right."""

    number: int
    width: float
    height: float
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """The page as plain text, one row of the page a line, columns apart by two spaces."""
        return "\n".join("  ".join(line.text for line in row) for row in rows_of(self.lines))


def page_from_words(number: int, width: float, height: float, words: Iterable[Word]) -> PageText:
    """Groups words into rows by height and rows into lines by gaps."""
    rows = [
        _glued(sorted(row, key=lambda word: word.x0)) for row in _rows([word for word in words if word.text])
    ]
    lines = []
    for index, row in enumerate(rows):
        near = [
            rows[other]
            for other in (index - 1, index + 1)
            if 0 <= other < len(rows) and _near(row, rows[other])
        ]
        lines.extend(_split(row, near))
    return PageText(number, width, height, tuple(lines))


def pages_from_text(text: str) -> tuple[PageText, ...]:
    """Plain text as pages, cut at form feeds and at 200 rows: every character one unit wide, every line twelve high."""
    pages = []
    sheets = [
        rows[start : start + _TEXT_ROWS]
        for page in text.split("\f")
        for rows in [page.expandtabs(8).splitlines() or [""]]
        for start in range(0, len(rows), _TEXT_ROWS)
    ]
    for number, rows in enumerate(sheets, start=1):
        words = []
        for at, row in enumerate(rows):
            start = 0
            for part in row.split(" "):
                if part:
                    words.append(
                        Word(part, start * 6.0, at * 12.0, (start + len(part)) * 6.0, at * 12.0 + 10.0)
                    )
                start += len(part) + 1
        width = 6.0 * max((len(row) for row in rows), default=1)
        pages.append(page_from_words(number, width, 12.0 * max(len(rows), 1), words))
    return tuple(pages)


def pages_from_value(value: dict[str, Any]) -> tuple[PageText, ...]:
    """The pages in what `extract` answered."""
    return tuple(
        page_from_words(
            page["number"], page["width"], page["height"], (Word(*word) for word in page["words"])
        )
        for page in value["pages"]
    )


def rows_of(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines that stand at the same height, top row first."""
    rows: list[list[Line]] = []
    for line in lines:
        if rows and _same_height(rows[-1][-1], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _same_height(one: Word | Line, other: Word | Line) -> bool:
    overlap = min(one.y1, other.y1) - max(one.y0, other.y0)
    return overlap > 0.5 * min(one.y1 - one.y0, other.y1 - other.y0)


def _rows(words: list[Word]) -> list[list[Word]]:
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: ((word.y0 + word.y1) / 2, word.x0)):
        if rows and any(_same_height(word, other) for other in rows[-1][-3:]):
            rows[-1].append(word)
        else:
            rows.append([word])
    return rows


def _near(row: list[Word], other: list[Word]) -> bool:
    height = median(word.y1 - word.y0 for word in row)
    return abs(row[0].y0 - other[0].y0) < 1.9 * height


def _split(row: list[Word], near: list[list[Word]]) -> list[Line]:
    # A justified line has wide gaps too; there the lines above and below have words across the gap.
    height = median(word.y1 - word.y0 for word in row)
    lines, current = [], [row[0]]
    for before, word in itertools.pairwise(row):
        gap, middle = word.x0 - before.x1, (word.x0 + before.x1) / 2
        column = gap > _COLUMN_GAP * height
        if column and gap < _SURE_GAP * height and near:
            column = not all(any(other.x0 <= middle <= other.x1 for other in words) for words in near)
        if column:
            lines.append(_line(current))
            current = []
        current.append(word)
    return [*lines, _line(current)]


def _glued(row: list[Word]) -> list[Word]:
    """Pieces that touch are one word: small capitals, and letters drawn one by one in any order.

    Capitals set wide apart ("N O T I C E") are one word too, up to a gap wider than those between them.
    """
    words: list[Word] = []
    for word in row:
        if words and _touching(words[-1], word):
            words[-1] = _joined([words[-1], word])
        else:
            words.append(word)
    spelled: list[Word] = []
    start = 0
    while start < len(words):
        end = start
        while end < len(words) and len(words[end].text) == 1 and words[end].text.isupper():
            end += 1
        if end - start >= _SPELLED:
            spelled.extend(_spelled_out(words[start:end]))
        else:
            end = max(end, start + 1)
            spelled.extend(words[start:end])
        start = end
    return spelled


def _touching(before: Word, word: Word) -> bool:
    height = min(before.y1 - before.y0, word.y1 - word.y0)
    return -0.08 * height < word.x0 - before.x1 < 0.06 * height and (
        before.text[-1:].isalnum() or word.text[:1].isalnum()
    )


def _spelled_out(letters: list[Word]) -> list[Word]:
    gaps = [after.x0 - before.x1 for before, after in itertools.pairwise(letters)]
    wide = 1.7 * max(median(gaps), 0.1)
    words = [[letters[0]]]
    for letter, gap in zip(letters[1:], gaps, strict=True):
        if gap > wide:
            words.append([])
        words[-1].append(letter)
    return [_joined(word) for word in words]


def _joined(words: list[Word]) -> Word:
    line = _line(words)
    return Word("".join(word.text for word in words), line.x0, line.y0, line.x1, line.y1)


def _line(words: list[Word]) -> Line:
    return Line(
        " ".join(word.text for word in words),
        min(word.x0 for word in words),
        min(word.y0 for word in words),
        max(word.x1 for word in words),
        max(word.y1 for word in words),
        tuple(words),
    )


def extract(data: bytes) -> dict[str, Any]:
    """Reads a PDF: `pages_count`, `pages` (number, width, height, words with boxes), `flags`, `partly`.

    To be called in the limited child. Raises `ParseFailed` (`locked`, `damaged`, `too_many_pages`, `bomb`).
    """
    import pypdfium2
    import pypdfium2.raw as raw

    from casedesk.documents.pdftext_guard import examine

    try:
        document = pypdfium2.PdfDocument(data)  # type: ignore[no-untyped-call]
    except pypdfium2.PdfiumError as error:
        code = getattr(error, "err_code", None)
        if code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
            raise ParseFailed("locked", "It is locked with a password.") from None
        examine(data, None)
        raise ParseFailed("damaged", "It is damaged: no PDF reader can open it.") from None
    count = len(document)
    if count > MAX_PAGES:
        raise ParseFailed("too_many_pages", f"It has {count:,} pages; up to {MAX_PAGES:,} are read.")
    if count == 0:
        raise ParseFailed("damaged", "It is damaged: it has no pages.")
    flags = examine(data, document)
    pages: list[dict[str, Any]] = []
    left = READ_CHARACTERS
    for index in range(min(count, READ_PAGES)):
        if left <= 0:
            break
        page = document[index]
        words, seen = _page_words(page, raw, left)
        left -= seen
        pages.append({"number": index + 1, "width": words[0], "height": words[1], "words": words[2]})
        page.close()
    return {"pages_count": count, "pages": pages, "flags": flags, "partly": len(pages) < count}


_Box = tuple[float, float, float, float]


def _page_words(page: Any, raw: Any, most: int) -> tuple[tuple[float, float, list[list[Any]]], int]:
    textpage = page.get_textpage()
    count = min(textpage.count_chars(), most)
    found: dict[int, list[tuple[str, _Box]]] = {0: [], 1: [], 2: [], 3: []}
    letters: list[str] = []
    box: list[float] = []
    turn = 0
    rect = raw.FS_RECTF()
    for index in range(count + 1):
        code = raw.FPDFText_GetUnicode(textpage, index) if index < count else 32
        blank = (code <= 32 and code != 2) or code in (0xA0, 0x2028, 0x3000)
        if not blank:
            if not raw.FPDFText_GetLooseCharBox(textpage, index, ctypes.byref(rect)):
                continue
            near = bool(box) and _touches(box, rect)
        if letters and (blank or not near):
            found.setdefault(turn, []).append(("".join(letters), (box[0], box[1], box[2], box[3])))
            letters, box = [], []
        if blank:
            continue
        character = _HYPHENS.get(code) or (
            chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
        )
        if not letters:
            turn = _turn(raw.FPDFText_GetCharAngle(textpage, index))
            box = [rect.left, rect.bottom, rect.right, rect.top]
        else:
            box = [
                min(box[0], rect.left),
                min(box[1], rect.bottom),
                max(box[2], rect.right),
                max(box[3], rect.top),
            ]
        letters.append(character)
    textpage.close()
    # Text that runs across the rest (a watermark, a stamp in the margin) is left out.
    turn = max((0, 1, 2, 3), key=lambda quarter: sum(len(text) for text, _ in found[quarter]))
    left, bottom, right, top = page.get_bbox()
    words = [[text, *_upright(bounds, (left, bottom, right, top), turn)] for text, bounds in found[turn]]
    width, height = (right - left, top - bottom) if turn % 2 == 0 else (top - bottom, right - left)
    return (width, height, words), count


def _touches(box: list[float], rect: Any) -> bool:
    size = max(rect.top - rect.bottom, rect.right - rect.left, 1.0)
    apart_x = max(rect.left - box[2], box[0] - rect.right)
    apart_y = max(rect.bottom - box[3], box[1] - rect.top)
    return bool(apart_x < 0.6 * size and apart_y < 0.3 * size)


def _turn(angle: float) -> int:
    """Quarter turns clockwise the text runs at, or 4 for any other angle."""
    quarters = angle / (math.pi / 2)
    nearest = round(quarters)
    return nearest % 4 if abs(quarters - nearest) < 0.05 else 4


def _upright(box: _Box, page: _Box, turn: int) -> list[float]:
    left, bottom, right, top = (
        box[0] - page[0],
        box[1] - page[1],
        box[2] - page[0],
        box[3] - page[1],
    )
    width, height = page[2] - page[0], page[3] - page[1]
    if turn == 0:
        placed = (left, height - top, right, height - bottom)
    elif turn == 1:
        placed = (height - top, width - right, height - bottom, width - left)
    elif turn == 2:
        placed = (width - right, bottom, width - left, top)
    else:
        placed = (bottom, left, top, right)
    return [round(value, 2) for value in placed]
