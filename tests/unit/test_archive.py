"""Files in a ZIP under names that lead nobody astray, and cells that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casedesk.documents.archive import LONGEST_NAME, File, csv_bytes, safe_name, zipped
from casedesk.security.text import safe

AT = datetime(2026, 11, 9, 9, 40, tzinfo=UTC)
HOSTILE = (
    "../../etc/passwd",
    "..\\..\\windows\\system32",
    "/absolute",
    "C:\\x.pdf",
    "",
    ".",
    "..",
    "...",
    "a\x1b[2Jb.pdf",
    "re\u202efdp.exe",
    "\u200b\u200b",
    "con.txt\x00.pdf",
    "a\nb.pdf",
    "x" * 500 + ".pdf",
    "name." + "e" * 40,
    ".hidden",
    "trailing. . .",
    'quo"te<>|?*.pdf',
)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_becomes_one_harmless_part(name: str) -> None:
    _harmless(safe_name(name))


@given(st.text(max_size=200))
def test_any_name_becomes_one_harmless_part_and_stays_it(name: str) -> None:
    once = safe_name(name)
    _harmless(once)
    assert safe_name(once) == once


def _harmless(name: str) -> None:
    assert name
    assert len(name) <= LONGEST_NAME
    assert name[0] not in ". "
    assert name[-1] not in ". "
    assert ".." not in name
    assert safe(name) == name
    assert PurePosixPath(name).parts == (name,)
    assert PureWindowsPath(name).parts == (name,)


def test_a_plain_name_stays_as_it_is() -> None:
    for name in ("I-797E.pdf", "Acta de nacimiento, señora Núñez.pdf", "结婚证.jpg", "no ending"):
        assert safe_name(name) == name


def test_the_same_files_give_the_same_archive_with_what_was_put_in() -> None:
    files = [File("M-1/index.json", b"{}"), File("M-1/papers/D-1 a.pdf", b"%PDF")]
    made = zipped(files, AT)
    assert made == zipped(files, AT)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == {f.path: f.data for f in files}


@pytest.mark.parametrize("path", ["../x", "M-1//x", "/x", "M-1/./x", "M-1/a\\b", ""])
def test_no_path_leaves_the_archive(path: str) -> None:
    with pytest.raises(ValueError, match="no name for a file"):
        zipped([File(path, b"")], AT)


def test_a_cell_that_begins_like_a_formula_is_defused() -> None:
    made = csv_bytes(("name", "bytes"), [('=HYPERLINK("http://x")', 12), ("+1", -3), ("@a,b", "x\ny")])
    rows = list(csv.reader(io.StringIO(made.decode("utf-8-sig"))))
    assert rows == [["name", "bytes"], ['\'=HYPERLINK("http://x")', "12"], ["+1", "-3"], ["'@a,b", "x\ny"]]
