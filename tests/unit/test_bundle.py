"""A bundle proves itself with nothing else at hand: any byte that is not as it was written is found, and any forgery."""

from __future__ import annotations

import hashlib
import json
import random
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from casedesk.security import bundle
from casedesk.security.audit_hash import entry_hash
from casedesk.security.bundle_check import WHOLE, Verdict, check
from casedesk.security.canonical import canonical_json
from casedesk.security.signing import Signer, WrappedKey, enrol, sign, unlock
from casedesk.security.statements import (
    COSIGNED,
    GENESIS,
    NO_KEY,
    FirstSignOff,
    KeyStatement,
    Licence,
    SignOff,
    meaning_for,
)

STORE, REF = "00" * 16, "P-9X2D4C"
PDF = b"%PDF-1.7 " + bytes(range(256)) * 3 + b"%%EOF\n"
LICENCE = Licence("attorney", "123456", "CA")


def key(first: int) -> tuple[WrappedKey, Signer]:
    made = enrol(
        "copper lantern quiet meadow",
        random=lambda n: bytes((first + i) % 256 for i in range(n)),
        memory_kib=64,
    )
    return made, unlock(made, "copper lantern quiet meadow")


(ROOT, ROOT_SIGNER), (MINE, SIGNER) = key(1), key(90)
MANIFEST = canonical_json(
    {
        "packet": REF,
        "assembled_sha256": hashlib.sha256(PDF).hexdigest(),
        "assembled_bytes": len(PDF),
        "pages": 4,
        "entries": [],
    }
)
STATEMENT = SignOff(
    store=STORE,
    matter="0000000000002",
    packet="0000000000003",
    version=1,
    packet_sha256=hashlib.sha256(MANIFEST).hexdigest(),
    manifest_bytes=len(MANIFEST),
    document="0000000000007",
    document_sha256=hashlib.sha256(PDF).hexdigest(),
    document_bytes=len(PDF),
    meaning=meaning_for("USCIS"),
    policy="three-person",
    preparer="0000000000004",
    assembled_at_us=10_000_000_000,
    content_reviewer="0000000000008",
    content_reviewed_at_us=10_000_000_001,
    second_reviewer="0000000000005",
    second_reviewed_at_us=12_000_000_000,
    signer="0000000000006",
    signer_name="Ann Ibarra",
    licence=LICENCE,
    rule_set_sha256="1" * 64,
    checklist_sha256="2" * 64,
    key_id=MINE.key_id,
    signed_at_us=12_000_000_001,
    previous_sha256=GENESIS,
)
CONFIRMED = KeyStatement(
    store=STORE,
    kind=COSIGNED,
    meaning="I know Ann Ibarra, and this signing key is theirs.",
    key_id=MINE.key_id,
    public_key=MINE.public_key.hex(),
    person="0000000000006",
    person_name="Ann Ibarra",
    cosigner="0000000000005",
    cosigner_name="Ben Ode",
    cosigner_key_id=ROOT.key_id,
    licence=LICENCE,
    replaces=NO_KEY,
    at_us=7,
)


def review(reviewer: str, decided_at_us: int) -> dict[str, Any]:
    return {
        "ref": "R-AAAAAA",
        "reviewer": reviewer,
        "name": "Ben Ode",
        "licence": {"kind": "attorney", "number": "1", "jurisdiction": "CA"},
        "decided_at_us": decided_at_us,
        "packet_sha256": STATEMENT.packet_sha256,
        "version": 1,
        "points": [{"code": "accuracy", "text": "Accurate", "answer": "yes"}],
    }


def entry(seq: int, action: str, payload: str) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "stream": "matter:2",
        "seq": seq,
        "at_us": 12_000_000_001,
        "actor": "ann",
        "action": action,
        "subject": REF,
        "payload": payload,
    }
    digest = entry_hash(store_id=STORE, prev_hex="3" * 64, **fields)
    return {**fields, "prev": "3" * 64, "hash": digest}


def papers(statement: SignOff | FirstSignOff = STATEMENT, signer: Signer = SIGNER) -> dict[str, bytes]:
    payload = json.dumps({"key": statement.key_id, "sha256": statement.packet_sha256})
    keys = [
        {
            "key_id": MINE.key_id,
            "public_key": MINE.public_key.hex(),
            "person": "0000000000006",
            "enrolled_us": 5,
            "statement": CONFIRMED.statement_bytes().decode("ascii"),
            "signature": sign(ROOT_SIGNER, CONFIRMED).hex(),
        },
        {
            "key_id": ROOT.key_id,
            "public_key": ROOT.public_key.hex(),
            "person": "0000000000005",
            "enrolled_us": 1,
            "statement": "",
            "signature": "",
        },
    ]
    return {
        bundle.PACKET: PDF,
        bundle.MANIFEST: MANIFEST,
        bundle.STATEMENT: statement.statement_bytes(),
        bundle.SIGNATURE: sign(signer, statement).hex().encode("ascii"),
        bundle.KEYS: canonical_json(keys),
        bundle.REVIEWS: canonical_json(
            {
                "content": review("0000000000008", 10_000_000_001),
                "second": review("0000000000005", 12_000_000_000),
            }
        ),
        bundle.TRAIL: canonical_json(
            [entry(4, "draft.submitted", "{}"), entry(9, "packet.signed_off", payload)]
        ),
    }


