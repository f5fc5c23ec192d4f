"""Training: acknowledged in an edition, counted until a day, given by the firm where it is the firm's to give."""

from __future__ import annotations

from datetime import date

import pytest

from casedesk.desk import licences, people, training
from casedesk.desk.turn import Turn
from casedesk.refusal import NotAllowed, Refusal
from casedesk.routing.authority import Authority
from tests.support.firm import FirmFixture

PARALEGAL, COLLEAGUE, MANAGER = "mduarte", "bcole", "inovak"

local = pytest.mark.parametrize("firm", ["sqlite"], indirect=True)


def lacks(firm: FirmFixture, who: str, course: str) -> str:
    def ask(turn: Turn) -> str:
        return training.standing(turn, turn.person(who).id)[course]

    return firm.desk(MANAGER).read(ask)


def test_each_acknowledges_for_themselves_and_a_manager_records(firm: FirmFixture) -> None:
    desk = firm.desk(PARALEGAL)
    assert lacks(firm, PARALEGAL, "confidentiality") == "not on record"
    mine = desk.write(training.acknowledge, "Confidentiality")
    assert (mine.person, mine.edition, mine.expires, mine.recorded_by) == (
        PARALEGAL,
        "2026-01",
        date(2027, 11, 9),
        PARALEGAL,
    )
    assert lacks(firm, PARALEGAL, "confidentiality") == ""
    theirs = firm.desk(MANAGER).write(training.add, PARALEGAL, "second review")
    assert (theirs.counts, theirs.recorded_by, theirs.expires) == (True, MANAGER, date(2028, 11, 9))
    assert {view.course for view in desk.read(training.listing, PARALEGAL)} == {
        "second_review",
        "confidentiality",
    }
    courses = {view.id: view for view in desk.read(training.courses)}
    assert (courses["confidentiality"].mine, courses["drafting"].mine) == (True, False)
    assert courses["supervision"].acts == ("Supervising delegated work",)
    assert "Second review of an assembled packet" in courses["second_review"].acts


@local
def test_who_may_not_record(firm: FirmFixture) -> None:
    with pytest.raises(NotAllowed, match="given by the firm") as refused:
        firm.desk(PARALEGAL).write(training.acknowledge, "second_review")
    assert refused.value.next.endswith(f"training add {PARALEGAL} second_review")
    with pytest.raises(NotAllowed, match="for a manager"):
        firm.desk(PARALEGAL).write(training.add, COLLEAGUE, "confidentiality")
    with pytest.raises(NotAllowed, match="Nobody records their own training"):
        firm.desk(MANAGER).write(training.add, MANAGER, "second_review")
    with pytest.raises(Refusal, match="no course 'confidance'") as unknown:
        firm.desk(PARALEGAL).write(training.acknowledge, "confidance")
    assert "confidentiality" in unknown.value.next
    assert firm.desk(MANAGER).read(training.listing) == ()


def test_the_only_person_says_it_for_herself(sole_firm: FirmFixture) -> None:
    desk = sole_firm.desk("jreyes")
    assert desk.write(training.acknowledge, "second_review").counts
    assert desk.write(training.add, "jreyes", "confidentiality").counts


@local
def test_it_counts_to_its_last_day_and_in_the_edition_in_force(firm: FirmFixture) -> None:
    firm.desk(PARALEGAL).write(training.acknowledge, "confidentiality")
    firm.clock.advance(days=365)  # 2027-11-09
    assert lacks(firm, PARALEGAL, "confidentiality") == ""
    firm.clock.advance(days=1)
    assert lacks(firm, PARALEGAL, "confidentiality") == "expired on 2027-11-09"
    again = firm.desk(PARALEGAL).write(training.acknowledge, "confidentiality")
    assert again.expires == date(2028, 11, 10)
    assert lacks(firm, PARALEGAL, "confidentiality") == ""
    # A new edition asks everybody anew.
    house = firm.desk(MANAGER).house
    matrix = house.authority.matrix
    newer = tuple(
        c.model_copy(update={"edition": "2028-06"}) if c.id == "confidentiality" else c for c in matrix.course
    )
    house.__dict__["authority"] = Authority(matrix.model_copy(update={"course": newer}), "0" * 64)
    assert lacks(firm, PARALEGAL, "confidentiality") == (
        "acknowledged in edition 2026-01, edition 2028-06 is in force"
    )


@local
def test_a_leap_day_ends_on_the_months_last(firm: FirmFixture) -> None:
    firm.clock.advance(days=(date(2028, 2, 29) - date(2026, 11, 9)).days)
    assert firm.desk(PARALEGAL).write(training.acknowledge, "confidentiality").expires == date(2029, 2, 28)


@local
def test_a_second_reviewer_without_training_is_warned_of_and_not_barred(firm: FirmFixture) -> None:
    desk = firm.desk(MANAGER)
    desk.write(licences.add, COLLEAGUE, ("reviewer", "", "", None))
    said = "no training that counts for second review (Second review of an assembled packet: not on record)"
    assert desk.read(people.show, COLLEAGUE).warnings == (said,)
    assert firm.desk(COLLEAGUE).read(_may_review)
    desk.write(training.add, COLLEAGUE, "second_review")
    assert desk.read(people.show, COLLEAGUE).warnings == ()


def _may_review(turn: Turn) -> bool:
    return turn.reviewing_licence() is not None
