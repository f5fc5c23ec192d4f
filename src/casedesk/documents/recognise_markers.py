"""The signs items of a list open with: numbers, letters, roman numerals, bullets, and what follows what.

Pure. "I." is a letter and a roman numeral until the next sign tells; both readings are kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_ROMANS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv")
_BULLET = re.compile(r"^(\[[xX ]?\]|[•▪◦●○■□☐✓❑➢►*·‣⁃]|[-–—](?=\s|$)|o(?=\s+\w))\s*")
_COUNTED = re.compile(
    r"^(?P<word>(?:item|document|request)\s+(?:no\.?\s*)?)?(?P<open>[(\[]?)(?P<sign>\d{1,2}|[A-Za-z]|[ivxIVX]{2,5})"
    r"(?P<close>[.):\]]{1,2}|\s?[-–—](?=\s))(?:\s+|$)",
    re.IGNORECASE,
)
_GLUED = re.compile(r"^(?P<word>)(?P<open>\()(?P<sign>\d{1,2}|[a-z])(?P<close>\))(?=[A-Z])")
_BARE = re.compile(r"^(?P<word>)(?P<open>)(?P<sign>\d{1,2})(?P<close>)$")
_NO_MARKER = re.compile(
    r"^\d{1,2}[.)]?\s*(?:days?|hours?|pages?)\b|^[-–—]+\s*\d+\s*[-–—]+$|^[A-Z]\.\s?[A-Z]\.|^\*\s*\S+\s*\*$"
)


@dataclass(frozen=True, slots=True)
class Marker:
    """`style` is the sign's dress ("(." for "(a)"), `readings` its kinds with their place from 1 (bullets: 0)."""

    style: str
    readings: tuple[tuple[str, int], ...]
    length: int

    @property
    def is_bullet(self) -> bool:
        return self.readings[0][0] == "bullet"

    @property
    def opens(self) -> bool:
        """Whether a list may begin with it."""
        return any(place in (0, 1) for _, place in self.readings)

    def after(self, before: Marker) -> bool:
        """Whether it is the very next sign of the same list."""
        return self._steps(before, lambda gap: gap == 1)

    def later_than(self, before: Marker) -> bool:
        """Whether it may belong to the same list with some signs left out."""
        return self._steps(before, lambda gap: 1 <= gap <= 5)

    def _steps(self, before: Marker, fits: Callable[[int], bool]) -> bool:
        if self.style != before.style:
            return False
        if self.is_bullet:
            return True
        known = dict(before.readings)
        return any(kind in known and fits(place - known[kind]) for kind, place in self.readings)


def marker_of(text: str) -> Marker | None:
    """The sign the text opens with, if it is one."""
    if _NO_MARKER.match(text):
        return None
    bullet = _BULLET.match(text)
    if bullet is not None:
        return Marker(bullet[1], (("bullet", 0),), bullet.end())
    found = _COUNTED.match(text) or _GLUED.match(text) or _BARE.match(text)
    if found is None:
        return None
    if found["close"].strip() in "-–—" and found["close"] and not (found["word"] or found["sign"].isdigit()):
        return None
    style = f"{(found['word'] or '').split(' ')[0].lower()}{found['open']}{found['close'].strip()}"
    return Marker(style, _readings(found["sign"]), found.end())


def _readings(sign: str) -> tuple[tuple[str, int], ...]:
    if sign.isdigit():
        return (("number", int(sign)),)
    case = "upper" if sign.isupper() else "lower"
    readings = []
    if sign.lower() in _ROMANS:
        readings.append((f"roman {case}", _ROMANS.index(sign.lower()) + 1))
    if len(sign) == 1:
        readings.append((f"letter {case}", ord(sign.lower()) - 96))
    return tuple(readings) or (("roman", 99),)
