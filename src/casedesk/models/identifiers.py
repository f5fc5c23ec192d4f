"""Numbers that agencies print, and the names that the record gives its own rows.

Standard library only. Every `normalise_*` takes text as typed, scanned or pasted and gives the one form that the
store keeps, or None when the text is no such number; none of them corrects misread letters (recognition does).
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple

RandBits = Callable[[int], int]
"""A source of randomness: `randbits(k)` is an integer of k random bits, like `secrets.randbits`."""

SERVICE_CENTERS: Final = {
    "IOE": "electronic (ELIS)",
    "EAC": "Vermont",
    "VSC": "Vermont",
    "WAC": "California",
    "CSC": "California",
    "LIN": "Nebraska",
    "NSC": "Nebraska",
    "SRC": "Texas",
    "TSC": "Texas",
    "MSC": "National Benefits Center",
    "NBC": "National Benefits Center",
    "YSC": "Potomac",
}
"""The first three letters of a USCIS receipt number, and where it was issued. Others exist: warn, do not refuse."""

_SEPARATORS: Final = re.compile(r"[\s#.\-\u00ad\u2010-\u2015\u2212\u200b-\u200f\u2060\ufeff]+")
_RECEIPT: Final = re.compile(r"[A-Z]{3}[0-9]{10}")
_A_NUMBER: Final = re.compile(r"A?([0-9]{7,9})")
_ONLINE_ACCOUNT: Final = re.compile(r"[0-9]{12}")
_I94: Final = re.compile(r"[0-9]{11}|[0-9]{9}[A-Z][0-9]")
_SEVIS: Final = re.compile(r"N[0-9]{10}")
_DOS_IMMIGRANT: Final = re.compile(r"[A-Z]{3}[0-9]{9,10}")
_DOS_DIVERSITY: Final = re.compile(r"[0-9]{4}[A-Z]{2}[0-9]{1,8}")
_DS_CONFIRMATION: Final = re.compile(r"AA[0-9A-Z]{8}")
_DOL_FLAG: Final = re.compile(r"(G-10[01]|I-20[0-9]|P-[12]00|H-[34]00)-(?P<day>[0-9]{5})-[0-9]{6}")
_DOL_LEGACY: Final = re.compile(r"[AC]-(?P<day>[0-9]{5})-[0-9]{5}")
_BULLETIN_CELL: Final = re.compile(r"C|U|[0-9]{2}(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[0-9]{2}")
_NOTICE_CODE: Final = re.compile(r"I-797[A-F]?")


def _bare(text: str) -> str:
    return _SEPARATORS.sub("", text).upper()


def _dashed(text: str) -> str:
    return "-".join(part for part in _SEPARATORS.split(text.upper()) if part)


def _matching(pattern: re.Pattern[str], tidy: Callable[[str], str] = _bare) -> Callable[[str], str | None]:
    def normalise(text: str) -> str | None:
        found = tidy(text)
        return found if pattern.fullmatch(found) else None

    return normalise


def normalise_receipt(text: str) -> str | None:
    """A USCIS receipt number as 13 characters, "IOE0912345678"; spaces and dashes go, letters become capitals."""
    found = _bare(text)
    return found if _RECEIPT.fullmatch(found) else None


def is_known_service_center(receipt: str) -> bool:
    """Whether a normalised receipt number begins with letters of `SERVICE_CENTERS`; others deserve a warning."""
    return receipt[:3] in SERVICE_CENTERS


def show_receipt(receipt: str) -> str:
    """A normalised receipt number as notices print it, "IOE-09-123-45678"; anything else unchanged."""
    if not _RECEIPT.fullmatch(receipt):
        return receipt
    return f"{receipt[:3]}-{receipt[3:5]}-{receipt[5:8]}-{receipt[8:]}"


def normalise_a_number(text: str) -> str | None:
    """An A-number as "A" and nine digits; seven and eight digits are padded with zeros on the left."""
    found = _A_NUMBER.fullmatch(_bare(text))
    return f"A{found[1]:0>9}" if found else None


def show_a_number(a_number: str) -> str:
    """A normalised A-number as people read it, "A012-345-678"; anything else unchanged."""
    if not re.fullmatch(r"A[0-9]{9}", a_number):
        return a_number
    return f"{a_number[:4]}-{a_number[4:7]}-{a_number[7:]}"


def dol_created(number: str) -> date | None:
    """The day a normalised number of the Department of Labor was created: calendar year and day of the year.

    "I-200-18026-338377" is 2018-01-26. None when its five digits are no such day (a year has 365 days, or 366).
    """
    found = _DOL_FLAG.fullmatch(number) or _DOL_LEGACY.fullmatch(number)
    if not found:
        return None
    digits = found["day"]
    year, day = 2000 + int(digits[:2]), int(digits[2:])
    created = date(year, 1, 1) + timedelta(days=day - 1)
    return created if created.year == year else None


def _matching_dol(pattern: re.Pattern[str]) -> Callable[[str], str | None]:
    def normalise(text: str) -> str | None:
        found = _dashed(text)
        return found if pattern.fullmatch(found) and dol_created(found) else None

    return normalise


@dataclass(frozen=True, slots=True)
class IdentifierKind:
    """One kind of printed number: `name` (slug), `label` as people say it, `pattern` of the whole normalised text.

    `normalise` is the kind's `normalise_*`: text in, the stored form or None out.
    """

    name: str
    label: str
    pattern: re.Pattern[str]
    normalise: Callable[[str], str | None]


IDENTIFIERS: Final = {
    kind.name: kind
    for kind in (
        IdentifierKind("receipt_number", "USCIS receipt number", _RECEIPT, normalise_receipt),
        IdentifierKind("a_number", "A-number", re.compile(r"A[0-9]{9}"), normalise_a_number),
        IdentifierKind(
            "online_account", "USCIS online account number", _ONLINE_ACCOUNT, _matching(_ONLINE_ACCOUNT)
        ),
        IdentifierKind("i94_number", "I-94 number", _I94, _matching(_I94)),
        IdentifierKind("sevis_id", "SEVIS id", _SEVIS, _matching(_SEVIS)),
        IdentifierKind("dos_case", "NVC case number", _DOS_IMMIGRANT, _matching(_DOS_IMMIGRANT)),
        IdentifierKind(
            "dos_dv_case", "Diversity visa case number", _DOS_DIVERSITY, _matching(_DOS_DIVERSITY)
        ),
        IdentifierKind(
            "ds_confirmation", "DS-160 or DS-260 confirmation", _DS_CONFIRMATION, _matching(_DS_CONFIRMATION)
        ),
        IdentifierKind("dol_flag", "DOL FLAG number", _DOL_FLAG, _matching_dol(_DOL_FLAG)),
        IdentifierKind(
            "dol_legacy_perm", "DOL PERM number before FLAG", _DOL_LEGACY, _matching_dol(_DOL_LEGACY)
        ),
        IdentifierKind("visa_bulletin_cell", "Visa Bulletin date", _BULLETIN_CELL, _matching(_BULLETIN_CELL)),
        IdentifierKind(
            "notice_code", "Form I-797 notice code", _NOTICE_CODE, _matching(_NOTICE_CODE, _dashed)
        ),
    )
}
"""The numbers by slug. A text may fit more than one kind: eleven digits are an I-94 number only where one is asked."""

CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, so that a code survives the telephone."""

