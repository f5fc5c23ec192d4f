"""When and where somebody is to be: the day, hour and place of a biometrics, interview or hearing notice.

Pure. A day counts only with an hour beside it. Nothing is guessed: two days give none and a warning, and what the
notice itself calls the former day is told apart. The hour is local at the place.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time

from casedesk.documents.recognise_layout import Sheet
from casedesk.documents.recognise_notes import Notes
from casedesk.documents.recognise_values import Found, find_dates
from casedesk.models.enums import DocumentKind

AT, PLACE, HEARING, JUDGE, REUSE = (
    "appointment_at",
    "appointment_place",
    "hearing",
    "judge",
    "biometrics_reuse",
)
"""The evidence fields: local time (ISO, to the minute), place, `individual` or `master`, the judge's name, `yes`."""

APPOINTED = frozenset({DocumentKind.BIOMETRICS, DocumentKind.INTERVIEW, DocumentKind.HEARING})
"""Notices that name a day to be somewhere."""

_TIME = re.compile(
    r"(?<![\d:/.-])(?:(?P<h12>1[0-2]|0?[1-9])(?::(?P<m12>[0-5]\d))?\s*(?P<half>[AP])\.?\s?M\b\.?"
    r"|(?P<h24>0[7-9]|1\d|2[0-3]):(?P<m24>[0-5]\d)(?![\d:]|\s*[AP]\.?\s?M\b))",
    re.IGNORECASE,
)
"""An hour; one without its half of the day is taken only as agencies print it on a clock of 24 hours, never as 1:00."""

_BETWEEN = re.compile(
    r"[\s,;:@|()-]*(?:(?:at|time|appointment|hearing|of|the|on|date|for)\b[\s,;:@|()-]*){0,4}", re.I
)
_FORMER = re.compile(
    r"\b(?:previously|formerly|originally|earlier)\b[^.;]{0,60}$|\brescheduled from\b[^.;]{0,40}$", re.I
)
_PLACE_LABEL = re.compile(
    r"^\W*(?:(?:hearing|appointment|interview|court|asc)\s+)?(?:location|place|address|site)\s*:\s*(.+)$",
    re.I,
)
_PLACE_LEAD = re.compile(r"^[\s,;:.)-]*(?:(?:at|in|located at|place|location|address)\b[\s:,]*)?", re.I)
_NO_PLACE = re.compile(r"^(?:if|bring|you|please|failure|this|your|the|and|or|a|an|to|before|is|has)\b", re.I)
_REUSE = re.compile(
    r"\b(?:able to|will|has|have|can)\s+re-?use[d]?\b[^.]{0,40}previously captured\b|\breuse of your previously captured\b",
    re.I,
)
_JUDGE = (
    re.compile(r"(?i:\bjudge)\s*:\s*(?i:hon(?:orable|\.)?\s+)?([A-Z][\w'’-]+(?:[ .]+[A-Z][\w'’-]+){0,3})"),
    re.compile(r"\bImmigration Judge\s+(?:Hon\.\s+)?([A-Z][a-z][\w'’-]*(?:[ .]+[A-Z][\w'’-]*){0,2})"),
)
_NO_JUDGE = re.compile(r"^(?:May|Will|Shall|Order|Decision|Date|Time|Court|Location)\b", re.I)


def read_appointment(sheets: list[Sheet], kind: DocumentKind, notice_date: date | None, notes: Notes) -> None:
    """Keep when and where somebody is to be, for the kinds that say so."""
    if kind not in APPOINTED:
        return
    found: dict[str, tuple[str, str, int]] = {}
    former: set[str] = set()
    for text, page in _runs(sheets):
        for at, before, after, words in _moments(text):
            if notice_date is not None and at.date() < notice_date:
                continue
            said = at.isoformat(timespec="minutes")
            if _FORMER.search(before):
                former.add(said)
            elif said not in found or (_place(after) and not _place(found[said][1])):
                found[said] = (words, after, page)
    for said in former:
        found.pop(said, None)
    if kind is DocumentKind.HEARING:
        _hearing(sheets, notes)
    if len(found) == 1:
        said, (words, after, page) = next(iter(found.items()))
        notes.keep(AT, said, words, page)
        _keep_place(sheets, after, page, notes)
    elif found:
        notes.warnings.append(
            f"Different days and hours are printed: {', '.join(sorted(found))}; enter the appointment by hand."
        )
    elif kind is not DocumentKind.BIOMETRICS or not _reuse(sheets, notes):
        notes.warnings.append("No day and hour of the appointment was read; enter it by hand.")


