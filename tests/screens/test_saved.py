"""Saved sections: a question under a name in the person's own file, which keeps everything else it says."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest

from casedesk.refusal import Refusal
from casedesk.screens import key_findings, saved
from casedesk.screens.saved import SavedSection

KEPT = """\
# My own file.
[keys]
map = "vim"   # as in vi

[keys.bind]
queue.next = "x"
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "settings" / "config.toml"
    monkeypatch.setenv("CASEDESK_CONFIG", str(path))
    return path


def test_a_section_is_written_read_and_taken_out_again(file: Path) -> None:
    """From no file at all; the rest of one that is there stays byte for byte, its mode too."""
    saved.save("RFEs", 'kind:rfe due<=today+7d "smith, j\\"r"')
    assert saved.read() == ((SavedSection(name="RFEs", where='kind:rfe due<=today+7d "smith, j\\"r"'),), ())
    saved.remove("RFEs")
    assert file.read_text("utf-8") == ""

    file.write_text(KEPT, "utf-8")
    file.chmod(0o640)
    saved.save("Ñandú 王", "owner:@me")
    saved.save("Late", "due<today")
    text = file.read_text("utf-8")
    assert text.startswith(KEPT)
    assert file.stat().st_mode & 0o777 == 0o640
    assert [each.name for each in saved.read()[0]] == ["Ñandú 王", "Late"]
    assert key_findings.effective()[0].name == "vim"
    saved.remove("Ñandú 王")
    assert [each.name for each in saved.read()[0]] == ["Late"]
    saved.remove("Late")
    assert tomllib.loads(file.read_text("utf-8")) == tomllib.loads(KEPT)
    assert file.read_text("utf-8").startswith(KEPT.rstrip())
    assert sorted(os.listdir(file.parent)) == [file.name]


def test_comments_around_a_section_stay_when_it_goes(file: Path) -> None:
    file.parent.mkdir()
    file.write_text(
        '# before\n[[section]]\nname = "A"   # short\nwhere = "smith"\n\n# about B\n[[ section ]] # b\n'
        'where = "x"\nname = "B"\n# after\n\n[keys]\nmap = "vim"\n',
        "utf-8",
    )
    saved.remove("A")
    text = file.read_text("utf-8")
    assert [each.name for each in saved.read()[0]] == ["B"]
    for said in ("# before", "# about B", "# b", "# after", 'map = "vim"'):
        assert said in text
    saved.remove("B")
    assert tomllib.loads(file.read_text("utf-8")) == {"keys": {"map": "vim"}}


def test_a_wrong_section_is_one_sentence_and_left_out(file: Path) -> None:
    file.parent.mkdir()
    good = '[[section]]\nname = "Good"\nwhere = "kind:rfe"\n'
    for wrong, said in (
        ('name = "X"', "Your section 'X' has no where."),
        ('where = "smith"', "Your section number 1 has no name."),
        ('name = "X"\nwhere = "ownr:@me"', "There is no field 'ownr'. Did you mean owner?"),
        ('name = "X"\nwhere = "kind:"', "'kind:' is not finished."),
        ('name = "X"\nwhere = " "', "its where: asks nothing."),
        ('name = "X\\u001b[31m"\nwhere = "a"', "its name: is no name on one line."),
        ('name = "X"\nwhere = "a"\ncolour = "red"', "says colour, which is not known."),
        ('name = 3\nwhere = "a"', "Your section number 1 has a name that is wrong"),
        ('name = "good"\nwhere = "a"\n' + good, "Your section 'Good' stands there twice."),
    ):
        file.write_text(f"[[section]]\n{wrong}\n{good}", "utf-8")
        sections, found = saved.read()
        assert len(sections) == 1, wrong
        assert said in " ".join(found), (wrong, found)
        assert key_findings.effective()[1] == ()
    file.write_text('section = 3\n[keys]\nmap = "vim"\n', "utf-8")
    assert saved.read() == ((), ())
    assert "section" in key_findings.effective()[1][0].message


def test_what_cannot_be_saved_is_refused_and_nothing_is_written(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved.save("RFEs", "kind:rfe")
    before = file.read_bytes()
    for name, where, code in (
        ("rfes", "kind:noid", "name_taken"),
        ("", "kind:rfe", "bad_section"),
        ("x" * 25, "kind:rfe", "bad_section"),
        ("New", "kind:", "bad_section"),
    ):
        with pytest.raises(Refusal) as refused:
            saved.save(name, where)
        assert refused.value.code == code
        assert file.read_bytes() == before
    for text, code in (
        ("[keys\n", "bad_config"),
        ('section = [{name = "A", where = "b"}]\n', "by_hand"),
    ):
        file.write_text(text, "utf-8")
        with pytest.raises(Refusal) as refused:
            saved.save("New", "kind:rfe")
        assert refused.value.code == code
        with pytest.raises(Refusal):
            saved.remove("A")
        assert file.read_text("utf-8") == text

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    file.write_bytes(before)
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(Refusal, match="No space left"):
        saved.save("New", "kind:rfe")
    assert file.read_bytes() == before
    assert sorted(os.listdir(file.parent)) == [file.name]
