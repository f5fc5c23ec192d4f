"""A packet's bundle from both stores: made of what is signed off, on record, and verified with no store at all."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from casedesk.cli import main
from casedesk.desk import bundle as bundles
from casedesk.desk import exporting, filings, packets, reviews, signing, signing_keys
from casedesk.refusal import Refusal
from casedesk.security.bundle_check import check
from tests.security.conftest import At
from tests.support.firm import PASSPHRASE
from tests.support.rfe import go_on, sqlite_stage
from tests.unit.test_wet_ink import signature_objects


def read(data: bytes, name: str) -> object:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return json.loads(archive.read(name))


def test_a_bundle_of_a_signed_packet_verifies_and_is_on_record(at: At) -> None:
    rfe = at("signoff", fresh=True)
    firm = rfe.firm
    desk = firm.desk("mduarte")
    with pytest.raises(Refusal, match="no live sign-off"):
        desk.write(bundles.make, rfe.packet)
    before = [k.key_id for k in desk.read(signing_keys.listing) if k.person == "aokafor"]
    firm.desk("aokafor").write(signing.rotate, PASSPHRASE, "another lamp on the hill")
    firm.desk("aokafor").write(
        reviews.sign_off,
        rfe.reviews["signoff"],
        confirm=rfe.matter,
        passphrase="another lamp on the hill",
    )
    view, data = desk.write(bundles.make, rfe.packet, reason="for the carrier")
    verdict = check(data)
    assert verdict.ok, verdict.findings
    assert (verdict.packet, verdict.signer, verdict.root_key) == (rfe.packet, "Adaeze Okafor", before[0])
    assert (view.signer, view.root_key, view.bytes) == ("aokafor", before[0], len(data))
    (record,) = desk.read(exporting.listing, matter=rfe.matter)
    assert (record.ref, record.what, record.sha256, record.reason) == (
        view.export,
        "packet bundle",
        view.sha256,
        "for the carrier",
    )
    told = read(data, "reviews.json")
    assert isinstance(told, dict)
    assert [told[kind]["name"] for kind in ("content", "second")] == ["Adaeze Okafor", "Li Chen"]
    assert all("comment" not in point for kind in told.values() for point in kind["points"])
    trail = read(data, "trail.json")
    assert isinstance(trail, list)
    actions = [e["action"] for e in trail]
    assert {"packet.assembled", "review.approved", "signature.back", "packet.signed_off"} <= set(actions)
    firm.clock.advance(hours=1)
    firm.desk("mduarte").write(filings.ship, rfe.packet, carrier="FedEx", tracking="1")
    assert check(desk.write(bundles.make, rfe.packet)[1]).ok, "also of what has left"


def test_signing_off_touches_no_byte_of_the_packet_and_no_field_of_a_form(at: At) -> None:
    rfe = at("signoff", fresh=True)
    desk = rfe.firm.desk("mduarte")
    before = desk.read(packets.assemble, rfe.packet)[1]
    go_on(rfe, "signed")
    with zipfile.ZipFile(BytesIO(desk.write(bundles.make, rfe.packet)[1])) as archive:
        assert archive.read("packet.pdf") == desk.read(packets.assemble, rfe.packet)[1] == before
    assert signature_objects(before) == []


def test_a_bundle_is_checked_with_no_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rfe = sqlite_stage("signed", tmp_path)
    data = rfe.firm.desk("aokafor").write(bundles.make, rfe.packet)[1]
    rfe.firm.close()
    file = tmp_path / "response.zip"
    file.write_bytes(data)
    monkeypatch.setenv("CASEDESK_STORE", str(tmp_path / "nowhere.db"))

    def says(*words: object) -> tuple[int, str]:
        capsys.readouterr()
        status = main(["packet", "verify", *map(str, words)])
        return status, capsys.readouterr().out

    status, out = says("--bundle", file)
    assert status == 0
    assert "everything in the bundle verifies" in out
    assert out.count("ok ") == 8
    assert "Adaeze Okafor" in out
    assert "three-person" in out
    status, out = says("--bundle", file, "--json")
    assert (status, json.loads(out)["ok"]) == (0, True)
    bent = bytearray(data)
    bent[len(bent) // 2] ^= 1
    file.write_bytes(bent)
    status, out = says("--bundle", file)
    assert status == 1
    assert "NOT PROVED" in out
    assert (
        says()[0] == says(rfe.packet, "--bundle", file)[0] == says("--bundle", file, "--file", file)[0] == 2
    )
    assert not (tmp_path / "nowhere.db").exists()
