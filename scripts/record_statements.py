"""Keep what a released program says to its stores, as a later program's store still has to take it.

Run by the program that is released, from its checkout, over the tests that walk through its use-cases:

    PYTHONPATH=. STATEMENTS=0002.statements.json.xz uv run pytest -p scripts.record_statements -n0 tests/desk tests/recipes

writes each statement that the program sent to a local store (`sqlite`), and to a shared one with the people of the
test's firm who sent it (`postgresql`). What tests typed by hand, and what a store's owner did, are no words of the
program and left out.
"""

from __future__ import annotations

import json
import lzma
import os
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event
from tests.support.firm import EVERYBODY

from casedesk.store import store

PEOPLE = {*(person.handle for person in EVERYBODY), "desk"}
_OURS = os.fspath(Path(store.__file__).parent)
_ROOM = 12
"""How far up the stack SQLAlchemy's own calls reach, at the most."""

said: dict[str, set[str]] = defaultdict(set)
said_locally: set[str] = set()


@event.listens_for(Engine, "before_cursor_execute")
def _hear(conn: Connection, cursor: Any, statement: str, *rest: Any) -> None:
    if not statement.lstrip().upper().startswith(("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")):
        return
    if conn.dialect.name == "sqlite":
        if statement not in said_locally and _by_the_program():
            said_locally.add(statement)
        return
    login = conn.engine.url.username or ""
    if login in PEOPLE and login not in said.get(statement, ()) and _by_the_program():
        said[statement].add(login)


def _by_the_program() -> bool:
    """Whether a transaction of the store asked for it, before anybody outside the store did."""
    frame = sys._getframe(2)
    for _ in range(_ROOM):
        if frame.f_back is None:
            return False
        frame = frame.f_back
        name = frame.f_code.co_filename
        if name.startswith(_OURS):
            return True
        if "sqlalchemy" not in name:
            return False
    return False


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    kept = {
        "sqlite": sorted(said_locally),
        "postgresql": {statement: sorted(logins) for statement, logins in sorted(said.items())},
    }
    text = json.dumps(kept, separators=(",", ":")).encode()
    Path(os.environ["STATEMENTS"]).write_bytes(lzma.compress(text, preset=9))
