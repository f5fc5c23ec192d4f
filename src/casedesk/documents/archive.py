"""Files in one ZIP, under names that every system can write and none can be led astray by."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from casedesk.security.text import csv_cell, safe

LONGEST_NAME = 120
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\ufffd]+')
_FIRST_YEAR = 1980


@dataclass(frozen=True)
class File:
    """One file: its path inside the archive, parts divided by "/", and its bytes."""

    path: str
    data: bytes


def safe_name(name: str) -> str:
    """A file's name as it may stand in an archive: one part, nothing hidden, nothing that steers a screen or a path.

    Its ending stays, in at most sixteen characters; what is left of nothing is "paper".
    """
    shown = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", safe(name)))
    shown = re.sub(r"\.{2,}", ".", shown).strip(" ._")
    stem, dot, ending = shown.rpartition(".")
    if not dot or not 0 < len(ending) <= 16:
        return (shown[:LONGEST_NAME].strip(" ._")) or "paper"
    return f"{stem[: LONGEST_NAME - len(ending) - 1].strip(' ._') or 'paper'}.{ending}"


def zipped(files: Iterable[File], at: datetime) -> bytes:
    """The files as one ZIP, dated `at` in its own zone. Raises ValueError for a path that leaves the archive."""
    out = io.BytesIO()
    stamp = (max(at.year, _FIRST_YEAR), at.month, at.day, at.hour, at.minute, at.second)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            parts = file.path.split("/")
            if any(part in ("", ".", "..") or safe_name(part) != part for part in parts):
                raise ValueError(f"{file.path!r} is no name for a file in an archive.")
            entry = zipfile.ZipInfo(file.path, date_time=stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o100600 << 16
            archive.writestr(entry, file.data)
    return out.getvalue()


def csv_bytes(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A table for a spreadsheet, UTF-8 with its mark; a cell that begins like a formula is defused."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([csv_cell(str(cell)) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")
