"""Backup and restore: everything comes back, on either store and from one to the other, and nothing else does."""

from __future__ import annotations

import json
import os
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from casedesk import restoring
from casedesk.cli.run import main
from casedesk.desk import backups, care, matters, notes, papers, people, tasks, trail
from casedesk.desk.reading import prepare_bytes
from casedesk.founding import found_local
from casedesk.refusal import Refusal
from casedesk.security import age
from casedesk.security.canonical import sha256_hex
from casedesk.store import backup, sqlite
from tests.support.backups import (
    as_owner,
    back_up,
    content,
    empty_beside,
    identity,
    looked_into,
    odd,
    owner_url,
    restore_local,
    restore_shared,
    shape_of,
)
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, local_firm, plan
from tests.support.notices import make_rfe
from tests.support.postgres import OwnedDb, PgServer
from tests.support.rfe import sqlite_stage


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the keys of restored local stores lie."""
    monkeypatch.setenv("CASEDESK_KEY_FILE", str(tmp_path / "keys"))
    return tmp_path / "keys"


@pytest.fixture
def told(tmp_path: Path) -> Iterator[FirmFixture]:
    """A whole Request for Evidence on a local store: every gate passed, papers, signatures, dates, timers."""
    firm = sqlite_stage("receipted", tmp_path).firm
    yield firm
    firm.close()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "elsewhere"
    folder.mkdir(mode=0o700)
    return folder / "firm.db"


@pytest.fixture
def empty(pg_server: PgServer) -> Iterator[Callable[[], OwnedDb]]:
    """Makes empty databases of one owner."""
    first = pg_server.new_owner_database()
    made = [first]

    def another() -> OwnedDb:
        made.append(empty_beside(pg_server, first))
        return made[-1]

    yield another
    for one in reversed(made):
        pg_server.drop(one)


def sound(firm: FirmFixture, as_whom: str = "jreyes") -> None:
    """The trail recomputed, every paper the bytes that came in, the shape this program's."""
    verdict = firm.desk(as_whom).read(trail.verify)
    assert verdict.ok, verdict.first_bad
    vault = firm.desk(as_whom).read(care._vault)
    assert vault.ok, vault.detail
    assert odd(firm) == []


