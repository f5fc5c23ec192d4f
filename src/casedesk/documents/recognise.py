"""What a paper is and what it says: kind, numbers, dates, names and the list of evidence, each with its words.

Pure: works on pages of text with places, or on plain text. The kind is decided by weights written down in
`vocabulary`: at least `THRESHOLD`, and `MARGIN` ahead of the next kind, else the paper is `other` and goes to a
person. Nothing is guessed: two receipt numbers in the frame give none, two printed dates give both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from casedesk.documents.pdftext import PageText, pages_from_text
from casedesk.documents.recognise_items import requested_items
from casedesk.documents.recognise_kind import KindReading, judge_kind
from casedesk.documents.recognise_layout import Label, Sheet, value_lead
from casedesk.documents.recognise_values import (
    Found,
    Receipt,
    bare_alien_number,
    find_alien_numbers,
    find_dates,
    find_forms,
    find_periods,
    find_receipts,
)
from casedesk.documents.vocabulary import (
    BLANK_FORM,
    DUE_LEAD,
    DUE_MATTER,
    FORM_MARKS,
    NEVER_THE_SUBJECT,
    NOT_DUE,
    OFFICES,
    SERVED,
    Field,
)
from casedesk.models.enums import DocumentKind, Served

ANSWERED_KINDS = frozenset({DocumentKind.RFE, DocumentKind.NOID, DocumentKind.NOIR})
"""Notices that set a day by which an answer is due."""

_MAY_SET_A_DAY = ANSWERED_KINDS | {DocumentKind.OTHER, DocumentKind.DOL, DocumentKind.REJECTION}
_LONGEST_ANSWER = timedelta(days=400)
_SENTENCE_CHARACTERS = 600
_NAME = re.compile(r"^[^\W\d_][^\d_:;!?()\[\]{}<>@#$%^*=+~\\/\"|]*$")
_NO_NAME = re.compile(
    r"\b(?:the|your|you|must|may|is|are|was|has|have|will|shall|should|and|or|of record|who|that|with|for|to|not|name|number|address|date"
    r"|notice|form|page|case|type|copy|application|petition|petitioner|beneficiary|applicant)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One value, the words it was read from, and their page (0: the paper as a whole)."""

    field: str
    value: str
    words: str
    page: int


@dataclass(frozen=True, slots=True)
class PartyName:
    """A name as printed, with the role its label gives: `petitioner`, `applicant`, `beneficiary`, ..."""

    role: str
    name: str


