"""Dates by hand: provisional until a second person confirms them."""

from __future__ import annotations

from datetime import date

import pytest

from casedesk.desk import deadlines, matters
from casedesk.refusal import NotAllowed, NotFound, Refusal
from tests.support.firm import FirmFixture

PARALEGAL, ATTORNEY, COLLEAGUE = "mduarte", "aokafor", "bcole"


@pytest.fixture
def matter(firm: FirmFixture) -> str:
    return firm.desk(PARALEGAL).write(matters.open_matter, "other", "Ada Okonjo", form=("N-400",)).ref


def test_the_firms_own_date_is_a_week_earlier_on_a_business_day(firm: FirmFixture, matter: str) -> None:
    added = firm.desk(PARALEGAL).write(
        deadlines.add,
        matter,
        "Brief to the court",
        date(2027, 1, 25),
        kind="Court filing",
        authority="EOIR",
        citation="8 CFR 1003.38",
        form="N-400",
    )
    # Seven days before is Monday 18 January 2027, Martin Luther King's day: Friday before.
    assert (added.agency_due, added.internal_due) == (date(2027, 1, 25), date(2027, 1, 15))
    assert (added.state, added.kind, added.authority, added.matter) == (
        "provisional",
        "court_filing",
        "EOIR",
        matter,
    )
    assert not added.arrived_late


def test_a_date_already_too_near_says_so(firm: FirmFixture, matter: str) -> None:
    assert firm.desk(PARALEGAL).write(deadlines.add, matter, "Late", date(2026, 11, 12)).arrived_late


def test_who_entered_a_date_does_not_confirm_it(firm: FirmFixture, matter: str) -> None:
    ref = firm.desk(PARALEGAL).write(deadlines.add, matter, "Answer", date(2026, 12, 1)).ref
    with pytest.raises(NotAllowed, match="cannot confirm"):
        firm.desk(PARALEGAL).write(deadlines.confirm, ref)
    confirmed = firm.desk(COLLEAGUE).write(deadlines.confirm, ref.lower())
    assert (confirmed.state, confirmed.confirmed_by) == ("open", COLLEAGUE)
    with pytest.raises(Refusal, match=f"by {COLLEAGUE} already"):
        firm.desk(ATTORNEY).write(deadlines.confirm, ref)


def test_a_date_is_met_once_and_not_in_the_future(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk(PARALEGAL)
    ref = desk.write(deadlines.add, matter, "Answer", date(2026, 12, 1)).ref
    with pytest.raises(Refusal, match="still to come"):
        desk.write(deadlines.met, ref, date(2026, 11, 10))
    done = desk.write(deadlines.met, ref, date(2026, 11, 6))
    assert (done.state, done.met_on) == ("met", date(2026, 11, 6))
    with pytest.raises(Refusal, match="is met"):
        desk.write(deadlines.met, ref)
    with pytest.raises(Refusal, match="is met"):
        firm.desk(COLLEAGUE).write(deadlines.confirm, ref)


def test_open_dates_are_listed_nearest_first_and_paged(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk(PARALEGAL)
    days = [date(2026, 12, 9), date(2026, 12, 1), date(2026, 12, 9), date(2027, 3, 1), date(2026, 11, 20)]
    refs = [desk.write(deadlines.add, matter, f"Date {i}", d).ref for i, d in enumerate(days)]
    desk.write(deadlines.met, refs[4])
    seen: list[str] = []
    after: str | None = None
    while page := desk.read(deadlines.listing, limit=2, after=after):
        seen += [d.ref for d in page]
        after = page[-1].ref
    assert sorted(seen) == sorted(refs[:4])
    assert [d.agency_due for d in desk.read(deadlines.listing)] == sorted(days[:4])
    assert {d.ref for d in desk.read(deadlines.listing, matter=matter)} == set(refs)
    assert desk.read(matters.show, matter).next_date == date(2026, 11, 24)


def test_a_date_beyond_the_calendar_and_a_form_unknown_are_refused(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk(PARALEGAL)
    with pytest.raises(Refusal, match="too far away"):
        desk.write(deadlines.add, matter, "Answer", date(2062, 12, 1))
    with pytest.raises(NotFound, match="I-485"):
        desk.write(deadlines.add, matter, "Answer", date(2026, 12, 1), form="I-485")
    assert desk.read(deadlines.listing) == ()