def refused(code: str, act: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        act()
    assert caught.value.code == code, caught.value.sentence()
    return caught.value


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


# -- what is refused ------------------------------------------------------------------------------------------------


def test_an_ordinary_login_backs_up_nothing(firm: FirmFixture, tmp_path: Path) -> None:
    """Its view has gaps, and a backup with gaps would look whole."""
    if not firm.shared:
        pytest.skip("A local store has no logins.")
    assert firm.owned is not None
    mine = replace(firm.owned, owner="inovak", password=firm.passwords["inovak"])
    with as_owner(mine), restoring.kept_store(owner_url(mine), None, clock=firm.clock) as store:
        refused("not_the_owner", lambda: restoring.back_up(store, tmp_path / "x.age", (identity()[1],)))
    assert list(tmp_path.glob("*.age")) == []


def test_nothing_lies_in_the_clear(firm: FirmFixture, tmp_path: Path) -> None:
    firm.desk("mduarte").write(matters.open_matter, "adjustment_of_status", "Canary Nightingale")
    folder = tmp_path / "out"
    folder.mkdir()
    met: list[str] = []

    def look(_: float) -> None:
        met.extend(p.name for p in folder.iterdir() if b"Nightingale" in p.read_bytes())

    back_up(firm, folder / "firm.age", progress=look)
    look(1)
    assert met == []
    if os.name == "posix":
        assert (folder / "firm.age").stat().st_mode & 0o777 == 0o600
    refused("plain_backup", lambda: back_up(firm, folder / "plain", plain=True))
    refused("file_exists", lambda: back_up(firm, folder / "firm.age"))
    refused("no_folder", lambda: back_up(firm, folder / "no" / "firm.age"))
    assert [p.name for p in folder.iterdir()] == ["firm.age"]


def test_a_demo_may_lie_in_the_clear_and_nobody_else(
    store_path: Path, manual_clock: ManualClock, tmp_path: Path, place: Path
) -> None:
    found_local(store_path, replace(plan(), marks={"demo": "1"}), clock=manual_clock)
    firm = FirmFixture(str(store_path), manual_clock, shared=False)
    view = back_up(firm, tmp_path / "plain", plain=True)
    assert not view.encrypted
    assert backups.verify(tmp_path / "plain", None).head == view.head
    restoring.restore_local(tmp_path / "plain", None, place, None, None, clock=manual_clock)
    assert content(FirmFixture(str(place), manual_clock, shared=False)) == content(firm)
    other = local_firm(store_path.with_name("real.db"), manual_clock)
    back_up(other, tmp_path / "real.age")
    refused(
        "plain_store",
        lambda: restoring.restore_local(
            tmp_path / "real.age", identity()[0], place.with_name("2.db"), None, None
        ),
    )
    assert not place.with_name("2.db").exists()


def test_a_backup_that_is_broken_off_is_not_there(
    firm: FirmFixture, tmp_path: Path, place: Path, keys: Path
) -> None:
    class Stopped(Exception):
        pass

    def stop(_: float) -> None:
        raise Stopped

    before = firm.desk("jreyes").read(trail.head)
    with pytest.raises(Stopped):
        back_up(firm, tmp_path / "firm.age", progress=stop)
    assert [p for p in tmp_path.iterdir() if p.is_file()] == []
    assert firm.desk("jreyes").read(trail.head) == before
    back_up(firm, tmp_path / "firm.age")
    with pytest.raises(Stopped):
        restore_local(tmp_path / "firm.age", place, firm.clock, progress=stop)
    assert list(place.parent.iterdir()) == []
    assert "store:" not in keys.read_text()


def test_a_backup_that_cannot_be_put_on_record_is_taken_away(
    store_path: Path, manual_clock: ManualClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm = local_firm(store_path, manual_clock)
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)
    with looked_into(firm) as conn:
        conn.exec_driver_sql("BEGIN IMMEDIATE")
        refused("store_locked", lambda: back_up(firm, tmp_path / "firm.age"))
        conn.exec_driver_sql("ROLLBACK")
    assert not (tmp_path / "firm.age").exists()


def test_never_over_something(
    told: FirmFixture, tmp_path: Path, place: Path, empty: Callable[[], OwnedDb]
) -> None:
    back_up(told, tmp_path / "firm.age")
    place.write_text("mine")
    place.chmod(0o600)
    refused("store_exists", lambda: restore_local(tmp_path / "firm.age", place, told.clock))
    assert place.read_text() == "mine"
    owned = empty()
    shared, _ = restore_shared(tmp_path / "firm.age", owned, told.clock)
    before = content(shared)
    refused("store_exists", lambda: restore_shared(tmp_path / "firm.age", owned, told.clock))
    assert content(shared) == before


def test_a_login_of_somebody_elses_is_not_taken(
    told: FirmFixture, tmp_path: Path, pg_server: PgServer, empty: Callable[[], OwnedDb]
) -> None:
    back_up(told, tmp_path / "firm.age")
    owned = empty()
    pg_server.execute("CREATE ROLE bcole LOGIN")
    try:
        refused("login_taken", lambda: restore_shared(tmp_path / "firm.age", owned, told.clock))
        assert pg_server.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", database=owned.name
        ) == [(0,)]
        assert pg_server.execute("SELECT 1 FROM pg_roles WHERE rolname = 'aokafor'") == []
    finally:
        pg_server.execute("DROP ROLE bcole")


