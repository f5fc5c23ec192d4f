"""Pasted status pages: the heading decides, else its sentence; two answers are none."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casedesk import resources
from casedesk.documents.status_text import Means, load_statuses, read_status

STATUSES = load_statuses(resources.read_text("status/uscis.toml"))


@pytest.mark.parametrize("status", STATUSES, ids=lambda status: status.title)
def test_each_heading_on_a_line_of_its_own_is_read(status) -> None:  # type: ignore[no-untyped-def]
    if status.means is Means.UNKNOWN:
        return
    page = f"Case Status Online\n\n  {status.title.upper()}\n\nOn November 3, 2026, something was done.\nIOE-09-123-45678"
    shown = read_status(page, STATUSES)
    assert shown.status is not None
    assert shown.status.title == status.title
    assert shown.on == date(2026, 11, 3)
    assert shown.receipts == ("IOE0912345678",)


@pytest.mark.parametrize(
    ("text", "means"),
    [
        (
            "On November 3, 2026, we sent a request for evidence for your Form I-485, Receipt Number X.",
            Means.RFE,
        ),
        ("Request for Evidence Was Sent On November 3, 2026, we sent a request for evidence", Means.RFE),
        (
            "On May 1, 2026, we denied your Form I-485, Receipt Number X. We sent you a denial notice",
            Means.DENIED,
        ),
        ("At this time USCIS cannot provide you with information for your case.", Means.UNKNOWN),
        # A rejected G-28 is no rejected form: the sentence fits both, so a person reads it.
        (
            "On May 1, 2026, we rejected your Form I-485, Receipt Number X, because it was not filed correctly.",
            None,
        ),
        ("Try again later.", None),
        ("", None),
    ],
)
def test_the_sentence_alone(text: str, means: Means | None) -> None:
    shown = read_status(text, STATUSES)
    assert (None if shown.status is None else shown.status.means) == means


def test_of_two_headings_the_one_whose_sentence_stands_there() -> None:
    page = "Case Was Received\nCase Was Denied\nOn May 1, 2026, we denied your Form I-485, Receipt Number X. We sent you a denial notice that explains why we denied your case and your options."
    shown = read_status(page, STATUSES)
    assert shown.status is not None
    assert shown.status.means is Means.DENIED


@given(st.text(max_size=400))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    read_status(text, STATUSES)


def test_a_status_that_stands_twice_refuses_to_load() -> None:
    twice = '[[status]]\ntitle = "A"\nmeans = "pending"\nsays = []\n' * 2
    with pytest.raises(ValueError, match="twice"):
        load_statuses(twice)
