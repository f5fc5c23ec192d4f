"""Stores of released schemas, made as their own programs made them: frozen tables, their rows, their guards."""

from __future__ import annotations

import base64
import json
import lzma
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from casedesk.security.scram import scram_verifier
from casedesk.security.store_key import StoreKey
from casedesk.store import backup, migrate, postgres, sqlite
from tests.support.backups import owner_url
from tests.support.postgres import OwnedDb

FOLDER = Path(__file__).parents[1] / "store" / "released"
PASSWORD = "a-login-of-old"


@cache
def released(revision: str) -> dict[str, Any]:
    """What `scripts/freeze_release.py` kept: `rows` by table, `guards` by dialect."""
    return dict(json.loads(lzma.decompress((FOLDER / f"{revision}.json.xz").read_bytes())))


def local(path: Path, revision: str, key: StoreKey | None = None) -> None:
    """A local store of that schema at `path`."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    sqlite.make_empty(path)
    engine = sqlite.make_engine(path, key)
    with engine.connect() as conn:
        conn.exec_driver_sql("PRAGMA foreign_keys = OFF")
        conn.exec_driver_sql(f"PRAGMA application_id = {sqlite.APPLICATION_ID}")
        conn.exec_driver_sql("BEGIN IMMEDIATE")
        _fill(conn, revision)
        conn.exec_driver_sql("COMMIT")
        conn.commit()
        conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


def shared(owned: OwnedDb, revision: str) -> list[str]:
    """A shared store of that schema in an empty database, with a login (`PASSWORD`) for everybody; their names."""
    engine = postgres.make_engine(postgres.parse_url(owner_url(owned), None), owned.password)
    with engine.connect() as conn:
        migrate._make_groups(conn)
        _fill(conn, revision)
        conn.exec_driver_sql("UPDATE person SET login = handle WHERE active = 1")
        people = conn.execute(
            text("SELECT id, handle, kind FROM person WHERE active = 1 ORDER BY handle")
        ).all()
        for person in people:
            roles = conn.execute(
                text("SELECT role FROM person_role WHERE person_id = :i"), {"i": person.id}
            ).scalars()
            groups = [f"casedesk_{role}" for role in roles] or ["casedesk_service"]
            migrate.make_login(conn, person.handle, scram_verifier(PASSWORD), groups)
        conn.commit()
    engine.dispose()
    return [person.handle for person in people]


def _fill(conn: Connection, revision: str) -> None:
    kept = released(revision)
    migrate._upgrade(conn, revision)
    with backup._links_later(conn):
        for table, held in kept["rows"].items():
            columns = ", ".join(f'"{column}"' for column in held["columns"])
            names = [f"c{n}" for n in range(len(held["columns"]))]
            sql = text(f'INSERT INTO "{table}" ({columns}) VALUES ({", ".join(f":{n}" for n in names)})')
            conn.execute(sql, [dict(zip(names, map(_value, row), strict=True)) for row in held["rows"]])
    for statement in kept["guards"][conn.dialect.name]:
        if conn.dialect.name == "sqlite":
            conn.exec_driver_sql(statement)
        else:
            migrate._as_it_stands(conn, statement)


def _value(kept: object) -> object:
    return base64.b64decode(kept["b"]) if isinstance(kept, dict) else kept


def rows(conn: Connection, revision: str) -> dict[str, list[str]]:
    """The rows of that schema's tables and columns, as text; logins and the store's own marks left out."""
    out = {}
    for table, held in released(revision)["rows"].items():
        if table == "engine_meta":
            continue
        columns = ", ".join(f'"{c}"' for c in held["columns"] if (table, c) != ("person", "login"))
        found = conn.exec_driver_sql(f'SELECT {columns} FROM "{table}"').all()
        out[table] = sorted(
            repr([bytes(v) if isinstance(v, memoryview) else v for v in row]) for row in found
        )
    return out


def triggers(conn: Connection) -> set[str]:
    """The names of the triggers that stand."""
    if conn.dialect.name == "sqlite":
        sql = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        sql = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    return set(conn.exec_driver_sql(sql).scalars())
