"""Commands against a real store, apart from the recipe: lists, refusals, files, hostile text, what may not be loaded."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from casedesk.desk.trail import verify_export
from tests.cli.conftest import Office, Run
from tests.support.clock import ManualClock
from tests.support.firm import PASSPHRASE
from tests.support.notices import make_rfe

MATTER = {
    "id",
    "ref",
    "type",
    "client",
    "a_number",
    "receipt_numbers",
    "status",
    "priority",
    "owners",
    "deadlines",
    "forms",
    "contact_rules",
}
FORM = {"form", "party", "receipt_number", "status", "checked", "expires", "g28"}
PERSON = {"handle", "name", "roles", "licensed", "languages", "present"}


def opened(office: Office, client: str = "Rosa Ibarra", *more: object) -> Any:
    return office.does("mduarte", "matter", "open", "--type", "asylum", "--client", client, *more)


def test_a_person_is_added_with_role_licence_absence_and_cover(office: Office) -> None:
    added = office.does(
        *(
            "jreyes",
            "person",
            "add",
            "pnew",
            "--name",
            "Priya New",
            "--role",
            "attorney",
            "--role",
            "paralegal",
        ),
        *("--language", "en", "--language", "hi", "--licence", "attorney:77:NY", "--password-stdin"),
        stdin="a long password of some kind\n",
    )
    assert added.keys() >= PERSON
    assert (sorted(added["roles"]), added["licensed"]) == (["attorney", "paralegal"], True)
    away = office.does(
        "jreyes",
        "person",
        "absence",
        "pnew",
        "--from",
        "2026-11-09",
        "--to",
        "2026-11-13",
        "--cover",
        "lchen",
    )
    assert (away["present"], away["cover"]) == (False, "lchen")
    assert "pnew" in {one["handle"] for one in office.does("mduarte", "person", "list")}
    assert office.tries("mduarte", "person", "leave", "pnew").code == "not_allowed"
    assert "covering: lchen" in office.says("mduarte", "person", "show", "pnew").out


def test_matters_have_the_keys_of_the_contract(office: Office) -> None:
    matter = opened(office, "Rosa Ibarra", "--form", "I-589", "--a-number", "A078 451 236", "--emergency")
    assert matter.keys() >= MATTER
    assert (matter["a_number"], matter["priority"]) == ("A078451236", "emergency")
    form = office.does(
        "mduarte", "matter", "form", "add", matter["ref"], "I-765", "--receipt", "IOE0912345679"
    )
    assert form.keys() >= FORM
    assert {one["form"] for one in office.does("mduarte", "matter", "form", "list", matter["id"])} == {
        "I-589",
        "I-765",
    }
    other = opened(office, "Luis Ibarra")
    linked = office.does("mduarte", "matter", "link", matter["ref"], other["ref"], "--relation", "sibling")
    assert linked["links"]
    ruled = office.does("mduarte", "matter", "contact-rule", matter["ref"].lower(), "Mobile only")
    assert any("Mobile only" in rule for rule in ruled["contact_rules"])
    assert office.says("mduarte", "matter", "show", matter["ref"]).out.splitlines()[1].startswith("! ")
    closed = office.does("jreyes", "matter", "close", other["ref"], "--reason", "Withdrawn")
    assert closed["status"] == "closed"


def test_a_matter_begins_its_playbook_where_it_is_asked_to(office: Office) -> None:
    quiet = opened(office, "Ada Okonjo")["ref"]
    begun = opened(office, "Rosa Ibarra", "--playbook")["ref"]
    listed = office.does("mduarte", "task", "list", "--all")
    assert {(t["matter"], t["kind"]) for t in listed} == {
        (begun, "asylum_checklist"),
        (begun, "asylum_eligibility"),
    }
    later = office.does("mduarte", "matter", "begin", quiet, "hearing")
    assert {t["kind"] for t in later} == {"hearing_confirm", "hearing_strategy"}
    said = office.says("mduarte", "matter", "begin", quiet, "biometrics").out
    assert "Biometrics: confirm with the client" in said
    assert office.tries("mduarte", "matter", "begin", quiet, "h1b").status == 1


def test_lists_are_paged_without_gap_or_repeat(local_office: Office) -> None:
    made = [opened(local_office, f"Client {n}")["ref"] for n in range(5)]
    seen: list[str] = []
    after: tuple[str, ...] = ()
    while page := local_office.does("mduarte", "matter", "list", "--limit", 2, *after):
        seen += [matter["ref"] for matter in page]
        after = ("--after", seen[-1])
    assert sorted(seen) == sorted(made)
    people = [one["handle"] for one in local_office.does("mduarte", "person", "list")]
    rest = local_office.does("mduarte", "person", "list", "--limit", 3, "--after", people[1])
    assert [one["handle"] for one in rest] == people[2:5]
    assert local_office.tries("mduarte", "person", "list", "--after", "nobody").code == "not_found"
    assert "--after" in local_office.says("mduarte", "matter", "list", "--limit", 2).out


@pytest.mark.parametrize(
    "noun",
    [
        "person",
        "matter",
        "document",
        "task",
        "review",
        "signature",
        "packet",
        "filing",
        "deadline",
        "message",
    ],
)
def test_every_list_is_an_array_even_when_empty(noun: str, local_office: Office) -> None:
    assert isinstance(local_office.does("mduarte", noun, "list"), list)
    assert local_office.says("mduarte", noun, "list").out.strip()


def test_of_several_files_each_stands_alone(office: Office, tmp_path: Path) -> None:
    good, empty, absent = tmp_path / "rfe.pdf", tmp_path / "empty.pdf", tmp_path / "absent.pdf"
    good.write_bytes(make_rfe())
    empty.touch()
    ran = office.tries("tfinn", "document", "receive", empty, good, absent)
    assert ran.status == 1
    first, second, third = ran.json
    assert (first["name"], first["error"].keys()) == ("empty.pdf", {"code", "message", "next"})
    assert (second["kind"], second["matter"]) == ("rfe", None)
    assert second["tasks"]
    assert second["warnings"]
    assert third["error"]["code"] == "no_file"
    said = office.says("tfinn", "document", "receive", empty, good)
    assert said.status == 1
    assert said.err.count("\n") == 1
    assert "received before" in said.out


def test_an_unmatched_notice_is_matched_by_a_person(office: Office, tmp_path: Path) -> None:
    notice = tmp_path / "rfe.pdf"
    notice.write_bytes(make_rfe())
    (received,) = office.does("tfinn", "document", "receive", notice)
    assert [one["ref"] for one in office.does("tfinn", "document", "list", "--unmatched")] == [
        received["ref"]
    ]
    matter = opened(office, "Rosa Ibarra", "--form", "I-485")
    matched = office.does("tfinn", "document", "match", received["ref"], matter["ref"])
    assert matched["matter"] == matter["ref"]
    shown = office.does("tfinn", "document", "show", received["document"])
    assert shown["document"] == received["document"]
    assert shown["dates"]["notice_date"] == "2026-11-02"
    assert shown.keys() >= {"confidence", "evidence", "duplicate", "duplicate_of", "decision", "tasks"}


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps no permission bits of this kind.")
def test_a_documents_bytes_come_back_whole_and_private(local_office: Office, tmp_path: Path) -> None:
    notice, out = tmp_path / "rfe.pdf", tmp_path / "copy.pdf"
    notice.write_bytes(make_rfe())
    (received,) = local_office.does("tfinn", "document", "receive", notice)
    local_office.does("tfinn", "document", "get", received["ref"], "--out", out)
    assert out.read_bytes() == notice.read_bytes()
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert (
        local_office.tries("tfinn", "document", "get", received["ref"], "--out", tmp_path).code
        == "not_a_file"
    )
    nowhere = tmp_path / "no" / "x.pdf"
    assert (
        local_office.tries("tfinn", "document", "get", received["ref"], "--out", nowhere).code == "no_folder"
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.pdf", "desk", "rfe.pdf"]


def test_notes_calls_and_dates_by_hand(office: Office) -> None:
    matter = opened(office, "Rosa Ibarra", "--attorney", "aokafor")["ref"]
    assert office.does("mduarte", "note", matter, "Passport in the blue folder")["kind"] == "note"
    assert office.tries("mduarte", "note", matter, "Argue waiver", "--strategy").status == 1
    assert office.does("aokafor", "note", matter, "Argue waiver", "--strategy")["author"] == "aokafor"
    call = office.does("mduarte", "call", matter, "Asked about travel", "--out", "--callback", "aokafor")
    assert call["task"]
    notes = office.does("mduarte", "matter", "notes", matter)["notes"]
    assert {one["body"] for one in notes} >= {"Passport in the blue folder", "Asked about travel"}
    due = office.does(
        "mduarte", "deadline", "add", matter, "--title", "Brief", "--due", "2026-12-15", "--authority", "EOIR"
    )
    assert (due["agency_due"], due["authority"]) == ("2026-12-15", "EOIR")
    assert office.tries("mduarte", "deadline", "confirm", due["ref"]).status == 1
    assert office.does("aokafor", "deadline", "confirm", due["ref"])["confirmed_by"] == "aokafor"
    assert office.does("mduarte", "deadline", "met", due["ref"], "--on", "2026-11-09")["state"] == "met"


def test_finding_the_worker_the_doctor_and_the_header(office: Office) -> None:
    matter = opened(office)["ref"]
    found = office.does("mduarte", "find", "ibarra")
    assert found["hits"][0].keys() == {"kind", "ref", "line"}
    assert matter in {hit["ref"] for hit in found["hits"]}
    swept = office.does("mduarte", "worker", "--once")
    assert swept.keys() >= {"fired", "late", "sent", "failed", "armed_next"}
    checks = office.tries("mduarte", "doctor").json["checks"]
    assert all(check.keys() == {"id", "ok", "detail", "fix"} for check in checks)
    assert office.does("mduarte")["counts"]["mine"] == 0
    assert office.does("mduarte", "open")["person"]


def test_the_worker_stops_after_its_time_and_says_what_it_did(local_office: Office) -> None:
    before = signal.getsignal(signal.SIGINT)
    ran = local_office.says("mduarte", "worker", "--for", "0.01")
    assert ran.status == 0
    assert "0 fired" in ran.out
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.skipif(os.name != "posix", reason="Windows ends a process without a signal it could answer.")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_worker_ends_its_sweep_and_says_what_it_did(
    how: signal.Signals, local_office: Office
) -> None:
    words = ["--store", local_office.firm.store, "--as", "mduarte", "worker"]
    with subprocess.Popen(
        [sys.executable, "-m", "casedesk", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stderr is not None
        assert "runs" in worker.stderr.readline()
        worker.send_signal(how)
        out, err = worker.communicate()
    assert (worker.returncode, err) == (0, "")
    assert "0 fired" in out


@pytest.mark.skipif(os.name != "posix", reason="A pipe that closes is a POSIX affair.")
def test_a_reader_who_goes_away_is_no_fault() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "casedesk", "deadline", "rules"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as listing:
        assert listing.stdout is not None
        assert listing.stderr is not None
        listing.stdout.close()
        err = listing.stderr.read()
    assert (listing.returncode, err) == (0, b"")


def test_the_doctor_says_what_is_bad_by_its_status(local_office: Office, manual_clock: ManualClock) -> None:
    assert local_office.tries("mduarte", "doctor").status == 0
    matter = opened(local_office, "Rosa Ibarra", "--attorney", "aokafor")["ref"]
    local_office.does("mduarte", "call", matter, "Asked about travel", "--callback", "aokafor")
    manual_clock.advance(days=30)
    found = local_office.tries("mduarte", "doctor")
    assert found.status == 1
    assert {check["id"] for check in found.json["checks"] if not check["ok"]}
    said = local_office.says("mduarte", "doctor")
    assert "BAD" in said.out
    assert "found something" in said.out


def test_a_trail_leaves_the_store_and_proves_itself(local_office: Office, tmp_path: Path) -> None:
    matter = opened(local_office)["ref"]
    out = tmp_path / "trail.json"
    local_office.does("jreyes", "audit", "export", matter, "--out", out)
    assert verify_export(json.loads(out.read_text())).ok
    # Handing it out is itself an entry: the next one is longer by that.
    printed = json.loads(local_office.says("jreyes", "audit", "export", matter).out)
    kept = json.loads(out.read_text())["entries"]
    assert printed["entries"][: len(kept)] == kept
    assert [entry["action"] for entry in printed["entries"][len(kept) :]] == ["matter.exported"]
    assert len(local_office.does("jreyes", "audit", "head")["hash"]) == 64
    entries = local_office.does("jreyes", "audit", "list", "--limit", 1)
    older = local_office.does(
        "jreyes", "audit", "list", "--limit", 1, "--after", f"{entries[0]['stream']}#{entries[0]['seq']}"
    )
    assert older != entries


def test_signing_keys_are_made_rotated_and_revoked(local_office: Office) -> None:
    local_office.does(
        "jreyes",
        "person",
        "add",
        "anew",
        "--name",
        "Ana New",
        "--role",
        "attorney",
        "--licence",
        "attorney:9:NY",
    )
    phrase = "seven quiet lanterns over the harbour"
    made = local_office.does("anew", "signing", "enrol", "--passphrase-stdin", stdin=f"{phrase}\n")
    assert (made["person"], made["state"]) == ("anew", "waiting")
    assert "jreyes" not in made["confirmed"]
    confirmed = local_office.does(
        "jreyes", "signing", "cosign", made["key_id"], "--passphrase-stdin", stdin=f"{PASSPHRASE}\n"
    )
    assert (confirmed["state"], confirmed["cosigned_by"]) == ("active", "jreyes")
    rotated = local_office.does(
        "anew", "signing", "rotate", "--passphrase-stdin", stdin=f"{phrase}\n{phrase} again\n"
    )
    assert rotated["replaces"] == made["key_id"] != rotated["key_id"]
    shown = {row["key_id"]: row for row in local_office.does("mduarte", "signing", "list")}
    assert [shown[key]["state"] for key in (made["key_id"], rotated["key_id"])] == ["revoked", "active"]
    assert "waits" not in local_office.says("mduarte", "signing", "list").out
    assert local_office.tries("anew", "signing", "revoke", rotated["key_id"]).status == 2
    gone = local_office.does("anew", "signing", "revoke", rotated["key_id"], "--reason", "I leave")
    assert (gone["state"], gone["reason"]) == ("revoked", "I leave")
    assert local_office.tries("anew", "signing", "enrol", "--no-input").code == "secret_missing"
    assert (
        local_office.tries("mduarte", "signing", "enrol", "--passphrase-stdin", stdin=f"{phrase}\n").status
        == 1
    )


def test_read_only_writes_nothing(local_office: Office) -> None:
    matter = opened(local_office)["ref"]
    before = local_office.does("jreyes", "audit", "head")["hash"]
    assert local_office.tries("mduarte", "note", matter, "x", "--read-only").status == 1
    assert local_office.does("jreyes", "audit", "head")["hash"] == before
    assert local_office.does("mduarte", "matter", "show", matter, "--read-only")["ref"] == matter


@pytest.mark.parametrize(
    "words", [("task", "show", "T-ZZZZZZ"), ("matter", "show", "M-2026-9999"), ("find",)]
)
def test_what_is_not_there_is_refused_in_one_sentence(words: tuple[str, ...], local_office: Office) -> None:
    ran = local_office.says("mduarte", *words)
    assert ran.status == (2 if words == ("find",) else 1)
    assert ran.err.count("\n") == 1


def test_a_store_that_is_up_to_date_is_migrated_to_where_it_stands(local_office: Office) -> None:
    first = local_office.does("mduarte", "migrate")["schema"]
    assert local_office.does("mduarte", "migrate") == {"schema": first}
    assert str(first) in local_office.says("mduarte", "migrate").out


def test_an_unknown_person_is_named(local_office: Office) -> None:
    ran = local_office.says("nobody", "task", "list")
    assert ran.status == 1
    assert "nobody" in ran.err


@pytest.mark.parametrize("kind", ["absent", "text", "empty", "folder"])
def test_a_store_that_is_none_is_out_of_reach(kind: str, run: Run, tmp_path: Path) -> None:
    place = tmp_path / "desk"
    place.mkdir(mode=0o700)
    store = place / "firm.db"
    if kind == "text":
        store.write_text("not a store, a shopping list")
    elif kind == "empty":
        store.touch()
    elif kind == "folder":
        store.mkdir()
    if store.is_file():
        store.chmod(0o600)
    ran = run("--store", store, "--as", "ana", "task", "list")
    assert ran.status == 3, ran
    assert ran.err.count("\n") == 1
    assert "Traceback" not in ran.err
    assert run("--store", store, "--as", "ana", "task", "list", "--json").json["error"]["code"]


def test_a_server_that_is_not_there_is_out_of_reach(run: Run) -> None:
    ran = run("--store", "postgresql://127.0.0.1:1/nothing", "--as", "ana", "--no-input", "task", "list")
    assert ran.status == 3
    assert ran.err.count("\n") == 1


def test_hostile_names_cannot_drive_the_terminal(local_office: Office) -> None:
    hostile = "Rosa \x1b[2J\x1b]0;x\x07\u202eIbarra\r\nFAKE LINE"
    matter = opened(local_office, hostile, "--caption", hostile)["ref"]
    local_office.does("mduarte", "note", matter, hostile)
    for words in (
        ("matter", "list"),
        ("matter", "show", matter),
        ("matter", "notes", matter),
        ("matter", "timeline", matter),
        ("find", "Ibarra"),
        ("audit", "list", "--matter", matter),
    ):
        ran = local_office.says("mduarte", *words)
        assert ran.status == 0
        assert not set(ran.out) & set("\x1b\x07\x9b\u202e\r")
    assert not any(
        line.startswith("FAKE") for line in local_office.says("mduarte", "matter", "list").out.splitlines()
    )
    assert local_office.tries("mduarte", "matter", "show", matter).out.strip().isascii()


def test_the_queue_loads_neither_sqlmodel_nor_textual(local_office: Office) -> None:
    script = (
        "import json, sys; from casedesk.cli import main; status = main(sys.argv[1:]); "
        "print('\\n' + json.dumps([status, sorted(sys.modules)]))"
    )
    words = ["--store", local_office.firm.store, "--as", "mduarte", "task", "list"]
    done = subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, check=True)
    status, modules = json.loads(done.stdout.splitlines()[-1])
    assert status == 0
    heavy = (
        "sqlmodel",
        "textual",
        "rich",
        "sqlalchemy.orm",
        "alembic",
        "cryptography",
        "pypdf",
        "fpdf",
        "psycopg",
    )
    assert [name for name in heavy if name in modules] == []
