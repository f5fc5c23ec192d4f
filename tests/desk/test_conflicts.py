"""Conflict checks: who is found, how it is said, who decides, and that nothing is held up meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from casedesk.desk import conflicts, consents, matters, tasks, tells
from casedesk.desk.desk import Desk
from casedesk.desk.views.matters import ConflictView
from casedesk.matching import names
from casedesk.refusal import NotAllowed, NotFound, Refusal
from casedesk.store.unit_of_work import UnitOfWork
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, local_firm, shared_firm
from tests.support.postgres import OwnedDb, PgServer

PARALEGAL, ATTORNEY, MANAGER = "mduarte", "aokafor", "inovak"


@pytest.fixture(scope="module")
def founded(pg_server: PgServer) -> Iterator[tuple[OwnedDb, dict[str, str]]]:
    """A firm on PostgreSQL, founded once; each test begins in a copy of it."""
    owned = pg_server.new_owner_database()
    made = shared_firm(owned, ManualClock())
    made.close()
    yield owned, made.passwords
    pg_server.drop(owned)


@pytest.fixture(params=["sqlite", "postgresql"])
def firm(
    request: pytest.FixtureRequest, store_path: Path, manual_clock: ManualClock
) -> Iterator[FirmFixture]:
    if request.param == "sqlite":
        made = local_firm(store_path, manual_clock)
        yield made
        made.close()
        return
    server: PgServer = request.getfixturevalue("pg_server")
    template, passwords = request.getfixturevalue("founded")
    owned = server.clone(template)
    made = FirmFixture(owned.url, manual_clock, shared=True, passwords=passwords, owned=owned)
    yield made
    made.close()
    server.drop(owned)


@pytest.fixture
def desk(firm: FirmFixture) -> Desk:
    return firm.desk(PARALEGAL)


def opened(desk: Desk, client: str, type: str = "other", **more: object) -> str:
    return desk.write(matters.open_matter, type, client, attorney=ATTORNEY, **more).ref  # type: ignore[arg-type]


def the_only(desk: Desk, matter: str, state: str = "all") -> ConflictView:
    (found,) = desk.read(conflicts.listing, state=state, matter=matter)
    return found


def test_nobody_like_it_is_clear_at_once_and_asks_nobody(desk: Desk) -> None:
    ref = opened(desk, "Ibarra, Rosa")
    check = the_only(desk, ref)
    assert (check.state, check.reason, check.decided_by, check.likeness) == (
        "clear",
        "nothing found",
        None,
        0,
    )
    assert (check.names, check.about, check.asked_by) == (("Ibarra, Rosa",), f"opening of {ref}", PARALEGAL)
    assert desk.read(matters.show, ref).open_points == ()
    assert [t for t in desk.read(tasks.queue, scope="all") if t.kind == "conflict_check"] == []


def test_a_former_client_found_again_opens_a_task_stands_on_the_card_and_holds_up_nothing(
    firm: FirmFixture, desk: Desk
) -> None:
    first = opened(desk, "Юлия Иванова")
    desk.write(matters.close_matter, first, "done")
    second = opened(desk, "Yulia Ivanova", "asylum", emergency=True)
    check = the_only(desk, second, "open")
    (hit,) = check.hits
    assert (hit.name, hit.matter, hit.likeness, hit.how) == ("Юлия Иванова", first, 80, "sounds alike")
    assert (hit.standing, hit.client, hit.former, hit.adverse) == ("former client", True, True, False)
    assert desk.read(matters.show, second).open_points == (f"conflict check open: {check.ref}",)
    assert desk.read(matters.show, first).open_points == ()
    (task,) = [t for t in desk.read(tasks.queue, scope="all") if t.kind == "conflict_check"]
    assert (task.owner, task.matter, task.title) == (ATTORNEY, second, f"Decide conflict check {check.ref}")

    done = firm.desk(ATTORNEY).write(conflicts.decide, check.ref, "clear", "The same client, another matter.")
    assert (done.state, done.decided_by) == ("clear", ATTORNEY)
    assert desk.read(matters.show, second).open_points == ()
    assert desk.read(tasks.show, task.ref).task.status == "done"
    assert f"Conflict check {check.ref}: clear" in [t.subject for t in desk.read(tells.listing)]


def test_the_other_side_of_a_petition_is_said_to_be_one(desk: Desk) -> None:
    petition = opened(desk, "Ibarra, Mateo", "family_petition")
    desk.write(matters.party_add, petition, "beneficiary", "Ibarra, Rosa")
    desk.write(matters.party_add, petition, "interpreter", "Le, Hoa")
    hers = opened(desk, "Rosa Ibarra", "u_visa")
    (hit,) = the_only(desk, hers).hits
    assert (hit.standing, hit.adverse) == ("beneficiary where Ibarra, Mateo is the client", True)
    assert (hit.how, hit.likeness, hit.linked) == ("same name", 95, None)
    desk.write(matters.link, hers, petition, "spouse")
    assert the_only(desk, hers).hits[0].linked == "spouse"
    (hit,) = the_only(desk, opened(desk, "Hoa Le")).hits
    assert (hit.standing, hit.adverse) == ("interpreter where Ibarra, Mateo is the client", False)


def test_an_employer_and_whoever_joins_are_asked_for_too(desk: Desk) -> None:
    opened(desk, "ACME Corporation", "h1b")
    second = opened(desk, "Acme Corp.", "h1b")
    assert the_only(desk, second).hits[0].how == "same name"
    desk.write(matters.party_add, second, "beneficiary", "Nguyễn Thị Lan")
    third = opened(desk, "Okonjo, Ada")
    desk.write(matters.party_add, third, "sponsor", "Lan Nguyen")
    newest = desk.read(conflicts.listing, matter=third)[0]
    assert (newest.about, newest.names) == (f"sponsor joins {third}", ("Lan Nguyen",))
    assert [(h.name, h.matter, h.likeness) for h in newest.hits] == [("Nguyễn Thị Lan", second, 70)]


def test_a_number_and_a_birth_date_find_who_goes_by_another_name(desk: Desk) -> None:
    first = opened(desk, "Rosa Méndez", a_number="A012345678", born=date(1990, 5, 6))
    (hit,) = the_only(desk, opened(desk, "Ibarra, R.", a_number="12345678")).hits
    assert (hit.matter, hit.how, hit.likeness) == (first, "same A-number", 100)
    by_day = the_only(desk, opened(desk, "Rosa Ibarra", born=date(1990, 5, 6)))
    assert [(h.matter, h.how, h.likeness) for h in by_day.hits] == [
        (first, "same birth date and sounds alike", 85)
    ]
    assert the_only(desk, opened(desk, "Rosa Paredes", born=date(1990, 5, 7))).hits == ()


def test_a_client_is_no_conflict_with_themselves(desk: Desk) -> None:
    first = desk.write(matters.open_matter, "other", "Ibarra, Rosa")
    client = desk.read(lambda turn: turn.uow.one("client.find", ref="", id=turn.matter(first.ref).client_id))
    assert client is not None
    again = opened(desk, client.ref)
    assert the_only(desk, again).state == "clear"


def test_the_firms_own_people_are_asked_too(desk: Desk) -> None:
    check = the_only(desk, opened(desk, "Cole, Benjamin"))
    assert (check.state, check.hits) == ("open", ())
    assert [(p["person"], p["likeness"]) for p in check.people] == [("bcole", 80)]
    assert desk.read(matters.show, check.matter or "").open_points == (f"conflict check open: {check.ref}",)


def test_who_only_sounds_a_little_alike_is_found_and_is_no_point_of_the_card(desk: Desk) -> None:
    opened(desk, "Ibarra López, Rosa María")
    second = opened(desk, "Rosa Ibarra")
    assert the_only(desk, second).likeness == 70
    assert desk.read(matters.show, second).open_points == ()


def test_a_check_by_hand_before_a_matter_is_opened(desk: Desk) -> None:
    opened(desk, "Muhammad al-Rashid")
    found = desk.write(conflicts.check, "Mohammed Alrasheed")
    assert (found.matter, found.state, found.about) == (None, "open", "asked for by hand")
    assert [h.name for h in found.hits] == ["Muhammad al-Rashid"]
    (task,) = [t for t in desk.read(tasks.queue, scope="all") if t.kind == "conflict_check"]
    assert task.matter is None
    assert desk.write(conflicts.check, "Lucía Paredes").state == "clear"
    assert [c.ref for c in desk.read(conflicts.listing)] == [found.ref]
    assert len(desk.read(conflicts.listing, state="clear")) == 2
    both = desk.read(conflicts.listing, state=None)
    assert desk.read(conflicts.listing, state=None, after=both[0].ref) == both[1:]


def test_who_decides_and_what_a_waiver_takes(firm: FirmFixture, desk: Desk) -> None:
    first, second = opened(desk, "Ibarra, Rosa"), opened(desk, "Rosa Ibarra")
    check = the_only(desk, second)
    with pytest.raises(NotAllowed, match="attorney or a manager"):
        desk.write(conflicts.decide, check.ref, "clear", "x")
    attorney = firm.desk(ATTORNEY)
    for outcome, reason, consent, code in (
        ("open", "x", None, "unknown"),
        ("maybe", "x", None, "unknown"),
        ("clear", " ", None, "empty"),
        ("waived", "x", None, "consent_missing"),
        ("waived", "x", "CS-000000", "not_found"),
    ):
        with pytest.raises(Refusal) as refused:
            attorney.write(conflicts.decide, check.ref, outcome, reason, consent=consent)
        assert refused.value.code == code
    elsewhere = opened(desk, "Okonjo, Ada")
    for matter, kind in ((first, "sharing"), (elsewhere, "conflict")):
        party = desk.read(matters.show, matter).parties[0].name
        given = desk.write(consents.add, matter, party, kind, "Agreed.")
        with pytest.raises(Refusal) as refused:
            attorney.write(conflicts.decide, check.ref, "waived", "x", consent=given.ref)
        assert refused.value.code == "wrong_consent"
    given = desk.write(consents.add, first, "Ibarra, Rosa", "conflict", "Agreed, in writing.")
    done = attorney.write(conflicts.decide, check.ref, "waived", "Both agree.", consent=given.ref)
    assert (done.state, done.reason) == ("waived", f"Both agree. (consent {given.ref})")
    with pytest.raises(Refusal) as refused:
        firm.desk(MANAGER).write(conflicts.decide, check.ref, "clear", "x")
    assert refused.value.code == "already_decided"
    with pytest.raises(NotFound):
        desk.read(conflicts.show, "K-000000")


def test_a_manager_without_a_licence_decides_too(firm: FirmFixture, desk: Desk) -> None:
    opened(desk, "Ibarra, Rosa")
    check = the_only(desk, opened(desk, "Rosa Ibarra"))
    assert firm.desk(MANAGER).write(conflicts.decide, check.ref, "declined", "Adverse.").state == "declined"


def test_an_open_check_is_a_point_of_the_content_review(desk: Desk) -> None:
    opened(desk, "Ibarra, Rosa")
    check = the_only(desk, opened(desk, "Rosa Ibarra"))
    matter_id = desk.read(lambda turn: turn.matter(check.matter or "").id)
    ((code, said),) = desk.read(conflicts.review_points, matter_id)
    assert code == conflicts.POINT
    assert said == f"Conflict check open: {check.ref}. May the work go on all the same?"
    assert desk.read(conflicts.review_points, None) == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("state = 'clear', decided_us = 0, reason = 'nothing found'", "conflict_decided_by"),
        ("state = 'waived', decided_us = 0, reason = 'x'", "conflict_decided_by"),
        ("names = '[]'", "conflict_decided"),
    ],
)
def test_the_store_clears_nothing_by_itself_that_found_somebody(
    store_path: Path, manual_clock: ManualClock, change: str, code: str
) -> None:
    made = local_firm(store_path, manual_clock)
    desk = made.desk(PARALEGAL)
    opened(desk, "Ibarra, Rosa")
    check = the_only(desk, opened(desk, "Rosa Ibarra"))

    def by_hand(uow: UnitOfWork) -> None:
        uow.conn.execute(text(f"UPDATE conflict_check SET {change} WHERE ref = :r"), {"r": check.ref})

    with pytest.raises(Refusal) as refused:
        desk.store.write(by_hand)
    assert refused.value.code == code
    made.close()


PAIRS = [
    ("Ibarra, Rosa", "Rosa Ibarra"),
    ("Сергей Петров", "Sergei Petrov"),
    ("Mаria Lopez", "Maria Lopez"),
    ("Muhammad al-Rashid", "Mohammed Alrasheed"),
    ("Mohammed Alrasheed", "محمد الراشد"),
    ("عبد الرحمن خالد", "Abdelrahman Khaled"),
    ("Rosa Ibarra", "Ibarra López, Rosa María"),
    ("王小明", "Xiao Ming Wang"),
    ("Yusuf", "José"),
    ("Li", "Lee"),
    ("Hassan Ali", "Hussein Ali"),
    ("Maria Lopez Garcia", "Maria Lopez Ruiz"),
    ("Acme Corp.", "ACME Corporation"),
    ("%", "_"),
]


def test_the_store_reckons_as_matching_does(desk: Desk) -> None:
    """Both stores find by keys, in SQL of their own: each pair is as alike to them as to `names.likeness`."""
    refs = {found: opened(desk, found) for _, found in PAIRS}
    for asked, found in PAIRS:
        told = desk.write(conflicts.check, asked)
        alike = {hit.matter: hit.likeness for hit in told.hits}
        assert alike.get(refs[found], 0) == names.likeness(asked, found).score, (asked, found)


# -- a store of the first schema ---------------------------------------------------------------------------------------


def _older(conn: Connection) -> None:
    """The first schema with a client, their matter and two parties, one of another name than the client's."""
    from alembic import command
    from alembic.config import Config

    from casedesk.store import migrate

    config = Config()
    config.set_main_option("script_location", str(migrate.HERE / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = conn
    command.upgrade(config, "0001")
    for statement in (
        "INSERT INTO client (id, ref, name, created_us) VALUES (1, 'C-1', 'Ibarra, Rosa', 0)",
        "INSERT INTO matter (id, ref, type, caption, client_id, opened_us) VALUES (2, 'M-1', 'other', 'Ibarra / Acme', 1, 0)",
        "INSERT INTO party (id, matter_id, role, name) VALUES (3, 2, 'beneficiary', 'Юлия Иванова')",
    ):
        conn.execute(text(statement))
    command.upgrade(config, "head")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_names_of_an_older_store_get_their_keys(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    from casedesk.store import postgres, sqlite

    if kind == "sqlite":
        engine = sqlite.make_engine(tmp_path / "older.db")
    else:
        owned = request.getfixturevalue("pg_database")
        engine = postgres.make_engine(postgres.parse_url(owned.url, owned.owner), owned.password)
    with engine.connect() as conn:
        if kind == "sqlite":
            conn.exec_driver_sql("BEGIN IMMEDIATE")
        _older(conn)
        rows = conn.execute(text("SELECT party_id, how, key, name FROM name_key")).all()
        conn.rollback()
    engine.dispose()
    have = {(row.party_id, row.how, row.key) for row in rows}
    wanted: set[tuple[int | None, str, str]] = {(3, key.how, key.key) for key in names.keys("Юлия Иванова")}
    wanted |= {(None, key.how, key.key) for key in names.keys("Ibarra, Rosa")} | {(None, "word", "acme")}
    assert have == wanted
    assert {row.name for row in rows} == {"Юлия Иванова", "Ibarra, Rosa", "Ibarra / Acme"}


def test_a_name_has_its_keys_once_whatever_way_it_came(desk: Desk) -> None:
    ref = opened(desk, "Acme Corp.", "h1b", caption="Acme Corp. / Nguyen")
    desk.write(matters.party_add, ref, "beneficiary", "Nguyễn Thị Hòa")

    def read(uow: UnitOfWork) -> list[tuple[int | None, str, str]]:
        rows = uow.conn.execute(text("SELECT party_id, how, key FROM name_key")).all()
        return [(row.party_id, row.how, row.key) for row in rows]

    rows = desk.store.read(read)
    assert len(rows) == len(set(rows))
    assert sorted(key for owner, _, key in rows if owner is None) == ["acme", "corp", "nguyen"]
    assert {(how, key) for owner, how, key in rows if owner is not None} == {
        (key.how, key.key) for name in ("Acme Corp.", "Nguyễn Thị Hòa") for key in names.keys(name)
    }
