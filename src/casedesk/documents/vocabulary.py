"""The words agencies use on notices: prefixes, labels of the frame, and what tells one kind from another.

Each feature has a weight; `recognise` adds them up and states its threshold. Sources: the public form family (I-797
to I-797F), 8 CFR 103.2(b)(8) for what a request must say, and the wording common to public notices.
"""

from __future__ import annotations

import re
from enum import StrEnum

KNOWN_PREFIXES = frozenset(
    ["IOE", "EAC", "VSC", "WAC", "CSC", "LIN", "NSC", "SRC", "TSC", "MSC", "NBC", "YSC"]
)
"""Offices whose letters open a receipt number; others are taken with a warning."""

NO_PREFIXES = frozenset(
    [
        "TEL",
        "FAX",
        "PHO",
        "ZIP",
        "BOX",
        "CALL",
        "ACC",
        "ACH",
        "SSN",
        "EIN",
        "DOB",
        "REF",
        "NOT",
        "AND",
        "THE",
        "FOR",
        "YOU",
        "DOS",
        "NVC",
        "DOL",
        "AND",
    ]
)

MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]

NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
TENS_WORDS = {
    word: number * 10
    for number, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}

FORM_NUMBER = re.compile(
    r"(?<![A-Za-z0-9-])(EOIR|ETA|DS|AR|I|N|G)\s?[-–‐‑]?\s?(\d{2,4}[A-Z]{0,2})(?![A-Za-z0-9]|-\d)"
)

NEVER_THE_SUBJECT = frozenset(
    [
        "I-290B",
        "G-28",
        "G-1145",
        "AR-11",
        "I-94",
        "I-862",
        "I-912",
        "G-1450",
        "G-1055",
        "G-1256",
        "EOIR-28",
        "I-551",
    ]
)
"""Forms notices mention for what may be done next; never what the notice is about unless labelled so."""


class Field(StrEnum):
    """The labels of a notice's frame."""

    RECEIPT = "receipt_number"
    NOTICE_DATE = "notice_date"
    RECEIVED_DATE = "received_date"
    PRIORITY_DATE = "priority_date"
    RESPONSE_DUE = "response_due"
    APPEAL_DUE = "appeal_due"
    FORM = "form"
    ALIEN = "a_number"
    NAME = "name"
    OFFICE = "office"
    SERVICE = "served"
    NOTICE_TYPE = "notice_type"
    NONE = ""


_LABELS: tuple[tuple[Field, str], ...] = (
    (
        Field.RECEIPT,
        r"(?:uscis\s+|case\s+|application\s+|petition\s+)?receipt\s*(?:number|no\b\.?|num\b\.?|nbr\b\.?|#|n[°º])(?:\s*\(s\))?|receipt(?=\s*:)|case\s+(?:number|no\b\.?|id|#)",
    ),
    (
        Field.NOTICE_DATE,
        r"notice\s+date|date\s+of\s+(?:this\s+)?(?:notice|letter|issuance|issue|mailing)|date\s+(?:notice\s+)?(?:issued|mailed|sent)"
        r"|(?:issue|issued|mail|mailing|mailed|letter)\s+date|(?:issued|mailed|dated|date)(?:\s+on)?(?=\s*:)"
        r"|date(?=\s*$|\s+(?:the\s+\d|\d{1,4}[/.-]\d|\d{1,2}\s+[A-Z]|(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]*\.?\s+\d))",
    ),
    (
        Field.RECEIVED_DATE,
        r"(?:case\s+)?received\s+date|date\s+received|date\s+of\s+receipt|receipt\s+date|filing\s+date|date\s+filed|received(?:\s+on)?(?=\s*:)",
    ),
    (Field.PRIORITY_DATE, r"priority\s+date"),
    (
        Field.RESPONSE_DUE,
        r"(?:rfe\s+|your\s+)?(?:response|reply|answer|evidence)\s+(?:is\s+|must\s+be\s+)?(?:due|received)\s*(?:date|by|on\s+or\s+before|no\s+later\s+than|on)*"
        r"|(?:respond|reply|return|submit)\s+(?:by|before|no\s+later\s+than|on\s+or\s+before)"
        r"|(?:response\s+|rfe\s+)?(?:deadline|due\s+date|due\s+by|due\s+on|due(?=\s*:))(?:\s+(?:to|for|of)\s+(?:respond|response|reply))?"
        r"|(?:last\s+)?(?:date|day)\s+(?:to\s+respond|(?:your\s+)?(?:response|reply)\s+(?:is\s+)?due)|must\s+be\s+received\s+by|response\s+date",
    ),
    (Field.APPEAL_DUE, r"appeal\s+due(?:\s+(?:by|date|on))?"),
    (
        Field.FORM,
        r"case\s+type|(?:form|application|petition|filing)\s+type|type\s+of\s+(?:case|application|petition)|form\s+(?:number|no\.)|form(?=\s*(?::|$))|(?:application|petition)(?=\s*(?::|\.{3}))",
    ),
    (
        Field.ALIEN,
        r"(?:uscis\s*#?\s*/\s*)?a[-\s]?(?:number|no\b\.?|file(?:\s+(?:number|no\b\.?))?|#)(?:\(s\))?"
        r"|alien\s+(?:registration\s+)?(?:number|no\b\.?|#)|uscis\s+(?:number|#)",
    ),
    (
        Field.NAME,
        r"(?:name\s+of\s+(?:the\s+)?)?(?P<role>applicant\s*/\s*petitioner|petitioner\s*/\s*applicant|petitioner|applicant|beneficiary|requestor|respondent|self-petitioner)"
        r"(?:['’]s)?(?:\s+name|\(s\))?",
    ),
    (
        Field.OFFICE,
        r"(?:uscis\s+|issuing\s+|processing\s+|handling\s+)?(?:office|service\s+center)(?=\s*(?::|$))",
    ),
    (
        Field.SERVICE,
        r"(?:method\s+of\s+service|service\s+method|served|sent|service|delivery|delivery\s+method)(?:\s+by)?(?=\s*:)",
    ),
    (Field.NOTICE_TYPE, r"notice\s+type|type\s+of\s+notice|(?:re|subject|action)(?=\s*:)"),
    (
        Field.NONE,
        r"page\s+\d+(?:\s+of\s+\d+)?|section(?=\s*:)|class(?=\s*:)|amount\s+received|fee\s+received|(?:uscis\s+)?online\s+account\s+(?:number|no\.?)"
        r"|valid\s+(?:from|to|until)|validity\s+dates?|date\s+of\s+birth|country\s+of\s+(?:birth|citizenship)|attorney(?=\s*(?::|$))"
        r"|representative(?=\s*(?::|$))|preference\s+classification|notice(?=\s*:)|name(?=\s*:)|address(?=\s*:)",
    ),
)
LABEL = re.compile(
    r"(?<![\w-])(?:"
    + "|".join(f"(?P<f{number}>{pattern})" for number, (_, pattern) in enumerate(_LABELS))
    + r")(?![\w])",
    re.IGNORECASE,
)
LABEL_FIELDS = tuple(field for field, _ in _LABELS)


