"""Where was this delayed: a story with known waits, told by the trail alone, the same on both stores."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from casedesk.desk import delays, tasks
from casedesk.desk.delays import MatterDelays, TaskDelays
from casedesk.refusal import NotFound
from tests.support.firm import FirmFixture
from tests.support.rfe import Rfe, go_on, run_rfe

WORKER, MANAGER = "desk", "inovak"


def at(firm: FirmFixture, day: int, hour: int, minute: int) -> None:
    """November 2026 in New York (EST)."""
    firm.clock.set(datetime(2026, 11, day, hour + 5, minute, tzinfo=UTC))


@pytest.fixture
def rfe(firm: FirmFixture) -> Rfe:
    """A notice received on Monday at 09:40."""
    return run_rfe(firm, until="received")


def of(found: MatterDelays, ref: str) -> TaskDelays:
    return next(task for task in found.tasks if task.task == ref)


def test_a_task_lay_where_the_trail_says_it_lay(rfe: Rfe) -> None:
    firm, intake = rfe.firm, rfe.intake
    duarte, cole = firm.desk("mduarte"), firm.desk("bcole")
    at(firm, 9, 12, 40)
    duarte.write(tasks.acknowledge, intake)
    at(firm, 9, 13, 40)
    duarte.write(tasks.start, intake)
    at(firm, 9, 14, 40)
    duarte.write(tasks.hand_off, intake, to="bcole", note="The list is copied; the client is not called yet.")
    at(firm, 10, 10, 40)
    cole.write(tasks.start, intake)
    at(firm, 10, 11, 40)
    cole.write(tasks.wait, intake, on="client", wake=datetime(2026, 11, 13, 14, 0, tzinfo=UTC))
    at(firm, 13, 9, 0)
    firm.desk(WORKER).sweep()
    at(firm, 13, 10, 0)
    firm.desk(MANAGER).write(tasks.reassign, intake, to="mduarte", reason="B. Cole has a hearing.")
    at(firm, 13, 10, 30)
    for item in duarte.read(tasks.show, intake).checklist:
        duarte.write(tasks.tick, intake, item.id, note="simple")
    duarte.write(tasks.complete, intake)

    task = of(duarte.read(delays.of_matter, rfe.matter), intake)
    assert [(s.stage, s.who, s.on, s.elapsed_minutes, s.business_minutes) for s in task.stays] == [
        ("unacknowledged", "mduarte", "", 180, 180),
        ("acknowledged", "mduarte", "", 60, 60),
        ("in progress", "mduarte", "", 60, 60),
        # To 17:30, and from 9:00.
        ("unacknowledged", "bcole", "", 1200, 170 + 100),
        ("in progress", "bcole", "", 60, 60),
        # Tuesday to 17:30; Wednesday is Veterans Day; all Thursday.
        ("waiting", "bcole", "client", 4160, 350 + 510),
        ("in progress", "bcole", "", 60, 60),
        ("unacknowledged", "mduarte", "", 30, 30),
    ]
    assert [(m.how, m.of, m.to, m.by, m.reason) for m in task.moves] == [
        ("handed off", "mduarte", "bcole", "mduarte", "The list is copied; the client is not called yet."),
        ("reassigned", "bcole", "mduarte", MANAGER, "B. Cole has a hearing."),
    ]
    gap = task.longest
    assert gap is not None
    # Waking up is the desk's own act, and ends no silence.
    assert (gap.who, gap.stages, gap.after, gap.before) == (
        ("bcole",),
        ("waiting", "in progress"),
        "task.waiting",
        "task.reassigned",
    )
    assert (gap.elapsed_minutes, gap.business_minutes) == (4220, 350 + 510 + 60)
    assert task.closed == firm.clock.now()


def test_what_nobody_acknowledged_was_escalated_and_the_silence_goes_on(rfe: Rfe) -> None:
    firm, intake = rfe.firm, rfe.intake
    at(firm, 9, 14, 0)
    firm.desk(WORKER).sweep()
    at(firm, 10, 10, 0)
    firm.desk(WORKER).sweep()
    at(firm, 10, 16, 0)
    found = firm.desk(MANAGER).read(delays.of_matter, rfe.matter)
    task = of(found, intake)
    assert [e.what for e in task.escalations] == ["remind", "reassign"]
    assert all(e.told for e in task.escalations)
    (move,) = task.moves
    assert (move.how, move.of, move.reason) == ("escalated", "mduarte", "nobody acknowledged it in time")
    assert [s.stage for s in task.stays] == ["unacknowledged", "unacknowledged"]
    gap = task.longest
    assert gap is not None
    assert gap.who == ("mduarte", move.to)
    assert (gap.after, gap.before) == ("task.opened", "")
    assert gap.elapsed_minutes == 30 * 60 + 20
    assert task.closed is None


def test_the_gates_stages_and_the_longest_gap_of_a_matter(rfe: Rfe) -> None:
    go_on(rfe, "signed")
    firm = rfe.firm
    found = firm.desk(MANAGER).read(delays.of_matter, rfe.matter)
    task = of(found, rfe.drafting)
    stages = [(s.stage, s.who, s.elapsed_minutes) for s in task.stays]
    # Two people could give the second review; between equals the desk's choice is by their random ids.
    second = stages[3][1]
    assert second in ("lchen", "jreyes")
    assert stages == [
        ("unacknowledged", "mduarte", 20 * 24 * 60),
        ("content review", "aokafor", 60),
        ("signature round", "mduarte", 60),
        ("second review", second, 31),
        ("sign-off", "aokafor", 60),
    ]
    # Meanwhile the papers asked of the client were waited for, longer than anything else.
    assert found.longest == firm.desk("mduarte").read(delays.longest, rfe.matter)
    assert found.longest is not None
    assert (found.longest.kind, found.longest.stages) == ("rfe_evidence", ("waiting",))
    evidence = of(found, found.longest.task)
    assert [(s.stage, s.on) for s in evidence.stays] == [("waiting", "client")]
    assert found.shares[0].who == "mduarte"
    assert found.shares[0].elapsed_minutes >= 20 * 24 * 60


def test_an_undone_gesture_is_no_stay(rfe: Rfe) -> None:
    firm, intake = rfe.firm, rfe.intake
    duarte = firm.desk("mduarte")
    at(firm, 9, 10, 40)
    duarte.write(tasks.wait, intake, on="client", wake=datetime(2026, 11, 13, 14, 0, tzinfo=UTC))
    at(firm, 9, 11, 40)
    duarte.write(tasks.undo, intake)
    at(firm, 9, 12, 40)
    task = of(duarte.read(delays.of_matter, rfe.matter), intake)
    assert [(s.stage, s.elapsed_minutes) for s in task.stays] == [
        ("unacknowledged", 60),
        ("waiting", 60),
        ("unacknowledged", 60),
    ]


def test_a_matter_nobody_may_see_has_no_delays(rfe: Rfe) -> None:
    with pytest.raises(NotFound):
        rfe.firm.desk("mduarte").read(delays.of_matter, "M-2026-9999")
