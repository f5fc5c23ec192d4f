"""Write the frozen tables of the newest revision from `models/`, for both dialects. Read the result before it lands.

python scripts/freeze_ddl.py 0002

A revision holds what the ones before it lack: new tables, new columns with their checks, new and dropped indexes.
Nothing else may change in a table that stands: no column goes, none gets another type.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import CheckConstraint, Column, Dialect, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import (
    AddConstraint,
    CreateColumn,
    CreateIndex,
    CreateTable,
    sort_tables_and_constraints,
)

from casedesk.models.tables import METADATA

FOLDER = Path(__file__).parent.parent / "src" / "casedesk" / "store" / "ddl"
_TABLE = re.compile(r"^CREATE TABLE (\w+) \((.*?)^\)", re.MULTILINE | re.DOTALL)
_ADDED = re.compile(r"^ALTER TABLE (\w+) ADD COLUMN \"?(\w+)\"? ", re.MULTILINE)
_INDEX = re.compile(r"^CREATE (?:UNIQUE )?INDEX (\w+) ON (\w+) ", re.MULTILINE)
_DROPPED = re.compile(r"^DROP INDEX (\w+)", re.MULTILINE)


def before(revision: str, dialect: str) -> tuple[dict[str, set[str]], dict[str, str]]:
    """The columns of each table, and the table of each index, that the earlier revisions left."""
    tables: dict[str, set[str]] = {}
    indexes: dict[str, str] = {}
    for path in sorted(FOLDER.glob(f"*_{dialect}.sql")):
        if path.name >= f"{revision}_":
            break
        source = path.read_text(encoding="utf-8")
        for name, body in _TABLE.findall(source):
            tables[name] = set(re.findall(r'^\t"?(\w+)"? [A-Z]', body, re.MULTILINE)) - {"CONSTRAINT"}
        for table, column in _ADDED.findall(source):
            tables[table].add(column)
        for name in _DROPPED.findall(source):
            indexes.pop(name, None)
        indexes |= dict(_INDEX.findall(source))
    return tables, indexes


def frozen(revision: str, dialect: Dialect) -> str:
    """What the revision adds as one text; where tables point at each other, PostgreSQL gets the key afterwards."""
    have, indexes = before(revision, dialect.name)
    parts: list[str] = []
    late: list[str] = []
    wanted = {str(i.name): i for table in METADATA.tables.values() for i in table.indexes}
    parts += [f"DROP INDEX {name}" for name in sorted(set(indexes) - set(wanted))]
    ordered: Any = sort_tables_and_constraints  # untyped in SQLAlchemy
    grown: list[Table] = []
    for table, constraints in ordered(METADATA.sorted_tables):
        if table is None:
            late += [
                str(AddConstraint(c).compile(dialect=dialect))
                for c in constraints
                if c.table.name not in have
            ]
        elif table.name in have:
            grown.append(table)
        else:
            parts.append(str(CreateTable(table).compile(dialect=dialect)))
    for table in grown:
        parts += [
            _add(column, table, dialect) for column in table.columns if column.name not in have[table.name]
        ]
    parts += [
        str(CreateIndex(index).compile(dialect=dialect))
        for name, index in sorted(wanted.items())
        if name not in indexes
    ]
    lines = ["\n".join(line.rstrip() for line in part.strip().splitlines()) for part in parts + late]
    return ";\n\n".join(lines) + ";\n"


def _add(column: Column[Any], table: Table, dialect: Dialect) -> str:
    """A column more, with its foreign key and the checks that speak of it."""
    words = str(CreateColumn(column).compile(dialect=dialect))
    for key in column.foreign_keys:
        words += f" REFERENCES {key.column.table.name} ({key.column.name})"
    for check in sorted(table.constraints, key=lambda c: str(c.name)):
        if isinstance(check, CheckConstraint) and re.search(rf"\b{column.name}\b", str(check.sqltext)):
            words += f" CONSTRAINT {check.name} CHECK ({check.sqltext})"
    return f"ALTER TABLE {table.name} ADD COLUMN {words}"


def main() -> None:
    revision = sys.argv[1]
    dialects: Any = (sqlite, postgresql)
    for dialect in (room.dialect() for room in dialects):
        (FOLDER / f"{revision}_{dialect.name}.sql").write_text(frozen(revision, dialect), encoding="utf-8")


if __name__ == "__main__":
    main()
