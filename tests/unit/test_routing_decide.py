"""From an event to effects: scenario G1's first minutes, merging, contradictions, and laws of `decide`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casedesk.models.enums import OwnerKind, Role
from casedesk.routing.decide import decide
from casedesk.routing.decision import Decision, trace_json
from casedesk.routing.effects import (
    Alert,
    ArmChain,
    Assign,
    Contradiction,
    Notify,
    OpenTask,
    QueueMessage,
    SetDue,
    SetPriority,
    StartPlaybook,
)
from casedesk.routing.facts import Event, Facts, facts_from_json, facts_json
from casedesk.routing.playbooks import collect
from casedesk.routing.rules import Notify as NotifyAction
from casedesk.routing.rules import Rule, compile_rules
from casedesk.routing.rules import StartPlaybook as StartPlaybookAction
from casedesk.routing.vocabulary import Trigger
from tests.support.routing import (
    CHEN,
    DUARTE,
    FIRM,
    IMANI,
    OKAFOR,
    REYES,
    RFE,
    event,
    ny,
    office,
    person,
    rosa,
    shipped,
    tasks,
)

MONDAY = ny(2026, 11, 9, 9, 40)
DAY = {"amount": 1, "unit": "businessDays"}


def ask(
    facts: Facts, trigger: str = "notice.received", at: datetime = MONDAY, rules: Sequence[Rule] | None = None
) -> Decision:
    library = shipped()
    chosen = library.rules if rules is None else compile_rules(rules)
    return decide(event(trigger, "S1", at), facts, chosen, library.playbooks, library.chains, office(), at)


def rule(name: str, *then: dict[str, Any], trigger: str = "notice.received", **more: Any) -> Rule:
    return Rule.model_validate(
        {"id": name, "title": name, "version": 1, "trigger": trigger, "then": list(then), **more}
    )


def creating(owner: str, **more: Any) -> dict[str, Any]:
    return {"do": "create_task", "title": "Check the notice", "owner": [owner], "due": DAY, **more}


def notifying(hours: int) -> dict[str, Any]:
    within = {"amount": hours, "unit": "businessHours"}
    return {"do": "notify", "who": ["matter.lead_attorney"], "within": within, "about": "A notice came"}


# --- scenario G1


def test_g1_an_rfe_opens_intake_and_triage_tells_the_attorney_and_queues_the_letter() -> None:
    decision = ask(rosa())
    opened = tasks(decision.effects)
    intake, triage = opened["rfe_intake"], opened["rfe_triage"]
    assert set(opened) == {"rfe_intake", "rfe_triage"}
    assert intake.owner == DUARTE
    assert intake.acknowledge_by == ny(2026, 11, 10, 9, 40)
    assert (intake.internal_due, intake.agency_due) == (date(2027, 1, 21), date(2027, 1, 28))
    assert [t.fire_at for t in intake.timers] == [
        ny(2026, 11, 9, 13, 40),
        ny(2026, 11, 10, 9, 40),
        ny(2027, 1, 25, 17, 30),
    ]
    assert triage.owner == OKAFOR
    assert triage.reserved
    assert triage.acknowledge_by is None
    assert triage.due == ny(2026, 11, 10, 17, 30)
    assert [i.id for i in triage.items] == ["complexity", "strategy", "ask"]
    assert all(i.reserved and i.required for i in triage.items)
    assert StartPlaybook("rfe", 1) in decision.effects
    assert QueueMessage("rfe_received", "client", "attorney") in decision.effects
    told = [e for e in decision.effects if isinstance(e, Notify)]
    assert [(n.person, n.by) for n in told] == [(OKAFOR, ny(2026, 11, 9, 11, 40))]


def test_g7_an_rfe_during_a_vacation_goes_to_the_cover_and_the_trace_says_why() -> None:
    away = replace(FIRM[DUARTE], present=False, away_until=date(2026, 12, 18), cover=CHEN)
    decision = ask(rosa(people={**FIRM, DUARTE: away}), at=ny(2026, 12, 9, 10))
    intake = tasks(decision.effects)["rfe_intake"]
    assert intake.owner == CHEN
    why = [c for c in trace_json(decision)["candidates"] if c["task"] == "rfe_intake"]
    assert why[0] == {
        "task": "rfe_intake",
        "person": "2",
        "handle": "chen",
        "chosen": True,
        "reason": "covers M. Duarte, away until 2026-12-18",
    }
    assert why[1]["reason"] == "away until 2026-12-18"


def test_an_internal_date_already_past_is_due_now_and_counted_as_arrived_late() -> None:
    decision = ask(rosa(agency_due=date(2026, 11, 10), internal_due=date(2026, 11, 3)))
    for task in tasks(decision.effects).values():
        assert task.due == MONDAY
        assert task.arrived_late
    intake = tasks(decision.effects)["rfe_intake"]
    # Her window runs on towards the agency's date, or the work would be reassigned the minute it arrives.
    assert intake.acknowledge_by == ny(2026, 11, 10, 9, 40)
    assert [(t.action, t.late) for t in intake.timers] == [
        ("remind", False),
        ("reassign", False),
        ("alert", True),
    ]


def test_a_notice_of_no_known_matter_is_a_task_with_its_printed_date() -> None:
    facts = rosa(fields={"document.kind": "rfe", "document.matched": False}, owners={}, internal_due=None)
    decision = ask(facts)
    (task,) = tasks(decision.effects).values()
    assert (task.kind, task.owner) == ("match_notice", IMANI)
    assert task.acknowledge_by == ny(2026, 11, 9, 13, 40)
    assert task.due == ny(2026, 11, 10, 17, 30)
    assert task.agency_due == date(2027, 1, 28)
    assert len(task.timers) == 3
    assert not any(isinstance(e, QueueMessage | Notify) for e in decision.effects)


def test_an_unmatched_paper_that_is_no_notice_is_a_task_too() -> None:
    facts = rosa(fields={"document.kind": "other", "document.matched": False}, owners={})
    assert set(tasks(ask(facts, "document.received").effects)) == {"match_notice"}


def test_a_receipt_is_checked_and_its_message_released_by_staff() -> None:
    decision = ask(rosa(fields={**RFE, "document.kind": "receipt"}, agency_due=None, internal_due=None))
    (task,) = tasks(decision.effects).values()
    assert (task.kind, task.owner, task.acknowledge_by, task.timers) == ("receipt_check", DUARTE, None, ())
    assert QueueMessage("receipt_received", "client", "staff") in decision.effects


@pytest.mark.parametrize(
    ("kind", "opens"),
    [
        ("noid", {"noid_intake": DUARTE, "noid_triage": OKAFOR}),
        ("noir", {"noid_intake": DUARTE, "noid_triage": OKAFOR}),
        ("denial", {"denial_clocks": DUARTE, "denial_tell": OKAFOR}),
        ("rejection", {"rejection_why": DUARTE, "rejection_decide": OKAFOR}),
        ("approval", {"approval_check": DUARTE}),
        ("transfer", {"transfer_note": DUARTE}),
    ],
)
def test_a_notice_with_a_playbook_starts_it_and_no_word_goes_to_the_client(
    kind: str, opens: dict[str, int]
) -> None:
    decision = ask(rosa(fields={**RFE, "document.kind": kind}))
    assert {name: task.owner for name, task in tasks(decision.effects).items()} == opens
    assert [e.person for e in decision.effects if isinstance(e, Notify)] == [OKAFOR]
    assert not any(isinstance(e, QueueMessage) for e in decision.effects)


@pytest.mark.parametrize("kind", ["biometrics", "hearing", "interview", "ij_decision"])
def test_any_other_notice_goes_to_a_person_and_the_lead_attorney_hears_of_it(kind: str) -> None:
    decision = ask(rosa(fields={**RFE, "document.kind": kind}))
    assert tasks(decision.effects)["read_notice"].owner == DUARTE
    assert [e.person for e in decision.effects if isinstance(e, Notify)] == [OKAFOR]
    assert not any(isinstance(e, QueueMessage) for e in decision.effects)


def test_a_rejected_filing_is_the_attorneys_decision() -> None:
    task = tasks(ask(rosa(), "filing.rejected").effects)["filing_rejected"]
    assert (task.owner, task.reserved) == (OKAFOR, True)


def test_an_event_no_rule_is_about_changes_nothing() -> None:
    assert ask(rosa(), "matter.opened").effects == ()


@pytest.mark.parametrize("kind", ["rfe", "noid", "noir", "denial"])
def test_after_bad_news_only_the_attorney_releases_whatever_a_rule_says(kind: str) -> None:
    lax = rule("lax", {"do": "queue_message", "template": "status_update", "release": "staff"})
    decision = ask(rosa(fields={**RFE, "document.kind": kind}), rules=[lax])
    assert decision.effects == (QueueMessage("status_update", "client", "attorney"),)


# --- merging


def test_equal_wishes_are_one_effect() -> None:
    same = [
        rule(n, creating("matter.primary_paralegal"), {"do": "start_playbook", "playbook": "rfe"})
        for n in "ab"
    ]
    effects = ask(rosa(), rules=same).effects
    assert sorted(tasks(effects)) == ["check_the_notice", "rfe_intake", "rfe_triage"]
    assert sum(isinstance(e, OpenTask) for e in effects) == 3
    assert not any(isinstance(e, Contradiction) for e in effects)


def test_the_earlier_of_two_windows_and_the_stricter_of_two_releases_hold() -> None:
    facts = rosa(fields={**RFE, "document.kind": "approval"})
    soon = rule(
        "soon", notifying(1), {"do": "queue_message", "template": "status_update", "release": "staff"}
    )
    later = rule("z-later", notifying(3), {"do": "queue_message", "template": "status_update"})
    effects = ask(facts, rules=[later, soon]).effects
    assert [e.by for e in effects if isinstance(e, Notify)] == [ny(2026, 11, 9, 10, 40)]
    assert [e.release for e in effects if isinstance(e, QueueMessage)] == ["attorney"]


def test_two_owners_for_one_task_go_to_the_fallback_owner_with_both_rules_named() -> None:
    one = rule("one", creating("matter.primary_paralegal", items=[{"id": "a", "text": "A"}]))
    two = rule("two", creating("matter.secondary_paralegal", items=[{"id": "b", "text": "B"}]))
    effects = ask(rosa(), rules=[one, two]).effects
    task = tasks(effects)["check_the_notice"]
    assert task.owner == REYES
    assert task.owner_reason.startswith("fallback, rules contradict each other")
    assert {i.id for i in task.items} == {"a", "b"}
    assert Contradiction("task check_the_notice", ("one", "two")) in effects
    (told,) = [e for e in effects if isinstance(e, Alert)]
    assert told.person == REYES
    assert "one and two" in told.about


def test_reserved_work_stays_with_the_licensed_in_a_contradiction() -> None:
    one = rule("one", creating("matter.lead_attorney", reserved=True))
    two = rule("two", creating("matter.primary_paralegal"))
    task = tasks(ask(rosa(), rules=[one, two]).effects)["check_the_notice"]
    assert task.reserved
    assert task.owner is not None
    assert FIRM[task.owner].licensed


def test_two_priorities_are_a_contradiction_and_neither_is_set() -> None:
    rules = [rule(p, {"do": "set_priority", "priority": p}) for p in ("high", "low")]
    effects = ask(rosa(), rules=rules).effects
    assert [type(e) for e in effects] == [Contradiction, Alert]
    assert ask(rosa(), rules=rules[:1]).effects == (SetPriority("high"),)


def test_a_task_event_may_reassign_redate_and_chain_its_own_task() -> None:
    changes: list[dict[str, Any]] = [
        {"do": "assign", "owner": ["matter.secondary_paralegal"]},
        {"do": "set_due", "due": DAY},
        {"do": "start_chain", "chain": "default"},
    ]
    effects = ask(rosa(), "task.completed", rules=[rule("r", *changes, trigger="task.completed")]).effects
    assigned, redated, chained = effects
    assert isinstance(assigned, Assign)
    assert (assigned.subject, assigned.owner) == ("S1", CHEN)
    assert redated == SetDue("S1", ny(2026, 11, 10, 17, 30))
    assert isinstance(chained, ArmChain)
    assert len(chained.timers) == 3
    other = rule("s", {"do": "assign", "owner": ["matter.lead_attorney"]}, trigger="task.completed")
    both = ask(
        rosa(), "task.completed", rules=[rule("r", changes[0], trigger="task.completed"), other]
    ).effects
    assert [e.owner for e in both if isinstance(e, Assign)] == [REYES]
    assert any(isinstance(e, Contradiction) for e in both)


def test_work_that_nobody_may_own_raises_an_alert() -> None:
    people = {DUARTE: FIRM[DUARTE]}
    effects = ask(rosa(people=people)).effects
    assert tasks(effects)["rfe_triage"].owner is None
    assert any(isinstance(e, Alert) and e.about.startswith("RFE triage") for e in effects)


def test_a_playbook_not_meant_for_the_matter_is_an_alert_not_a_silence() -> None:
    library = shipped()
    book = library.playbooks.get("rfe", 1).model_copy(update={"matter_types": ("asylum",)})
    decision = decide(
        event(),
        rosa(),
        library.rules,
        collect((book,)),
        library.chains,
        office(),
        MONDAY,
    )
    assert not tasks(decision.effects)
    assert any(isinstance(e, Alert) and "adjustment_of_status" in e.about for e in decision.effects)


# --- effective dates and the trace


def test_only_the_version_in_force_on_the_day_fires() -> None:
    old = rule("r", {"do": "set_priority", "priority": "low"}, effective_until=date(2026, 11, 9))
    new = rule("r", {"do": "set_priority", "priority": "high"}, effective_from=date(2026, 11, 9)).model_copy(
        update={"version": 2}
    )
    decision = ask(rosa(), rules=[old, new])
    assert decision.effects == (SetPriority("high"),)
    assert [(r.version, r.in_force, r.fired) for r in decision.trace.rules()] == [
        (1, False, False),
        (2, True, True),
    ]
    assert ask(rosa(), at=ny(2026, 11, 6, 10), rules=[old, new]).effects == (SetPriority("low"),)


def test_the_trace_says_what_did_not_fire_and_why() -> None:
    decision = ask(rosa())
    trace = trace_json(decision)
    rules = {r["id"]: r for r in trace["rules"]}
    assert decision.trace.fired == ("rfe-received",)
    assert rules["rfe-received"]["fired"]
    assert rules["receipt-received"]["conditions"][0] == {
        "field": "document.kind",
        "operator": "eq",
        "expected": "receipt",
        "actual": "rfe",
        "held": False,
    }
    assert any(
        s == "RFE intake, acknowledge by: Mon 2026-11-09 09:40 + 1 business day = Tue 2026-11-10 09:40"
        for s in trace["arithmetic"]
    )


def test_the_trace_is_plain_json_without_floats_and_decides_again() -> None:
    decision = ask(rosa())

    def refuse(text: str) -> None:
        raise AssertionError(f"a float: {text}")

    again = json.loads(json.dumps(trace_json(decision)), parse_float=refuse)
    facts = facts_from_json(again["facts"])
    assert facts == rosa()
    assert ask(facts) == decision


# --- laws

fields_strategy = st.fixed_dictionaries(
    {},
    optional={
        "document.kind": st.sampled_from(["rfe", "receipt", "noid", "other"]),
        "document.matched": st.booleans(),
        "matter.type": st.sampled_from(["asylum", "Adjustment of Status"]),
        "matter.priority": st.sampled_from(["high", "standard"]),
    },
)
dates = st.none() | st.dates(date(2026, 1, 1), date(2029, 12, 31))
people_strategy = st.lists(
    st.tuples(st.sampled_from(list(Role)), st.booleans(), st.booleans(), st.none() | st.integers(1, 5)),
    max_size=5,
)
facts_strategy = st.builds(
    lambda fields, staff, owners, agency, internal: Facts(
        fields=fields,
        people={
            1: person(1, "L. One", Role.ATTORNEY, licensed=True),
            **{
                i: person(i, f"P. P{i}", role, licensed=licensed, present=present, cover=cover)
                for i, (role, licensed, present, cover) in enumerate(staff, start=2)
            },
        },
        owners=owners,
        agency_due=agency,
        internal_due=internal,
    ),
    fields_strategy,
    people_strategy,
    st.dictionaries(st.sampled_from(list(OwnerKind)), st.integers(1, 6)),
    dates,
    dates,
)
actions_strategy = st.lists(
    st.sampled_from(
        [
            creating("matter.primary_paralegal"),
            creating("role:attorney", reserved=True),
            creating("reviewer", chain="default", acknowledge=DAY),
            notifying(1),
            notifying(4),
            {"do": "start_playbook", "playbook": "rfe"},
            {"do": "start_playbook", "playbook": "notice_unmatched"},
            {"do": "set_priority", "priority": "high"},
            {"do": "set_priority", "priority": "low"},
            {"do": "queue_message", "template": "status_update", "release": "staff"},
        ]
    ),
    min_size=1,
    max_size=3,
)
rules_strategy = st.lists(
    st.tuples(actions_strategy, st.sampled_from(["notice.received", "document.received"])), max_size=5
).map(lambda drawn: [rule(f"r{n}", *a, trigger=t) for n, (a, t) in enumerate(drawn)])
instants = st.integers(0, 900_000).map(lambda minutes: ny(2026, 2, 1) + timedelta(minutes=minutes))


def steps_of(action: Any) -> int:
    """The most that one action can ask for; a contradiction and an alarm may come of each."""
    if isinstance(action, StartPlaybookAction):
        return 1 + max(len(b.step) for b in shipped().playbooks.all if b.id == action.playbook)
    return len(action.who) if isinstance(action, NotifyAction) else 1


@given(facts_strategy, rules_strategy, instants, st.randoms(use_true_random=False))
def test_the_order_of_rules_never_matters_and_no_task_is_without_owner(
    facts: Facts, rules: list[Rule], at: datetime, random: Any
) -> None:
    one = ask(facts, at=at, rules=rules)
    turned = list(rules)
    random.shuffle(turned)
    assert ask(facts, at=at, rules=turned) == one
    assert ask(facts, at=at, rules=rules) == one
    assert len(one.effects) <= 3 * sum(steps_of(action) for r in rules for action in r.then)
    for task in tasks(one.effects).values():
        assert task.owner is not None
        assert not task.reserved or facts.people[task.owner].licensed
        assert task.due >= at
        assert all(t.fire_at >= at for t in task.timers)
        assert task.acknowledge_by is None or task.acknowledge_by >= at
    keys = [e.key for e in one.effects if isinstance(e, OpenTask)]
    assert len(keys) == len(set(keys))
    json.dumps(trace_json(one))


@given(facts_strategy, st.sampled_from(list(Trigger)), instants)
def test_the_shipped_rules_answer_every_event(facts: Facts, trigger: Trigger, at: datetime) -> None:
    library = shipped()
    happened = Event(trigger, "S1", at - timedelta(minutes=1), "C1")
    decision = decide(happened, facts, library.rules, library.playbooks, library.chains, office(), at)
    assert not any(isinstance(e, Contradiction) for e in decision.effects)
    known = facts_from_json(facts_json(facts))
    assert decide(happened, known, library.rules, library.playbooks, library.chains, office(), at) == decision
    if (
        trigger == Trigger.NOTICE_RECEIVED
        and "document.matched" in facts.fields
        and "document.kind" in facts.fields
    ):
        assert tasks(decision.effects)
