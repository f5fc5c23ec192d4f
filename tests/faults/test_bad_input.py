"""Bad input and a bad day: one sentence and the contract's exit status, and the record as it was."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from casedesk.desk import tasks
from casedesk.refusal import StoreUnavailable
from casedesk.store import sqlite
from tests.faults.conftest import Outside, sqlite_driver
from tests.faults.receiving import notices, problems
from tests.support.clock import ManualClock
from tests.support.firm import local_firm
from tests.support.loopback import HOST, Relay, closed_port
from tests.support.notices import make_rfe
from tests.unit.test_child import page_with, squeezed

Said = Callable[..., Any]

ON_SHARED = pytest.mark.parametrize("outside", ["postgresql"], indirect=True)
ON_LOCAL = pytest.mark.parametrize("outside", ["sqlite"], indirect=True)


@pytest.fixture
def untouched(outside: Outside) -> Iterator[None]:
    """The record holds what it held, and is sound."""
    before = outside.counts()
    yield
    assert outside.counts() == before
    assert outside.whole()


def refused(words: str) -> str:
    """What was said: one line for a person, with no trace of the program's inside."""
    assert "Traceback" not in words
    assert "sqlalchemy" not in words.lower()
    (line,) = words.strip().splitlines()
    assert line.endswith((".", "?", ")"))
    return line


def at(outside: Outside, *words: str, who: str = "tfinn") -> list[str]:
    return ["--store", outside.firm.store, "--as", who, *words]


@pytest.mark.usefixtures("untouched")
class TestFiles:
    """Each refused with its name, exit status 1, beside a good command's JSON contract."""

    def refuse(self, outside: Outside, said: Said, path: Path, words: str) -> None:
        status, text = said(*at(outside, "document", "receive", str(path)), env=outside.environment())
        assert status == 1
        line = refused(text)
        assert path.name in line
        assert words in line
        status, text = said(
            *at(outside, "document", "receive", str(path), "--json"), env=outside.environment()
        )
        assert status == 1
        (element,) = json.loads(text)
        assert words in element["error"]["message"]

    def test_an_empty_file(self, outside: Outside, said: Said) -> None:
        path = outside.folder / "empty.pdf"
        path.touch()
        self.refuse(outside, said, path, "empty")

    def test_three_hundred_megabytes(self, outside: Outside, said: Said) -> None:
        path = outside.folder / "large.pdf"
        with path.open("wb") as file:
            file.write(b"%PDF-1.7\n")
            file.truncate(300 * 1024 * 1024)
        self.refuse(outside, said, path, "300 MiB")

    def test_a_bomb(self, outside: Outside, said: Said) -> None:
        path = outside.folder / "bomb.pdf"
        packed = squeezed(1_000_000_000, 3)
        path.write_bytes(page_with(packed, b"/Filter [/FlateDecode /FlateDecode /FlateDecode]"))
        assert path.stat().st_size < 2_000
        self.refuse(outside, said, path, "monstrous")

    def test_a_file_that_is_not_there_and_a_folder(self, outside: Outside, said: Said) -> None:
        self.refuse(outside, said, outside.folder / "gone.pdf", "no file")
        folder = outside.folder / "folder.pdf"
        folder.mkdir()
        self.refuse(outside, said, folder, "folder.pdf")


def test_one_bad_file_among_good_ones_keeps_the_good_ones(outside: Outside, said: Said) -> None:
    good = notices(outside, 2)
    bad = outside.folder / "empty.pdf"
    bad.touch()
    names = [str(good[0].path), str(bad), str(good[1].path)]
    status, text = said(*at(outside, "document", "receive", *names, "--json"), env=outside.environment())
    assert status == 1
    assert ["error" in element for element in json.loads(text)] == [False, True, False]
    assert [problems(outside, paper) for paper in good] == [[], []]