def test_what_is_no_backup_and_no_identity(told: FirmFixture, tmp_path: Path) -> None:
    file = tmp_path / "firm.age"
    back_up(told, file)
    refused("identity_missing", lambda: backups.verify(file, None))
    refused("not_the_identity", lambda: backups.verify(file, age.new_identity()[0]))
    refused("bad_identity", lambda: backups.verify(file, "AGE-SECRET-KEY-1NO"))
    refused("no_backup", lambda: backups.verify(tmp_path / "gone", None))
    (tmp_path / "letter.txt").write_text("Dear Sirs,\n" * 20)
    (tmp_path / "empty").touch()
    (tmp_path / "other.age").write_bytes(b"")
    with (tmp_path / "other.age").open("wb") as out:
        age.encrypt([b'{"format":"another.thing.1","counts":{}}\n'], out, [identity()[1]])
    refused("not_a_backup", lambda: backups.verify(tmp_path / "letter.txt", None))
    refused("backup_damaged", lambda: backups.verify(tmp_path / "empty", None))
    refused("not_a_backup", lambda: backups.verify(tmp_path / "other.age", identity()[0]))


def test_a_backup_cut_short_or_changed_anywhere_is_refused(
    told: FirmFixture, tmp_path: Path, place: Path, effort: Callable[[int, int], int]
) -> None:
    file, bad = tmp_path / "firm.age", tmp_path / "bad.age"
    back_up(told, file)
    whole = file.read_bytes()
    places = effort(20, 400)
    for n in range(places):
        at = n * (len(whole) - 1) // (places - 1)
        bad.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << n % 8]) + whole[at + 1 :])
        with pytest.raises(Refusal):
            backups.verify(bad, identity()[0])
        bad.write_bytes(whole[:at])
        with pytest.raises(Refusal):
            backups.verify(bad, identity()[0])
    bad.write_bytes(whole + b"\0")
    with pytest.raises(Refusal):
        backups.verify(bad, identity()[0])
    bad.write_bytes(whole[:-20])
    refused("backup_damaged", lambda: restore_local(bad, place, told.clock))
    assert list(place.parent.iterdir()) == []


# -- a backup of a record that was changed, or a backup that somebody made -------------------------------------------


class Rewritten:
    """A backup in the clear, taken apart, changed, and put together with every hash right again."""

    def __init__(self, file: Path) -> None:
        self.lines: dict[str, list[bytes]] = {}
        self.columns: dict[str, list[str]] = {}
        head, *rest = file.read_bytes().split(b"\n")
        self.head: dict[str, Any] = json.loads(head)
        name = ""
        for line in rest:
            if line.startswith(b'{"table":'):
                said = json.loads(line)
                name, self.columns[said["table"]], self.lines[said["table"]] = (
                    said["table"],
                    said["columns"],
                    [],
                )
            elif name and not line.startswith(b'{"end":'):
                self.lines[name].append(line)
            elif line.startswith(b'{"end":"casedesk'):
                break

    def change(self, table: str, column: str, to: Callable[[Any], Any], row: int = -1) -> None:
        values = json.loads(self.lines[table][row])
        at = self.columns[table].index(column)
        values[at] = to(values[at])
        self.lines[table][row] = json.dumps(values, separators=(",", ":")).encode()

    def write(self, file: Path) -> None:
        from hashlib import sha256

        def dumped(value: Any) -> bytes:
            return json.dumps(value, separators=(",", ":")).encode() + b"\n"

        self.head["counts"] = {name: len(lines) for name, lines in self.lines.items()}
        out = dumped(self.head)
        for name, lines in self.lines.items():
            body = b"".join(line + b"\n" for line in lines)
            out += dumped({"table": name, "columns": self.columns[name]}) + body
            out += dumped({"end": name, "rows": len(lines), "sha256": sha256(body).hexdigest()})
        out += dumped({"end": backup.FORMAT, "tables": len(self.lines), "sha256": sha256(out).hexdigest()})
        with file.open("wb") as sink:
            age.encrypt([out], sink, [identity()[1]])


