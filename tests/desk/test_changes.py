"""What others did with somebody's work since they were last here, on both stores."""

from __future__ import annotations

import pytest

from casedesk.desk import changes, matters, notes, tasks
from casedesk.desk.changes import Changes
from casedesk.desk.turn import Turn
from tests.support.firm import FirmFixture
from tests.support.rfe import run_rfe


def _saw(turn: Turn) -> None:
    changes.saw(turn, turn.now)


@pytest.fixture
def matter(firm: FirmFixture) -> str:
    """Rosa's matter, and Maria Duarte who is here now for the first time."""
    desk = firm.desk("mduarte")
    opened = desk.write(
        matters.open_matter,
        "adjustment_of_status",
        "Ibarra, Rosa",
        paralegal="mduarte",
        attorney="aokafor",
    )
    assert desk.read(changes.since_last) == Changes(None, firm.clock.now())
    desk.write_unheard(_saw)
    firm.clock.advance(hours=1)
    return opened.ref


def _call(firm: FirmFixture, matter: str, who: str, callback: str) -> str:
    noted = firm.desk(who).write(notes.call, matter, "asked about travel", callback=callback)
    assert noted.task is not None
    return noted.task


def _rows(firm: FirmFixture) -> list[tuple[str, str, str, str]]:
    return [
        (each.kind, each.task, each.who, each.to)
        for each in firm.desk("mduarte").read(changes.since_last).rows
    ]


def test_what_came_what_went_and_what_others_did(firm: FirmFixture, matter: str) -> None:
    kept = _call(firm, matter, "aokafor", "mduarte")
    firm.clock.advance(minutes=1)
    went, done = (_call(firm, matter, "mduarte", "mduarte") for _ in range(2))
    assert _rows(firm) == [("new", kept, "aokafor", "")]
    firm.clock.advance(minutes=1)
    firm.desk("inovak").write(tasks.reassign, went, to="bcole", reason="Maria has two hearings")
    firm.desk("inovak").write(tasks.complete, done)
    given = _call(firm, matter, "bcole", "bcole")
    firm.clock.advance(minutes=1)
    firm.desk("bcole").write(tasks.hand_off, given, to="mduarte", note="she called twice")
    found = firm.desk("mduarte").read(changes.since_last)
    assert [(each.kind, each.task, each.who, each.to) for each in found.rows] == [
        ("new", given, "bcole", ""),
        ("new", kept, "aokafor", ""),
        ("away", went, "inovak", "bcole"),
        ("done", done, "inovak", ""),
    ]
    assert [each.why for each in found.rows[:1] + found.rows[2:3]] == [
        "she called twice",
        "Maria has two hearings",
    ]
    assert {each.caption for each in found.rows} == {"Ibarra, Rosa"}
    assert found.until == firm.clock.now()


def test_what_was_taken_back_is_no_change(firm: FirmFixture, matter: str) -> None:
    task = _call(firm, matter, "mduarte", "mduarte")
    firm.clock.advance(minutes=1)
    firm.desk("inovak").write(tasks.reassign, task, to="bcole", reason="she is at a hearing")
    assert _rows(firm) == [("away", task, "inovak", "bcole")]
    firm.desk("inovak").write(tasks.undo, task)
    assert _rows(firm) == []
    firm.clock.advance(minutes=1)
    firm.desk("mduarte").write(tasks.start, task)
    firm.desk("inovak").write(tasks.complete, task)
    assert [row[0] for row in _rows(firm)] == ["done"]
    firm.desk("inovak").write(tasks.undo, task)
    assert _rows(firm) == []


def test_seen_once_is_never_said_again_and_never_unseen(firm: FirmFixture, matter: str) -> None:
    _call(firm, matter, "aokafor", "mduarte")
    desk = firm.desk("mduarte")
    found = desk.read(changes.since_last)
    assert len(found.rows) == 1
    firm.clock.advance(minutes=5)
    second = _call(firm, matter, "aokafor", "mduarte")
    desk.write_unheard(changes.saw, found.until)
    assert [each.task for each in desk.read(changes.since_last).rows] == [second]
    desk.write_unheard(_saw)
    assert desk.read(changes.since_last).rows == ()
    desk.write_unheard(changes.saw, found.until)
    assert desk.read(changes.since_last).rows == ()
    assert firm.desk("bcole").read(changes.since_last).since is None


def test_what_fired_late_is_said_with_how_late(firm: FirmFixture) -> None:
    run_rfe(firm, until="received")
    desk = firm.desk("mduarte")
    (task,) = [each for each in desk.read(tasks.queue) if each.kind == "rfe_intake"]
    desk.write_unheard(_saw)
    firm.clock.advance(hours=4, minutes=7)
    assert firm.desk("desk").sweep().late >= 1
    late = [each for each in desk.read(changes.since_last).rows if each.kind == "late"]
    assert [(each.task, each.title) for each in late] == [(task.ref, task.title)]
    assert late[0].why.endswith("min late")
