"""Backup and restore: everything comes back, on either store and from one to the other, and nothing else does."""

from __future__ import annotations

import json
import os
import threading
import tracemalloc
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from casedesk import restoring
from casedesk.cli.run import main
from casedesk.desk import backups, care, matters, notes, papers, people, tasks, trail
from casedesk.desk.reading import prepare_bytes
from casedesk.security import age
from casedesk.security.canonical import sha256_hex
from tests.support.backups import (
    as_owner,
    back_up,
    content,
    empty_beside,
    identity,
    looked_into,
    owner_url,
    refused,
    restore_local,
    restore_shared,
    shape_of,
    sound,
)
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, local_firm
from tests.support.notices import make_rfe
from tests.support.postgres import OwnedDb, PgServer

pytestmark = [pytest.mark.usefixtures("keys"), pytest.mark.own_logins]


# -- everything comes back ------------------------------------------------------------------------------------------


def test_from_either_store_into_either(
    told: FirmFixture, tmp_path: Path, place: Path, empty: Callable[[], OwnedDb]
) -> None:
    first = back_up(told, tmp_path / "1.age")
    whole = content(told)
    again, view = restore_local(tmp_path / "1.age", place, told.clock)
    assert (view.store, view.head, view.rows, view.made_at) == (
        first.store,
        first.head,
        first.rows,
        first.made_at,
    )
    assert content(again) == whole
    assert shape_of(again) == shape_of(told)
    sound(again)
    again.close()

    shared, made = restore_shared(tmp_path / "1.age", empty(), told.clock)
    assert set(made.logins) == set(shared.passwords) >= {"mduarte", "aokafor", "desk"}
    assert content(shared) == whole
    sound(shared)
    shared.desk("mduarte").read(tasks.queue)

    second = back_up(shared, tmp_path / "2.age")
    assert (second.kind, second.store) == ("postgresql", first.store)
    other, none_made = restore_shared(tmp_path / "2.age", empty(), told.clock)
    assert none_made.logins == ()  # this owner has made them on this server already
    assert content(other) == whole
    assert shape_of(other) == shape_of(shared)
    other.passwords.update(shared.passwords)
    sound(other)
    other.close()
    shared.close()

    home, _ = restore_local(tmp_path / "2.age", place.with_name("home.db"), told.clock)
    assert content(home) == whole
    assert shape_of(home) == shape_of(told)
    sound(home)
    home.close()


def test_on_another_server_everybody_signs_in_and_a_wall_of_rights_stands(
    told: FirmFixture, tmp_path: Path
) -> None:
    back_up(told, tmp_path / "firm.age")
    server = PgServer.start()
    try:
        shared, view = restore_shared(tmp_path / "firm.age", server.new_owner_database(), told.clock)
        with looked_into(told) as conn:
            active = conn.exec_driver_sql(
                "SELECT handle FROM person WHERE active = 1 ORDER BY handle"
            ).scalars()
            assert view.logins == tuple(active)
        ref = shared.desk("mduarte").write(
            matters.open_matter, "adjustment_of_status", "Vega, Luz", paralegal="mduarte", attorney="aokafor"
        )
        assert shared.desk("aokafor").read(matters.show, ref.ref).ref == ref.ref
        refused("not_allowed", lambda: shared.desk("tfinn").write(people.role, "bcole", "attorney"))
        sound(shared)
        shared.close()
    finally:
        server.stop()


@dataclass
class Pace:
    """How far the writers may go on: an act a permit, and each act is told of."""

    permits: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    told: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    acts: int = 0
    over: bool = False


def write_on(firm: FirmFixture, who: str, pace: Pace) -> None:
    """Somebody works: a matter, notes, and papers."""
    with closing(_desk(firm, who)) as desk:
        ref = desk.write(
            matters.open_matter,
            "adjustment_of_status",
            f"Client of {who}",
            paralegal="mduarte",
            attorney="aokafor",
        ).ref
        n = 0
        while pace.permits.acquire() and not pace.over:
            n += 1
            desk.write(notes.note, ref, f"{who} {n}")
            if n % 10 == 0:
                receipt = f"IOE09{sum(map(ord, who)) % 1000:03d}{n:05d}"
                paper = prepare_bytes(make_rfe(receipt=receipt), f"{who}-{n}.pdf")
                desk.write(papers.receive, paper)
            pace.acts += 1
            pace.told.release()


def _desk(firm: FirmFixture, who: str) -> Any:
    from casedesk.bootstrap import open_desk

    return open_desk(firm.store, who, clock=firm.clock, password=firm.passwords.get(who))


