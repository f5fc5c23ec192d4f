"""A matter's file: what is in it, for whom, by whom; on record before it is written."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from casedesk.desk import contact, exporting, matters, notes, papers, retention
from casedesk.desk.trail_export import verify_export
from casedesk.refusal import Refusal
from tests.cli.conftest import Office
from tests.support.rfe import prepared


@pytest.fixture
def family(office: Office) -> str:
    """One petition of two clients, with notes, rules, calls, and papers of each."""
    desk, attorney = office.firm.desk("mduarte"), office.firm.desk("aokafor")
    ref = desk.write(
        matters.open_matter,
        "family_petition",
        "Víctor Ibarra",
        paralegal="mduarte",
        attorney="aokafor",
        supervisor="jreyes",
        form=("I-130",),
        phone="212 555 0101",
        address="14 Elm Street, Queens, NY 11372",
    ).ref
    desk.write(matters.party_add, ref, "beneficiary", "Rosa Ibarra", phone="917 555 0142", represented=True)
    desk.write(matters.form_add, ref, "I-485", party="Rosa Ibarra")
    desk.write(notes.note, ref, "NOTE-OF-OURS")
    attorney.write(notes.strategy, ref, "STRATEGY-OF-OURS")
    desk.write(notes.call, ref, "CALL-OF-HERS", party="Rosa Ibarra", confidential_to="Rosa Ibarra")
    desk.write(contact.add, ref, "use", "mail", "PO Box 7, Albany, NY 12201", party="Rosa Ibarra")
    desk.write(papers.receive, prepared("Paper", "Everybody's paper", "=1+2.pdf"), matter=ref)
    own = prepared("Paper", "HER-OWN-PAPER", "report.pdf")
    desk.write(papers.receive, own, matter=ref, confidential_to="Rosa Ibarra")
    return ref


def unpacked(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_firms_file_is_whole_and_proves_itself(office: Office, family: str, tmp_path: Path) -> None:
    out = tmp_path / "file.zip"
    done = office.does("mduarte", "matter", "export", family, "--out", out, "--reason", "Malpractice carrier")
    files = unpacked(out)
    assert done["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert (done["papers"], done["left_out"], done["party"]) == (2, [], None)
    facts = json.loads(files[f"{family}/matter.json"])
    assert (facts["matter"]["client"], {p["name"] for p in facts["parties"]}) == (
        "Víctor Ibarra",
        {"Víctor Ibarra", "Rosa Ibarra"},
    )
    assert [n["body"] for n in facts["notes"]] == ["NOTE-OF-OURS"]
    assert [n["body"] for n in facts["strategy_notes"]] == ["STRATEGY-OF-OURS"]
    assert facts["calls"][0]["confidential_to"] == "Rosa Ibarra"
    assert facts["contact_rules"][0]["value"] == "PO Box 7, Albany, NY 12201"
    assert facts["owners"][0].keys() == {"kind", "person"}
    assert verify_export(json.loads(files[f"{family}/trail.json"])).ok
    index = json.loads(files[f"{family}/index.json"])
    named = {f"{family}/{one['file']}": one["sha256"] for one in index["files"]}
    assert named == {
        name: hashlib.sha256(data).hexdigest() for name, data in files.items() if "index." not in name
    }
    rows = list(csv.DictReader(io.StringIO(files[f"{family}/index.csv"].decode("utf-8-sig"))))
    assert "'=1+2.pdf" in {row["name"] for row in rows}
    assert len([name for name in files if name.startswith(f"{family}/papers/D-")]) == 2

    (record,) = office.does("mduarte", "export", "list", "--matter", family)
    assert (record["ref"], record["what"], record["person"], record["reason"], record["sha256"]) == (
        done["export"],
        "matter",
        "mduarte",
        "Malpractice carrier",
        done["sha256"],
    )
    assert "matter.exported" in {
        e["action"] for e in office.does("aokafor", "audit", "list", "--matter", family)
    }
    assert "Malpractice carrier" in office.says("jreyes", "export", "list").out


def test_a_partys_copy_holds_nothing_of_ours_and_nothing_of_another(
    office: Office, family: str, tmp_path: Path
) -> None:
    his, hers = tmp_path / "his.zip", tmp_path / "hers.zip"
    done = office.does("mduarte", "matter", "export", family, "--out", his, "--for", "Víctor Ibarra")
    assert (done["papers"], done["party"], done["channel"]) == (1, "Víctor Ibarra", "mail")
    whole = b"".join(unpacked(his).values())
    for secret in (b"OF-OURS", b"CALL-OF-HERS", b"PO Box 7", b"917 555", b"report.pdf", b"mduarte", b"I-485"):
        assert secret not in whole, secret
    facts = json.loads(unpacked(his)[f"{family}/matter.json"])
    assert [f["form"] for f in facts["forms"]] == ["I-130"]
    assert {"role": "beneficiary", "name": "Rosa Ibarra"} in facts["parties"]
    assert not {"notes", "strategy_notes", "calls", "tasks", "contact_rules", "links"} & facts.keys()

    done = office.does("aokafor", "matter", "export", family, "--out", hers, "--for", "rosa ibarra")
    # Where it goes is asked of the same door as a letter: her own rule, not the family's address.
    assert (done["papers"], done["channel"], done["address"]) == (2, "mail", "PO Box 7, Albany, NY 12201")
    assert any("report.pdf" in name for name in unpacked(hers))
    assert [f["form"] for f in json.loads(unpacked(hers)[f"{family}/matter.json"])["forms"]] == ["I-485"]
    taken = office.does("mduarte", "export", "list", "--matter", family)
    assert {(r["what"], r["party"], r["person"]) for r in taken} == {
        ("copy", "Rosa Ibarra", "aokafor"),
        ("copy", "Víctor Ibarra", "mduarte"),
    }
    office.does("mduarte", "matter", "contact", "add", family, "never", "any", "--party", "Rosa Ibarra")
    refused = office.tries(
        "mduarte", "matter", "export", family, "--out", tmp_path / "no.zip", "--for", "Rosa Ibarra"
    )
    assert refused.code == "contact_rule"
    assert not (tmp_path / "no.zip").exists()


def test_others_take_nothing_out(office: Office, family: str, tmp_path: Path) -> None:
    for who in ("lchen", "tfinn"):
        assert (
            office.tries(who, "matter", "export", family, "--out", tmp_path / "x.zip").code == "not_allowed"
        )
    assert office.does("mduarte", "export", "list", "--matter", family) == []
    assert not (tmp_path / "x.zip").exists()
    assert office.does("inovak", "matter", "export", family, "--out", tmp_path / "x.zip")["papers"] == 2
    assert (
        office.tries("mduarte", "matter", "export", family, "--out", tmp_path / "y.zip", "--read-only").code
        == "read_only"
    )


def test_hostile_names_stay_inside(local_office: Office, tmp_path: Path) -> None:
    office = local_office
    desk = office.firm.desk("mduarte")
    ref = desk.write(matters.open_matter, "other", "Ada Okonjo", paralegal="mduarte").ref
    hostile = (
        "../../evil.pdf",
        "..\\evil.pdf",
        "a\x1b[2J.pdf",
        "\u202efdp.exe.pdf",
        "x" * 300 + ".pdf",
        "=cmd|'/c'!A1.pdf",
    )
    for n, name in enumerate(hostile):
        data = b"%%PDF-1.7 number %d" % n
        digest = hashlib.sha256(data).hexdigest()
        paper = replace(prepared("Paper", "One page.", "page.pdf"), name=name, data=data, sha256=digest)
        desk.write(papers.receive, paper, matter=ref)
    out = tmp_path / "out.zip"
    office.does("mduarte", "matter", "export", ref, "--out", out)
    names = list(unpacked(out))
    assert len([n for n in names if "/papers/" in n]) == len(hostile)
    for name in names:
        parts = name.split("/")
        assert parts[0] == ref
        assert len(parts) <= 3
        assert all(part not in ("", ".", "..") and part.isprintable() and len(part) <= 120 for part in parts)
    rows = csv.reader(io.StringIO(unpacked(out)[f"{ref}/index.csv"].decode("utf-8-sig")))
    assert [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@")] == []


def test_what_changed_while_the_file_was_made_is_not_handed_out(local_office: Office) -> None:
    desk = local_office.firm.desk("mduarte")
    ref = desk.write(matters.open_matter, "other", "Ada Okonjo", paralegal="mduarte").ref
    ready = exporting.matter_file.before(desk, ref)
    desk.write(notes.note, ref, "Something new.")

    def hand_out(turn: Any) -> Any:
        return exporting.matter_file(turn, ref, ready=ready)

    with pytest.raises(Refusal, match="Somebody worked on"):
        desk.write(hand_out)
    assert desk.read(exporting.listing, matter=ref) == ()


def test_what_was_erased_is_not_in_a_file_and_the_rest_is(local_office: Office) -> None:
    desk, partner = local_office.firm.desk("mduarte"), local_office.firm.desk("jreyes")
    ref = desk.write(matters.open_matter, "other", "Ada Okonjo", paralegal="mduarte").ref
    got = desk.write(papers.receive, prepared("Paper", "Erased later.", "erased.pdf"), matter=ref)
    partner.write(matters.close_matter, ref, "Withdrawn")
    asked = partner.write(retention.ask, ref, "The client asked for it in writing.")
    local_office.firm.desk("inovak").write(retention.carry_out, asked.ref, confirm=ref)
    view, data = desk.write(exporting.matter_file, ref)
    assert view.papers == 0
    assert [said for said in view.left_out if got.ref in said and "erased" in said]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert f"{ref}/matter.json" in archive.namelist()
