"""No guard of time is dead: with just one of them gone, the very step it forbids goes through."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from casedesk.desk import appointments, deadlines
from casedesk.store import guards
from casedesk.store.guards import Guard
from casedesk.store.guards.time import TIME
from tests.support.raw import Raw, attempt, new_id
from tests.support.rfe import Rfe, sqlite_stage

Step = Callable[[Raw], object]


def another_matter(hand: Raw) -> int:
    row = dict(hand.one("SELECT * FROM matter")._mapping)
    hand.insert("matter", **{**row, "id": 5, "ref": "M-2026-0777"})
    return 5


def dated(rfe: Rfe) -> None:
    """Rosa is also asked to an interview, and a date was entered by hand, each with reminders."""
    from datetime import UTC, date, datetime

    duarte = rfe.firm.desk("mduarte")
    duarte.write(appointments.add, rfe.matter, "interview", datetime(2026, 12, 2, 14, tzinfo=UTC))
    duarte.write(deadlines.add, rfe.matter, "Medical exam", date(2027, 1, 4))


def timer(chain: str) -> Step:
    def step(hand: Raw) -> object:
        row = dict(hand.one(f"SELECT * FROM timer WHERE chain = '{chain}' LIMIT 1")._mapping)
        other = another_matter(hand)
        return hand.insert("timer", **{**row, "id": new_id(), "matter_id": other, "generation": 99})

    return step


def moved(chain: str, sets: str) -> Step:
    def step(hand: Raw) -> object:
        row = hand.one(f"SELECT id FROM timer WHERE chain = '{chain}' LIMIT 1")
        other = another_matter(hand)
        return hand.run(f"UPDATE timer SET {sets} WHERE id = :i AND :m = :m", i=row.id, m=other)

    return step


def check(hand: Raw) -> object:
    form = hand.value("SELECT id FROM form")
    return hand.insert(
        "status_check",
        id=new_id(),
        form_id=form,
        matter_id=another_matter(hand),
        on_day="2026-11-09",
        by_id=hand.me,
        at_us=hand.now,
    )


def invitation(table: str) -> Step:
    def step(hand: Raw) -> object:
        subject = hand.value(f"SELECT id FROM {table} LIMIT 1")
        return hand.insert(
            "invitation",
            id=new_id(),
            uid="x",
            person_id=hand.me,
            matter_id=another_matter(hand),
            sequence=0,
            method="REQUEST",
            begins="2026-12-02",
            at_us=hand.now,
            **{f"{table}_id": subject},
        )

    return step


def delivery(hand: Raw, **values: Any) -> object:
    return hand.insert(
        "delivery",
        **{
            "id": 6,
            "key": "x",
            "channel": "email",
            "person_id": hand.me,
            "about": "remind",
            "due_us": hand.now,
            "created_us": hand.now,
            **values,
        },
    )


def of_a_task(hand: Raw) -> object:
    return delivery(hand, task_id=hand.task(hand.rfe.intake).id, matter_id=None)


def of_what_was_told(hand: Raw) -> object:
    told = hand.value("SELECT id FROM outbox WHERE matter_id IS NOT NULL AND person_id = :p", p=hand.me)
    return delivery(hand, outbox_id=told, matter_id=None)


def then_moved(**link: str) -> Step:
    def step(hand: Raw) -> object:
        ((column, sql),) = link.items()
        found = hand.one(sql, p=hand.me)
        delivery(hand, matter_id=found.matter_id, **{column: found.id})
        return hand.run("UPDATE delivery SET matter_id = NULL WHERE id = 6")

    return step


CASES: dict[tuple[str, str, str], Step] = {
    ("timer", "INSERT", "timer_of_its_date"): timer("deadline"),
    ("timer", "UPDATE", "timer_of_its_date"): moved("deadline", "matter_id = NULL"),
    ("status_check", "INSERT", "check_of_its_form"): check,
    ("invitation", "INSERT", "invitation_of_its_date"): invitation("deadline"),
    ("invitation", "INSERT", "invitation_of_its_appointment"): invitation("appointment"),
    ("delivery", "INSERT", "delivery_of_its_task"): of_a_task,
    ("delivery", "UPDATE", "delivery_of_its_task"): then_moved(
        task_id="SELECT t.id, t.matter_id FROM task t WHERE t.owner_id = :p LIMIT 1"
    ),
    ("delivery", "INSERT", "delivery_of_what_was_told"): of_what_was_told,
    ("delivery", "UPDATE", "delivery_of_what_was_told"): then_moved(
        outbox_id="SELECT o.id, o.matter_id FROM outbox o WHERE o.person_id = :p AND o.matter_id IS NOT NULL LIMIT 1"
    ),
}

ALSO: dict[str, tuple[Step, str]] = {
    "a reminder of an appointment": (timer("appointment"), "timer_of_its_date"),
    "one that is moved": (moved("appointment", "matter_id = NULL"), "timer_of_its_date"),
    "one that changes its chain": (
        moved("deadline", "chain = 'appointment', subject_id = (SELECT id FROM deadline LIMIT 1)"),
        "timer_of_its_date",
    ),
}


def trigger_of(guard: Guard) -> str:
    same = [g for g in guards.all_guards() if (g.table, g.event) == (guard.table, guard.event)]
    return f"guard_{guard.table}_{guard.event.lower()}_{same.index(guard)}"


@pytest.mark.parametrize("guard", TIME, ids=[f"{g.table}-{g.event}-{g.code}".lower() for g in TIME])
def test_the_step_goes_through_when_just_this_guard_is_gone(guard: Guard, tmp_path: Path) -> None:
    step = CASES[guard.table, guard.event, guard.code]
    rfe = sqlite_stage("received", tmp_path)
    dated(rfe)

    def unguarded(hand: Raw) -> object:
        hand.run(f"DROP TRIGGER {trigger_of(guard)}")
        return step(hand)

    try:
        assert attempt(rfe, "mduarte", step) == guard.code
        assert attempt(rfe, "mduarte", unguarded) == "done"
        assert attempt(rfe, "mduarte", step) == guard.code
    finally:
        rfe.firm.close()


def test_every_guard_of_time_has_a_case() -> None:
    assert {(g.table, g.event, g.code) for g in TIME} == set(CASES)


@pytest.mark.parametrize("words", sorted(ALSO))
def test_reminders_of_both_kinds_stay_with_their_matter(words: str, tmp_path: Path) -> None:
    step, refused = ALSO[words]
    rfe = sqlite_stage("received", tmp_path)
    dated(rfe)
    try:
        assert attempt(rfe, "mduarte", step) == refused
    finally:
        rfe.firm.close()
