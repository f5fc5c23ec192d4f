"""A sign-off holds for exactly what was said, by the one person whose passphrase opens the key."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casedesk.refusal import Refusal
from casedesk.security.canonical import sha256_hex
from casedesk.security.key_chain import ChainKey, fault
from casedesk.security.proof import answer, answers
from casedesk.security.signing import (
    MEMORY_KIB,
    Signer,
    WeakPassphrase,
    WrappedKey,
    WrongPassphrase,
    check_passphrase,
    enrol,
    key_id_of,
    sign,
    unlock,
    verify,
)
from casedesk.security.statements import (
    ALONE,
    COSIGNED,
    GENESIS,
    MEANING,
    NO_KEY,
    ROTATED,
    FirstSignOff,
    KeyStatement,
    Licence,
    SignOff,
    Statement,
    meaning_for,
    read_key,
    read_sign_off,
)

PASSPHRASE = "copper lantern quiet meadow"
SMALL_KIB = 64


def counted(length: int) -> bytes:
    return bytes(range(length))


KEY = enrol(PASSPHRASE, random=counted, memory_kib=SMALL_KIB)


@pytest.fixture(scope="module")
def signer() -> Signer:
    return unlock(KEY, PASSPHRASE)


FIRST = FirstSignOff(
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

STATEMENT = SignOff(
    store="0000000000001",
    matter="0000000000002",
    packet="0000000000003",
    version=1,
    packet_sha256=sha256_hex(b"manifest"),
    manifest_bytes=8,
    document="0000000000007",
    document_sha256=sha256_hex(b"packet"),
    document_bytes=6,
    meaning=meaning_for("USCIS"),
    policy="three-person",
    preparer="0000000000004",
    assembled_at_us=1_794_230_000_000_000,
    content_reviewer="0000000000008",
    content_reviewed_at_us=1_794_233_000_000_000,
    second_reviewer="0000000000005",
    second_reviewed_at_us=1_794_234_000_000_000,
    signer="0000000000006",
    signer_name="Ann Ibarra",
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


def one_change(statement: SignOff | FirstSignOff) -> list[tuple[str, SignOff | FirstSignOff]]:
    """The statement with one field changed by one character, once for each of its fields."""
    licence = statement.licence
    return [
        *(
            (f.name, replace(statement, **{f.name: changed(getattr(statement, f.name))}))
            for f in fields(statement)
            if f.name != "licence"
        ),
        *(
            (
                f"licence.{f.name}",
                replace(statement, licence=replace(licence, **{f.name: changed(getattr(licence, f.name))})),
            )
            for f in fields(Licence)
        ),
    ]


ALL_CHANGES = [(s, name, altered) for s in (STATEMENT, FIRST) for name, altered in one_change(s)]


@pytest.mark.parametrize("statement", [STATEMENT, FIRST], ids=["second form", "first form"])
def test_a_signature_verifies_for_its_statement(signer: Signer, statement: Statement) -> None:
    assert verify(KEY.public_key, statement, sign(signer, statement))


@pytest.mark.parametrize(
    ("statement", "name", "altered"),
    ALL_CHANGES,
    ids=[f"{type(s).__name__}-{name}" for s, name, _ in ALL_CHANGES],
)
def test_one_changed_field_voids_it(
    signer: Signer, statement: Statement, name: str, altered: Statement
) -> None:
    assert altered.statement_bytes() != statement.statement_bytes(), name
    assert not verify(KEY.public_key, altered, sign(signer, statement))


def test_a_sign_off_names_both_reviewers_the_bytes_the_licence_and_the_key() -> None:
    assert len(one_change(STATEMENT)) >= 25
    assert {
        "meaning",
        "policy",
        "content_reviewer",
        "content_reviewed_at_us",
        "second_reviewer",
        "second_reviewed_at_us",
        "document_sha256",
        "document_bytes",
        "packet_sha256",
        "rule_set_sha256",
        "checklist_sha256",
        "signer",
        "licence",
        "key_id",
        "signed_at_us",
        "previous_sha256",
    } <= {f.name for f in fields(SignOff)}


@pytest.mark.parametrize("statement", [STATEMENT, FIRST], ids=["second form", "first form"])
def test_what_stands_on_record_is_read_back_in_its_one_spelling_only(
    statement: SignOff | FirstSignOff,
) -> None:
    words = statement.statement_bytes().decode("ascii")
    assert read_sign_off(words) == statement
    for bad in (
        words + " ",
        words.replace('"version":1', '"version":1,"version":1'),
        words.replace("signoff.", "sign-off."),
        words.replace('"policy"', '"polity"'),
        words.replace(',"version":1', ""),
        "{}",
        "[]",
        "",
        "null",
    ):
        with pytest.raises(ValueError):
            read_sign_off(bad)


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


@pytest.mark.parametrize(
    ("statement", "domain", "digest"),
    [
        (FIRST, "1", "9a22e5f5f2a32a93ff54b4c2bd66b548a7c72defce7ef3640dbb3995b5814159"),
        (STATEMENT, "2", "fe107b7ff080be4129ae467ea645746fd9825cf9bb96d0129af75227ccbf4570"),
    ],
    ids=["first form", "second form"],
)
def test_the_statement_bytes_are_pinned(statement: Statement, domain: str, digest: str) -> None:
    written = statement.statement_bytes()
    assert f'"domain":"casedesk.signoff.{domain}"'.encode() in written
    assert b'"licence":{"jurisdiction":"CA","kind":"attorney","number":"123456"}' in written
    assert statement.statement_sha256() == sha256_hex(written) == digest


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


# -- what an opened key shows a server ----------------------------------------------------------------------------


def token_of(signer: Signer) -> tuple[str, str]:
    return signer.token, sha256_hex(bytes.fromhex(signer.token))


def test_an_answer_fits_its_nonce_and_its_key_alone(signer: Signer) -> None:
    token, kept = token_of(signer)
    assert kept == KEY.token_sha256
    nonce, other = sha256_hex(b"nonce"), sha256_hex(b"other")
    said = answer(token, nonce)
    assert answers(said, nonce, kept)
    assert not answers(said, other, kept)
    assert not answers(said, nonce, sha256_hex(b"another token"))
    assert not answers(token, nonce, kept), "the token itself is no answer"
    for place in range(32):
        bent = bytearray.fromhex(said)
        bent[place] ^= 1
        assert not answers(bent.hex(), nonce, kept)
    for malformed in (
        "",
        said[:-1],
        said.upper() if said != said.upper() else "G" * 64,
        said + "00",
        "é" * 64,
    ):
        assert not answers(malformed, nonce, kept)


def test_what_stood_in_a_log_does_not_give_the_token_away(signer: Signer) -> None:
    """Two answers, each a mask of its own; without the kept hash the token is in neither, nor in their difference."""
    token, kept = token_of(signer)
    one, two = answer(token, sha256_hex(b"1")), answer(token, sha256_hex(b"2"))
    assert token not in (one, two)
    assert one != two
    mask = hmac.digest(bytes.fromhex(kept), sha256_hex(b"1").encode(), "sha256")
    assert bytes(a ^ b for a, b in zip(bytes.fromhex(one), mask, strict=True)).hex() == token
    assert hashlib.sha256(bytes.fromhex(token)).hexdigest() == kept


# -- on whose word a key stands -----------------------------------------------------------------------------------

STORE = "00"


def made(first: int) -> tuple[WrappedKey, Signer]:
    key = enrol(PASSPHRASE, random=lambda n: bytes((first + i) % 256 for i in range(n)), memory_kib=SMALL_KIB)
    return key, unlock(key, PASSPHRASE)


ROOT, COLLEAGUE, TURNED = made(1), made(60), made(120)


def said(kind: str, key: WrappedKey, person: str, by: Signer, cosigner: str, **bent: Any) -> KeyStatement:
    return KeyStatement(
        **{
            "store": STORE,
            "kind": kind,
            "meaning": "x",
            "key_id": key.key_id,
            "public_key": key.public_key.hex(),
            "person": person,
            "person_name": person,
            "cosigner": cosigner,
            "cosigner_name": cosigner,
            "cosigner_key_id": by.key_id,
            "licence": Licence("attorney", "1", "NY"),
            "replaces": by.key_id if kind == ROTATED else NO_KEY,
            "at_us": 2,
            **bent,
        }
    )


def link(
    key: WrappedKey, person: str, statement: KeyStatement | None, by: Signer | None, at: int = 1
) -> ChainKey:
    if statement is None or by is None:
        return ChainKey(key.key_id, key.public_key, person, at)
    words = statement.statement_bytes().decode("ascii")
    return ChainKey(key.key_id, key.public_key, person, at, words, sign(by, statement).hex())


def chain() -> list[ChainKey]:
    """Ben's second key, his first, which Ann confirmed with the key she founded the firm with."""
    return [
        link(TURNED[0], "ben", said(ROTATED, TURNED[0], "ben", COLLEAGUE[1], "ben"), COLLEAGUE[1]),
        link(COLLEAGUE[0], "ben", said(COSIGNED, COLLEAGUE[0], "ben", ROOT[1], "ann"), ROOT[1]),
        link(ROOT[0], "ann", None, None),
    ]


