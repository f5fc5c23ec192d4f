"""The trail: whole, in order, and every change of it found."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from casedesk.desk import matters, notes, trail
from casedesk.desk.desk import Desk
from casedesk.refusal import NotAllowed, NotFound, WrongUsage
from tests.support.firm import FirmFixture
from tests.support.postgres import PgServer

PARALEGAL, ATTORNEY, MANAGER = "mduarte", "aokafor", "inovak"

Tamper = Callable[..., None]


@pytest.fixture
def matter(firm: FirmFixture) -> str:
    desk = firm.desk(PARALEGAL)
    ref = desk.write(matters.open_matter, "other", "Ada Okonjo").ref
    for body in ("One.", "Two.", "Three."):
        firm.clock.advance(seconds=1)
        desk.write(notes.note, ref, body)
    return ref


@pytest.fixture
def tamper(firm: FirmFixture, request: pytest.FixtureRequest) -> Tamper:
    """Runs statements as somebody who owns the file, or the whole server, with every guard out of the way."""

    def run(*statements: str) -> None:
        if firm.owned is not None:
            server: PgServer = request.getfixturevalue("pg_server")
            server.execute("SET session_replication_role = replica", *statements, database=firm.owned.name)
            return
        engine = firm.desk(PARALEGAL).store.engine
        with engine.connect() as conn:
            names = (
                conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
            )
            for name in names:
                conn.exec_driver_sql(f"DROP TRIGGER {name}")
            for statement in statements:
                conn.exec_driver_sql(statement)

    return run


def _stream(desk: Desk, matter: str) -> str:
    return str(desk.read(trail.export, matter)["stream"])


def test_an_untouched_trail_verifies_for_everybody(firm: FirmFixture, matter: str) -> None:
    for handle in (PARALEGAL, ATTORNEY, MANAGER):
        verdict = firm.desk(handle).read(trail.verify)
        assert (verdict.ok, verdict.first_bad) == (True, None)
        assert verdict.entries >= 4


@pytest.mark.parametrize("column", ["payload", "actor"])
def test_a_changed_word_is_found_and_named(
    firm: FirmFixture, matter: str, tamper: Tamper, column: str
) -> None:
    desk = firm.desk(PARALEGAL)
    stream = _stream(desk, matter)
    tamper(f"UPDATE audit SET {column} = '{{}}' WHERE stream = '{stream}' AND seq = 2")
    verdict = desk.read(trail.verify)
    assert not verdict.ok
    assert verdict.first_bad is not None
    assert (verdict.first_bad["stream"], verdict.first_bad["seq"]) == (stream, 2)


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ("DELETE FROM audit WHERE stream = '{s}' AND seq = 2", 2),
        ("DELETE FROM audit WHERE stream = '{s}' AND seq = 4", 4),
        ("DELETE FROM audit WHERE stream = '{s}'", 1),
        ("UPDATE audit_head SET seq = 3 WHERE stream = '{s}'", 4),
        ("DELETE FROM audit_head WHERE stream = '{s}'", 4),
        ("UPDATE audit SET at_us = at_us + 1 WHERE stream = '{s}' AND seq = 1", 1),
    ],
)
def test_what_is_missing_is_found(
    firm: FirmFixture, matter: str, tamper: Tamper, statement: str, seq: int
) -> None:
    desk = firm.desk(PARALEGAL)
    stream = _stream(desk, matter)
    tamper(statement.format(s=stream))
    verdict = desk.read(trail.verify)
    assert verdict.first_bad is not None
    assert (verdict.ok, verdict.first_bad["stream"], verdict.first_bad["seq"]) == (False, stream, seq)


def test_the_head_moves_with_every_entry(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk(MANAGER)
    before = desk.read(trail.head)
    assert desk.read(trail.head) == before
    desk.write(notes.note, matter, "Four.")
    after = desk.read(trail.head)
    assert int(str(after["entries"])) == int(str(before["entries"])) + 1
    assert after["hash"] != before["hash"]


def test_an_exported_trail_verifies_alone_and_no_field_of_it_can_be_changed(
    firm: FirmFixture, matter: str
) -> None:
    exported = json.loads(json.dumps(firm.desk(PARALEGAL).read(trail.export, matter), default=str))
    assert trail.verify_export(exported).ok
    assert trail.verify_export(exported).entries == 4
    for field in ("seq", "prev", "hash", "at_us", "actor", "action", "subject", "payload"):
        changed = json.loads(json.dumps(exported))
        entry = changed["entries"][1]
        entry[field] = entry[field] + 1 if isinstance(entry[field], int) else entry[field] + "0"
        assert not trail.verify_export(changed).ok, field
    for field, value in (
        ("store", "x"),
        ("stream", "x"),
        ("head", None),
        ("entries", exported["entries"][:-1]),
    ):
        assert not trail.verify_export(exported | {field: value}).ok, field
    for nonsense in ({}, {**exported, "entries": [{}]}, {**exported, "entries": 5}):
        with pytest.raises(WrongUsage):
            trail.verify_export(nonsense)


def test_the_firms_trail_is_a_managers_a_matters_everybodys(firm: FirmFixture, matter: str) -> None:
    with pytest.raises(NotAllowed, match="manager"):
        firm.desk(PARALEGAL).read(trail.listing)
    mine = firm.desk(PARALEGAL).read(trail.listing, matter=matter)
    assert [e.seq for e in mine] == [4, 3, 2, 1]
    assert {e.actor for e in mine} == {PARALEGAL}
    assert len(firm.desk(MANAGER).read(trail.listing)) >= 4


def test_the_list_goes_on_where_it_ended(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk(MANAGER)
    whole = desk.read(trail.listing, limit=1000)
    seen: list[Any] = []
    before: str | None = None
    while page := desk.read(trail.listing, limit=3, before=before):
        seen += page
        before = f"{page[-1].stream}#{page[-1].seq}"
    assert seen == list(whole)
    assert [e.seq for e in desk.read(trail.listing, matter=matter, before=3)] == [2, 1]
    with pytest.raises(WrongUsage):
        desk.read(trail.listing, before="yesterday")
    with pytest.raises(NotFound):
        desk.read(trail.listing, matter=matter, before=99)