@pytest.mark.usefixtures("untouched")
class TestWho:
    def test_an_unknown_person(self, outside: Outside, said: Said) -> None:
        status, text = said(*at(outside, "task", "list", who="nobody"), env=outside.environment())
        # On the shared store the server does not say whether the login or its password is wrong.
        assert status == (1 if outside.server is None else 3)
        assert "login" in refused(text) or "nobody" in refused(text)

    def test_a_wrong_passphrase(self, outside: Outside, said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
        stdin = "not her passphrase\na new one that is long enough\n"
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        words = at(outside, "signing", "rotate", "--passphrase-stdin", who="aokafor")
        status, text = said(*words, env=outside.environment())
        assert status == 1
        assert "passphrase" in refused(text)


@ON_SHARED
def test_a_wrong_password(outside: Outside, said: Said) -> None:
    environment = outside.environment()
    words = Path(environment["PGPASSFILE"])
    words.write_text(words.read_text().replace(outside.firm.passwords["tfinn"], "not-the-password"))
    status, text = said(*at(outside, "task", "list"), env=environment)
    assert status == 3
    assert "login and password" in refused(text)
    words.write_text("")
    status, text = said(*at(outside, "task", "list"), env=environment)
    assert status == 3
    assert "password" in refused(text)


def test_a_store_newer_than_the_program(outside: Outside, said: Said) -> None:
    before = outside.counts()
    mark = "UPDATE engine_meta SET value = '99' WHERE key IN ('floor', 'schema') RETURNING key"
    assert len(outside.rows(mark)) == 2
    path = outside.folder / "notice.pdf"
    path.write_bytes(make_rfe())
    commands = [("document", "receive", str(path)), ("task", "list")]
    if outside.server is None:
        commands.append(("migrate",))  # on a shared store it is the owner's
    for words in commands:
        status, text = said(*at(outside, *words), env=outside.environment())
        assert status == 3
        assert "newer" in refused(text)
    assert outside.counts() == before


def test_a_store_that_is_not_one(tmp_path: Path, said: Said) -> None:
    (tmp_path / "text.db").write_text("Dear Sirs,\n" * 50)
    (tmp_path / "empty.db").touch()
    (tmp_path / "folder.db").mkdir()
    other = sqlite_driver().connect(str(tmp_path / "other.db"))
    other.execute("CREATE TABLE recipe (id INTEGER, name TEXT)")
    other.commit()
    other.close()
    paper = tmp_path / "notice.pdf"
    paper.write_bytes(make_rfe())
    for name in ("text.db", "empty.db", "folder.db", "other.db", "missing.db"):
        path = tmp_path / name
        held = path.read_bytes() if path.is_file() else None
        status, text = said("--store", str(path), "--as", "tfinn", "document", "receive", str(paper))
        assert status == 3
        assert str(path) in refused(text)
        assert (path.read_bytes() if path.is_file() else None) == held
    assert not (tmp_path / "missing.db").exists()


@ON_SHARED
def test_a_database_without_a_store_and_a_server_that_is_not_there(
    outside: Outside, said: Said, tmp_path: Path
) -> None:
    assert outside.server is not None
    assert outside.firm.owned is not None
    empty = outside.server.new_owner_database()
    secrets = tmp_path / "owner"
    secrets.write_text(empty.pgpass(empty.owner, empty.password) + "\n")
    secrets.chmod(0o600)
    status, text = said(
        "--store", empty.url, "--as", empty.owner, "task", "list", env={"PGPASSFILE": str(secrets)}
    )
    outside.server.drop(empty)
    assert status == 3
    assert "no casedesk store" in refused(text)
    nowhere = f"postgresql://{HOST}:{closed_port()}/{outside.firm.owned.name}"
    status, text = said("--store", nowhere, "--as", "tfinn", "task", "list", env=outside.environment())
    assert status == 3
    assert "network" in refused(text)


@contextmanager
def after_statements(number: int, act: Callable[[], object]) -> Iterator[list[int]]:
    """Calls `act` once, right after the process's `number`-th statement; 0 means right before a commit."""
    seen = [0]

    def count(*_: Any) -> None:
        seen[0] += 1
        if seen[0] == number:
            act()

    def commits(*_: Any) -> None:
        if number == 0:
            act()

    event.listen(Engine, "after_cursor_execute", count)
    event.listen(Engine, "commit", commits)
    try:
        yield seen
    finally:
        event.remove(Engine, "after_cursor_execute", count)
        event.remove(Engine, "commit", commits)


@ON_SHARED
def test_the_network_goes_in_the_middle(
    outside: Outside, said: Said, effort: Callable[[int, int], int]
) -> None:
    assert outside.server is not None
    assert outside.firm.owned is not None
    tries = effort(6, 100)
    papers = notices(outside, tries + 2)
    with Relay(outside.firm.owned.port) as relay:
        url = f"postgresql://{HOST}:{relay.port}/{outside.firm.owned.name}"
        words = ["--store", url, "--as", "tfinn", "document", "receive"]
        environment = outside.environment()
        for paper in papers[
            :2
        ]:  # the first puts rules and playbook on record as well, which no later one does
            with after_statements(-1, relay.cut) as seen:
                assert said(*words, str(paper.path), env=environment)[0] == 0
        for n, paper in enumerate(papers[2:]):
            before = outside.counts()
            # Spread over the command's statements; the last one is cut between its last statement and the commit.
            moment = 0 if n == tries - 1 else 1 + n * (seen[0] - 1) // (tries - 1)
            with after_statements(moment, relay.cut):
                status, text = said(*words, str(paper.path), env=environment)
            assert status == 3, moment
            assert "network" in refused(text)
            assert outside.counts() == before
            assert problems(outside, paper) == []
            relay.mend()
            status, text = said(*words, str(paper.path), "--json", env=environment)
            assert status == 0
            assert [view["duplicate"] for view in json.loads(text)] == [False]
            assert problems(outside, paper) == []


@ON_SHARED
def test_the_network_goes_between_a_commit_and_its_answer(
    outside: Outside, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg

    (paper,) = notices(outside, 1)
    commit = psycopg.Connection.commit
    lost: list[bool] = []

    def commit_and_lose_the_answer(connection: psycopg.Connection[Any]) -> None:
        wrote = connection.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS
        commit(connection)
        if wrote and not lost and problems(outside, paper) == [] and _received(outside, paper.sha256):
            lost.append(True)
            connection.close()
            raise psycopg.OperationalError("server closed the connection unexpectedly")

    words = at(outside, "document", "receive", str(paper.path))
    with monkeypatch.context() as patch:
        patch.setattr(psycopg.Connection, "commit", commit_and_lose_the_answer)
        status, text = said(*words, env=outside.environment())
    assert lost
    assert status == 3
    assert "nothing was written" not in refused(text)
    status, text = said(*words, "--json", env=outside.environment())
    assert status == 0
    assert [view["duplicate"] for view in json.loads(text)] == [True]
    assert problems(outside, paper) == []


def _received(outside: Outside, sha256: str) -> bool:
    return bool(outside.rows(f"SELECT 1 FROM document WHERE sha256 = '{sha256}'"))


@ON_LOCAL
@pytest.mark.usefixtures("untouched")
def test_another_program_holds_the_pen(outside: Outside, said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)
    path = outside.folder / "notice.pdf"
    path.write_bytes(make_rfe())
    outside.rows("BEGIN IMMEDIATE")
    try:
        status, text = said(*at(outside, "document", "receive", str(path)))
        assert status == 3
        assert "locked" in refused(text)
        assert said(*at(outside, "task", "list"))[0] == 0  # readers do not wait
    finally:
        outside.rows("ROLLBACK")


@ON_LOCAL
@pytest.mark.skipif(os.name != "posix", reason="Limits on a process's files are POSIX.")
@pytest.mark.usefixtures("untouched")
def test_the_disk_is_full(outside: Outside, tmp_path: Path) -> None:
    path = outside.folder / "notice.pdf"
    path.write_bytes(make_rfe() + b"%" * 400_000)
    outside.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.faults.limited",
            "200000",
            *at(outside, "document", "receive", str(path)),
        ],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 3
    assert "disk" in refused(done.stdout + done.stderr)


@ON_LOCAL
@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="Root writes where nobody may.")
def test_a_store_that_may_only_be_read(outside: Outside, said: Said) -> None:
    Path(outside.firm.store).chmod(0o400)
    path = outside.folder / "notice.pdf"
    path.write_bytes(make_rfe())
    status, text = said(*at(outside, "document", "receive", str(path)))
    assert status == 3
    assert "written" in refused(text)


@ON_LOCAL
def test_a_damaged_store_says_so(outside: Outside, said: Said, tmp_path: Path) -> None:
    outside.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    damaged = tmp_path / "damaged.db"
    shutil.copy(outside.firm.store, damaged)
    with damaged.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (damaged.stat().st_size - 4096))
    status, text = said("--store", str(damaged), "--as", "tfinn", "task", "list")
    assert status == 3
    assert "damaged" in refused(text)


def test_a_local_store_that_is_moved_away_under_an_open_desk_takes_no_more_writes(
    store_path: Path, manual_clock: ManualClock
) -> None:
    firm = local_firm(store_path, manual_clock)
    desk = firm.desk("mduarte")
    desk.read(tasks.queue)
    moved = store_path.with_name("elsewhere.db")
    store_path.rename(moved)
    for act in (lambda: desk.read(tasks.queue), lambda: desk.write(tasks.acknowledge, "T-000000")):
        with pytest.raises(StoreUnavailable, match="no longer the file"):
            act()
    moved.rename(store_path)
    assert desk.read(tasks.queue) == ()
    firm.close()