@pytest.fixture
def apart(store_path: Path, manual_clock: ManualClock, tmp_path: Path) -> Callable[[], Rewritten]:
    """A small demo's backup, without papers, to be changed."""
    found_local(store_path, replace(plan(), marks={"demo": "1"}), clock=manual_clock)
    firm = FirmFixture(str(store_path), manual_clock, shared=False)
    firm.desk("mduarte").write(matters.open_matter, "adjustment_of_status", "Ibarra, Rosa")
    with firm.desk("mduarte").store.engine.connect() as conn:
        # Signing keys are bytes, which this test's own reader does not read.
        conn.exec_driver_sql("DROP TRIGGER guard_signing_key_delete_0")
        conn.exec_driver_sql("DELETE FROM signing_key")
        conn.commit()
    back_up(firm, tmp_path / "plain", plain=True)
    firm.close()
    return lambda: Rewritten(tmp_path / "plain")


def test_an_unchanged_one_put_together_again_is_taken(
    apart: Callable[[], Rewritten], tmp_path: Path, place: Path, manual_clock: ManualClock
) -> None:
    made = apart()
    made.write(tmp_path / "same.age")
    firm, _ = restore_local(tmp_path / "same.age", place, manual_clock)
    firm.close()


CHANGES: dict[str, tuple[Callable[[Rewritten], object], str]] = {
    "an entry's actor": (lambda b: b.change("audit", "actor", lambda _: "nobody"), "trail_changed"),
    "an entry's payload": (lambda b: b.change("audit", "payload", lambda p: p + " "), "trail_changed"),
    "an entry gone from the middle": (lambda b: b.lines["audit"].pop(0), "trail_changed"),
    "an entry gone from the end": (lambda b: b.lines["audit"].pop(), "trail_changed"),
    "the head": (lambda b: b.change("audit_head", "hash", lambda _: "0" * 64), "trail_changed"),
    "another store's id": (lambda b: b.head.__setitem__("store", "0" * 32), "trail_changed"),
    "another head named": (lambda b: b.head.__setitem__("head", "0" * 64), "trail_changed"),
    "a link to nobody": (lambda b: b.change("matter", "client_id", lambda _: 1), "backup_damaged"),
    "a state there is not": (lambda b: b.change("matter", "status", lambda _: "lost"), "constraint"),
    "a column renamed": (
        lambda b: b.columns["matter"].__setitem__(1, "caption; DROP TABLE matter"),
        "backup_damaged",
    ),
    "a table left out": (lambda b: (b.lines.pop("note"), b.columns.pop("note")), "backup_damaged"),
    "a step that does not follow": (
        lambda b: b.lines["transition"].append(b'["filing","delivered","shipped"]'),
        "restore_differs",
    ),
    "a newer schema": (lambda b: b.head.__setitem__("schema", 99), "store_newer"),
    "no schema": (lambda b: b.head.__delitem__("schema"), "store_newer"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_record_does_not_come_to_stand(
    change: str, apart: Callable[[], Rewritten], tmp_path: Path, place: Path, manual_clock: ManualClock
) -> None:
    made = apart()
    how, code = CHANGES[change]
    how(made)
    made.write(tmp_path / "bad.age")
    refused(code, lambda: restore_local(tmp_path / "bad.age", place, manual_clock))
    assert list(place.parent.iterdir()) == []


def test_a_text_that_only_sqlite_holds_is_named(
    store_path: Path, manual_clock: ManualClock, tmp_path: Path, empty: Callable[[], OwnedDb]
) -> None:
    firm = local_firm(store_path, manual_clock)
    with looked_into(firm) as conn:
        conn.exec_driver_sql("UPDATE person SET phone = 'a' || char(0) || 'b' WHERE handle = 'bcole'")
        conn.commit()
    back_up(firm, tmp_path / "firm.age")
    refused("text_refused", lambda: restore_shared(tmp_path / "firm.age", empty(), manual_clock))
    firm.close()


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
