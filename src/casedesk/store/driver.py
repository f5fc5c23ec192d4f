"""Statements by the driver itself, on the connection and in the transaction that SQLAlchemy keeps.

SQLAlchemy describes the columns of every answer anew when it is handed plain SQL, which costs several times what a
small statement does; a named statement's columns never change, so they are described once. Connections, pools,
transactions, faults and their translation stay SQLAlchemy's, and whoever listens to its cursors hears these too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NoReturn

from sqlalchemy import Connection, Row
from sqlalchemy.engine import result_tuple
from sqlalchemy.exc import DBAPIError

Values = Mapping[str, Any] | Sequence[Mapping[str, Any]]

_makers: dict[tuple[str, str], Callable[[Iterable[Any]], Row[Any]]] = {}


def execute(conn: Connection, words: str, values: Values) -> Any:
    """Run the driver's words with the values of one row, or of several; returns the driver's cursor.

    Raises `DBAPIError` as SQLAlchemy does; a connection that is lost is given up, and its fellows in the pool with it.
    """
    if not conn.in_transaction():
        conn.begin()
    many = not isinstance(values, Mapping)
    cursor: Any = conn.connection.cursor()
    try:
        for listener in conn.dispatch.before_cursor_execute:
            words, values = listener(conn, cursor, words, values, None, many)
        if many:
            cursor.executemany(words, values)
        else:
            cursor.execute(words, values)
        conn.dispatch.after_cursor_execute(conn, cursor, words, values, None, many)
    except conn.dialect.loaded_dbapi.Error as error:
        fault(conn, error, words)
    return cursor


def all_rows(conn: Connection, words: str, values: Values) -> list[Row[Any]]:
    """Every row of the answer."""
    cursor = execute(conn, words, values)
    try:
        found = cursor.fetchall()
        return list(map(_maker(conn, words, cursor), found)) if found else []
    except conn.dialect.loaded_dbapi.Error as error:
        fault(conn, error, words)
    finally:
        cursor.close()


def first_row(conn: Connection, words: str, values: Values) -> Row[Any] | None:
    """The first row of the answer, or None."""
    cursor = execute(conn, words, values)
    try:
        found = cursor.fetchone()
        return None if found is None else _maker(conn, words, cursor)(found)
    except conn.dialect.loaded_dbapi.Error as error:
        fault(conn, error, words)
    finally:
        cursor.close()


def touched(conn: Connection, words: str, values: Values) -> int:
    """Run a statement whose rows nobody reads; how many it touched."""
    cursor = execute(conn, words, values)
    number: int = cursor.rowcount
    cursor.close()
    return number


def fault(conn: Connection, error: Any, words: str | None) -> NoReturn:
    """Raise the driver's fault as SQLAlchemy's `DBAPIError`."""
    gone = conn.dialect.is_disconnect(error, conn.connection, None)
    if gone:
        conn.invalidate(error)
        conn.engine.dispose()
    raise DBAPIError.instance(
        words,
        None,
        error,
        conn.dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=gone,
        dialect=conn.dialect,
    ) from error


def _maker(conn: Connection, words: str, cursor: Any) -> Callable[[Iterable[Any]], Row[Any]]:
    key = (conn.dialect.name, words)
    maker = _makers.get(key)
    if maker is None:
        maker = _makers[key] = result_tuple([column[0] for column in cursor.description])
    return maker
