"""Why something was decided, why something was not, what would have changed it, and a rule in plain English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from casedesk.routing.conditions import ConditionResult, Group, Node, Test
from casedesk.routing.decision import asked_fields
from casedesk.routing.facts import Event, Facts
from casedesk.routing.reckoning import span
from casedesk.routing.rules import Action, CompiledRule, Rule, compile_when
from casedesk.routing.schema import Amount, DueSpec
from casedesk.routing.space import Box, TooManyStates, space_of
from casedesk.routing.vocabulary import IMPLIES, Value

# --- why


@dataclass(frozen=True)
class RuleWhy:
    """A rule that was asked; `conditions` are sentences that say what was asked, what was found, and whether it held."""

    id: str
    version: int
    fired: bool
    in_force: bool
    conditions: tuple[str, ...]


@dataclass(frozen=True)
class CandidateWhy:
    """A person who was looked at for the work: chosen, or passed over, and why."""

    person: str
    chosen: bool
    reason: str


@dataclass(frozen=True)
class Why:
    """A decision read back: `event` is its trigger, `arithmetic` how each of its dates was counted."""

    event: str
    rules: tuple[RuleWhy, ...]
    candidates: tuple[CandidateWhy, ...]
    arithmetic: tuple[str, ...]


def why(trace: Mapping[str, Any], *, task: str | None = None, title: str | None = None) -> Why:
    """A stored trace (`decision.trace_json`) as people read it.

    `task` is the key of the task in question: only its candidates are told, and with its `title` only its arithmetic.
    Raises KeyError for a trace that `trace_json` did not write.
    """
    return Why(
        event=str(trace["event"]["trigger"]),
        rules=tuple(
            RuleWhy(r["id"], r["version"], r["fired"], r["in_force"], tuple(map(_stored, r["conditions"])))
            for r in trace["rules"]
        ),
        candidates=tuple(
            CandidateWhy(c["handle"], c["chosen"], c["reason"])
            for c in trace["candidates"]
            if task is None or c["task"] == task
        ),
        arithmetic=tuple(
            line for line in trace["arithmetic"] if title is None or line.startswith((f"{title}, ", "chain "))
        ),
    )


def _stored(condition: Mapping[str, Any]) -> str:
    if "members" in condition:
        joint = " or " if condition["operator"] == "any" else " and "
        return f"{_mark(condition['held'])} ({joint.join(_stored(m) for m in condition['members'])})"
    asked = _asked(condition["field"], condition["operator"], condition["expected"])
    return f"{_mark(condition['held'])} {asked}; it {_found(condition['actual'])}"


def sentence(result: ConditionResult) -> str:
    """One condition as it stood: "not met: matter.priority is high; it is low"."""
    if result.members:
        joint = " or " if result.operator == "any" else " and "
        return f"{_mark(result.held)} ({joint.join(sentence(m) for m in result.members)})"
    asked = _asked(result.field, result.operator, result.expected)
    return f"{_mark(result.held)} {asked}; it {_found(result.actual)}"


def _mark(held: bool) -> str:
    return "met:" if held else "not met:"


def _found(actual: object) -> str:
    return "is not known" if actual is None else f"is {_word(actual)}"


# --- why not


@dataclass(frozen=True)
class Change:
    """One fact that would have to be otherwise. `to` None: it would have to be unknown."""

    field: str
    was: Value | None
    to: Value | None


@dataclass(frozen=True)
class WhyNot:
    """How a rule stood to an event. `changes` is the smallest set that would have made it fire, empty when it did.

    `possible` is False where no change of the facts would have done (the conditions exclude each other).
    """

    rule: str
    version: int
    event: str
    fired: bool
    reasons: tuple[str, ...]
    conditions: tuple[str, ...]
    changes: tuple[Change, ...]
    possible: bool


def why_not(rule: CompiledRule, event: Event, facts: Facts, day: date) -> WhyNot:
    """Which condition kept a rule from firing on `day` (the office's local day), and the smallest change.

    The smallest change is the one that touches the fewest facts; numbers and days move to the nearest that would do.
    """
    fields = asked_fields(event, facts)
    results = [node.explain(fields) for node in rule.nodes]
    reasons: list[str] = []
    changes: list[Change] = []
    trigger = rule.rule.trigger
    if trigger not in (event.trigger, *IMPLIES.get(event.trigger, ())):
        reasons.append(f"It waits for {trigger}; this was {event.trigger}.")
        changes.append(Change("event.trigger", event.trigger, trigger.value))
        fields["event.trigger"] = trigger.value
    if not rule.in_force(day):
        early = day < rule.first
        nearest = rule.first if early else rule.until - timedelta(days=1)
        reasons.append(
            f"It is in force {'from' if early else 'until'} {nearest.isoformat()}; this was {day.isoformat()}."
        )
        changes.append(Change("day", day, nearest))
    reasons += [f"{sentence(r)[0].upper()}{sentence(r)[1:]}." for r in results if not r.held]
    smallest = _smallest(rule.nodes, fields)
    return WhyNot(
        rule=rule.id,
        version=rule.version,
        event=str(event.trigger),
        fired=not reasons,
        reasons=tuple(reasons),
        conditions=tuple(map(sentence, results)),
        changes=() if smallest is None else (*changes, *smallest),
        possible=smallest is not None,
    )


def _smallest(nodes: Sequence[Node], fields: Mapping[str, Value | None]) -> tuple[Change, ...] | None:
    space = space_of(nodes, {name: (value,) for name, value in fields.items() if value is not None})
    try:
        boxes = space.region(nodes, {})
    except TooManyStates:
        return None
    best: tuple[Change, ...] | None = None
    for box in boxes:
        changes = tuple(_changes(space.values, box, fields))
        if best is None or len(changes) < len(best):
            best = changes
    return best


def _changes(
    values: Mapping[str, tuple[Value | None, ...]], box: Box, fields: Mapping[str, Value | None]
) -> Iterator[Change]:
    for name, mask in box.items():
        actual = fields.get(name)
        allowed = [v for i, v in enumerate(values[name]) if mask >> i & 1]
        if not any(v is actual or v == actual for v in allowed):
            yield Change(name, actual, _nearest(actual, allowed))


def _nearest(actual: Value | None, allowed: Sequence[Value | None]) -> Value | None:
    known = [v for v in allowed if v is not None]
    if not known:
        return None
    if isinstance(actual, date):
        return min((v for v in known if isinstance(v, date)), key=lambda v: abs(v - actual))
    if isinstance(actual, int) and not isinstance(actual, bool):
        return min((v for v in known if isinstance(v, int)), key=lambda v: abs(v - actual))
    return known[0]


# --- in English

_TRIGGERS: Mapping[str, str] = {
    "matter.opened": "a matter is opened",
    "matter.status_changed": "a matter's status changes",
    "document.received": "a paper comes in",
    "notice.received": "a notice comes in",
    "client.uploaded": "a client uploads something",
    "task.acknowledged": "a task is acknowledged",
    "task.completed": "a task is completed",
    "task.draft_ready": "a draft is ready",
    "review.approved": "a review approves",
    "review.returned": "a review returns the work",
    "packet.signed_off": "a packet is signed off",
    "filing.shipped": "a filing is shipped",
    "filing.delivered": "a filing is delivered",
    "filing.receipted": "the agency receipts a filing",
    "filing.rejected": "the agency rejects a filing",
    "deadline.approaching": "a deadline comes near",
    "appointment.scheduled": "an appointment is scheduled",
    "request.unanswered": "a request to the client stays unanswered",
    "policy.published": "a policy change is published",
    "schedule": "the clock says so",
}
_FIELDS: Mapping[str, str] = {
    "document.kind": "the paper",
    "document.matched": "the paper belongs to a known matter",
    "matter.type": "the matter's type",
    "matter.priority": "the matter's priority",
    "matter.language": "the client's language",
    "matter.status": "the matter's status",
    "matter.playbook": "the steps of its type are asked for",
    "form.form": "the form",
    "task.kind": "the task",
    "task.playbook": "the playbook",
    "task.step": "the step",
    "triage.complexity": "triage",
    "deadline.days_left": "the days left",
    "deadline.agency_due": "the agency's date",
    "deadline.internal_due": "our own date",
    "event.trigger": "the event",
}
_PAPERS: Mapping[str, str] = {
    "receipt": "a receipt notice",
    "transfer": "a transfer notice",
    "biometrics": "a biometrics notice",
    "rfe": "an RFE",
    "noid": "a NOID",
    "noir": "a NOIR",
    "interview": "an interview notice",
    "approval": "an approval",
    "denial": "a denial",
    "rejection": "a rejection",
    "hearing": "a hearing notice",
    "ij_decision": "an immigration judge's decision",
    "bia_decision": "a decision of the Board",
    "dol": "a letter of the Labor Department",
    "aao_decision": "a decision of the AAO",
    "other": "any other paper",
}


def english(rule: Rule) -> str:
    """The rule as one or more sentences; what is left to the engine (order, fallbacks) is not said."""
    nodes = compile_when(rule.when)
    asked = " and ".join(_node(n) for n in nodes)
    first = f"When {_TRIGGERS[rule.trigger]}" + (f" and {asked}" if asked else "")
    told = "; ".join(_action(a) for a in rule.then)
    ends = [
        f"{word} {day.isoformat()}"
        for word, day in (("from", rule.effective_from), ("until the day before", rule.effective_until))
        if day is not None
    ]
    return f"{first}: {told}." + (f" In force {' '.join(ends)}." if ends else "")


def _node(node: Node) -> str:
    if isinstance(node, Group):
        joint = " or " if node.kind == "any" else " and "
        return f"({joint.join(_node(m) for m in node.members)})"
    return _test(node)


def _test(test: Test) -> str:
    name, expected = _FIELDS[test.field], test.expected
    if test.field == "document.matched" and test.operator == "eq":
        return name if expected is True else "the paper belongs to no known matter"
    if test.field == "matter.playbook" and test.operator == "eq":
        return name if expected is True else "the steps of its type are not asked for"
    match test.operator:
        case "exists":
            return f"{name} is {'known' if expected is True else 'not known'}"
        case "in" | "not":
            listed = _choice([_said(test.field, v) for v in _many(expected)])
            return f"{name} is {listed}" if test.operator == "in" else f"{name} is {_none(listed)}"
        case "eq":
            return f"{name} is {_said(test.field, expected)}"
        case _:
            return f"{name} is {test.operator.replace('_', ' ')} {_word(expected)}"


def _many(expected: Value | tuple[Value, ...]) -> tuple[Value, ...]:
    return expected if isinstance(expected, tuple) else (expected,)


def _said(field: str, value: object) -> str:
    """A value as the reading of a rule says it; papers by what they are called."""
    word = _word(value)
    return _PAPERS.get(word, word) if field == "document.kind" else word.replace("_", " ")


def _asked(field: str, operator: str, expected: object) -> str:
    if operator == "exists":
        return f"{field} is {'known' if expected else 'not known'}"
    if isinstance(expected, list | tuple):
        return f"{field} is {'not ' if operator == 'not' else ''}{_choice(expected)}"
    return f"{field} is {'' if operator == 'eq' else operator.replace('_', ' ') + ' '}{_word(expected)}"


def _choice(values: Sequence[object]) -> str:
    words = [_word(v) for v in values]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _none(listed: str) -> str:
    one, _, last = listed.rpartition(" or ")
    return f"neither {one} nor {last}" if one else f"not {last}"


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def _action(action: Action) -> str:
    match action.do:
        case "start_playbook":
            return f"start the playbook {action.playbook}"
        case "create_task":
            kept = " (reserved for the licensed)" if action.reserved else ""
            window = f", acknowledged within {_span(action.acknowledge)}" if action.acknowledge else ""
            chain = action.chain or ("its own escalation" if action.escalate else "")
            chained = (
                f", under the chain {action.chain}" if action.chain else f", under {chain}" if chain else ""
            )
            return f'open the task "{action.title}"{kept} for {_owners(action.owner)}, {_due(action.due)}{window}{chained}'
        case "notify":
            who = " and ".join(_owner(o) for o in action.who)
            about = f' about "{action.about}"' if action.about else ""
            how = "by e-mail" if action.method == "email" else "in the app"
            return f"tell {who}{about} within {_span(action.within)}, {how}"
        case "queue_message":
            who = "an attorney" if action.release == "attorney" else "any of the staff"
            return f"prepare the client's message {action.template}, which {who} releases"
        case "set_priority":
            return f"make the matter's priority {action.priority}"
        case "assign":
            return f"give the task to {_owners(action.owner)}"
        case "set_due":
            return f"make the task {_due(action.due)}"
        case "start_chain":
            return f"start the chain {action.chain}"


def _due(due: DueSpec) -> str:
    if due.anchor == "opened":
        return f"due within {_span(due)}"
    date_ = "our own date" if due.anchor == "internal_due" else "the agency's date"
    before = f"{_span(due)} before {date_}" if due.amount else f"on {date_}"
    return f"due {before}" + (f" but with at least {_span(due.floor)}" if due.floor else "")


def _span(amount: Amount | DueSpec) -> str:
    return span(amount.amount, amount.unit)


def _owners(specs: Sequence[str]) -> str:
    return ", else ".join(_owner(s) for s in specs)


def _owner(spec: str) -> str:
    head, _, options = spec.rstrip("]").partition("[")
    if head.startswith("matter."):
        return f"the matter's {head[7:].replace('_', ' ')}"
    names = {"reviewer": "somebody qualified for second review", "licensed": "somebody licensed"}
    plain = names.get(head, f"the {head.removeprefix('role:').replace('_', ' ')} with the most room")
    if "by=round_robin" in options:
        plain = plain.replace("with the most room", "whose turn it is")
    kept = [o.strip().replace("=", " ") for o in options.split(",") if o.strip() and not o.startswith("by=")]
    return plain + (f" ({', '.join(kept)})" if kept else "")
