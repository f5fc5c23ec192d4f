"""Rule files: what loads, what refuses to load and what it says, the published sample, the canonical form."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casedesk.calendars.business import Unit
from casedesk.routing.decide import decide
from casedesk.routing.decision import trace_json
from casedesk.routing.effects import Notify
from casedesk.routing.errors import RuleError, UnknownName
from casedesk.routing.explain import why
from casedesk.routing.facts import Facts
from casedesk.routing.library import MAX_BYTES, load_library, load_rules
from casedesk.routing.playbooks import playbook_schema
from casedesk.routing.rules import Rule, compile_rules, compile_when, rule_schema
from casedesk.routing.writing import canonical_toml
from tests.support.routing import (
    CHEN,
    DUARTE,
    FIRM,
    OKAFOR,
    TEMPLATES,
    event,
    ny,
    office,
    rosa,
    shipped,
    shipped_texts,
    tasks,
)

SAMPLE = """
{"ruleName": "RFE_Adjustment_Assign", "trigger": "document.received",
 "conditions": {"document.type": "RFE", "case.type": "Adjustment of Status", "case.priority": "standard"},
 "actions": [{"assign": "case.primaryParalegal", "dueInDays": 3},
             {"notify": "case.leadAttorney", "method": "inApp", "notifyWithinHours": 2},
             {"createTask": "Draft RFE Response", "templateId": "rfe_response_template"}],
 "escalation": {"ifNotAcknowledgedHours": 24, "escalateTo": "operations.manager"}}
"""

RULE = """
[[rule]]
id = "r"
title = "R"
version = 1
trigger = "notice.received"

[rule.when]
"document.kind" = "rfe"

