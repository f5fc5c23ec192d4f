"""One byte changed after the sign-off is found and named; the same inputs give the same bytes on another day."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from casedesk.desk import filings, packets, reviews, signatures, vault
from casedesk.refusal import Refusal
from tests.support.raw import Raw, raw
from tests.support.rfe import Rfe, letter, open_review, scan, sqlite_stage


@pytest.fixture
def signed(tmp_path: Path) -> Iterator[Rfe]:
    rfe = sqlite_stage("signed", tmp_path)
    yield rfe
    rfe.firm.close()


def turn_a_byte(hand: Raw, document: str) -> None:
    """As the owner: the trigger goes, one byte of the document's first chunk turns, the trigger comes back."""
    (made,) = hand.one("SELECT sql FROM sqlite_master WHERE name = 'guard_blob_chunk_update_0'")
    hand.run("DROP TRIGGER guard_blob_chunk_update_0")
    row = hand.one(
        "SELECT c.version_id, c.data FROM blob_chunk c JOIN document_version v ON v.id = c.version_id"
        f" WHERE v.document_id = ({document}) AND c.seq = 0"
    )
    data = bytearray(row.data)
    data[len(data) // 2] ^= 1
    hand.run(
        "UPDATE blob_chunk SET data = :d WHERE version_id = :v AND seq = 0", d=bytes(data), v=row.version_id
    )
    hand.conn.exec_driver_sql(made)


ONE = "SELECT x.document_id FROM manifest_document x JOIN manifest m ON m.id = x.manifest_id WHERE x.role = '{}' ORDER BY m.seq DESC, x.position LIMIT 1"


@pytest.mark.parametrize("role", ["notice", "draft", "signed", "exhibit"])
def test_one_byte_of_a_document(signed: Rfe, role: str) -> None:
    desk = signed.firm.desk("mduarte")
    assert desk.read(packets.verify, signed.packet).ok
    with raw(signed, "mduarte", keep=True) as hand:
        turn_a_byte(hand, ONE.format(role))
    verdict = desk.read(packets.verify, signed.packet)
    (bad,) = [d for d in verdict.documents if not d.ok]
    assert not verdict.ok
    assert bad.name in verdict.problem
    with pytest.raises(Refusal, match="does not leave: ") as refused:
        desk.write(filings.ship, signed.packet, carrier="FedEx", tracking="1")
    assert refused.value.code == "bytes_changed"
    assert bad.name in refused.value.message
    with pytest.raises(Refusal, match="its bytes have changed"):
        desk.read(packets.assemble, signed.packet)


def test_one_byte_of_the_assembled_packet(signed: Rfe) -> None:
    with raw(signed, "mduarte", keep=True) as hand:
        turn_a_byte(hand, "SELECT assembled_document_id FROM manifest ORDER BY seq DESC LIMIT 1")
    desk = signed.firm.desk("mduarte")
    assert "assembled pages" in desk.read(packets.verify, signed.packet).problem
    with pytest.raises(Refusal, match="assembled pages") as refused:
        desk.write(filings.ship, signed.packet, carrier="FedEx", tracking="1")
    assert refused.value.code == "bytes_changed"


def test_a_copy_is_held_against_the_packet(signed: Rfe) -> None:
    desk = signed.firm.desk("mduarte")
    _, data = desk.read(packets.assemble, signed.packet)
    assert desk.read(packets.verify, signed.packet, file=data).ok
    assert "its bytes differ" in desk.read(packets.verify, signed.packet, file=data[:-1] + b"!").problem


_AGAIN = """
import hashlib, sys
from casedesk.documents.assemble import Part, assemble
rows = [line.split("\\t") for line in open(sys.argv[1], encoding="utf-8").read().splitlines()]
parts = [
    Part(document=d, version=1, name=n, role=r, tab=None, data=open(f, "rb").read(), kind="pdf") for d, n, r, f in rows
]
print(hashlib.sha256(assemble(sys.argv[2], sys.argv[3], parts).data).hexdigest())
"""


def test_the_same_inputs_give_the_same_bytes_on_another_day(signed: Rfe, tmp_path: Path) -> None:
    """A fresh process, another hash seed, another zone: the packet's own bytes."""
    from casedesk.desk.turn import opaque

    with raw(signed, "mduarte") as hand:
        last, title = hand.manifest(), hand.packet().title
        lines = hand.conn.exec_driver_sql(
            f"SELECT document_id, name, role FROM manifest_document WHERE manifest_id = {last.id} ORDER BY position"
        ).all()
    rows = []
    for n, line in enumerate(lines):
        (tmp_path / f"{n}.pdf").write_bytes(signed.firm.desk("mduarte").read(vault.get, line.document_id))
        rows.append("\t".join((opaque(line.document_id), line.name, line.role, str(tmp_path / f"{n}.pdf"))))
    (tmp_path / "parts").write_text("\n".join(rows), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", _AGAIN, str(tmp_path / "parts"), signed.packet, title],
        env={**os.environ, "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == last.assembled_sha256


def test_one_scan_answers_two_signatures(tmp_path: Path) -> None:
    """A sheet may carry two signatures: the second slot takes the same scan, and the packet stays as it is."""
    rfe = sqlite_stage("signing", tmp_path)
    desk = rfe.firm.desk("mduarte")
    other = desk.write(signatures.add, rfe.packet, "I-864", "Part 10", "Rosa Ibarra")
    desk.write(signatures.back, rfe.slot, scan())
    with raw(rfe, "mduarte") as hand:
        before = hand.manifest().sha256
    assert desk.write(signatures.back, other.ref, scan()).state == "back"
    with raw(rfe, "mduarte") as hand:
        assert hand.manifest().sha256 == before
        assert hand.value("SELECT count(DISTINCT document_id) FROM signature_slot") == 1
    assert open_review(rfe, "second")
    rfe.firm.close()


def test_a_page_signed_before_the_content_is_read_does_not_lock_the_review(tmp_path: Path) -> None:
    rfe = sqlite_stage("content", tmp_path)
    desk = rfe.firm.desk("mduarte")
    desk.write(signatures.back, rfe.slot, scan())
    review = open_review(rfe, "content")
    assert review != rfe.reviews["content"]
    assert rfe.firm.desk("aokafor").write(reviews.approve, review).state == "approved"
    assert open_review(rfe, "second")
    rfe.firm.close()


def test_what_was_signed_for_an_earlier_version_stays_in_the_packet(tmp_path: Path) -> None:
    from casedesk.desk import drafts

    rfe = sqlite_stage("second", tmp_path)
    rfe.firm.desk("lchen").write(
        reviews.send_back, rfe.reviews["second"], {"original": "Both sides, please."}
    )
    sent = rfe.firm.desk("mduarte").write(drafts.submit, rfe.drafting, (letter(2),))
    shown = rfe.firm.desk("aokafor").read(reviews.show, sent.review)
    assert [d.name for d in shown.documents if d.role == "signed"] == ["G-28 Part 4, signed"]
    rfe.firm.close()


@pytest.mark.parametrize("statement", ["{}", "[]", "not even JSON", '{"licence": {}}', '{"licence": 7}'])
def test_a_sign_off_typed_by_hand_does_not_verify(tmp_path: Path, statement: str) -> None:
    """The store cannot check an Ed25519 signature; the desk does, whatever somebody wrote in its place."""
    rfe = sqlite_stage("signoff", tmp_path)
    with raw(rfe, "aokafor", keep=True) as hand:
        hand.sign(statement=statement)
        hand.answer(hand.review("signoff").id)
        hand.decide(hand.review("signoff").id)
    with pytest.raises(Refusal, match="does not verify") as refused:
        rfe.firm.desk("mduarte").write(filings.ship, rfe.packet, carrier="FedEx", tracking="1")
    assert refused.value.code == "signature_invalid"
    rfe.firm.close()
