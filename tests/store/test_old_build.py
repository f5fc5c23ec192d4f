"""A program of the schema before goes on working on a store that was moved: what it says to the store is still taken.

Every statement that the program of a released schema sent while its own tests ran is kept, with the logins that sent
it (`scripts/record_statements.py`). What its store let a login do before the move, the moved store lets it do.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from casedesk.store.store import FLOOR, SCHEMA
from tests.faults.conftest import sqlite_driver
from tests.store.test_migrations import Old, old_file
from tests.support import released
from tests.support.backups import owner_url
from tests.support.postgres import OwnedDb, PgServer

BEFORE = f"{SCHEMA - 1:04d}"
KEPT = released.FOLDER / f"{BEFORE}.statements.json.xz"


def said() -> dict[str, Any]:
    return dict(json.loads(lzma.decompress(KEPT.read_bytes())))


def writes(statement: str) -> bool:
    return not statement.lstrip().upper().startswith(("SELECT", "WITH"))


def test_the_floor_lets_the_build_before_in_and_none_older() -> None:
    """The first schema's program would find papers of this one unreadable, and could neither enrol keys nor sign."""
    assert FLOOR == SCHEMA - 1


def test_on_a_local_store(tmp_path: Path) -> None:
    before = old_file(tmp_path, "before.db", BEFORE, encrypted=False)
    after = old_file(tmp_path, "after.db", BEFORE, encrypted=False)
    after.migrate()
    planned, lost = 0, []
    with (
        closing(sqlite_driver().connect(before.store)) as old,
        closing(sqlite_driver().connect(after.store)) as new,
    ):
        for statement in said()["sqlite"]:
            if _planned(old, statement):
                planned += 1
                if not _planned(new, statement):
                    lost.append(statement)
    assert lost == []
    assert planned > 350


def _planned(conn: Any, statement: str) -> bool:
    """Whether SQLite understands it; a parameter of any name is nothing."""

    class Nothing(dict[str, None]):
        def __missing__(self, key: str) -> None:
            return None

    try:
        conn.execute(f"EXPLAIN {statement}", Nothing()).fetchall()
    except sqlite_driver().Error:
        return False
    return True


@pytest.fixture
def both(pg_server: PgServer) -> Iterator[tuple[OwnedDb, OwnedDb]]:
    """The same shared store before and after its move."""
    before = pg_server.new_owner_database()
    released.shared(before, BEFORE)
    after = pg_server.clone(before)
    Old(owner_url(after), owned=after).migrate()
    yield before, after
    pg_server.drop(after)
    pg_server.drop(before)


def test_on_a_shared_store_under_every_login(both: tuple[OwnedDb, OwnedDb]) -> None:
    import psycopg

    before, after = both
    statements: dict[str, list[str]] = said()["postgresql"]
    planned, wrote, lost = 0, 0, []
    for who in sorted({login for logins in statements.values() for login in logins}):
        with (
            psycopg.connect(before.login_url(who, released.PASSWORD), autocommit=True) as old,
            psycopg.connect(after.login_url(who, released.PASSWORD), autocommit=True) as new,
        ):
            for statement, logins in statements.items():
                if who not in logins or not _allowed(old, statement):
                    continue
                planned += 1
                wrote += writes(statement)
                if not _allowed(new, statement):
                    lost.append((who, statement))
    assert lost == []
    assert planned > 1200
    assert wrote > 400


def _allowed(conn: Any, statement: str) -> bool:
    """Whether the server plans it for this login, which it does only for who may do it."""
    import re

    import psycopg

    names = set(re.findall(r"%\((\w+)\)s", statement))
    try:
        conn.execute(f"EXPLAIN {statement}", dict.fromkeys(names))
    except psycopg.Error:
        return False
    return True
