"""Dates by a rule on a matter: their count on the record, a second person's count, and what moves with them."""

from __future__ import annotations

from datetime import date

import pytest

from casedesk.desk import deadline_moves, deadlines, matters, trail
from casedesk.models.enums import Served
from casedesk.refusal import NotAllowed, Refusal
from tests.support.firm import FirmFixture

PARALEGAL, ATTORNEY, COLLEAGUE = "mduarte", "aokafor", "bcole"


@pytest.fixture
def matter(firm: FirmFixture) -> str:
    return (
        firm.desk(PARALEGAL)
        .write(matters.open_matter, "other", "Ada Okonjo", paralegal=PARALEGAL, attorney=ATTORNEY)
        .ref
    )


def actions(firm: FirmFixture, matter: str) -> list[str]:
    return [e.action for e in firm.desk("jreyes").read(trail.listing, matter=matter)]


def test_a_rule_s_date_keeps_its_count_citation_and_what_it_was_counted_from(
    firm: FirmFixture, matter: str
) -> None:
    added = firm.desk(PARALEGAL).write(
        deadlines.add_by_rule, matter, "D-08", date(2026, 11, 3), served=Served.MAIL, critical=True
    )
    # 30 days and 3 for mail: Sunday 6 December, so Monday; our date is a week before that.
    assert (added.agency_due, added.internal_due) == (date(2026, 12, 7), date(2026, 11, 30))
    assert (added.rule, added.rule_version, added.confidence) == ("D-08", "1", "V")
    assert added.citation == "8 CFR 103.3(a)(2)(i); 8 CFR 103.8(b)"
    assert (added.trigger, added.served, added.filing) == (date(2026, 11, 3), "mail", "paper")
    assert "+3 days, served by mail (8 CFR 103.8(b)) = 2026-12-06" in added.steps
    assert (added.state, added.critical) == ("provisional", True)