@dataclass(frozen=True, slots=True)
class Recognition:
    """What a paper is and says; empty fields were not found, or were found twice with different values.

    `confidence` is about `kind`, 0 to 1; a kind other than `other` has at least 0.4. `receipt_number` is None while
    `receipt_numbers` holds several that could be meant. `response_due` holds every printed day, earliest first.
    Evidence fields besides the names here: `kind`, `edition`, `period_days`, `appeal_due`, `requested_item`.
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


@dataclass(slots=True)
class _Notes:
    evidence: list[Evidence] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def keep(self, name: str, value: str, words: str, page: int) -> None:
        found = Evidence(name, value, " ".join(words.split())[:400], page)
        if not any(old.field == name and old.value == value for old in self.evidence):
            self.evidence.append(found)


def recognise(pages: Sequence[PageText] | str) -> Recognition:
    """Reads a paper. Never raises on any text; reads no clock."""
    sheets = [Sheet(page) for page in (pages_from_text(pages) if isinstance(pages, str) else pages)]
    blank = _blank_form(sheets)
    if blank is not None:
        return blank
    # A blank form sent along with a notice is not part of what the notice says.
    sheets = [sheet for sheet in sheets if _form_footer(sheet) is None]
    notes = _Notes()
    kind = judge_kind(sheets)
    if kind.words:
        notes.keep("kind", str(kind.kind), kind.words, kind.page)
    notes.warnings.extend(kind.warnings)
    receipt, receipts = _receipts(sheets, notes)
    notice_date = _labelled_date(sheets, Field.NOTICE_DATE, notes) or _lone_date(sheets, notes)
    received = _labelled_date(sheets, Field.RECEIVED_DATE, notes) or _received_in_words(sheets, kind, notes)
    priority = _labelled_date(sheets, Field.PRIORITY_DATE, notes)
    for label in _labels(sheets, Field.APPEAL_DUE):
        _keep_date(label, notes, "appeal_due")
    due = _response_due(sheets, notice_date, notes) if kind.kind in _MAY_SET_A_DAY else ()
    items = requested_items(sheets) if kind.kind in ANSWERED_KINDS else ()
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
        a_number=_alien_number(sheets, notes),
        names=_names(sheets, notes),
        requested_items=tuple(item for item, _ in items),
        served=_served(sheets, notes),
        office=_office(sheets, notes),
        evidence=tuple(notes.evidence),
        warnings=tuple(notes.warnings),
    )


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


def _labels(sheets: list[Sheet], wanted: Field) -> list[tuple[Sheet, Label]]:
    return [(sheet, label) for sheet in sheets for label in sheet.labels if label.field is wanted]


def _first(find: Callable[[str], list[Found[Receipt]]]) -> Callable[[str], Found[Receipt] | None]:
    def parse(text: str) -> Found[Receipt] | None:
        return next((found for found in find(text) if found.start == 0), None)

    return parse


def _receipts(sheets: list[Sheet], notes: _Notes) -> tuple[str | None, tuple[str, ...]]:
    """The number in the frame, then one standing alone or on a subject line, then one in a sentence."""
    ranks: dict[str, int] = {}
    quoted: dict[str, tuple[str, int]] = {}
    unknown: set[str] = set()

    def note(found: Found[Receipt], rank: int, words: str, page: int) -> None:
        number = found.value.number
        if rank > ranks.get(number, -1):
            ranks[number] = rank
            quoted[number] = (words, page)
        if not found.value.known:
            unknown.add(number)

    for sheet, label in _labels(sheets, Field.RECEIPT):
        value = sheet.value(label, _first(find_receipts))
        if value is not None:
            found, words, own = value
            note(found, 3 if own and (label.anchored or label.colon) else 1, words, sheet.number)
    for sheet in sheets:
        for block, text in zip(sheet.blocks, sheet.texts, strict=True):
            for found in find_receipts(text):
                if not found.value.known:
                    continue
                alone = any(_only_receipt(line.text) for line in block)
                subject = re.match(
                    r"^(?:re|subject|case|file|in re|regarding)\b\s*[:.#]", text, re.IGNORECASE
                )
                named = _YOURS.search(text[: found.start]) is not None
                rank = 2 if alone or named or (subject and found.start < 160) else 1
                note(found, rank, text[max(0, found.start - 60) : found.end], sheet.number)
    for number, (words, page) in quoted.items():
        notes.keep("receipt_number", number, words, page)
    if not ranks:
        return None, ()
    top = max(ranks.values())
    best = sorted(number for number, rank in ranks.items() if rank == top)
    for number in best:
        if number in unknown:
            notes.warnings.append(f"Receipt number {number} begins with letters of no known office.")
    if len(best) > 1:
        notes.warnings.append(f"Several receipt numbers could be meant: {', '.join(best)}.")
        return None, tuple(best)
    return best[0], tuple(best)


_YOURS = re.compile(
    r"\b(?:your|this) (?:case |USCIS )?(?:receipt|case) (?:number|no\.?|#) (?:is|for this \w+ is)[\s:]*$",
    re.IGNORECASE,
)


def _only_receipt(text: str) -> bool:
    found = find_receipts(text)
    return len(found) == 1 and not re.sub(r"[\s*()|:#-]", "", text[: found[0].start] + text[found[0].end :])


def _date_at_start(text: str) -> Found[date] | None:
    return next((found for found in find_dates(text) if found.start == 0), None)


def _keep_date(where: tuple[Sheet, Label], notes: _Notes, name: str) -> date | None:
    sheet, label = where
    value = sheet.value(label, _date_at_start)
    if value is None:
        return None
    found, words, _ = value
    notes.keep(name, found.value.isoformat(), words, sheet.number)
    return found.value


def _labelled_date(sheets: list[Sheet], wanted: Field, notes: _Notes) -> date | None:
    found: dict[date, bool] = {}
    for sheet, label in _labels(sheets, wanted):
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


def _lone_date(sheets: list[Sheet], notes: _Notes) -> date | None:
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


def _received_in_words(sheets: list[Sheet], kind: KindReading, notes: _Notes) -> date | None:
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
    return _sentence_before(text, found.start)[-120:] + text[found.start : found.end]


_SENTENCE_END = re.compile(
    r"(?<![A-Z]\.[A-Z])(?<!\bNo)(?<!\bSt)(?<!\bMr)(?<!\bMs)(?<!\bDr)(?<!\b[A-Z][a-z]{2})[.!?]\s+(?=[A-Z(“\"])"
)


def _sentence_before(text: str, at: int) -> str:
    start = max(0, at - _SENTENCE_CHARACTERS)
    for end in _SENTENCE_END.finditer(text, start, at):
        start = end.end()
    return text[start:at]


def _response_due(sheets: list[Sheet], notice_date: date | None, notes: _Notes) -> tuple[date, ...]:
    days: set[date] = set()
    for sheet, label in _labels(sheets, Field.RESPONSE_DUE):
        day = _keep_date((sheet, label), notes, "response_due")
        if day is not None:
            days.add(day)
    for sheet in sheets:
        for text in sheet.texts:
            days |= _due_in_words(text, sheet.number, notice_date, notes)
            for period in find_periods(text):
                around = _sentence_before(text, period.start) + text[period.start : period.end + 80]
                if re.search(r"\b(?:respon|submit|receiv|repl|provide|return|answer)", around, re.IGNORECASE):
                    notes.keep("period_days", str(period.value), around[-200:], sheet.number)
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


def _due_in_words(text: str, page: int, notice_date: date | None, notes: _Notes) -> set[date]:
    days = set()
    for found in find_dates(text):
        sentence = _sentence_before(text, found.start)
        if not DUE_LEAD.search(sentence) or not DUE_MATTER.search(sentence) or NOT_DUE.search(sentence):
            continue
        if notice_date is not None and not timedelta(0) < found.value - notice_date <= _LONGEST_ANSWER:
            continue
        days.add(found.value)
        notes.keep("response_due", found.value.isoformat(), _words(text, found), page)
    return days


def _form(sheets: list[Sheet], notes: _Notes) -> str | None:
    """The form the notice is about: from its label, else from subject lines, else the only one spoken of."""
    for sheet, label in _labels(sheets, Field.FORM):
        for text, _ in sheet.regions(label):
            mended = re.sub(r"^([\s:]*)(?:form\s+)?[1l](?=\s?-?\s?\d{3})", r"\1I", text)
            found = [form for form in find_forms(mended) if not form.value.startswith("I-797")]
            if found:
                notes.keep("form", found[0].value, f"{label.text} {text[:80]}", sheet.number)
                return found[0].value
    for pattern in (
        r"^(?:re|subject|form|case)\b\s*:?.*|^.*\breceipt\b.*",
        r"\b(?:your|the|this) (?:pending )?(?:form )?[A-Z]{1,4}-?\d{2,4}.*|\bform\b.*",
    ):
        forms: dict[str, tuple[str, int]] = {}
        for sheet in sheets:
            for line in sheet.lines:
                if re.search(pattern, line.text, re.IGNORECASE):
                    for form in find_forms(line.text):
                        if not form.value.startswith("I-797") and form.value not in NEVER_THE_SUBJECT:
                            forms.setdefault(form.value, (line.text, sheet.number))
        if len(forms) == 1:
            value, (words, page) = next(iter(forms.items()))
            notes.keep("form", value, words, page)
            return value
    return None


def _alien_number(sheets: list[Sheet], notes: _Notes) -> str | None:
    labelled: dict[str, tuple[str, int]] = {}
    anywhere: dict[str, tuple[str, int]] = {}
    for sheet, label in _labels(sheets, Field.ALIEN):
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


def _names(sheets: list[Sheet], notes: _Notes) -> tuple[PartyName, ...]:
    names: dict[PartyName, None] = {}
    for sheet, label in _labels(sheets, Field.NAME):
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


def _served(sheets: list[Sheet], notes: _Notes) -> Served | None:
    ways: dict[str, tuple[str, int]] = {}
    texts = [
        (text.lstrip(" :"), sheet.number)
        for sheet, label in _labels(sheets, Field.SERVICE)
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


def _office(sheets: list[Sheet], notes: _Notes) -> str | None:
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
