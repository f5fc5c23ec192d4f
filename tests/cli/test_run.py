"""Statuses, sentences and errors of one run, without a store."""

from __future__ import annotations

import pytest

from casedesk.cli.app import NOUNS
from tests.cli.conftest import Run


@pytest.mark.parametrize(
    "words",
    [
        ("tsak", "list"),
        ("task",),
        ("task", "ack"),
        ("task", "ack", "T-1", "T-2"),
        ("task", "list", "--limit", "0"),
        ("task", "list", "--mine", "--all"),
        ("task", "wait", "T-1", "--on", "client", "--until", "soon"),
        ("task", "ack", "T-1", "--nonsense"),
        ("deadline", "compute", "D-01"),
        ("deadline", "compute", "D-01", "--from", "2026-11-02", "--served", "pigeon"),
        ("review", "approve", "R-1", "--point", "law=perhaps"),
        ("review", "return", "R-1", "--point", "law=yes"),
        ("demo", "--size", "huge"),
        ("--store",),
    ],
)
def test_wrong_usage_is_one_sentence_and_status_two(words: tuple[str, ...], run: Run) -> None:
    plain = run(*words)
    assert (plain.status, plain.out) == (2, "")
    assert plain.err.count("\n") == 1
    assert "Traceback" not in plain.err
    assert "Value error" not in plain.err
    as_json = run("--json", *words)
    assert (as_json.status, as_json.err) == (2, plain.err)
    error = as_json.json["error"]
    assert set(error) == {"code", "message", "next"}
    assert error["code"] == "usage"
    assert error["message"]


def test_a_near_miss_is_named(run: Run) -> None:
    assert "'task'" in run("tsak").err
    assert "'ack'" in run("task", "akc", "T-1").err


def test_case_is_accepted_for_matter(run: Run) -> None:
    assert run("case", "show", "--help").status == 0


def test_an_option_reaches_its_command_from_anywhere(run: Run) -> None:
    words = ("deadline", "compute", "D-01", "--from", "2026-11-02", "--served", "mail")
    before, after = run("--json", *words), run(*words, "--json")
    assert before.status == 0
    assert before == after


def test_version_is_said_in_both_ways(run: Run) -> None:
    assert run("--version").out.startswith("casedesk ")
    assert set(run("--version", "--json").json) == {"version"}


def test_the_root_help_names_every_noun(run: Run) -> None:
    assert [noun for noun in NOUNS if f"\n  {noun} " not in run("--help").out] == []


@pytest.mark.parametrize("words", [(), ("open",)])
def test_without_a_terminal_no_screen_is_opened(words: tuple[str, ...], run: Run) -> None:
    done = run(*words)
    assert done.status == 1
    assert "terminal" in done.err


def test_an_unexpected_fault_is_one_sentence_and_a_traceback_only_on_demand(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise TypeError("secret detail")

    monkeypatch.setattr("casedesk.calendars.deadlines.compute", broken)
    words = ("deadline", "compute", "D-01", "--from", "2026-11-02")
    done = run(*words)
    assert done.status == 1
    assert done.err.count("\n") == 1
    assert "(TypeError)" in done.err
    assert "secret detail" not in done.err
    assert "secret detail" in run(*words, "--debug").err
    assert run(*words, "--json").json["error"]["code"] == "unexpected"


@pytest.mark.parametrize(("raised", "status"), [(KeyboardInterrupt, 130), (BrokenPipeError, 0)])
def test_a_stopped_run_is_quiet(
    raised: type[BaseException], status: int, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise raised

    monkeypatch.setattr("casedesk.calendars.deadlines.compute", stopped)
    done = run("deadline", "compute", "D-01", "--from", "2026-11-02")
    assert (done.status, done.out) == (status, "")
    assert "Traceback" not in done.err


def test_what_a_user_typed_cannot_drive_the_terminal(run: Run) -> None:
    done = run("deadline", "compute", "\x1b[2J\u202eD-01", "--from", "2026-11-02")
    assert done.status == 1
    assert "\x1b" not in done.err
    assert "\u202e" not in done.err
