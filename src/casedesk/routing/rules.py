"""Rules as they stand in files, and the set of them that decides.

Models are frozen and closed: an unknown field, operator, trigger or owner does not load. `casedesk.routing.library`
reads files; `compile_rules` makes the set that `decide` works by, indexed by trigger, with no pydantic left in its way.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Discriminator, Field, StrictBool, StrictInt, Tag, field_validator, model_validator

from casedesk.models.enums import Priority
from casedesk.routing.case_schema import Case, Scalar
from casedesk.routing.conditions import Group, Node, Operator, Test
from casedesk.routing.errors import UnknownName
from casedesk.routing.schema import (
    Amount,
    Chain,
    ChainStep,
    DueSpec,
    Owners,
    Sentence,
    Slug,
    Strict,
    Title,
    Work,
    refuse_unknown,
    unknown_name,
)
from casedesk.routing.vocabulary import (
    FIELDS,
    IMPLIES,
    TASK_TRIGGERS,
    Trigger,
    Value,
    canonical_field,
    checked_value,
    slug,
)


class Check(Strict):
    """Operators on one field; all that are given must hold. Legal dates are ISO dates."""

    calls_keys: ClassVar[str] = "operator"

    in_: Annotated[tuple[Scalar, ...], Field(min_length=1)] | None = Field(default=None, alias="in")
    not_: Annotated[tuple[Scalar, ...], Field(min_length=1)] | None = Field(default=None, alias="not")
    before: date | None = None
    after: date | None = None
    at_least: StrictInt | None = None
    at_most: StrictInt | None = None
    exists: StrictBool | None = None

    @field_validator("not_", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return value if isinstance(value, list | tuple) or value is None else [value]

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("A condition needs an operator.")
        return self


Condition = Annotated[
    Annotated[Check, Tag("operators")] | Annotated[Scalar, Tag("value")],
    # Told apart by shape, so that a mistake in one is not reported as a mistake in the other.
    Discriminator(lambda v: "operators" if isinstance(v, Mapping | Check) else "value"),
]


class When(Strict):
    """Conditions by field; a bare value means equal. All must hold; `any` and `all` group further conditions."""

    document_kind: Condition | None = Field(default=None, alias="document.kind")
    document_matched: Condition | None = Field(default=None, alias="document.matched")
    matter_type: Condition | None = Field(default=None, alias="matter.type")
    matter_priority: Condition | None = Field(default=None, alias="matter.priority")
    matter_language: Condition | None = Field(default=None, alias="matter.language")
    matter_status: Condition | None = Field(default=None, alias="matter.status")
    matter_playbook: Condition | None = Field(default=None, alias="matter.playbook")
    form_form: Condition | None = Field(default=None, alias="form.form")
    task_kind: Condition | None = Field(default=None, alias="task.kind")
    task_playbook: Condition | None = Field(default=None, alias="task.playbook")
    task_step: Condition | None = Field(default=None, alias="task.step")
    triage_complexity: Condition | None = Field(default=None, alias="triage.complexity")
    deadline_days_left: Condition | None = Field(default=None, alias="deadline.days_left")
    deadline_agency_due: Condition | None = Field(default=None, alias="deadline.agency_due")
    deadline_internal_due: Condition | None = Field(default=None, alias="deadline.internal_due")
    event_trigger: Condition | None = Field(default=None, alias="event.trigger")
    any: Annotated[tuple[When, ...], Field(min_length=1)] | None = None
    all: Annotated[tuple[When, ...], Field(min_length=1)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        plain: dict[str, Any] = {}
        for name, value in data.items():
            try:
                key = name if name in ("any", "all") else canonical_field(name)
            except UnknownName as error:
                raise unknown_name(error) from error
            if key in plain:
                raise ValueError(f"{name} says {key} a second time; put both into one condition.")
            plain[key] = value
        return plain

    @model_validator(mode="after")
    def _possible(self) -> Self:
        try:
            compile_when(self)
        except UnknownName as error:
            raise unknown_name(error) from error
        return self


class StartPlaybook(Strict):
    """Begin a playbook: its first steps open."""

    do: Literal["start_playbook"]
    playbook: Slug


class CreateTask(Work):
    """Open one task. `escalate` is a chain of its own, instead of a named one; `template` the paper it is made from."""

    do: Literal["create_task"]
    kind: Slug | None = None
    escalate: tuple[ChainStep, ...] = ()
    template: Slug | None = None

    @model_validator(mode="after")
    def _one_chain(self) -> Self:
        if self.chain is not None and self.escalate:
            raise ValueError("A task has either a named chain or an escalation of its own.")
        return self

    @property
    def task_kind(self) -> str:
        """The kind, by default the title's slug."""
        return self.kind or slug(self.title)


