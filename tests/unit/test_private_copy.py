"""Copies for a viewer: for one user's eyes, under a name that says nothing, and gone again however the desk ended."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from casedesk.documents import private_copy
from casedesk.documents.private_copy import Copies
from casedesk.documents.sniff import NotAdmitted
from casedesk.documents.viewable import ending
from casedesk.refusal import Refusal
from tests.support.notices import make_rfe

POSIX = pytest.mark.skipif(
    os.name != "posix", reason="Windows keeps rights in lists of its own, not in modes."
)

_LEFT = """\
import sys, pathlib
from casedesk.documents.private_copy import Copies
copies = Copies(pathlib.Path(sys.argv[1]))
print(copies.put(b"words", ".txt", 0.0), flush=True)
sys.stdin.read()
"""


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@POSIX
def test_a_copy_is_for_its_user_alone(tmp_path: Path) -> None:
    copies = Copies(tmp_path / "copies")
    path = copies.put(b"words", ".pdf", 0.0)
    assert path.read_bytes() == b"words"
    assert path.name == "paper.pdf"
    assert _mode(path) == 0o400
    assert {_mode(folder) for folder in path.parents if tmp_path in folder.parents} == {0o700}
    copies.close()


def test_copies_go_one_by_one_by_age_and_all_at_the_end(tmp_path: Path) -> None:
    copies = Copies(tmp_path / "copies")
    one, two, three, four = (copies.put(b"words", ".pdf", at) for at in (1.0, 2.0, 3.0, 4.0))
    copies.keep(two)
    copies.expire(before=3.0)
    assert [path.exists() for path in (one, two, three, four)] == [False, True, True, True]
    copies.remove(three)
    copies.remove(three)
    assert [path.exists() for path in (two, three, four)] == [True, False, True]
    copies.close()
    assert not list((tmp_path / "copies").glob("desk-*"))
    again = copies.put(b"words", ".pdf", 0.0)
    assert again.exists()
    copies.close()


def test_what_a_killed_desk_left_the_next_one_removes_and_a_living_ones_it_lets_be(tmp_path: Path) -> None:
    root = tmp_path / "copies"
    child = subprocess.Popen(
        [sys.executable, "-c", _LEFT, str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    with child:
        left = Path(child.stdout.readline().strip())
        mine = Copies(root)
        own = mine.put(b"mine", ".txt", 0.0)
        assert mine.sweep() == 0
        assert left.exists()
        child.kill()
    assert left.exists()
    assert mine.sweep() == 1
    assert not left.parents[1].exists()
    assert own.exists()
    mine.close()


@POSIX
def test_no_copy_lies_where_others_look(tmp_path: Path) -> None:
    open_ = tmp_path / "open"
    open_.mkdir(mode=0o755)
    link = tmp_path / "link"
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    link.symlink_to(private)
    for root in (open_, link):
        with pytest.raises(Refusal, match="Others may look into"):
            Copies(root).put(b"words", ".txt", 0.0)
        assert Copies(root).sweep() == 0
    assert list(private.iterdir()) == []
    with pytest.raises(Refusal) as refused:
        Copies(Path("/dev/null/copies")).put(b"words", ".txt", 0.0)
    assert refused.value.code == "no_private_place"


@POSIX
def test_where_they_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Named, else in the runtime folder of the session where it is private, else among the user's caches."""
    monkeypatch.setenv("CASEDESK_COPIES", str(tmp_path / "named"))
    assert private_copy.place() == tmp_path / "named"
    monkeypatch.delenv("CASEDESK_COPIES")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    assert private_copy.place() == runtime / "casedesk"
    runtime.chmod(0o755)
    assert private_copy.place() == tmp_path / "cache" / "casedesk" / "copies"


@pytest.mark.parametrize(
    ("data", "name", "end"),
    [
        (make_rfe(), "notice.exe", ".pdf"),
        (b"\xff\xd8\xff\xe0 picture", "birth certificate.pdf", ".jpg"),
        (b"\x89PNG\r\n\x1a\n picture", "x", ".png"),
        (b"II*\x00 scan", "scan.tiff", ".tif"),
        (b"Dear Ms Ibarra", "letter", ".txt"),
    ],
)
def test_the_ending_says_what_the_bytes_are(data: bytes, name: str, end: str) -> None:
    assert ending(data, name) == end


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"MZ\x90\x00 program", "notice.pdf", "dangerous"),
        (b"#!/bin/sh\nrm -r /", "letter.txt", "dangerous"),
        (b"start calc", "letter.bat", "dangerous"),
        (b"<html><script>1</script></html>", "notice.pdf", "dangerous"),
        (b"PK\x05\x06" + bytes(18), "papers.docx", "dangerous"),
        (b"{\\rtf1 text}", "letter.rtf", "not_viewable"),
        (b"\x00\x01\x02\x03", "paper.pdf", "not_viewable"),
        (b"\x00\x00\x01\x00 icon", "paper.png", "not_viewable"),
    ],
)
def test_no_program_is_given_what_nobody_knows(data: bytes, name: str, code: str) -> None:
    with pytest.raises(NotAdmitted) as refused:
        ending(data, name)
    assert refused.value.code == code
