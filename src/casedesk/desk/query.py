"""The small language that asks for tasks: `owner:@me due<=today+3d kind:rfe "smith"`. Pure.

Terms stand beside each other and all must hold. A term is a field, a sign and a value; a bare word or a phrase in
quotes is looked for in number, title, matter, client, form and owner; a minus in front turns a term around.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches

from casedesk.refusal import WrongUsage

NAMES = ("owner", "kind", "state", "priority", "type", "matter", "form", "language")
DATES = ("due", "internal", "agency")
FIELDS = (*NAMES, *DATES)
SIGNS = ("<=", ">=", "<", ">", ":")
SPELLINGS = {"status": "state", "lang": "language", "case": "matter", "=": ":"}

_TERM = re.compile(r'(-?)(?:([A-Za-z_]+)(<=|>=|<(?!=)|>(?!=)|=|:))?("(?:[^"\\]|\\.)*"|[^\s"]+)(?=\s|$)')
_ASKS = re.compile(r"-?([A-Za-z_]+)(?:<=|>=|<|>|=|:)")
_DAY = re.compile(r"(today|tomorrow|yesterday)(?:([+-])(\d{1,4})([dw]))?")
_PLAIN = re.compile(r"[^\s\"\\<>=:-][^\s\"\\<>=:]*")
_EXAMPLES = {
    "owner": "@me",
    "kind": "rfe",
    "state": "waiting",
    "priority": "high",
    "type": "asylum",
    "matter": "M-2026-0042",
    "form": "I-485",
    "language": "es",
    **dict.fromkeys(DATES, "today+3d"),
}
_NAMED = {"yesterday": -1, "today": 0, "tomorrow": 1}


@dataclass(frozen=True, slots=True)
class Term:
    """`field` "" is a word that is looked for; `sign` is one of `SIGNS`; `value` as it was written, without quotes."""

    field: str
    sign: str
    value: str
    negated: bool = False


Query = tuple[Term, ...]


def parse(text: str) -> Query:
    """The terms of a question, in their order. Raises `WrongUsage` with one sentence and the nearest known name."""
    terms: list[Term] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        found = _TERM.match(text, at)
        if found is None:
            raise _unfinished(text[at:].split()[0])
        minus, field, sign, value = found.groups()
        if field is None and _is_half(value):
            raise _unfinished(found[0])
        terms.append(_term(bool(minus), field or "", sign or ":", value))
        at = found.end()
    return tuple(terms)


def render(query: Iterable[Term]) -> str:
    """A question as `parse` reads it back to the same terms."""
    return " ".join(
        f"{'-' * term.negated}{term.field}{term.sign * bool(term.field)}{_quoted(term.value)}"
        for term in query
    )


def day_of(value: str, today: date) -> date:
    """`today`, `tomorrow`, `today+3d`, `today-2w`, or a day as 2026-11-30. Raises `WrongUsage`."""
    found = _DAY.fullmatch(value.lower())
    try:
        if found is None:
            return date.fromisoformat(value)
        days = int(found[3] or 0) * (7 if found[4] == "w" else 1) * (-1 if found[2] == "-" else 1)
        return today + timedelta(days=_NAMED[found[1]] + days)
    except (ValueError, OverflowError):
        raise _wrong(f"{value!r} is no day.", "Write it like today+3d, tomorrow or 2026-11-30.") from None


def _term(negated: bool, field: str, sign: str, value: str) -> Term:
    name = _field(field) if field else ""
    sign = SPELLINGS.get(sign, sign)
    if value.startswith('"'):
        value = re.sub(r"\\(.)", r"\1", value[1:-1])
    if name in NAMES and sign != ":":
        raise _wrong(f"{name} is a name, and takes no {sign!r}.", f"Write {name}:{value}.")
    if not value.strip():
        raise _wrong(f"{name or 'A word'} is empty.", "Write what is looked for.")
    if name in DATES:
        day_of(value, date(2000, 1, 1))
    return Term(name, sign, value, negated)


def _field(written: str) -> str:
    """The field of that name, or of another spelling of it."""
    name = SPELLINGS.get(written.lower(), written.lower())
    if name in FIELDS:
        return name
    near = get_close_matches(name, FIELDS, n=1)
    raise _wrong(
        f"There is no field {written!r}.",
        f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(FIELDS)}.",
    )


def _is_half(value: str) -> bool:
    """Whether a word is a field and its sign, and what is looked for is still to come."""
    return value == "-" or _ASKS.fullmatch(value) is not None


def _unfinished(word: str) -> WrongUsage:
    asks = _ASKS.fullmatch(word)
    if asks is not None:
        name = _field(asks[1])
        return _wrong(
            f"{word!r} is not finished.", f"Write what is looked for, such as {word}{_EXAMPLES[name]}."
        )
    if word == "-":
        return _wrong("'-' is not finished.", "Write what shall not be there: -state:waiting.")
    return _wrong(f"{word!r} is not finished.", 'Close its quotes: "smith".')


def _quoted(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _wrong(message: str, next: str) -> WrongUsage:
    return WrongUsage("bad_query", message, next)