def test_a_printed_day_wins_and_one_past_the_maximum_is_a_conflict(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk(PARALEGAL)
    shorter = desk.write(
        deadlines.add_by_rule,
        matter,
        "D-01",
        date(2026, 11, 2),
        served=Served.MAIL,
        printed=date(2026, 12, 17),
    )
    assert shorter.agency_due == date(2026, 12, 17)
    assert "Set by the notice: 45 days (maximum 87)" in shorter.sentence
    later = desk.write(
        deadlines.add_by_rule, matter, "D-01", date(2026, 11, 2), served=Served.MAIL, printed=date(2027, 3, 1)
    )
    assert (later.state, later.agency_due) == ("conflict", date(2027, 1, 28))
    # Somebody else settles it by their own count.
    with pytest.raises(Refusal, match="counted themselves"):
        firm.desk(COLLEAGUE).write(deadlines.confirm, later.ref)
    settled = firm.desk(COLLEAGUE).write(deadlines.confirm, later.ref, date(2027, 1, 28))
    assert (settled.state, settled.confirmed_by) == ("open", COLLEAGUE)


def test_the_agency_s_day_of_a_weekend_is_not_recounted_for_the_window_that_opens_it(
    firm: FirmFixture, matter: str
) -> None:
    added = firm.desk(PARALEGAL).write(deadlines.add_by_rule, matter, "D-28.closes", date(2025, 2, 15))
    assert (added.opens, added.agency_due) == (date(2026, 11, 17), date(2027, 2, 16))


def test_rules_that_are_no_date_and_unknown_ones_are_refused(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk(PARALEGAL)
    with pytest.raises(Refusal, match="no computable date"):
        desk.write(deadlines.add_by_rule, matter, "D-06", date(2026, 11, 2))
    with pytest.raises(Refusal, match="nearest"):
        desk.write(deadlines.add_by_rule, matter, "D-99", date(2026, 11, 2))
    with pytest.raises(Refusal, match="counted from a day"):
        desk.write(deadlines.add_by_rule, matter, "D-08")


# --- the second count


@pytest.fixture
def critical(firm: FirmFixture, matter: str) -> str:
    return (
        firm.desk(PARALEGAL)
        .write(deadlines.add_by_rule, matter, "D-08", date(2026, 11, 3), served=Served.MAIL, critical=True)
        .ref
    )


def test_a_critical_date_is_confirmed_by_a_count_of_somebody_else(firm: FirmFixture, critical: str) -> None:
    with pytest.raises(NotAllowed, match="cannot confirm"):
        firm.desk(PARALEGAL).write(deadlines.confirm, critical, date(2026, 12, 7))
    with pytest.raises(Refusal, match="counted themselves"):
        firm.desk(COLLEAGUE).write(deadlines.confirm, critical)
    done = firm.desk(COLLEAGUE).write(deadlines.confirm, critical, date(2026, 12, 7))
    assert (done.state, done.confirmed_by) == ("open", COLLEAGUE)


def test_a_later_count_is_a_conflict_that_names_both_and_the_earlier_rules(
    firm: FirmFixture, matter: str, critical: str
) -> None:
    both = firm.desk(COLLEAGUE).write(deadlines.confirm, critical, date(2026, 12, 9))
    assert (both.ref, both.state, both.agency_due) == (critical, "conflict", date(2026, 12, 7))
    assert "2026-12-07" in both.sentence
    assert "bcole counted 2026-12-09" in both.sentence
    assert "deadline.conflict" in actions(firm, matter)
    # Nobody agrees with themselves.
    with pytest.raises(NotAllowed):
        firm.desk(COLLEAGUE).write(deadlines.confirm, critical, date(2026, 12, 9))
    with pytest.raises(NotAllowed):
        firm.desk(PARALEGAL).write(deadlines.confirm, critical, date(2026, 12, 7))
    settled = firm.desk(ATTORNEY).write(deadlines.confirm, critical, date(2026, 12, 9))
    assert (settled.state, settled.agency_due, settled.confirmed_by) == ("open", date(2026, 12, 9), ATTORNEY)
    old = firm.desk(ATTORNEY).read(deadlines.show, critical)
    assert (old.state, old.superseded_by) == ("superseded", settled.ref)


def test_an_earlier_count_takes_the_place_until_it_is_settled(firm: FirmFixture, critical: str) -> None:
    both = firm.desk(COLLEAGUE).write(deadlines.confirm, critical, date(2026, 12, 3))
    assert both.ref != critical
    assert (both.state, both.agency_due) == ("conflict", date(2026, 12, 3))
    assert "2026-12-07 stands on record" in both.sentence
    # She who had entered the first one counts again and agrees with the other.
    settled = firm.desk(PARALEGAL).write(deadlines.confirm, both.ref, date(2026, 12, 3))
    assert (settled.state, settled.confirmed_by) == ("open", PARALEGAL)


# --- what moves with it


def test_what_follows_a_date_is_proposed_and_moves_on_a_person_s_yes(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk(PARALEGAL)
    brief = desk.write(deadlines.add_by_rule, matter, "D-16.appellant", date(2026, 11, 9))
    answer = desk.write(deadlines.add_by_rule, matter, "D-16.appellee", follows=brief.ref)
    copy = desk.write(deadlines.add, matter, "Copy to the client", date(2026, 12, 2), follows=brief.ref)
    assert (brief.agency_due, answer.agency_due) == (date(2026, 11, 30), date(2026, 12, 21))
    moved = desk.write(deadline_moves.move, brief.ref, "the Board extended it", to=date(2026, 12, 14))
    assert (moved.agency_due, moved.internal_due) == (date(2026, 12, 14), date(2026, 12, 7))
    proposed = desk.read(deadlines.show, answer.ref)
    assert proposed.agency_due == date(2026, 12, 21)
    assert proposed.proposed is not None
    assert (proposed.proposed.old, proposed.proposed.new) == (date(2026, 12, 21), date(2027, 1, 4))
    assert moved.ref in proposed.proposed.why
    assert proposed.proposed.citation == "8 CFR 1003.3(c)(1)"
    accepted = firm.desk(ATTORNEY).write(deadline_moves.accept, answer.ref)
    assert (accepted.agency_due, accepted.follows) == (date(2027, 1, 4), moved.ref)
    kept = desk.write(deadline_moves.decline, copy.ref, "goes out at once")
    assert (kept.agency_due, kept.proposed) == (date(2026, 12, 2), None)
    with pytest.raises(Refusal, match="Nothing is proposed"):
        desk.write(deadline_moves.accept, copy.ref)
    assert {"deadline.proposed", "deadline.superseded", "deadline.declined"} <= set(actions(firm, matter))


def test_a_date_nobody_will_act_by_is_dropped_and_a_critical_one_by_the_attorney(
    firm: FirmFixture, critical: str
) -> None:
    with pytest.raises(NotAllowed, match="attorney"):
        firm.desk(PARALEGAL).write(deadlines.drop, critical, "no appeal")
    gone = firm.desk(ATTORNEY).write(deadlines.drop, critical, "the client does not appeal")
    assert (gone.state, gone.superseded_by) == ("superseded", None)
    assert "the client does not appeal" in gone.sentence


def test_a_date_is_not_met_before_the_day_it_counts_from(firm: FirmFixture, matter: str) -> None:
    """Forwards; a date counted backwards from a hearing is met before the hearing."""
    desk = firm.desk(PARALEGAL)
    appeal = desk.write(deadlines.add_by_rule, matter, "D-08", date(2026, 11, 3)).ref
    with pytest.raises(Refusal, match="before that") as refused:
        desk.write(deadlines.met, appeal, date(2026, 11, 2))
    assert refused.value.code == "before_it_began"
    assert desk.write(deadlines.met, appeal, date(2026, 11, 3)).state == "met"
    before_hearing = desk.write(deadlines.add_by_rule, matter, "D-54", date(2027, 2, 10)).ref
    assert desk.write(deadlines.met, before_hearing, date(2026, 11, 6)).state == "met"
