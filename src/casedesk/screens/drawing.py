"""Text for widgets: parts of a line with a tone each. Nothing stored reaches a widget but through here.

A tone is a word of the theme (`dim`, `strong`, `alert`, `warn`, `good`, `accent`), never a colour; what a tone says is
said in words too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

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
    """A column: exactly `width` terminal cells, cut with "…" or filled with blanks."""
    shown = clip(str(text), width)
    return shown + " " * (width - cell_len(shown)), tone


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
    return [*shown, (" " * max(1, room + 1), ""), *right]


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


def _head(word: str, width: int) -> str:
    used = 0
    for position, character in enumerate(word):
        used += cell_len(character)
        if used > width:
            return word[: max(1, position)]
    return word
