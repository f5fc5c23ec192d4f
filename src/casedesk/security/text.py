"""What may be shown on a terminal, and how text from outside is made so.

Names, notes and file names come from clients, mail and scanners. Terminals obey some characters instead of drawing
them (escape sequences, bidirectional overrides), and others take no room at all (zero-width, tags, stacks of marks).
`safe` is applied at the view's edge; what stands in the store is never changed by it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Final

REPLACEMENT: Final = "\ufffd"
"""Stands where a character was that a terminal would have obeyed, so that a person sees that something is odd."""

ELLIPSIS: Final = "…"

_MOST_MARKS: Final = 8
_MOST_GENERIC_MARKS: Final = 3
_REMEMBERED: Final = 8192

_KEEP, _DROP, _REPLACE, _BREAK, _SPACE, _MARK, _GENERIC_MARK, _JOINER = range(8)

_BREAKS: Final = frozenset("\n\r\v\f\x85\u2028\u2029")
_OVERRIDES: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_VISIBLE_FORMAT: Final = frozenset(
    map(chr, [*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD])
)
# Letters and marks by their category, but nothing is drawn: blank names, hidden differences between two names.
_INVISIBLE: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0")
_GENERIC_BLOCKS: Final = (
    (0x300, 0x36F),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE20, 0xFE2F),
)
_VARIATION_SELECTORS: Final = ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
# Scripts whose spelling needs joiners. Those of India and Sri Lanka fill one block of 128 each.
_JOINING_SCRIPTS: Final = (
    *((start, start + 0x7F, f"indic-{start:x}") for start in range(0x900, 0xE00, 0x80)),
    (0x600, 0x6FF, "arabic"),
    (0x750, 0x77F, "arabic"),
    (0x870, 0x8FF, "arabic"),
    (0xFB50, 0xFDFF, "arabic"),
    (0xFE70, 0xFEFC, "arabic"),
    (0x700, 0x74F, "syriac"),
    (0x7C0, 0x7FF, "nko"),
    (0x1000, 0x109F, "myanmar"),
    (0x1780, 0x17FF, "khmer"),
    (0x1800, 0x18AF, "mongolian"),
)


def _within(point: int, blocks: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= point <= last for first, last in blocks)


def _kind_of_mark(character: str) -> int:
    return _GENERIC_MARK if _within(ord(character), _GENERIC_BLOCKS) else _MARK


def _kind_of_unassigned(point: int) -> int:
    # Rare ideographs are added with each Unicode version, and people are named with them.
    ideograph = 0x20000 <= point <= 0x3FFFD and point & 0xFFFF < 0xFFFE
    return _KEEP if ideograph else _REPLACE


def _kind(character: str) -> int:
    if character in _BREAKS:
        return _BREAK
    if character == "\t":
        return _SPACE
    if character in "\u200c\u200d":
        return _JOINER
    if character in _INVISIBLE or _within(ord(character), _VARIATION_SELECTORS):
        return _DROP
    if character in _OVERRIDES:
        return _REPLACE
    match unicodedata.category(character):
        case "Cc" | "Cs" | "Co":
            return _REPLACE
        case "Cn":
            return _kind_of_unassigned(ord(character))
        case "Cf":
            return _KEEP if character in _VISIBLE_FORMAT else _DROP
        case "Mn" | "Mc" | "Me":
            return _kind_of_mark(character)
        case _:
            return _KEEP


class _Kinds(dict[str, int]):
    def __missing__(self, character: str) -> int:
        kind = _kind(character)
        if len(self) < _REMEMBERED:
            self[character] = kind
        return kind


_KINDS: Final = _Kinds()


def _ascii_table(line_break: str) -> dict[int, str]:
    replaced = {_REPLACE: REPLACEMENT, _SPACE: " ", _BREAK: line_break}
    kinds = {point: _kind(chr(point)) for point in range(128)}
    return {point: replaced[kind] for point, kind in kinds.items() if kind in replaced}


_ONE_LINE: Final = _ascii_table(" ")
_MANY_LINES: Final = _ascii_table("\n")


def safe(text: str, *, multiline: bool = False) -> str:
    """`text` as it may be written to a terminal; drawing it can only draw it.

    Controls (C0, C1, DEL), bidirectional overrides and isolates, lone surrogates, private and unassigned characters
    become U+FFFD. Zero-width and tag characters, direction marks, soft hyphens, variation selectors and blank
    letters are left out. The joiners ZWNJ and ZWJ stay between two letters of one script that spells with them
    (Persian, Hindi, Bengali, Sinhala ...) and go elsewhere, emoji included: a joined emoji is drawn as its parts.
    At most three generic combining marks, and eight marks of any kind, stay on a letter; none at the start of a
    line. A tab is one space. A line break is one space, or with `multiline` one "\\n" whatever its kind.

    Idempotent. Markup is not its business: brackets stay, show the result as `rich.Text` or with `markup=False`.
    """
    if text.isascii():
        if text.isprintable():
            return text
        return text.replace("\r\n", "\n").translate(_MANY_LINES if multiline else _ONE_LINE)
    if not any(map(_KINDS.__getitem__, text)):
        return text
    return "".join(_cleaned(text.replace("\r\n", "\n"), "\n" if multiline else " "))


def _cleaned(text: str, line_break: str) -> list[str]:
    shown: list[str] = []
    marks = generic_marks = _MOST_MARKS
    for position, character in enumerate(text):
        kind = _KINDS[character]
        if kind == _DROP:
            continue
        if kind == _JOINER:
            following = text[position + 1 : position + 2]
            if shown and _joins(shown[-1], following) and (marks < _MOST_MARKS or _KINDS[following] == _KEEP):
                shown.append(character)
            continue
        if kind in (_MARK, _GENERIC_MARK):
            if marks < _MOST_MARKS and (kind == _MARK or generic_marks < _MOST_GENERIC_MARKS):
                shown.append(character)
                marks += 1
                generic_marks += kind == _GENERIC_MARK
            continue
        if kind == _BREAK:
            shown.append(line_break)
            marks = generic_marks = _MOST_MARKS if line_break == "\n" else 0
            continue
        marks = generic_marks = 0
        shown.append(character if kind == _KEEP else " " if kind == _SPACE else REPLACEMENT)
    return shown


def _joins(before: str, after: str) -> bool:
    script = _joining_script(before)
    return script is not None and bool(after) and script == _joining_script(after)


def _joining_script(character: str) -> str | None:
    if _KINDS[character] not in (_KEEP, _MARK) or unicodedata.category(character)[0] not in "LM":
        return None
    point = ord(character)
    return next((script for first, last, script in _JOINING_SCRIPTS if first <= point <= last), None)


def clip(text: str, width: int) -> str:
    """`safe(text)` on one line in at most `width` terminal cells, ending in "…" where something was cut.

    Wide characters count two cells and are never halved; a letter is never parted from its marks. `width` of zero
    or less gives the empty string.
    """
    shown = safe(text)
    if width <= 0:
        return ""
    if shown.isascii():
        return shown if len(shown) <= width else shown[: width - 1] + ELLIPSIS

    from rich.cells import cell_len

    used = 0
    fits = 0
    for position, character in enumerate(shown):
        used += cell_len(character)
        if used <= width - 1:
            fits = position + 1
        elif used > width:
            return shown[:fits].rstrip("\u200c\u200d") + ELLIPSIS
    return shown


_PLAIN_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)*")
_FORMULA_STARTS: Final = "=+-@＝＋－＠"


def csv_cell(text: str) -> str:
    """`text` as a CSV cell that no spreadsheet runs: what begins like a formula gets an apostrophe in front.

    Also passed through `safe` with its line breaks kept, since CSV is printed on terminals too. Plain numbers,
    signed ones and telephone numbers of digits alone stay as they are. Quoting is left to the `csv` module.
    """
    shown = safe(text, multiline=True)
    if shown.lstrip()[:1] in tuple(_FORMULA_STARTS) and not _PLAIN_NUMBER.fullmatch(shown):
        return "'" + shown
    return shown


def safe_json(value: object, *, indent: int | None = None) -> str:
    """`value` as JSON text that is safe to print and loses nothing: all but printable ASCII is escaped.

    Raises TypeError for what JSON cannot hold, ValueError for NaN and infinities.
    """
    return json.dumps(value, ensure_ascii=True, allow_nan=False, indent=indent)