def test_a_chain_of_keys_leads_to_its_root() -> None:
    assert fault(chain(), STORE) == ""
    assert fault(chain()[2:], STORE) == ""
    alone = said(ALONE, ROOT[0], "ann", ROOT[1], "ann")
    assert fault([link(ROOT[0], "ann", alone, ROOT[1])], STORE) == ""


def test_a_chain_that_was_touched_is_found() -> None:
    whole = chain()
    wrong = {
        "nothing at all": [],
        "its root gone": whole[:2],
        "a link left out": [whole[0], whole[2]],
        "another root": [whole[0], whole[1], link(TURNED[0], "ann", None, None)],
        "another's key under the same id": [
            whole[0],
            whole[1],
            replace(whole[2], public_key=TURNED[0].public_key),
        ],
        "more than its root": [*whole, whole[2]],
        "another store": whole,
        "a root that was another's": [whole[0], whole[1], replace(whole[2], person="eve")],
        "a root that came later": [whole[0], whole[1], replace(whole[2], enrolled_us=9)],
        "a signature of nobody": [replace(whole[0], signature="00" * 64), *whole[1:]],
        "no signature": [replace(whole[0], signature="zz"), *whole[1:]],
        "words of another key": [replace(whole[0], statement=whole[1].statement), *whole[1:]],
        "words that are none": [replace(whole[0], statement="{}"), *whole[1:]],
        "confirmed by itself, and more": [
            link(ROOT[0], "ann", said(ALONE, ROOT[0], "ann", ROOT[1], "ann"), ROOT[1]),
            whole[2],
        ],
    }
    for what, keys in wrong.items():
        assert fault(keys, "11" if what == "another store" else STORE), what


