"""Single cells of a list of clients, read as what their column says they are, or refused by a sentence. Pure.

Nothing is guessed: a day that may be read in two ways is refused, unless its column shows which way it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from casedesk.documents.spreadsheet import Broken, Cell, Formula
from casedesk.matching.folding import fold
from casedesk.models.enums import Priority
from casedesk.models.identifiers import normalise_a_number, normalise_receipt
from casedesk.routing.vocabulary import MATTER_TYPES, slug

_SPLIT = re.compile(r"[,;/\n\r|]+|\s+(?:and|y|&)\s+")
_NUMERIC = re.compile(r"(\d{1,2})([/.\- ])(\d{1,2})\2(\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_DAY_FIRST = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[ \-./]*(?:de )?([a-z]{3,12})\.?[ \-./,]*(?:de )?(\d{4}|\d{2})"
)
_MONTH_FIRST = re.compile(r"([a-z]{3,12})\.?[ \-./]*(\d{1,2})(?:st|nd|rd|th)?[ \-./,]+(\d{4}|\d{2})")
_SERIAL = re.compile(r"\d{4,6}(?:\.0+)?")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january enero",
            "february febrero",
            "march marzo",
            "april abril",
            "may mayo",
            "june junio",
            "july julio",
            "august agosto",
            "september septiembre",
            "october octubre",
            "november noviembre",
            "december diciembre",
        ),
        1,
    )
    for name in names.split()
}
_LANGUAGES = {
    word: code
    for code, names in {
        "en": "english ingles",
        "es": "spanish espanol castellano",
        "zh": "chinese mandarin cantonese",
        "pt": "portuguese",
        "fr": "french",
        "ht": "creole haitian",
        "ar": "arabic",
        "tl": "tagalog filipino",
        "vi": "vietnamese",
        "ko": "korean",
        "ru": "russian",
        "uk": "ukrainian",
        "hi": "hindi",
        "ur": "urdu",
        "pa": "punjabi",
        "bn": "bengali bangla",
        "fa": "farsi persian",
        "am": "amharic",
        "ja": "japanese",
        "de": "german",
    }.items()
    for word in names.split()
}
_TYPES = {
    word: kind
    for kind, names in {
        "adjustment_of_status": "aos adjustment i_485 i485",
        "family_petition": "i_130 i130 family petition_for_relative",
        "naturalization": "citizenship naturalisation",
        "asylum": "i_589 i589 affirmative_asylum",
        "removal_defense": "removal deportation eoir court removal_proceedings removal_defence",
        "employment_immigrant": "i_140 i140",
        "daca_renewal": "daca i_821d",
        "u_visa": "u i_918 u_1",
        "marriage_green_card": "marriage marriage_gc marriage_based",
        "i751": "roc",
        "l1a": "l_1 l1",
        "sijs": "sij i_360",
    }.items()
    for word in names.split()
}
FORM_TYPE = {
    "I-485": "adjustment_of_status",
    "I-130": "family_petition",
    "N-400": "naturalization",
    "I-589": "asylum",
    "I-140": "employment_immigrant",
    "I-918": "u_visa",
    "I-821D": "daca_renewal",
    "I-751": "i751",
}
"""The type a form speaks for where a row names none; a form of several types speaks for none."""


class BadCell(ValueError):
    """What a cell holds will not do: `why` says it, `next` what to do."""

    def __init__(self, why: str, next: str) -> None:
        super().__init__(why)
        self.why = why
        self.next = next


def text(cell: Cell, *, phone: bool = False) -> str:
    """A cell as one line of text. A formula, an error, a control character or a line that begins one is refused."""
    if isinstance(cell, Formula):
        raise BadCell(
            "is a formula, and formulas are not calculated here", "Paste its value in its place, as text."
        )
    if isinstance(cell, Broken):
        raise BadCell("is an error or too long for one cell", "Write what it should hold.")
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    found = " ".join(str("" if cell is None else cell).split())
    if any(ord(c) < 32 or 127 <= ord(c) < 160 or 0xD800 <= ord(c) <= 0xDFFF for c in found):
        raise BadCell("holds characters no keyboard writes", "Type it again.")
    if found[:1] in ("=", "@") or (found[:1] in ("+", "-") and not phone and len(found) > 1):
        raise BadCell("begins like a formula", "Write it without the sign in front.")
    if len(found) > 400:
        raise BadCell("is longer than 400 characters", "Say it in fewer.")
    return found


def parts(cell: Cell) -> tuple[str, ...]:
    """What stands in one cell beside each other: by commas, semicolons, slashes, lines, "and"."""
    if isinstance(cell, str):
        bits = [bit.strip() for bit in _SPLIT.split(cell)]
        return tuple(text(bit) for bit in bits if bit)
    found = text(cell)
    return (found,) if found else ()


def a_number(cell: Cell) -> str:
    found = normalise_a_number(text(cell))
    if found is None:
        raise BadCell("is no A-number", "It has seven to nine digits: A012345678.")
    return found


def receipt(word: str) -> str:
    found = normalise_receipt(word)
    if found is None:
        raise BadCell("is no receipt number", "It has three letters and ten digits: EAC2690123456.")
    return found


def email(cell: Cell) -> str:
    found = text(cell)
    if not _MAIL.fullmatch(found):
        raise BadCell("is no mail address", "Write it like name@example.org.")
    return found


def language(cell: Cell) -> str:
    found = fold(text(cell))
    if found in _LANGUAGES:
        return _LANGUAGES[found]
    if re.fullmatch(r"[a-z]{2}(-[a-z0-9]{2,8})*", found):
        return found
    raise BadCell("is no language", "Write its name in English, or its code, such as es.")


def priority(cell: Cell) -> str:
    found = slug(text(cell))
    if found in {"urgent", "rush"}:
        raise BadCell("may mean high or emergency", f"Write one of {', '.join(p.value for p in Priority)}.")
    found = {"normal": "standard", "medium": "standard", "regular": "standard"}.get(found, found)
    if found not in {p.value for p in Priority}:
        raise BadCell("is no priority", f"Write one of {', '.join(p.value for p in Priority)}.")
    return found


def matter_type(cell: Cell) -> str:
    from difflib import get_close_matches

    found = slug(fold(text(cell)))
    found = _TYPES.get(found, found)
    if found in MATTER_TYPES:
        return found
    near = get_close_matches(found, sorted(MATTER_TYPES), n=1)
    raise BadCell(
        "is no type of matter",
        f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(sorted(MATTER_TYPES))}.",
    )


def order_of(cells: Iterable[Cell]) -> dict[str, str]:
    """How a column writes its days in figures, by the sign between them: `mdy` or `dmy`, as unmistakable days show.

    A sign that is used both ways, or never unmistakably, is left out: what is written with it may be read in two ways.
    """
    shown: dict[str, set[str]] = {}
    for cell in cells:
        found = _NUMERIC.fullmatch(cell.strip()) if isinstance(cell, str) else None
        if found:
            first, second = int(found[1]), int(found[3])
            order = "dmy" if first > 12 >= second else "mdy" if second > 12 >= first else None
            if order is not None:
                shown.setdefault(found[2], set()).add(order)
    return {sign: orders.pop() for sign, orders in shown.items() if len(orders) == 1}


def day(cell: Cell, *, orders: Mapping[str, str], today: date, past: bool, epoch_1904: bool = False) -> date:
    """A calendar day. `orders` says how 3/4/26 is read, by the sign between its figures; `past`: two figures of a year mean the last hundred years.

    A bare number is a spreadsheet's serial day, of 1900 or `epoch_1904`.
    """
    if isinstance(cell, date):
        return cell
    words = fold(text(cell))
    if (isinstance(cell, int | float) and not isinstance(cell, bool)) or _SERIAL.fullmatch(words):
        return _serial(float(words), epoch_1904)
    if found := _ISO.fullmatch(words):
        return _real(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMERIC.fullmatch(words):
        first, second, year = int(found[1]), int(found[3]), _year(found[4], today, past)
        order = orders.get(found[2])
        if first > 12 or second > 12 or first == second:
            order = "dmy" if first > 12 else "mdy"
        if order is None:
            raise BadCell(
                "may be read in two ways", "Write the month in letters, or say --dates mdy or --dates dmy."
            )
        return _real(year, *((first, second) if order == "mdy" else (second, first)))
    if found := _DAY_FIRST.fullmatch(words):
        return _real(_year(found[3], today, past), _month(found[2]), int(found[1]))
    if found := _MONTH_FIRST.fullmatch(words):
        return _real(_year(found[3], today, past), _month(found[1]), int(found[2]))
    raise BadCell("is no day", "Write it like 2026-11-30, or leave the cell empty.")


def _serial(number: float, epoch_1904: bool) -> date:
    # The 1900 calendar of spreadsheets has a day too many before March 1900; nothing that old is read.
    if not number.is_integer() or not 61 <= number <= 73_050:
        raise BadCell("is no day", "Write it like 2026-11-30.")
    return (date(1904, 1, 1) if epoch_1904 else date(1899, 12, 30)) + timedelta(days=int(number))


def _year(digits: str, today: date, past: bool) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (1900 if past and 2000 + year > today.year else 2000)


def _month(word: str) -> int:
    found = {number for name, number in _MONTHS.items() if name.startswith(word)}
    if len(found) != 1:
        raise BadCell("names no month", "Write it like 2026-11-30.")
    return found.pop()


def _real(year: int, month: int, day_of_month: int) -> date:
    try:
        found = date(year, month, day_of_month)
    except ValueError:
        raise BadCell(
            "is no day of any calendar", "Look at the paper, and write it like 2026-11-30."
        ) from None
    if not 1900 <= found.year <= 2100:
        raise BadCell("lies outside 1900 to 2100", "Check the year.")
    return found
