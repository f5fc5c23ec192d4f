"""What `decide` and `progress` give back: effects, and the trace that explains them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from casedesk.calendars.business import BusinessCalendar
from casedesk.routing.conditions import ConditionResult
from casedesk.routing.effects import Alert, Assign, Effect, OpenTask
from casedesk.routing.facts import Event, Facts, facts_json
from casedesk.routing.reckoning import Line, in_words
from casedesk.routing.strategies import Candidate
from casedesk.routing.vocabulary import Value

if TYPE_CHECKING:
    from casedesk.routing.rules import CompiledRule


class RuleTrace(NamedTuple):
    """One rule that was asked; `in_force` False when the day lies outside its effective dates."""

    id: str
    version: int
    in_force: bool
    fired: bool
    conditions: tuple[ConditionResult, ...]


@dataclass(frozen=True)
class Trace:
    """Why: the event, the facts, the rules asked and the arithmetic done.

    `fired` are rule ids; every condition's answer and the words of the arithmetic are worked out only when somebody
    wants to read them (`rules`, `sentences`).
    """

    event: Event
    facts: Facts
    now: datetime
    today: date
    rules_sha256: str
    asked: tuple[CompiledRule, ...]
    fired: tuple[str, ...]
    arithmetic: tuple[Line, ...]
    calendar: BusinessCalendar = field(compare=False, repr=False)

    def sentences(self) -> tuple[str, ...]:
        """The arithmetic in words, on the office's clock; what was counted more than once stands there once."""
        return tuple(in_words(line, self.calendar) for line in dict.fromkeys(self.arithmetic))

    def rules(self) -> tuple[RuleTrace, ...]:
        """Every rule asked, fired or not, with every condition."""
        fields = asked_fields(self.event, self.facts)
        return tuple(self._rule(c, fields) for c in self.asked)

    def _rule(self, compiled: CompiledRule, fields: dict[str, Value | None]) -> RuleTrace:
        conditions = tuple(n.explain(fields) for n in compiled.nodes)
        in_force = compiled.in_force(self.today)
        fired = in_force and all(c.held for c in conditions)
        return RuleTrace(compiled.id, compiled.version, in_force, fired, conditions)


@dataclass(frozen=True)
class Decision:
    """Effects for `apply` to write, in a fixed order, and their trace."""

    effects: tuple[Effect, ...]
    trace: Trace


def asked_fields(event: Event, facts: Facts) -> dict[str, Value | None]:
    """The fields conditions are asked about: the facts' own and the event's trigger."""
    return {**facts.fields, "event.trigger": event.trigger}


def trace_json(decision: Decision) -> dict[str, Any]:
    """The trace as plain JSON values (no floats, ids as text, instants RFC 3339 with Z), fit to be stored.

    Keys: event, now, facts, rules_sha256, rules[{id, version, in_force, fired, conditions[]}], candidates[{task,
    person, handle, chosen, reason}], arithmetic[], effects[] (their names in order).
    """
    trace = decision.trace
    return {
        "event": {
            "trigger": str(trace.event.trigger),
            "subject": trace.event.subject,
            "at": _instant(trace.event.at),
            "correlation": trace.event.correlation,
        },
        "now": _instant(trace.now),
        "facts": facts_json(trace.facts),
        "rules_sha256": trace.rules_sha256,
        "rules": [
            {**r._asdict(), "conditions": [_condition(c) for c in r.conditions]} for r in trace.rules()
        ],
        "candidates": [
            {
                "task": task,
                "person": str(c.person),
                "handle": c.handle,
                "chosen": c.chosen,
                "reason": c.reason,
            }
            for task, candidates in _considered(decision.effects)
            for c in candidates
        ],
        "arithmetic": list(trace.sentences()),
        "effects": [_named(e) for e in decision.effects],
    }


def _considered(effects: tuple[Effect, ...]) -> list[tuple[str, tuple[Candidate, ...]]]:
    opened = [(e.key, e.candidates) for e in effects if isinstance(e, OpenTask)]
    return opened + [(e.subject, e.candidates) for e in effects if isinstance(e, Assign)]


def _named(effect: Effect) -> str:
    name = type(effect).__name__
    if isinstance(effect, OpenTask):
        return f"{name} {effect.key}"
    return f"{name} {effect.about}" if isinstance(effect, Alert) else name


def _condition(result: ConditionResult) -> dict[str, Any]:
    if result.members:
        return {
            "operator": result.operator,
            "held": result.held,
            "members": [_condition(m) for m in result.members],
        }
    return {
        "field": result.field,
        "operator": result.operator,
        "expected": _plain(result.expected),
        "actual": _plain(result.actual),
        "held": result.held,
    }


def _plain(value: Value | tuple[Value, ...] | None) -> Any:
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    return value.isoformat() if isinstance(value, date) else value


def _instant(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
