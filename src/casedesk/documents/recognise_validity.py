"""What an approval says of time: from when until when it is valid, and since when somebody is a resident. Pure.

Two different ends give none: a person looks. A day that no words tie to validity is never taken for one.
"""

from __future__ import annotations

import re
from datetime import date

from casedesk.documents.recognise_layout import Sheet
from casedesk.documents.recognise_notes import Notes
from casedesk.documents.recognise_values import find_dates
from casedesk.models.enums import DocumentKind

VALID_FROM, VALID_UNTIL, RESIDENT_SINCE, CONDITIONAL = (
    "valid_from",
    "valid_until",
    "resident_since",
    "conditional",
)
"""The evidence fields: ISO days, and `yes` for conditional residence."""

_SPAN = re.compile(r"\b(?:valid(?:ity)?(?:\s+dates?)?\s*:?\s*from|valid\s+from)\b", re.I)
_UNTIL = re.compile(
    r"\b(?:valid\s+(?:until|to|through)|(?:card\s+)?expir(?:es|ation)(?:\s+(?:date|on))?|not\s+valid\s+after)\b",
    re.I,
)
_SINCE = re.compile(r"\b(?:resident\s+since|became\s+a(?:\s+lawful)?\s+permanent\s+resident\s+on)\b", re.I)
_CONDITIONAL = re.compile(r"\bconditional\s+(?:permanent\s+)?residen(?:t|ce)\b", re.I)
_NEAR = 40
"""How far behind its words a day may stand, in characters."""


def read_validity(sheets: list[Sheet], kind: DocumentKind, notes: Notes) -> None:
    """Keep the validity of an approval; nothing for other kinds."""
    if kind is not DocumentKind.APPROVAL:
        return
    ends: dict[date, tuple[str, int]] = {}
    for sheet in sheets:
        for text in (*sheet.texts, *(" ".join(line.text for line in row) for row in sheet.rows)):
            _one(text, sheet.number, ends, notes)
    if len(ends) == 1:
        end, (words, page) = next(iter(ends.items()))
        notes.keep(VALID_UNTIL, end.isoformat(), words, page)
    elif ends:
        notes.warnings.append("Different ends of validity are printed; enter the one that counts by hand.")


def _one(text: str, page: int, ends: dict[date, tuple[str, int]], notes: Notes) -> None:
    days = find_dates(text)
    for lead in _SPAN.finditer(text):
        inside = [d for d in days if d.start >= lead.end()]
        if inside and inside[0].start - lead.end() <= _NEAR:
            notes.keep(VALID_FROM, inside[0].value.isoformat(), text[lead.start() : inside[0].end], page)
            if len(inside) > 1 and re.fullmatch(
                r"[\s,.;]*(?:valid\s+)?(?:to|until|through|-)\s*:?\s*",
                text[inside[0].end : inside[1].start],
                re.I,
            ):
                ends.setdefault(inside[1].value, (text[lead.start() : inside[1].end], page))
    for lead in _UNTIL.finditer(text):
        for found in days:
            if 0 <= found.start - lead.end() <= _NEAR // 4:
                ends.setdefault(found.value, (text[lead.start() : found.end], page))
    for lead in _SINCE.finditer(text):
        for found in days:
            if 0 <= found.start - lead.end() <= _NEAR // 4:
                notes.keep(RESIDENT_SINCE, found.value.isoformat(), text[lead.start() : found.end], page)
    conditional = _CONDITIONAL.search(text)
    if conditional is not None:
        notes.keep(CONDITIONAL, "yes", conditional.group(), page)
