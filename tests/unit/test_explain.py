"""Why, why not with the smallest change, and rules read in English."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casedesk.routing.decide import decide
from casedesk.routing.decision import trace_json
from casedesk.routing.explain import Change, WhyNot, english, why, why_not
from casedesk.routing.facts import Facts
from casedesk.routing.library import load_rules
from casedesk.routing.rules import CompiledRule, Rule, compile_rules
from tests.support.routing import (
    CHEN,
    DUARTE,
    FIRM,
    RFE,
    event,
    ny,
    office,
    rosa,
    shipped,
)
from tests.unit.test_rules import SAMPLE

AT = ny(2026, 11, 9, 9, 40)


def compiled(when: dict[str, Any], trigger: str = "notice.received", **more: Any) -> CompiledRule:
    rule = Rule.model_validate(
        {
            "id": "r",
            "title": "R",
            "version": 1,
            "trigger": trigger,
            "when": when,
            "then": [{"do": "set_priority", "priority": "high"}],
            **more,
        }
    )
    return compile_rules([rule]).by_trigger[trigger][0]


def asked(when: dict[str, Any], facts: Facts | None = None, **more: Any) -> WhyNot:
    return why_not(compiled(when, **more), event(), facts or rosa(), date(2026, 11, 9))


# --- why


def test_a_stored_trace_tells_rules_candidates_and_arithmetic() -> None:
    library = shipped()
    away = {**FIRM, DUARTE: replace(FIRM[DUARTE], present=False, cover=CHEN, away_until=date(2026, 11, 13))}
    decision = decide(
        event(), rosa(people=away), library.rules, library.playbooks, library.chains, office(), AT
    )
    told = why(json.loads(json.dumps(trace_json(decision))), task="rfe_intake", title="RFE intake")
    assert told.event == "notice.received"
    fired = {r.id: r for r in told.rules}
    assert fired["rfe-received"].fired
    assert fired["rfe-received"].conditions[0] == "met: document.kind is rfe; it is rfe"
    assert not fired["receipt-received"].fired
    assert "not met: document.kind is receipt; it is rfe" in fired["receipt-received"].conditions
    people = {c.person: c for c in told.candidates}
    assert people["chen"].chosen
    assert people["chen"].reason == "covers M. Duarte, away until 2026-11-13"
    assert (people["duarte"].chosen, people["duarte"].reason) == (False, "away until 2026-11-13")
    assert any(
        line.startswith("RFE intake, due: Mon 2026-11-09 09:40 + 1 business day = ")
        for line in told.arithmetic
    )
    assert not any("triage, due" in line for line in told.arithmetic)


# --- why not


def test_the_condition_that_failed_is_named_with_the_one_change() -> None:
    told = asked({"document.kind": "rfe", "matter.priority": "high"})
    assert not told.fired
    assert told.reasons == ("Not met: matter.priority is high; it is standard.",)
    assert told.changes == (Change("matter.priority", "standard", "high"),)


def test_a_rule_that_fired_needs_no_change() -> None:
    told = asked({"document.kind": "rfe"})
    assert (told.fired, told.reasons, told.changes, told.possible) == (True, (), (), True)


def test_of_several_ways_the_shortest_is_told() -> None:
    told = asked(
        {
            "any": [
                {"matter.type": "asylum", "matter.priority": "high"},
                {"matter.language": "fr"},
                {"document.kind": "noid", "matter.status": "closed"},
            ]
        }
    )
    assert told.changes == (Change("matter.language", "es", "fr"),)


@pytest.mark.parametrize(
    ("when", "change"),
    [
        ({"deadline.agency_due": {"before": date(2027, 1, 1)}}, date(2026, 12, 31)),
        ({"deadline.agency_due": {"after": date(2027, 6, 1)}}, date(2027, 6, 2)),
    ],
)
def test_days_move_to_the_nearest_that_would_do(when: dict[str, Any], change: date) -> None:
    assert asked(when).changes == (Change("deadline.agency_due", date(2027, 1, 28), change),)


def test_numbers_move_to_the_nearest_that_would_do() -> None:
    facts = rosa(fields={**RFE, "deadline.days_left": 20})
    told = asked({"deadline.days_left": {"at_most": 7, "at_least": 3}}, facts)
    assert told.changes == (Change("deadline.days_left", 20, 7),)


def test_the_trigger_and_the_day_are_reasons_too() -> None:
    told = asked({}, trigger="filing.rejected", effective_from=date(2027, 1, 1))
    assert told.reasons == (
        "It waits for filing.rejected; this was notice.received.",
        "It is in force from 2027-01-01; this was 2026-11-09.",
    )
    assert told.changes == (
        Change("event.trigger", "notice.received", "filing.rejected"),
        Change("day", date(2026, 11, 9), date(2027, 1, 1)),
    )
    assert asked({}, effective_until=date(2026, 3, 1)).changes[0].to == date(2026, 2, 28)
    assert asked({}, trigger="document.received").fired


def test_conditions_that_exclude_each_other_say_so() -> None:
    told = asked({"matter.priority": "high", "any": [{"matter.priority": "low"}]})
    assert (told.possible, told.changes) == (False, ())


choices = st.fixed_dictionaries(
    {},
    optional={
        "document.kind": st.sampled_from(["rfe", "noid", {"not": ["rfe"]}, {"in": ["noid", "denial"]}]),
        "matter.priority": st.sampled_from(["high", "low", {"exists": False}, {"exists": True}]),
        "matter.language": st.sampled_from(["es", "fr", {"not": ["es", "fr"]}]),
        "deadline.days_left": st.sampled_from([3, {"at_least": 5}, {"at_most": 2, "at_least": 1}]),
    },
)
whens = st.recursive(
    choices,
    lambda inner: st.builds(
        lambda own, kind, members: {**own, kind: members},
        choices,
        st.sampled_from(["any", "all"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=5,
)
known = st.fixed_dictionaries(
    {"document.kind": st.sampled_from(["rfe", "noid", "denial"])},
    optional={
        "matter.priority": st.sampled_from(["high", "low", "standard"]),
        "matter.language": st.sampled_from(["es", "fr", "de"]),
        "deadline.days_left": st.integers(0, 9),
    },
)


@given(whens, known)
def test_the_smallest_change_fires_the_rule_and_none_of_it_can_be_left_out(
    when: dict[str, Any], fields: dict[str, Any]
) -> None:
    rule = compiled(when)
    told = why_not(rule, event(), Facts(fields=fields), date(2026, 11, 9))
    plain = Facts(fields=fields).fields

    def fires(changes: tuple[Change, ...]) -> bool:
        changed = {**plain, **{c.field: c.to for c in changes}}
        return all(n.holds({**changed, "event.trigger": "notice.received"}) for n in rule.nodes)

    assert told.fired is fires(())
    if told.possible:
        assert fires(told.changes)
        for change in told.changes:
            assert not fires(tuple(c for c in told.changes if c is not change))


# --- in English


def test_the_shipped_rules_read_in_english() -> None:
    told = {r.id: english(r) for r in shipped().rules.rules}
    assert told["rfe-received"] == (
        "When a notice comes in and the paper is an RFE and the paper belongs to a known matter: start the playbook rfe; "
        "tell the matter's lead attorney within 2 office hours, in the app; prepare the client's message rfe_received, "
        "which an attorney releases. In force from 2026-01-01."
    )
    assert "the paper belongs to no known matter" in told["notice-unmatched"]
    assert (
        "the paper is neither an approval, a denial, a NOID, a NOIR, a receipt notice, a rejection, an RFE nor"
        " a transfer notice" in (told["notice-to-read"])
    )
    assert "the matter's type is h1b and the steps of its type are asked for" in told["opened-h1b"]


def test_the_published_sample_reads_in_english() -> None:
    (rule,) = load_rules("sample.json", SAMPLE)
    told = english(rule)
    for said in (
        "When a paper comes in",
        "the matter's type is adjustment of status",
        'open the task "Draft RFE Response" for the matter\'s primary paralegal, due within 3 business days',
        "acknowledged within 1 business day",
        "under its own escalation",
    ):
        assert said in told


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ({"do": "set_priority", "priority": "emergency"}, "make the matter's priority emergency"),
        (
            {"do": "assign", "owner": ["role:paralegal[skill=rfe,by=round_robin]", "licensed"]},
            "give the task to the paralegal whose turn it is (skill rfe), else somebody licensed",
        ),
        (
            {
                "do": "set_due",
                "due": {
                    "anchor": "internal_due",
                    "amount": 5,
                    "unit": "businessDays",
                    "floor": {"amount": 1, "unit": "businessDays"},
                },
            },
            "make the task due 5 business days before our own date but with at least 1 business day",
        ),
        ({"do": "start_chain", "chain": "default"}, "start the chain default"),
    ],
)
def test_every_action_reads_in_english(action: dict[str, Any], said: str) -> None:
    assert said in english(compiled({}, "task.draft_ready", then=[action]).rule)
