"""Delegated work: to whom, under whom, checked by whom, and what is never handed on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from casedesk.desk import matters, notes, people, supervision, tasks, tells, trail, training
from casedesk.desk.turn import Turn
from casedesk.refusal import NotAllowed, NotFound, Refusal
from tests.support.firm import FirmFixture
from tests.support.raw import raw
from tests.support.rfe import Rfe, sqlite_stage

PARALEGAL, ATTORNEY, COLLEAGUE, MANAGER, PARTNER = "mduarte", "aokafor", "bcole", "inovak", "jreyes"
WORDS = "Ask for the marriage certificate; say nothing of the law."

local = pytest.mark.parametrize("firm", ["sqlite"], indirect=True)


def a_task(firm: FirmFixture, owner: str = COLLEAGUE) -> tuple[str, str]:
    """A matter of Adaeze Okafor's, under Julia Reyes, and a promised call of somebody's."""
    desk = firm.desk(PARALEGAL)
    matter = desk.write(
        matters.open_matter, "other", "Ada Okonjo", paralegal=PARALEGAL, attorney=ATTORNEY, supervisor=PARTNER
    )
    task = desk.write(notes.call, matter.ref, "Call back.", callback=owner).task
    assert task is not None
    return matter.ref, task


def trained(firm: FirmFixture, *who: str) -> None:
    for handle in who or (PARALEGAL,):
        for course in ("confidentiality", "interviewing"):
            firm.desk(handle).write(training.acknowledge, course)


def told(firm: FirmFixture, who: str) -> list[str]:
    return [tell.subject for tell in firm.desk(who).read(tells.listing)]


def test_work_is_delegated_done_and_checked(firm: FirmFixture) -> None:
    trained(firm)
    matter, task = a_task(firm)
    given = firm.desk(ATTORNEY).write(supervision.give, task, to=PARALEGAL, instructions=WORDS)
    # Nobody was named: it stands under the matter's supervising attorney.
    assert (given.delegate, given.supervisor, given.act, given.matter) == (
        PARALEGAL,
        PARTNER,
        "interview",
        matter,
    )
    assert given.authority_sha256 == firm.desk(ATTORNEY).house.authority.sha256
    assert given.warnings == (
        f"{PARTNER} lacks training: Supervising people who are no lawyers: not on record",
    )
    assert any(f"{task}, delegated by {ATTORNEY}" in words for words in told(firm, PARALEGAL))
    assert any(words.startswith(f"Under your supervision, with {PARALEGAL}") for words in told(firm, PARTNER))
    shown = firm.desk(PARALEGAL).read(tasks.show, task)
    assert (shown.task.owner, shown.supervisor, shown.supervised) == (PARALEGAL, PARTNER, "not checked yet")
    assert (shown.instructions, shown.supervision) == (WORDS, given.ref)
    firm.desk(PARALEGAL).write(tasks.complete, task)
    # Done without the check: it stands in the supervisor's list, and says so.
    (waiting,) = firm.desk(PARTNER).read(supervision.listing)
    assert (waiting.ref, waiting.waiting, waiting.task_state) == (given.ref, True, "done")
    assert any(words.startswith("Done, and waits for your check") for words in told(firm, PARTNER))
    assert firm.desk(ATTORNEY).read(supervision.listing) == ()
    checked = firm.desk(PARTNER).write(supervision.check, given.ref, "accepted")
    assert (checked.outcome, checked.checked_by, checked.waiting) == ("accepted", PARTNER, False)
    assert firm.desk(PARTNER).read(supervision.listing) == ()
    assert [v.ref for v in firm.desk(PARALEGAL).read(supervision.listing, scope="mine", closed=True)] == [
        given.ref
    ]
    assert any(words.startswith("Your work was accepted") for words in told(firm, PARALEGAL))
    with pytest.raises(Refusal, match="was accepted by jreyes already"):
        firm.desk(PARTNER).write(supervision.check, given.ref, "returned", remarks="no")
    acts = [entry.action for entry in firm.desk(PARTNER).read(trail.listing, matter=matter)]
    assert {"task.delegated", "delegation.given", "delegation.checked"} <= set(acts)


@local
def test_who_may_delegate_and_to_whom(firm: FirmFixture) -> None:
    _, task = a_task(firm)
    desk = firm.desk(ATTORNEY)
    for who, to, under, words in (
        (PARALEGAL, COLLEAGUE, ATTORNEY, "for an attorney or a manager"),
        (ATTORNEY, PARALEGAL, ATTORNEY, "lacks training for it: Confidentiality"),
        (ATTORNEY, MANAGER, ATTORNEY, "inovak is none of them"),
        (ATTORNEY, PARALEGAL, MANAGER, "inovak has no licence"),
        (ATTORNEY, "lchen", "lchen", "does not supervise their own work"),
        (ATTORNEY, PARALEGAL, "nobody", "nobody"),
    ):
        with pytest.raises(Refusal, match=words):
            firm.desk(who).write(supervision.give, task, to=to, under=under, instructions=WORDS)
    trained(firm)
    with pytest.raises(Refusal, match="instructions is empty"):
        desk.write(supervision.give, task, to=PARALEGAL, instructions=" ")
    firm.desk(PARALEGAL).write(people.absence, PARALEGAL, date(2026, 11, 9), date(2026, 11, 13))
    with pytest.raises(Refusal, match="mduarte is away"):
        desk.write(supervision.give, task, to=PARALEGAL, instructions=WORDS)
    assert desk.read(tasks.show, task).task.owner == COLLEAGUE
    assert desk.read(supervision.listing, scope="all", closed=True) == ()


@local
def test_one_delegation_at_a_time_and_none_of_what_is_over(firm: FirmFixture) -> None:
    trained(firm, PARALEGAL, COLLEAGUE)
    _, task = a_task(firm, PARALEGAL)
    # It is Maria's already: nothing moves, she has a supervisor from now on.
    given = firm.desk(MANAGER).write(supervision.give, task, to=PARALEGAL, under=ATTORNEY, instructions=WORDS)
    assert firm.desk(PARALEGAL).read(tasks.show, task).task.status == "new"
    with pytest.raises(Refusal, match=f"under {ATTORNEY} already") as refused:
        firm.desk(MANAGER).write(supervision.give, task, to=COLLEAGUE, under=ATTORNEY, instructions=WORDS)
    assert given.ref in refused.value.next
    firm.desk(PARALEGAL).write(tasks.complete, task)
    firm.desk(ATTORNEY).write(supervision.check, given.ref, "accepted")
    with pytest.raises(Refusal, match="is done"):
        firm.desk(MANAGER).write(supervision.give, task, to=COLLEAGUE, under=ATTORNEY, instructions=WORDS)
    with pytest.raises(NotFound, match="no delegation"):
        firm.desk(ATTORNEY).read(supervision.show, "DL-000000")


@local
def test_returned_work_is_done_and_checked_again(firm: FirmFixture) -> None:
    trained(firm)
    matter, task = a_task(firm)
    given = firm.desk(ATTORNEY).write(
        supervision.give, task, to=PARALEGAL, under=ATTORNEY, instructions=WORDS
    )
    firm.desk(PARALEGAL).write(tasks.complete, task)
    with pytest.raises(Refusal, match="has a word why"):
        firm.desk(ATTORNEY).write(supervision.check, given.ref, "returned")
    firm.desk(ATTORNEY).write(supervision.check, given.ref, "returned", remarks="The name is spelt Okonjó.")
    (again,) = firm.desk(ATTORNEY).read(supervision.listing)
    assert (again.ref != given.ref, again.instructions, again.delegate) == (
        True,
        "The name is spelt Okonjó.",
        PARALEGAL,
    )
    shown = firm.desk(PARALEGAL).read(tasks.show, task)
    assert (shown.task.status, shown.instructions) == ("in_progress", "The name is spelt Okonjó.")
    firm.desk(PARALEGAL).write(tasks.complete, task)
    firm.desk(ATTORNEY).write(supervision.check, again.ref, "corrected", remarks="I changed one word.")
    assert {
        v.outcome
        for v in firm.desk(ATTORNEY).read(supervision.listing, matter=matter, scope="all", closed=True)
    } == {
        "corrected",
        "returned",
    }


@local
def test_what_is_wrong_goes_up(firm: FirmFixture) -> None:
    """Escalated by the supervisor, or raised by whoever does the work: lead attorney and managers hear of it."""
    trained(firm)
    _, task = a_task(firm)
    given = firm.desk(ATTORNEY).write(supervision.give, task, to=PARALEGAL, under="lchen", instructions=WORDS)
    with pytest.raises(NotAllowed, match="is with mduarte under lchen"):
        firm.desk(COLLEAGUE).write(supervision.escalate, given.ref, remarks="I overheard it.")
    firm.desk(PARALEGAL).write(supervision.escalate, given.ref, remarks="She says the date is wrong.")
    for who in ("lchen", ATTORNEY, MANAGER, PARTNER):
        assert f"Raised by {PARALEGAL}: delegated work {given.ref}, Call the client back {task}" in told(
            firm, who
        )
    assert told(firm, PARALEGAL).count(f"Raised by {PARALEGAL}: delegated work {given.ref}") == 0
    assert firm.desk(ATTORNEY).read(supervision.show, given.ref).outcome is None
    with pytest.raises(Refusal, match="has a word why"):
        firm.desk("lchen").write(supervision.check, given.ref, "escalated")
    firm.desk("lchen").write(supervision.check, given.ref, "escalated", remarks="She gave advice.")
    for who in (ATTORNEY, MANAGER, PARTNER):
        assert any(
            words.startswith(f"Escalated by lchen: delegated work {given.ref}") for words in told(firm, who)
        )
    assert any(words.startswith("Your work was escalated") for words in told(firm, PARALEGAL))


def test_it_is_checked_by_the_supervisor_or_the_matters_attorney(firm: FirmFixture) -> None:
    trained(firm)
    _, task = a_task(firm)
    given = firm.desk(ATTORNEY).write(supervision.give, task, to=PARALEGAL, under="lchen", instructions=WORDS)
    for who in (PARALEGAL, MANAGER, COLLEAGUE):
        with pytest.raises(NotAllowed, match="stands under lchen"):
            firm.desk(who).write(supervision.check, given.ref, "accepted")
    # The supervisor is away, or gone: the lead attorney checks in her place.
    assert firm.desk(ATTORNEY).write(supervision.check, given.ref, "accepted").checked_by == ATTORNEY


@local
def test_a_supervisor_leaves_nothing_unchecked_behind(firm: FirmFixture) -> None:
    trained(firm)
    _, task = a_task(firm)
    given = firm.desk(ATTORNEY).write(supervision.give, task, to=PARALEGAL, under="lchen", instructions=WORDS)
    with pytest.raises(Refusal, match=f"supervises delegated work that is not checked: {given.ref}"):
        firm.desk(MANAGER).write(people.leave, "lchen")
    firm.desk("lchen").write(supervision.check, given.ref, "accepted")
    assert not firm.desk(MANAGER).write(people.leave, "lchen").active


# -- what is never handed on -----------------------------------------------------------------------------------------


@pytest.fixture
def rfe(tmp_path: Path) -> Iterator[Rfe]:
    made = sqlite_stage("received", tmp_path)
    yield made
    made.firm.close()


def test_legal_judgment_is_never_delegated(rfe: Rfe) -> None:
    desk = rfe.firm.desk(ATTORNEY)
    with pytest.raises(NotAllowed, match="never delegated: Triage of a Request for Evidence") as refused:
        desk.write(supervision.give, rfe.triage, to="lchen", under=ATTORNEY, instructions="Decide.")
    assert "8 CFR 1.2" in refused.value.next
    # Not to another attorney either, not by the managing partner, and a step reserved within a task keeps all of it.
    with pytest.raises(NotAllowed, match="never delegated"):
        rfe.firm.desk(PARTNER).write(
            supervision.give, rfe.triage, to="lchen", under=PARTNER, instructions="Decide."
        )
    with rfe.firm.desk(ATTORNEY).store.engine.connect() as conn:
        conn.exec_driver_sql("BEGIN IMMEDIATE")
        conn.exec_driver_sql(
            "UPDATE task_item SET reserved = 1 WHERE code = 'list' AND task_id = (SELECT id FROM task WHERE ref = ?)",
            (rfe.intake,),
        )
        conn.exec_driver_sql("COMMIT")
    trained(rfe.firm)
    with pytest.raises(NotAllowed, match="a step reserved to attorneys"):
        desk.write(supervision.give, rfe.intake, to=PARALEGAL, under=ATTORNEY, instructions="All of it.")


def test_what_speaks_against_a_delegate_is_said_and_does_not_bar_them(tmp_path: Path) -> None:
    """Capacity and expertise are weighed before the work is handed on; who decides is the attorney."""
    made = sqlite_stage("drafting", tmp_path)
    try:
        for who in (PARALEGAL, COLLEAGUE):
            for course in ("confidentiality", "drafting"):
                made.firm.desk(who).write(training.acknowledge, course)
        with raw(made, MANAGER, keep=True) as hand:
            hand.run("UPDATE person SET capacity_hours = 1 WHERE handle = 'mduarte'")
        given = made.firm.desk(ATTORNEY).write(
            supervision.give, made.drafting, to=PARALEGAL, under=ATTORNEY, instructions="Template B."
        )
        assert given.act == "draft_within_templates"
        assert given.warnings == (
            "mduarte has none of the skills: rfe",
            "mduarte is over capacity: 5 of 1 hours open",
            "aokafor lacks training: Supervising people who are no lawyers: not on record",
        )
    finally:
        made.firm.close()


def test_returned_work_does_not_overtake_what_came_after(rfe: Rfe) -> None:
    trained(rfe.firm)
    given = rfe.firm.desk(ATTORNEY).write(
        supervision.give, rfe.intake, to=PARALEGAL, under=ATTORNEY, instructions="Check both dates."
    )
    for ref, handle in ((rfe.intake, PARALEGAL), (rfe.triage, ATTORNEY)):
        desk = rfe.firm.desk(handle)
        for item in desk.read(tasks.show, ref).checklist:
            desk.write(tasks.tick, ref, item.id, note="simple")
        desk.write(tasks.complete, ref)
    with pytest.raises(Refusal, match="has begun"):
        rfe.firm.desk(ATTORNEY).write(supervision.check, given.ref, "returned", remarks="The date is wrong.")
    assert rfe.firm.desk(ATTORNEY).read(_state, rfe.intake) == "done"
    rfe.firm.desk(ATTORNEY).write(supervision.check, given.ref, "corrected", remarks="The date was wrong.")


def _state(turn: Turn, ref: str) -> str:
    return str(tasks.row_of(turn, ref).state)
