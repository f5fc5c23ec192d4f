"""The shape of a store in hashes: its tables, triggers, functions, row policies and rights, each by name.

On SQLite the shape it should have is made anew in memory, from this program's own text. A server spells what it is
told in its own way; there, whatever makes or migrates a store leaves the shape it made as a mark in it. That mark is
worth what the store's owner is worth, so what the functions say is held against the text too.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, text

from casedesk.models.lifecycle import MACHINES
from casedesk.store import guards, named

HERE = Path(__file__).parent
SERVER = "server"
"""The one name whose value is no hash, but the kind and major version of the database."""

STRUCTURE = ("table ", "index ", "view ")
"""What the names of everything begin with that only a migration may change."""

_FUNCTION = re.compile(r"CREATE OR REPLACE FUNCTION (\w+)\s*\(.*?\bAS (\$\w*\$)(.*?)\2", re.DOTALL)


def fingerprint(conn: Connection) -> dict[str, str]:
    """What stands in the store, as name and hash: `trigger matter.guard_matter_update`, `access matter`,
    `function casedesk_uid()`, `table matter`, `steps`. The owner's name and the database's do not enter."""
    kind = conn.dialect.name
    words: dict[str, list[str]] = {}
    for statement in ("catalogue.relations", "catalogue.rules"):
        for row in conn.execute(named.statement(statement, kind)):
            if not row.name.endswith(" alembic_version"):
                words.setdefault(row.name, []).append(row.words)
    steps = [" ".join(row) for row in conn.execute(named.statement("catalogue.steps", kind))]
    found = {name: _hash(lines) for name, lines in words.items()}
    server = str(conn.execute(named.statement("catalogue.server", kind)).scalar_one())
    return {**found, "steps": _hash(steps), SERVER: server}


def differences(conn: Connection) -> list[str]:
    """The names whose shape is not the one that was made here, sorted; empty for a store as it should be.

    A server of another major version may spell the same shape otherwise; then its name stands here alone.
    """
    have, wanted = fingerprint(conn), marked(conn)
    wrong = _foreign(conn) if conn.dialect.name == "postgresql" else set()
    if wanted is None:
        return sorted({*wrong, "fingerprint"})
    if wanted[SERVER] != have[SERVER]:
        return sorted({*wrong, SERVER})
    return sorted({*wrong, *unlike(have, wanted)})


def mark(conn: Connection) -> None:
    """Leave the shape at hand as the one that was made; called by what makes and migrates stores, in its transaction.
    A local store needs none."""
    if conn.dialect.name == "sqlite":
        return
    conn.execute(named.statement("catalogue.unmark", conn.dialect.name))
    conn.execute(
        text("INSERT INTO engine_meta (key, value) VALUES ('fingerprint', :value)"),
        {"value": json.dumps(fingerprint(conn), sort_keys=True, separators=(",", ":"))},
    )


def marked(conn: Connection) -> dict[str, str] | None:
    """The shape that this store should have: as it was marked, None where it was made before there were marks."""
    if conn.dialect.name == "sqlite":
        return _made_afresh()
    kept = conn.execute(named.statement("catalogue.mark", conn.dialect.name)).scalar()
    return None if kept is None else dict(json.loads(kept))


def _foreign(conn: Connection) -> set[str]:
    """Functions that say something else than this program's text, are none of its own, or are missing."""
    wanted = _bodies()
    found = {row.name: row.body for row in conn.execute(named.statement("catalogue.sources", "postgresql"))}
    return {f"function {name}" for name in unlike(found, wanted)}


@cache
def _bodies() -> dict[str, str]:
    """On PostgreSQL: what every function says, by name, as this program writes it."""
    policies = (path.read_text(encoding="utf-8") for path in sorted((HERE / "policies").glob("*.sql")))
    source = ";\n".join([*guards.postgres_sql(), *policies])
    return {name: body for name, _, body in _FUNCTION.findall(source)}


@cache
def _made_afresh() -> dict[str, str]:
    """The shape that this program gives a local store: the frozen tables and the guards, made in memory."""
    from sqlalchemy import create_engine
    from sqlcipher3 import dbapi2

    engine = create_engine("sqlite://", module=dbapi2)
    with engine.connect() as conn:
        for path in sorted((HERE / "ddl").glob("*_sqlite.sql")):
            for part in path.read_text(encoding="utf-8").split(";\n"):
                if part.strip():
                    conn.exec_driver_sql(part)
        for machine, before, after in steps():
            conn.exec_driver_sql("INSERT INTO transition VALUES (?, ?, ?)", (machine, before, after))
        for statement in guards.sqlite_sql():
            conn.exec_driver_sql(statement)
        found = fingerprint(conn)
    engine.dispose()
    return found


def steps() -> list[tuple[str, str, str]]:
    """Every step of every lifecycle, as the store keeps them."""
    return [
        (machine, before.value, after.value)
        for machine, table in MACHINES.items()
        for before, afters in table.items()
        for after in sorted(afters)
    ]


def unlike(have: dict[str, str], wanted: dict[str, str]) -> set[str]:
    """The names that stand in one of two shapes only, or differ."""
    return {name for name in {*have, *wanted} if have.get(name) != wanted.get(name)}


def _hash(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:32]
