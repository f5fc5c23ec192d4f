"""Undo, on both stores: whatever a person does on a task and takes back leaves the work as it stood before."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from casedesk.desk import notes, requests, tasks, tells, trail
from casedesk.desk.turn import Turn
from casedesk.refusal import Conflict, Refusal
from casedesk.store import driver, named
from tests.support.firm import FirmFixture
from tests.support.rfe import Rfe, run_rfe

Work = dict[str, Any]


def _columns(row: Any, *without: str) -> dict[str, Any]:
    """Of whoever did something only that somebody did: what is put back is put back in one's own name."""
    found = {name: value for name, value in row._asdict().items() if name not in without}
    return found | {name: value is not None for name, value in found.items() if name.endswith("_by")}


def _all(turn: Turn, sql: str, matter: str) -> list[Any]:
    words = named.driver_words(sql, turn.uow.dialect.name)
    return driver.all_rows(turn.uow.conn, words, {"id": turn.matter(matter).id})


def work(turn: Turn, matter: str) -> Work:
    """How the work of a matter stands: tasks with their items and the clocks that will fire or go on, messages, runs.

    What is only counted (versions, numbers of timers) and what was called off is left out.
    """
    found: Work = {}
    for row in _all(turn, "SELECT * FROM task WHERE matter_id = :id ORDER BY id", matter):
        if row.state == "cancelled":
            continue
        timed = [
            t
            for t in turn.uow.all("timer.of_task", task_id=row.id)
            if t.state == "armed" or t.outcome == "paused"
        ]
        clocks = sorted(
            # A stopped clock has office time left, and no moment.
            (t.chain, t.step, t.fire_at_us if t.left_us is None else t.left_us, t.state)
            for t in timed
            if t.chain != "wake"
        )
        # One whose wait is over, or has given way to another wait, stands down by itself.
        wakes = {t.fire_at_us for t in timed if t.chain == "wake" and t.generation == row.generation}
        found[row.ref] = (
            _columns(row, "generation", "version"),
            [_columns(i, "version") for i in turn.uow.all("task.items", task_id=row.id)],
            clocks,
            sorted(wakes) if row.state == "waiting" else [],
        )
    for row in _all(turn, "SELECT ref, state FROM message WHERE matter_id = :id ORDER BY id", matter):
        if row.state != "cancelled":
            found[row.ref] = row.state
    runs = "SELECT id, happened, closed_us FROM playbook_run WHERE matter_id = :id ORDER BY id"
    found["runs"] = [tuple(row) for row in _all(turn, runs, matter)]
    return found


