"""What was found so far: values with the words they were read from, and warnings for a person."""

from __future__ import annotations

from dataclasses import dataclass, field

from casedesk.documents.recognise_layout import Label, Sheet
from casedesk.documents.vocabulary import Field


@dataclass(frozen=True, slots=True)
class Evidence:
    """One value, the words it was read from, and their page (0: the paper as a whole)."""

    field: str
    value: str
    words: str
    page: int


@dataclass(slots=True)
class Notes:
    """Evidence kept once per field and value, and warnings."""

    evidence: list[Evidence] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def keep(self, name: str, value: str, words: str, page: int) -> None:
        found = Evidence(name, value, " ".join(words.split())[:400], page)
        if not any(old.field == name and old.value == value for old in self.evidence):
            self.evidence.append(found)


def labels_of(sheets: list[Sheet], wanted: Field) -> list[tuple[Sheet, Label]]:
    """Every place the label stands, with its page."""
    return [(sheet, label) for sheet in sheets for label in sheet.labels if label.field is wanted]
