"""Attacks made from the tables themselves: for each column a blind change, for each row a copy of one's own making."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zlib import crc32

import psycopg
from sqlalchemy import Column, Table

from casedesk.models.tables import METADATA
from tests.security.attacks import SHUT_OUT, Attack
from tests.security.scene import Scene

BLIND = "blind change of "
COPY = "copied row of "


def blind_changes(scene: Scene) -> Iterator[Attack]:
    """`UPDATE` without a word of reading: it must touch no more rows than the login sees."""
    with scene.owner() as conn:
        may = set(
            conn.execute(
                "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
                " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0"
                " AND NOT a.attisdropped AND has_column_privilege(%s, c.oid, a.attnum, 'UPDATE')",
                (SHUT_OUT,),
            ).fetchall()
        )
    for name, table in sorted(METADATA.tables.items()):
        for column in table.columns:
            if (name, column.name) in may:
                count = f"SELECT 'seen=' || count(*) FROM {name}"
                change = f"UPDATE {name} SET {column.name} = {_other(scene, column)}"
                yield Attack(f"{BLIND}{name}.{column.name}", f"{count}; {change}; ROLLBACK; BEGIN")


def emptied() -> Iterator[Attack]:
    """Every table emptied, by row and at once."""
    for name in sorted(METADATA.tables):
        yield Attack(f"rows of {name} gone", f"DELETE FROM {name}", must="permission denied")
        yield Attack(f"all of {name} gone", f"TRUNCATE {name}", must="permission denied")


def locked() -> Iterator[Attack]:
    """Every table kept from everybody else, which a right to all of its columns would allow."""
    for name in sorted(METADATA.tables):
        yield Attack(
            f"{name} locked", f"LOCK TABLE {name} IN SHARE ROW EXCLUSIVE MODE", must="permission denied"
        )


def copied_rows(scene: Scene) -> Iterator[Attack]:
    """A row of one's own making for each table of the walled matter: a copy of one that is there, or one of the
    fewest words that the table takes. None may go in."""
    rows = scene.walled_rows()
    with scene.owner() as conn:
        me = conn.execute("SELECT id FROM person WHERE handle = %s", (SHUT_OUT,)).fetchone()
        assert me is not None
        for name, found in sorted(rows.items()):
            table = METADATA.tables[name]
            given = dict(zip((c.name for c in table.columns), found[0], strict=True)) if found else {}
            yield Attack(f"{COPY}{name}", _row(conn, scene, table, given, int(me[0]), TRIED))


def fill(scene: Scene) -> None:
    """A row in every table of the matter that its story left empty, so that there is something to look for."""
    with scene.owner() as conn:
        for table in METADATA.sorted_tables:
            if table.name not in UNFILLED and scene.rows_of(conn, table.name) == []:
                statement = _row(conn, scene, table, {}, scene.facts["member"], FILLED)
                conn.execute(f"ALTER TABLE {table.name} DISABLE TRIGGER USER".encode())
                conn.execute(statement.partition("; ROLLBACK")[0].encode())
                conn.execute(f"ALTER TABLE {table.name} ENABLE TRIGGER USER".encode())


FILLED, TRIED = 4_100_000_000_000, 4_200_000_000_000
UNFILLED = ("wall", "wall_screen", "matter_member", "seal_head", "audit", "audit_head", "sign_off", "filing")


def _there(conn: psycopg.Connection[Any], scene: Scene, table: str) -> Any:
    """The id of a row of that table: one of the walled matter's, where it has one."""
    if table in scene.facts:
        return scene.facts[table]
    rows = scene.rows_of(conn, table)
    return rows[0][0] if rows else _number(table, FILLED)


def _number(table: str, series: int) -> int:
    return series + crc32(table.encode()) % 100_000


