"""Exactly once, with several at it: timers fire once, an acknowledgement or an escalation wins, a paper is kept once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any, TypeVar

import pytest

from casedesk.desk import papers, tasks, timers, trail
from casedesk.desk.apply import About, open_task
from casedesk.desk.reading import Prepared, prepare_bytes
from casedesk.desk.turn import Turn
from casedesk.models import identifiers
from casedesk.refusal import Refusal
from casedesk.routing.effects import OpenTask, PlannedTimer
from casedesk.store import unit_of_work
from tests.faults.conftest import Outside
from tests.faults.receiving import notices, problems
from tests.support.notices import make_rfe

T = TypeVar("T")
ROOT = Path(__file__).parents[2]
WORKER = "desk"


def unacknowledged(turn: Turn, count: int) -> list[str]:
    """Opens tasks of bcole's that nobody has acknowledged in time; each will be the manager's at the next sweep."""
    owner = turn.person("bcole").id
    refs = []
    for n in range(count):
        late = turn.now - timedelta(minutes=1)
        timer = PlannedTimer("ack", 1, late, "unacknowledged", "reassign", ("role:operations_manager",))
        effect = OpenTask(
            key=f"call {n}",
            kind="call_back",
            title=f"Call back {n}",
            playbook=None,
            playbook_version=None,
            step=None,
            owner=owner,
            owner_reason="for the test",
            candidates=(),
            acknowledge_by=late,
            due=turn.now + timedelta(days=2),
            internal_due=None,
            agency_due=None,
            reserved=False,
            hours=0.5,
            items=(),
            timers=(timer,),
        )
        opened = open_task(turn, effect, About(event_id=0, subject="test"))
        refs.append(opened["ref"])
    return refs


def at_once(*acts: Callable[[], T]) -> list[T]:
    """Runs the acts in threads that start together; what each returned, in their order."""
    barrier = Barrier(len(acts))

    def start(act: Callable[[], T]) -> T:
        barrier.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(start, acts))


def test_four_workers_fire_each_timer_once(outside: Outside, effort: Callable[[int, int], int]) -> None:
    due = effort(200, 2000)
    outside.firm.desk("inovak").write(unacknowledged, due)
    now = outside.firm.clock.now().isoformat()
    command = [sys.executable, "-m", "tests.faults.sweep_child", outside.firm.store, WORKER, now]
    workers = [
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=outside.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    fired = [int(worker.communicate()[0]) for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0, 0, 0]
    assert sum(fired) == due
    assert outside.rows("SELECT count(*) FROM timer WHERE state = 'fired'") == [(due,)]
    once = "SELECT subject FROM audit WHERE action = '{}' GROUP BY subject HAVING count(*) = 1"
    for action in ("task.escalated", "escalation.reassign"):
        assert len(outside.rows(once.format(action))) == due
    lines = outside.rows("SELECT subject, body FROM outbox WHERE about IN ('reassign', 'alarm', 'digest')")
    assert sum(len(body.splitlines()) if body else 1 for _, body in lines) == due
    assert outside.firm.desk("inovak").read(trail.verify).ok


def test_an_acknowledgement_or_an_escalation_wins(
    outside: Outside, effort: Callable[[int, int], int]
) -> None:
    cole, worker = outside.firm.desk("bcole"), outside.firm.desk(WORKER)
    winners: list[str] = []
    for _ in range(effort(20, 1000)):
        (ref,) = outside.firm.desk("inovak").write(unacknowledged, 1)

        def acknowledge(ref: str = ref) -> str:
            try:
                return cole.write(tasks.acknowledge, ref).status
            except Refusal as refusal:
                return refusal.code

        def escalate() -> str:
            return str(worker.write(timers.sweep, 10).fired)

        # Whoever is asked first has the better start; they take turns.
        if len(winners) % 2:
            answer, _ = at_once(acknowledge, escalate)
        else:
            _, answer = at_once(escalate, acknowledge)
        worker.write(timers.sweep, 10)
        task = cole.read(tasks.show, ref).task
        entries = {
            action
            for (action,) in outside.rows(f"SELECT action FROM audit WHERE subject = '{ref}'")
            if action in ("task.acknowledged", "task.escalated")
        }
        if answer == "acknowledged":
            assert (task.owner, task.status, entries) == ("bcole", "acknowledged", {"task.acknowledged"})
        else:
            assert answer == "not_yours"
            assert (task.owner, task.status, entries) == ("inovak", "new", {"task.escalated"})
        assert outside.rows("SELECT count(*) FROM timer WHERE state = 'armed'") == [(0,)]
        winners.append(answer)
    assert set(winners) <= {"acknowledged", "not_yours"}
    assert outside.firm.desk("inovak").read(trail.verify).ok


def test_the_same_paper_from_two_desks_is_kept_once(
    outside: Outside, effort: Callable[[int, int], int]
) -> None:
    desks = [outside.firm.desk("tfinn"), outside.firm.desk("mduarte")]
    for paper in notices(outside, effort(5, 100)):
        ready = prepare_bytes(paper.path.read_bytes(), paper.path.name)
        got = at_once(*(_receiving(desk, ready) for desk in desks))
        assert sorted(view.duplicate for view in got) == [False, True]
        assert len({view.document for view in got}) == 1
        assert problems(outside, paper) == []


def test_two_scans_of_one_notice_open_one_task(outside: Outside, effort: Callable[[int, int], int]) -> None:
    desks = [outside.firm.desk("tfinn"), outside.firm.desk("mduarte")]
    for paper in notices(outside, effort(5, 100)):
        other = prepare_bytes(make_rfe(receipt=paper.receipt, layout="columns"), "other.pdf")
        ready = prepare_bytes(paper.path.read_bytes(), paper.path.name)
        assert other.sha256 != ready.sha256
        first, second = at_once(_receiving(desks[0], ready), _receiving(desks[1], other))
        assert sorted(view.duplicate_of is None for view in (first, second)) == [False, True]
        assert not (first.tasks and second.tasks)


def test_a_ref_drawn_twice_is_drawn_anew(outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = outside.firm.desk("tfinn")
    first, second = (prepare_bytes(paper.path.read_bytes(), paper.path.name) for paper in notices(outside, 2))
    taken = desk.write(papers.receive, first).ref
    draws = [taken.removeprefix("D-")]
    draw = identifiers.crockford
    monkeypatch.setattr(unit_of_work, "crockford", lambda *how: draws.pop() if draws else draw(*how))
    got = desk.write(papers.receive, second)
    assert not draws
    assert got.ref != taken
    assert not got.duplicate
    assert outside.rows("SELECT count(*) FROM document WHERE origin = 'received'") == [(2,)]


def _receiving(desk: Any, ready: Prepared) -> Callable[[], Any]:
    return lambda: desk.write(papers.receive, ready)
