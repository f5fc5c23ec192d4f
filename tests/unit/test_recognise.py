"""Notices in many layouts and wordings, read field by field; and the traps they set."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casedesk.documents.pdftext import extract, pages_from_value
from casedesk.documents.reading import read_document
from casedesk.documents.recognise import PartyName, Recognition, recognise
from casedesk.documents.sniff import Flag
from casedesk.models.enums import NOTICE_KINDS, DocumentKind, Served
from tests.support.notices import (
    DATE_FORMATS,
    DEFAULT_ITEMS,
    LAYOUTS,
    MARKERS,
    RECEIPT_FORMATS,
    make_receipt,
    make_rfe,
)


def read(pdf: bytes) -> Recognition:
    return recognise(pages_from_value(extract(pdf)))


def values(found: Recognition, field: str) -> list[str]:
    return [evidence.value for evidence in found.evidence if evidence.field == field]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("date_format", DATE_FORMATS)
def test_every_field_of_an_rfe_in_every_layout(layout: str, date_format: str) -> None:
    marker = list(MARKERS)[list(DATE_FORMATS).index(date_format) % len(MARKERS)]
    found = read(make_rfe(layout=layout, date_format=date_format, due_wording="both", marker=marker))
    assert found.kind is DocumentKind.RFE
    assert found.confidence >= 0.8
    assert found.receipt_number == "IOE0912345678"
    assert found.notice_date == date(2026, 11, 2)
    assert found.response_due == (date(2027, 1, 28),)
    assert found.form == "I-485"
    assert [item.lower() for item in found.requested_items] == [item.lower() for item in DEFAULT_ITEMS]
    if layout != "letter":
        assert found.received_date == date(2026, 3, 9)
        assert found.a_number == "A078451236"
        assert found.names == (PartyName("applicant", "IBARRA, ROSA"),)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("date_format", DATE_FORMATS)
def test_every_field_of_a_receipt_in_every_layout(layout: str, date_format: str) -> None:
    found = read(make_receipt(layout=layout, date_format=date_format, priority_date=date(2026, 2, 28)))
    assert found.kind is DocumentKind.RECEIPT
    assert found.confidence >= 0.8
    assert found.receipt_number == "IOE0912345678"
    assert found.notice_date == date(2026, 3, 12)
    assert found.response_due == ()
    assert found.requested_items == ()
    assert found.form == "I-485"
    if layout != "letter":
        assert found.received_date == date(2026, 3, 9)
        assert found.priority_date == date(2026, 2, 28)
        assert found.names == (PartyName("applicant", "IBARRA, ROSA"),)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("receipt_format", RECEIPT_FORMATS)
def test_receipt_numbers_however_written(layout: str, receipt_format: str) -> None:
    found = read(make_rfe(layout=layout, receipt_format=receipt_format, receipt="MSC2190112345"))
    assert found.receipt_number == "MSC2190112345"


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(
    layout=st.sampled_from(list(LAYOUTS)),
    date_format=st.sampled_from(list(DATE_FORMATS)),
    receipt_format=st.sampled_from(["plain", "dashes", "spaces", "one_dash"]),
    due_wording=st.sampled_from(["label", "sentence", "both"]),
    marker=st.sampled_from(list(MARKERS)),
    prefix=st.sampled_from(["IOE", "EAC", "WAC", "LIN", "SRC", "MSC", "YSC"]),
    digits=st.integers(0, 9_999_999_999),
    notice=st.dates(date(2018, 1, 1), date(2035, 12, 31)),
    days=st.integers(14, 120),
    count=st.integers(1, 6),
)
def test_any_rfe_of_ours_is_read_whole(
    layout: str,
    date_format: str,
    receipt_format: str,
    due_wording: str,
    marker: str,
    prefix: str,
    digits: int,
    notice: date,
    days: int,
    count: int,
) -> None:
    receipt, due = f"{prefix}{digits:010}", notice + timedelta(days=days)
    found = read(
        make_rfe(
            layout=layout,
            date_format=date_format,
            receipt_format=receipt_format,
            receipt=receipt,
            due_wording=due_wording,
            marker=marker,
            notice_date=notice,
            due=due,
            received_date=notice - timedelta(days=200),
            items=(DEFAULT_ITEMS * 2)[:count]
            if count <= 3
            else [f"Paper {at} of the kind asked for" for at in range(count)],
        )
    )
    assert found.kind is DocumentKind.RFE
    assert found.receipt_number == receipt
    assert found.notice_date == notice
    assert found.response_due == (due,)
    assert len(found.requested_items) == count


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(max_size=600))
def test_no_text_makes_the_reader_fall_over(text: str) -> None:
    found = recognise(text)
    assert 0 <= found.confidence <= 1


def test_every_value_carries_the_words_it_was_read_from() -> None:
    found = read(make_rfe(due_wording="sentence"))
    words = {
        evidence.field: evidence
        for evidence in found.evidence
        if evidence.value in {"2027-01-28", "2026-11-02", "rfe"}
    }
    assert "on or before January 28, 2027" in words["response_due"].words
    assert words["notice_date"].words == "Notice Date November 2, 2026"
    assert "REQUEST FOR EVIDENCE" in words["kind"].words
    assert words["response_due"].page == 1


def test_a_due_date_on_the_second_page_says_so() -> None:
    found = read(make_rfe(layout="due_later"))
    assert [evidence.page for evidence in found.evidence if evidence.field == "response_due"] == [2]


def test_a_period_gives_no_date() -> None:
    found = read(make_rfe(due_wording="period"))
    assert found.response_due == ()
    assert values(found, "period_days") == ["84"]


def test_two_printed_due_dates_are_both_kept() -> None:
    found = read(make_rfe(due_wording="label", extra=["You must respond no later than February 1, 2027."]))
    assert found.response_due == (date(2027, 1, 28), date(2027, 2, 1))
    assert any("due dates" in warning for warning in found.warnings)


def test_two_receipt_numbers_in_the_frame_choose_none() -> None:
    found = recognise(
        "REQUEST FOR EVIDENCE\nI-797E\nReceipt Number: LIN2190012345\nReceipt Number: MSC2190012345\n"
    )
    assert found.kind is DocumentKind.RFE
    assert found.receipt_number is None
    assert found.receipt_numbers == ("LIN2190012345", "MSC2190012345")
    assert found.warnings


def test_an_unknown_office_is_a_warning() -> None:
    found = read(make_receipt(receipt="ZHN2190012345"))
    assert found.receipt_number == "ZHN2190012345"
    assert any("no known office" in warning for warning in found.warnings)


def test_a_telephone_is_no_receipt_number() -> None:
    assert recognise("Fax 800-375-5283 or TEL 8003755283. NVC case HCM2001747003").receipt_numbers == ()


@pytest.mark.parametrize(
    "written, number",
    [
        ("A 078-451-236", "A078451236"),
        ("A078 451 236", "A078451236"),
        ("A78451236", "A078451236"),
        ("A1234567", "A001234567"),
    ],
)
def test_alien_numbers_are_padded(written: str, number: str) -> None:
    assert recognise(f"Applicant: Rosa Ibarra   A-Number: {written}").a_number == number


def test_a_receipt_that_speaks_of_requests_and_denials_is_a_receipt() -> None:
    boilerplate = (
        "If we need more evidence we will send a Request for Evidence (RFE), Form I-797E, or a Notice of Intent to Deny. "
        "Although another petition has been approved, this one may be denied. If your response to this RFE is late, it is denied."
    )
    assert read(make_receipt(extra=[boilerplate])).kind is DocumentKind.RECEIPT


def test_an_rfe_that_quotes_a_receipt_notice_is_an_rfe() -> None:
    quoted = "On March 12, 2026 we sent you a Receipt Notice. This notice confirms that USCIS received your application."
    found = read(make_rfe(extra=[quoted]))
    assert found.kind is DocumentKind.RFE
    assert found.notice_date == date(2026, 11, 2)


def test_dates_of_the_past_are_no_due_dates() -> None:
    found = recognise(
        "REQUEST FOR EVIDENCE\nI-797E\nNotice Date: November 2, 2026\nSubmit evidence that a petition was filed on or before "
        "April 30, 2001. Submit proof that you were physically present on or before December 21, 2026.\n"
    )
    assert found.response_due == ()


@pytest.mark.parametrize(
    "text, kind",
    [
        (
            "Transfer Notice\nThe above case has been transferred to another USCIS office.",
            DocumentKind.TRANSFER,
        ),
        (
            "ASC Appointment Notice\nPLEASE APPEAR AT THE BELOW APPLICATION SUPPORT CENTER",
            DocumentKind.BIOMETRICS,
        ),
        ("Notice of Intent to Deny\nUSCIS intends to deny your application.", DocumentKind.NOID),
        ("Notice of Intent to Revoke\nUSCIS intends to revoke the approval.", DocumentKind.NOIR),
        (
            "Request for Applicant to Appear for Initial Interview\nYou are hereby notified to appear for an interview.",
            DocumentKind.INTERVIEW,
        ),
        (
            "Approval Notice\nThe above petition has been approved. Valid from 10/01/2026 to 09/30/2029.",
            DocumentKind.APPROVAL,
        ),
        (
            "DECISION\nYour application is hereby denied. You may file Form I-290B within 30 days.",
            DocumentKind.DENIAL,
        ),
        (
            "Rejection Notice\nWe have rejected your application and are returning the fee.",
            DocumentKind.REJECTION,
        ),
        ("IMMIGRATION COURT\nNOTICE OF HEARING IN REMOVAL PROCEEDINGS\nMaster hearing", DocumentKind.HEARING),
        ("ORDER OF THE IMMIGRATION JUDGE\nAppeal due by: 12/02/2026", DocumentKind.IJ_DECISION),
        (
            "Board of Immigration Appeals\nDecision of the Board\nORDER: The appeal is dismissed.",
            DocumentKind.BIA_DECISION,
        ),
        (
            "Administrative Appeals Office\nNon-Precedent Decision of the\nORDER: The appeal is dismissed.",
            DocumentKind.AAO_DECISION,
        ),
        (
            "U.S. Department of Labor\nEmployment and Training Administration\nCase G-100-26123-456789",
            DocumentKind.DOL,
        ),
        ("Dear Ms. Okafor,\nhere is my birth certificate.", DocumentKind.OTHER),
        (
            "Case status: we sent a request for additional evidence for your Form I-765, IOE0912345678.",
            DocumentKind.OTHER,
        ),
        ("Response to Request for Evidence Received\nYour case is being processed.", DocumentKind.OTHER),
    ],
)
def test_the_other_kinds(text: str, kind: DocumentKind) -> None:
    found = recognise(text)
    assert found.kind is kind
    assert (found.confidence >= 0.4) == (kind in NOTICE_KINDS)


def test_two_kinds_at_once_go_to_a_person() -> None:
    found = recognise(
        "Approval Notice\nThe above petition has been approved.\nTransfer Notice\nIt has been transferred to Texas."
    )
    assert found.kind is DocumentKind.OTHER
    assert found.confidence < 0.4
    assert found.warnings


def test_a_blank_form_is_never_a_notice() -> None:
    found = recognise(
        "Form I-485 Edition 01/20/25   Page 1 of 24\nOMB No. 1615-0023\nSTART HERE\nRequest for Evidence\nReceipt Notice"
    )
    assert found.kind is DocumentKind.OTHER
    assert found.form == "I-485"
    assert values(found, "edition") == ["01/20/25"]


def test_service_is_read_only_where_it_is_stated() -> None:
    assert recognise("This notice was sent by regular mail.").served is Served.MAIL
    assert (
        recognise("This notice was issued electronically to your online account.").served is Served.ELECTRONIC
    )
    assert recognise("If this notice was sent by mail, three days are added.").served is None


def test_hostile_characters_do_not_reach_the_values() -> None:
    found = recognise(
        "Receipt Number: \x1b[31mIOE\u200b0912\u202e345678\nApplicant: Ro\x1b[2Jsa\u202e Ib\u0000arra\n\x9b2J"
    )
    assert found.receipt_number == "IOE0912345678"
    assert found.names == (PartyName("applicant", "Rosa Ibarra"),)
    assert not any(
        ord(letter) < 32 or letter in "\u202e\u200b" for one in found.evidence for letter in one.words
    )


def test_the_same_notice_has_the_same_bytes() -> None:
    assert make_rfe() == make_rfe()


def test_a_file_is_read_from_bytes_to_fields() -> None:
    reading = read_document(make_rfe(), "scan0001.pdf")
    assert reading.recognition.kind is DocumentKind.RFE
    assert reading.recognition.receipt_number == "IOE0912345678"
    assert reading.pages_count == 1
    assert reading.flags == ()
    assert "REQUEST FOR EVIDENCE" in reading.text_excerpt
    photo = read_document(b"\xff\xd8\xff\xe0", "photo.jpg")
    assert Flag.PHOTO in photo.flags
    assert photo.recognition.kind is DocumentKind.OTHER
    assert photo.next_step


def test_a_page_scanned_sideways_is_read() -> None:
    import io

    import pypdf

    for quarter in (90, 180, 270):
        reader = pypdf.PdfReader(io.BytesIO(make_rfe()))
        writer = pypdf.PdfWriter()
        page = writer.add_page(reader.pages[0])
        page.rotate(quarter)
        page.transfer_rotation_to_content()
        out = io.BytesIO()
        writer.write(out)
        found = read(out.getvalue())
        assert found.kind is DocumentKind.RFE
        assert found.receipt_number == "IOE0912345678"
        assert found.notice_date == date(2026, 11, 2)


def test_a_statement_taken_back_in_its_own_sentence_counts_for_nothing() -> None:
    boilerplate = "NOTICE OF ACTION\nAlthough this petition has been approved, you must apply again. Valid from 10/01/2026."
    assert recognise(boilerplate).kind is DocumentKind.OTHER
    plain = "NOTICE OF ACTION\nThis petition has been approved. Valid from 10/01/2026 to 09/30/2029."
    assert recognise(plain).kind is DocumentKind.APPROVAL


def test_ways_to_answer_are_not_evidence_asked_for() -> None:
    found = recognise(
        "REQUEST FOR EVIDENCE\nI-797E\nPlease submit the following:\n1. Birth certificate\n2. Form I-693\n\n"
        "You may respond to this request in one of the following ways:\n1. Send everything at once\n2. Withdraw\n"
    )
    assert found.requested_items == ("Birth certificate", "Form I-693")
