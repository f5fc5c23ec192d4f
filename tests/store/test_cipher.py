"""The encrypted file: nothing in it stands in the clear, and whatever is wrong with it or its key is one sentence."""

from __future__ import annotations

import logging
import os
import stat
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from casedesk import bootstrap
from casedesk.bootstrap import open_desk, open_store
from casedesk.desk import care, matters, trail
from casedesk.refusal import Refusal, StoreUnavailable
from casedesk.security.store_key import StoreKey, find
from casedesk.store import migrate, rekey, sqlite
from casedesk.store.store import SCHEMA, Store
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, keyed_firm, local_firm

DRIVER: Any = import_module("sqlcipher3.dbapi2")
CANARY = "Canary Heron of Lantern Street"


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes, FirmFixture]:
    """An encrypted firm with one matter: the bytes of its file and of its key file."""
    made = keyed_firm(tmp_path_factory.mktemp("cipher") / "desk" / "firm.db", ManualClock())
    made.desk("mduarte").write(matters.open_matter, "other", CANARY)
    made.close()
    assert made.key_file is not None
    return Path(made.store).read_bytes(), made.key_file.read_bytes(), made


@pytest.fixture
def firm(founded: tuple[bytes, bytes, FirmFixture], tmp_path: Path) -> Iterator[FirmFixture]:
    """A copy of it, in a place of its own."""
    store, keys, _ = founded
    desk, safe = tmp_path / "desk", tmp_path / "keys"
    for folder in (desk, safe):
        folder.mkdir(mode=0o700)
    for path, data in ((desk / "firm.db", store), (safe / "stores", keys)):
        path.touch(mode=0o600)
        path.write_bytes(data)
    made = FirmFixture(str(desk / "firm.db"), ManualClock(), shared=False, key_file=safe / "stores")
    yield made
    made.close()


def key_of(firm: FirmFixture) -> StoreKey:
    path = Path(firm.store)
    return find(path, path.read_bytes()[:16], key_file=firm.key_file)


def secret_of(key: StoreKey) -> str:
    return key.spelled()[2:66]


def refusal(act: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as refused:
        act()
    assert refused.value.message.count(".") >= 1
    return refused.value


def opens(firm: FirmFixture) -> None:
    """Opens the store and reads every page of it."""
    assert problems(firm) == []


def problems(firm: FirmFixture) -> list[str]:
    """Opens the store and reads every page of it; what SQLite finds wrong, as the doctor says it."""
    with closing(open_store(firm.store, "mduarte", key_file=firm.key_file)) as store:
        return [row.problem for row in store.read(lambda uow: uow.all("care.soundness"))]


def noticed(firm: FirmFixture) -> str:
    """What is said of a damaged file: at the opening where a page is missed there, else once every page is read."""
    try:
        found = problems(firm)
    except Refusal as refused:
        return refused.code if refused.exit_status == 3 else f"exit {refused.exit_status}"
    return "store_damaged" if found else "well"


# -- what lies on the disk ------------------------------------------------------------------------------------------


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def test_nothing_stands_in_the_clear_neither_in_the_file_nor_in_its_log(
    firm: FirmFixture, tmp_path: Path
) -> None:
    plain = local_firm(tmp_path / "plain" / "firm.db", ManualClock())
    for each in (firm, plain):
        each.desk("mduarte").write(matters.open_matter, "other", f"{CANARY} the second")
    assert {path.name for path in (tmp_path / "desk").iterdir()} == {"firm.db", "firm.db-wal", "firm.db-shm"}
    for word in (CANARY.encode(), b"SQLite format 3", b"CREATE TABLE", b"mduarte"):
        assert word in on_disk(tmp_path / "plain"), word
        assert word not in on_disk(tmp_path / "desk"), word
    plain.close()


def test_the_file_begins_with_the_salt_that_names_its_key(firm: FirmFixture) -> None:
    key = key_of(firm)
    assert sqlite.check_file(Path(firm.store)) == key.salt
    assert firm.key_file is not None
    assert key.name in firm.key_file.read_text()
    moved = Path(firm.store).with_name("moved.db")
    Path(firm.store).rename(moved)
    firm.store = str(moved)
    opens(firm)


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps no permission bits of this kind.")
@pytest.mark.parametrize("make", [local_firm, keyed_firm])
def test_every_file_is_its_owners_alone_whatever_the_mask(
    make: Callable[..., FirmFixture], tmp_path: Path
) -> None:
    mask = os.umask(0)
    try:
        made = make(tmp_path / "desk" / "firm.db", ManualClock())
        made.desk("mduarte").write(matters.open_matter, "other", CANARY)
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "desk").iterdir()}
        made.close()
    finally:
        os.umask(mask)
    assert modes == {"firm.db": 0o600, "firm.db-wal": 0o600, "firm.db-shm": 0o600}
    assert stat.S_IMODE((tmp_path / "desk").stat().st_mode) == 0o700