_REF_CHARACTERS: Final = 6
_REF: Final = re.compile(r"([A-Z]{1,2})-([0-9A-Z]{6})")
_MISREAD: Final = str.maketrans("ILO", "110")
_ID_BITS: Final = 63
_OPAQUE: Final = re.compile(f"[0-7][{CROCKFORD}]{{12}}")


def crockford(characters: int, randbits: RandBits = secrets.randbits) -> str:
    """That many random characters of `CROCKFORD`, five bits each."""
    return _in_crockford(randbits(5 * characters), characters)


def _in_crockford(number: int, characters: int) -> str:
    return "".join(CROCKFORD[number >> 5 * place & 31] for place in reversed(range(characters)))


class Ref(NamedTuple):
    """What people call a row: `prefix` says what it is ("T", a task), `code` is six characters of `CROCKFORD`."""

    prefix: str
    code: str

    def __str__(self) -> str:
        return f"{self.prefix}-{self.code}"


def new_ref(prefix: str, randbits: RandBits = secrets.randbits) -> Ref:
    """A random ref, "T-1F3K9A": 30 bits, so the store holds it unique and its caller tries again."""
    return Ref(prefix, crockford(_REF_CHARACTERS, randbits))


def parse_ref(text: str) -> Ref | None:
    """The ref somebody typed, in any case, I and L read as 1 and O as 0; None when it is none.

    Matter numbers ("M-2026-0042") and opaque ids are never refs.
    """
    found = _REF.fullmatch(text.strip().upper())
    if not found:
        return None
    code = found[2].translate(_MISREAD)
    return None if "U" in code else Ref(found[1], code)


def new_id(randbits: RandBits = secrets.randbits) -> int:
    """A random id from 1 to 2**63 - 1, as a signed 64-bit column holds it."""
    return randbits(_ID_BITS) or new_id(randbits)


def opaque(id: int) -> str:
    """The id as the outside sees it: 13 characters of `CROCKFORD`, the first a digit below 8.

    Receipt numbers have 13 characters too, but begin with a letter. Raises ValueError outside 1 to 2**63 - 1.
    """
    if not 0 < id < 1 << _ID_BITS:
        raise ValueError("An id is a positive integer of 63 bits.")
    return _in_crockford(id, 13)


def from_opaque(text: str) -> int:
    """The id of an opaque string, in any case; misread letters are not corrected. Raises ValueError when it is none."""
    code = text.strip().upper()
    if not text.isascii() or not _OPAQUE.fullmatch(code):
        raise ValueError("This is not an id: ids have 13 digits and letters.")
    number = 0
    for character in code:
        number = number << 5 | CROCKFORD.index(character)
    if not number:
        raise ValueError("This is not an id: ids are positive.")
    return number
