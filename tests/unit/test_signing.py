"""A sign-off holds for exactly what was said, by the one person whose passphrase opens the key."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casedesk.refusal import Refusal
from casedesk.security.canonical import sha256_hex
from casedesk.security.signing import (
    GENESIS,
    MEANING,
    MEMORY_KIB,
    Licence,
    Signer,
    SignOffStatement,
    WeakPassphrase,
    WrappedKey,
    WrongPassphrase,
    check_passphrase,
    enrol,
    key_id_of,
    meaning_for,
    sign,
    unlock,
    verify,
)

PASSPHRASE = "copper lantern quiet meadow"
SMALL_KIB = 64


def counted(length: int) -> bytes:
    return bytes(range(length))


KEY = enrol(PASSPHRASE, random=counted, memory_kib=SMALL_KIB)


@pytest.fixture(scope="module")
def signer() -> Signer:
    return unlock(KEY, PASSPHRASE)


STATEMENT = SignOffStatement(
    store="0000000000001",
    matter="0000000000002",
    packet="0000000000003",
    version=1,
    packet_sha256=sha256_hex(b"manifest"),
    manifest_bytes=8,
    meaning=meaning_for("USCIS"),
    policy="three-person",
    preparer="0000000000004",
    second_reviewer="0000000000005",
    second_reviewed_at_us=1_794_234_000_000_000,
    signer="0000000000006",
    licence=Licence("attorney", "123456", "CA"),
    rule_set_sha256=sha256_hex(b"rules"),
    checklist_sha256=sha256_hex(b"checklist"),
    key_id=KEY.key_id,
    signed_at_us=1_794_234_000_000_001,
    previous_sha256=GENESIS,
)


def changed(value: Any) -> Any:
    if isinstance(value, int):
        return value + 1
    return ("1" if value[0] != "1" else "2") + value[1:]


ONE_CHANGE = [
    *(
        (each.name, {each.name: changed(getattr(STATEMENT, each.name))})
        for each in fields(SignOffStatement)
        if each.name != "licence"
    ),
    *(
        (
            f"licence.{each.name}",
            {
                "licence": replace(
                    STATEMENT.licence, **{each.name: changed(getattr(STATEMENT.licence, each.name))}
                )
            },
        )
        for each in fields(Licence)
    ),
]


def test_a_signature_verifies_for_its_statement(signer: Signer) -> None:
    assert verify(KEY.public_key, STATEMENT, sign(signer, STATEMENT))


@pytest.mark.parametrize(("name", "change"), ONE_CHANGE, ids=[name for name, _ in ONE_CHANGE])
def test_one_changed_field_voids_it(signer: Signer, name: str, change: dict[str, Any]) -> None:
    altered = replace(STATEMENT, **change)
    assert altered.statement_bytes() != STATEMENT.statement_bytes()
    assert not verify(KEY.public_key, altered, sign(signer, STATEMENT))


def test_one_changed_byte_of_the_signature_or_another_key_voids_it(signer: Signer) -> None:
    signature = sign(signer, STATEMENT)
    for position in range(len(signature)):
        broken = bytearray(signature)
        broken[position] ^= 1
        assert not verify(KEY.public_key, STATEMENT, bytes(broken))
    other = enrol(PASSPHRASE, memory_kib=SMALL_KIB)
    assert not verify(other.public_key, STATEMENT, signature)
    assert not verify(other.public_key, replace(STATEMENT, key_id=other.key_id), signature)


@pytest.mark.parametrize("signature", [b"", b"x" * 63, b"x" * 64, b"x" * 65])
def test_malformed_signatures_and_keys_are_false_not_errors(signature: bytes) -> None:
    assert not verify(KEY.public_key, STATEMENT, signature)
    stub = b"short"
    assert not verify(stub, replace(STATEMENT, key_id=key_id_of(stub)), signature)


def test_the_statement_bytes_are_pinned() -> None:
    written = STATEMENT.statement_bytes()
    assert written.startswith(b'{"checklist_sha256":"')
    assert b'"domain":"casedesk.signoff.1"' in written
    assert b'"licence":{"jurisdiction":"CA","kind":"attorney","number":"123456"}' in written
    assert (
        STATEMENT.statement_sha256()
        == sha256_hex(written)
        == "9a22e5f5f2a32a93ff54b4c2bd66b548a7c72defce7ef3640dbb3995b5814159"
    )


def test_a_key_signs_only_statements_that_name_it(signer: Signer) -> None:
    with pytest.raises(ValueError, match=KEY.key_id):
        sign(signer, replace(STATEMENT, key_id="0" * 16))


def test_a_signature_under_a_false_key_id_does_not_verify(signer: Signer) -> None:
    false_id = "0" * 16
    statement = replace(STATEMENT, key_id=false_id)
    assert not verify(KEY.public_key, statement, sign(replace(signer, key_id=false_id), statement))


@pytest.mark.parametrize(
    "change",
    [
        {"packet_sha256": "ABC"},
        {"previous_sha256": ""},
        {"rule_set_sha256": "A" * 64},
        {"version": -1},
        {"second_reviewer": ""},
    ],
)
def test_a_statement_that_says_nothing_cannot_be_made(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(change))):
        replace(STATEMENT, **change)


def test_the_meaning_names_the_agency() -> None:
    assert meaning_for("USCIS") == "I have reviewed this filing and approve it for submission to USCIS."
    assert meaning_for("{agency.__class__}").endswith("to {agency.__class__}.")
    assert MEANING.count("{agency}") == 1


@pytest.mark.parametrize(
    "attempt", ["", "copper lantern quiet meado", PASSPHRASE + " ", "\ud800", PASSPHRASE.upper()]
)
def test_any_other_passphrase_is_refused_in_one_sentence(attempt: str) -> None:
    with pytest.raises(WrongPassphrase) as refused:
        unlock(KEY, attempt)
    assert isinstance(refused.value, Refusal)
    assert refused.value.code == "wrong_passphrase"
    assert KEY.key_id in refused.value.sentence()


def test_a_passphrase_typed_on_another_system_opens_the_key() -> None:
    composed, decomposed = "café lantern quiet meadow", "cafe\u0301 lantern quiet meadow"
    key = enrol(composed, memory_kib=SMALL_KIB)
    assert unlock(key, decomposed).key_id == key.key_id


ALTERED: list[dict[str, Any]] = [
    {"wrapped": KEY.wrapped[:-1] + bytes([KEY.wrapped[-1] ^ 1])},
    {"wrapped": b""},
    {"salt": b"x" * 16},
    {"salt": b""},
    {"public_key": enrol(PASSPHRASE, memory_kib=SMALL_KIB).public_key},
    {"key_id": "0" * 16},
    {"memory_kib": SMALL_KIB + 8},
    {"memory_kib": 0},
    {"memory_kib": 1 << 40},
    {"passes": 4},
    {"passes": 1 << 30},
    {"lanes": 2},
    {"lanes": 0},
]


@pytest.mark.parametrize(
    "change", ALTERED, ids=[f"{next(iter(each))}-{number}" for number, each in enumerate(ALTERED)]
)
def test_an_altered_row_does_not_open_even_with_the_right_passphrase(change: dict[str, Any]) -> None:
    with pytest.raises(WrongPassphrase):
        unlock(replace(KEY, **change), PASSPHRASE)


def test_a_public_key_exchanged_with_its_id_does_not_open() -> None:
    other = enrol(PASSPHRASE, memory_kib=SMALL_KIB)
    with pytest.raises(WrongPassphrase):
        unlock(replace(KEY, public_key=other.public_key, key_id=other.key_id), PASSPHRASE)


def test_keys_are_fresh_strong_by_default_and_not_shown() -> None:
    key = enrol(PASSPHRASE)
    assert isinstance(key, WrappedKey)
    assert (key.memory_kib, key.passes) == (MEMORY_KIB, 3) == (65536, 3)
    assert key.key_id == key_id_of(key.public_key) == sha256_hex(key.public_key)[:16]
    assert key.wrapped != enrol(PASSPHRASE, memory_kib=SMALL_KIB).wrapped
    opened = unlock(key, PASSPHRASE)
    assert opened.seed not in key.wrapped
    assert opened.seed.hex() not in repr(opened)
    assert str(opened.seed) not in repr(opened)


@pytest.mark.parametrize(
    "passphrase",
    [
        PASSPHRASE,
        "correct-horse-battery",
        "t7#Kq9!vLm2x",
        "ox at my hut",
        "la luna sobre el río",
        "王小明在海边读一本旧书吧",
    ],
)
def test_passphrases_that_do(passphrase: str) -> None:
    check_passphrase(passphrase, names=["Ann Ibarra", "ann.i", "Li"])


@pytest.mark.parametrize(
    "passphrase",
    [
        "",
        "short",
        "aaaaaaaaaaaaaaaa",
        "1212121212121212",
        "a b c d",
        "aa ab ba bb",
        "one one one",
        "ibarra-lantern-9",
        "my IBÁRRA meadow quiet",
        "ann likes quiet meadows",
        "           x",
    ],
)
def test_passphrases_that_do_not_do(passphrase: str) -> None:
    with pytest.raises(WeakPassphrase) as refused:
        enrol(passphrase, names=["Ann Ibarra", "a.ibarra"], memory_kib=SMALL_KIB)
    assert refused.value.code == "weak_passphrase"
    assert not passphrase or passphrase not in refused.value.sentence()


@given(st.text(max_size=30), st.lists(st.text(max_size=8), max_size=3))
def test_any_text_is_accepted_or_refused_never_an_error(passphrase: str, names: list[str]) -> None:
    try:
        check_passphrase(passphrase, names=names)
    except WeakPassphrase:
        return
    assert len(set(passphrase.casefold())) >= 5
