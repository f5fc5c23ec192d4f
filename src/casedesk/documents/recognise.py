"""What a paper is and what it says: kind, numbers, dates, names and the list of evidence, each with its words.

Pure: works on pages of text with places, or on plain text. The kind is decided by weights written down in
`vocabulary`: at least `THRESHOLD`, and `MARGIN` ahead of the next kind, else the paper is `other` and goes to a
person. Nothing is guessed: two receipt numbers in the frame give none, two printed dates give both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from casedesk.documents.pdftext import PageText, pages_from_text
from casedesk.documents.recognise_appointment import read_appointment
from casedesk.documents.recognise_due import due_in_words, periods_in_words, sentence_before
from casedesk.documents.recognise_frame import bears_the_code, names_the_agency, speaks_for_itself
from casedesk.documents.recognise_items import requested_items
from casedesk.documents.recognise_kind import KindReading, judge_kind
from casedesk.documents.recognise_layout import Label, Sheet, value_lead
from casedesk.documents.recognise_notes import Evidence, Notes, labels_of
from casedesk.documents.recognise_people import (
    PartyName,
    read_alien_number,
    read_names,
    read_office,
    read_served,
)
from casedesk.documents.recognise_receipts import read_receipts
from casedesk.documents.recognise_validity import read_validity
from casedesk.documents.recognise_values import (
    Found,
    find_dates,
    find_forms,
)
from casedesk.documents.vocabulary import (
    BLANK_FORM,
    FORM_MARKS,
    NEVER_THE_SUBJECT,
    Field,
)
from casedesk.models.enums import DocumentKind, Served

__all__ = ["ANSWERED_KINDS", "Evidence", "PartyName", "Recognition", "recognise"]

ANSWERED_KINDS = frozenset({DocumentKind.RFE, DocumentKind.NOID, DocumentKind.NOIR})
"""Notices that set a day by which an answer is due."""

_MAY_SET_A_DAY = ANSWERED_KINDS | {DocumentKind.OTHER, DocumentKind.DOL, DocumentKind.REJECTION}
_MUST_BE_FRAMED = frozenset({DocumentKind.RFE, DocumentKind.RECEIPT})
_LONGEST_ANSWER = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Recognition:
    """What a paper is and says; empty fields were not found, or were found twice with different values.

    `confidence` is about `kind`, 0 to 1; a kind other than `other` has at least 0.4. `receipt_number` is None while
    `receipt_numbers` holds several that could be meant. `response_due` holds every printed day, earliest first.
    Evidence fields besides the names here: `kind`, `edition`, `period_days`, `appeal_due`, `requested_item`, and those of
    `recognise_appointment` and `recognise_validity`.
    """

    kind: DocumentKind
    confidence: float
    receipt_number: str | None = None
    receipt_numbers: tuple[str, ...] = ()
    notice_date: date | None = None
    received_date: date | None = None
    priority_date: date | None = None
    response_due: tuple[date, ...] = ()
    form: str | None = None
    a_number: str | None = None
    names: tuple[PartyName, ...] = ()
    requested_items: tuple[str, ...] = ()
    served: Served | None = None
    office: str | None = None
    evidence: tuple[Evidence, ...] = ()
    warnings: tuple[str, ...] = ()


def recognise(pages: Sequence[PageText] | str) -> Recognition:
    """Reads a paper. Never raises on any text; reads no clock."""
    sheets = [Sheet(page) for page in (pages_from_text(pages) if isinstance(pages, str) else pages)]
    blank = _blank_form(sheets)
    if blank is not None:
        return blank
    # A blank form sent along with a notice is not part of what the notice says.
    sheets = [sheet for sheet in sheets if _form_footer(sheet) is None]
    notes = Notes()
    kind = judge_kind(sheets)
    notes.warnings.extend(kind.warnings)
    receipt, receipts = read_receipts(sheets, notes)
    notice_date = _labelled_date(sheets, Field.NOTICE_DATE, notes) or _lone_date(sheets, notes)
    received = _labelled_date(sheets, Field.RECEIVED_DATE, notes) or _received_in_words(sheets, kind, notes)
    priority = _labelled_date(sheets, Field.PRIORITY_DATE, notes)
    for label in labels_of(sheets, Field.APPEAL_DUE):
        _keep_date(label, notes, "appeal_due")
    own = _agencys_own(sheets, receipt, notice_date, notes)
    named = own and (names_the_agency(sheets) or bears_the_code(sheets))
    if not own and kind.kind in _MUST_BE_FRAMED:
        notes.warnings.append(
            f"It speaks of a {kind.kind} but is not the agency's own notice; a person decides."
        )
        kind = replace(kind, kind=DocumentKind.OTHER, confidence=0.3)
    may_set = kind.kind in _MAY_SET_A_DAY and (named or kind.kind is not DocumentKind.OTHER)
    due = _response_due(sheets, notice_date, notes) if may_set else ()
    items = requested_items(sheets) if kind.kind in ANSWERED_KINDS else ()
    read_appointment(sheets, kind.kind, notice_date, notes)
    read_validity(sheets, kind.kind, notes)
    if kind.words:
        notes.keep("kind", str(kind.kind), kind.words, kind.page)
    for item, page in items:
        notes.keep("requested_item", item, item, page)
    return Recognition(
        kind=kind.kind,
        confidence=kind.confidence,
        receipt_number=receipt,
        receipt_numbers=receipts,
        notice_date=notice_date,
        received_date=received,
        priority_date=priority,
        response_due=due,
        form=_form(sheets, notes),
        a_number=read_alien_number(sheets, notes),
        names=read_names(sheets, notes),
        requested_items=tuple(item for item, _ in items),
        served=read_served(sheets, notes),
        office=read_office(sheets, notes),
        evidence=tuple(notes.evidence),
        warnings=tuple(notes.warnings),
    )


def _agencys_own(sheets: list[Sheet], receipt: str | None, notice_date: date | None, notes: Notes) -> bool:
    if speaks_for_itself(sheets):
        return False
    number = any(evidence.field == "receipt_number" for evidence in notes.evidence)
    if bears_the_code(sheets) or (names_the_agency(sheets) and (number or notice_date is not None)):
        return True
    return receipt is not None and notice_date is not None


def _form_footer(sheet: Sheet) -> re.Match[str] | None:
    for text in sheet.texts:
        found = BLANK_FORM.search(text)
        if found is not None and not found[1].upper().startswith("I-797"):
            return found
    return None


def _blank_form(sheets: list[Sheet]) -> Recognition | None:
    if not sheets:
        return None
    footers = [_form_footer(sheet) for sheet in sheets]
    marked = any(FORM_MARKS.search(text) for text in sheets[0].texts)
    known = [footer for footer in footers if footer is not None]
    if not known or not marked or len(known) * 2 < len(sheets):
        return None
    number, edition = known[0][1].upper(), known[0][2]
    evidence = [Evidence("form", number, known[0][0], 1), Evidence("edition", edition, known[0][0], 1)]
    warnings = []
    editions = sorted({footer[2] for footer in known if footer[1].upper() == number})
    if len(editions) > 1:
        warnings.append(f"Pages of different editions: {', '.join(editions)}.")
    return Recognition(
        DocumentKind.OTHER, 0.95, form=number, evidence=tuple(evidence), warnings=tuple(warnings)
    )


def _date_at_start(text: str) -> Found[date] | None:
    return next((found for found in find_dates(text) if found.start == 0), None)


def _keep_date(where: tuple[Sheet, Label], notes: Notes, name: str) -> date | None:
    sheet, label = where
    value = sheet.value(label, _date_at_start)
    if value is None:
        return None
    found, words, _ = value
    notes.keep(name, found.value.isoformat(), words, sheet.number)
    return found.value


def _labelled_date(sheets: list[Sheet], wanted: Field, notes: Notes) -> date | None:
    found: dict[date, bool] = {}
    for sheet, label in labels_of(sheets, wanted):
        day = _keep_date((sheet, label), notes, str(wanted))
        if day is not None:
            # "Date:" alone is weaker than a label that says which date.
            weak = label.text.lower() in {"date", "dated", "date on", "mailed", "issued", "received"}
            found[day] = found.get(day, False) or not weak
    strong = [day for day, is_strong in found.items() if is_strong] or list(found)
    if len(strong) > 1:
        name = str(wanted).replace("_", " ")
        notes.warnings.append(
            f"Different days are printed as {name}: {', '.join(day.isoformat() for day in sorted(strong))}."
        )
        return None
    return strong[0] if strong else None


def _lone_date(sheets: list[Sheet], notes: Notes) -> date | None:
    """The date of a letter: a line of its own in the upper part of page one, or "this notice is dated ..."."""
    if not sheets or any(evidence.field == "notice_date" for evidence in notes.evidence):
        return None
    taken = {evidence.value for evidence in notes.evidence}
    days = {}
    for text in sheets[0].texts:
        for stated in re.finditer(
            r"\bthis (?:notice|letter|request[\w\s]{0,20}) (?:is|was) dated ", text, re.IGNORECASE
        ):
            said = _date_at_start(text[stated.end() :])
            if said is not None:
                days[said.value] = stated[0] + text[stated.end() :][: said.end]
    for line in sheets[0].lines:
        text = line.text[value_lead(line.text) :]
        found = _date_at_start(text)
        if line.y0 < 0.45 * sheets[0].height and found is not None and not text[found.end :].strip(" ."):
            days[found.value] = line.text
    days = {day: words for day, words in days.items() if day.isoformat() not in taken}
    if len(days) != 1:
        return None
    day, words = next(iter(days.items()))
    notes.keep("notice_date", day.isoformat(), words, sheets[0].number)
    return day


def _received_in_words(sheets: list[Sheet], kind: KindReading, notes: Notes) -> date | None:
    if kind.kind is not DocumentKind.RECEIPT or any(
        evidence.field == "received_date" for evidence in notes.evidence
    ):
        return None
    days = {}
    for sheet in sheets:
        for text in sheet.texts:
            for found in find_dates(text):
                lead = text[max(0, found.start - 120) : found.start]
                if re.search(r"\breceived\b[^.]{0,100}\bon\s+$", lead, re.IGNORECASE) or re.search(
                    r"^\s*,?\s*(?:we|USCIS) received your", text[found.end :], re.IGNORECASE
                ):
                    days[found.value] = (_words(text, found), sheet.number)
    if len(days) != 1:
        return None
    day, (words, page) = next(iter(days.items()))
    notes.keep("received_date", day.isoformat(), words, page)
    return day


def _words(text: str, found: Found[date]) -> str:
    return sentence_before(text, found.start)[-120:] + text[found.start : found.end]


def _response_due(sheets: list[Sheet], notice_date: date | None, notes: Notes) -> tuple[date, ...]:
    days: set[date] = set()
    for sheet, label in labels_of(sheets, Field.RESPONSE_DUE):
        day = _keep_date((sheet, label), notes, "response_due")
        if day is not None:
            days.add(day)
    for day, words, page in due_in_words(sheets, notice_date):
        days.add(day)
        notes.keep("response_due", day.isoformat(), words, page)
    for number, words, page in periods_in_words(sheets):
        notes.keep("period_days", str(number), words, page)
    if notice_date is not None:
        for day in sorted(days):
            if not timedelta(0) < day - notice_date <= _LONGEST_ANSWER:
                notes.warnings.append(
                    f"The printed due date {day.isoformat()} does not fit the notice date {notice_date.isoformat()}."
                )
    if len(days) > 1:
        notes.warnings.append(
            f"Different due dates are printed: {', '.join(day.isoformat() for day in sorted(days))}."
        )
    return tuple(sorted(days))


_FORM_ALONE = r"^(?:form\s+)?[A-Z]{1,4}\s?-?\s?\d{2,4}[A-Z]?(?:\s*[,:–-]?\s+\D*[^\d.;,])?$"
"""A line of the frame that is a form's number, or number and title, and no sentence."""