def test_a_store_of_an_older_schema_is_copied_under_the_same_key(firm: FirmFixture) -> None:
    path, key = Path(firm.store), key_of(firm)
    engine = sqlite.make_engine(path, key)
    with engine.connect() as conn:
        conn.execute(text("UPDATE engine_meta SET value = '1' WHERE key = 'schema'"))
        conn.commit()
    assert migrate.bring_up(engine, path) == SCHEMA
    engine.dispose()
    copy = path.with_name(f"firm.db.before-{SCHEMA}")
    assert sqlite.check_file(copy) == key.salt
    assert CANARY.encode() not in copy.read_bytes()
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600 or os.name != "posix"
    with closing(sqlite.connect(copy, key)()) as conn:
        assert conn.execute("SELECT value FROM engine_meta WHERE key = 'schema'").fetchone() == ("1",)


# -- what is wrong with it ------------------------------------------------------------------------------------------


def test_a_key_that_is_missing_leaves_three_ways_out(firm: FirmFixture) -> None:
    assert firm.key_file is not None
    firm.key_file.write_text("# nothing here\n")
    refused = refusal(lambda: opens(firm))
    assert (refused.code, refused.exit_status) == ("key_missing", 3)
    for way in ("keyring", "--key-file", "recovery copy"):
        assert way in refused.next


def test_another_stores_key_is_told(firm: FirmFixture) -> None:
    assert firm.key_file is not None
    firm.key_file.write_text(firm.key_file.read_text().replace("-", "-0", 1))
    assert refusal(lambda: opens(firm)).code == "wrong_key"
    wrong = sqlite.connect(Path(firm.store), StoreKey.new())
    refused = refusal(wrong)
    assert (refused.code, refused.exit_status) == ("wrong_key", 3)


@pytest.mark.parametrize("size", [0, 1, 15, 16, 100, 4095])
def test_a_file_with_no_whole_page_is_no_store(size: int, firm: FirmFixture) -> None:
    path = Path(firm.store)
    path.write_bytes(path.read_bytes()[:size])
    assert refusal(lambda: opens(firm)).code == "not_a_store"


@pytest.mark.parametrize("size", [4096, 4097, 50_000, 8 * 4096, -4096, -1])
def test_a_half_copied_file_is_damaged(size: int, firm: FirmFixture) -> None:
    path = Path(firm.store)
    path.write_bytes(path.read_bytes()[:size])
    assert noticed(firm) == "store_damaged"


@pytest.mark.parametrize(
    "data",
    [
        b"a shopping list, " * 1000,
        b"\0" * 20_000,
        b"%PDF-1.7\n" + b"obj stream " * 2000,
        b"SQLite format 3\0" + b"x" * 9000,
    ],
)
def test_what_is_no_store_is_told_from_one_whose_key_is_missing(data: bytes, firm: FirmFixture) -> None:
    Path(firm.store).write_bytes(data)
    assert refusal(lambda: opens(firm)).code == "not_a_store"


@pytest.mark.parametrize(
    ("at", "codes"),
    [(3, {"key_missing"}), (16, {"wrong_key"}), (4000, {"wrong_key"}), (4200, {"store_damaged"})],
)
def test_a_flipped_bit_is_noticed(at: int, codes: set[str], firm: FirmFixture) -> None:
    path = Path(firm.store)
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    assert noticed(firm) in codes


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps no permission bits of this kind.")
@pytest.mark.parametrize(("mode", "folder"), [(0o640, 0o700), (0o604, 0o700), (0o600, 0o770), (0o600, 0o702)])
def test_a_store_in_reach_of_others_is_not_opened(mode: int, folder: int, firm: FirmFixture) -> None:
    path = Path(firm.store)
    opens(firm)
    path.chmod(mode)
    path.parent.chmod(folder)
    for act in (
        lambda: opens(firm),
        lambda: bootstrap.migrate(firm.store, key_file=firm.key_file),
        lambda: rotate(firm),
    ):
        refused = refusal(act)
        assert (refused.code, refused.exit_status) == ("store_open_to_others", 3)
        assert "chmod" in refused.next


