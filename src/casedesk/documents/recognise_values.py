"""Dates, receipt numbers, alien numbers and form numbers as agencies print them, found in a run of text.

Pure. Each finder gives what it found with its place, so that the caller can quote the words.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from casedesk.documents.vocabulary import (
    FORM_NUMBER,
    KNOWN_PREFIXES,
    MONTHS,
    NO_PREFIXES,
    NUMBER_WORDS,
    TENS_WORDS,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A value and where in the text it stood."""

    value: T
    start: int
    end: int


_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])|\x9b[0-?]*[ -/]*[@-~]"
)


def clean(text: str) -> str:
    """The text without terminal escapes, control, bidirectional and zero-width characters; ligatures spelled out.

    A joiner between letters that are not ASCII stays: Persian and Indic names need it.
    """
    text = unicodedata.normalize("NFKC", _ESCAPES.sub("", text))
    kept = []
    for at, character in enumerate(text):
        category = unicodedata.category(character)
        if character in "\u200c\u200d":
            beside = text[at - 1 : at] + text[at + 1 : at + 2]
            if len(beside) == 2 and all(ord(letter) > 0x2FF for letter in beside):
                kept.append(character)
        elif category == "Zs" or character in "\t\n\v\f\r\u2028\u2029":
            kept.append(" ")
        elif category not in {"Cc", "Cf", "Cs", "Co"}:
            kept.append(character)
    return re.sub(r" {2,}", " ", "".join(kept)).strip()


_MONTH = (
    "(?:" + "|".join(f"{name[:3]}(?:{name[3:]})?" if len(name) > 3 else name for name in MONTHS) + "|sept)"
)
_DATE = re.compile(
    rf"(?<![\w/-])(?:"
    rf"(?P<m1>{_MONTH})\b\.?[\s,]*(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s*(?P<y1>\d{{4}})"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+day\s+of)?[\s-]*(?P<m2>{_MONTH})\b\.?[\s,-]*(?P<y2>\d{{4}}|\d{{2}})"
    rf"|(?P<y3>(?:19|20)\d{{2}})(?P<sep3>[-/.])(?P<m3>\d{{1,2}})(?P=sep3)(?P<d3>\d{{1,2}})"
    rf"|(?P<m4>\d{{1,2}})\s?(?P<sep>[/.-])\s?(?P<d4>\d{{1,2}})\s?(?P=sep)\s?(?P<y4>\d{{4}}|\d{{2}})"
    rf")(?![\w/]|-\d)",
    re.IGNORECASE,
)


def find_dates(text: str) -> list[Found[date]]:
    """Dates in the formats of United States agencies, month before day; what is no day of the calendar is left out."""
    dates = []
    for found in _DATE.finditer(text):
        parts = found.groupdict()
        day = next(parts[f"d{n}"] for n in (1, 2, 3, 4) if parts[f"d{n}"])
        month = next(parts[f"m{n}"] for n in (1, 2, 3, 4) if parts[f"m{n}"])
        year = next(parts[f"y{n}"] for n in (1, 2, 3, 4) if parts[f"y{n}"])
        number = int(month) if month.isdigit() else MONTHS_BY_LETTERS[month[:3].lower()]
        full = int(year) if len(year) == 4 else int(year) + (2000 if int(year) < 70 else 1900)
        try:
            dates.append(Found(date(full, number, int(day)), found.start(), found.end()))
        except ValueError:
            continue
    return dates


MONTHS_BY_LETTERS = {name[:3]: number for number, name in enumerate(MONTHS, start=1)}

