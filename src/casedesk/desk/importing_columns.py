"""What the columns of a list of clients mean: guessed from their headings, or said by hand. Pure.

A guess is shown before anything is written; a heading that no field goes by is named and left out, never forced.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from casedesk.matching.folding import fold
from casedesk.refusal import WrongUsage

FIELDS: Mapping[str, frozenset[str]] = {
    field: frozenset(names.split("; "))
    for field, names in {
        "client": "client; client name; name; full name; beneficiary; beneficiary name; applicant; respondent; "
        "cliente; nombre; nombre completo; company; employer",
        "first": "first name; first; given name; given names; nombres; primer nombre",
        "last": "last name; last; surname; family name; apellido; apellidos",
        "a_number": "a number; a no; alien number; alien no; alien registration number; uscis number; anumber; a",
        "receipt": "receipt; receipt number; receipt numbers; receipt no; receipts; receipt number s; uscis receipt; "
        "case number; recibo; recibos",
        "form": "form; forms; form type; uscis form; formulario; formularios",
        "type": "type; matter type; case type; matter; case; category; tipo; tipo de caso; kind of case",
        "language": "language; lang; preferred language; client language; idioma",
        "priority": "priority; urgency; prioridad",
        "born": "born; birth date; date of birth; dob; birthdate; fecha de nacimiento; birthday",
        "priority_date": "priority date; pd",
        "received": "received; received date; date received; receipt date; filed; filed on; date filed; filing date",
        "expires": "expires; expiration; expiration date; expiry; expiry date; valid until; valid to",
        "due": "due; due date; deadline; next deadline; next date; vence; fecha limite",
        "phone": "phone; phone number; telephone; tel; mobile; cell; cell phone; telefono; celular",
        "email": "email; e mail; mail; email address; e mail address; correo; correo electronico",
        "address": "address; home address; mailing address; street address; direccion; domicilio",
        "caption": "caption; file name; matter name; case name",
        "paralegal": "paralegal; primary paralegal; case manager; assigned to; responsible",
        "attorney": "attorney; lawyer; lead attorney; abogado; abogada; attorney of record",
    }.items()
}
"""Every field a column may be, with the headings it goes by (folded, one blank between words)."""

SEVERAL = frozenset({"due", "receipt", "form"})
"""What more than one column of a sheet may be."""

SKIP = "skip"
_DATE_WORDS = frozenset(
    ["due", "deadline", "hearing", "interview", "biometrics", "rfe", "noid", "response", "vence", "audiencia"]
)
_WORD = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its letter, its heading, and the field it is (None: left out, `why` says it)."""

    letter: str
    heading: str
    field: str | None
    why: str = ""


def letter(index: int) -> str:
    """A column's letter, counted from 0: A, B, ..., Z, AA."""
    found = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        found = chr(65 + rest) + found
    return found


def bare(heading: str) -> str:
    """A heading as it is compared: "A #" is "a number", "E-Mail" is "e mail"."""
    return " ".join(_WORD.sub(" ", fold(heading.replace("#", " number "))).split())


def field_of(heading: str) -> str | None:
    """The field a heading goes by, None where it is no heading of ours."""
    name = bare(heading)
    found = next((field for field, names in FIELDS.items() if name in names), None)
    if found is None and _DATE_WORDS & set(name.split()):
        return "due"
    return found


def said_by_hand(words: Sequence[str]) -> dict[str, str]:
    """`NAME=FIELD` as a person gives them: by heading or letter, folded, to a field or `skip`. Raises `WrongUsage`."""
    said: dict[str, str] = {}
    for word in words:
        name, equals, field = word.rpartition("=")
        wanted = field.strip().lower().replace("-", "_").replace(" ", "_")
        if not equals or not name.strip():
            raise WrongUsage(
                "bad_column", f"{word!r} says no column.", "Write it like --column 'Alien No.=a_number'."
            )
        if wanted not in FIELDS and wanted != SKIP:
            near = get_close_matches(wanted, [*FIELDS, SKIP], n=1)
            hint = f"Did you mean {near[0]}?" if near else f"Known are: {', '.join([*FIELDS, SKIP])}."
            raise WrongUsage("bad_column", f"A column cannot be {field.strip()!r}.", hint)
        said[bare(name) or name.strip()] = wanted
    return said


def assign(headings: Sequence[str], by_hand: Mapping[str, str]) -> tuple[Column, ...]:
    """Every column with the field it is. What was said by hand comes before what is guessed; a field that is taken
    already leaves a later column out, with the reason."""
    letters = [letter(place) for place in range(len(headings))]
    told = [
        by_hand.get(bare(text), by_hand.get(where.lower()))
        for text, where in zip(headings, letters, strict=True)
    ]
    holders = {
        field: where
        for field, where in zip(reversed(told), reversed(letters), strict=True)
        if field is not None and field != SKIP and field not in SEVERAL
    }
    columns: list[Column] = []
    for heading, where, said in zip(headings, letters, told, strict=True):
        field = field_of(heading) if said is None else said
        if field == SKIP:
            columns.append(Column(where, heading, None, "left out as asked"))
        elif field is None:
            why = "no field goes by that heading" if heading else "it has no heading"
            columns.append(Column(where, heading, None, why))
        elif field not in SEVERAL and holders.setdefault(field, where) != where:
            columns.append(
                Column(where, heading, None, f"{field} is taken from column {holders[field]} already")
            )
        else:
            columns.append(Column(where, heading, field, "" if said is None else "said by hand"))
    return tuple(columns)
