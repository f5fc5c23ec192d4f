"""Which receipt number a notice is about.

Pure. The number in the frame counts before one standing alone or on a subject line, and that before one in a
sentence; a number a sentence gives to another filing is never chosen, and of two that could be meant none is.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from casedesk.documents.recognise_due import sentence_before
from casedesk.documents.recognise_layout import Label, Sheet
from casedesk.documents.recognise_notes import Notes, labels_of
from casedesk.documents.recognise_values import Found, Receipt, find_receipts
from casedesk.documents.vocabulary import Field


def _first(find: Callable[[str], list[Found[Receipt]]]) -> Callable[[str], Found[Receipt] | None]:
    def parse(text: str) -> Found[Receipt] | None:
        return next((found for found in find(text) if found.start == 0), None)

    return parse


def read_receipts(sheets: list[Sheet], notes: Notes) -> tuple[str | None, tuple[str, ...]]:
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

    for sheet, label in labels_of(sheets, Field.RECEIPT):
        value = sheet.value(label, _first(find_receipts))
        # "Case Number" names other agencies' numbers too; those begin with letters of no known office.
        if value is not None and (value[0].value.known or "receipt" in label.text.lower()):
            found, words, own = value
            rank = 3 if own and (label.anchored or label.colon) else 1
            note(found, rank, words, sheet.number)
            for further in _listed_after(sheet, label, found):
                note(further, rank, words, sheet.number)
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
                if rank == 1 and _ANOTHER.search(_around(text, found)):
                    rank = 0
                note(found, rank, text[max(0, found.start - 60) : found.end], sheet.number)
    for number, (words, page) in quoted.items():
        notes.keep("receipt_number", number, words, page)
    if not ranks:
        return None, ()
    top = max(ranks.values())
    if top == 0:
        return None, tuple(sorted(ranks))
    best = sorted(number for number, rank in ranks.items() if rank == top)
    for number in best:
        if number in unknown:
            notes.warnings.append(f"Receipt number {number} begins with letters of no known office.")
    if len(best) > 1:
        notes.warnings.append(f"Several receipt numbers could be meant: {', '.join(best)}.")
        return None, tuple(best)
    return best[0], tuple(best)


def _listed_after(sheet: Sheet, label: Label, first: Found[Receipt]) -> list[Found[Receipt]]:
    """Numbers that follow the first in the same cell with nothing but commas between."""
    for text, _ in sheet.regions(label):
        numbers = find_receipts(text)
        if not numbers or numbers[0].value != first.value:
            continue
        listed = numbers[:1]
        for number in numbers[1:]:
            if re.sub(r"[\s,;/&]|and", "", text[listed[-1].end : number.start]):
                break
            listed.append(number)
        return listed[1:]
    return []


_YOURS = re.compile(
    r"\b(?:your|this) (?:case |USCIS )?(?:receipt|case) (?:number|no\.?|#) (?:is|for this \w+ is)[\s:]*$",
    re.IGNORECASE,
)


_ANOTHER = re.compile(
    r"\b(?:prior|previous\w*|earlier|another|other|former|first|underlying|related|(?:was|were|has been) (?:approved|denied|withdrawn|revoked)|expired)\b",
    re.IGNORECASE,
)


def _around(text: str, found: Found[Receipt]) -> str:
    after = text[found.end : found.end + 120]
    return sentence_before(text, found.start) + re.split(r"[.;]\s", after)[0]


def _only_receipt(text: str) -> bool:
    found = find_receipts(text)
    return len(found) == 1 and not re.sub(r"[\s*()|:#-]", "", text[: found[0].start] + text[found[0].end :])