def _form(sheets: list[Sheet], notes: Notes) -> str | None:
    """The form the notice is about: from its label, else from subject lines, else the only one spoken of."""
    for sheet, label in labels_of(sheets, Field.FORM):
        alone = label.text.lower() in {"form", "application", "petition"}
        for text, _ in sheet.regions(label):
            mended = re.sub(r"^([\s:]*)(?:form\s+)?[1l](?=\s?-?\s?\d{3})", r"\1I", text)
            found = [form for form in find_forms(mended) if not form.value.startswith("I-797")]
            if alone and found and found[0].start > 6:
                continue
            if found:
                notes.keep("form", found[0].value, f"{label.text} {text[:80]}", sheet.number)
                return found[0].value
    for pattern in (
        _FORM_ALONE,
        r"\b(?:concerns|refers to|in reference to|in connection with|regarding) (?:your|the) (?:pending )?(?:form )?[A-Z]{1,4}-?\d.*",
        r"^(?:re|subject|form|case)\b\s*:?.*|^.*\breceipt\b.*",
        r"\b(?:your|the|this) (?:pending )?(?:form )?[A-Z]{1,4}-?\d{2,4}.*|\bform\b.*",
    ):
        forms: dict[str, tuple[str, int]] = {}
        for sheet in sheets:
            for line in sheet.lines:
                top = sheet.number == 1 and line.y0 < 0.45 * sheet.height
                if (top or pattern != _FORM_ALONE) and re.search(pattern, line.text, re.IGNORECASE):
                    for form in find_forms(line.text):
                        if not form.value.startswith("I-797") and form.value not in NEVER_THE_SUBJECT:
                            forms.setdefault(form.value, (line.text, sheet.number))
        if len(forms) == 1:
            value, (words, page) = next(iter(forms.items()))
            notes.keep("form", value, words, page)
            return value
    return None
