"""Text for widgets: parts of a line with a tone each. Nothing stored reaches a widget but through here.

A tone is a word of the theme (`dim`, `strong`, `alert`, `warn`, `good`, `accent`), never a colour; what a tone says is
said in words too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final
from unicodedata import bidirectional

from rich.cells import cell_len
from textual.content import Content

from casedesk.security.text import clip, safe

Part = tuple[str, str]
Line = Sequence[Part]

TONES: Final = ("dim", "strong", "alert", "warn", "good", "accent")


def part(text: object, tone: str = "") -> Part:
    """A piece of a line from anything, safe to show."""
    return safe(str(text)), tone


def bar(hours: float, share: float | None, width: int, tone: str) -> list[Part]:
    """A bar of `width` cells: any hours show as one block at least, hours with no share (nobody is there) as all."""
    part_of = float(hours > 0) if share is None else share
    full = min(width, max(round(part_of * width), int(hours > 0)))
    return [part("█" * full, tone), part("·" * (width - full), "dim")]


def cell(text: object, width: int, tone: str = "") -> Part:
    """A column: exactly `width` terminal cells, cut with "…" or filled with blanks.

    A name that runs from right to left ends with an `ANCHOR`, so that a terminal that turns it leaves the columns after
    it where they are.
    """
    shown = clip(str(text), width)
    if _turns(shown):
        shown = clip(shown, width - 1)
        return shown + " " * (width - 1 - cell_len(shown)) + ANCHOR * (width > 0), tone
    return shown + " " * (width - cell_len(shown)), tone


ANCHOR: Final = "\N{BRAILLE PATTERN BLANK}"
"""Drawn as a blank, one cell wide, and a letter that runs from left to right to whoever arranges a line: a number in the
next column is not taken for a part of an Arabic or Hebrew name. No control character, which terminals differ about."""


def _turns(text: str) -> bool:
    return not text.isascii() and any(bidirectional(each) in {"R", "AL", "AN"} for each in text)


def content(lines: Iterable[Line]) -> Content:
    """Lines as what a `Static` may be given; brackets stay brackets."""
    joined: list[str | tuple[str, str]] = []
    for number, line in enumerate(lines):
        if number:
            joined.append("\n")
        joined.extend((text, _STYLES.get(tone, "")) for text, tone in line)
    return Content.assemble(*joined)


_STYLES: Final = {
    "dim": "$tone-dim",
    "strong": "bold",
    "alert": "bold $tone-alert",
    "warn": "$tone-warn",
    "good": "$tone-good",
    "accent": "$tone-accent",
}


def some(count: int, one: str) -> str:
    """ "1 page", "64 pages"."""
    return f"{count} {one}" if count == 1 else f"{count} {one}s"


def tabs(titles: Iterable[str], here: int) -> list[Part]:
    """The sections of a screen side by side, the one in front in brackets."""
    parts: list[Part] = []
    for number, title in enumerate(titles):
        shown = safe(title)
        parts += (
            [("[", "accent"), (shown, "accent"), ("] ", "accent")]
            if number == here
            else [(" ", ""), (shown, ""), ("  ", "")]
        )
    return parts


def spread(left: Line, right: Line, width: int) -> list[Part]:
    """`left` at the left edge, `right` at the right one; the left is cut where both do not fit."""
    right_width = sum(cell_len(text) for text, _ in right)
    room = max(0, width - right_width - 1)
    shown: list[Part] = []
    for text, tone in left:
        fits = clip(text, room)
        shown.append((fits, tone))
        room -= cell_len(fits)
        if fits != text:
            break
    gap = " " * max(1, room + 1)
    if any(_turns(text) for text, _ in shown):
        gap = gap[:-1] + ANCHOR
    return [*shown, (gap, ""), *right]


def paragraphs(text: str, width: int) -> list[str]:
    """`text` made safe and broken into lines of at most `width` cells; its own line breaks stay."""
    lines: list[str] = []
    for paragraph in safe(text, multiline=True).split("\n"):
        line = ""
        for word in paragraph.split(" "):
            rest = word
            if line and cell_len(line) + 1 + cell_len(rest) <= width:
                line = f"{line} {rest}"
                continue
            if line:
                lines.append(line)
            while cell_len(rest) > width > 1:
                head = _head(rest, width)
                lines.append(head)
                rest = rest[len(head) :]
            line = rest
        lines.append(line)
    return lines


def hung(line: Line, width: int) -> list[Line]:
    """A line in as many as it needs, each tone kept; what goes on does so under where the text began.

    Leading columns (parts that are filled up with blanks) are what it hangs beside, else the blanks it begins with.
    """
    if sum(cell_len(text) for text, _ in line) <= width:
        return [line]
    columns = 0
    while columns < len(line) - 1 and line[columns][0][-1:] in {" ", ANCHOR} and columns < 3:
        columns += 1
    indent = sum(cell_len(text) for text, _ in line[:columns])
    first = line[columns][0]
    indent += len(first) - len(first.lstrip(" "))
    if indent > width // 2:
        indent = 0
    lines: list[list[Part]] = [[]]
    used = 0
    for text, tone in line:
        for piece in _PIECES.findall(text):
            if used + cell_len(piece) > width and used > indent:
                lines.append([(" " * indent, "")] if indent else [])
                used = indent
                if piece.isspace():
                    continue
            rest = piece
            while cell_len(rest) > width - used > 0:
                head = _head(rest, width - used)
                lines[-1].append((head, tone))
                lines.append([(" " * indent, "")] if indent else [])
                rest, used = rest[len(head) :], indent
            lines[-1].append((rest, tone))
            used += cell_len(rest)
    return [*lines]


_PIECES: Final = re.compile(r" +|[^ ]+")


def _head(word: str, width: int) -> str:
    used = 0
    for position, character in enumerate(word):
        used += cell_len(character)
        if used > width:
            return word[: max(1, position)]
    return word