# -- what the doctor says -------------------------------------------------------------------------------------------


def checks(firm: FirmFixture) -> dict[str, tuple[bool, str, str]]:
    with closing(open_desk(firm.store, "mduarte", clock=firm.clock, key_file=firm.key_file)) as desk:
        return {check.id: (check.ok, check.detail, check.fix) for check in desk.read(care.doctor)}


def mark(firm: FirmFixture, statement: str) -> None:
    path = Path(firm.store)
    key = bootstrap.store_key_for(path, key_file=firm.key_file)
    with closing(sqlite.connect(path, key)()) as conn:
        conn.execute(statement)


def test_the_doctor_says_how_the_file_is_kept_and_where_its_key_lies(firm: FirmFixture) -> None:
    said = checks(firm)
    assert "encrypted (SQLCipher 4" in said["cipher"][1]
    assert f"the key file {firm.key_file}" in said["keyring"][1]
    assert "confirmed in a test" in said["keyring"][1]
    assert said["place"][0]
    mark(firm, "DELETE FROM engine_meta WHERE key = 'recovery'")
    ok, detail, fix = checks(firm)["keyring"]
    assert (ok, "nobody has confirmed" in detail, "casedesk secret rotate" in fix) == (False, True, True)


def test_the_doctor_finds_a_firm_that_stands_in_the_clear(tmp_path: Path) -> None:
    plain = local_firm(tmp_path / "desk" / "firm.db", ManualClock())
    assert "made for tests" in checks(plain)["cipher"][1]
    mark(plain, "DELETE FROM engine_meta WHERE key = 'manual_clock'")
    ok, detail, fix = checks(plain)["cipher"]
    assert (ok, "not encrypted" in detail, "casedesk secret rotate" in fix) == (False, True, True)
    mark(plain, "INSERT INTO engine_meta (key, value) VALUES ('demo', '1')")
    assert checks(plain)["cipher"][:2] == (True, "plain: a demo, and nobody in it is real")


# -- what nobody hears ----------------------------------------------------------------------------------------------


def test_no_log_no_echo_and_no_event_shows_the_key(
    firm: FirmFixture, caplog: pytest.LogCaptureFixture
) -> None:
    key = key_of(firm)
    caplog.set_level(logging.DEBUG)
    engine = create_engine(
        "sqlite://", creator=sqlite.connect(Path(firm.store), key), echo="debug", echo_pool="debug"
    )
    with engine.connect() as conn:
        assert conn.exec_driver_sql("PRAGMA cipher_status").scalar_one() == "1"
    engine.dispose()
    assert "cipher_status" in caplog.text
    assert secret_of(key) not in caplog.text
    assert key.salt.hex() not in caplog.text


