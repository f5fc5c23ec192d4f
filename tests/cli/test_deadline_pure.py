"""`deadline rules` and `deadline compute`, which need no store."""

from __future__ import annotations

from tests.cli.conftest import Run

KEYS = {
    "rule",
    "version",
    "trigger",
    "raw",
    "due",
    "conservative",
    "internal_due",
    "citation",
    "confidence",
    "steps",
}


def test_an_rfe_by_mail_is_counted_with_its_steps(run: Run) -> None:
    done = run("deadline", "compute", "D-01", "--from", "2026-11-02", "--served", "mail", "--json")
    assert done.status == 0
    assert done.json.keys() >= KEYS
    assert done.json["due"] == "2027-01-28"
    assert done.json["internal_due"] == "2027-01-21"
    assert done.json["steps"]


def test_people_read_the_date_with_its_weekday_and_citation(run: Run) -> None:
    done = run("deadline", "compute", "D-01", "--from", "2026-11-02", "--served", "mail")
    assert "Thu 2027-01-28" in done.out
    assert "8 CFR" in done.out


def test_rules_are_one_object_and_can_be_narrowed(run: Run) -> None:
    every = run("deadline", "rules", "--json").json["rules"]
    assert {rule["rule"] for rule in every} >= {"D-01", "D-04", "D-19.reopen"}
    few = run("deadline", "rules", "D-01", "--json").json["rules"]
    assert 0 < len(few) < len(every)
    assert "D-01" in run("deadline", "rules").out


def test_unknown_and_uncomputable_rules_are_refused_with_a_sentence(run: Run) -> None:
    unknown = run("deadline", "compute", "D-99", "--from", "2026-11-02", "--json")
    assert unknown.status == 1
    assert unknown.json["error"]["code"] == "unknown_rule"
    statement = run("deadline", "compute", "D-06", "--from", "2026-11-02", "--json")
    assert statement.status == 1
    assert statement.json["error"]["code"] == "not_computable"
