"""The tables of the record as SQL, for reading and comparing: `python scripts/ddl.py [sqlite] [postgresql]`."""

from __future__ import annotations

import argparse
import sys

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from casedesk.models.tables import METADATA

DIALECTS = {"sqlite": sqlite.dialect, "postgresql": postgresql.dialect}


def ddl(dialect: str) -> str:
    """CREATE TABLE and CREATE INDEX of every table, in the order in which they can be made."""
    made = DIALECTS[dialect]()
    statements: list[str] = []
    for table in METADATA.sorted_tables:
        statements.append(str(CreateTable(table).compile(dialect=made)).strip())
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        statements.extend(str(CreateIndex(index).compile(dialect=made)).strip() for index in indexes)
    return ";\n\n".join(statements) + ";\n"


def main() -> int:
    parser = argparse.ArgumentParser(description="Prints the tables of the record as SQL.")
    parser.add_argument("dialects", nargs="*", metavar="DIALECT", help="sqlite, postgresql (default: both)")
    chosen: list[str] = parser.parse_args().dialects or list(DIALECTS)
    unknown = sorted(set(chosen) - set(DIALECTS))
    if unknown:
        parser.error(f"there is no dialect {', '.join(unknown)}; there are {', '.join(DIALECTS)}")
    for dialect in chosen:
        sys.stdout.write(f"-- {dialect}\n\n{ddl(dialect)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
