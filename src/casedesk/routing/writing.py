"""Rules written in their one canonical form: TOML, keys in a fixed order, defaults left out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from casedesk.routing.case_schema import Case
from casedesk.routing.rules import Rule, RuleFile
from casedesk.routing.schema import Chain

_BARE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
# Said even where they equal the default, because the published dialect leaves them open.
_ALWAYS = ("method", "counts_as_told", "release")


def canonical_toml(*rules: Rule) -> str:
    """The rules as one TOML file; reading it back gives equal rules, and writing those gives the same text."""
    return "\n".join("\n".join(_rule(r)) + "\n" for r in rules)


def canonical_file(file: RuleFile) -> str:
    """A whole file in its canonical form: rules, then chains, then cases; comments are not kept."""
    parts = [*map(_rule, file.rule), *map(_chain, file.chain), *map(_case, file.case)]
    return "\n".join("\n".join(part) + "\n" for part in parts)


def _chain(chain: Chain) -> Iterable[str]:
    yield "[[chain]]"
    yield f"id = {_value(chain.id)}"
    yield f"title = {_value(chain.title)}"
    for step in chain.steps:
        kept = step.model_dump(exclude_none=True, exclude_defaults=True)
        yield ""
        yield "[[chain.steps]]"
        yield from (f"{_key(name)} = {_value(value)}" for name, value in kept.items())


def _case(case: Case) -> Iterable[str]:
    yield "[[case]]"
    kept = case.model_dump(exclude_none=True, exclude_defaults=True)
    yield from (f"{_key(name)} = {_value(value)}" for name, value in kept.items())


def _rule(rule: Rule) -> Iterable[str]:
    data = rule.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True)
    yield "[[rule]]"
    for name in ("id", "title", "version", "trigger", "effective_from", "effective_until", "priority"):
        if name in data:
            yield f"{name} = {_value(data[name])}"
    if data.get("when"):
        yield ""
        yield "[rule.when]"
        for name, value in data["when"].items():
            yield f"{_key(name)} = {_value(value)}"
    for action in rule.then:
        kept = action.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True)
        said = {n: getattr(action, n) for n in _ALWAYS if n in type(action).model_fields}
        yield ""
        yield "[[rule.then]]"
        for name, value in {"do": action.do, **kept, **said}.items():
            yield f"{_key(name)} = {_value(value)}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # A JSON string is a TOML basic string, but for DEL, which TOML wants escaped.
        return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, float):
        return str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(str(k))} = {_value(v)}" for k, v in value.items()) + " }"
    return "[" + ", ".join(_value(v) for v in value) + "]"


def _key(name: str) -> str:
    return name if set(name) <= _BARE else json.dumps(name)
