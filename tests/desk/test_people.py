"""The firm's people: kept by managers, away with cover, gone only when nothing is left with them."""

from __future__ import annotations

import secrets
from datetime import date

import pytest

from casedesk.bootstrap import open_desk
from casedesk.desk import matters, notes, people
from casedesk.refusal import NotAllowed, NotFound, Refusal
from tests.support.firm import FirmFixture

PARALEGAL, ATTORNEY, COLLEAGUE, MANAGER = "mduarte", "aokafor", "bcole", "inovak"
MONDAY, FRIDAY = date(2026, 11, 9), date(2026, 11, 13)


@pytest.fixture
def handle() -> str:
    """A handle no other test uses: logins belong to the whole server."""
    return f"new{secrets.token_hex(4)}"


def test_a_manager_takes_somebody_in_who_can_then_sign_in(firm: FirmFixture, handle: str) -> None:
    added = firm.desk(MANAGER).write(
        people.add,
        handle.upper(),
        "Zoë Quist",
        ("Senior associate", "attorney"),
        languages=("en", "zh-Hans"),
        skills=("RFE",),
        licence=("attorney", "5550001", "NJ", date(2027, 1, 31)),
        password="a long password",
    )
    assert (added.handle, added.licensed, added.present) == (handle, True, True)
    assert added.roles == ("attorney", "senior_associate")
    assert (added.languages, added.skills) == (("en", "zh-hans"), ("rfe",))
    assert added.licences == ("attorney NJ 5550001 until 2027-01-31",)
    assert added in firm.desk(PARALEGAL).read(people.listing)
    desk = open_desk(firm.store, handle, clock=firm.clock, password="a long password")
    try:
        assert desk.write(matters.open_matter, "other", "Ada Okonjo").ref
    finally:
        desk.close()


def test_people_are_kept_by_managers(firm: FirmFixture, handle: str) -> None:
    desk = firm.desk(PARALEGAL)
    with pytest.raises(NotAllowed, match="Adding a person"):
        desk.write(people.add, handle, "New", ("paralegal",))
    with pytest.raises(NotAllowed, match="Giving a role"):
        desk.write(people.role, COLLEAGUE, "attorney")
    with pytest.raises(NotAllowed, match="somebody else's absence"):
        desk.write(people.absence, COLLEAGUE, MONDAY, FRIDAY)
    with pytest.raises(NotAllowed, match="Closing a person's place"):
        desk.write(people.leave, COLLEAGUE)
    with pytest.raises(NotFound):
        firm.desk(MANAGER).read(people.show, handle)


def test_what_does_not_fit_a_person_is_refused(firm: FirmFixture, handle: str) -> None:
    desk = firm.desk(MANAGER)
    for given, words in (
        ((PARALEGAL, "New", ("paralegal",)), "taken"),
        (("9lives", "New", ("paralegal",)), "cannot be a handle"),
        (("casedesk_x", "New", ("paralegal",)), "cannot be a handle"),
        ((handle, "New", ("paralgal",)), "no role"),
        ((handle, "New", ()), "needs a role"),
        ((handle, " ", ("paralegal",)), "empty"),
    ):
        with pytest.raises(Refusal, match=words):
            desk.write(people.add, *given)
    with pytest.raises(NotFound):
        desk.read(people.show, handle)


def test_a_role_more_is_given_once(firm: FirmFixture) -> None:
    desk = firm.desk(MANAGER)
    assert desk.write(people.role, COLLEAGUE, "intake specialist").roles == ("intake_specialist", "paralegal")
    with pytest.raises(Refusal, match="already"):
        desk.write(people.role, COLLEAGUE, "intake_specialist")


def test_who_is_away_says_so_and_who_covers(firm: FirmFixture) -> None:
    desk = firm.desk(PARALEGAL)
    away = desk.write(people.absence, PARALEGAL, MONDAY, FRIDAY, cover=COLLEAGUE)
    assert (away.present, away.away_until, away.cover) == (False, FRIDAY, COLLEAGUE)
    longer = desk.write(people.absence, PARALEGAL, MONDAY, date(2026, 11, 20))
    assert (longer.away_until, longer.cover) == (date(2026, 11, 20), None)
    assert firm.desk(MANAGER).write(people.cover, PARALEGAL, COLLEAGUE).cover == COLLEAGUE
    firm.clock.advance(days=12)
    assert desk.read(people.show, PARALEGAL).present


def test_an_absence_makes_sense(firm: FirmFixture) -> None:
    desk = firm.desk(PARALEGAL)
    for first, last, cover, words in (
        (FRIDAY, MONDAY, None, "before"),
        (date(2026, 11, 2), date(2026, 11, 6), None, "is over"),
        (MONDAY, FRIDAY, PARALEGAL, "themselves"),
        (MONDAY, FRIDAY, "nobody", "nobody"),
    ):
        with pytest.raises(Refusal, match=words):
            desk.write(people.absence, PARALEGAL, first, last, cover=cover)
    with pytest.raises(Refusal, match="not away"):
        desk.write(people.cover, PARALEGAL, COLLEAGUE)
    assert desk.read(people.show, PARALEGAL).present


def test_nobody_leaves_with_work_in_hand(firm: FirmFixture) -> None:
    desk = firm.desk(MANAGER)
    matter = desk.write(matters.open_matter, "other", "Ada Okonjo")
    task = desk.write(notes.call, matter.ref, "Call back.", callback=COLLEAGUE).task
    assert task is not None
    with pytest.raises(Refusal, match="1 open tasks") as refused:
        desk.write(people.leave, COLLEAGUE)
    assert task in refused.value.next
    with pytest.raises(Refusal, match="own place"):
        desk.write(people.leave, MANAGER)


def test_who_left_signs_in_no_more_and_is_offered_no_work(firm: FirmFixture) -> None:
    gone = firm.desk(MANAGER).write(people.leave, COLLEAGUE)
    assert (gone.active, gone.present, gone.licensed) == (False, False, False)
    assert COLLEAGUE not in {p.handle for p in firm.desk(MANAGER).read(people.listing)}
    with pytest.raises(Refusal):
        firm.desk(COLLEAGUE).read(people.listing)
    with pytest.raises(NotFound):
        firm.desk(PARALEGAL).write(matters.open_matter, "other", "Ada Okonjo", paralegal=COLLEAGUE)
