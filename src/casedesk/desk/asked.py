"""What a person typed, brought into the form the record keeps, or refused with the words that would do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from casedesk.matching.folding import fold as fold
from casedesk.models.identifiers import normalise_a_number, normalise_receipt
from casedesk.refusal import Refusal

_E = TypeVar("_E", bound=StrEnum)

MAIL_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?"
)
"""An address that our own mail goes from or to."""

LONGEST_LINE = 400
LONGEST_TEXT = 100_000
MOST_ROWS = 1000
"""What one page of a list may hold."""

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
_FORM = re.compile(r"([A-Z]{1,4})[- ]?([0-9]{1,4}[A-Z]{0,3})")
_HANDLE = re.compile(r"[a-z][a-z0-9_-]{0,30}")
_RESERVED = ("owner", "postgres", "public", "session_user", "current_user", "none")


def words(text: str, what: str, *, most: int = LONGEST_LINE) -> str:
    """The text without blanks around it. Refuses an empty one, one too long, and what no store can keep."""
    found = optional(text, what, most=most)
    if not found:
        raise Refusal("empty", f"{what} is empty.", "Write at least one word.")
    return found


def optional(text: str, what: str, *, most: int = LONGEST_LINE) -> str:
    """As `words`, but nothing at all will do as well."""
    found = text.strip()
    if len(found) > most:
        raise Refusal("too_long", f"{what} is longer than {most:,} characters.", "Say it in fewer.")
    if "\0" in found or any(0xD800 <= ord(c) <= 0xDFFF for c in found):
        raise Refusal("bad_text", f"{what} holds characters that cannot be kept.", "Type it again.")
    return found


def mail_address(text: str) -> str:
    """One mail address and nothing else, or nothing at all. Raises `Refusal("bad_address")`."""
    found = optional(text, "The mail address")
    if found and not MAIL_ADDRESS.fullmatch(found):
        raise Refusal("bad_address", f"{found!r} is no mail address.", "Write it as name@firm.example.")
    return found


def one_of(value: str, vocabulary: type[_E], what: str) -> _E:
    """A word of a closed vocabulary, in any case, blanks and dashes for underscores; refused with the nearest."""
    found = slug(value)
    known = [str(member) for member in vocabulary]
    if found not in known:
        raise unknown(value, what, known)
    return vocabulary(found)


def unknown(value: str, what: str, known: Iterable[str]) -> Refusal:
    """The refusal of a word that is none of `known`, with the nearest."""
    names = sorted(known)
    near = get_close_matches(slug(value), names, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(names)}."
    return Refusal("unknown", f"There is no {what} {value!r}.", hint)


def slug(value: str) -> str:
    return re.sub(r"[\s-]+", "_", value.strip().lower())


def language(value: str) -> str:
    """A language tag, "es", "zh-hans"."""
    found = value.strip().lower().replace("_", "-")
    if not _LANGUAGE.fullmatch(found):
        raise Refusal(
            "bad_language", f"{value!r} is no language.", "Write its code, such as en, es or zh-hans."
        )
    return found


def languages(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(language(v) for v in values))


def handle(value: str) -> str:
    """A short name for signing in: a small letter, then letters, digits, `-` and `_`."""
    found = value.strip().lower()
    reserved = found in _RESERVED or found.startswith(("casedesk", "pg_"))
    if reserved or not _HANDLE.fullmatch(found):
        raise Refusal(
            "bad_handle",
            f"{value!r} cannot be a handle.",
            "A handle has a letter first, then letters, digits, - or _, such as mduarte.",
        )
    return found


def form_name(value: str) -> str:
    """A form as the agency writes it: "i485" is "I-485"."""
    found = _FORM.fullmatch(value.strip().upper())
    if found is None:
        raise Refusal("bad_form", f"{value!r} is no form.", "Write it as on the paper, such as I-485.")
    return f"{found[1]}-{found[2]}"


def receipt(value: str) -> str:
    found = normalise_receipt(value)
    if found is None:
        raise Refusal(
            "bad_receipt",
            f"{value!r} is no receipt number.",
            "It has three letters and ten digits: EAC2690123456.",
        )
    return found


def a_number(value: str) -> str:
    found = normalise_a_number(value)
    if found is None:
        raise Refusal(
            "bad_a_number", f"{value!r} is no A-number.", "It has seven to nine digits: A012345678."
        )
    return found


def page(limit: int) -> int:
    """How many rows a list gives, refused below one; more than `MOST_ROWS` are never read at once."""
    if limit < 1:
        raise Refusal("bad_limit", "A list shows at least one row.", "Give a limit of 1 or more.")
    return min(limit, MOST_ROWS)


def iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
