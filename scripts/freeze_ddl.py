"""Write the frozen tables of the newest revision from `models/`, for both dialects. Read the result before it lands.

python scripts/freeze_ddl.py 0001
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import AddConstraint, CreateIndex, CreateTable, sort_tables_and_constraints

from casedesk.models.tables import METADATA

FOLDER = Path(__file__).parent.parent / "src" / "casedesk" / "store" / "ddl"


def frozen(dialect: Dialect) -> str:
    """Every table and index as one text; where tables point at each other, PostgreSQL gets the key afterwards."""
    parts: list[str] = []
    late: list[str] = []
    ordered: Any = sort_tables_and_constraints  # untyped in SQLAlchemy
    for table, constraints in ordered(METADATA.sorted_tables):
        if table is None:
            late += [str(AddConstraint(c).compile(dialect=dialect)) for c in constraints]
            continue
        parts.append(str(CreateTable(table).compile(dialect=dialect)))
        parts += [
            str(CreateIndex(index).compile(dialect=dialect))
            for index in sorted(table.indexes, key=lambda i: str(i.name))
        ]
    lines = ["\n".join(line.rstrip() for line in part.strip().splitlines()) for part in parts + late]
    return ";\n\n".join(lines) + ";\n"


def main() -> None:
    revision = sys.argv[1]
    dialects: Any = (sqlite, postgresql)
    for dialect in (room.dialect() for room in dialects):
        (FOLDER / f"{revision}_{dialect.name}.sql").write_text(frozen(dialect), encoding="utf-8")


if __name__ == "__main__":
    main()