def test_while_four_people_write(
    firm: FirmFixture,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    place: Path,
    effort: Callable[[int, int], int],
    say: Callable[[str], None],
) -> None:
    """Each backup is one moment: restored, its trail ends where its first line says, every note has its entry."""
    pace = Pace()
    writers = [
        threading.Thread(target=write_on, args=(firm, who, pace))
        for who in ("mduarte", "aokafor", "bcole", "tfinn")
    ]
    for writer in writers:
        writer.start()
    tries, held, meanwhile = effort(1, 20), 0, 0
    try:
        for n in range(tries):
            pace.permits.release(80)  # more than they use up while the backup is made
            for _ in range(8):
                assert pace.told.acquire(timeout=120)
            file, begun = tmp_path / f"{n}.age", pace.acts
            view = back_up(firm, file)
            meanwhile += pace.acts - begun
            assert backups.verify(file, identity()[0]).head == view.head
            if firm.owned is None:
                restored, made = restore_local(file, place.with_name(f"{n}.db"), firm.clock)
            else:
                server: PgServer = request.getfixturevalue("pg_server")
                beside = empty_beside(server, firm.owned)
                restored, made = restore_shared(file, beside, firm.clock)
                restored.passwords.update(firm.passwords)
            assert (made.head, made.rows, made.entries) == (view.head, view.rows, view.entries)
            assert shape_of(restored) == shape_of(firm)
            sound(restored)
            with looked_into(restored) as conn:
                apart = (
                    "SELECT count(*) FROM note n WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.matter_id ="
                )
                apart += " n.matter_id AND a.action = 'note.added' AND a.at_us = n.at_us)"
                assert conn.exec_driver_sql(apart).scalar_one() == 0
                written = conn.exec_driver_sql("SELECT count(*) FROM note").scalar_one()
                entries = "SELECT count(*) FROM audit WHERE action = 'note.added'"
                assert conn.exec_driver_sql(entries).scalar_one() == written > 0
            restored.close()
            if restored.owned is not None:
                server.drop(restored.owned)
            held += 1
    finally:
        pace.over = True
        pace.permits.release(len(writers))
        for writer in writers:
            writer.join()
    kind = "PostgreSQL" if firm.shared else "SQLite"
    say(f"{kind}: {held} of {tries} restored equal, {meanwhile} acts written while the backups were made")


def test_it_needs_little_memory(
    store_path: Path, manual_clock: ManualClock, tmp_path: Path, place: Path
) -> None:
    firm = local_firm(store_path, manual_clock)
    with looked_into(firm) as conn:
        conn.exec_driver_sql("BEGIN IMMEDIATE")
        person = conn.exec_driver_sql("SELECT id FROM person LIMIT 1").scalar_one()
        size = 32 << 20
        conn.exec_driver_sql(
            "INSERT INTO document (id, ref, origin, kind, name, sha256, bytes, media_type, received_us, received_by)"
            f" VALUES (1, 'D-1', 'received', 'other', 'big', '00', {size}, 'x', 1, {person})"
        )
        conn.exec_driver_sql(
            "INSERT INTO document_version (id, document_id, sha256, bytes, name, media_type, created_us, created_by)"
            f" VALUES (1, 1, '00', {size}, 'big', 'x', 1, {person})"
        )
        for n in range(32):
            conn.exec_driver_sql("INSERT INTO blob_chunk VALUES (1, ?, randomblob(1048576))", (n,))
        conn.exec_driver_sql("COMMIT")
    tracemalloc.start()
    try:
        back_up(firm, tmp_path / "big.age")
        restore_local(tmp_path / "big.age", place, manual_clock)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 16 << 20
    firm.close()


# -- on the record --------------------------------------------------------------------------------------------------


def test_a_backup_and_a_restore_are_entries_and_the_doctor_knows(firm: FirmFixture, tmp_path: Path) -> None:
    def doctor() -> Any:
        return {check.id: check for check in firm.desk("inovak").read(care.doctor)}["backup"]

    assert "never" in doctor().detail
    assert doctor().ok
    firm.clock.advance(days=8)
    assert not doctor().ok
    assert "--new-identity" in doctor().fix
    view = back_up(firm, tmp_path / "firm.age")
    assert doctor().ok
    assert "2026-11-17" in doctor().detail
    (entry,) = [e for e in firm.desk("inovak").read(trail.listing) if e.action == "store.backed_up"]
    assert (entry.subject, entry.payload["sha256"], entry.payload["head"]) == (
        "firm.age",
        view.sha256,
        view.head,
    )
    assert sha256_hex((tmp_path / "firm.age").read_bytes()) == view.sha256
    if firm.shared:
        assert "manager" in {c.id: c for c in firm.desk("mduarte").read(care.doctor)}["backup"].detail
    firm.clock.advance(days=8)
    assert not doctor().ok


