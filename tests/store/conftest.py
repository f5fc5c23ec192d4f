"""What backups, restores and migrations are tried on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.backups import (
    empty_beside,
)
from tests.support.firm import FirmFixture
from tests.support.postgres import OwnedDb, PgServer
from tests.support.rfe import sqlite_stage


@pytest.fixture
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
