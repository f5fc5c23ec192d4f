"""What `--json` prints: the views as they are, instants in RFC 3339 UTC with `Z`, dates as YYYY-MM-DD, ASCII only."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from casedesk.security.text import safe_json


def plain(value: object) -> Any:
    """`value` in JSON's own terms: a dataclass is an object of its fields, a tuple or a set an array.

    Raises TypeError for what has no such form, ValueError for an instant without a zone.
    """
    match value:
        case Enum():
            return plain(value.value)
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return instant(value)
        case date():
            return value.isoformat()
        case Path():
            return str(value)
        case Mapping():
            return {str(plain(key)): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case set() | frozenset():
            return sorted(plain(item) for item in value)
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        case _:
            raise TypeError(f"{type(value).__name__} has no JSON form")


def instant(at: datetime) -> str:
    """RFC 3339 in UTC: `2026-11-09T14:40:00Z`, with a fraction only where there is one."""
    if at.tzinfo is None:
        raise ValueError("An instant without a zone cannot be written.")
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def merged(*parts: object) -> dict[str, Any]:
    """One object of several views' keys; where two share a key, the later one says it."""
    whole: dict[str, Any] = {}
    for part in parts:
        keys = plain(part)
        if not isinstance(keys, dict):
            raise TypeError(f"{type(part).__name__} has no keys")
        whole |= keys
    return whole


def document(value: object) -> str:
    """One JSON document as text, without a newline at its end."""
    return safe_json(plain(value))
