"""`casedesk audit` and the worker's sealing, as a person types them on one machine."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Office

PARALEGAL, MANAGER = "mduarte", "inovak"


@pytest.fixture
def matter(local_office: Office) -> str:
    opened = local_office.does(PARALEGAL, "matter", "open", "--type", "other", "--client", "Ada Okonjo")
    return str(opened["ref"])


def test_a_head_kept_elsewhere_is_verified_against(local_office: Office, matter: str, tmp_path: Path) -> None:
    office, kept, damaged = local_office, tmp_path / "head.json", tmp_path / "damaged.json"
    kept.write_text(office.tries(MANAGER, "audit", "head").out)
    assert "before the first seal" in office.tries(MANAGER, "audit", "verify", "--against", kept).out
    office.does(MANAGER, "worker", "--once")
    head = office.tries(MANAGER, "audit", "head")
    kept.write_text(head.out)
    assert head.json["seal"] == 1
    office.does(PARALEGAL, "note", matter, "One.")
    office.clock.advance(minutes=20)
    office.does(MANAGER, "worker", "--once")
    for against in (kept, head.json["seal_hash"], head.json["seal_hash"].upper()):
        verdict = office.does(MANAGER, "audit", "verify", "--against", against)
        assert (verdict["ok"], verdict["seals"]) == (True, 2)
    lost = office.tries(MANAGER, "audit", "verify", "--against", "0" * 64)
    assert (lost.status, lost.json["ok"]) == (1, False)
    assert "no seal of this store" in lost.json["first_bad"]["problem"]
    kept.write_text(json.dumps(head.json | {"seal_hash": "1" * 64}))
    assert (
        "not the one that was kept in head.json"
        in office.says(MANAGER, "audit", "verify", "--against", kept).out
    )
    for text in ("[]", "{", '{"seal": 1}'):
        damaged.write_text(text)
        assert office.tries(MANAGER, "audit", "verify", "--against", damaged).status == 2
    assert office.tries(MANAGER, "audit", "verify", "--against", tmp_path / "nowhere").status == 2


def test_an_exported_trail_is_verified_without_a_store(
    local_office: Office, matter: str, tmp_path: Path
) -> None:
    office, out = local_office, tmp_path / "trail.json"
    office.does(MANAGER, "worker", "--once")
    made = office.does(PARALEGAL, "audit", "export", matter, "--out", out, "--reason", "For the client")
    assert made["record"].startswith("X-")
    digest = office.does(MANAGER, "audit", "head")["seal_hash"]
    nowhere = ("--store", tmp_path / "no store here", "audit", "verify", "--export", out)
    said = office.run(*nowhere)
    assert said.status == 0
    assert "The trail holds" in said.out
    assert office.run(*nowhere, "--against", digest, "--json").json["seals"] == 1
    out.write_text(out.read_text().replace("mduarte", "somebody"))
    assert office.run(*nowhere).status == 1
    out.write_text("no trail")
    assert office.run(*nowhere).status == 2
    out.write_text("[]")
    assert office.run(*nowhere).status == 2


def test_an_old_copy_in_the_place_of_the_store_is_told_and_accepted_with_a_reason(
    local_office: Office, matter: str, tmp_path: Path
) -> None:
    office = local_office
    office.does(MANAGER, "worker", "--once")
    copy = tmp_path / "copy.db"
    office.firm.close()
    shutil.copyfile(office.firm.store, copy)
    office.clock.advance(minutes=20)
    office.does(PARALEGAL, "note", matter, "One.")
    office.does(MANAGER, "worker", "--once")
    shutil.copyfile(copy, office.firm.store)
    for suffix in ("-wal", "-shm"):
        Path(f"{office.firm.store}{suffix}").unlink(missing_ok=True)
    bad = office.tries(MANAGER, "audit", "verify")
    assert (bad.status, bad.json["first_bad"]["seal"]) == (1, 2)
    assert "the store is older" in bad.json["first_bad"]["problem"]
    doctor = office.tries(MANAGER, "doctor")
    assert {c["id"] for c in doctor.json["checks"] if not c["ok"]} == {"memory"}
    office.clock.advance(minutes=20)
    worker = office.says(MANAGER, "worker", "--once")
    assert worker.status == 1
    assert "older than what this machine has seen" in worker.err
    assert office.tries(MANAGER, "audit", "accept").status == 1
    office.does(MANAGER, "audit", "accept", "--reason", "The backup of Monday was put back.")
    assert office.does(MANAGER, "audit", "verify")["ok"]
    assert office.does(MANAGER, "worker", "--once")["fired"] == 0
    entries = office.does(MANAGER, "audit", "list", "--action", "trail")
    assert [(e["action"], e["payload"]["reason"]) for e in entries] == [
        ("trail.accepted", "The backup of Monday was put back.")
    ]
    # The managers heard of it in the app as well.
    alarm = "This store is older than what this machine has seen"
    from casedesk.desk import tells

    told = office.firm.desk("jreyes").read(tells.listing)
    assert [t.subject for t in told if t.subject.startswith(alarm)]


def test_the_trail_is_listed_by_who_what_and_when(local_office: Office, matter: str) -> None:
    office = local_office
    office.clock.advance(days=1)
    office.does("bcole", "note", matter, "One.")
    mine = office.does("bcole", "audit", "list", "--actor", "bcole")
    assert {e["actor"] for e in mine} == {"bcole"}
    assert office.tries("bcole", "audit", "list", "--actor", PARALEGAL).code == "not_allowed"
    # A day begins at the office's midnight.
    since = office.does(MANAGER, "audit", "list", "--matter", matter, "--since", "2026-11-10")
    assert {e["actor"] for e in since} == {"bcole"}
    until = office.does(MANAGER, "audit", "list", "--matter", matter, "--until", "2026-11-10")
    assert {e["actor"] for e in until} == {PARALEGAL}
    at = office.does(
        MANAGER, "audit", "list", "--matter", matter, "--since", "2026-11-10T14:40:00Z", "--action", "note"
    )
    assert [e["action"] for e in at] == ["note.added"]
    assert office.tries(MANAGER, "audit", "list", "--since", "yesterday").status == 2


def test_where_a_matter_was_delayed_is_told_in_words(local_office: Office, matter: str) -> None:
    office = local_office
    assert "No task was ever opened" in office.says(PARALEGAL, "audit", "delays", matter).out
    office.does(PARALEGAL, "call", matter, "Asked about travel", "--callback", "aokafor")
    office.clock.advance(hours=3)
    said = office.says(PARALEGAL, "audit", "delays", matter)
    assert said.status == 0
    assert "3 h 00 min of business (3 h 00 min)" in said.out
    assert "unacknowledged, with aokafor" in said.out
    assert "The longest gap: T-" in said.out
    found = office.does(PARALEGAL, "audit", "delays", matter)
    assert found["longest"]["business_minutes"] == 180
    assert found["shares"][0] == {
        "who": "aokafor",
        "stage": "unacknowledged",
        "elapsed_minutes": 180,
        "business_minutes": 180,
    }


def test_a_shared_store_is_sealed_by_the_worker_with_its_key_file_alone(
    office: Office, tmp_path: Path
) -> None:
    if not office.firm.shared:
        pytest.skip("A local store is sealed by the desk that is open; the other tests have it.")
    for who in ("desk", MANAGER):
        ran = office.says(who, "worker", "--once")
        assert ran.status == 0, ran.err
        assert ("nowhere to keep the key" in ran.err) == (who == "desk")
    assert office.does(MANAGER, "audit", "head")["seal"] is None
    keys = tmp_path / "private" / "keys"
    keys.parent.mkdir(mode=0o700)
    office.does("desk", "worker", "--once", "--key-file", keys)
    assert office.does(MANAGER, "audit", "head")["seal"] == 1
    assert office.does(PARALEGAL, "audit", "verify")["seals"] == 1
    office.clock.advance(minutes=20)
    office.does("desk", "worker", "--once", "--key-file", keys, "--new-seal-key")
    assert office.does(MANAGER, "audit", "verify")["seals"] == 2
    (entry, _) = office.does(MANAGER, "audit", "list", "--action", "seal.key")
    assert len(entry["payload"]["retired"]) == 1
    office.clock.advance(hours=2)
    doctor = office.tries(MANAGER, "doctor")
    (check,) = [c for c in doctor.json["checks"] if c["id"] == "seals"]
    assert not check["ok"]
    assert "nobody seals the trail" in check["detail"]
