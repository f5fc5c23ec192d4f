"""A paper's words, a page at a time, for a person's eye: read in the limited child, outside any transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casedesk.desk import papers
from casedesk.desk.turn import Turn

if TYPE_CHECKING:
    from casedesk.desk.desk import Desk


@dataclass(frozen=True)
class Suggestion:
    """A matter that a paper may belong to, and what on the paper says so."""

    matter: str
    caption: str
    why: str


@dataclass(frozen=True)
class Glance:
    """What is needed to decide about a paper: the text of each page, and the matters it may belong to."""

    document: str
    pages: tuple[str, ...]
    suggestions: tuple[Suggestion, ...]


def glance(desk: Desk, document: str) -> Glance:
    """The text of a PDF's first pages (or of a text), "" for a page without; and what was recognised on it.

    Raises `Refusal` when the vault's bytes are not those received.
    """
    view = desk.read(papers.show, document)
    _, data = desk.read(papers.data, document)
    suggested = () if view.matter else desk.read(suggestions, document)
    return Glance(view.id, _pages(data, view.media_type), suggested)


def suggestions(turn: Turn, document: str) -> tuple[Suggestion, ...]:
    """The matters a paper's own numbers name; nothing by likeness."""
    from casedesk.desk import family, paper_views

    row = paper_views.row_of(turn, document)
    found = paper_views.recognition(row)
    uow = turn.uow
    named: dict[str, Suggestion] = {}
    for number in dict.fromkeys((found.receipt_number, *found.receipt_numbers)):
        if number is None:
            continue
        for form in uow.all("document.forms_by_receipt", receipt_number=number):
            why = f"{number}, its {form.form}"
            named.setdefault(form.matter_ref, Suggestion(form.matter_ref, "", why))
    if found.a_number is not None:
        for near in uow.all("document.matters_of_a_number", a_number=found.a_number):
            if not family.keeps_itself(turn, near.id):
                named.setdefault(near.ref, Suggestion(near.ref, "", f"its A-number {found.a_number}"))
    return tuple(
        Suggestion(each.matter, turn.matter(each.matter).caption, each.why) for each in named.values()
    )


def _pages(data: bytes, media_type: str) -> tuple[str, ...]:
    from casedesk.documents.child import ParseFailed, run_limited
    from casedesk.documents.pdftext import pages_from_value
    from casedesk.documents.reading import read_document
    from casedesk.documents.sniff import NotAdmitted

    if media_type == "application/pdf":
        try:
            value = run_limited("pdftext:extract", data).value
        except ParseFailed:
            return ()
        return tuple(page.text for page in pages_from_value(value))
    try:
        text = read_document(data, "paper").text_excerpt
    except NotAdmitted:
        return ()
    return (text,) if text else ()
