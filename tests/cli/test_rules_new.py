"""`casedesk rules new`: a form whose answers become a file that lints, asked on a terminal or given as options."""

from __future__ import annotations

from pathlib import Path

import pytest

from casedesk.cli.session import Session
from casedesk.routing.library import load_rules
from tests.cli.conftest import Run


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--form", "notice"), "When a notice comes in and the paper is an RFE"),
        (
            ("--form", "notice", "--kind", "denial", "--type", "h1b", "--days", "1"),
            "the matter's type is h1b",
        ),
        (
            ("--form", "notice", "--owner", "role:paralegal", "--chain", "triage"),
            "the paralegal with the most room",
        ),
        (("--form", "matter", "--type", "asylum", "--skill", "trauma"), "skill trauma, language client"),
        (
            ("--form", "matter", "--type", "e2", "--role", "attorney", "--speaks", "no"),
            "the attorney with the most room",
        ),
        (
            ("--form", "reassign", "--hours", "2", "--days", "3", "--role", "paralegal"),
            "after 3 business days give it to",
        ),
    ],
)
def test_options_answer_and_the_file_lints(
    run: Run, tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    path = tmp_path / "mine.toml"
    done = run("rules", "new", path, *words, "--no-input", "--json")
    assert done.status == 0, done.out
    assert says in " ".join(done.json["reads"])
    assert path.read_text("utf-8") == done.json["text"]
    assert run("rules", "lint", path).status == 0
    assert run("rules", "format", path).out == path.read_text("utf-8")
    assert run("rules", "new", path, "--no-input", "--json").code == "file_there"


def test_on_a_terminal_every_question_has_a_default(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Session, "may_ask", True)
    path = tmp_path / "mine.toml"
    done = run("rules", "new", path, stdin="1\n9\n\n\n2\n5\n\n\n")
    assert done.status == 0, done.err
    (rule,) = load_rules("mine.toml", path.read_text("utf-8"))
    assert rule.id == "denial-look-at-the-denial-notice"
    assert " 4  rfe" in done.err
    assert "Who gets it [1]: " in done.err
    assert 'open the task "Look at the denial notice" for the matter\'s lead attorney' in done.err
    assert "due within 5 business days" in done.err
    other = tmp_path / "other.toml"
    assert run("rules", "new", other, stdin="\n" * 7 + "no\n").status == 1
    assert not other.exists()
    assert run("rules", "new", other, stdin="\n" * 12).status == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--form", "notce"), "unknown_choice"),
        (("--form", "notice", "--days", "0"), "bad_number"),
        (("--form", "notice", "--days", "many"), "bad_number"),
        (("--form", "notice", "--kind", "rfee"), "unknown_choice"),
        (("--form", "notice", "--title", "x" * 5_000), "bad_answer"),
        (("--form", "matter", "--skill", "a]b"), "bad_answer"),
    ],
)
def test_what_is_no_answer_is_refused(run: Run, tmp_path: Path, words: tuple[str, ...], code: str) -> None:
    path = tmp_path / "mine.toml"
    assert run("rules", "new", path, *words, "--no-input", "--json").code == code
    assert not path.exists()
    assert run("rules", "new", tmp_path / "mine.txt", "--json").status == 2
