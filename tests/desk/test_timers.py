"""The sweep: each timer once, a broken one holds up no other, and undo runs again what a gesture had stopped."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from casedesk.desk import matters, rules_install, tasks, tells, timers, trail
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


SPREAD = """
[[rule]]
id = "look-into"
title = "A new matter makes a task"
version = 1
trigger = "matter.opened"
when = { "matter.type" = "other" }

[[rule.then]]
do = "create_task"
title = "Look into it"
kind = "look_into"
owner = ["role:intake_specialist", "role:operations_manager"]
due = { amount = 5, unit = "businessDays" }
hours = 2
acknowledge = { amount = 1, unit = "businessDays" }

[[rule.then.escalate]]
when = "unacknowledged"
after = { amount = 4, unit = "businessHours" }
do = "reassign"
to = ["role:paralegal"]

[[rule.then.escalate]]
when = "incomplete"
after = { amount = 8, unit = "businessHours" }
do = "alert"
to = ["role:operations_manager"]
"""


def test_what_one_sweep_gives_out_is_spread_by_the_counts_of_now(firm: FirmFixture) -> None:
    """Eight tasks nobody took up go to two paralegals, four each, with nobody else picking meanwhile."""
    firm.desk("jreyes").write(rules_install.install, {"own.toml": SPREAD.encode()})
    novak = firm.desk("inovak")
    for n in range(8):
        novak.write(matters.open_matter, "other", f"Client {n}", paralegal="mduarte", attorney="aokafor")

    def owners() -> Counter[str]:
        found = novak.read(tasks.queue, scope="all", limit=100)
        return Counter(t.owner or "" for t in found if t.kind == "look_into")

    def swept(turn: Turn) -> tuple[int, bool]:
        return timers.sweep(turn).fired, turn.holds_picks

    assert owners() == {"tfinn": 8}
    firm.clock.advance(hours=5)
    assert firm.desk("desk").write(swept) == (8, True)
    assert owners() == {"mduarte": 4, "bcole": 4}
    reasons = {
        t.owner_reason for t in novak.read(tasks.queue, scope="all", limit=100) if t.kind == "look_into"
    }
    assert any("least loaded of 2, 6 of 40 hours open" in reason for reason in reasons), reasons