def test_the_firms_recipient_is_kept_and_used_from_then_on(firm: FirmFixture, tmp_path: Path) -> None:
    owner = owner_url(firm.owned) if firm.owned is not None else firm.store
    out = tmp_path / "firm.age"
    with as_owner(firm.owned), restoring.kept_store(owner, "jreyes", clock=firm.clock) as store:
        refused("no_recipient", lambda: restoring.back_up(store, out))
        refused("bad_recipient", lambda: restoring.back_up(store, None, recipient="age1nonsense"))
        assert restoring.back_up(store, None, recipient=identity()[1]) is None
    with as_owner(firm.owned), restoring.kept_store(owner, "mduarte", clock=firm.clock) as store:
        view = restoring.back_up(store, out)  # anybody at a local desk may, and the owner of a shared store
        assert view is not None
        assert view.recipients == (identity()[1],)
        if not firm.shared:
            other = age.new_identity()[1]
            refused("not_allowed", lambda: restoring.back_up(store, tmp_path / "2.age", (other,)))
            refused("not_allowed", lambda: restoring.back_up(store, None, recipient=other))
    assert backups.verify(out, identity()[0]).head == view.head
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["firm.age"]
    actions = [e.action for e in firm.desk("inovak").read(trail.listing)]
    assert actions[:2] == ["store.backed_up", "store.recipient_set"]


def test_a_copy_says_that_it_is_one(told: FirmFixture, tmp_path: Path, place: Path) -> None:
    back_up(told, tmp_path / "firm.age")
    made = told.clock.now()
    told.clock.advance(days=3)
    copy, _ = restore_local(tmp_path / "firm.age", place, told.clock)
    said = {check.id: check for check in copy.desk("jreyes").read(care.doctor)}["backup"].detail
    assert f"restored on {told.clock.now():%Y-%m-%d} from a backup of {made:%Y-%m-%d}" in said
    copy.close()


# -- at the command line --------------------------------------------------------------------------------------------


def test_the_whole_way_by_hand(
    store_path: Path,
    manual_clock: ManualClock,
    tmp_path: Path,
    place: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    firm = local_firm(store_path, manual_clock)
    at = ["--store", firm.store, "--as", "jreyes", "--no-input"]

    def run(*words: object, status: int = 0) -> str:
        assert main([*map(str, words)], clock=manual_clock) == status, capsys.readouterr()
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return said.out + said.err

    key = tmp_path / "identity.txt"
    assert "--out" in run(*at, "backup", status=2)
    recipient = json.loads(run("backup", "--new-identity", key, "--json"))["recipient"]
    if os.name == "posix":
        assert key.stat().st_mode & 0o777 == 0o600
    assert "written over" in run("backup", "--new-identity", key, status=1)
    assert "recovery recipient" in run(*at, "backup", "--out", tmp_path / "a.age", status=1)
    run(*at, "backup", "--set-recipient", recipient)
    out = tmp_path / "a.age"
    made = json.loads(run(*at, "backup", "--out", out, "--json"))
    assert made["encrypted"] is True
    assert made["made_at"].endswith("Z")
    assert "--read-only" in run(*at, "--read-only", "backup", "--out", tmp_path / "b.age", status=1)
    assert "none changed" in run("backup", "verify", out, "--identity", key)
    assert "--identity" in run("backup", "verify", out, status=1)
    keys = tmp_path / "keys"
    monkeypatch.delenv("CASEDESK_KEY_FILE")
    assert "keyring" in run("restore", out, "--to", place, "--identity", key, "--no-input", status=1)
    back = ["restore", out, "--to", place, "--identity", key, "--key-file", keys]
    assert "recovery" in run(*back, "--no-input", status=2)
    said = run(*back, "--recovery-out", tmp_path / "recovery.txt")
    assert "every one compared" in said
    assert "already" in run(*back, "--recovery-out", tmp_path / "r2.txt", status=1)
    assert json.loads(run("--store", place, "--key-file", keys, "audit", "verify", "--json"))["ok"] is True
    assert "of a local store" in run("restore", out, "--to", "postgresql://o@h/d", "--plain", status=2)
    firm.close()
