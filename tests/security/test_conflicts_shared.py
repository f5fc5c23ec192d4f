"""A name behind a wall: whoever asks learns nothing, and those inside hear of it and decide.

Two stores that are one but for the name behind the wall: what an ordinary login can read of them afterwards, and what
the desk and the command line answered, is compared byte by byte.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from casedesk.cli.encode import document
from casedesk.desk import conflicts, finding, matters, tasks, tells, walls
from casedesk.desk.desk import Desk
from casedesk.models.tables import METADATA
from casedesk.refusal import NotFound
from casedesk.store.unit_of_work import UnitOfWork
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, shared_firm
from tests.support.postgres import OwnedDb, PgServer

ASKER, INSIDE, OUTSIDE, MANAGER, PARTNER = "mduarte", "aokafor", "lchen", "inovak", "jreyes"
LIKE, UNLIKE = "Юлия Иванова", "Зоя Кузнецова"


@dataclass
class World:
    """A firm with a walled matter of `behind`, and an open one of Lucía Paredes."""

    firm: FirmFixture
    walled: str

    def desk(self, who: str) -> Desk:
        return self.firm.desk(who)


@pytest.fixture(scope="module")
def founded(pg_server: PgServer) -> Iterator[tuple[PgServer, OwnedDb, dict[str, str]]]:
    owned = pg_server.new_owner_database()
    made = shared_firm(owned, ManualClock())
    made.close()
    yield pg_server, owned, made.passwords
    pg_server.drop(owned)


@pytest.fixture(scope="module")
def world(founded: tuple[PgServer, OwnedDb, dict[str, str]]) -> Iterator[Callable[[str], World]]:
    """`world(name)`: another copy of the firm, the same ids in each, whatever name stands behind the wall."""
    server, template, passwords = founded
    made: list[FirmFixture] = []

    def make(behind: str) -> World:
        owned = server.clone(template)
        made.append(FirmFixture(owned.url, ManualClock(), shared=True, passwords=passwords, owned=owned))
        return _walled(made[-1], behind)

    yield make
    for firm in made:
        firm.close()
        assert firm.owned is not None
        server.drop(firm.owned)


def _walled(firm: FirmFixture, behind: str) -> World:
    for n, who in enumerate((ASKER, INSIDE, OUTSIDE, MANAGER, PARTNER)):
        firm.desk(who).store.randbits = random.Random(n).getrandbits
    firm.desk(ASKER).write(matters.open_matter, "other", "Paredes, Lucía", attorney=OUTSIDE, paralegal=ASKER)
    walled = firm.desk(INSIDE).write(
        matters.open_matter, "u_visa", behind, attorney=INSIDE, paralegal="bcole", supervisor=PARTNER
    )
    firm.desk(INSIDE).write(
        walls.raise_wall,
        walled.ref,
        "Named elsewhere.",
        inside=(INSIDE, "bcole", PARTNER),
        reassign_to="bcole",
    )
    return World(firm, walled.ref)


@pytest.fixture(scope="module")
def both(world: Callable[[str], World]) -> tuple[World, World]:
    """A name behind the wall that is asked for, and one that is not."""
    return world(LIKE), world(UNLIKE)


def questions(desk: Desk) -> list[Any]:
    """What an ordinary paralegal does: opens, adds, asks by hand, looks, searches."""
    opened = desk.write(
        matters.open_matter,
        "asylum",
        "Yulia Ivanova",
        attorney=OUTSIDE,
        paralegal=ASKER,
        a_number="A012345678",
    )
    return [
        opened,
        desk.write(matters.party_add, opened.ref, "sponsor", "Julia Iwanowa"),
        desk.write(conflicts.check, "Юлия Иванова"),
        desk.write(conflicts.check, "Lucia Paredes"),
        desk.read(conflicts.listing, state=None),
        desk.read(matters.show, opened.ref),
        [
            desk.read(finding.find, each)
            for each in ("ivanova", "юлия", "иван", "M-2026-0002", "paredes", "2026")
        ],
        desk.read(matters.listing, text="ivanova"),
        desk.read(tasks.queue, scope="all"),
        desk.read(tells.listing),
    ]


def readable(world: World, who: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row and column that a login may read; what the server draws by lot is left out."""
    assert world.firm.owned is not None
    found: dict[str, list[tuple[Any, ...]]] = {}
    with psycopg.connect(world.firm.owned.login_url(who, world.firm.passwords[who])) as conn:
        for table in sorted(METADATA.tables):
            columns = [
                row[0]
                for row in conn.execute(
                    "SELECT attname::text FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT"
                    " attisdropped AND has_column_privilege(attrelid, attnum, 'SELECT') ORDER BY attnum",
                    (table,),
                )
            ]
            if table == "conflict_hit":
                columns.remove("id")
            if columns:
                wanted = ", ".join(f'"{column}"' for column in columns)
                found[table] = sorted(
                    conn.execute(f"SELECT {wanted} FROM {table}".encode()).fetchall(), key=repr
                )
    return found