OFFICES = re.compile(
    r"\b((?:Texas|Nebraska|Vermont|California|Potomac)\s+Service\s+Center|National\s+Benefits\s+Center|National\s+Visa\s+Center"
    r"|Missouri\s+Service\s+Center|(?:[A-Z][a-z]+\.?\s){1,3}(?:Field|Asylum|District)\s+Office)\b|\b((?:TEXAS|NEBRASKA|VERMONT|CALIFORNIA|POTOMAC) SERVICE CENTER"
    r"|NATIONAL BENEFITS CENTER|(?:[A-Z]+ ){1,3}(?:FIELD|ASYLUM) OFFICE)\b"
)

SERVED = (
    (
        "electronic",
        re.compile(
            r"(?:served|sent|issued|delivered|posted|provided)[^.]{0,40}(?:electronically|online account|electronic(?:al)? (?:service|notice|means|mail))|\belectronic service\b|^electronic",
            re.IGNORECASE,
        ),
    ),
    (
        "mail",
        re.compile(
            r"(?:served|sent|mailed|delivered)[^.]{0,40}\b(?:by|via|through)\b[^.]{0,30}\bmail\b(?!\w)|\b(?:first[- ]class|certified|regular|ordinary|U\.?S\.?) mail\b|^(?:by )?mail",
            re.IGNORECASE,
        ),
    ),
    (
        "personal",
        re.compile(
            r"personally (?:served|delivered)|\bpersonal service\b|\b(?:served|delivered) in person\b|^(?:in )?person",
            re.IGNORECASE,
        ),
    ),
)

BLANK_FORM = re.compile(
    r"\bForm\s+((?:EOIR|ETA|DS|AR|I|N|G)-\d{2,4}[A-Z]{0,2})\s+(?:Edition\s+|\(?Rev\.?\s*)?(\d{2}/\d{2}/\d{2,4})\b",
    re.IGNORECASE,
)
"""The footer of a fillable form: number and edition."""

FORM_MARKS = re.compile(r"\bOMB\s+(?:Form\s+)?No\.|\bSTART HERE\b|\bFor USCIS Use Only\b", re.IGNORECASE)

ITEMS_WANTED = re.compile(
    r"\b(?:submit|provide|send|furnish|include|following|requested|request(?:s|ing)?|evidence|documents?|documentation|needed|required|missing|must (?:show|establish))\b",
    re.IGNORECASE,
)
ITEMS_NOT_WANTED = re.compile(
    r"\b(?:options?|ways|how to (?:respond|submit|send)|to respond|three choices|one of the following (?:actions|ways|options)|you may:|address(?:es)?|mail(?:ing)?"
    r"|instructions? (?:for|on) (?:respond|submitting)|when (?:you )?respond\w*|online|enclosures?|enclosed|have (?:already )?submitted|you (?:have )?submitted|initially submitted|cc)\b",
    re.IGNORECASE,
)
ITEMS_OVER = re.compile(
    r"^(?:your response|you must|you may|place this|failure to|if you|please note|note:|note that|response due|how to|when (?:you )?respond|all (?:of the )?requested|send (?:your|the)|mail (?:your|the)|sincerely"
    r"|warning|important|this (?:notice|request|letter)|the (?:response|requested)|submit (?:all|your response)|respond|for (?:more|further) information|uscis |u\.s\. |notice of|form i-797|page \d|receipt|synthetic"
    r"|do not|please (?:place|return|include this)|any (?:document|foreign)|officer|director|evidence (?:must|should)|(?:\w+ )?deadline|\(?continued)",
    re.IGNORECASE,
)
