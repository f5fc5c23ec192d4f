"""The day by which an answer is due, where it is told in a sentence, and periods of days.

Pure. What governs the date decides: in "submit proof that a petition was filed on or before April 30, 2001" it is
`filed`, and nothing is due that day. A day that is not surely the agency's due day is left out: a wrong day is worse
than none.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from datetime import date, timedelta

from casedesk.documents.recognise_items import body_lines
from casedesk.documents.recognise_layout import Sheet
from casedesk.documents.recognise_values import find_dates, find_periods

_LONGEST_TOLD = timedelta(days=180)
_SENTENCE_CHARACTERS = 600
_SENTENCE_END = re.compile(
    r"(?<![A-Z]\.[A-Z])(?<!\bNo)(?<!\bSt)(?<!\bMr)(?<!\bMs)(?<!\bDr)(?<!\b[A-Z][a-z]{2})[.!?]\s+(?=[A-Z(“\"])"
)
_LEAD = re.compile(
    r"(?P<firm>on or before|on or by|no later than|not later than|later than|by|due(?: date)?(?: is| on)?"
    r"|(?:deadline|due date|last day)\b[^.;]{0,60}?(?: is| of|:)|deadline"
    r"|responses? (?:received|submitted|sent|postmarked) (?:on or )?after)"
    r"(?:\s+(?:the\s+)?(?:close of business|end of business|end of the day|11:59|5:00|midnight)[\w\s.:,]{0,30}?)?"
    r"(?:\s+(?:on|of))?(?:\s+the)?(?:\s+date(?:\s+of)?)?[\s:,(-]*(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day\s*,?\s*)?"
    r"(?:the\s+)?$"
    r"|(?P<loose>before|prior to|until)(?:\s+(?:the\s+)?(?:close of business|end of business|end of the day)(?:\s+(?:on|of))?)?[\s:,(]*(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day\s*,?\s*)?(?:the\s+)?$",
    re.IGNORECASE,
)
_STRONG = (
    r"respond(?:ing)?|response|repl(?:y|ies)|answer|(?:must|should|needs? to|has to|have to)\s+(?:be\s+)?(?:receiv\w+|reach\w*|arriv\w+|have|get|(?:submitt?|sen[dt]|return|provide|furnish)\w*)"
    r"|(?:is|are|be)\s+(?:due|received)|receives|reaches|ha(?:ve|s) until|due date|deadline"
    r"|(?:must|should)\s+be\b[^.;]{0,60}?\band\s+(?:be\s+)?received"
)
_WEAK = r"submit(?:ting)?|provide|send|return|furnish|sent in|mail"
_GOVERNS = re.compile(
    rf"\b(?P<past>(?:was|were|had(?:\s+been)?|have\s+been|has\s+been)\s+(?:originally\s+|also\s+)?(?:due|required|asked|requested|to)\b)"
    rf"|\b(?P<strong>{_STRONG})\b|\b(?P<weak>{_WEAK})\b"
    r"|\b(?P<neutral>everything|anything|during|morning|requested|listed|required|needed|named|mentioned|described|enclosed|included|including|following|supporting"
    r"|missing|attached|above|below)\b"
    r"|\b(?P<other>\w{2,}ed|\w{3,}ing|born|held|paid|taken|made|begun|began|valid|present|effective|biometrics?|fingerprints?|fees?|payments?|in force|in effect|in status|due)\b",
    re.IGNORECASE,
)


_ABOUT_THE_ANSWER = re.compile(
    r"\b(?:respon\w+|repl(?:y|ies)|answer\w*|evidence|documents?|documentation|materials?|items?|information|everything|submission"
    r"|USCIS|we|this office|our office|service center|you|submit|provide|send|return|furnish|mail|ha(?:ve|s) until|due date|deadline)\b",
    re.IGNORECASE,
)
"""Who or what must come in: not "the beneficiary must arrive by" and not "the extension must be received by"."""


def due_in_words(sheets: list[Sheet], notice_date: date | None) -> Iterator[tuple[date, str, int]]:
    """Days sentences set for the answer: day, words, page. A sentence may run over the end of a page."""
    for text, page, start in _texts(sheets):
        for found in find_dates(text):
            if found.start < start:
                continue
            before = sentence_before(text, found.start)
            if not _sets_a_day(before):
                continue
            if notice_date is not None and not timedelta(0) < found.value - notice_date <= _LONGEST_TOLD:
                continue
            yield found.value, before[-120:] + text[found.start : found.end], page


def periods_in_words(sheets: list[Sheet]) -> Iterator[tuple[int, str, int]]:
    """Periods sentences set for the answer, in days: number, words, page."""
    for text, page, _ in _texts(sheets):
        for period in find_periods(text):
            around = sentence_before(text, period.start) + text[period.start : period.end + 80]
            if re.search(r"\b(?:respon|submit|receiv|repl|provide|return|answer)", around, re.IGNORECASE):
                yield period.value, around[-200:], page


def sentence_before(text: str, at: int) -> str:
    """What stands before a place in the text, in the same sentence."""
    start = max(0, at - _SENTENCE_CHARACTERS)
    for end in _SENTENCE_END.finditer(text, start, at):
        start = end.end()
    return text[start:at]


def _sets_a_day(before: str) -> bool:
    lead = _LEAD.search(before)
    if lead is None:
        return False
    if re.match(r"deadline|due date|last day|responses? ", lead[0], re.IGNORECASE):
        return (
            re.search(r"\b(?:was|were|had|previous|earlier|original|first)\b", before, re.IGNORECASE) is None
        )
    verb = None
    for found in _GOVERNS.finditer(before, 0, lead.start() + len("due is")):
        if found["neutral"] is None and found.start() <= lead.start():
            verb = found
    if (
        verb is None
        or verb["past"]
        or verb["other"]
        or not _ABOUT_THE_ANSWER.search(before[max(0, verb.start() - 90) : verb.end()])
    ):
        return False
    return bool(verb["strong"]) or (bool(lead["firm"]) and bool(verb["weak"]))


def _texts(sheets: list[Sheet]) -> Iterator[tuple[str, int, int]]:
    """Blocks of all pages, and the text across each page break; a date is looked for from the last number on."""
    for sheet in sheets:
        for text in sheet.texts:
            yield text, sheet.number, 0
    for sheet, following in itertools.pairwise(sheets):
        above, below = body_lines(sheet)[-4:], body_lines(following)[:4]
        if not above or not below or above[-1].text.rstrip().endswith((".", "!", "?")):
            continue
        head = " ".join(line.text for line in above)
        yield f"{head} {' '.join(line.text for line in below)}", following.number, len(head)