def packed(whole: dict[str, bytes], **about: Any) -> bytes:
    return bundle.pack(
        whole, **{"packet": REF, "store": STORE, "made_at_us": 12_000_000_009, "made_by": "ann", **about}
    )


GOOD = packed(papers())


def failed(verdict: Verdict) -> list[str]:
    return [f.what for f in verdict.findings if not f.ok]


def test_a_whole_bundle_verifies_and_says_what_it_proves() -> None:
    verdict = check(GOOD)
    assert (verdict.ok, failed(verdict), len(verdict.findings)) == (True, [], 8)
    assert (verdict.packet, verdict.signer, verdict.key_id) == (REF, "Ann Ibarra", MINE.key_id)
    assert verdict.root_key == ROOT.key_id
    assert verdict.meaning == STATEMENT.meaning
    told = " ".join(f.told for f in verdict.findings)
    assert "attorney CA 123456" in told
    assert "three-person" in told


def test_the_same_papers_give_the_same_bytes() -> None:
    assert packed(papers()) == GOOD
    assert hashlib.sha256(GOOD).hexdigest() == (
        "3e3b499d249b52a099d14c2376530f9da5d909401604eeb9875b7590ff28f529"
    ), "the form of a bundle is fixed: another form has another number"


def test_every_flipped_byte_is_found(effort: Callable[[int, int], int]) -> None:
    bits = effort(1, 8)
    for place in range(len(GOOD)):
        for bit in range(bits):
            bent = bytearray(GOOD)
            bent[place] ^= 1 << ((place + bit) % 8)
            verdict = check(bytes(bent))
            assert failed(verdict) == [WHOLE], f"byte {place}"


def test_a_file_cut_short_or_grown_is_found() -> None:
    chance = random.Random(7)
    for size in (0, 1, 4, 22, 100, *(chance.randrange(len(GOOD)) for _ in range(60)), len(GOOD) - 1):
        assert failed(check(GOOD[:size])) == [WHOLE], size
    for more in (b"\0", b"PK\x05\x06" + b"\0" * 18, GOOD):
        assert failed(check(GOOD + more)) == [WHOLE]
        assert failed(check(more + GOOD)) == [WHOLE]


@pytest.mark.parametrize("name", bundle.PAPERS)
def test_a_paper_exchanged_for_another_is_named(name: str) -> None:
    whole = bundle.unpack(GOOD)
    listed = bundle._index(whole.about, whole.papers)
    exchanged = bundle._zip(listed, {**whole.papers, name: whole.papers[name] + b" "})
    assert [f.told for f in check(exchanged).findings] == [f"{name} is not as it was written."]


def reviews_with(**bent: Any) -> bytes:
    told = json.loads(papers()[bundle.REVIEWS])
    for path, value in bent.items():
        kind, field = path.split("__")
        told[kind][field] = value
    return canonical_json(told)


def keys_with(change: Callable[[list[dict[str, Any]]], object]) -> bytes:
    told = json.loads(papers()[bundle.KEYS])
    change(told)
    return canonical_json(told)


def trail_with(change: Callable[[list[dict[str, Any]]], object]) -> bytes:
    told = json.loads(papers()[bundle.TRAIL])
    change(told)
    return canonical_json(told)


OTHER_PDF = PDF.replace(b"%%EOF", b"%%eof")
SIGNED = "the signature over the statement is the signer's"
CHAIN = "the signer's key was confirmed"
REVIEWED = "both reviews are those that were signed"
TRAIL = "the trail's entries are as they were hashed"
MANIFESTED = "the manifest is the one that was signed"
PACKED = "the packet is the one the manifest describes"

