"""No guard of the walls is dead: with just one of them gone, the very step it forbids goes through."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from casedesk.store import guards
from casedesk.store.guards import Guard
from casedesk.store.guards.trust import TRUST
from tests.support.raw import Raw, attempt, new_id
from tests.support.rfe import sqlite_stage

Step = Callable[[Raw], object]
OTHERS = {"conflict_check", "supervision"}
"""Tables of other concepts in the same group."""

MINE = [guard for guard in TRUST if guard.table not in OTHERS]


def another_matter(hand: Raw) -> int:
    row = dict(hand.one("SELECT * FROM matter")._mapping)
    hand.insert("matter", **{**row, "id": 5, "ref": "M-2026-0777"})
    return 5


def raised(hand: Raw) -> int:
    """A wall by hand, one person screened and told, one inside."""
    matter = hand.matter()
    hand.insert(
        "wall", id=5, ref="W-X", matter_id=matter, reason="x", opened_us=1, opened_by=hand.person("jreyes")
    )
    hand.insert("wall_screen", wall_id=5, person_id=hand.person("bcole"), told_us=1)
    hand.insert("matter_member", matter_id=matter, person_id=hand.person("jreyes"), since_us=1)
    hand.run("UPDATE matter SET guarded = 1")
    return matter


def then(sql: str, before: Step = raised) -> Step:
    def step(hand: Raw) -> object:
        before(hand)
        return hand.run(sql)

    return step


def taken_twice(hand: Raw) -> object:
    return hand.insert(
        "form", id=6, matter_id=another_matter(hand), form="N-400", receipt_number="IOE0912345678"
    )


def taken_later(hand: Raw) -> object:
    hand.insert("form", id=6, matter_id=another_matter(hand), form="N-400")
    return hand.run("UPDATE form SET receipt_number = 'IOE0912345678' WHERE id = 6")


def guarded_alone(hand: Raw) -> object:
    return hand.run("UPDATE matter SET guarded = 1")


def foreign_timer(hand: Raw) -> object:
    """A reminder of nobody's matter on a task of this one: whoever fires it would be told of the task."""
    row = dict(hand.one("SELECT * FROM timer WHERE task_id IS NOT NULL LIMIT 1")._mapping)
    return hand.insert("timer", **{**row, "id": new_id(), "matter_id": None, "generation": 9})


def moved_timer(hand: Raw) -> object:
    return hand.run("UPDATE timer SET matter_id = NULL WHERE task_id IS NOT NULL")


def foreign_task(hand: Raw) -> object:
    row = dict(hand.task(hand.rfe.intake)._mapping)
    other = another_matter(hand)
    return hand.insert("task", **{**row, "id": new_id(), "ref": "T-BYHAND", "matter_id": other})


def moved_task(hand: Raw) -> object:
    return hand.run(
        "UPDATE task SET matter_id = :m WHERE ref = :r", m=another_matter(hand), r=hand.rfe.intake
    )


CASES: dict[tuple[str, str, str], Step] = {
    ("form", "INSERT", "receipt_taken"): taken_twice,
    ("form", "UPDATE", "receipt_taken"): taken_later,
    ("wall", "UPDATE", "wall_fixed"): then("UPDATE wall SET reason = 'another'"),
    ("matter", "UPDATE", "guarded_by_its_wall"): guarded_alone,
    ("matter_member", "UPDATE", "membership_fixed"): then(
        "UPDATE matter_member SET person_id = (SELECT id FROM person WHERE handle = 'bcole')"
    ),
    ("wall_screen", "UPDATE", "screen_fixed"): then("UPDATE wall_screen SET told_us = 2"),
    ("timer", "INSERT", "timer_of_its_task"): foreign_timer,
    ("timer", "UPDATE", "timer_of_its_task"): moved_timer,
    ("task", "INSERT", "task_of_its_run"): foreign_task,
    ("task", "UPDATE", "task_of_its_run"): moved_task,
}


def trigger_of(guard: Guard) -> str:
    same = [g for g in guards.all_guards() if (g.table, g.event) == (guard.table, guard.event)]
    return f"guard_{guard.table}_{guard.event.lower()}_{same.index(guard)}"


@pytest.mark.parametrize("guard", MINE, ids=[f"{g.table}-{g.event}-{g.code}".lower() for g in MINE])
def test_the_step_goes_through_when_just_this_guard_is_gone(guard: Guard, tmp_path: Path) -> None:
    step = CASES[guard.table, guard.event, guard.code]
    rfe = sqlite_stage("received", tmp_path)

    def unguarded(hand: Raw) -> object:
        hand.run(f"DROP TRIGGER {trigger_of(guard)}")
        return step(hand)

    try:
        assert attempt(rfe, "mduarte", step) == guard.code
        assert attempt(rfe, "mduarte", unguarded) == "done"
    finally:
        rfe.firm.close()


def test_every_guard_of_the_walls_has_a_case() -> None:
    assert {(g.table, g.event, g.code) for g in MINE} == set(CASES)


ALSO = {
    "a wall does not stand up again": then(
        "UPDATE wall SET closed_us = NULL",
        lambda hand: (
            raised(hand),
            hand.run("UPDATE wall SET closed_us = 2, closed_by = opened_by, closed_reason = 'x'"),
        ),
    ),
    "a matter behind its wall is not opened": then("UPDATE matter SET guarded = 0"),
    "an acknowledgement is given once": then(
        "UPDATE wall_screen SET acknowledged_us = 9",
        lambda hand: (raised(hand), hand.run("UPDATE wall_screen SET acknowledged_us = 2")),
    ),
}


@pytest.mark.parametrize("name", ALSO)
def test_and_so_do_these(name: str, tmp_path: Path) -> None:
    rfe = sqlite_stage("received", tmp_path)
    try:
        assert attempt(rfe, "mduarte", ALSO[name]) in {"wall_fixed", "guarded_by_its_wall", "screen_fixed"}
    finally:
        rfe.firm.close()
