"""Playbooks under way: what opens when, who reviews, and what a playbook file may not say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from casedesk.models.enums import OwnerKind, ReviewKind, ReviewPolicy, Role
from casedesk.routing.decision import Decision
from casedesk.routing.effects import OpenTask, QueueMessage
from casedesk.routing.errors import RuleError, UnknownName
from casedesk.routing.facts import Facts
from casedesk.routing.library import load_playbook
from casedesk.routing.playbooks import Playbook, actionable, collect
from casedesk.routing.progress import progress, review_due, review_owner
from tests.support.routing import (
    BAUER,
    CHEN,
    DUARTE,
    FIRM,
    OKAFOR,
    OWNERS,
    RFE,
    event,
    ny,
    office,
    person,
    rosa,
    shipped,
    shipped_texts,
    tasks,
)

TUESDAY = ny(2026, 11, 10, 11, 0)


def rfe() -> Playbook:
    return shipped().playbooks.get("rfe", 1)


def go(facts: Facts, trigger: str = "task.completed", at: datetime = TUESDAY, **more: Any) -> Decision:
    more["opened"] = {"evidence", *more.get("opened", ())}  # collecting runs beside the draft
    return progress(event(trigger, at=at), rfe(), facts, shipped().chains, office(), at, **more)


def only(decision: Decision) -> OpenTask:
    (task,) = tasks(decision.effects).values()
    return task


def test_only_the_next_steps_are_actionable() -> None:
    def ids(done: set[str], happened: set[str]) -> list[str]:
        return [s.id for s in actionable(rfe(), done, happened)]

    assert ids(set(), set()) == ["intake", "triage"]
    assert ids({"intake"}, set()) == ["triage"]
    assert ids({"triage"}, set()) == ["intake", "evidence"]
    ready = {"intake", "triage", "evidence"}
    assert ids(ready, set()) == ["draft"]
    assert ids({*ready, "draft"}, {"packet.signed_off"}) == ["file"]
    assert ids({*ready, "draft", "file"}, {"packet.signed_off", "filing.delivered"}) == ["watch"]


def test_collecting_evidence_waits_on_the_client_and_ends_with_the_sign_off() -> None:
    decision = progress(
        event("task.completed", at=TUESDAY),
        rfe(),
        rosa(),
        shipped().chains,
        office(),
        TUESDAY,
        done={"triage"},
        opened={"intake", "triage"},
    )
    task = only(decision)
    assert (task.kind, task.waiting_on, task.wake_up) == ("rfe_evidence", "client", ny(2026, 11, 24, 11, 0))
    assert rfe().find("evidence").ends_on == ("packet.signed_off",)


def test_after_intake_and_triage_the_draft_opens_with_one_item_for_each_paper_asked_for() -> None:
    task = only(go(rosa(), done={"intake", "triage"}, opened={"intake", "triage"}))
    assert (task.kind, task.owner, task.gate) == ("rfe_draft", DUARTE, True)
    assert [i.id for i in task.items] == [
        "evidence-1",
        "evidence-2",
        "evidence-3",
        "translations",
        "consistency",
    ]
    assert task.items[0].text == "Birth certificate"
    assert task.items[0].wants_file
    # Five business days before Thursday 21 January, and its close.
    assert task.due == ny(2027, 1, 14, 17, 30)


def test_a_notice_whose_list_was_not_read_asks_for_the_list() -> None:
    task = only(go(rosa(requested_items=()), done={"intake", "triage"}))
    assert task.items[0].text == "List the requested evidence from the notice"
    assert task.items[0].required


def test_a_draft_has_a_business_day_at_least_but_never_past_the_internal_date() -> None:
    soon = rosa(agency_due=date(2026, 11, 20), internal_due=date(2026, 11, 13))
    assert only(go(soon, done={"intake", "triage"})).due == ny(2026, 11, 11, 17, 30)
    today = rosa(agency_due=date(2026, 11, 17), internal_due=date(2026, 11, 10))
    assert only(go(today, done={"intake", "triage"})).due == ny(2026, 11, 10, 17, 30)
    undated = rosa(agency_due=None, internal_due=None)
    assert only(go(undated, done={"intake", "triage"})).due == ny(2026, 11, 11, 17, 30)


def test_a_complex_rfe_goes_to_the_specialist_else_to_the_lead() -> None:
    hard = {**RFE, "triage.complexity": "complex"}
    assert only(go(rosa(fields=hard), done={"intake", "triage"})).owner == OKAFOR
    expert = person(9, "R. Vega", Role.SENIOR_ASSOCIATE, licensed=True, skills=frozenset({"rfe"}))
    task = only(go(rosa(fields=hard, people={**FIRM, 9: expert}), done={"intake", "triage"}))
    assert task.owner == 9
    simple = {**RFE, "triage.complexity": "simple"}
    assert only(go(rosa(fields=simple), done={"intake", "triage"})).owner == DUARTE


def test_sign_off_opens_shipping_once() -> None:
    done = {"intake", "triage", "draft"}
    task = only(go(rosa(), "packet.signed_off", done=done))
    assert (task.kind, task.due) == ("rfe_file", ny(2027, 1, 21, 17, 30))
    assert go(rosa(), "packet.signed_off", done=done, opened={"file"}).effects == ()


def test_delivery_opens_the_watch_and_queues_word_to_the_client() -> None:
    delivered = ny(2027, 1, 20, 10, 31)
    decision = go(
        rosa(),
        "filing.delivered",
        delivered,
        done={"intake", "triage", "draft", "file"},
        happened={"packet.signed_off"},
    )
    task = only(decision)
    assert (task.kind, task.waiting_on) == ("rfe_watch", "agency")
    assert task.wake_up == ny(2027, 2, 3, 10, 31)
    assert (task.agency_due, task.internal_due, task.timers, task.arrived_late) == (None, None, (), False)
    assert QueueMessage("rfe_response_delivered", "client", "attorney") in decision.effects


def test_the_content_review_and_the_sign_off_are_the_leads() -> None:
    for kind in (ReviewKind.CONTENT, ReviewKind.SIGNOFF):
        assert review_owner(rfe(), kind, rosa(), exclude=frozenset({DUARTE})).person == OKAFOR


def test_the_second_review_is_neither_the_preparers_nor_the_leads() -> None:
    assert review_owner(rfe(), ReviewKind.SECOND, rosa(), exclude=frozenset({DUARTE})).person == CHEN
    assert review_owner(rfe(), ReviewKind.SECOND, rosa(), exclude=frozenset({CHEN})).person == BAUER


def test_an_attorney_who_edited_does_not_sign_under_three_persons() -> None:
    assert review_owner(rfe(), ReviewKind.SIGNOFF, rosa(), exclude=frozenset({OKAFOR})).person == BAUER


def test_small_firms_review_under_their_policy() -> None:
    two = rosa(people={DUARTE: FIRM[DUARTE], OKAFOR: FIRM[OKAFOR]})
    barred = frozenset({DUARTE})
    assert review_owner(rfe(), ReviewKind.SECOND, two, exclude=barred).person is None
    policy = ReviewPolicy.TWO_PERSON
    assert review_owner(rfe(), ReviewKind.SECOND, two, exclude=barred, policy=policy).person == OKAFOR
    solo = rosa(people={OKAFOR: FIRM[OKAFOR]}, owners={OwnerKind.LEAD_ATTORNEY: OKAFOR})
    for kind in ReviewKind:
        pick = review_owner(rfe(), kind, solo, exclude=frozenset({OKAFOR}), policy=ReviewPolicy.SOLE)
        assert pick.person == OKAFOR


def test_a_review_is_due_within_its_window_and_the_internal_date() -> None:
    assert review_due(rfe(), ReviewKind.CONTENT, rosa(), office(), TUESDAY) == ny(2026, 11, 12, 17, 30)
    assert review_due(rfe(), ReviewKind.SECOND, rosa(), office(), TUESDAY) == ny(2026, 11, 11, 17, 30)
    pressed = rosa(internal_due=date(2026, 11, 11))
    assert review_due(rfe(), ReviewKind.CONTENT, pressed, office(), TUESDAY) == ny(2026, 11, 11, 17, 30)


def test_a_playbook_without_gate_has_no_reviews() -> None:
    with pytest.raises(ValueError, match="no review gate"):
        review_owner(shipped().playbooks.get("notice_other", 1), ReviewKind.CONTENT, rosa())


def test_the_shipped_gate_asks_about_accuracy_completeness_consistency_and_law() -> None:
    gate = rfe().gate
    assert gate is not None
    assert {p.covers for p in gate.points_of(ReviewKind.CONTENT)} == {
        "accuracy",
        "completeness",
        "consistency",
        "law",
    }
    assert gate.points_of(ReviewKind.SECOND)
    assert gate.points_of(ReviewKind.SIGNOFF)


def test_a_running_matter_keeps_its_version_and_a_new_one_takes_the_newest_in_force() -> None:
    later = rfe().model_copy(update={"version": 2, "effective_from": date(2026, 12, 1)})
    books = collect([later, rfe()])
    assert books.get("rfe", 1).version == 1
    versions = [
        b and b.version
        for b in (
            books.current("rfe", date(2025, 12, 31)),
            books.current("rfe", date(2026, 11, 30)),
            books.current("rfe", date(2026, 12, 1)),
        )
    ]
    assert versions == [None, 1, 2]
    with pytest.raises(UnknownName):
        books.get("rfe", 3)
    with pytest.raises(ValueError, match="stands twice"):
        collect([rfe(), rfe()])


def test_an_absent_owner_of_a_later_step_gives_way() -> None:
    people = {**FIRM, DUARTE: replace(FIRM[DUARTE], present=False)}
    assert only(go(rosa(people=people, owners=OWNERS), done={"intake", "triage"})).owner == CHEN


@pytest.mark.parametrize(
    ("old", "new", "says", "near"),
    [
        ('after = ["intake", "triage"]', 'after = ["intak"]', "earlier step for draft", "intake"),
        ('on = ["filing.delivered"]', 'on = ["filing.deliverd"]', "Input should be", "filing.delivered"),
        ("items_from =", "item_from =", "There is no key", "items_from"),
        (
            'owner = ["matter.lead_attorney"]',
            'owner = ["matter.lead_attorny"]',
            "owner",
            "matter.lead_attorney",
        ),
        ('unit = "businessDays" }', 'unit = "days" }', "Input should be", None),
        ("gate = true", "gate = true\nreserved = maybe", "no valid TOML", None),
        ('covers = "law"', 'covers = "accuracy"', "leaves out: law", None),
        ("buffer_days = 7", 'buffer_days = 7\nmatter_types = ["asylm"]', "matter type", "asylum"),
        ('id = "triage"', 'id = "intake"', "stands twice", None),
    ],
)
def test_a_mistake_in_a_playbook_is_named(old: str, new: str, says: str, near: str | None) -> None:
    text = shipped_texts()["playbooks/rfe.toml"]
    assert old in text
    with pytest.raises(RuleError) as caught:
        load_playbook("rfe.toml", text.replace(old, new))
    assert says in caught.value.message
    if near is not None:
        assert caught.value.nearest == near
