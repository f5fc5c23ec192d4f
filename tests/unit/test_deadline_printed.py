"""The date on the notice against the date by the rule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casedesk.calendars.deadlines import ComputedDeadline, compute, load_rules
from casedesk.calendars.federal import is_federal_business_day
from casedesk.calendars.printed import DueState, NoDate, arrived_late, internal_due, reconcile
from casedesk.models.enums import Served

FOLDER = Path(__file__).resolve().parents[2] / "data" / "templates" / "deadlines"
BOOK = load_rules({p.name: p.read_text(encoding="utf-8") for p in FOLDER.glob("*.toml")})
NOTICE = date(2026, 11, 2)
RECEIVED = date(2026, 11, 9)
RFE: ComputedDeadline = compute(BOOK, "D-01", NOTICE, served=Served.MAIL)
MAXIMUM = date(2027, 1, 28)


@pytest.mark.parametrize(
    "printed, state, due, words",
    [
        ([MAXIMUM], DueState.AGREES, MAXIMUM, "agree: 2027-01-28 (87 days"),
        ([MAXIMUM, MAXIMUM], DueState.AGREES, MAXIMUM, "agree"),
        (
            [date(2026, 12, 17)],
            DueState.SET_BY_NOTICE,
            date(2026, 12, 17),
            "Set by the notice: 45 days (maximum 87)",
        ),
        ([date(2026, 12, 5)], DueState.SET_BY_NOTICE, date(2026, 12, 5), "That is a Saturday"),
        ([], DueState.COMPUTED, MAXIMUM, "prints no date"),
        ([date(2027, 1, 29)], DueState.CONFLICT, MAXIMUM, "2027-01-29 is later than the maximum, 2027-01-28"),
        (
            [date(2027, 1, 28), date(2027, 1, 25)],
            DueState.CONFLICT,
            date(2027, 1, 25),
            "prints 2027-01-25 and 2027-01-28",
        ),
        ([date(2026, 1, 28)], DueState.CONFLICT, date(2026, 1, 28), "is not after the notice of 2026-11-02"),
        ([NOTICE], DueState.CONFLICT, NOTICE, "is not after the notice"),
    ],
)
def test_the_printed_date(printed: Sequence[date], state: DueState, due: date, words: str) -> None:
    decision = reconcile(RFE, printed, NOTICE, RECEIVED)
    assert (decision.state, decision.agency_due) == (state, due)
    assert words in decision.sentence
    assert decision.candidates == tuple(sorted({MAXIMUM, *printed}))


def test_a_day_that_cannot_be_is_a_conflict() -> None:
    decision = reconcile(RFE, [], NOTICE, RECEIVED, unreadable=["November 31, 2026"])
    assert (decision.state, decision.agency_due) == (DueState.CONFLICT, MAXIMUM)
    assert "'November 31, 2026' is no day" in decision.sentence
    assert decision.unreadable == ("November 31, 2026",)


def test_the_last_day_counted_agrees_though_the_rule_runs_on() -> None:
    sunday = compute(BOOK, "D-01", date(2026, 9, 3), served=Served.MAIL)
    decision = reconcile(sunday, [date(2026, 11, 29)], None, date(2026, 9, 10))
    assert (decision.state, decision.agency_due) == (DueState.AGREES, date(2026, 11, 29))
    assert "a Sunday" in decision.sentence
    monday = reconcile(sunday, [date(2026, 11, 30)], None, date(2026, 9, 10))
    assert (monday.state, monday.agency_due) == (DueState.AGREES, date(2026, 11, 30))
    assert reconcile(sunday, [date(2026, 12, 1)], None, date(2026, 9, 10)).state is DueState.CONFLICT


def test_only_the_printed_date() -> None:
    decision = reconcile(None, [date(2026, 12, 1)], NOTICE, RECEIVED)
    assert (decision.state, decision.agency_due) == (DueState.PRINTED_ONLY, date(2026, 12, 1))
    assert reconcile(None, [date(2026, 11, 1)], NOTICE, RECEIVED).state is DueState.CONFLICT


def test_nothing_to_go_by() -> None:
    with pytest.raises(NoDate, match="by hand"):
        reconcile(None, [], NOTICE, RECEIVED)


def test_a_notice_that_came_after_its_date() -> None:
    decision = reconcile(RFE, [date(2026, 11, 20)], NOTICE, date(2026, 11, 23))
    assert decision.past_on_arrival
    assert decision.sentence.endswith("It had passed when the notice came on 2026-11-23.")


def test_the_internal_date_of_the_story() -> None:
    assert internal_due(MAXIMUM, 7, is_federal_business_day) == date(2027, 1, 21)
    # Forwarded in Thanksgiving week: seven days before Thursday 3 December is the holiday.
    assert internal_due(date(2026, 12, 3), 7, is_federal_business_day) == date(2026, 11, 25)
    with pytest.raises(ValueError, match="after the agency's"):
        internal_due(MAXIMUM, -1, is_federal_business_day)


def test_arrived_late() -> None:
    assert arrived_late(date(2026, 11, 25), date(2026, 11, 26))
    assert not arrived_late(date(2026, 11, 25), date(2026, 11, 25))


DAYS = st.integers(-30, 200).map(lambda n: NOTICE + timedelta(days=n))


@given(st.lists(DAYS, max_size=3), st.booleans(), DAYS)
def test_no_decision_is_later_than_what_is_known(printed: list[date], ruled: bool, received: date) -> None:
    if not printed and not ruled:
        return
    decision = reconcile(RFE if ruled else None, printed, NOTICE, received)
    assert decision.agency_due in decision.candidates
    assert all(decision.agency_due <= day for day in printed)
    assert not ruled or decision.agency_due <= RFE.due
    assert decision.past_on_arrival == (decision.agency_due < received)
