"""What tells one kind of notice from another: phrases, where they count, and how much.

`recognise_kind` adds the weights up. Sources as in `vocabulary`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from casedesk.models.enums import DocumentKind


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
