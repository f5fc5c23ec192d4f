"""The index `decide` asks by: it leaves out only rules that certainly do not fire, and leaves out nearly all of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casedesk.routing.decide import decide
from casedesk.routing.decision import asked_fields
from casedesk.routing.rules import Rule, RuleSet, compile_rules
from casedesk.routing.vocabulary import Value
from tests.support.routing import event, office, rosa, shipped

KINDS = ("rfe", "noid", "transfer", None)
PRIORITIES = ("high", "low", None)
DAYS = (2, 3, 9, None)

conditions = st.fixed_dictionaries(
    {},
    optional={
        "document.kind": st.sampled_from(
            [
                "rfe",
                {"in": ["rfe", "noid"]},
                {"not": "rfe"},
                {"not": ["noid", "transfer"]},
                {"exists": False},
            ]
        ),
        "matter.priority": st.sampled_from(["high", {"not": "high"}, {"exists": True}]),
        "deadline.days_left": st.sampled_from([3, {"at_most": 3}, {"not": [3]}]),
    },
)
whens = st.builds(
    lambda own, members: {**own, "any": members} if members else own,
    conditions,
    st.lists(conditions, max_size=2),
)


def rules_of(whens: list[dict[str, Any]]) -> RuleSet:
    return compile_rules(
        Rule.model_validate(
            {
                "id": f"r{number}",
                "title": "R",
                "version": 1,
                "trigger": "notice.received",
                "when": when,
                "then": [{"do": "set_priority", "priority": "high"}],
            }
        )
        for number, when in enumerate(whens)
    )


@settings(max_examples=150)
@given(st.lists(whens, min_size=1, max_size=9))
def test_every_rule_that_fires_is_among_those_that_are_able_to(whens: list[dict[str, Any]]) -> None:
    rules = rules_of(whens)
    today = office().today(event().at)
    for kind in KINDS:
        for priority in PRIORITIES:
            for days in DAYS:
                fields: dict[str, Value | None] = {
                    "document.kind": kind,
                    "matter.priority": priority,
                    "deadline.days_left": days,
                }
                fired = [c.id for c in rules.asked("notice.received") if c.fires(today, fields)]
                found = [c.id for c in rules.able("notice.received", fields) if c.fires(today, fields)]
                assert found == fired


def test_a_notice_touches_only_the_rules_for_its_kind() -> None:
    rules, fields = shipped().rules, asked_fields(event(), rosa())
    able = {c.id for c in rules.able("notice.received", fields)}
    assert able == {"notice-unmatched", "rfe-received"}
    assert len(rules.asked("notice.received")) > 3 * len(able)


def test_an_event_no_rule_asks_about_touches_none() -> None:
    assert shipped().rules.able("task.undone", {}) == ()


def test_the_trace_still_tells_of_every_rule_that_was_asked() -> None:
    library = shipped()
    happened = event()
    decision = decide(
        happened, rosa(), library.rules, library.playbooks, library.chains, office(), happened.at
    )
    asked = {c.id for c in library.rules.asked("notice.received")}
    assert {r.id for r in decision.trace.rules()} == asked


@pytest.mark.parametrize("field", ["document.kind", "matter.type"])
def test_many_rules_for_many_values_leave_few_for_each(field: str) -> None:
    values = {
        "document.kind": ["rfe", "noid", "transfer", "denial"],
        "matter.type": ["h1b", "l1a", "perm", "asylum"],
    }
    rules = rules_of([{field: value} for value in values[field] * 10])
    for value in values[field]:
        assert len(rules.able("notice.received", {field: value})) == 10
    assert rules.able("notice.received", {}) == ()
