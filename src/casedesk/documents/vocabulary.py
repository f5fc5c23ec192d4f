"""The words agencies use on notices: prefixes, labels of the frame, and what tells one kind from another.

Each feature has a weight; `recognise` adds them up and states its threshold. Sources: the public form family (I-797
to I-797F), 8 CFR 103.2(b)(8) for what a request must say, and the wording common to public notices.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from casedesk.models.enums import DocumentKind

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
        r"(?:uscis\s+|case\s+|application\s+|petition\s+)?receipt\s*(?:number|no\b\.?|num\b\.?|nbr\b\.?|#|n[°º])(?:\s*\(s\))?|receipt(?=\s*:)",
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
        r"case\s+type|(?:form|application|petition|filing)\s+type|type\s+of\s+(?:case|application|petition)|form\s+(?:number|no\.)",
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
        r"|representative(?=\s*(?::|$))|preference\s+classification|notice(?=\s*:)|name(?=\s*:)|address(?=\s*:)|case\s+(?:number|id)|form(?=\s*:)",
    ),
)
LABEL = re.compile(
    r"(?<![\w-])(?:"
    + "|".join(f"(?P<f{number}>{pattern})" for number, (_, pattern) in enumerate(_LABELS))
    + r")(?![\w])",
    re.IGNORECASE,
)
LABEL_FIELDS = tuple(field for field, _ in _LABELS)


class Where(StrEnum):
    """Where a feature counts: a heading of the page, any sentence, or a sentence that states it as done."""

    TITLE = "title"
    TEXT = "text"
    STATED = "stated"


@dataclass(frozen=True, slots=True)
class Feature:
    kinds: tuple[DocumentKind, ...]
    weight: int
    where: Where
    pattern: re.Pattern[str]


def _feature(
    kinds: DocumentKind | tuple[DocumentKind, ...], weight: int, where: Where, pattern: str
) -> Feature:
    found = kinds if isinstance(kinds, tuple) else (kinds,)
    return Feature(found, weight, where, re.compile(pattern, re.IGNORECASE))


_K = DocumentKind
_ANSWERED = (_K.RFE, _K.NOID, _K.NOIR)

THRESHOLD = 6
"""Least weight for a kind to be named at all."""

MARGIN = 3
"""Least distance to the next kind; nearer is ambiguous and goes to a person."""

FULL_WEIGHT = 14
"""Weight from which more says nothing new; confidence is 1 there."""

HIGH_ON_PAGE_ONE = 2
"""Added to a heading in the upper half of the first page."""

FEATURES: tuple[Feature, ...] = (
    _feature(
        _K.RFE,
        6,
        Where.TITLE,
        r"(?<!response to )(?<!response to a )\brequest for (?:additional |initial |further |more )*(?:evidence|information)\b(?! (?:response|was received))|^(?:notice type:? )?RFE(?: notice)?$|^notice of request for evidence",
    ),
    _feature(_K.RFE, 4, Where.TITLE, r"\bI-?797E\b"),
    _feature(_K.RFE, 2, Where.TEXT, r"\bI-?797E\b"),
    _feature(
        _K.RFE,
        4,
        Where.TEXT,
        r"\bthis (?:letter is a |notice is a |is a )?(?:request for (?:additional |initial |further )*(?:evidence|information)|RFE)\b",
    ),
    _feature(
        _K.RFE,
        2,
        Where.STATED,
        r"\b(?:additional|further|more|initial|following) (?:information|evidence|documents|documentation)(?:,? (?:and|or) (?:information|evidence|documents|documentation))? (?:is|are) (?:needed|required|requested|missing)|(?:we|USCIS) (?:need|needs|require|requires|request|requests|is requesting|are requesting) (?:the following|additional|further|more)|not (?:been )?(?:sufficient|established)|does not (?:establish|demonstrate|show)|(?:evidence|information) requested",
    ),
    _feature(
        _ANSWERED,
        3,
        Where.TEXT,
        r"\bplace (?:this|the|a copy of this) [\w\s(),-]{0,60}on top of your (?:response|submission|reply)",
    ),
    _feature(
        _ANSWERED,
        3,
        Where.TEXT,
        r"\b(?:your )?response (?:to this \w+ )?(?:must be received|is due|must reach|must be submitted)|\bresponse due(?: date|:)|\brespond by\b"
        r"|\byou have until\b[^.]{0,60}\b(?:respond|answer|reply)|\b(?:we|USCIS|this office) must (?:receive|have) (?:your|everything|all)",
    ),
    _feature(
        _ANSWERED,
        1,
        Where.TEXT,
        r"\bfailure to (?:respond|submit|comply)|\bif you (?:do not|fail to) (?:respond|submit)|all requested (?:materials?|evidence|documents) must be submitted",
    ),
    _feature(
        _ANSWERED,
        1,
        Where.TEXT,
        r"\b(?:submit|provide|send) (?:the following|all of the following|the requested|evidence|copies)",
    ),
    _feature(
        _K.RECEIPT,
        6,
        Where.TITLE,
        r"\b(?:receipt notice|notice of receipt|fee receipt)\b|\backnowledg\w+ of receipt\b|^notice type:? receipt\b",
    ),
    _feature(
        _K.RECEIPT,
        4,
        Where.TEXT,
        r"\bthis notice confirms that (?:USCIS|we) (?:has |have )?received|\bthis notice confirms (?:the )?receipt|\bthis (?:notice|letter) (?:is to )?acknowledges? (?:that|receipt)",
    ),
    _feature(
        _K.RECEIPT,
        3,
        Where.STATED,
        r"\b(?:we|USCIS) (?:has |have )?received (?:your|the) (?:application|petition|form|request|filing|I-|N-)|(?:application|petition|form|request|case|filing)[^.]{0,60}\b(?:has been|was) received\b",
    ),
    _feature(
        _K.RECEIPT,
        2,
        Where.TEXT,
        r"\bamount received\b|\bfee received\b|\bpayment received\b|\b(?:fee|payment)\b[^.]{0,30}\b(?:was|has been) (?:accepted|received)\b",
    ),
    _feature(
        _K.RECEIPT,
        2,
        Where.TEXT,
        r"nor is it evidence that this case is still pending|receipt of (?:an|your) (?:application|petition)|we will notify you separately about any other case|(?:is|are) (?:now )?being processed|currently processing|verify the personal information",
    ),
    _feature(_K.RECEIPT, 1, Where.TEXT, r"\bI-?797C\b"),
    _feature(_K.TRANSFER, 6, Where.TITLE, r"\btransfer notice\b|\bnotice of transfer\b"),
    _feature(_K.TRANSFER, 4, Where.STATED, r"\b(?:has been|was|have) transferred (?:to|your)"),
    _feature(_K.TRANSFER, 2, Where.TEXT, r"office now handling your case"),
    _feature(
        _K.BIOMETRICS,
        7,
        Where.TITLE,
        r"\bASC appointment notice\b|\bbiometrics? (?:services )?appointment(?: notice)?\b|\bfingerprint notification\b|\bbiometrics? (?:reuse )?notice\b",
    ),
    _feature(_K.BIOMETRICS, 5, Where.TEXT, r"appear at the (?:below )?application support center"),
    _feature(
        _K.BIOMETRICS, 7, Where.TEXT, r"reuse (?:of )?your previously captured (?:fingerprints|biometrics)"
    ),
    _feature(_K.NOID, 7, Where.TITLE, r"\bnotice of intent to deny\b|\bintent to deny\b"),
    _feature(_K.NOID, 5, Where.TEXT, r"\bintends? to deny\b|\bthis notice of intent to deny\b"),
    _feature(_K.NOIR, 7, Where.TITLE, r"\b(?:notice of )?intent to (?:revoke|rescind|terminate)\b"),
    _feature(
        _K.NOIR,
        5,
        Where.TEXT,
        r"\bintends? to (?:revoke|rescind|terminate)\b|\bthis notice of intent to (?:revoke|rescind|terminate)\b",
    ),
    _feature(
        _K.INTERVIEW,
        7,
        Where.TITLE,
        r"\brequest for applicant to appear\b|\b(?:initial |naturalization )?interview (?:appointment )?notice\b|\bnotice of interview\b|\binterview appointment\b",
    ),
    _feature(_K.INTERVIEW, 4, Where.TEXT, r"hereby notified to appear|scheduled for an interview"),
    _feature(_K.INTERVIEW, 1, Where.TEXT, r"\bfailure to appear\b"),
    _feature(
        _K.APPROVAL,
        6,
        Where.TITLE,
        r"\bapproval notice\b|\bnotice of approval\b|^(?:notice type:? )?approval$|\bwelcome notice\b",
    ),
    _feature(_K.APPROVAL, 4, Where.STATED, r"\b(?:has|have) been approved\b|\bwe (?:have )?approved your\b"),
    _feature(_K.APPROVAL, 2, Where.TEXT, r"\bvalid from\b|sent the original visa petition"),
    _feature(
        _K.DENIAL,
        6,
        Where.TITLE,
        r"^decision$|\bnotice of (?:denial|decision)\b|\bdenial notice\b|\bdecision to deny\b",
    ),
    _feature(
        _K.DENIAL,
        4,
        Where.STATED,
        r"\bmust deny\b|\b(?:is|are|has been|have been) (?:hereby )?denied\b|\bhas denied\b",
    ),
    _feature(_K.DENIAL, 2, Where.TEXT, r"I-?290B[^.]{0,80}within (?:30|33|thirty)"),
    _feature(
        _K.REJECTION,
        6,
        Where.TITLE,
        r"\brejection notice\b|\bnotice of rejection\b|^(?:notice type:? )?rejection$|\bnotice of rejected\b",
    ),
    _feature(
        _K.REJECTION,
        5,
        Where.STATED,
        r"\bwe are rejecting\b|\bwe (?:have )?rejected\b|\b(?:has been|was) rejected\b|\bis being rejected\b|\bwe are returning your\b",
    ),
    _feature(
        _K.REJECTION,
        2,
        Where.TEXT,
        r"\breturn(?:ed|ing)[^.]{0,40}\bfee|\bcorrect[^.]{0,60}\b(?:resubmit|refile)",
    ),
    _feature(
        _K.HEARING,
        8,
        Where.TITLE,
        r"\bnotice of (?:\w+ )?(?:hearing|individual hearing|master)\b|\bhearing notice\b",
    ),
    _feature(
        _K.HEARING,
        2,
        Where.TEXT,
        r"\bin absentia\b|\bmaster (?:calendar )?hearing\b|\bindividual hearing\b|\bimmigration judge\b",
    ),
    _feature(
        _K.IJ_DECISION,
        8,
        Where.TITLE,
        r"\border of the immigration judge\b|\bdecision and orders? of the immigration judge\b",
    ),
    _feature(_K.IJ_DECISION, 3, Where.TEXT, r"\bappeal due(?: by)?\s*:|\bappeal:? (?:waived|reserved)"),
    _feature(_K.BIA_DECISION, 8, Where.TITLE, r"\bdecision of the board\b|\bboard of immigration appeals\b"),
    _feature(
        _K.BIA_DECISION,
        2,
        Where.TEXT,
        r"\border:\s+the (?:appeal|motion) is\b|\bthe respondent[^.]{0,40}appeal",
    ),
    _feature(
        _K.AAO_DECISION,
        6,
        Where.TITLE,
        r"\badministrative appeals office\b|\bnon-precedent decision of the\b",
    ),
    _feature(
        _K.AAO_DECISION,
        3,
        Where.TEXT,
        r"\border:\s+the (?:appeal|motion)[^.]{0,60} is (?:dismissed|sustained|denied|granted|remanded)|\bin ?re\s*:|appeals? of [^.]{0,60}decision",
    ),
    _feature(
        _K.DOL,
        6,
        Where.TITLE,
        r"\b(?:U\.?S\.? )?department of labor\b|\bemployment and training administration\b|\bfinal determination\b|\baudit (?:notification|letter)\b|\boffice of foreign labor certification\b",
    ),
    _feature(
        _K.DOL,
        3,
        Where.TEXT,
        r"\b(?:G|I|P|H)-[1-4]0\d-\d{5}-\d{6}\b|\bETA (?:case|form)\b|\blabor certification\b|\bprevailing wage determination\b",
    ),
)

CONDITION = re.compile(
    r"\b(?:if|when|once|unless|although|though|whether|until|may|might|could|would|should|after|before|in the event|in case)\b"
    r"(?! 1| 2| 3)",
    re.IGNORECASE,
)
"""Words before a statement, in its own sentence, that take it back."""

DUE_LEAD = re.compile(
    r"(?:on or before|no later than|not later than|later than|by|before|prior to|until|due(?: date)?(?: is| on)?|(?:deadline|due date|last day)\b[^.;]{0,60}?(?: is| of|:)|deadline|responses? (?:received|submitted|sent|postmarked) (?:on or )?after)"
    r"(?:\s+(?:the\s+)?(?:close of business|end of business|end of the day|11:59|5:00|midnight)[\w\s.:,]{0,30}?)?"
    r"(?:\s+(?:on|of))?(?:\s+the)?(?:\s+date(?:\s+of)?)?[\s:,(-]*(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day\s*,?\s*)?$",
    re.IGNORECASE,
)
"""What stands right before a date by which an answer is due."""

DUE_MATTER = re.compile(
    r"\b(?:respon\w+|repl(?:y|ies)|must be received|must reach|must arrive|must receive|needs? to receive|must have|you have until|answer|requested|is due|are due|due date|deadline"
    r"|return (?:this|the|your)|submi(?:t|tted|ssion)|provide|sen[dt])\b",
    re.IGNORECASE,
)
NOT_DUE = re.compile(
    r"\b(?:filed|entered|admitted|born|issued|paid|executed|signed|present|arrived|approved|began|acquired|incurred|occurred|employed|residing|valid|expired?s?|married)"
    r"[\w\s,]{0,40}?(?:on or before|before|by|no later than|not later than|prior to|until)[\s\w]{0,12}$",
    re.IGNORECASE,
)
"""Dates by which something of the past had to be: "filed on or before April 30, 2001"."""

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