def test_no_traceback_shows_the_key_not_even_with_every_frames_variables(
    firm: FirmFixture, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    right, wrong = key_of(firm), StoreKey.new()

    def fail(draft: Path) -> None:
        raise ZeroDivisionError

    tried: list[Callable[[], Any]] = [
        sqlite.connect(Path(firm.store), wrong),
        sqlite.connect(tmp_path / "no" / "such" / "folder", right),
        sqlite.connect(tmp_path, right),
        lambda: Store(sqlite.make_engine(Path(firm.store), wrong), sqlite.SqliteDialect(), "it").check(),
        lambda: rekey.rekey(Path(firm.store), wrong, right, lambda draft: None),
        lambda: rekey.rekey(Path(firm.store), right, wrong, fail),
    ]
    for act in tried:
        with pytest.raises((Refusal, DBAPIError, ZeroDivisionError, DRIVER.Error)) as raised:
            act()
        error: BaseException | None = raised.value
        said = "".join(
            traceback.TracebackException.from_exception(raised.value, capture_locals=True).format()
        )
        while error is not None:
            said += repr(error) + "".join(traceback.format_exception(error))
            error = error.__context__
        for key in (right, wrong):
            assert secret_of(key) not in said
            assert "".join(key.recovery()) not in said.replace("-", "")
    streams = capfd.readouterr()
    assert streams.out + streams.err == ""


# -- under another key ----------------------------------------------------------------------------------------------


def rotate(firm: FirmFixture, **more: Any) -> bootstrap.Rotated:
    return bootstrap.rotate_key(
        firm.store,
        "jreyes",
        lambda path, key: "confirmed again",
        key_file=firm.key_file,
        clock=firm.clock,
        **more,
    )


def rows(path: Path, key: StoreKey | None) -> dict[str, list[Any]]:
    """Every row of every table."""
    with closing(sqlite.connect(path, key)()) as conn:
        tables = conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {name: conn.execute(f'SELECT * FROM "{name}"').fetchall() for (name,) in tables}


def test_a_new_key_opens_the_same_rows_and_the_old_one_opens_nothing(firm: FirmFixture) -> None:
    path, old = Path(firm.store), key_of(firm)
    before = rows(path, old)
    assert not rotate(firm).was_plain
    new = key_of(firm)
    assert (new != old, new.salt != old.salt) == (True, True)
    assert refusal(sqlite.connect(path, old)).code == "wrong_key"
    after = rows(path, new)
    grown = {name for name in before if before[name] != after[name]}
    assert grown == {"audit", "audit_head", "engine_meta"}
    assert dict(after["engine_meta"])["recovery"] == "confirmed again"
    assert firm.key_file is not None
    assert old.name not in firm.key_file.read_text()
    desk = firm.desk("jreyes")
    assert desk.read(trail.verify).ok
    (said,) = [entry for entry in desk.read(trail.listing) if entry.action == "store.key_changed"]
    assert (said.actor, said.subject) == ("jreyes", "jreyes")
    assert [check for check in desk.read(care.doctor) if not check.ok] == []
    assert [p.name for p in path.parent.iterdir() if not p.name.startswith("firm.db")] == []


def test_a_plain_store_is_put_under_a_key(tmp_path: Path) -> None:
    plain = local_firm(tmp_path / "desk" / "firm.db", ManualClock())
    path = Path(plain.store)
    before = rows(path, None)
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    plain.key_file = keys / "stores"
    assert rotate(plain).was_plain
    key = key_of(plain)
    assert not path.read_bytes().startswith(b"SQLite")
    assert rows(path, key)["person"] == before["person"]
    plain.close()


def test_while_somebody_has_it_open_nothing_changes(firm: FirmFixture) -> None:
    path = Path(firm.store)
    assert firm.key_file is not None
    keys = firm.key_file.read_bytes()
    script = (
        "import sys; from pathlib import Path; from casedesk.bootstrap import open_store;"
        "store = open_store(sys.argv[1], 'mduarte', key_file=Path(sys.argv[2])); print('open', flush=True);"
        "sys.stdin.readline(); store.close()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, firm.store, str(firm.key_file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        before = path.read_bytes()
        refused = refusal(lambda: rotate(firm))
        assert (refused.code, refused.exit_status) == ("store_locked", 3)
        assert path.read_bytes() == before
        other.communicate("\n")
    assert [line for line in firm.key_file.read_bytes().split() if line not in keys.split()] == []
    rotate(firm)


def test_nobody_takes_the_pen_before_the_exchange(firm: FirmFixture) -> None:
    old = key_of(firm)

    def try_it(draft: Path) -> None:
        with closing(DRIVER.connect(firm.store, timeout=0, isolation_level=None)) as other:
            other.execute(f'PRAGMA key="{old.spelled()}"')
            with pytest.raises(DRIVER.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")

    rekey.rekey(Path(firm.store), old, StoreKey.new(), try_it)


def test_who_waited_while_the_file_was_exchanged_writes_nothing_into_the_old_one(firm: FirmFixture) -> None:
    """Another process opens the store in the moment of the exchange: it is told, or it has the new file."""
    path = Path(firm.store)
    script = (
        "import sys; from pathlib import Path; from casedesk.bootstrap import open_desk\n"
        "from casedesk.desk import matters\nfrom casedesk.refusal import Refusal\n"
        "import casedesk.store.sqlite as s\nwas = s.connect\n"
        "def connect(*a):\n    made = was(*a)\n    def creator():\n        print('opening', flush=True)\n        return made()\n"
        "    return creator\ns.connect = connect\n"
        "try:\n"
        "    desk = open_desk(sys.argv[1], 'mduarte', key_file=Path(sys.argv[2]))\n"
        "    print(desk.write(matters.open_matter, 'other', 'Too Late').ref)\n"
        "except Refusal as refusal:\n    print(refusal.code)\n"
    )
    other: list[subprocess.Popen[str]] = []

    def confirm(draft: Path) -> None:
        child = subprocess.Popen(
            [sys.executable, "-c", script, firm.store, str(firm.key_file)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        assert child.stdout.readline() == "opening\n"
        other.append(child)

    old, new = key_of(firm), StoreKey.new()
    rekey.rekey(path, old, new, confirm)
    said = other[0].communicate()[0].split()
    assert said[-1] in ("store_moved", "store_locked", "store_not_writable", "wrong_key"), said
    assert not any("Too Late" in str(row) for row in rows(path, new)["client"])


def test_a_file_exchanged_while_the_pen_was_waited_for_takes_no_write(
    firm: FirmFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk(firm.store, "mduarte", clock=firm.clock, key_file=firm.key_file)
    begin = sqlite.begin

    def exchanged(conn: Any, *, write: bool) -> None:
        begin(conn, write=write)
        if write:
            Path(firm.store).rename(f"{firm.store}.gone")
            Path(firm.store).touch()

    monkeypatch.setattr(sqlite, "begin", exchanged)
    with pytest.raises(StoreUnavailable) as refused:
        desk.write(matters.open_matter, "other", "Too Late")
    assert refused.value.code == "store_moved"
    desk.close()


def test_a_copy_that_differs_is_not_put_in_place(firm: FirmFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    path, old = Path(firm.store), key_of(firm)
    copy = rekey._copy

    def lossy(how: str) -> Callable[..., None]:
        def act(conn: Any, draft: Path, new: StoreKey) -> None:
            copy(conn, draft, new)
            with closing(sqlite.connect(draft, new)()) as other:
                other.execute("PRAGMA foreign_keys = OFF")
                other.execute(how)

        return act

    for how in (
        "DELETE FROM engine_meta WHERE key = 'floor'",
        "UPDATE engine_meta SET value = 'nobody' WHERE key = 'sits_here'",
        "INSERT INTO engine_meta (key, value) VALUES ('zz', 'one row more')",
        "DROP TRIGGER guard_filing_insert_1",
        "DROP TABLE heartbeat",
    ):
        monkeypatch.setattr(rekey, "_copy", lossy(how))
        assert refusal(lambda: rotate(firm)).code == "store_damaged"
        assert key_of(firm) == old
        assert [p.name for p in path.parent.iterdir()] == ["firm.db"]


def test_what_fails_after_the_exchange_leaves_the_new_key_where_it_is(
    firm: FirmFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(folder: Path) -> None:
        raise OSError(5, "Input/output error")

    old = key_of(firm)
    monkeypatch.setattr(rekey, "_sync", broken)
    refusal(lambda: rotate(firm))
    assert key_of(firm) != old
    opens(firm)


def test_a_confirmation_refused_leaves_everything_as_it_was(firm: FirmFixture) -> None:
    assert firm.key_file is not None
    keys = firm.key_file.read_bytes()

    def no(path: Path, key: StoreKey) -> str:
        raise Refusal("recovery_not_confirmed", "No.")

    refused = refusal(lambda: bootstrap.rotate_key(firm.store, "jreyes", no, key_file=firm.key_file))
    assert refused.code == "recovery_not_confirmed"
    assert firm.key_file.read_bytes() == keys
    opens(firm)


def test_who_is_not_of_the_firm_changes_no_key(firm: FirmFixture) -> None:
    assert firm.key_file is not None
    keys = firm.key_file.read_bytes()
    act = lambda: bootstrap.rotate_key(firm.store, "nobody", lambda p, k: "x", key_file=firm.key_file)  # noqa: E731
    assert refusal(act).code == "not_found"
    assert firm.key_file.read_bytes() == keys