def _runs(sheets: list[Sheet]) -> list[tuple[str, int]]:
    """The blocks of all pages with their page; where none names a day with its hour, the rows: a frame prints the hour
    in the cell beside the day."""
    blocks = [(text, sheet.number) for sheet in sheets for text in sheet.texts]
    if any(_moments(text) for text, _ in blocks):
        return blocks
    return [(" ".join(line.text for line in row), sheet.number) for sheet in sheets for row in sheet.rows]


def _moments(text: str) -> list[tuple[datetime, str, str, str]]:
    """Each day with its hour, what stands before and after, and the words of both."""
    out = []
    times = list(_TIME.finditer(text))
    for day in find_dates(text):
        beside = _beside(text, day, times)
        if beside is None:
            continue
        begin, end = min(day.start, beside.start()), max(day.end, beside.end())
        at = datetime.combine(day.value, _time(beside))
        out.append((at, text[max(0, begin - 120) : begin], text[end:], text[max(0, begin - 80) : end + 80]))
    return out


def _beside(text: str, day: Found[date], times: list[re.Match[str]]) -> re.Match[str] | None:
    for moment in times:
        if moment.start() >= day.end and _BETWEEN.fullmatch(text[day.end : moment.start()]):
            return moment
    for moment in times:
        gap = text[moment.end() : day.start]
        weekday = re.sub(
            r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b", "", gap, flags=re.I
        )
        if moment.end() <= day.start and _BETWEEN.fullmatch(weekday):
            return moment
    return None


def _time(found: re.Match[str]) -> time:
    if found["half"] is None:
        return time(int(found["h24"]), int(found["m24"]))
    hour = int(found["h12"]) % 12 + (12 if found["half"].lower() == "p" else 0)
    return time(hour, int(found["m12"] or 0))


def _place(after: str) -> str:
    words = _PLACE_LEAD.sub("", after, count=1)
    words = re.split(r"\.\s|\.$|\b(?:Bring|If you|Failure|You must|Please)\b", words, maxsplit=1)[0]
    words = words.strip(" ,;:.-")[:200]
    return "" if len(words) < 4 or _NO_PLACE.match(words) or not re.search(r"[A-Za-z]{3}", words) else words


def _keep_place(sheets: list[Sheet], after: str, page: int, notes: Notes) -> None:
    said = _place(after)
    if said:
        notes.keep(PLACE, said, said, page)
        return
    labelled: dict[str, tuple[str, int]] = {}
    for sheet in sheets:
        for line in sheet.lines:
            label = _PLACE_LABEL.match(line.text)
            if label is not None and not find_dates(label[1]):
                labelled.setdefault(label[1].strip(" ,;:.-")[:200], (line.text, sheet.number))
    if len(labelled) == 1:
        place, (words, number) = next(iter(labelled.items()))
        notes.keep(PLACE, place, words, number)


def _reuse(sheets: list[Sheet], notes: Notes) -> bool:
    for sheet in sheets:
        for text in sheet.texts:
            said = _REUSE.search(text)
            if said is not None:
                notes.keep(REUSE, "yes", text[max(0, said.start() - 60) : said.end() + 60], sheet.number)
                return True
    return False


def _hearing(sheets: list[Sheet], notes: Notes) -> None:
    kinds: dict[str, tuple[str, int]] = {}
    judges: dict[str, tuple[str, int]] = {}
    for sheet in sheets:
        for text in sheet.texts:
            for name, words in (
                ("individual", r"\bindividual\s+(?:calendar\s+|merits\s+)?hearing\b|\bmerits hearing\b"),
                ("master", r"\bmaster\s+(?:calendar\s+)?hearing\b|\bmaster calendar\b"),
            ):
                said = re.search(words, text, re.I)
                if said is not None:
                    kinds.setdefault(name, (text[max(0, said.start() - 60) : said.end() + 60], sheet.number))
        for line in sheet.lines:
            for pattern in _JUDGE:
                for named in pattern.finditer(line.text):
                    name = named[1].strip(" .")
                    if not _NO_JUDGE.match(name):
                        judges.setdefault(name.title() if name.isupper() else name, (line.text, sheet.number))
    for field, values in ((HEARING, kinds), (JUDGE, judges)):
        if len(values) == 1:
            value, (printed, page) = next(iter(values.items()))
            notes.keep(field, value, printed, page)