@pytest.mark.parametrize(
    ("kind", "bent"),
    [
        (COSIGNED, {"person": "ann"}),
        (COSIGNED, {"cosigner_key_id": COLLEAGUE[0].key_id}),
        (COSIGNED, {"replaces": ROOT[0].key_id}),
        (ROTATED, {}),
        (ALONE, {}),
        ("known", {}),
    ],
)
def test_a_confirmation_fits_its_people_and_keys(kind: str, bent: dict[str, Any]) -> None:
    more = {name: value for name, value in bent.items() if name != "person"}
    with pytest.raises(ValueError, match="not confirmed by these people"):
        said(kind, COLLEAGUE[0], bent.get("person", "ben"), ROOT[1], "ann", **more)


def test_one_changed_field_voids_a_confirmation() -> None:
    statement = said(COSIGNED, COLLEAGUE[0], "ben", ROOT[1], "ann")
    signature = sign(ROOT[1], statement)
    assert read_key(statement.statement_bytes().decode("ascii")) == statement
    for each in fields(KeyStatement):
        if each.name in ("kind", "licence", "replaces"):
            continue
        altered = replace(statement, **{each.name: changed(getattr(statement, each.name))})
        assert not verify(ROOT[0].public_key, altered, signature), each.name
    for each in fields(Licence):
        licence = replace(statement.licence, **{each.name: changed(getattr(statement.licence, each.name))})
        assert not verify(ROOT[0].public_key, replace(statement, licence=licence), signature), each.name
