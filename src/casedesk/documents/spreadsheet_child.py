"""The limited child's side of reading a spreadsheet: bytes in, the cells as JSON out.

A cell is its value; `{"day": ISO}`, `{"formula": TEXT}` and `{"broken": TEXT}` are what JSON has no word for.
"""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

from casedesk.documents.child import ParseFailed
from casedesk.documents.limits import (
    ARCHIVE_ENTRIES,
    SHEET_CELL_CHARACTERS,
    SHEET_COLUMNS,
    SHEET_ROWS,
    SHEET_UNPACKED_BYTES,
)

_DELIMITERS = ",;\t|"


def xlsx(data: bytes) -> dict[str, Any]:
    """The sheets of an XLSX file, in their order."""
    _no_bomb(data)
    import openpyxl

    if not openpyxl.DEFUSEDXML:
        raise ParseFailed("damaged", "The reader of spreadsheets is not armed against hostile XML.")
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    kept: list[dict[str, Any]] = []
    room = SHEET_ROWS
    for sheet in book.worksheets:
        # What a file says of its own size is no more to be believed than the rest of it.
        sheet.reset_dimensions()
        rows: list[list[Any]] = []
        for number, cells in enumerate(sheet.iter_rows(max_col=SHEET_COLUMNS + 1), 1):
            _keep(rows, number, [_from_excel(cell) for cell in cells], room)
        room -= len(rows)
        kept.append(
            {
                "name": sheet.title,
                "rows": rows,
                "hidden": sheet.sheet_state != "visible",
                "epoch_1904": book.epoch.year == 1904,
            }
        )
    return {"sheets": kept}


def text(data: bytes) -> dict[str, Any]:
    """The one sheet of a CSV file; its delimiter is the one its first line has most of."""
    whole = _decoded(data)
    first = whole.lstrip("\r\n").partition("\n")[0]
    csv.field_size_limit(len(whole) + 1)
    reader = csv.reader(io.StringIO(whole, newline=""), delimiter=max(_DELIMITERS, key=first.count))
    rows: list[list[Any]] = []
    for number, cells in enumerate(reader, 1):
        _keep(rows, number, [_from_text(cell) for cell in cells], SHEET_ROWS)
    return {"sheets": [{"name": "", "rows": rows, "hidden": False, "epoch_1904": False}]}


def _no_bomb(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile:
        raise ParseFailed("damaged", "It is damaged, or not what its name says.") from None
    if len(entries) > ARCHIVE_ENTRIES or sum(entry.file_size for entry in entries) > SHEET_UNPACKED_BYTES:
        raise ParseFailed("bomb", "It is made to unpack to a monstrous size.")


def _keep(rows: list[list[Any]], number: int, cells: list[Any], room: int) -> None:
    while cells and cells[-1] is None:
        cells.pop()
    if not cells:
        return
    if len(cells) > SHEET_COLUMNS:
        raise ParseFailed("too_many_columns", f"A sheet of it has more than {SHEET_COLUMNS} columns.")
    if len(rows) >= room:
        raise ParseFailed("too_many_rows", f"It has more than {SHEET_ROWS:,} rows.")
    rows.append([number, cells])


def _from_excel(cell: Any) -> Any:
    value = cell.value
    if value is None:
        return None
    if cell.data_type == "f":
        return {"formula": str(value)[:SHEET_CELL_CHARACTERS]}
    if cell.data_type == "e":
        return {"broken": str(value)[:SHEET_CELL_CHARACTERS]}
    if isinstance(value, datetime):
        return {"day": value.date().isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, time | timedelta):
        return str(value)
    return _from_text(value) if isinstance(value, str) else value


def _from_text(text: str) -> Any:
    found = text.strip()
    if not found:
        return None
    if len(found) > SHEET_CELL_CHARACTERS:
        return {"broken": found[:80] + "..."}
    return {"formula": found} if found.startswith("=") else found


def _decoded(data: bytes) -> str:
    for mark in (b"\xff\xfe", b"\xfe\xff"):
        if data.startswith(mark):
            return data.decode("utf-16", "replace")
    if b"\0" in data[:4096]:
        raise ParseFailed("not_a_spreadsheet", "It is neither an XLSX nor a CSV file.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
