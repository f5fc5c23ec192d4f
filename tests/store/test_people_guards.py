"""No guard of the people is dead: with just one of them gone, the very step it forbids goes through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from casedesk.store import guards
from casedesk.store.guards import Guard
from casedesk.store.guards.people import PEOPLE
from tests.support.raw import Raw, attempt, new_id, raw
from tests.support.rfe import Rfe, sqlite_stage

Step = Callable[[Raw], object]


@dataclass(frozen=True)
class Case:
    who: str
    step: Step
    before: Step | None = None
    stage: str = "received"


def helper(hand: Raw) -> None:
    """Somebody from outside, for whom Ben Cole answers; in a store where the desk would take nobody."""
    hand.insert(
        "person",
        id=7,
        handle="helper",
        name="Petra Kovac",
        created_us=hand.now,
        outside=1,
        organisation="Lex Support Ltd",
        answers_for_id=hand.person("bcole"),
    )
    hand.insert("person_role", person_id=7, role="paralegal")


def in_court(hand: Raw) -> None:
    """Rosa's matter goes before the court, and Li Chen is accredited before DHS alone."""
    hand.run("UPDATE licence SET active = 0 WHERE person_id = :p", p=hand.person("lchen"))
    hand.insert(
        "licence", id=8, person_id=hand.person("lchen"), kind="accredited_representative", scope="dhs"
    )
    hand.insert("form", id=9, matter_id=hand.matter(), form="EOIR-28")


def delegated(hand: Raw, **bent: object) -> int:
    task = hand.task(hand.rfe.intake)
    return hand.insert(
        "supervision",
        **{
            "id": new_id(),
            "ref": f"DL-{new_id()}",
            "matter_id": task.matter_id,
            "task_id": task.id,
            "act": "notice_intake",
            "delegate_id": hand.person("mduarte"),
            "supervisor_id": hand.person("aokafor"),
            "authority_sha256": "0" * 64,
            "given_by": hand.me,
            "given_us": hand.now,
            **bent,
        },
    )


def licence(who: str, **bent: object) -> Step:
    return lambda hand: hand.insert(
        "licence", **{"id": new_id(), "person_id": hand.person(who), "kind": "attorney", **bent}
    )


def own_licence(hand: Raw) -> object:
    return licence(hand.who, granted_by=hand.me)(hand)


def ends_soon(hand: Raw) -> object:
    return hand.run("UPDATE licence SET expires = '2026-12-01' WHERE person_id = :p", p=hand.person("lchen"))


def run(sql: str) -> Step:
    return lambda hand: hand.run(sql)


def lead(hand: Raw) -> object:
    return hand.run(
        "UPDATE matter_owner SET person_id = :p WHERE kind = 'lead_attorney'", p=hand.person("lchen")
    )


def lead_anew(hand: Raw) -> object:
    hand.run("DELETE FROM matter_owner WHERE kind = 'lead_attorney'")
    return hand.insert(
        "matter_owner", matter_id=hand.matter(), kind="lead_attorney", person_id=hand.person("lchen")
    )


def outsourced(hand: Raw) -> object:
    return hand.run(
        "UPDATE person SET outside = 1, organisation = 'x', answers_for_id = :p WHERE handle = 'aokafor'",
        p=hand.person("bcole"),
    )


def checked(by: str) -> Step:
    def step(hand: Raw) -> object:
        delegated(hand)
        return hand.run(
            "UPDATE supervision SET checked_by = :p, checked_us = :n, outcome = 'accepted'",
            p=hand.person(by),
            n=hand.now,
        )

    return step


def review(hand: Raw) -> object:
    found = hand.review("content").id
    hand.answer(found)
    return hand.decide(found, licence_id=8, licence_kind="accredited_representative")


def strategy(hand: Raw) -> object:
    return hand.insert(
        "strategy_note", id=5, matter_id=hand.matter(), author_id=hand.me, body="x", at_us=hand.now
    )


def reserved(hand: Raw) -> object:
    return hand.run(
        "UPDATE task_item SET state = 'done', done_by = :p, done_us = :n WHERE code = 'complexity'",
        p=hand.me,
        n=hand.now,
    )