_RECEIPT = re.compile(
    r"(?<![A-Za-z0-9])([A-Za-z0-9]{3})([-\s.*–‐‑—]{0,2})((?:[0-9OoIl|](?:\s?[-*–‐‑—]\s?|\s)?){9}[0-9OoIl|])(?![a-z0-9]|[A-Z](?![a-z])|[-–]\d)"
)
"""A number may touch the label of the next cell (`...678Notice Date`), never a further digit or capital."""
_DIGITS = str.maketrans({"O": "0", "o": "0", "I": "1", "l": "1", "|": "1"})
_LETTERS = str.maketrans({"0": "O", "1": "I", "l": "I"})


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt number of 13 characters, and whether its first three letters are a known office."""

    number: str
    known: bool


def find_receipts(text: str) -> list[Found[Receipt]]:
    """Receipt numbers with or without dashes and spaces, O read for 0 and I or l for 1 put right."""
    receipts = []
    for found in _RECEIPT.finditer(text):
        written = found[3]
        if sum(character.isdigit() for character in written) < 7:
            continue
        digits = re.sub(r"[^0-9]", "", written.translate(_DIGITS))
        prefix = found[1].upper() if found[1].isalpha() and found[1].upper() in KNOWN_PREFIXES else None
        if prefix is None:
            mended = found[1].translate(_LETTERS).upper()
            prefix = mended if mended in KNOWN_PREFIXES else None
        if prefix is not None:
            receipts.append(Found(Receipt(prefix + digits, True), found.start(), found.end()))
        elif found[1].isalpha() and found[1].isupper() and found[1] not in NO_PREFIXES:
            receipts.append(Found(Receipt(found[1] + digits, False), found.start(), found.end()))
    return receipts


_ALIEN = re.compile(
    r"(?<![A-Za-z0-9])A(?:lien)?[\s#:-]{0,3}(\d{3}[\s-]?\d{3}[\s-]?\d{3}|\d{2}[\s-]?\d{3}[\s-]?\d{3}|\d[\s-]?\d{3}[\s-]?\d{3})"
    r"(?![A-Za-z0-9]|-\d)"
)
_BARE_ALIEN = re.compile(
    r"A?[\s#:-]{0,3}(\d{3}[\s-]?\d{3}[\s-]?\d{3}|\d{2}[\s-]?\d{3}[\s-]?\d{3}|\d{7})(?![A-Za-z0-9]|-\d)"
)


def find_alien_numbers(text: str) -> list[Found[str]]:
    """Alien registration numbers that carry their A, as `A` and nine digits."""
    return [Found(alien_number(found[1]), found.start(), found.end()) for found in _ALIEN.finditer(text)]


def bare_alien_number(text: str) -> Found[str] | None:
    """The alien number a labelled value begins with, with or without its A."""
    found = _BARE_ALIEN.match(text)
    return Found(alien_number(found[1]), found.start(), found.end()) if found else None


def alien_number(written: str) -> str:
    """`A` and nine digits, padded on the left, from seven to nine digits with any separators."""
    return "A" + re.sub(r"\D", "", written).zfill(9)


def find_forms(text: str) -> list[Found[str]]:
    """Form numbers as `I-485`, `N-400`, `G-28`, `EOIR-42B`, however written (`I485`, `I 485`)."""
    return [
        Found(f"{found[1].upper()}-{found[2].upper()}", found.start(), found.end())
        for found in FORM_NUMBER.finditer(text)
    ]


_PERIOD = re.compile(
    r"within\s+(?:a\s+period\s+of\s+)?(?:(?P<words>[a-z]+(?:[-\s][a-z]+)?)\s*)?\(?\s*(?P<digits>\d{1,3})?\s*\)?\s*(?:calendar\s+)?days?\b",
    re.IGNORECASE,
)


def find_periods(text: str) -> list[Found[int]]:
    """Periods of days: "within eighty-four (84) days", "within 87 days", "within thirty calendar days"."""
    periods = []
    for found in _PERIOD.finditer(text):
        if found["digits"]:
            periods.append(Found(int(found["digits"]), found.start(), found.end()))
            continue
        number = _spelled((found["words"] or "").lower())
        if number:
            periods.append(Found(number, found.start(), found.end()))
    return periods


def _spelled(words: str) -> int | None:
    total = 0
    for word in re.split(r"[-\s]+", words):
        if word == "calendar":
            continue
        number = NUMBER_WORDS.get(word, TENS_WORDS.get(word))
        if number is None:
            return None
        total += number
    return total or None