def _row(
    conn: psycopg.Connection[Any], scene: Scene, table: Table, given: dict[str, Any], me: int, series: int
) -> str:
    values = {}
    for column in table.columns:
        if (
            not given
            and (column.nullable or column.server_default is not None)
            and column.name != "matter_id"
            and (table.name, column.name) not in _FITTING
        ):
            continue
        values[column.name] = _literal(conn, _value(conn, scene, column, given.get(column.name), me, series))
    return f"INSERT INTO {table.name} ({', '.join(values)}) VALUES ({', '.join(values.values())}); ROLLBACK; BEGIN"


def _value(
    conn: psycopg.Connection[Any], scene: Scene, column: Column[Any], value: Any, me: int, series: int
) -> Any:
    goes_to = {key.column.table.name for key in column.foreign_keys}
    if (fitting := (column.table.name, column.name)) in _FITTING:
        return scene.facts.get(str(_FITTING[fitting]), _FITTING[fitting])
    if column.name == "matter_id":
        return scene.facts["matter"]
    if "person" in goes_to:
        # A copy is signed by whoever makes it; where nobody signed, nobody does.
        return None if value is None and column.nullable else me
    if value is None and goes_to:
        return None if column.nullable else _there(conn, scene, next(iter(goes_to)))
    if (column.primary_key and not goes_to) or column.unique or (column.table.name, column.name) in _ONCE:
        number = _number(column.table.name, series)
        return number if column.type.python_type is int else f"X-{number}"
    if value is None and not column.nullable:
        return {int: 1, str: "x", bytes: b"x"}[column.type.python_type]
    return _begins(column, value)


_ONCE = {
    *{("document", "sha256"), ("document_version", "version"), ("draft", "version"), ("manifest", "sha256")},
    *{
        ("form", "receipt_number"),
        ("notice", "receipt_number"),
        ("timer", "generation"),
        ("event", "request_id"),
    },
    *{("conflict_check", "ref"), ("outbox", "message_id"), ("task_item", "code"), ("review_point", "code")},
    *{("manifest_document", "position"), ("blob_chunk", "seq"), ("seal_head", "position")},
}
"""Columns that a second row may not repeat."""

_AFTERWARDS = (
    "answer",
    "checked_us",
    "done_us",
    "closed_us",
    "delivered_us",
    "decided_us",
    "met_us",
    "outcome",
)
"""What a row gets later in its life."""

_FIRST = {
    "task": "new",
    "review": "open",
    "message": "awaiting_approval",
    "filing": "shipped",
    "task_item": "open",
}


_FITTING = {
    ("consent", "kind"): "sharing",
    ("matter_owner", "kind"): "secondary_paralegal",
    ("review", "licence_id"): None,
    ("review", "licence_kind"): None,
    ("document_key", "data_key"): b"x" * 32,
    ("supervision", "supervisor_id"): "attorney",
    ("delivery", "channel"): "email",
    ("delivery", "person_id"): "member",
    ("invitation", "method"): "REQUEST",
    ("handover", "absence_id"): "absence",
    ("matter_link", "other_id"): "open_matter",
    ("triage", "act"): "junk",
}
"""What a table takes where a copy or a mere word would not do; some name a fact of the scene."""


def _begins(column: Column[Any], value: Any) -> Any:
    if column.name in _AFTERWARDS and column.nullable:
        return None
    if column.name == "state":
        return _FIRST.get(column.table.name, value)
    return value


def _literal(conn: psycopg.Connection[Any], value: Any) -> str:
    from psycopg import sql

    if isinstance(value, bytes):
        return f"'\\x{value[:64].hex()}'::bytea"
    return sql.Literal(value).as_string(conn)


def _other(scene: Scene, column: Column[Any]) -> str:
    """What a guard lets by where it can, so that it is the policy that is asked."""
    goes_to = {key.column.table.name for key in column.foreign_keys}
    if "person" in goes_to:
        return str(scene.facts["attorney"])
    if column.nullable:
        return "NULL"
    kind = column.type.python_type
    return "'x'" if kind is str else "'\\x00'" if kind is bytes else "1"
