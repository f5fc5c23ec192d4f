"""Conditions of a rule, compiled once when the file is read and evaluated against the fields of the facts.

A field without a value meets no condition except `exists = false`: what is not known never makes a rule fire by
accident, not even through `not`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from casedesk.routing.vocabulary import Value

Operator = Literal["eq", "in", "not", "before", "after", "at_least", "at_most", "exists"]


class ConditionResult(NamedTuple):
    """One condition as it stood: for a group, `field` is empty, `operator` is any or all, `members` its parts."""

    field: str
    operator: str
    expected: Value | tuple[Value, ...] | None
    actual: Value | None
    held: bool
    members: tuple[ConditionResult, ...] = ()


@dataclass(frozen=True, slots=True)
class Test:
    """One field against one operator; `expected` is a tuple for `in` and `not`."""

    field: str
    operator: Operator
    expected: Value | tuple[Value, ...]

    def holds(self, fields: Mapping[str, Value | None]) -> bool:
        """True when the condition is met."""
        actual = fields.get(self.field)
        if self.operator == "exists":
            return (actual is not None) is self.expected
        if actual is None:
            return False
        if self.operator == "eq":
            return actual == self.expected
        if isinstance(self.expected, tuple):
            return (actual in self.expected) is (self.operator == "in")
        if type(actual) is not type(self.expected):
            return False
        return _ordered(self.operator, actual, self.expected)

    def explain(self, fields: Mapping[str, Value | None]) -> ConditionResult:
        """The same answer with what was asked and what was found."""
        return ConditionResult(
            self.field, self.operator, self.expected, fields.get(self.field), self.holds(fields)
        )


@dataclass(frozen=True, slots=True)
class Group:
    """Any of, or all of, its members."""

    kind: Literal["any", "all"]
    members: tuple[Test | Group, ...]

    def holds(self, fields: Mapping[str, Value | None]) -> bool:
        """True when enough members are met."""
        answers = (m.holds(fields) for m in self.members)
        return any(answers) if self.kind == "any" else all(answers)

    def explain(self, fields: Mapping[str, Value | None]) -> ConditionResult:
        """The same answer, with every member's."""
        members = tuple(m.explain(fields) for m in self.members)
        return ConditionResult("", self.kind, None, None, self.holds(fields), members)


Node = Test | Group


def _ordered(operator: str, actual: Value, expected: Value) -> bool:
    # Dates and whole numbers only: the loader lets no other field use these operators.
    a, e = _number(actual), _number(expected)
    if a is None or e is None:
        return False
    return {"before": a < e, "after": a > e, "at_least": a >= e, "at_most": a <= e}[operator]


def _number(value: Value) -> int | None:
    if isinstance(value, date):
        return value.toordinal()
    return value if isinstance(value, int) else None
