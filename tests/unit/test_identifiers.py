"""Printed numbers in one form; refs and ids that survive the telephone and are never mistaken for each other."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casedesk.models.identifiers import (
    CROCKFORD,
    IDENTIFIERS,
    Ref,
    crockford,
    dol_created,
    from_opaque,
    is_known_service_center,
    new_id,
    new_ref,
    normalise_a_number,
    normalise_receipt,
    opaque,
    parse_ref,
    show_a_number,
    show_receipt,
)

ids = st.integers(1, 2**63 - 1)


@pytest.mark.parametrize(
    "text",
    [
        "IOE0912345678",
        "ioe-09-123-45678",
        " IOE 0912 345 678 ",
        "IOE\u201009\u2013123\u201345678",
        "IOE-09-123-\n45678",
    ],
)
def test_receipt_numbers_as_printed_scanned_and_typed(text: str) -> None:
    assert normalise_receipt(text) == "IOE0912345678"


@pytest.mark.parametrize(
    "text",
    ["", "IOE091234567", "IOE09123456789", "IO00912345678", "IOE091234567B", "IOE٠٩١٢٣٤٥٦٧٨", "M-2026-0042"],
)
def test_what_is_no_receipt_number(text: str) -> None:
    assert normalise_receipt(text) is None


def test_receipt_numbers_are_shown_with_dashes() -> None:
    assert show_receipt("EAC1512345678") == "EAC-15-123-45678"
    assert show_receipt("unread") == "unread"
    assert normalise_receipt(show_receipt("EAC1512345678")) == "EAC1512345678"


def test_an_unknown_office_is_told_apart_but_not_refused() -> None:
    assert is_known_service_center("IOE0912345678")
    assert normalise_receipt("ZHN0912345678") == "ZHN0912345678"
    assert not is_known_service_center("ZHN0912345678")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A012345678", "A012345678"),
        ("a 078-451-236", "A078451236"),
        ("A# 078 451 236", "A078451236"),
        ("12345678", "A012345678"),
        ("1234567", "A001234567"),
        ("123456", None),
        ("A1234567890", None),
        ("AB12345678", None),
        ("", None),
    ],
)
def test_a_numbers(text: str, expected: str | None) -> None:
    assert normalise_a_number(text) == expected


def test_a_numbers_are_shown_in_groups() -> None:
    assert show_a_number("A012345678") == "A012-345-678"
    assert show_a_number("?") == "?"


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("receipt_number", "eac-15-123-45678", "EAC1512345678"),
        ("a_number", "A12345678", "A012345678"),
        ("online_account", "0123 4567 8901", "012345678901"),
        ("i94_number", "12345678901", "12345678901"),
        ("i94_number", "123456789 a1", "123456789A1"),
        ("i94_number", "123456789AB", None),
        ("sevis_id", "n0012345678", "N0012345678"),
        ("sevis_id", "N001234567", None),
        ("dos_case", "HCM2001747003", "HCM2001747003"),
        ("dos_dv_case", "2026AF00012345", "2026AF00012345"),
        ("ds_confirmation", "AA00B1C2D3", "AA00B1C2D3"),
        ("dol_flag", "i-200-18026-338377", "I-200-18026-338377"),
        ("dol_flag", "I 205 18026 338377", "I-205-18026-338377"),
        ("dol_flag", "I-200-18367-338377", None),
        ("dol_flag", "A-18026-33837", None),
        ("dol_legacy_perm", "A-18026-33837", "A-18026-33837"),
        ("dol_legacy_perm", "I-200-18026-338377", None),
        ("visa_bulletin_cell", "08nov16", "08NOV16"),
        ("visa_bulletin_cell", "08XXX16", None),
        ("notice_code", "I-797e", "I-797E"),
        ("notice_code", "I-797", "I-797"),
        ("notice_code", "I-797G", None),
    ],
)
def test_the_table_of_printed_numbers(name: str, text: str, expected: str | None) -> None:
    kind = IDENTIFIERS[name]
    assert kind.normalise(text) == expected
    if expected is not None:
        assert kind.pattern.fullmatch(expected)
        assert kind.normalise(expected) == expected


@given(st.sampled_from(list(IDENTIFIERS)), st.text(max_size=20))
def test_whatever_is_read_comes_out_in_its_own_pattern(name: str, text: str) -> None:
    kind = IDENTIFIERS[name]
    found = kind.normalise(text)
    assert found is None or (kind.pattern.fullmatch(found) and kind.normalise(found) == found)


def test_labor_numbers_carry_the_calendar_day_they_were_made() -> None:
    assert dol_created("I-200-18026-338377") == date(2018, 1, 26)
    assert dol_created("I-200-17296-000001") == date(2017, 10, 23)
    assert dol_created("G-100-24366-000001") == date(2024, 12, 31)
    assert dol_created("G-100-23366-000001") is None
    assert dol_created("G-100-23000-000001") is None
    assert dol_created("IOE0912345678") is None


@given(ids)
def test_an_opaque_id_leads_back_in_any_case(number: int) -> None:
    text = opaque(number)
    assert len(text) == 13
    assert set(text) <= set(CROCKFORD)
    assert from_opaque(text) == from_opaque(f" {text.lower()} ") == number


@given(ids)
def test_an_opaque_id_is_never_a_ref_or_a_receipt_number(number: int) -> None:
    assert parse_ref(opaque(number)) is None
    assert normalise_receipt(opaque(number)) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "T-1F3K9A",
        "IOE0912345678",
        "EAC1512345678",
        "M-2026-0042",
        "8ZZZZZZZZZZZZ",
        "0000000000000",
        "000000000000I",
        "1" * 12,
        "1" * 14,
        "١" * 13,
    ],
)
def test_what_is_no_opaque_id(text: str) -> None:
    with pytest.raises(ValueError, match="not an id"):
        from_opaque(text)


@pytest.mark.parametrize("number", [0, -1, 2**63])
def test_only_positive_63_bit_integers_are_ids(number: int) -> None:
    with pytest.raises(ValueError, match="63 bits"):
        opaque(number)


def test_a_new_id_is_never_zero() -> None:
    drawn = iter([0, 0, 5])
    assert new_id(lambda bits: next(drawn)) == 5
    assert 0 < new_id() < 2**63


@given(st.integers(0, 2**30 - 1))
def test_a_ref_is_read_back_as_written_or_spelled_carelessly(number: int) -> None:
    ref = new_ref("T", lambda bits: number)
    assert len(ref.code) == 6
    careless = str(ref).lower().replace("0", "o").replace("1", "l")
    assert parse_ref(str(ref)) == parse_ref(careless) == ref


def test_refs_as_people_type_them() -> None:
    assert parse_ref(" t-1f3k9a ") == Ref("T", "1F3K9A")
    assert str(Ref("T", "1F3K9A")) == "T-1F3K9A"
    assert [
        parse_ref(text) for text in ("T1F3K9A", "T-1F3K9", "T-1F3K9AB", "T-1F3K9U", "M-2026-0042", "")
    ] == [None] * 6


def test_crockford_uses_every_bit() -> None:
    assert crockford(4, lambda bits: (1 << bits) - 1) == "ZZZZ"
    assert crockford(2, lambda bits: 33) == "11"
    assert len({crockford(6) for _ in range(50)}) == 50