[[rule.then]]
do = "notify"
who = ["matter.lead_attorney"]
within = { amount = 2, unit = "businessHours" }
"""


def holds(conditions: dict[str, Any], fields: dict[str, Any], **facts: Any) -> bool:
    rule = Rule.model_validate(
        {
            "id": "r",
            "title": "R",
            "version": 1,
            "trigger": "schedule",
            "when": conditions,
            "then": [{"do": "set_priority", "priority": "high"}],
        }
    )
    known = Facts(fields=fields, **facts).fields
    return all(n.holds(known) for n in compile_when(rule.when))


# --- the published sample


def test_the_published_sample_loads_unchanged_and_does_what_it_says() -> None:
    rules = compile_rules(load_rules("sample.json", SAMPLE))
    at = ny(2026, 11, 9, 9, 40)
    decision = decide(
        event("notice.received", at=at), rosa(), rules, shipped().playbooks, shipped().chains, office(), at
    )
    task = tasks(decision.effects)["draft_rfe_response"]
    assert (task.title, task.owner, task.template) == ("Draft RFE Response", DUARTE, "rfe_response_template")
    assert task.due == ny(2026, 11, 12, 17, 30)
    assert task.acknowledge_by == ny(2026, 11, 10, 9, 40)
    (timer,) = task.timers
    assert (timer.fire_at, timer.action) == (ny(2026, 11, 10, 9, 40), "alert")
    assert timer.targets == ("role:operations_manager", "role:managing_partner")
    assert Notify(OKAFOR, ny(2026, 11, 9, 11, 40), "RFE Adjustment Assign") in decision.effects


def test_the_published_sample_with_the_primary_paralegal_away_goes_to_her_cover_and_says_why() -> None:
    rules = compile_rules(load_rules("sample.json", SAMPLE))
    at = ny(2026, 11, 9, 9, 40)
    away = replace(FIRM[DUARTE], present=False, away_until=date(2026, 11, 20), cover=CHEN)
    facts = rosa(people={**FIRM, DUARTE: away})
    decision = decide(
        event("notice.received", at=at), facts, rules, shipped().playbooks, shipped().chains, office(), at
    )
    task = tasks(decision.effects)["draft_rfe_response"]
    assert (task.owner, task.owner_reason) == (CHEN, "covers M. Duarte, away until 2026-11-20")
    told = why(trace_json(decision), task="draft_rfe_response")
    assert [(c.person, c.chosen, c.reason) for c in told.candidates][:2] == [
        ("chen", True, "covers M. Duarte, away until 2026-11-20"),
        ("duarte", False, "away until 2026-11-20"),
    ]


@pytest.mark.parametrize("field", ["document.type", "case.type", "case.priority"])
def test_the_sample_needs_every_one_of_its_conditions(field: str) -> None:
    rules = compile_rules(load_rules("sample.json", SAMPLE))
    other = {"document.type": "receipt", "case.type": "asylum", "case.priority": "high"}[field]
    at = ny(2026, 11, 9, 9, 40)
    facts = rosa(
        fields={
            "document.type": "RFE",
            "case.type": "adjustment_of_status",
            "case.priority": "standard",
            field: other,
        }
    )
    assert not decide(event(at=at), facts, rules, shipped().playbooks, shipped().chains, office(), at).effects


def test_the_canonical_form_says_what_the_sample_leaves_open() -> None:
    (rule,) = load_rules("sample.json", SAMPLE)
    text = canonical_toml(rule)
    for said in (
        'owner = ["matter.primary_paralegal"]',
        '{ amount = 3, unit = "businessDays" }',
        '"matter.type" = ',
        'counts_as_told = "delivered"',
        '"role:managing_partner"',
    ):
        assert said in text
    assert "case." not in text
    assert load_rules("canonical.toml", text) == (rule,)
    assert canonical_toml(*load_rules("canonical.toml", text)) == text


@pytest.mark.parametrize(
    ("old", "new", "says", "near"),
    [
        ("case.primaryParalegal", "case.primaryParalegl", "no owner", "case.primaryParalegal"),
        ("document.type", "document.tipe", "no field", "document.type"),
        ("notifyWithinHours", "notifyWithinHour", "no key", "notifyWithinHours"),
        ("escalateTo", "escalatesTo", "no key", "escalateTo"),
        ("document.received", "document.recieved", "trigger", "document.received"),
        ('"RFE"', '"RFEE"', "no document.kind", "rfe"),
        ('"method": "inApp"', '"method": "pigeon"', "method", None),
        ('{"createTask": "Draft RFE Response", ', '{"assign": "paralegal", ', "two actions", None),
        ('"ruleName"', '"trigger": "schedule", "ruleName"', "stands twice", None),
    ],
)
def test_a_mistake_in_the_published_dialect_is_named(old: str, new: str, says: str, near: str | None) -> None:
    with pytest.raises(RuleError) as caught:
        load_rules("sample.json", SAMPLE.replace(old, new, 1))
    assert says in caught.value.message
    assert caught.value.nearest == near
    assert caught.value.line is not None


# --- refusals


@pytest.mark.parametrize(
    ("old", "new", "line", "near"),
    [
        ('"document.kind"', '"document.knid"', 9, "document.kind"),
        ('= "rfe"', '= "rfee"', 9, "rfe"),
        ('= "rfe"', '= { eqals = "rfe" }', 9, None),
        ('= "rfe"', "= { at_lest = 3 }", 9, "at_least"),
        ('= "rfe"', "= { at_least = 3 }", 9, None),
        ('= "rfe"', "= true", 9, None),
        ('= "rfe"', "= {}", 9, None),
        ("notice.received", "notice.recieved", 6, "notice.received"),
        ("matter.lead_attorney", "matter.lead_atorney", 13, "matter.lead_attorney"),
        ("businessHours", "hours", 14, None),
        ("amount = 2", "amount = -2", 14, None),
        ('do = "notify"', 'do = "notfy"', 12, "notify"),
        ("within", "wihtin", 14, "within"),
        ("version = 1", "version = 1\nversion = 2", 6, None),
        ("version = 1", "version = 1\nowner = 'x'", 6, None),
        ("version = 1", "version = no", 5, None),
        (
            'do = "notify"',
            'do = "assign"\nowner = ["matter.lead_attorney"]\n[[rule.then]]\ndo = "notify"',
            None,
            None,
        ),
    ],
)
def test_a_mistake_names_file_line_and_the_nearest_name(
    old: str, new: str, line: int | None, near: str | None
) -> None:
    with pytest.raises(RuleError) as caught:
        load_rules("rules/mine.toml", RULE.replace(old, new, 1))
    assert caught.value.file == "rules/mine.toml"
    assert str(caught.value).startswith("rules/mine.toml")
    if line is not None:
        assert caught.value.line == line
    if near is not None:
        assert caught.value.nearest == near
        assert near in str(caught.value)


def test_no_stays_a_word() -> None:
    (rule,) = load_rules("r.toml", RULE.replace('"document.kind" = "rfe"', '"matter.language" = "no"'))
    (test,) = compile_when(rule.when)
    assert test.holds({"matter.language": "no"})


def test_a_field_said_by_two_names_refuses_to_load() -> None:
    with pytest.raises(RuleError, match="second time"):
        load_rules("r.toml", RULE.replace('= "rfe"', '= "rfe"\n"document.type" = "noid"'))


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("big.toml", "#" * (MAX_BYTES + 1), "larger"),
        ("wide.json", '"' + "é" * (MAX_BYTES // 2) + '"', "larger"),
        ("deep.json", '{"a":' * 40 + "1" + "}" * 40, "deeper"),
        ("abyss.json", "[" * 200_000 + "]" * 200_000, "deeper"),
        ("deep.toml", "a = " + "[" * 40 + "]" * 40, "deeper"),
        ("list.json", "[]", "valid"),
        ("number.json", "7", "valid"),
        ("half.json", "{", "no valid JSON"),
    ],
)
def test_oversized_deep_and_broken_files_are_refused(name: str, text: str, says: str) -> None:
    with pytest.raises(RuleError, match=says):
        load_rules(name, text)


def test_a_duplicate_key_in_json_is_refused_with_its_line() -> None:
    text = SAMPLE.replace('"case.priority"', '\n"case.type"')
    with pytest.raises(RuleError, match="stands twice") as caught:
        load_rules("sample.json", text)
    assert caught.value.line == 4


def test_rules_that_name_what_is_not_there_refuse_to_load() -> None:
    texts = dict(shipped_texts())
    notices = texts["rules/notices.toml"]
    for old, new, near in (
        ('playbook = "rfe"', 'playbook = "rfi"', "rfe"),
        ('chain = "default"', 'chain = "defualt"', "default"),
        ('template = "rfe_received"', 'template = "rfe_recieved"', "rfe_received"),
    ):
        texts["rules/notices.toml"] = notices.replace(old, new)
        with pytest.raises(RuleError) as caught:
            load_library(
                texts, messages=["biometrics", "rfe_received", "receipt_received", "rfe_response_delivered"]
            )
        assert (caught.value.file, caught.value.nearest) == ("rules/notices.toml", near)
        assert caught.value.line is not None


def test_two_versions_in_force_on_one_day_refuse_to_load() -> None:
    (rule,) = load_rules("r.toml", RULE)
    second = rule.model_copy(update={"version": 2, "effective_from": date(2027, 1, 1)})
    with pytest.raises(ValueError, match="same day"):
        compile_rules([rule, second])
    with pytest.raises(ValueError, match="stands twice"):
        compile_rules([rule, rule])
    compile_rules([rule.model_copy(update={"effective_until": date(2027, 1, 1)}), second])


# --- conditions


@pytest.mark.parametrize(
    ("conditions", "fields", "met"),
    [
        ({"case.type": "Adjustment of Status"}, {"matter.type": "adjustment_of_status"}, True),
        ({"matter.type": "h1b"}, {"case.type": "H-1B"}, True),
        ({"document.kind": {"in": ["rfe", "noid"]}}, {"notice.kind": "NOID"}, True),
        ({"document.kind": {"not": "rfe"}}, {"document.kind": "rfe"}, False),
        ({"document.kind": {"not": ["rfe", "noid"]}}, {"document.kind": "denial"}, True),
        ({"document.kind": {"not": "rfe"}}, {}, False),
        ({"document.kind": {"exists": False}}, {}, True),
        ({"document.kind": {"exists": True}}, {}, False),
        ({"deadline.days_left": {"at_least": 3, "at_most": 5}}, {"deadline.days_left": 5}, True),
        ({"deadline.days_left": {"at_least": 3, "at_most": 5}}, {"deadline.days_left": 6}, False),
        ({"deadline.days_left": 0}, {"deadline.days_left": 0}, True),
        ({"form.form": "i-485"}, {"form.form": "I-485"}, True),
        ({"document.matched": False}, {"document.matched": False}, True),
        ({"document.matched": False}, {}, False),
        (
            {"any": [{"matter.priority": "high"}, {"matter.priority": "emergency"}]},
            {"matter.priority": "emergency"},
            True,
        ),
        (
            {"any": [{"matter.priority": "high"}, {"matter.priority": "emergency"}]},
            {"matter.priority": "low"},
            False,
        ),
        (
            {"all": [{"any": [{"matter.priority": "high"}]}, {"document.matched": True}]},
            {"matter.priority": "high"},
            False,
        ),
    ],
)
def test_conditions(conditions: dict[str, Any], fields: dict[str, Any], met: bool) -> None:
    assert holds(conditions, fields) is met


def test_dates_are_compared_as_dates() -> None:
    asked = {"deadline.agency_due": {"before": date(2026, 12, 1)}}
    assert holds(asked, {}, agency_due=date(2026, 11, 30))
    assert not holds(asked, {}, agency_due=date(2026, 12, 1))
    assert not holds(asked, {})
    assert holds({"deadline.internal_due": {"after": date(2026, 1, 1)}}, {}, internal_due=date(2026, 1, 2))


def test_an_unknown_field_in_the_facts_is_refused() -> None:
    with pytest.raises(UnknownName):
        Facts(fields={"matter.kolour": "red"})


# --- shipped, hashed, described


def test_the_shipped_messages_and_rules_fit_together() -> None:
    messages = [p.stem for p in (TEMPLATES / "messages" / "en").glob("*.toml")]
    assert load_library(shipped_texts(), messages=messages or None).rules.rules


def test_the_hash_is_the_same_in_any_order_and_another_for_any_change() -> None:
    rules = list(shipped().rules.rules)
    assert compile_rules(reversed(rules)).sha256 == compile_rules(rules).sha256
    changed = [rules[0].model_copy(update={"title": "Other"}), *rules[1:]]
    assert compile_rules(changed).sha256 != compile_rules(rules).sha256
    texts = dict(sorted(shipped_texts().items(), reverse=True))
    assert load_library(texts).rules.sha256 == shipped().rules.sha256
    chains = texts["rules/chains.toml"].replace("amount = 72", "amount = 48", 1)
    assert load_library(texts | {"rules/chains.toml": chains}).rules.sha256 != shipped().rules.sha256


def test_the_shipped_rules_survive_their_canonical_form() -> None:
    rules = shipped().rules.rules
    text = canonical_toml(*rules)
    assert load_rules("all.toml", text) == rules


@pytest.mark.parametrize(
    ("path", "schema"),
    [("rules/rules.schema.json", rule_schema), ("playbooks/playbook.schema.json", playbook_schema)],
)
def test_the_shipped_schema_is_the_models(path: str, schema: Any) -> None:
    assert json.loads((TEMPLATES / path).read_text("utf-8")) == schema()


amounts = st.builds(
    lambda n, unit: {"amount": n, "unit": unit}, st.integers(1, 100), st.sampled_from([u.value for u in Unit])
)
texts = st.text(st.characters(codec="utf-8", exclude_characters="\r"), min_size=1, max_size=30)
rules_strategy = st.builds(
    lambda title, text, due, within, kinds, until, about: Rule.model_validate(
        {
            "id": "r",
            "title": title,
            "version": 3,
            "trigger": "notice.received",
            "effective_until": until,
            "when": {
                "document.kind": {"in": kinds},
                "any": [{"matter.language": text}, {"document.matched": True}],
            },
            "then": [
                {
                    "do": "create_task",
                    "title": title,
                    "owner": ["licensed"],
                    "due": due,
                    "items": [{"id": "a", "text": text}],
                },
                {"do": "notify", "who": ["reviewer"], "within": within, "about": about},
            ],
        }
    ),
    texts,
    texts,
    amounts,
    amounts,
    st.lists(st.sampled_from(["rfe", "noid", "receipt"]), min_size=1),
    st.none() | st.dates(date(2027, 1, 1), date(2030, 1, 1)),
    st.none() | texts,
)


@given(rules_strategy)
def test_any_rule_is_read_back_from_its_canonical_form(rule: Rule) -> None:
    text = canonical_toml(rule)
    assert load_rules("r.toml", text) == (rule,)
    assert canonical_toml(*load_rules("r.toml", text)) == text


@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda b: b.decode("latin-1")))
def test_no_text_breaks_the_reader(text: str) -> None:
    for name in ("x.toml", "x.json"):
        with suppress(RuleError):
            load_rules(name, text)
