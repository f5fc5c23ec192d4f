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
        for name, table in sorted(METADATA.tables.items()):
            for column in table.columns:
                if _may(conn, name, column.name, "UPDATE"):
                    count = f"SELECT 'seen=' || count(*) FROM {name}"
                    change = f"UPDATE {name} SET {column.name} = {_other(column)}"
                    yield Attack(f"{BLIND}{name}.{column.name}", f"{count}; {change}; ROLLBACK; BEGIN")


def copied_rows(scene: Scene) -> Iterator[Attack]:
    """Each table's row of the walled matter again, under new ids and the attacker's own name: none may go in."""
    rows = scene.walled_rows()
    with scene.owner() as conn:
        me = conn.execute("SELECT id FROM person WHERE handle = %s", (SHUT_OUT,)).fetchone()
        assert me is not None
        for name, found in sorted(rows.items()):
            table = METADATA.tables[name]
            if found:
                yield Attack(f"{COPY}{name}", _copy(conn, table, found[0], int(me[0])))


def _copy(conn: psycopg.Connection[Any], table: Table, row: tuple[Any, ...], me: int) -> str:
    values = []
    for column, value in zip(table.columns, row, strict=True):
        fresh = column.primary_key and not column.foreign_keys
        if fresh or column.unique:
            value = (
                4_000_000_000_000 + crc32(table.name.encode()) % 1000
                if isinstance(value, int)
                else f"X-{table.name}"
            )
        elif any(key.column.table.name == "person" for key in column.foreign_keys) and value is not None:
            value = me
        elif column.name in ("state", "live", "answer", "checked_us", "done_us", "closed_us", "delivered_us"):
            value = _begins(column, value)
        values.append(_literal(conn, value))
    columns = ", ".join(column.name for column in table.columns)
    return f"INSERT INTO {table.name} ({columns}) VALUES ({', '.join(values)}); ROLLBACK; BEGIN"


def _begins(column: Column[Any], value: Any) -> Any:
    if column.name != "state":
        return value if column.name == "live" else None
    return {"task": "new", "review": "open", "message": "awaiting_approval", "filing": "shipped"}.get(
        column.table.name, value
    )


def _literal(conn: psycopg.Connection[Any], value: Any) -> str:
    from psycopg import sql

    if isinstance(value, bytes):
        return f"'\\x{value[:64].hex()}'::bytea"
    return sql.Literal(value).as_string(conn)


def _other(column: Column[Any]) -> str:
    if column.nullable:
        return "NULL"
    kind = column.type.python_type
    return "'x'" if kind is str else "'\\x00'" if kind is bytes else "1"


def _may(conn: psycopg.Connection[Any], table: str, column: str, verb: str) -> bool:
    row = conn.execute(
        "SELECT has_column_privilege(%s, %s, %s, %s)", (SHUT_OUT, table, column, verb)
    ).fetchone()
    return bool(row and row[0])
