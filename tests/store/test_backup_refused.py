"""Backups and restores that are refused: by whom, over what, of what; and nothing is left of them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from casedesk import restoring
from casedesk.desk import backups, matters, trail
from casedesk.founding import found_local
from casedesk.refusal import Refusal
from casedesk.security import age
from casedesk.store import backup, sqlite
from tests.support.backups import (
    as_owner,
    back_up,
    content,
    identity,
    looked_into,
    owner_url,
    refused,
    restore_local,
    restore_shared,
)
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, local_firm, plan
from tests.support.postgres import OwnedDb, PgServer

pytestmark = [pytest.mark.usefixtures("keys"), pytest.mark.own_logins]


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
