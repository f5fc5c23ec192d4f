"""Whether a paper is the agency's own, or only speaks of one: a client's letter, our draft, an invoice, a web page.

Pure. A notice has the agency's name or form code as a heading of its own and a number or date, or the frame's
labels with their values; and nobody else speaks in it.
"""

from __future__ import annotations

import re

from casedesk.documents.pdftext import Line
from casedesk.documents.recognise_layout import Sheet

_AGENCY = re.compile(
    r"\bI-?797[A-F]?\b|\bnotice of action\b|\bU\.?\s?S\.? citizenship (?:and|&) immigration|\bdepartment of homeland security\b"
    r"|^USCIS\W*$|^USCIS\b.*\b(?:service center|office|form i-797\w?)\W*$",
    re.IGNORECASE,
)
_MAIL = re.compile(r"^(from|to|subject|cc|sent)\s*:", re.IGNORECASE)
_OTHER_HEADING = re.compile(
    r"^\W*(?:draft|memo(?:randum)?|invoice|statement of account|(?:\w+ ){0,2}checklist|cover letter|exhibit \w{1,3}|index of exhibits|table of contents"
    r"|response to|(?:\w+ )?(?:request for (?:\w+ )?evidence|RFE) response|how to\b.*|instructions\b.*|frequently asked .*|case status\b.*)"
    r"(?=\W*$|\s+(?:to|the|of|for|a|an|request|rfe)\b|:)",
    re.IGNORECASE,
)
_OTHER_WORDS = re.compile(
    r"\brespectfully (?:submit\w*|request\w*|yours)\b|\bdear (?:immigration )?officer\b|\bdear client\b|\bour response\b|\b(?:we|I) represent\b|\b(?:our|my) clients?\b"
    r"|\bthis (?:letter|submission|brief) (?:responds|is (?:submitted|filed|sent)? ?in response)\b|\b(?:we|I) (?:hereby )?(?:submit|enclose|attach)\b"
    r"|\bon behalf of (?:our|my)\b|\b(?:please find|find) (?:enclosed|attached)\b",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(
    r"\bI (?:am|was|have|had|got|get|received|need|would|will|want|filed|think|do|don't|did|hope|sent|live|can)\b|\bmy [a-z]{3,}"
    r"|\b(?:tell|help|let|send|give|from|to|for) me\b|\bthank you\b|\bthanks\b"
)


def speaks_for_itself(sheets: list[Sheet]) -> bool:
    """Whether anybody but the agency speaks: mail headers, a firm's or client's words, a heading of other papers."""
    lines = [line for sheet in sheets for line in sheet.lines]
    if len({found[1].lower() for line in lines if (found := _MAIL.match(line.text))}) >= 2:
        return True
    top = [line for line in lines if len(line.words) <= 10][:12]
    if any(_OTHER_HEADING.match(line.text) for line in top):
        return True
    texts = [text for sheet in sheets for text in sheet.texts]
    if any(_OTHER_WORDS.search(text) for text in texts):
        return True
    return sum(len(_FIRST_PERSON.findall(text)) for text in texts) >= 2


_CODE = re.compile(r"\bI-?797[A-F]\b", re.IGNORECASE)


def bears_the_code(sheets: list[Sheet]) -> bool:
    """Whether a heading or the foot of a page gives the notice's form code, as on paper of the agency's own."""
    return any(len(line.words) <= 8 and _CODE.search(line.text) for line in _edges(sheets))


def names_the_agency(sheets: list[Sheet]) -> bool:
    """Whether a short line of its own gives the agency's name, the form's code or "notice of action"."""
    return any(len(line.words) <= 12 and _AGENCY.search(line.text) for line in _edges(sheets))


def _edges(sheets: list[Sheet]) -> list[Line]:
    return [
        line
        for sheet in sheets
        for line in sheet.lines
        if (line.y0 < 0.4 * sheet.height or line.y1 > 0.9 * sheet.height)
        and not line.text.rstrip().endswith((".", ",", "?"))
    ]