def test_whoever_asks_learns_nothing(both: tuple[World, World]) -> None:
    said = [document(questions(each.desk(ASKER))) for each in both]
    assert said[0] == said[1]
    assert "Yulia Ivanova" in said[0]
    for who in (ASKER, OUTSIDE, MANAGER):
        one, two = (readable(each, who) for each in both)
        assert len(one["conflict_check"]) >= 5
        assert {table: rows for table, rows in one.items() if rows != two[table]} == {}, who


@pytest.mark.parametrize(
    "words", [("conflict", "check", "Yulia Ivanova"), ("find", "ivanova"), ("conflict", "list")]
)
def test_nor_from_the_command_line(
    both: tuple[World, World],
    words: tuple[str, ...],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from casedesk.cli import main

    passwords = tmp_path / "pgpass"
    passwords.write_text(f"*:*:*:{ASKER}:{both[0].firm.passwords[ASKER]}\n")
    passwords.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(passwords))
    left = []
    for each in both:
        status = main(["--store", each.firm.store, "--as", ASKER, *words, "--json"], clock=each.firm.clock)
        out, err = capsys.readouterr()
        told = json.loads(out)
        if words[1] == "check":
            # Drawn by lot for each check, by the program itself.
            assert told.pop("id")
            assert told.pop("ref")
        left.append((status, json.dumps(told) if words[1] != "list" else len(told), err))
    assert left[0] == left[1]


def test_those_inside_hear_of_it_and_decide(world: Callable[[str], World]) -> None:
    made = world(LIKE)
    asker, inside = made.desk(ASKER), made.desk(INSIDE)
    ref = asker.write(matters.open_matter, "asylum", "Yulia Ivanova", attorney=OUTSIDE, paralegal=ASKER).ref
    assert asker.read(conflicts.listing, state=None, matter=ref)[0].state == "clear"

    (mirror,) = [c for c in inside.read(conflicts.listing) if c.matter == made.walled]
    assert (mirror.about, mirror.asked_by, mirror.names) == (f"asked for in {ref}", ASKER, ("Yulia Ivanova",))
    assert [(h.name, h.likeness, h.how) for h in mirror.hits] == [(LIKE, 80, "sounds alike")]
    told = f"Conflict check {mirror.ref} of {made.walled} waits for a decision"
    for who, hears in ((INSIDE, True), (PARTNER, True), ("bcole", False), (ASKER, False), (MANAGER, False)):
        assert (told in [t.subject for t in made.desk(who).read(tells.listing)]) == hears, who
    assert made.firm.owned is not None
    with psycopg.connect(made.firm.owned.owner_url) as owner:
        heard = owner.execute(
            "SELECT p.handle FROM outbox o JOIN person p ON p.id = o.person_id WHERE o.subject = %s", (told,)
        )
        assert {row[0] for row in heard} == {INSIDE, PARTNER}
    assert f"conflict check open: {mirror.ref}" in inside.read(matters.show, made.walled).open_points

    for who in (ASKER, OUTSIDE, MANAGER):
        with pytest.raises(NotFound):
            made.desk(who).read(conflicts.show, mirror.ref)
    before = [t.subject for t in asker.read(tells.listing)]
    assert (
        inside.write(conflicts.decide, mirror.ref, "declined", "Adverse to our client.").state == "declined"
    )
    assert [t.subject for t in asker.read(tells.listing)] == before


def test_a_walled_matter_is_not_named_to_another_walls_people(world: Callable[[str], World]) -> None:
    """Two walls: whoever stands behind one hears that the name was asked for, and not in which matter."""
    made = world(LIKE)
    other = made.desk(PARTNER).write(
        matters.open_matter, "asylum", "Ana Silva", attorney=OUTSIDE, paralegal=ASKER
    )
    made.desk(PARTNER).write(
        walls.raise_wall, other.ref, "x", inside=(OUTSIDE, ASKER, MANAGER, PARTNER), reassign_to=ASKER
    )
    made.desk(ASKER).write(matters.party_add, other.ref, "sponsor", "Julia Iwanowa")
    (mirror,) = made.desk(INSIDE).read(conflicts.listing)
    assert (mirror.matter, mirror.about) == (made.walled, "asked for in a walled matter")


def test_what_an_insider_finds_behind_their_own_wall_is_not_said_outside_it(
    world: Callable[[str], World],
) -> None:
    """Her colleagues read the check on the new matter: nothing of the walled one stands on it, though she may see it."""
    made = world(LIKE)
    ref = (
        made.desk(INSIDE)
        .write(matters.open_matter, "asylum", "Yulia Ivanova", attorney=OUTSIDE, paralegal=ASKER)
        .ref
    )
    (own,) = made.desk(INSIDE).read(conflicts.listing, state=None, matter=ref)
    assert (own.state, own.hits) == ("clear", ())
    assert len(made.desk(INSIDE).read(conflicts.listing, matter=made.walled)) == 1