CASES: dict[tuple[str, str, str], Case] = {
    ("licence", "INSERT", "own_licence"): Case("inovak", own_licence),
    ("licence", "INSERT", "outside_licence"): Case("inovak", licence("helper"), helper),
    ("licence", "UPDATE", "licence_fixed"): Case(
        "inovak", run("UPDATE licence SET expires = '2099-01-01' WHERE expires IS NOT NULL"), ends_soon
    ),
    ("person", "INSERT", "outside_answered_for"): Case(
        "inovak",
        lambda hand: hand.insert(
            "person", id=7, handle="x", name="X", created_us=0, outside=1, organisation="x"
        ),
    ),
    ("person", "UPDATE", "outside_answered_for"): Case(
        "inovak", run("UPDATE person SET answers_for_id = NULL WHERE handle = 'helper'"), helper
    ),
    ("person", "UPDATE", "answers_for_others"): Case(
        "inovak", run("UPDATE person SET active = 0 WHERE handle = 'bcole'"), helper
    ),
    ("person", "UPDATE", "outside_unlicensed"): Case("inovak", outsourced),
    ("person_role", "INSERT", "outside_manages"): Case(
        "jreyes", lambda hand: hand.insert("person_role", person_id=7, role="managing_partner"), helper
    ),
    ("matter_owner", "INSERT", "beyond_accreditation"): Case("mduarte", lead_anew, in_court),
    ("matter_owner", "UPDATE", "beyond_accreditation"): Case("mduarte", lead, in_court),
    ("review", "UPDATE", "beyond_accreditation"): Case("lchen", review, in_court, "content"),
    ("strategy_note", "INSERT", "beyond_accreditation"): Case("lchen", strategy, in_court),
    ("task_item", "UPDATE", "beyond_accreditation"): Case("lchen", reserved, in_court),
    ("supervision", "INSERT", "supervision_of_its_task"): Case(
        "aokafor", lambda hand: delegated(hand, matter_id=None)
    ),
    ("supervision", "INSERT", "beyond_accreditation"): Case(
        "aokafor", lambda hand: delegated(hand, supervisor_id=hand.person("lchen")), in_court
    ),
    ("supervision", "UPDATE", "checked_by_a_licence"): Case("aokafor", checked("mduarte")),
}


def trigger_of(guard: Guard) -> str:
    same = [g for g in guards.all_guards() if (g.table, g.event) == (guard.table, guard.event)]
    return f"guard_{guard.table}_{guard.event.lower()}_{same.index(guard)}"


def keep(rfe: Rfe, step: Step) -> None:
    with raw(rfe, "inovak", keep=True) as hand:
        step(hand)


@pytest.mark.parametrize("guard", PEOPLE, ids=[f"{g.table}-{g.event}-{g.code}".lower() for g in PEOPLE])
def test_the_step_goes_through_when_just_this_guard_is_gone(guard: Guard, tmp_path: Path) -> None:
    case = CASES[guard.table, guard.event, guard.code]
    rfe = sqlite_stage(case.stage, tmp_path)
    if case.before is not None:
        keep(rfe, case.before)

    def unguarded(hand: Raw) -> object:
        hand.run(f"DROP TRIGGER {trigger_of(guard)}")
        return case.step(hand)

    try:
        assert attempt(rfe, case.who, case.step) == guard.code
        assert attempt(rfe, case.who, unguarded) == "done"
        assert attempt(rfe, case.who, case.step) == guard.code
    finally:
        rfe.firm.close()


def test_every_guard_of_the_people_has_a_case() -> None:
    assert {(g.table, g.event, g.code) for g in PEOPLE} == set(CASES)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE licence SET active = 1 WHERE person_id = :p",
        "UPDATE licence SET expires = NULL WHERE person_id = :p",
        "UPDATE licence SET scope = 'full' WHERE person_id = :p",
        "UPDATE licence SET kind = 'attorney' WHERE person_id = :p",
        "UPDATE licence SET granted_by = NULL WHERE person_id = :p",
    ],
)
def test_a_licence_is_ended_and_nothing_else(sql: str, tmp_path: Path) -> None:
    rfe = sqlite_stage("opened", tmp_path)

    def held(hand: Raw) -> None:
        hand.insert(
            "licence",
            id=8,
            person_id=hand.person("bcole"),
            kind="accredited_representative",
            scope="dhs",
            expires="2027-01-01",
            granted_by=hand.me,
        )
        hand.run("UPDATE licence SET active = 0, expires = '2026-12-01' WHERE id = 8")

    try:
        keep(rfe, held)
        step: Step = lambda hand: hand.run(sql, p=hand.person("bcole"))  # noqa: E731
        assert attempt(rfe, "inovak", step) == "licence_fixed"
    finally:
        rfe.firm.close()


def test_the_only_person_of_a_firm_puts_her_own_on_record(tmp_path: Path) -> None:
    from casedesk.models.enums import ReviewPolicy

    rfe = sqlite_stage("opened", tmp_path, ReviewPolicy.SOLE)
    try:
        assert attempt(rfe, "aokafor", own_licence) == "done"
    finally:
        rfe.firm.close()
