"""Who a notice is about and how it came: names, alien numbers, service, office.

Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from casedesk.documents.recognise_layout import Sheet
from casedesk.documents.recognise_notes import Notes, labels_of
from casedesk.documents.recognise_values import bare_alien_number, find_alien_numbers
from casedesk.documents.vocabulary import OFFICES, SERVED, Field
from casedesk.models.enums import Served

_NAME = re.compile(r"^[^\W\d_][^\d_:;!?()\[\]{}<>@#$%^*=+~\\/\"|]*$")
_NO_NAME = re.compile(
    r"\b(?:the|your|you|must|may|is|are|was|has|have|will|shall|should|and|or|of record|who|that|with|for|to|not|name|number|address|date"
    r"|notice|form|page|case|type|copy|application|petition|petitioner|beneficiary|applicant)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PartyName:
    """A name as printed, with the role its label gives: `petitioner`, `applicant`, `beneficiary`, ..."""

    role: str
    name: str


def read_alien_number(sheets: list[Sheet], notes: Notes) -> str | None:
    labelled: dict[str, tuple[str, int]] = {}
    anywhere: dict[str, tuple[str, int]] = {}
    for sheet, label in labels_of(sheets, Field.ALIEN):
        value = sheet.value(label, bare_alien_number)
        if value is not None:
            labelled.setdefault(value[0].value, (value[1], sheet.number))
    for sheet in sheets:
        for line in sheet.lines:
            for found in find_alien_numbers(line.text):
                anywhere.setdefault(found.value, (line.text, sheet.number))
    numbers = labelled or anywhere
    for number, (words, page) in (anywhere | labelled).items():
        notes.keep("a_number", number, words, page)
    if len(numbers) > 1:
        notes.warnings.append(f"Several A-numbers are printed: {', '.join(sorted(numbers))}.")
        return None
    return next(iter(numbers), None)


def read_names(sheets: list[Sheet], notes: Notes) -> tuple[PartyName, ...]:
    names: dict[PartyName, None] = {}
    for sheet, label in labels_of(sheets, Field.NAME):
        for text, cell in sheet.regions(label):
            name = _name(text)
            if name is None or not (cell or label.colon or name.isupper() or find_alien_numbers(text)):
                continue
            party = PartyName(label.role, name)
            if party not in names:
                names[party] = None
                notes.keep("name", f"{label.role}: {name}", f"{label.text} {text[:120]}", sheet.number)
            break
    return tuple(names)


def _name(text: str) -> str | None:
    text = re.sub(r"^(?:name)?[\s:.#-]+", "", text, flags=re.IGNORECASE)
    for found in reversed(find_alien_numbers(text)):
        text = f"{text[: found.start]} | {text[found.end :]}"
    part = next(
        (
            piece.lstrip(" ,;.-").rstrip(" ,;-")
            for piece in re.split(r"\||\(|\n|\s{2,}|\bA#|\d", text)
            if piece.strip(" ,;.-")
        ),
        "",
    )
    words = part.split()
    if not 1 <= len(words) <= 8 or len(part) > 80 or len(part) < 2:
        return None
    return part if _NAME.match(part) and not _NO_NAME.search(part) else None


def read_served(sheets: list[Sheet], notes: Notes) -> Served | None:
    ways: dict[str, tuple[str, int]] = {}
    texts = [
        (text.lstrip(" :"), sheet.number)
        for sheet, label in labels_of(sheets, Field.SERVICE)
        for text, _ in sheet.regions(label)
    ]
    stated = [
        (text, sheet.number)
        for sheet in sheets
        for text in sheet.texts
        if re.search(
            r"\bthis (?:notice|letter|request) (?:was|is|has been) (?:being )?(?:served|sent|mailed|delivered|issued|posted)",
            text,
            re.IGNORECASE,
        )
        and not re.search(r"\bif this (?:notice|letter|request)", text, re.IGNORECASE)
    ]
    for text, page in [*texts, *stated]:
        for way, pattern in SERVED:
            if pattern.search(text):
                ways.setdefault(way, (text[:200], page))
    if len(ways) != 1:
        return None
    way, (words, page) = next(iter(ways.items()))
    notes.keep("served", way, words, page)
    return Served(way)


def read_office(sheets: list[Sheet], notes: Notes) -> str | None:
    offices: dict[str, tuple[str, str, int]] = {}
    for sheet in sheets:
        for line in sheet.lines:
            found = OFFICES.search(line.text)
            if found is not None and len(line.words) <= 10:
                offices.setdefault(found[0].upper(), (found[0], line.text, sheet.number))
    if len(offices) != 1:
        return None
    name, words, page = next(iter(offices.values()))
    notes.keep("office", name, words, page)
    return name