def refused(act: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        act()
    return caught.value


@pytest.fixture
def rfe(firm: FirmFixture) -> Rfe:
    """Rosa's Request for Evidence has come in: intake is Maria Duarte's, triage A. Okafor's."""
    return run_rfe(firm, until="received")


def _ticked(rfe: Rfe, who: str, ref: str) -> None:
    desk = rfe.firm.desk(who)
    for item in desk.read(tasks.show, ref).checklist:
        if item.state == "open":
            desk.write(tasks.tick, ref, item.id)
    rfe.firm.clock.advance(minutes=1)


Gesture = Callable[[Rfe, str, str, random.Random], object]

GESTURES: dict[str, Gesture] = {
    "ack": lambda rfe, who, ref, _: rfe.firm.desk(who).write(tasks.acknowledge, ref),
    "start": lambda rfe, who, ref, _: rfe.firm.desk(who).write(tasks.start, ref),
    "wait": lambda rfe, who, ref, pick: rfe.firm.desk(who).write(
        tasks.wait, ref, on="client", wake=rfe.firm.clock.now() + timedelta(days=pick.randint(1, 9))
    ),
    "hold": lambda rfe, who, ref, _: rfe.firm.desk(who).write(tasks.hold, ref, reason="not yet"),
    "hand off": lambda rfe, who, ref, pick: rfe.firm.desk(who).write(
        tasks.hand_off, ref, to=pick.choice(("bcole", "aokafor", "mduarte")), note="yours"
    ),
    "reassign": lambda rfe, who, ref, pick: rfe.firm.desk(who).write(
        tasks.reassign, ref, to=pick.choice(("bcole", "aokafor", "mduarte")), reason="load"
    ),
    "tick": lambda rfe, who, ref, pick: rfe.firm.desk(who).write(
        tasks.tick, ref, pick.choice(rfe.firm.desk(who).read(tasks.show, ref).checklist).id, note="seen"
    ),
    "waive": lambda rfe, who, ref, pick: rfe.firm.desk(who).write(
        tasks.waive, ref, pick.choice(rfe.firm.desk(who).read(tasks.show, ref).checklist).id, reason="known"
    ),
    "request": lambda rfe, who, ref, pick: rfe.firm.desk(who).write(
        requests.send, ref, items=(pick.choice(rfe.firm.desk(who).read(tasks.show, ref).checklist).id,)
    ),
    "complete": lambda rfe, who, ref, _: rfe.firm.desk(who).write(tasks.complete, ref),
}


def test_anything_done_and_taken_back_is_as_before(rfe: Rfe, effort: Callable[[int, int], int]) -> None:
    """A walk of the people over the matter's tasks: every gesture that goes through is taken back at once, which leaves
    the work as it was, and some are made again to go on from there."""
    pick = random.Random(7)
    people = ("mduarte", "aokafor", "jreyes", "inovak")
    taken_back: dict[str, int] = dict.fromkeys(GESTURES, 0)
    for _ in range(effort(90, 600)):
        rfe.firm.clock.advance(minutes=pick.randint(1, 50))
        who = pick.choice(people)
        desk = rfe.firm.desk(who)
        open_ = desk.read(tasks.queue, scope="all", text=rfe.matter, limit=50)
        if not open_:
            break
        ref = pick.choice(open_).ref
        if pick.random() < 0.3:
            for item in desk.read(tasks.show, ref).checklist:
                try:
                    desk.write(tasks.tick, ref, item.id)
                except Refusal:
                    break
            rfe.firm.clock.advance(minutes=1)
        name = pick.choice(tuple(GESTURES))
        before = desk.read(work, rfe.matter)
        try:
            GESTURES[name](rfe, who, ref, pick)
        except Refusal:
            assert desk.read(work, rfe.matter) == before
            continue
        after = desk.read(work, rfe.matter)
        if after == before:
            continue
        desk.write(tasks.undo, ref)
        now = desk.read(work, rfe.matter)
        wrong = {
            key: (before.get(key), now.get(key)) for key in before | now if before.get(key) != now.get(key)
        }
        assert not wrong, f"{name} {who} {ref} {wrong}"
        taken_back[name] += 1
        if pick.random() < 0.6:
            rfe.firm.clock.advance(minutes=1)
            with suppress(Refusal):
                GESTURES[name](rfe, who, ref, pick)
    assert all(taken_back.values()), taken_back
    assert rfe.firm.desk("jreyes").read(trail.verify).ok


def test_completing_by_mistake_calls_off_what_it_set_going(rfe: Rfe) -> None:
    """The next step's task is called off with its reminders, its owner hears it, and it opens again in its time."""
    duarte, okafor = rfe.firm.desk("mduarte"), rfe.firm.desk("aokafor")
    for who, ref in (("mduarte", rfe.intake), ("aokafor", rfe.triage)):
        _ticked(rfe, who, ref)
    duarte.write(tasks.complete, rfe.intake)
    rfe.firm.clock.advance(minutes=1)
    before = okafor.read(work, rfe.matter)
    okafor.write(tasks.complete, rfe.triage)
    opened = {ref for ref in okafor.read(work, rfe.matter) if ref not in before}
    assert len(opened) >= 2
    back = okafor.write(tasks.undo, rfe.triage)
    assert back.status == "in_progress"
    assert okafor.read(work, rfe.matter) == before
    gone = [okafor.read(tasks.show, ref).task for ref in sorted(opened) if ref.startswith("T-")]
    assert {task.status for task in gone} == {"cancelled"}
    said = [tell.subject for tell in duarte.read(tells.listing)]
    assert any(line.startswith("Taken back: Draft RFE response") for line in said), said
    entries = [(e.action, e.payload) for e in okafor.read(trail.listing, matter=rfe.matter, limit=20)]
    assert ("task.undone", {"gesture": "complete"}) in entries
    assert {p["reason"] for a, p in entries if a == "task.cancelled"} == {"taken back"}

    rfe.firm.clock.advance(minutes=1)
    okafor.write(tasks.complete, rfe.triage)
    again = {t.title for t in okafor.read(tasks.queue, scope="all", text=rfe.matter, limit=50)}
    assert {task.title for task in gone} <= again

    def clocks(turn: Turn, ref: str) -> list[str]:
        return [each.state for each in turn.uow.all("timer.of_task", task_id=tasks.row_of(turn, ref).id)]

    armed = {ref: okafor.read(clocks, ref) for ref in sorted(opened) if ref.startswith("T-")}
    assert all(states and set(states) == {"cancelled"} for states in armed.values()), armed


def test_when_somebody_has_begun_the_refusal_says_who_and_what(rfe: Rfe) -> None:
    duarte, okafor = rfe.firm.desk("mduarte"), rfe.firm.desk("aokafor")
    for who, ref in (("mduarte", rfe.intake), ("aokafor", rfe.triage)):
        _ticked(rfe, who, ref)
    okafor.write(tasks.complete, rfe.triage)
    everything = okafor.read(tasks.queue, scope="all", text=rfe.matter, limit=50)
    draft = next(task for task in everything if task.owner == "mduarte" and task.ref != rfe.intake)
    rfe.firm.clock.advance(minutes=1)
    duarte.write(tasks.start, draft.ref)
    before = okafor.read(work, rfe.matter)
    no = refused(lambda: okafor.write(tasks.undo, rfe.triage))
    assert (no.code, no.message) == (
        "moved_on",
        f"{rfe.triage} stays done: mduarte has begun on {draft.ref} ({draft.title}).",
    )
    assert okafor.read(work, rfe.matter) == before
    # She takes her own gesture back, and then the way is free.
    duarte.write(tasks.undo, draft.ref)
    assert okafor.write(tasks.undo, rfe.triage).status == "in_progress"


def test_what_others_have_done_since_is_not_overwritten(rfe: Rfe) -> None:
    duarte, novak = rfe.firm.desk("mduarte"), rfe.firm.desk("inovak")
    duarte.write(tasks.acknowledge, rfe.intake)
    rfe.firm.clock.advance(minutes=1)
    novak.write(tasks.reassign, rfe.intake, to="bcole", reason="load")
    no = refused(lambda: duarte.write(tasks.undo, rfe.intake))
    assert (no.code, no.message) == (
        "moved_on",
        f"{rfe.intake} has gone on since: it is new, with bcole; acknowledging is not taken back.",
    )
    item = novak.read(tasks.show, rfe.intake).checklist[0].id
    rfe.firm.desk("bcole").write(tasks.tick, rfe.intake, item, note="one")
    rfe.firm.clock.advance(minutes=1)
    novak.write(tasks.tick, rfe.intake, item, note="two")
    with pytest.raises(Conflict):
        rfe.firm.desk("bcole").write(tasks.undo, rfe.intake)
    assert novak.write(tasks.undo, rfe.intake).owner == "bcole"
    assert novak.read(tasks.show, rfe.intake).checklist[0].note == "one"


def test_a_gesture_an_earlier_build_wrote_down_is_taken_back(rfe: Rfe) -> None:
    """Its event says only the columns that build thought of, and nothing of how the task stood after."""
    duarte = rfe.firm.desk("mduarte")

    def early(turn: Turn) -> None:
        tasks.acknowledge(turn, rfe.intake)
        words = named.driver_words(
            "UPDATE event SET outcome = :outcome WHERE trigger = 'gesture.ack'", turn.uow.dialect.name
        )
        outcome = '{"acknowledged_by":null,"acknowledged_us":null,"state":"new"}'
        driver.touched(turn.uow.conn, words, {"outcome": outcome})

    before = duarte.read(work, rfe.matter)
    duarte.write(early)
    assert duarte.write(tasks.undo, rfe.intake).status == "new"
    assert duarte.read(work, rfe.matter) == before


def test_what_was_completed_unseen_is_unseen_again(rfe: Rfe) -> None:
    """From done the store leads back to work under way alone; the task is new again all the same."""
    desk = rfe.firm.desk("mduarte")
    called = desk.write(notes.call, rfe.matter, "asked about travel", callback="mduarte").task
    assert called is not None
    for wait in (False, True):
        rfe.firm.clock.advance(minutes=1)
        if wait:
            desk.write(tasks.wait, called, on="client", wake=rfe.firm.clock.now() + timedelta(days=1))
            rfe.firm.clock.advance(minutes=1)
        before = desk.read(work, rfe.matter)
        desk.write(tasks.complete, called)
        assert desk.read(work, rfe.matter) != before
        task = desk.write(tasks.undo, called)
        assert (task.status, task.acknowledged_at is None) == (("waiting", False) if wait else ("new", True))
        assert desk.read(work, rfe.matter) == before
