"""The closed vocabularies of the rules: triggers, fields, matter types. Anything else refuses to load."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Literal

from casedesk.models.enums import DocumentKind, MatterStatus, Priority
from casedesk.routing.errors import UnknownName

Value = str | bool | int | date
"""What a field may hold."""


class Trigger(StrEnum):
    """What may set rules going."""

    MATTER_OPENED = "matter.opened"
    MATTER_STATUS_CHANGED = "matter.status_changed"
    DOCUMENT_RECEIVED = "document.received"
    NOTICE_RECEIVED = "notice.received"
    CLIENT_UPLOADED = "client.uploaded"
    TASK_ACKNOWLEDGED = "task.acknowledged"
    TASK_COMPLETED = "task.completed"
    TASK_DRAFT_READY = "task.draft_ready"
    REVIEW_APPROVED = "review.approved"
    REVIEW_RETURNED = "review.returned"
    PACKET_SIGNED_OFF = "packet.signed_off"
    FILING_SHIPPED = "filing.shipped"
    FILING_DELIVERED = "filing.delivered"
    FILING_RECEIPTED = "filing.receipted"
    FILING_REJECTED = "filing.rejected"
    DEADLINE_APPROACHING = "deadline.approaching"
    APPOINTMENT_SCHEDULED = "appointment.scheduled"
    REQUEST_UNANSWERED = "request.unanswered"
    POLICY_PUBLISHED = "policy.published"
    SCHEDULE = "schedule"


IMPLIES: Mapping[str, tuple[str, ...]] = {Trigger.NOTICE_RECEIVED: (Trigger.DOCUMENT_RECEIVED,)}
"""Every notice is a document: rules on `document.received` are asked about a notice as well, in the same decision."""

TASK_TRIGGERS = frozenset({Trigger.TASK_ACKNOWLEDGED, Trigger.TASK_COMPLETED, Trigger.TASK_DRAFT_READY})
"""The triggers whose subject is a task, so that a rule may change that task."""

BY_HAND = frozenset({"call_back", "information_request", "other"})
"""The kinds of the tasks that people make themselves."""

MATTER_TYPES = frozenset(
    {
        "adjustment_of_status",
        "family_petition",
        "h1b",
        "l1a",
        "e2",
        "naturalization",
        "asylum",
        "employment_immigrant",
        "removal_defense",
        "u_visa",
        "daca_renewal",
        "i751",
        "marriage_green_card",
        "o1",
        "perm",
        "sijs",
        "other",
    }
)

_SPELLINGS = {
    "h_1b": "h1b",
    "l_1a": "l1a",
    "e_2": "e2",
    "o_1": "o1",
    "i_751": "i751",
    "removal_of_conditions": "i751",
    "n_400": "naturalization",
    "n400": "naturalization",
}

Kind = Literal["choice", "name", "code", "flag", "number", "date"]


@dataclass(frozen=True, slots=True)
class Field:
    """A field a condition may ask about; `choices` is the closed list of a `choice` field, empty for the others."""

    name: str
    kind: Kind
    choices: frozenset[str] = frozenset()


def _values(members: type[StrEnum]) -> frozenset[str]:
    return frozenset(m.value for m in members)


FIELDS: Mapping[str, Field] = {
    f.name: f
    for f in (
        Field("document.kind", "choice", _values(DocumentKind)),
        Field("document.matched", "flag"),
        Field("matter.type", "choice", MATTER_TYPES),
        Field("matter.priority", "choice", _values(Priority)),
        Field("matter.language", "name"),
        Field("matter.status", "choice", _values(MatterStatus)),
        Field("matter.playbook", "flag"),
        Field("form.form", "code"),
        Field("task.kind", "name"),
        Field("task.playbook", "name"),
        Field("task.step", "name"),
        Field("triage.complexity", "choice", frozenset({"simple", "complex"})),
        Field("deadline.days_left", "number"),
        Field("deadline.agency_due", "date"),
        Field("deadline.internal_due", "date"),
        Field("event.trigger", "choice", _values(Trigger)),
    )
}

_ALIASES = {"document.type": "document.kind", "notice.kind": "document.kind"}


def slug(text: str) -> str:
    """`text` in lower case with one underscore between words: "Adjustment of Status" is `adjustment_of_status`."""
    plain = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    return _SPELLINGS.get(plain, plain)


@cache
def canonical_field(name: str) -> str:
    """The field's own name for `name` or one of its aliases (`case.*` is `matter.*`). Raises `UnknownName`."""
    known = _ALIASES.get(name, "matter." + name[5:] if name.startswith("case.") else name)
    if known not in FIELDS:
        raise UnknownName(
            "field", name, [*FIELDS, *_ALIASES, *(f"case.{f[7:]}" for f in FIELDS if f[:7] == "matter.")]
        )
    return known


def names_of(field: str) -> list[str]:
    """Every other name under which canonical `field` may stand in a file."""
    matter = [f"case.{field[7:]}"] if field.startswith("matter.") else []
    return [alias for alias, name in _ALIASES.items() if name == field] + matter


def plain_value(name: str, value: Value) -> Value:
    """`value` in the one spelling in which field `name` is compared; `name` is canonical."""
    kind = FIELDS[name].kind
    if isinstance(value, str):
        if kind == "choice" and name != "event.trigger":
            return slug(value)
        return value.strip().upper() if kind == "code" else value.strip().lower()
    return value


def checked_value(name: str, value: Value) -> Value:
    """As `plain_value`, for a value written in a rule. Raises `UnknownName` or `ValueError` when it can never be held."""
    field = FIELDS[name]
    fits = {
        "flag": isinstance(value, bool),
        "number": isinstance(value, int) and not isinstance(value, bool),
        "date": isinstance(value, date),
    }.get(field.kind, isinstance(value, str))
    if not fits:
        wanted = {"flag": "true or false", "number": "a whole number", "date": "a date"}.get(
            field.kind, "a word"
        )
        raise ValueError(f"{name} is {wanted}, not {value!r}.")
    plain = plain_value(name, value)
    if field.choices and plain not in field.choices:
        raise UnknownName(f"{name}", str(value), field.choices)
    return plain
