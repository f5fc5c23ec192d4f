"""Rule files that do not hold together refuse to load and name their file; the shipped ones are whole."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from casedesk.calendars.rules_data import NotComputable, RuleFileError, Standing, load_rules

FOLDER = Path(__file__).resolve().parents[2] / "data" / "templates" / "deadlines"

RULE = """
[[rule]]
id = "D-01"
title = "Response"
trigger = "the notice"
kind = "filing"
count = [{ amount = 84, unit = "days" }]
citation = "8 CFR 103.2"
confidence = "V"
"""


def test_every_row_of_the_table_is_shipped() -> None:
    book = load_rules({p.name: p.read_text(encoding="utf-8") for p in FOLDER.glob("*.toml")})
    assert {name[:4] for name in book.names()} == {f"D-{number:02}" for number in range(1, 72)}
    assert {rule.full_name for rule in book.rules if rule.status is Standing.VACATED} == {
        "D-14@10-day",
        "D-15@20-day",
    }
    assert {rule.full_name for rule in book.rules if rule.status is Standing.SUPERSEDED} == {"D-54@15-day"}


@pytest.mark.parametrize(
    "text, message",
    [
        ("rule = [", "is no TOML"),
        ("answer = 42", r"nothing but \[\[rule\]\]"),
        ("rule = 42", r"nothing but \[\[rule\]\]"),
        (RULE + "mial_days = 3\n", "mial_days: Extra inputs"),
        (RULE + "mail_days = 3\n", "mail_citation is missing"),
        (RULE + 'roll = "yes"\n', "roll_citation is missing"),
        (RULE + 'status = "vacated"\n', "reason is missing"),
        (RULE + "cautious_days = -1\n", "cautious_reason is missing"),
        (RULE + 'statement = "never"\n', "either a count or"),
        (RULE + 'otherwise = "D-02"\n', "refers to D-02"),
        (RULE + "effective_from = 2026-02-01\neffective_until = 2026-01-01\n", "lies before effective_from"),
        (RULE.replace('"D-01"', '"D-1"'), "id: String should match"),
        (RULE.replace('unit = "days"', 'unit = "weeks"'), "count.0.unit"),
        (
            RULE.replace('unit = "days" }', 'unit = "office_days" }, { amount = 1, unit = "days" }'),
            "counted alone",
        ),
        (RULE + RULE, "stands in rules.toml already"),
        (RULE + RULE + 'version = "2"\n', "in force on the same day"),
        (RULE + 'aliases = ["D-01"]\n', "the name D-01 is taken"),
    ],
)
def test_a_wrong_rule_refuses_to_load(text: str, message: str) -> None:
    with pytest.raises(RuleFileError, match=message) as caught:
        load_rules({"rules.toml": text})
    assert caught.value.file == "rules.toml"


def test_two_versions_follow_one_another() -> None:
    older = RULE + "effective_until = 2025-12-31\n"
    newer = RULE.replace("84", "60") + 'version = "2"\neffective_from = 2026-01-01\n'
    book = load_rules({"a.toml": older, "b.toml": newer})
    assert book.find("D-01", date(2025, 12, 31)).version == "1"
    assert book.find("D-01", date(2026, 1, 1)).version == "2"


def test_a_superseded_version_governs_only_days_it_is_known_for() -> None:
    current = RULE + 'version = "2"\neffective_from = 2026-01-01\n'
    gone = RULE + 'status = "superseded"\nreason = "replaced"\n'
    with pytest.raises(NotComputable, match="in force on 2025-12-31"):
        load_rules({"a.toml": current + gone}).find("D-01", date(2025, 12, 31))
    ended = gone + "effective_until = 2025-12-31\n"
    assert load_rules({"a.toml": current + ended}).find("D-01", date(2025, 12, 31)).version == "1"
