"""A newcomer's weeks as plain arithmetic."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casedesk.routing.facts import facts_from_json, facts_json
from casedesk.routing.ramp import MOST_WEEKS, Ramp, WrongRamp, read_ramp, read_shares
from casedesk.routing.strategies import resolve
from tests.support.routing import CHEN, DUARTE, FIRM, person, rosa

FIRST = date(2026, 11, 9)
RAMP = Ramp(FIRST, (25, 50, 75))


@pytest.mark.parametrize(
    ("days", "week", "share", "words"),
    [
        (-1, 0, 0, "begins 2026-11-09"),
        (0, 1, 25, "week 1 here: 25% of 40"),
        (6, 1, 25, "week 1 here: 25% of 40"),
        (7, 2, 50, "week 2 here: 50% of 40"),
        (20, 3, 75, "week 3 here: 75% of 40"),
        (21, None, 100, ""),
        (400, None, 100, ""),
    ],
)
def test_a_share_a_week_then_everything(days: int, week: int | None, share: int, words: str) -> None:
    day = FIRST + timedelta(days=days)
    assert (RAMP.week(day), RAMP.share(day), RAMP.words(day, 40.0)) == (week, share, words)


@given(st.dates(), st.lists(st.integers(1, 100), min_size=1, max_size=MOST_WEEKS).map(sorted))
def test_it_is_read_as_it_was_written(first: date, shares: list[int]) -> None:
    ramp = Ramp(first, tuple(shares))
    assert read_ramp(ramp.text()) == ramp


@pytest.mark.parametrize(
    "text", ["", "0,50", "50,101", "50,25", "a", "25;50", "²5", "-5", ",".join(["50"] * (MOST_WEEKS + 1))]
)
def test_what_is_no_ramp_is_refused(text: str) -> None:
    with pytest.raises(WrongRamp):
        read_shares(text)


def test_the_week_stands_in_the_reason_and_is_kept_with_the_facts() -> None:
    new = person(
        CHEN, "L. Chen", *FIRM[CHEN].roles, capacity_hours=10.0, open_hours=8.0, ramp="week 1 here: 25% of 40"
    )
    facts = rosa(people={**FIRM, CHEN: new})
    again = facts_from_json(facts_json(facts))
    assert again == facts
    pick = resolve(["role:paralegal"], again, reserved=False)
    assert pick.person == DUARTE
    reasons = {c.handle: c.reason for c in pick.candidates}
    assert reasons["chen"] == "not the least loaded: 8 of 10 hours open (week 1 here: 25% of 40)"
    assert "ramp" not in str(facts_json(rosa()))