class Notify(Strict):
    """Tell people inside the firm within a window; met when the message was `delivered`, or only when it was `seen`."""

    do: Literal["notify"]
    who: Owners
    within: Amount
    method: Literal["inApp", "email"] = "inApp"
    counts_as_told: Literal["delivered", "seen"] = "delivered"
    about: Sentence | None = None


class QueueMessage(Strict):
    """Prepare a message; it never leaves without a release."""

    do: Literal["queue_message"]
    template: Slug
    to: Literal["client"] = "client"
    release: Literal["attorney", "staff"] = "attorney"


class SetPriority(Strict):
    """Give the matter another priority."""

    do: Literal["set_priority"]
    priority: Priority


class Assign(Strict):
    """Give the event's own task another owner (task triggers only)."""

    do: Literal["assign"]
    owner: Owners
    reserved: bool = False


class SetDue(Strict):
    """Give the event's own task another due date (task triggers only)."""

    do: Literal["set_due"]
    due: DueSpec


class StartChain(Strict):
    """Arm a chain on the event's own task (task triggers only)."""

    do: Literal["start_chain"]
    chain: Slug


Action = Annotated[
    StartPlaybook | CreateTask | Notify | QueueMessage | SetPriority | Assign | SetDue | StartChain,
    Field(discriminator="do"),
]


