"""A spreadsheet of strangers' making, read as what its cells hold: text, numbers, days, and formulas as formulas.

The reading itself happens in the limited child (`spreadsheet_child`). No formula is ever evaluated, and the result a
program once stored beside one is not believed either.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from casedesk.documents.child import ParseFailed, run_limited
from casedesk.documents.limits import MIB, SHEET_FILE_BYTES


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that computes something; `text` is its formula, never its result."""

    text: str


@dataclass(frozen=True, slots=True)
class Broken:
    """A cell that nobody can read: an error value of the spreadsheet, or more text than a cell may hold."""

    text: str


Cell = str | int | float | bool | date | Formula | Broken | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its rows that hold anything, each with its number as the spreadsheet counts (from 1).

    `epoch_1904`: its serial days count from 1904, as old Macintosh files do.
    """

    name: str
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    hidden: bool = False
    epoch_1904: bool = False


@dataclass(frozen=True, slots=True)
class Spreadsheet:
    """A file as it was read; `sha256` is that of its bytes."""

    name: str
    sha256: str
    sheets: tuple[Sheet, ...]


def read_spreadsheet(data: bytes, name: str) -> Spreadsheet:
    """Every sheet of an XLSX or CSV file, judged by its bytes. `name` is what it is called in the record.

    Raises `ParseFailed` for a file that is no spreadsheet, is locked, or costs more to read than one is given.
    """
    if len(data) > SHEET_FILE_BYTES:
        raise ParseFailed(
            "too_large", f"It is larger than {SHEET_FILE_BYTES // MIB} MiB; a list of clients is not."
        )
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise ParseFailed("old_format", "It is an old Excel file, or locked with a password.")
    kind = "xlsx" if data.startswith(b"PK\x03\x04") else "text"
    said = run_limited(f"spreadsheet_child:{kind}", data).value
    return Spreadsheet(
        name,
        hashlib.sha256(data).hexdigest(),
        tuple(
            Sheet(
                one["name"] or Path(name).stem,
                tuple((number, tuple(_cell(cell) for cell in cells)) for number, cells in one["rows"]),
                one["hidden"],
                one["epoch_1904"],
            )
            for one in said["sheets"]
        ),
    )


def _cell(said: object) -> Cell:
    if isinstance(said, dict):
        ((kind, text),) = said.items()
        if kind == "day":
            return date.fromisoformat(text)
        return Formula(text) if kind == "formula" else Broken(text)
    assert said is None or isinstance(said, str | int | float | bool)
    return said
