"""Notes, strategy notes and calls: written once, told to who should know, their words kept off the trail."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from casedesk.desk import matters, notes, people, tells, trail
from casedesk.refusal import NotAllowed, NotFound, Refusal
from casedesk.store.unit_of_work import instant
from tests.support.firm import FirmFixture

PARALEGAL, ATTORNEY, COLLEAGUE = "mduarte", "aokafor", "bcole"


@pytest.fixture
def matter(firm: FirmFixture) -> str:
    return firm.desk(PARALEGAL).write(matters.open_matter, "other", "Ada Okonjo").ref


def test_notes_of_all_kinds_are_listed_newest_first(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk(PARALEGAL)
    desk.write(notes.note, matter, "First.")
    firm.clock.advance(minutes=1)
    firm.desk(ATTORNEY).write(notes.strategy, matter, "Second.")
    firm.clock.advance(minutes=1)
    desk.write(notes.call, matter, "Third.", direction="out")
    listed = desk.read(notes.listing, matter)
    assert [(n.kind, n.body, n.author) for n in listed] == [
        ("call_out", "Third.", PARALEGAL),
        ("strategy", "Second.", ATTORNEY),
        ("note", "First.", PARALEGAL),
    ]


def test_strategy_is_an_attorneys(firm: FirmFixture, matter: str) -> None:
    with pytest.raises(NotAllowed, match="attorney"):
        firm.desk(PARALEGAL).write(notes.strategy, matter, "My idea.")
    assert firm.desk(PARALEGAL).read(notes.listing, matter) == ()


def test_the_trail_says_that_not_what(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk(PARALEGAL)
    desk.write(notes.note, matter, "She was arrested in 2019.")
    desk.write(notes.call, matter, "She was arrested in 2019.")
    told = desk.read(trail.export, matter)
    assert {"note.added", "call.logged"} <= {e["action"] for e in told["entries"]}
    assert "arrested" not in json.dumps(told, default=str)


def test_a_promised_call_is_a_task_of_whoever_promised_it(firm: FirmFixture, matter: str) -> None:
    logged = firm.desk(PARALEGAL).write(notes.call, matter, "Call back Tuesday.", callback=ATTORNEY)
    row = firm.desk(PARALEGAL).read(
        lambda turn: turn.uow.conn.exec_driver_sql("SELECT ref, owner_id, due_us, kind FROM task").one()
    )
    assert row.ref == logged.task
    assert row.kind == "call_back"
    # The same time of the next business day, and she is told at once.
    assert instant(row.due_us) == datetime(2026, 11, 10, 14, 40, tzinfo=UTC)
    told = firm.desk(ATTORNEY).read(tells.listing)
    assert [t.task for t in told] == [logged.task]
    assert "Okonjo" not in told[0].subject


def test_who_covers_gets_the_call_of_who_is_away(firm: FirmFixture, matter: str) -> None:
    firm.desk(COLLEAGUE).write(
        people.absence, COLLEAGUE, date(2026, 11, 9), date(2026, 11, 13), cover=PARALEGAL
    )
    logged = firm.desk(ATTORNEY).write(notes.call, matter, "Call back.", callback=COLLEAGUE)
    assert [t.task for t in firm.desk(PARALEGAL).read(tells.listing)] == [logged.task]


def test_a_refused_call_leaves_nothing(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk(PARALEGAL)
    for body, callback, kind in (("Call.", "nobody", NotFound), ("  ", None, Refusal)):
        with pytest.raises(kind):
            desk.write(notes.call, matter, body, callback=callback)
    with pytest.raises(Refusal, match="in or out"):
        desk.write(notes.call, matter, "Call.", direction="sideways")
    assert desk.read(notes.listing, matter) == ()


def test_tells_are_read_by_their_own_person_only(firm: FirmFixture, matter: str) -> None:
    firm.desk(PARALEGAL).write(notes.call, matter, "Call back.", callback=ATTORNEY)
    told = firm.desk(ATTORNEY).read(tells.listing)
    ids = tuple(t.id for t in told)
    assert firm.desk(COLLEAGUE).write(tells.seen, ids) == 0
    assert firm.desk(ATTORNEY).write(tells.seen, (*ids, "0000000000000", "nonsense")) == 1
    assert firm.desk(ATTORNEY).write(tells.seen, ids) == 0
    assert [t.seen for t in firm.desk(ATTORNEY).read(tells.listing)] == [True]
