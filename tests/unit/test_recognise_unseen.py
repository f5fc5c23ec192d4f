"""Notices drawn and worded by others: no value may be wrong, and hardly one may be missing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import pytest

from casedesk.documents.pdftext import extract, pages_from_value
from casedesk.documents.recognise import Recognition, recognise
from casedesk.models.enums import DocumentKind
from tests.support.unseen import Sample, rfes
from tests.support.unseen_later import later
from tests.support.unseen_traps import extras, receipts, traps

NOTICES = [*rfes(), *receipts(), *extras()]


def read(sample: Sample) -> Recognition:
    return recognise(pages_from_value(extract(sample.pdf)))


def as_asked(found: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether the same papers are asked for: as many, with nearly all the same words."""
    return len(found) == len(wanted) and all(
        (words(one) & words(other)).total() >= 0.93 * max(words(one).total(), words(other).total())
        for one, other in zip(found, wanted, strict=True)
    )


def words(text: str) -> Counter[str]:
    return Counter(word for word in re.findall(r"[a-z0-9-]+", text.lower()) if len(word) > 2)


@pytest.mark.parametrize("sample", NOTICES, ids=lambda sample: sample.name)
def test_a_notice_nobody_planned_for(sample: Sample) -> None:
    found, truth = read(sample), sample.truth
    assert found.kind is truth.kind
    assert found.receipt_number == truth.receipt
    assert found.notice_date == truth.notice_date
    assert found.response_due == truth.due
    assert found.form == truth.form
    assert as_asked(found.requested_items, truth.items), found.requested_items


@pytest.mark.parametrize("sample", traps(), ids=lambda sample: sample.name)
def test_a_paper_that_only_speaks_of_a_notice(sample: Sample) -> None:
    found = read(sample)
    assert found.kind is sample.truth.kind
    if found.kind is DocumentKind.OTHER:
        assert found.response_due == ()
        assert found.requested_items == ()
        assert found.confidence < 0.4


def test_of_later_papers_nothing_is_wrong_and_little_is_missing() -> None:
    counts: Counter[str] = Counter()
    for sample in later():
        found, truth = read(sample), sample.truth
        pairs: list[tuple[object, object, object]] = [
            (found.kind, truth.kind, DocumentKind.OTHER),
            (found.response_due, truth.due, ()),
        ]
        if truth.kind is not DocumentKind.OTHER:
            pairs += [
                (found.receipt_number, truth.receipt, None),
                (found.notice_date, truth.notice_date, None),
                (found.form, truth.form, None),
                (as_asked(found.requested_items, truth.items), True, not found.requested_items),
            ]
        for value, wanted, nothing in pairs:
            counts["right" if value == wanted else "missing"] += 1
            assert value in (wanted, nothing), (sample.name, value, wanted)
    assert counts["right"] >= 0.95 * counts.total(), counts