FORGERIES: dict[str, tuple[dict[str, bytes], set[str]]] = {
    "another packet": ({bundle.PACKET: OTHER_PDF}, {PACKED, MANIFESTED}),
    "another packet and a manifest that fits": (
        {
            bundle.PACKET: OTHER_PDF,
            bundle.MANIFEST: MANIFEST.replace(
                hashlib.sha256(PDF).hexdigest().encode(), hashlib.sha256(OTHER_PDF).hexdigest().encode()
            ),
        },
        {MANIFESTED},
    ),
    "a manifest in another spelling": ({bundle.MANIFEST: MANIFEST + b" "}, {PACKED, MANIFESTED}),
    "another signature": ({bundle.SIGNATURE: b"00" * 64}, {SIGNED}),
    "no signature": ({bundle.SIGNATURE: b""}, {SIGNED}),
    "a signature that is none": ({bundle.SIGNATURE: b"\xff"}, {SIGNED}),
    "another's key": ({bundle.KEYS: keys_with(lambda k: k.pop(0))}, {SIGNED}),
    "no root": ({bundle.KEYS: keys_with(lambda k: k.pop())}, {CHAIN}),
    "no keys": ({bundle.KEYS: b"[]"}, {SIGNED, CHAIN}),
    "keys that are none": ({bundle.KEYS: b"{}"}, {SIGNED, CHAIN}),
    "a confirmation that does not verify": (
        {bundle.KEYS: keys_with(lambda k: k[0].update(signature="00" * 64))},
        {CHAIN},
    ),
    "a key younger than the signature": (
        {bundle.KEYS: keys_with(lambda k: k[0].update(enrolled_us=12_000_000_002))},
        {CHAIN},
    ),
    "another content reviewer": (
        {bundle.REVIEWS: reviews_with(content__reviewer="0000000000009")},
        {REVIEWED},
    ),
    "another second reviewer": ({bundle.REVIEWS: reviews_with(second__reviewer="0000000000009")}, {REVIEWED}),
    "another time of review": ({bundle.REVIEWS: reviews_with(second__decided_at_us=5)}, {REVIEWED}),
    "a review of other pages": ({bundle.REVIEWS: reviews_with(second__packet_sha256="0" * 64)}, {REVIEWED}),
    "a review of another version": ({bundle.REVIEWS: reviews_with(content__version=2)}, {REVIEWED}),
    "a point left open": (
        {bundle.REVIEWS: reviews_with(content__points=[{"code": "x", "text": "x", "answer": ""}])},
        {REVIEWED},
    ),
    "reviews that are none": ({bundle.REVIEWS: b"[]"}, {REVIEWED}),
    "an edited entry": ({bundle.TRAIL: trail_with(lambda t: t[1].update(actor="eve"))}, {TRAIL}),
    "no entry of the sign-off": ({bundle.TRAIL: trail_with(lambda t: t.pop())}, {TRAIL}),
    "a trail that is none": ({bundle.TRAIL: b"7"}, {TRAIL}),
    "a statement that is none": (
        {bundle.STATEMENT: b"{}"},
        {MANIFESTED, SIGNED, CHAIN, REVIEWED, "the firm's review policy was kept", TRAIL},
    ),
}


@pytest.mark.parametrize("what", FORGERIES)
def test_a_forgery_packed_anew_is_found_by_name(what: str) -> None:
    bent, found = FORGERIES[what]
    verdict = check(packed({**papers(), **bent}))
    assert set(failed(verdict)) == found


def test_a_statement_of_another_store_or_packet_is_found() -> None:
    assert set(failed(check(packed(papers(), store="11" * 16)))) == {MANIFESTED}
    assert set(failed(check(packed(papers(), packet="P-AAAAAA")))) == {PACKED, TRAIL}


@pytest.mark.parametrize(
    "bent",
    [
        {"policy": "four-person"},
        {"signer": "0000000000004"},
        {"second_reviewer": "0000000000004"},
        {"policy": "sole", "assembled_at_us": 11_000_000_000},
        {"signed_at_us": 11_999_999_999},
    ],
)
def test_a_statement_against_its_own_policy_is_found(bent: dict[str, Any]) -> None:
    verdict = check(packed(papers(replace(STATEMENT, **bent))))
    assert "the firm's review policy was kept" in failed(verdict)


def test_a_sign_off_of_the_first_form_still_verifies() -> None:
    shared = {
        name: getattr(STATEMENT, name)
        for name in FirstSignOff.__dataclass_fields__
        if name in SignOff.__dataclass_fields__ and name != "domain"
    }
    verdict = check(packed(papers(FirstSignOff(**shared))))
    assert (verdict.ok, failed(verdict)) == (True, [])


def test_the_ten_lines_of_the_documentation_verify_it(tmp_path: Path) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "verify.md").read_text(encoding="utf-8")
    (source,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(source.strip().splitlines()) <= 10
    assert set(re.findall(r"^(?:from|import) (\w+)", source, re.MULTILINE)) <= {
        "cryptography",
        "hashlib",
        "json",
        "sys",
        "zipfile",
    }
    script = tmp_path / "verify.py"
    script.write_text(source, encoding="utf-8")

    def says(data: bytes) -> subprocess.CompletedProcess[str]:
        file = tmp_path / "bundle.zip"
        file.write_bytes(data)
        return subprocess.run([sys.executable, script, file], capture_output=True, text=True, check=False)

    whole = says(GOOD)
    assert whole.returncode == 0, whole.stderr
    assert "Ann Ibarra" in whole.stdout
    assert ROOT.key_id in whole.stdout
    for name in ("another packet", "another signature", "a confirmation that does not verify"):
        assert says(packed({**papers(), **FORGERIES[name][0]})).returncode != 0, name
