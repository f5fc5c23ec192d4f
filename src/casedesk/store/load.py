"""Putting very many rows into a local store in the making: what is checked and sorted row by row is done at the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from casedesk.refusal import Refusal
from casedesk.store.guards import RECOUNT
from casedesk.store.sqlite import CACHE_KIB
from casedesk.store.store import Store

Rows = Sequence[Sequence[Any]]
Add = Callable[[str, Sequence[str], Rows], None]
"""Adds rows, each a value a column, to a table."""

_SWIFT = ("foreign_keys=OFF", "synchronous=OFF", "cache_size=-262144")
_SAFE = ("foreign_keys=ON", "synchronous=FULL", f"cache_size=-{CACHE_KIB}")


def load(store: Store, tables: Sequence[str], fill: Callable[[Add], None]) -> None:
    """Let `fill` add rows to `tables` with no guard, link or index in its way; these stand again when it ends, as they
    were. What the guards would refuse is for the caller never to add; `doctor` looks at the links.

    For a file that nobody else has open and that is thrown away when this fails. Raises `Refusal` for a shared store.
    """
    if store.shared:
        raise Refusal(
            "local_only",
            "Rows are put in by the thousand in a local store only.",
            "Name a file with --store, or leave it out.",
        )
    with store.engine.connect() as conn:
        file: Any = conn.connection.driver_connection
        # A connection outside any transaction: PRAGMA foreign_keys is obeyed nowhere else.
        conn.rollback()
        marks = ", ".join("?" * len(tables))
        aside = file.execute(
            f"SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'index') AND sql IS NOT NULL"
            f" AND tbl_name IN ({marks}) ORDER BY rowid",
            tuple(tables),
        ).fetchall()
        _set(file, _SWIFT)
        try:
            _together(file, [f"DROP {kind} {name}" for kind, name, _ in aside])
            fill(_adder(file))
        finally:
            _together(file, [words for _, _, words in aside])
            _together(file, RECOUNT)
            _set(file, _SAFE)


def _adder(file: Any) -> Add:
    def add(table: str, columns: Sequence[str], rows: Rows) -> None:
        if rows:
            holders = ", ".join("?" * len(columns))
            file.execute("BEGIN IMMEDIATE")
            file.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({holders})", rows)
            file.execute("COMMIT")

    return add


def _set(file: Any, pragmas: Sequence[str]) -> None:
    for pragma in pragmas:
        file.execute(f"PRAGMA {pragma}")


def _together(file: Any, statements: Sequence[str]) -> None:
    if file.in_transaction:
        file.execute("ROLLBACK")
    file.execute("BEGIN IMMEDIATE")
    for words in statements:
        file.execute(words)
    file.execute("COMMIT")
