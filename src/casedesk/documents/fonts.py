"""Which of our embedded fonts can draw which character, and in which order the glyphs stand on a line.

Three faces ship with the program: DejaVu Sans regular and bold (Latin with Vietnamese, Greek, Cyrillic, Hebrew,
Arabic, Armenian, Georgian) and Droid Sans Fallback (Chinese, Japanese, Korean). A character that none of them has
is drawn as the replacement sign and reported, never silently dropped.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from casedesk import resources

Face = Literal["regular", "bold", "cjk"]

REPLACEMENT = "\ufffd"
"""What stands on paper for a character that no font of ours has."""

_FILES: dict[str, str] = {
    "regular": "fonts/DejaVuSans.ttf",
    "bold": "fonts/DejaVuSans-Bold.ttf",
    "cjk": "fonts/DroidSansFallback.ttf",
}
_LAM = "\u0644"
_TATWEEL = "\u0640"
_ZWNJ = "\u200c"
_ZWJ = "\u200d"


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring characters drawn from one face, in the order in which they stand from left to right."""

    face: Face
    text: str


def font_file(face: Face) -> Path:
    """The path of one shipped TrueType file."""
    return resources.path_of(_FILES[face])


@cache
def coverage(face: Face) -> frozenset[int]:
    """The code points for which a face has a glyph."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    with TTFont(str(font_file(face)), lazy=True) as font:
        return frozenset(font.getBestCmap())


def clean(text: str, *, bold: bool = False) -> tuple[str, tuple[str, ...]]:
    """`text` in composed form with every character we cannot draw replaced; and those characters, sorted.

    Invisible format characters (direction overrides, zero-width spaces) are taken out: they have no glyph and only
    serve to make paper read differently from the file. The two joiners stay, for Persian and Indic words.
    Tabs become four spaces; newlines stay.
    """
    if text.isascii() and text.isprintable():
        return text, ()
    composed = unicodedata.normalize(
        "NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    )
    out: list[str] = []
    missing: set[str] = set()
    for character in composed:
        if character in "\n" or character in (_ZWNJ, _ZWJ) or _face_of(character, bold) is not None:
            out.append(character)
        elif unicodedata.category(character) != "Cf":
            missing.add(character)
            out.append(REPLACEMENT)
    return "".join(out), tuple(sorted(missing))


def is_right_to_left(text: str) -> bool:
    """Whether the first letter with a direction of its own runs from right to left."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in ("R", "AL"):
            return True
        if direction == "L":
            return False
    return False


def set_line(line: str, *, bold: bool = False, right_to_left: bool = False) -> tuple[Run, ...]:
    """One line of cleaned text as runs from left to right: Arabic letters joined, directions resolved."""
    if not line.isascii():
        line = _reorder(_join_arabic(line, bold), right_to_left)
    runs: list[Run] = []
    for character in line:
        if character in (_ZWNJ, _ZWJ):
            continue
        face = _face_of(character, bold) or "regular"
        if runs and runs[-1].face == face:
            runs[-1] = Run(face, runs[-1].text + character)
        else:
            runs.append(Run(face, character))
    return tuple(runs)


def _face_of(character: str, bold: bool) -> Face | None:
    first: Face = "bold" if bold else "regular"
    code = ord(character)
    if code in coverage(first) and unicodedata.category(character) not in ("Cc", "Cf"):
        return first
    if (
        code > 0x1100
        and unicodedata.category(character) not in ("Cf", "Cn", "Co", "Cs")
        and code in coverage("cjk")
    ):
        return "cjk"
    return None


def _reorder(line: str, right_to_left: bool) -> str:
    if not any(unicodedata.bidirectional(character) in ("R", "AL", "AN") for character in line):
        return line
    from fpdf.bidi import BidiParagraph
    from fpdf.enums import TextDirection

    base = TextDirection.RTL if right_to_left else TextDirection.LTR
    return str(BidiParagraph(text=line, base_direction=base).get_reordered_string())


@cache
def _arabic_forms() -> tuple[dict[tuple[str, str], str], dict[tuple[str, str, str], str]]:
    """Presentation forms by (letter, position), and the lam-alef ligatures by (lam, alef, position)."""
    letters: dict[tuple[str, str], str] = {}
    ligatures: dict[tuple[str, str, str], str] = {}
    for code in (*range(0xFB50, 0xFC00), *range(0xFE70, 0xFF00)):
        position, *parts = unicodedata.decomposition(chr(code)).split() or [""]
        if position not in ("<isolated>", "<initial>", "<medial>", "<final>"):
            continue
        bases = [chr(int(part, 16)) for part in parts]
        if len(bases) == 1:
            letters.setdefault((bases[0], position[1:-1]), chr(code))
        elif len(bases) == 2 and bases[0] == _LAM and code >= 0xFEF5:
            ligatures[(bases[0], bases[1], position[1:-1])] = chr(code)
    return letters, ligatures


def _join_arabic(line: str, bold: bool) -> str:
    """Letters of the Arabic script replaced by their joined forms where the font has them."""
    if not any("\u0600" <= character <= "\u06ff" for character in line):
        return line
    letters, ligatures = _arabic_forms()
    glyphs = coverage("bold" if bold else "regular")

    def joins_forward(character: str) -> bool:
        return character in (_TATWEEL, _ZWJ) or (character, "initial") in letters

    def joins_backward(character: str) -> bool:
        return character in (_TATWEEL, _ZWJ) or (character, "final") in letters

    out: list[str] = []
    index = 0
    while index < len(line):
        character = line[index]
        before = _neighbour(reversed(line[:index]))
        tied = joins_forward(before) and joins_backward(character)
        following = line[index + 1] if index + 1 < len(line) else ""
        ligature = ligatures.get((character, following, "final" if tied else "isolated"))
        if ligature is not None and ord(ligature) in glyphs:
            out.append(ligature)
            index += 2
            continue
        onward = joins_forward(character) and joins_backward(_neighbour(line[index + 1 :]))
        position = {(False, False): "isolated", (False, True): "initial", (True, True): "medial"}.get(
            (tied, onward), "final"
        )
        form = letters.get((character, position), character)
        out.append(form if ord(form) in glyphs else character)
        index += 1
    return "".join(out)


def _neighbour(characters: Iterable[str]) -> str:
    """The first character that is no combining mark; empty at the end of the line."""
    for character in characters:
        if unicodedata.combining(character) == 0:
            return character
    return ""
