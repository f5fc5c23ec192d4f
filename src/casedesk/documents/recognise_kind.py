"""Which kind of notice a paper is: features added up, a stated threshold, and no guessing.

Pure. A kind's name counts in full where it is a heading of the page; a receipt that speaks of a later request for
evidence, or an approval's "although ... has been approved", adds little or nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from casedesk.documents.pdftext import Line
from casedesk.documents.recognise_layout import Sheet
from casedesk.documents.vocabulary import Field
from casedesk.documents.vocabulary_kinds import (
    CONDITION,
    FEATURES,
    FULL_WEIGHT,
    HIGH_ON_PAGE_ONE,
    MARGIN,
    THRESHOLD,
    Feature,
    Where,
)
from casedesk.models.enums import DocumentKind

_SENTENCE = re.compile(r"(?<!U\.S)(?<!\bNo)(?<!\b[A-Z][a-z]{2})[.!?]\s+(?=[A-Z(“\"])")


@dataclass(frozen=True, slots=True)
class KindReading:
    """The kind, how sure (0 to 1), the words that weighed most and their page, and what a person should know."""

    kind: DocumentKind
    confidence: float
    words: str = ""
    page: int = 0
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Heading:
    text: str
    page: int
    high: bool


@dataclass(frozen=True, slots=True)
class _Hit:
    weight: int
    words: str
    page: int


def judge_kind(sheets: list[Sheet]) -> KindReading:
    """The kind the features speak for; `other` if none reaches the threshold or two are too near one another."""
    headings = [heading for sheet in sheets for heading in _headings(sheet)]
    sentences = [
        (sentence, sheet.number)
        for sheet in sheets
        for text in sheet.texts
        for sentence in _SENTENCE.split(text)
    ]
    hits: dict[DocumentKind, list[_Hit]] = defaultdict(list)
    own: set[DocumentKind] = set()
    for feature in FEATURES:
        hit = (
            _in_headings(feature, headings) if feature.where is Where.TITLE else _in_text(feature, sentences)
        )
        if hit is not None:
            if len(feature.kinds) == 1:
                own.update(feature.kinds)
            for kind in feature.kinds:
                hits[kind].append(hit)
    # What several kinds say ("your response must be received") speaks for none that says nothing of its own.
    scores = sorted(
        ((sum(hit.weight for hit in found), kind) for kind, found in hits.items() if kind in own),
        reverse=True,
    )
    if not scores:
        return KindReading(DocumentKind.OTHER, 0.0)
    best, kind = scores[0]
    second = scores[1][0] if len(scores) > 1 else 0
    strongest = max(hits[kind], key=lambda hit: hit.weight)
    if best < THRESHOLD:
        return KindReading(DocumentKind.OTHER, round(0.3 * best / THRESHOLD, 2))
    if best - second < MARGIN:
        rival = scores[1][1]
        warning = f"It could be {kind} or {rival}; a person decides."
        return KindReading(DocumentKind.OTHER, 0.3, strongest.words, strongest.page, (warning,))
    sure = 0.4 + 0.6 * min(best, FULL_WEIGHT) / FULL_WEIGHT * min(best - second, 2 * MARGIN) / (2 * MARGIN)
    warnings = ()
    return KindReading(kind, round(min(sure, 1.0), 2), strongest.words, strongest.page, warnings)


def _in_headings(feature: Feature, headings: list[_Heading]) -> _Hit | None:
    best: _Hit | None = None
    for heading in headings:
        if feature.pattern.search(heading.text):
            hit = _Hit(feature.weight + (HIGH_ON_PAGE_ONE if heading.high else 0), heading.text, heading.page)
            if best is None or hit.weight > best.weight:
                best = hit
    return best


def _in_text(feature: Feature, sentences: list[tuple[str, int]]) -> _Hit | None:
    for sentence, page in sentences:
        for found in feature.pattern.finditer(sentence):
            if feature.where is Where.STATED and CONDITION.search(sentence[: found.start()]):
                continue
            words = sentence[max(0, found.start() - 60) : found.end() + 60]
            return _Hit(feature.weight, words, page)
    return None


def _headings(sheet: Sheet) -> list[_Heading]:
    headings = []
    for line in sheet.lines:
        if not _is_heading(line, sheet):
            continue
        high = sheet.number == 1 and line.y0 < 0.5 * sheet.height
        headings.append(_Heading(line.text, sheet.number, high))
        following = sheet.below_in_block(line)
        if (
            following is not None
            and len(line.words) <= 6
            and len(following.words) <= 6
            and _capitalised(following.text)
        ):
            headings.append(_Heading(f"{line.text} {following.text}", sheet.number, high))
    for label in sheet.labels:
        if label.field is Field.NOTICE_TYPE:
            for text, _ in sheet.regions(label):
                high = sheet.number == 1
                headings.append(_Heading(f"notice type {text[:100].strip(' :')}", sheet.number, high))
                break
    return headings


def _is_heading(line: Line, sheet: Sheet) -> bool:
    if len(line.words) > 14 or not _capitalised(line.text):
        return False
    if line.text.rstrip().endswith((".", ",", ";")) and not line.text.isupper():
        return False
    above = sheet.above_in_block(line)
    running = above is not None and line.y0 - above.y1 < 0.5 * (line.y1 - line.y0)
    return not (
        running
        and above is not None
        and _is_prose(above)
        and not above.text.rstrip().endswith((".", ":", "!", "?"))
    )


def _is_prose(line: Line) -> bool:
    return len(line.words) >= 7 and not _capitalised(line.text)


def _capitalised(text: str) -> bool:
    words: list[str] = [word for word in re.findall(r"[^\W\d_][^\W_]*", text) if len(word) > 3]
    if not words:
        return len(text) >= 3 and bool(text.isupper())
    return sum(word[0].isupper() for word in words) >= 0.7 * len(words)
