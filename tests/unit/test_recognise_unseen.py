"""Notices drawn and worded by others: no value may be wrong, and hardly one may be missing."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from casedesk.documents.pdftext import extract, pages_from_value
from casedesk.documents.recognise import Recognition, recognise
from casedesk.models.enums import DocumentKind
from tests.support.unseen import Sample, rfes
from tests.support.unseen_traps import extras, receipts, traps

NOTICES = [*rfes(), *receipts(), *extras()]


def read(sample: Sample) -> Recognition:
    return recognise(pages_from_value(extract(sample.pdf)))


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
    assert len(found.requested_items) == len(truth.items)
    for item, wanted in zip(found.requested_items, truth.items, strict=True):
        same = (words(item) & words(wanted)).total()
        assert same >= 0.93 * max(words(item).total(), words(wanted).total()), item


@pytest.mark.parametrize("sample", traps(), ids=lambda sample: sample.name)
def test_a_paper_that_only_speaks_of_a_notice(sample: Sample) -> None:
    found = read(sample)
    assert found.kind is sample.truth.kind
    if found.kind is DocumentKind.OTHER:
        assert found.response_due == ()
        assert found.requested_items == ()
        assert found.confidence < 0.4
