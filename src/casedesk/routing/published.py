"""Rules in the JSON dialect that the field publishes, brought to the canonical form.

The dialect leaves things open; here is what the canonical form says instead:

- who owns the created task: the rule's `assign`; where that is missing, the operations manager, else the managing
  partner. Who steps in for a missing or absent owner stands in `casedesk.routing.strategies`.
- the unit: days are business days, hours are business hours, and whole multiples of 24 hours are business days (24 h
  is the same time on the next business day).
- "notified" means delivered.
- where the chain ends: an escalation alerts the person named and, after her, the managing partner.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic_core import PydanticCustomError

from casedesk.models.enums import OwnerKind, Role
from casedesk.routing.errors import UnknownName
from casedesk.routing.opening import FALLBACK
from casedesk.routing.schema import refuse_unknown, unknown_name

_KEYS = ("ruleName", "trigger", "conditions", "actions", "escalation")
_WORK_KEYS = ("assign", "dueInDays", "dueInHours", "createTask", "templateId")
_NOTIFY_KEYS = ("notify", "method", "notifyWithinHours", "notifyWithinDays")
_ESCALATION_KEYS = ("ifNotAcknowledgedHours", "ifNotAcknowledgedDays", "escalateTo")
_ROLE_NAMES = {
    "operations": "operations_manager",
    "operations.manager": "operations_manager",
    "managing.partner": "managing_partner",
}


def is_published(data: object) -> bool:
    """True for a document of the published dialect."""
    return isinstance(data, Mapping) and "ruleName" in data


def canonical_rule(data: Mapping[str, Any]) -> dict[str, Any]:
    """The same rule as canonical data, ready to be validated. Raises an error naming the nearest known key or owner."""
    refuse_unknown("key", data, _KEYS)
    name = str(data["ruleName"])
    then: list[dict[str, Any]] = []
    work: dict[str, Any] = {}
    for action in _list(data.get("actions")):
        if "notify" in action:
            refuse_unknown("key", action, _NOTIFY_KEYS)
            then.append(_notify(action))
        else:
            refuse_unknown("key", action, _WORK_KEYS)
            twice = sorted(set(work) & set(action))
            if twice:
                raise PydanticCustomError(
                    "twice", "{key} stands in two actions; split the rule.", {"key": twice[0]}
                )
            work.update(action)
    escalation = data.get("escalation") or {}
    if work or escalation:
        then.insert(0, _task(name, work, escalation))
    return {
        "id": name,
        "title": name.replace("_", " "),
        "version": 1,
        "trigger": data.get("trigger"),
        "when": dict(data.get("conditions") or {}),
        "then": then,
    }


def owner_spec(name: str) -> str:
    """The owner spec for a name of the dialect: `case.primaryParalegal`, `operations.manager`, `paralegal`."""
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    head, _, tail = plain.partition(".")
    if head in ("case", "matter") and tail in list(OwnerKind):
        return f"matter.{tail}"
    role = _ROLE_NAMES.get(plain, tail if head == "role" else plain)
    if role in list(Role):
        return f"role:{role}"
    dialect = [*(f"case.{_camel(k)}" for k in OwnerKind), *_ROLE_NAMES, *Role]
    raise unknown_name(UnknownName("owner", name, dialect))


def _task(name: str, work: Mapping[str, Any], escalation: Mapping[str, Any]) -> dict[str, Any]:
    refuse_unknown("key", escalation, _ESCALATION_KEYS)
    owner = [owner_spec(str(work["assign"]))] if "assign" in work else list(FALLBACK)
    task: dict[str, Any] = {
        "do": "create_task",
        "title": work.get("createTask") or name.replace("_", " "),
        "owner": owner,
        "due": _span(work, "dueInHours", "dueInDays") or {"amount": 1, "unit": "businessDays"},
    }
    if "templateId" in work:
        task["template"] = work["templateId"]
    window = _span(escalation, "ifNotAcknowledgedHours", "ifNotAcknowledgedDays")
    if escalation and (window is None or "escalateTo" not in escalation):
        raise PydanticCustomError("half", "An escalation needs both ifNotAcknowledgedHours and escalateTo.")
    if window is not None:
        to = list(dict.fromkeys([owner_spec(str(escalation["escalateTo"])), "role:managing_partner"]))
        task["acknowledge"] = window
        task["escalate"] = [{"when": "unacknowledged", "after": window, "do": "alert", "to": to}]
    return task


def _notify(action: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "do": "notify",
        "who": [owner_spec(str(action["notify"]))],
        "within": _span(action, "notifyWithinHours", "notifyWithinDays")
        or {"amount": 1, "unit": "businessHours"},
        "method": action.get("method", "inApp"),
        "counts_as_told": "delivered",
    }


def _span(data: Mapping[str, Any], hours: str, days: str) -> dict[str, Any] | None:
    if hours in data and days in data:
        raise PydanticCustomError("twice", "{a} and {b} contradict each other.", {"a": hours, "b": days})
    if days in data:
        return {"amount": data[days], "unit": "businessDays"}
    if hours not in data:
        return None
    amount = data[hours]
    whole = isinstance(amount, int) and amount > 0 and amount % 24 == 0
    return (
        {"amount": amount // 24, "unit": "businessDays"}
        if whole
        else {"amount": amount, "unit": "businessHours"}
    )


def _list(value: Any) -> list[Mapping[str, Any]]:
    items = value if isinstance(value, list) else [value] if isinstance(value, Mapping) else []
    if any(not isinstance(i, Mapping) for i in items):
        raise PydanticCustomError("shape", "Every action is an object.")
    return items


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(r.title() for r in rest)