class Rule(Strict):
    """One rule. Immutable once installed: a change is a new version with its own effective dates.

    In force from `effective_from` until the day before `effective_until`. `priority` orders lists for people to read;
    it never decides between rules, whose effects merge.
    """

    id: Slug
    title: Title
    version: StrictInt = Field(ge=1)
    trigger: Trigger
    effective_from: date | None = None
    effective_until: date | None = None
    priority: StrictInt = Field(default=50, ge=0, le=100)
    when: When = Field(default_factory=When)
    then: Annotated[tuple[Action, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.effective_from and self.effective_until and self.effective_until <= self.effective_from:
            raise ValueError(f"Rule {self.id} ends before it begins.")
        own = [a.do for a in self.then if isinstance(a, Assign | SetDue | StartChain)]
        if own and self.trigger not in TASK_TRIGGERS:
            raise ValueError(
                f"Rule {self.id}: {own[0]} needs a task trigger, {self.trigger} has no task of its own."
            )
        return self


class RuleFile(Strict):
    """A file of rules and chains, and the cases that say what must come of them."""

    rule: tuple[Rule, ...] = ()
    chain: tuple[Chain, ...] = ()
    case: tuple[Case, ...] = ()


def rule_schema() -> dict[str, Any]:
    """The JSON Schema of a rule file, as it is shipped beside the rules."""
    schema = RuleFile.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "casedesk rules"}


# --- compiled


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule ready to be asked."""

    rule: Rule
    id: str
    version: int
    title: str
    nodes: tuple[Node, ...]
    first: date
    until: date

    def in_force(self, day: date) -> bool:
        """True on the days of its effective dates."""
        return self.first <= day < self.until

    def fires(self, day: date, fields: Mapping[str, Value | None]) -> bool:
        """True when it is in force and every condition holds."""
        return self.first <= day < self.until and all(node.holds(fields) for node in self.nodes)

    def about(self, field: str) -> list[Test]:
        """Its conditions on one field, those inside groups left out."""
        return [node for node in self.nodes if isinstance(node, Test) and node.field == field]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The rules of one trigger, laid out by the value of the one field that tells most of them apart."""

    field: str
    by_value: Mapping[Value | None, tuple[CompiledRule, ...]]
    rest: tuple[CompiledRule, ...]
    """All that may fire with a value that no rule names, or with none."""


@dataclass(frozen=True)
class RuleSet:
    """Rules indexed by trigger, each list by id. `sha256` is the same for the same rules in any order."""

    rules: tuple[Rule, ...]
    sha256: str
    by_trigger: Mapping[str, tuple[CompiledRule, ...]]

    def asked(self, trigger: str) -> tuple[CompiledRule, ...]:
        """The rules an event of this trigger asks, in force or not, ordered by id and version."""
        return self.by_trigger.get(trigger, ())

    def able(self, trigger: str, fields: Mapping[str, Value | None]) -> tuple[CompiledRule, ...]:
        """Those of `asked` that may fire with these fields, in the same order; the others certainly do not."""
        shelf = self._shelves.get(trigger)
        return () if shelf is None else shelf.by_value.get(fields.get(shelf.field), shelf.rest)

    @cached_property
    def _shelves(self) -> Mapping[str, Shelf]:
        return {trigger: _shelf(rules) for trigger, rules in self.by_trigger.items() if rules}


def compile_rules(rules: Iterable[Rule]) -> RuleSet:
    """Index the rules. Raises ValueError when one id and version stands twice, or two versions overlap in time."""
    ordered = sorted(rules, key=lambda r: (r.id, r.version))
    compiled = [
        CompiledRule(
            r,
            r.id,
            r.version,
            r.title,
            compile_when(r.when),
            r.effective_from or date.min,
            r.effective_until or date.max,
        )
        for r in ordered
    ]
    for one, other in ((a, b) for i, a in enumerate(compiled) for b in compiled[i + 1 :] if a.id == b.id):
        if one.version == other.version:
            raise ValueError(f"Rule {one.id} version {one.version} stands twice.")
        if one.first < other.until and other.first < one.until:
            raise ValueError(
                f"Rule {one.id}: versions {one.version} and {other.version} are in force on the same day."
            )
    index = {
        t.value: tuple(c for c in compiled if c.rule.trigger in (t, *IMPLIES.get(t, ()))) for t in Trigger
    }
    return RuleSet(tuple(ordered), _digest(ordered), index)


def _shelf(rules: tuple[CompiledRule, ...]) -> Shelf:
    fields = sorted({node.field for rule in rules for node in rule.nodes if isinstance(node, Test)})
    return min((_laid_out(rules, field) for field in ("", *fields)), key=_fullest)


def _laid_out(rules: tuple[CompiledRule, ...], field: str) -> Shelf:
    asks = [(rule, rule.about(field)) for rule in rules]
    named = {v for _, tests in asks for test in tests for v in _named(test)}
    return Shelf(
        field,
        {v: tuple(rule for rule, tests in asks if all(t.holds({field: v}) for t in tests)) for v in named},
        tuple(rule for rule, tests in asks if not any(t.operator in ("eq", "in") for t in tests)),
    )


def _named(test: Test) -> tuple[Value, ...]:
    if test.operator not in ("eq", "in", "not"):
        return ()
    return test.expected if isinstance(test.expected, tuple) else (test.expected,)


def _fullest(shelf: Shelf) -> int:
    return max(len(shelf.rest), *map(len, shelf.by_value.values()), 0)


def _digest(rules: Iterable[Rule]) -> str:
    data = [r.model_dump(mode="json", by_alias=True) for r in rules]
    return hashlib.sha256(json.dumps(data, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def compile_when(when: When) -> tuple[Node, ...]:
    """The conditions as nodes, all of which must hold. Raises `UnknownName` or ValueError for one that cannot hold."""
    nodes: list[Node] = []
    for attribute, info in When.model_fields.items():
        condition = getattr(when, attribute)
        if condition is None:
            continue
        if attribute in ("any", "all"):
            members = tuple(_all_of(compile_when(w)) for w in condition)
            nodes.append(Group("any" if attribute == "any" else "all", members))
        elif isinstance(condition, Check):
            nodes.extend(_tests(str(info.alias), condition))
        else:
            nodes.append(Test(str(info.alias), "eq", checked_value(str(info.alias), condition)))
    return tuple(nodes)


def _all_of(nodes: tuple[Node, ...]) -> Node:
    return nodes[0] if len(nodes) == 1 else Group("all", nodes)


def _tests(field: str, check: Check) -> list[Node]:
    kind = FIELDS[field].kind
    tests: list[Node] = []
    if check.in_ is not None:
        tests.append(Test(field, "in", tuple(checked_value(field, v) for v in check.in_)))
    if check.not_ is not None:
        tests.append(Test(field, "not", tuple(checked_value(field, v) for v in check.not_)))
    if check.exists is not None:
        tests.append(Test(field, "exists", check.exists))
    ordered: tuple[tuple[Operator, str, Value | None], ...] = (
        ("before", "date", check.before),
        ("after", "date", check.after),
        ("at_least", "number", check.at_least),
        ("at_most", "number", check.at_most),
    )
    for operator, wanted, value in ordered:
        if value is not None:
            if kind != wanted:
                names = [n for n, f in FIELDS.items() if f.kind == wanted]
                raise ValueError(
                    f"{operator} asks about a {wanted}; {field} is none. Such fields: {', '.join(names)}."
                )
            tests.append(Test(field, operator, value))
    return tests


def check_names(
    rules: Iterable[Rule], *, playbooks: Iterable[str], chains: Iterable[str], messages: Iterable[str] | None
) -> None:
    """Raise (with the nearest name) for a rule naming a playbook, chain or client message that is not there.

    `messages` None: the messages are not known here and are not checked.
    """
    for rule in rules:
        for action in rule.then:
            if isinstance(action, StartPlaybook):
                refuse_unknown("playbook", [action.playbook], playbooks)
            elif isinstance(action, StartChain) or (isinstance(action, CreateTask) and action.chain):
                refuse_unknown("chain", [action.chain], chains)
            elif isinstance(action, QueueMessage) and messages is not None:
                refuse_unknown("message template", [action.template], messages)
