"""`casedesk person ramp`: a newcomer's weeks from the command line."""

from __future__ import annotations

from tests.cli.conftest import Office


def test_weeks_are_shown_set_and_ended(local_office: Office) -> None:
    office = local_office
    assert office.does("inovak", "person", "ramp") == {"weeks": [25, 50, 75]}
    told = office.says("inovak", "person", "ramp", "bcole", "--from", "2026-11-09")
    assert told.out == "bcole  since 2026-11-09: 25%, 50%, 75%; 10 of 40 hours count this week\n"
    assert (
        "0 of 10 hours a week (week 1 here: 25% of 40)"
        in office.says("inovak", "person", "show", "bcole").out
    )
    kept = office.does("bcole", "person", "ramp", "bcole")
    assert (kept["week"], kept["hours"], kept["shares"]) == (1, 10.0, [25, 50, 75])
    firm = office.says("inovak", "person", "ramp", "--weeks", "20,60")
    assert firm.out == "a newcomer's hours count by week: 20%, 60%; then all of them\n"
    over = office.says("inovak", "person", "ramp", "bcole", "--end")
    assert over.out == "bcole  40 of 40 hours count this week\n"


def test_what_was_left_out_is_asked_for(local_office: Office) -> None:
    office = local_office
    assert office.tries("inovak", "person", "ramp", "--end").code == "whose_weeks"
    assert office.tries("inovak", "person", "ramp", "bcole", "--weeks", "50").code == "no_first_day"
    first = ("person", "ramp", "bcole", "--from", "2026-11-09")
    assert office.tries("inovak", *first, "--weeks", "x").code == "bad_ramp"
    refused = office.tries("mduarte", *first)
    assert (refused.status, refused.code) == (1, "not_allowed")
