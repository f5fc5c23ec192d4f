"""The sweep: each timer once, a broken one holds up no other, and undo runs again what a gesture had stopped."""

from __future__ import annotations

from datetime import timedelta

from casedesk.desk import tasks, tells, timers, trail
from casedesk.desk.turn import Turn
from tests.support.firm import FirmFixture
from tests.support.rfe import run_rfe


def _intake(firm: FirmFixture) -> str:
    run_rfe(firm, until="received")
    (task,) = [t for t in firm.desk("mduarte").read(tasks.queue) if t.kind == "rfe_intake"]
    return task.ref


def _break_first(turn: Turn) -> None:
    due = turn.uow.all("timer.due_ids", now_us=turn.now_us, limit=1)
    turn.uow.update("timer", due[0].id, targets="[")


def test_a_timer_that_cannot_fire_holds_up_no_other(firm: FirmFixture) -> None:
    _intake(firm)
    firm.clock.advance(days=3)
    waiting = len(firm.desk("desk").read(timers.due_ids))
    assert waiting >= 2
    firm.desk("mduarte").write(_break_first)
    swept = firm.desk("desk").sweep()
    assert (swept.due, swept.failed) == (waiting, 1)
    assert not firm.desk("desk").read(timers.due_ids)
    heard = [t.subject for t in firm.desk("inovak").read(tells.listing)]
    assert any("could not fire" in subject for subject in heard)
    actions = [e.action for e in firm.desk("jreyes").read(trail.listing)]
    assert "escalation.failed" in actions


def test_an_undone_acknowledgement_is_reminded_of_again(firm: FirmFixture) -> None:
    ref = _intake(firm)
    duarte = firm.desk("mduarte")
    duarte.write(tasks.acknowledge, ref)
    firm.clock.advance(minutes=1)
    duarte.write(tasks.undo, ref)
    firm.clock.set(firm.clock.now() + timedelta(hours=4))
    firm.desk("desk").sweep()
    told = " ".join(f"{t.subject} {t.body}" for t in duarte.read(tells.listing))
    assert "Not acknowledged yet" in told
