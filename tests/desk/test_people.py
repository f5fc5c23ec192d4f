"""The firm's people: kept by managers, away with cover, gone only when nothing is left with them."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

import psycopg
import pytest

from casedesk.bootstrap import open_desk
from casedesk.desk import licences, matters, notes, people, trail
from casedesk.refusal import NotAllowed, NotFound, Refusal
from tests.support.firm import FirmFixture

PARALEGAL, ATTORNEY, COLLEAGUE, MANAGER, PARTNER = "mduarte", "aokafor", "bcole", "inovak", "jreyes"
MONDAY, FRIDAY = date(2026, 11, 9), date(2026, 11, 13)


@pytest.fixture
def handle() -> str:
    """A handle no other test uses: logins belong to the whole server."""
    return f"new{secrets.token_hex(4)}"


@pytest.mark.own_logins
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


def test_where_mail_goes_is_set_by_a_manager(firm: FirmFixture) -> None:
    """One address and nothing else; the trail says that it changed, and not to what."""
    desk = firm.desk(MANAGER)
    assert desk.write(people.email, PARALEGAL, " maria@firm.example ").email == "maria@firm.example"
    for bad in (
        "maria",
        "maria@",
        "@firm.example",
        "a@b.example, c@d.example",
        "a@b.example\r\nBcc: c@d.example",
    ):
        with pytest.raises(Refusal) as refused:
            desk.write(people.email, PARALEGAL, bad)
        assert refused.value.code == "bad_address", bad
    assert desk.read(people.show, PARALEGAL).email == "maria@firm.example"
    assert desk.write(people.email, PARALEGAL, "").email == ""
    with pytest.raises(NotAllowed, match="mail address"):
        firm.desk(PARALEGAL).write(people.email, PARALEGAL, "maria@firm.example")
    entries = [e for e in desk.read(trail.listing) if e.action == "person.email"]
    assert len(entries) == 2
    assert "firm.example" not in str(entries)


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


@pytest.mark.own_logins
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


@pytest.mark.own_logins
def test_who_left_signs_in_no_more_and_is_offered_no_work(firm: FirmFixture) -> None:
    gone = firm.desk(MANAGER).write(people.leave, COLLEAGUE)
    assert (gone.active, gone.present, gone.licensed) == (False, False, False)
    assert COLLEAGUE not in {p.handle for p in firm.desk(MANAGER).read(people.listing)}
    with pytest.raises(Refusal):
        firm.desk(COLLEAGUE).read(people.listing)
    with pytest.raises(NotFound):
        firm.desk(PARALEGAL).write(matters.open_matter, "other", "Ada Okonjo", paralegal=COLLEAGUE)


# -- roles, and who may choose the managers --------------------------------------------------------------------------


def groups_of(firm: FirmFixture, login: str) -> set[str]:
    """The groups of the server a login is in."""
    assert firm.owned is not None
    with psycopg.connect(firm.owned.owner_url) as conn:
        found = conn.execute(
            "SELECT g.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles l"
            " ON l.oid = m.member WHERE l.rolname = %s",
            (login,),
        ).fetchall()
    return {row[0] for row in found}


@pytest.mark.own_logins
def test_a_managing_partner_makes_a_manager_who_manages_at_once(firm: FirmFixture) -> None:
    with pytest.raises(NotAllowed, match="Choosing who manages is for a managing partner"):
        firm.desk(MANAGER).write(people.role, COLLEAGUE, "operations_manager")
    made = firm.desk(PARTNER).write(people.role, COLLEAGUE, "operations_manager")
    assert made.roles == ("operations_manager", "paralegal")
    colleague = firm.desk(COLLEAGUE)
    assert colleague.write(people.role, PARALEGAL, "intake_specialist").roles == (
        "intake_specialist",
        "paralegal",
    )
    if firm.shared:
        assert groups_of(firm, COLLEAGUE) == {"casedesk_paralegal", "casedesk_operations_manager"}
    firm.desk(PARTNER).write(people.role, COLLEAGUE, "operations_manager", take=True)
    with pytest.raises(NotAllowed, match="Giving a role is for a manager"):
        colleague.write(people.role, PARALEGAL, "senior_associate")
    if firm.shared:
        assert groups_of(firm, COLLEAGUE) == {"casedesk_paralegal"}


@pytest.mark.parametrize("firm", ["sqlite"], indirect=True)
def test_a_role_is_taken_but_not_the_last_of_somebody_nor_the_last_manager(firm: FirmFixture) -> None:
    desk = firm.desk(PARTNER)
    with pytest.raises(Refusal, match="only role bcole has"):
        desk.write(people.role, COLLEAGUE, "paralegal", take=True)
    with pytest.raises(Refusal, match="is not attorney"):
        desk.write(people.role, COLLEAGUE, "attorney", take=True)
    desk.write(people.role, MANAGER, "paralegal")
    desk.write(people.role, MANAGER, "operations_manager", take=True)
    with pytest.raises(Refusal, match="last manager"):
        desk.write(people.role, PARTNER, "managing_partner", take=True)


@pytest.mark.parametrize("firm", ["postgresql"], indirect=True)
def test_nobody_makes_managers_by_hand_beside_the_desk(firm: FirmFixture) -> None:
    with psycopg.connect(login(firm, MANAGER)) as conn:
        for sql in (
            "INSERT INTO person_role (person_id, role) SELECT id, 'managing_partner' FROM person WHERE handle = 'inovak'",
            "INSERT INTO person_role (person_id, role) SELECT id, 'attorney' FROM person WHERE handle = 'inovak'",
            "SELECT casedesk_set_role((SELECT id FROM person WHERE handle = 'inovak'), 'managing_partner', true)",
            "SELECT casedesk_set_role((SELECT id FROM person WHERE handle = 'bcole'), 'operations_manager', true)",
            "SELECT casedesk_close_login((SELECT id FROM person WHERE handle = 'jreyes'))",
            "UPDATE person SET active = 0 WHERE handle = 'jreyes'",
            "INSERT INTO person (id, handle, name, created_us) VALUES (5, 'zz', 'Zz', 0);"
            " INSERT INTO person_role (person_id, role) VALUES (5, 'managing_partner')",
            "INSERT INTO licence (id, person_id, kind) SELECT 5, id, 'attorney' FROM person WHERE handle = 'inovak'",
            "INSERT INTO licence (id, person_id, kind, granted_by) SELECT 5, p.id, 'attorney', q.id FROM person p, person q"
            " WHERE p.handle = 'bcole' AND q.handle = 'jreyes'",
            "GRANT casedesk_managing_partner TO inovak",
            "GRANT bcole TO inovak",
        ):
            with pytest.raises(psycopg.Error):
                conn.execute(sql.encode())
            conn.rollback()
        conn.execute(
            "SELECT casedesk_set_role((SELECT id FROM person WHERE handle = 'bcole'), 'attorney', true)"
        )
        conn.rollback()
    with psycopg.connect(login(firm, PARTNER)) as conn:
        own = (
            "UPDATE licence SET active = 0 WHERE person_id = (SELECT id FROM person WHERE handle = 'jreyes')"
        )
        assert conn.execute(own.encode()).rowcount == 0
        assert conn.execute(own.replace("jreyes", "aokafor").encode()).rowcount == 1
        conn.rollback()
    with psycopg.connect(login(firm, PARALEGAL)) as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
        conn.execute("SELECT casedesk_set_role(1, 'attorney', true)")


def login(firm: FirmFixture, who: str) -> str:
    assert firm.owned is not None
    return firm.owned.login_url(who, firm.passwords[who])


@pytest.mark.own_logins
def test_whoever_leaves_is_out_that_moment(firm: FirmFixture) -> None:
    """On the shared store: the login is closed, its groups are gone, and a session that was open is ended."""
    with pytest.raises(NotAllowed, match="managing partner"):
        firm.desk(MANAGER).write(people.leave, PARTNER)
    if not firm.shared:
        return
    with psycopg.connect(login(firm, COLLEAGUE)) as conn:
        conn.execute("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        conn.commit()
        before = conn.execute("SELECT count(*) FROM person").fetchone()
        assert before is not None
        assert before[0] > 0
        firm.desk(MANAGER).write(people.leave, COLLEAGUE)
        with pytest.raises(psycopg.OperationalError):
            conn.execute("SELECT count(*) FROM person")
    with pytest.raises(psycopg.OperationalError, match="not permitted to log in"):
        psycopg.connect(login(firm, COLLEAGUE))
    assert groups_of(firm, COLLEAGUE) == set()
    with psycopg.connect(login(firm, MANAGER)) as conn:
        # Who is still here is nobody's to throw out.
        conn.execute("SELECT casedesk_end_sessions((SELECT id FROM person WHERE handle = 'mduarte'))")
    with psycopg.connect(login(firm, PARALEGAL)) as conn:
        assert conn.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize("firm", ["postgresql"], indirect=True)
def test_a_login_has_the_groups_of_the_roles_on_record_and_no_other(firm: FirmFixture, handle: str) -> None:
    with psycopg.connect(login(firm, MANAGER)) as conn:
        conn.execute(
            "INSERT INTO person (id, handle, name, login, created_us) VALUES (5, %s, 'New', %s, 0)",
            (handle, handle),
        )
        conn.execute("INSERT INTO person_role (person_id, role) VALUES (5, 'paralegal')")
        with pytest.raises(psycopg.Error, match="not on record for this person"):
            conn.execute(
                "SELECT casedesk_add_login(%s, 'SCRAM-SHA-256$x', ARRAY['casedesk_managing_partner'])",
                (handle,),
            )


# -- licences -----------------------------------------------------------------------------------------------------


def test_a_licence_is_put_on_record_by_somebody_else(firm: FirmFixture) -> None:
    desk = firm.desk(MANAGER)
    added = desk.write(licences.add, COLLEAGUE, ("attorney", "5550002", "NJ", date(2027, 6, 30)))
    assert (added.person, added.state, added.granted_by, added.scope) == (COLLEAGUE, "live", MANAGER, "full")
    assert desk.read(people.show, COLLEAGUE).licensed
    with pytest.raises(NotAllowed, match="Putting your own licence on record is for somebody else"):
        desk.write(licences.add, MANAGER, ("attorney", "1", "NY", None))
    with pytest.raises(NotAllowed, match="Ending your own licence"):
        firm.desk(PARTNER).write(licences.end, PARTNER, "4411223", reason="retired")
    with pytest.raises(NotAllowed, match="for a manager"):
        firm.desk(PARALEGAL).write(licences.add, COLLEAGUE, ("attorney", "1", "NY", None))
    ended = desk.write(licences.end, COLLEAGUE, "5550002", reason="moved away")
    assert (ended.state, ended.days_left) == ("ended", None)
    assert not desk.read(people.show, COLLEAGUE).licensed
    with pytest.raises(NotFound):
        desk.write(licences.end, COLLEAGUE, "5550002", reason="again")
    assert [one.state for one in desk.read(licences.listing, COLLEAGUE)] == ["ended"]


def test_the_only_person_of_a_firm_keeps_their_own(sole_firm: FirmFixture) -> None:
    desk = sole_firm.desk("jreyes")
    added = desk.write(licences.add, "jreyes", ("attorney", "77", "CT", None))
    assert added.granted_by == "jreyes"
    assert desk.write(licences.end, "jreyes", "77", reason="never used").state == "ended"


@pytest.mark.parametrize("firm", ["sqlite"], indirect=True)
def test_what_does_not_fit_a_licence_is_refused(firm: FirmFixture) -> None:
    desk = firm.desk(MANAGER)
    for licence, scope, words in (
        (("atorney", "1", "NY", None), "full", "no licence"),
        (("attorney", "1", "NY", None), "dhs", "Only an accreditation is partial"),
        (("attorney", "1", "NY", None), "everywhere", "no scope"),
        (("attorney", "1", "NY", date(2026, 11, 8)), "full", "is over"),
    ):
        with pytest.raises(Refusal, match=words):
            desk.write(licences.add, COLLEAGUE, licence, scope=scope)
    assert desk.read(licences.listing, COLLEAGUE) == ()


@pytest.mark.parametrize("firm", ["sqlite"], indirect=True)
def test_a_licence_warns_for_sixty_days_and_is_dead_the_day_after_its_last(firm: FirmFixture) -> None:
    desk = firm.desk(MANAGER)
    desk.write(licences.add, COLLEAGUE, ("attorney", "9", "NY", date(2027, 1, 9)))
    assert desk.read(licences.check).ok
    firm.clock.advance(days=1)  # sixty days before its last one
    check = desk.read(licences.check)
    assert (check.ok, f"{COLLEAGUE}: attorney licence ends on 2027-01-09, in 60 days" in check.detail) == (
        False,
        True,
    )
    warned = desk.read(people.show, COLLEAGUE)
    assert warned.warnings == ("attorney licence ends on 2027-01-09, in 60 days",)
    # It is the managers' to see to, and each one's own to know.
    assert firm.desk(PARALEGAL).read(people.show, COLLEAGUE).warnings == ()
    assert firm.desk(COLLEAGUE).read(people.show, COLLEAGUE).warnings == warned.warnings
    assert firm.desk(PARALEGAL).read(licences.check).ok
    firm.clock.advance(days=60)
    colleague = firm.desk(COLLEAGUE)
    matter = colleague.write(matters.open_matter, "other", "Ada Okonjo")
    colleague.write(notes.strategy, matter.ref, "On its last day it counts.")
    firm.clock.advance(days=1)
    with pytest.raises(NotAllowed, match="takes an attorney"):
        colleague.write(notes.strategy, matter.ref, "A day too late.")
    assert "expired on 2027-01-09" in desk.read(licences.check).detail
    # Renewed is put on record anew, and the warning ends.
    desk.write(licences.add, COLLEAGUE, ("attorney", "9", "NY", date(2029, 1, 9)))
    assert desk.read(licences.check).ok
    colleague.write(notes.strategy, matter.ref, "Renewed.")


# -- people from outside: see tests/security/test_outside.py for what they see ----------------------------------------


@pytest.mark.own_logins
def test_a_local_store_takes_nobody_from_outside(firm: FirmFixture, handle: str) -> None:
    desk = firm.desk(MANAGER)
    more: dict[str, Any] = {"outside": True, "organisation": "Lex Support Ltd", "answers_for": ATTORNEY}
    if not firm.shared:
        with pytest.raises(Refusal, match="one trust domain"):
            desk.write(people.add, handle, "Petra Kovac", ("paralegal",), **more)
        return
    bent: dict[str, Any]
    for bent, words in (
        ({"answers_for": None}, "One person of the firm answers"),
        ({"organisation": " "}, "organisation is empty"),
        ({"licence": ("reviewer", "", "", None)}, "reviews and signs nothing"),
    ):
        with pytest.raises(Refusal, match=words):
            desk.write(people.add, handle, "Petra Kovac", ("paralegal",), **{**more, **bent})
    with pytest.raises(Refusal, match="works as a paralegal or an intake specialist"):
        desk.write(people.add, handle, "Petra Kovac", ("attorney",), **more)
    added = desk.write(people.add, handle, "Petra Kovac", ("paralegal",), **more)
    assert (added.outside, added.organisation, added.answers_for) == (True, "Lex Support Ltd", ATTORNEY)
    assert groups_of(firm, handle) == {"casedesk_staff"}
    with pytest.raises(NotAllowed, match="reviews and signs nothing"):
        desk.write(licences.add, handle, ("attorney", "1", "NY", None))
    with pytest.raises(Refusal, match="works as a paralegal"):
        firm.desk(PARTNER).write(people.role, handle, "operations_manager")
    with pytest.raises(Refusal, match="is from outside too"):
        desk.write(people.add, f"{handle}b", "Other", ("paralegal",), **{**more, "answers_for": handle})
    # Whoever answers for them stays until somebody else does.
    with pytest.raises(Refusal, match="answers for"):
        desk.write(people.leave, ATTORNEY)
    assert desk.write(people.answers, handle, "lchen").answers_for == "lchen"
    with pytest.raises(Refusal, match="answers for themselves"):
        desk.write(people.answers, COLLEAGUE, "lchen")