def test_somebody_from_outside_adds_a_party_and_learns_nothing_of_the_firms_other_clients(
    world: Callable[[str], World],
) -> None:
    made = world(LIKE)
    theirs = made.desk(MANAGER).write(
        matters.open_matter, "other", "Ana Silva", attorney=OUTSIDE, paralegal=ASKER
    )
    assert made.firm.owned is not None
    with psycopg.connect(made.firm.owned.owner_url) as owner:
        owner.execute(
            "UPDATE person SET outside = 1, organisation = 'x', answers_for_id ="
            " (SELECT id FROM person WHERE handle = 'lchen') WHERE handle = 'tfinn'"
        )
        owner.execute(
            "INSERT INTO matter_member (matter_id, person_id, since_us) SELECT m.id, p.id, 0 FROM matter m, person p"
            " WHERE m.ref = %s AND p.handle = 'tfinn'",
            (theirs.ref,),
        )
    made.firm.clock.advance(minutes=1)
    guest = made.desk("tfinn")
    guest.write(matters.party_add, theirs.ref, "sponsor", "Lucia Paredes")
    (newest, _) = guest.read(conflicts.listing, state=None)
    assert (newest.state, newest.hits, newest.asked_by) == ("clear", (), "tfinn")
    (firms,) = made.desk(OUTSIDE).read(conflicts.listing)
    assert [(h.name, h.matter) for h in firms.hits] == [("Paredes, Lucía", "M-2026-0001")]
    assert f"Conflict check {firms.ref} of M-2026-0001 waits for a decision" in [
        t.subject for t in made.desk(OUTSIDE).read(tells.listing)
    ]


ATTEMPTS = {
    "a check of one's own making": (
        "INSERT INTO conflict_check (id, ref, about, asked_by, asked_us) SELECT 1, 'K-1', '', casedesk_uid(), 0"
    ),
    "a check already clear": (
        "INSERT INTO conflict_check (id, ref, about, asked_by, asked_us, state, decided_us, reason)"
        " SELECT 1, 'K-1', '', casedesk_uid(), 0, 'clear', 0, 'x'"
    ),
    "a hit of one's own making": (
        "INSERT INTO conflict_hit (id, check_id, matter_id, asked_name, found_name, how, likeness)"
        " SELECT 1, c.id, c.matter_id, '', '', 'plain', 1 FROM conflict_check c WHERE c.matter_id IS NOT NULL LIMIT 1"
    ),
    "the search without a check": "SELECT casedesk_conflicts(1, '[]', '[]', false)",
    "another search of an old check": (
        "SELECT casedesk_conflicts((SELECT id FROM conflict_check WHERE names LIKE '%Cole, Benjamin%'), '[]', '[]', false)"
    ),
    "what is alike, without a check": "SELECT * FROM casedesk_alike(NULL, '[]', '[]')",
    "an id from the server's own lot": "SELECT casedesk_new_id()",
    "a check on a matter one may not see": "SELECT casedesk_ask_conflicts(1, 'K-1', {walled}, 'x', '{{}}', 0)",
    "a key of a name put into a matter one may not see": (
        "INSERT INTO name_key (id, matter_id, how, key, name) VALUES (1, {walled}, 'plain', 'x', 'x')"
    ),
    "a decision that nobody made": (
        "UPDATE conflict_check SET state = 'clear', decided_us = 0, reason = 'x' WHERE state = 'open'"
    ),
    "a decision without the right to it": (
        "UPDATE conflict_check SET state = 'clear', decided_by = casedesk_uid(), decided_us = 0, reason = 'x'"
        " WHERE state = 'open'"
    ),
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_login_with_psql_is_refused(both: tuple[World, World], attempt: str) -> None:
    made = both[0]
    assert made.firm.owned is not None
    # One that is open and everybody's to see, and one that found nothing but a colleague.
    made.desk(ASKER).write(conflicts.check, "Lucía Paredes")
    if attempt == "another search of an old check":
        assert made.desk(ASKER).write(conflicts.check, "Cole, Benjamin").state == "open"
    walled = made.desk(INSIDE).read(lambda turn: turn.matter(made.walled).id)
    with psycopg.connect(made.firm.owned.login_url(ASKER, made.firm.passwords[ASKER])) as conn:
        with pytest.raises(psycopg.Error) as refused:
            conn.execute(ATTEMPTS[attempt].format(walled=walled).encode())
        assert refused.value.sqlstate in {"42501", "CD001"}, refused.value


def test_search_sees_what_the_person_sees(both: tuple[World, World]) -> None:
    made = both[0]
    walled = made.desk(INSIDE).read(lambda turn: turn.matter(made.walled).id)
    inside = made.desk(INSIDE).read(finding.find, "иванова")
    assert [(h.kind, h.ref) for h in inside] == [("matter", made.walled)]
    assert made.desk(ASKER).read(finding.find, "иванова") == ()

    def ids(uow: UnitOfWork) -> set[int]:
        rows = uow.conn.execute(
            text("SELECT matter_id FROM casedesk_find('[\"\"]', '', '', '', '', 1000)")
        ).all()
        return {row.matter_id for row in rows}

    assert walled in made.desk(INSIDE).store.read(ids)
    for who in (ASKER, OUTSIDE, MANAGER):
        assert walled not in made.desk(who).store.read(ids)
        assert made.desk(who).read(finding.find, made.walled) == ()
