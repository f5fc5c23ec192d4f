"""Every released schema comes up to this program: rows equal, guards new, whole or not at all, whatever ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from casedesk import bootstrap
from casedesk.desk import care, trail
from casedesk.refusal import Refusal, StoreUnavailable
from casedesk.security import age, store_key
from casedesk.security.store_key import StoreKey
from casedesk.store import backup, errors, fingerprint, migrate, postgres, sqlite
from casedesk.store.store import FLOOR, SCHEMA
from tests.support import released
from tests.support.backups import as_owner, identity, owner_url, restore_local
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture
from tests.support.postgres import OwnedDb, PgServer

ROOT = Path(__file__).parents[2]
RELEASED = sorted(path.name.partition(".")[0] for path in released.FOLDER.glob("[0-9]*[0-9].json.xz"))
AFTERWARDS = datetime(2027, 1, 4, 15, 0, tzinfo=UTC)
OLD = "0001"
"""The oldest: every step of every schema stands on its way, so what asks about the way alone takes this one."""


@dataclass
class Old:
    """A store of an older schema: how it is named to `migrate`, and a look into it."""

    store: str
    key: StoreKey | None = None
    keys: Path | None = None
    owned: OwnedDb | None = None
    logins: list[str] = field(default_factory=list)

    def engine(self) -> Engine:
        if self.owned is not None:
            return postgres.make_engine(postgres.parse_url(owner_url(self.owned), None), self.owned.password)
        return sqlite.make_engine(Path(self.store), self.key)

    @contextmanager
    def look(self) -> Iterator[Connection]:
        engine = self.engine()
        with engine.connect() as conn:
            yield conn
            conn.rollback()
        engine.dispose()

    def migrate(self) -> int:
        with as_owner(self.owned):
            return bootstrap.migrate(self.store, key_file=self.keys)

    def firm(self) -> FirmFixture:
        passwords = dict.fromkeys(self.logins, released.PASSWORD)
        place = self.store if self.owned is None else self.owned.url
        return FirmFixture(
            place,
            ManualClock(AFTERWARDS),
            shared=self.owned is not None,
            passwords=passwords,
            owned=self.owned,
        )


def old_file(folder: Path, name: str, revision: str, *, encrypted: bool = True) -> Old:
    path, keys = folder / "desk" / name, folder / "keys"
    key = None
    if encrypted:
        key = store_key.keep(StoreKey.new(), store_key.in_file(keys))
    released.local(path, revision, key)
    return Old(str(path), key, keys)


@dataclass
class OldDatabases:
    """One shared store of each older schema that is asked for, and copies of it to be migrated.

    All are one owner's: the logins belong to the whole server, and only their own owner changes them.
    """

    server: PgServer
    empty: OwnedDb
    templates: dict[str, tuple[OwnedDb, list[str]]] = field(default_factory=dict)
    made: list[OwnedDb] = field(default_factory=list)

    def template(self, revision: str = OLD) -> tuple[OwnedDb, list[str]]:
        if revision not in self.templates:
            owned = self.server.clone(self.empty)
            self.made.append(owned)
            self.templates[revision] = owned, released.shared(owned, revision)
        return self.templates[revision]

    def copy(self, revision: str = OLD) -> Old:
        template, logins = self.template(revision)
        owned = self.server.clone(template)
        self.made.append(owned)
        return Old(owner_url(owned), owned=owned, logins=logins)


@pytest.fixture(scope="module")
def old_databases(pg_server: PgServer) -> Iterator[OldDatabases]:
    databases = OldDatabases(pg_server, pg_server.new_owner_database())
    yield databases
    for one in [*databases.made, databases.empty]:
        pg_server.drop(one)


@pytest.fixture(params=["sqlite", "postgresql"])
def make_old(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Old]:
    """Makes a store of a released schema, encrypted where it is a file."""

    def make(revision: str) -> Old:
        if request.param == "sqlite":
            made = old_file(tmp_path, "firm.db", revision)
            monkeypatch.setenv("CASEDESK_KEY_FILE", str(made.keys))
            return made
        databases: OldDatabases = request.getfixturevalue("old_databases")
        return databases.copy(revision)

    return make


@pytest.fixture
def old(make_old: Callable[[str], Old]) -> Old:
    """A store of the first schema."""
    return make_old(OLD)


def is_old(conn: Connection, revision: str) -> None:
    """Nothing of it has moved."""
    assert conn.exec_driver_sql("SELECT value FROM engine_meta WHERE key = 'schema'").scalar_one() == str(
        int(revision)
    )
    assert {s.name for s in backup.shapes(conn)} == set(released.released(revision)["rows"])
    assert released.rows(conn, revision) == the_rows(revision)
    guards = "\n".join(released.released(revision)["guards"][conn.dialect.name])
    standing = released.triggers(conn)
    assert standing
    assert [name for name in standing if not _theirs(name, guards)] == []


def _theirs(trigger: str, guards: str) -> bool:
    """Whether these guards make it: by its name, or as one of a series (`casedesk_now_%s`)."""
    series = (f"{trigger[:n]}_%s" for n, sign in enumerate(trigger) if sign == "_")
    return trigger in guards or any(name in guards for name in series)


def is_new(conn: Connection, revision: str) -> None:
    """All of it has moved, and every row is what it was."""
    assert conn.exec_driver_sql("SELECT value FROM engine_meta WHERE key = 'schema'").scalar_one() == str(
        SCHEMA
    )
    assert fingerprint.differences(conn) == []
    assert released.rows(conn, revision) == the_rows(revision)


_ROWS: dict[str, dict[str, list[str]]] = {}


def the_rows(revision: str) -> dict[str, list[str]]:
    """What was frozen, in the words in which `released.rows` speaks."""
    if revision not in _ROWS:
        out = {}
        for table, held in released.released(revision)["rows"].items():
            at = [n for n, c in enumerate(held["columns"]) if (table, c) != ("person", "login")]
            lines = [repr([released._value(row[n]) for n in at]) for row in held["rows"]]
            if table != "engine_meta":
                out[table] = sorted(lines)
        _ROWS[revision] = out
    return _ROWS[revision]


# -- each released schema -------------------------------------------------------------------------------------------


def test_every_schema_before_this_one_is_kept() -> None:
    assert [f"{n:04d}" for n in range(1, SCHEMA)] == RELEASED


@pytest.mark.parametrize("revision", RELEASED)
def test_every_table_of_a_released_schema_has_rows(revision: str) -> None:
    assert all(held["rows"] for held in released.released(revision)["rows"].values())


@pytest.mark.parametrize("revision", RELEASED)
def test_it_comes_up_with_every_row_and_the_desk_goes_on(
    make_old: Callable[[str], Old], revision: str
) -> None:
    old = make_old(revision)
    with old.look() as conn:
        is_old(conn, revision)
    with pytest.raises(StoreUnavailable, match="older casedesk") as caught:
        old.firm().desk("mduarte")
    assert "casedesk migrate" in caught.value.next
    assert old.migrate() == SCHEMA
    with old.look() as conn:
        is_new(conn, revision)
        floor = conn.exec_driver_sql("SELECT value FROM engine_meta WHERE key = 'floor'").scalar_one()
    assert floor == str(FLOOR)
    firm = old.firm()
    for who in ("mduarte", "inovak"):
        verdict = firm.desk(who).read(trail.verify)
        assert verdict.ok, verdict.first_bad
        looked = {check.id: check for check in firm.desk(who).read(care.doctor)}
        for name in ("store", "links", "guards", "shape", "vault", "audit"):
            assert looked[name].ok, looked[name]
    firm.close()
    assert old.migrate() == SCHEMA  # and again, without harm
    with old.look() as conn:
        is_new(conn, revision)


@pytest.mark.parametrize("encrypted", [True, False])
def test_the_file_is_copied_beside_itself_first(tmp_path: Path, encrypted: bool) -> None:
    old = old_file(tmp_path, "firm.db", OLD, encrypted=encrypted)
    path = Path(old.store)
    copy = path.with_name(f"firm.db.before-{SCHEMA}")
    copy.write_text("left by an earlier try")
    old.migrate()
    assert copy.read_bytes().startswith(b"SQLite format 3") is not encrypted
    if os.name == "posix":
        assert copy.stat().st_mode & 0o777 == 0o600
    with Old(str(copy), old.key).look() as conn:
        is_old(conn, OLD)
    if encrypted:
        # A copy has a salt of its own, and the key with it is kept for it: it opens as any store does.
        assert Old(str(copy), bootstrap.store_key_for(copy, key_file=old.keys)).engine() is not None
    assert {p.name for p in path.parent.iterdir()} <= {"firm.db", "firm.db-wal", "firm.db-shm", copy.name}


# -- whatever ends it -----------------------------------------------------------------------------------------------


@contextmanager
def children(environment: dict[str, str]) -> Iterator[Callable[[str, int], tuple[int, int]]]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.store.migrate_child"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as nursery:
        assert nursery.stdin is not None
        assert nursery.stdout is not None
        told, heard = nursery.stdin, nursery.stdout

        def ask(store: str, moment: int) -> tuple[int, int]:
            told.write(f"{store} {moment}\n")
            told.flush()
            made, ended = heard.readline().split()
            return int(made), int(ended)

        try:
            yield ask
        finally:
            told.close()


@pytest.mark.skipif(os.name != "posix", reason="kill -9 and fork are POSIX.")
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_killed_at_any_step_it_is_wholly_old_or_wholly_new(
    kind: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    effort: Callable[[int, int], int],
    say: Callable[[str], None],
) -> None:
    tries = effort(3, 20)
    environment = {**os.environ, "KEYS": str(tmp_path / "keys")}

    def another(n: int) -> Old:
        if kind == "sqlite":
            return old_file(tmp_path, f"{n}.db", OLD)
        databases: OldDatabases = request.getfixturevalue("old_databases")
        made = databases.copy()
        environment["PGPASSWORD"] = databases.template()[0].password
        return made

    first = another(0)
    still_old = 0
    with children(environment) as ask:
        statements, ended = ask(first.store, 1_000_000)
        assert ended == 0
        for n in range(tries):
            old = another(n + 1)
            moment = statements if n == tries - 1 else 1 + n * (statements - 1) // max(1, tries - 1)
            made, ended = ask(old.store, moment)
            assert (made, ended) == (moment, signal.SIGKILL)
            with old.look() as conn:
                schema = conn.exec_driver_sql(
                    "SELECT value FROM engine_meta WHERE key = 'schema'"
                ).scalar_one()
                (is_old if schema == "1" else is_new)(conn, OLD)
            still_old += schema == "1"
            old.migrate()
            with old.look() as conn:
                is_new(conn, OLD)
    assert 0 < still_old < tries  # some kills came before the commit, one after it
    say(f"{kind}: {tries} kills in {statements} steps, {still_old} left it old, every one moved on")


def test_two_at_once_move_it_once(old: Old) -> None:
    failed: list[BaseException] = []

    def move() -> None:
        try:
            engine = old.engine()
            migrate.bring_up(engine, None if old.owned else Path(old.store))
            engine.dispose()
        except BaseException as error:
            failed.append(error)

    movers = [threading.Thread(target=move) for _ in range(3)]
    for mover in movers:
        mover.start()
    for mover in movers:
        mover.join()
    assert failed == []
    with old.look() as conn:
        is_new(conn, OLD)


def test_it_waits_for_nobody_for_ever(old_databases: OldDatabases, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "PATIENCE", "50ms")
    old = old_databases.copy()
    with old.look() as conn:
        conn.exec_driver_sql("LOCK TABLE note IN ROW SHARE MODE")
        with pytest.raises(StoreUnavailable, match="locked"):
            old.migrate()
    with old.look() as conn:
        is_old(conn, OLD)


# -- what a hand put there ------------------------------------------------------------------------------------------


def test_guards_of_any_age_and_anybodys_are_taken_down(old: Old) -> None:
    old.migrate()
    with old.look() as conn:
        if old.owned is None:
            conn.exec_driver_sql(
                "CREATE TRIGGER guard_note_insert_99 BEFORE INSERT ON note BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
            conn.exec_driver_sql("DROP TRIGGER guard_filing_insert_1")
        else:
            conn.exec_driver_sql("CREATE POLICY everybody ON matter FOR SELECT USING (true)")
            conn.exec_driver_sql("CREATE FUNCTION peek() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'")
            conn.exec_driver_sql("ALTER TABLE filing DISABLE TRIGGER guard_filing_insert")
            conn.exec_driver_sql("GRANT DELETE ON matter TO casedesk_paralegal")
        assert fingerprint.differences(conn)
        conn.commit()
    old.migrate()
    with old.look() as conn:
        assert fingerprint.differences(conn) == []


@pytest.mark.parametrize("change", ["a column", "an index", "a constraint"])
def test_a_table_changed_by_hand_is_not_passed_over(old: Old, change: str) -> None:
    old.migrate()
    if change == "a constraint" and old.owned is None:
        pytest.skip("SQLite cannot take a constraint from a table that stands.")
    statement = {
        "a column": "ALTER TABLE note ADD COLUMN extra TEXT",
        "an index": "DROP INDEX form_receipt_once",
        "a constraint": "ALTER TABLE sign_off DROP CONSTRAINT three_person",
    }[change]
    with old.look() as conn:
        conn.exec_driver_sql(statement)
        conn.commit()
    with pytest.raises(Refusal, match="by hand"):
        old.migrate()


# -- a backup of an older schema ------------------------------------------------------------------------------------


def test_a_backup_of_an_older_schema_is_restored_and_moved(tmp_path: Path) -> None:
    old = old_file(tmp_path, "firm.db", OLD)
    engine = old.engine()
    file = tmp_path / "old.age"
    with engine.connect() as conn:
        heads = conn.exec_driver_sql("SELECT stream, seq, hash FROM audit_head").all()
        store = conn.exec_driver_sql("SELECT value FROM engine_meta WHERE key = 'store_id'").scalar_one()
        head = {
            "store": store,
            "schema": 1,
            "kind": "sqlite",
            "made_us": 1,
            "made_by": "jreyes",
            "entries": sum(row[1] for row in heads),
            "head": _head(heads),
            "seal": None,
        }
        with file.open("wb") as out:
            age.encrypt(backup.write(conn, head, backup.Account()), out, [identity()[1]])
    engine.dispose()
    place = tmp_path / "elsewhere" / "firm.db"
    made, _ = restore_local(file, place, ManualClock(AFTERWARDS))
    key = bootstrap.store_key_for(place, key_file=tmp_path / "keys")
    with Old(str(place), key).look() as conn:
        assert conn.exec_driver_sql("SELECT value FROM engine_meta WHERE key = 'schema'").scalar_one() == str(
            SCHEMA
        )
        assert fingerprint.differences(conn) == []
        have = released.rows(conn, OLD)
        have["audit"] = [line for line in have["audit"] if "store.restored" not in line]
        apart = {t for t in have if have[t] != the_rows(OLD)[t]}
        assert apart <= {"audit_head"}
    made.close()


def _head(heads: object) -> str:
    from casedesk.security.canonical import canonical_json, sha256_hex

    return sha256_hex(canonical_json(sorted(list(row) for row in heads)))  # type: ignore[attr-defined]


def test_what_the_database_says_of_locks_is_said_as_such() -> None:
    class Said(Exception):
        pass

    error = DBAPIError("", None, Said("canceling statement due to lock timeout"))
    assert errors.translate(error).code == "store_locked"
