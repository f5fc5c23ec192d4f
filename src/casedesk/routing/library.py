"""Reading rule, playbook and chain files: hostile or mistaken ones are refused with file, line and nearest name.

Texts are handed in by name; nothing here opens a file. A text ends in `.toml` or `.json`, has at most 1 MB and 32
levels, and says nothing twice.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from casedesk.routing.case_schema import Case
from casedesk.routing.errors import RuleError, nearest
from casedesk.routing.playbooks import Head, Playbook, Playbooks, collect, head_of
from casedesk.routing.published import canonical_rule, is_published
from casedesk.routing.rules import Rule, RuleFile, RuleSet, check_names, compile_rules
from casedesk.routing.schema import Chain, refuse_unknown
from casedesk.routing.vocabulary import names_of

MAX_BYTES = 1_000_000
MAX_DEPTH = 32

_SHAPES = ("rule", "step", "then", "operators", "value", "bool", "int", "str", "date")

_M = TypeVar("_M", bound=BaseModel)


@dataclass(frozen=True)
class Library:
    """Everything `decide` works by."""

    rules: RuleSet
    playbooks: Playbooks
    chains: Mapping[str, Chain]


def load_library(
    texts: Mapping[str, str],
    *,
    messages: Collection[str] | None = None,
    instead: Mapping[str, str] | None = None,
    later: Mapping[str, str] | None = None,
    in_place: bool = False,
) -> Library:
    """Read all files together and check what they name in each other.

    A file with a `step` is a playbook, a file with `ruleName` (or a list of such) a rule in the published dialect,
    any other a file of rules and chains; `*.schema.json` is skipped. `messages` are the client message templates
    there are; None leaves them unchecked. What stands in the files of `instead` takes the place of the chains and
    playbooks of the same id in `texts`, and of the rules from the day on which it is in force; with `in_place` the
    rules of `texts` are left out altogether, its chains and playbooks are not. Raises `RuleError` for the first mistake,
    by file name.

    `later` are playbooks of the product itself, of which only the head is read now, and the rest, with its checks, when
    the playbook is asked for: a command reads the one it works by, not all of them.
    """
    base, given = _read(texts), _read(instead or {})
    if in_place:
        base.rules.clear()
    rules = given.rules | _others(base.rules, [r for file in given.rules.values() for r in file])
    replaced = {b.id for b in given.books.values()}
    books = given.books | {name: b for name, b in base.books.items() if b.id not in replaced}
    heads = {_head(name, text): name for name, text in (later or {}).items()}
    if len(heads) < len(later or {}):
        raise RuleError(", ".join(sorted(later or {})), None, "A playbook's version stands twice.")
    waiting = {head: name for head, name in heads.items() if head.id not in replaced}
    return _checked(
        {**texts, **(later or {}), **(instead or {})},
        rules,
        books,
        base.chains | given.chains,
        messages,
        waiting,
    )


@dataclass(frozen=True)
class _Files:
    rules: dict[str, tuple[Rule, ...]]
    books: dict[str, Playbook]
    chains: dict[str, Chain]


def _others(rules: Mapping[str, tuple[Rule, ...]], given: Sequence[Rule]) -> dict[str, tuple[Rule, ...]]:
    """What is left of some rules beside the newly given: an older version ends on the day the new one begins."""
    first: dict[str, date] = {}
    for rule in given:
        day = rule.effective_from or date.min
        first[rule.id] = min(day, first.get(rule.id, day))
    versions = {(r.id, r.version) for r in given}

    def left(rule: Rule) -> Rule | None:
        ends = first.get(rule.id)
        if ends is None or (rule.effective_until is not None and rule.effective_until <= ends):
            return rule if (rule.id, rule.version) not in versions else None
        if (rule.id, rule.version) in versions or (rule.effective_from or date.min) >= ends:
            return None
        return rule.model_copy(update={"effective_until": ends})

    return {name: tuple(kept for r in file if (kept := left(r)) is not None) for name, file in rules.items()}


def _read(texts: Mapping[str, str]) -> _Files:
    files = _Files({}, {}, {})
    for name in sorted(n for n in texts if not n.endswith(".schema.json")):
        read = read_file(name, texts[name])
        if isinstance(read, Playbook):
            files.books[name] = read
            continue
        files.rules[name] = read.rule
        for chain in read.chain:
            if chain.id in files.chains:
                raise RuleError(name, _line(texts[name], chain.id), f"Chain {chain.id} stands twice.")
            files.chains[chain.id] = chain
    return files


def read_file(name: str, text: str) -> Playbook | RuleFile:
    """One file by itself, what it names unchecked; a `*.schema.json` is an empty one. Raises `RuleError`."""
    if name.endswith(".schema.json"):
        return RuleFile()
    data = parse(name, text)
    if isinstance(data, dict) and "step" in data:
        return _validated(Playbook, name, text, data)
    return _rule_file(name, text, data)


def _head(name: str, text: str) -> Head:
    """A playbook's head, without its steps: what stands before the first table of its file."""
    before, _, _ = text.partition("\n[[")
    try:
        data = tomllib.loads(before)
        return Head(data["id"], data["version"], data["effective_from"])
    except (tomllib.TOMLDecodeError, KeyError):
        return head_of(load_playbook(name, text))


def load_rules(name: str, text: str) -> tuple[Rule, ...]:
    """The rules of one file, what they name unchecked. Raises `RuleError`."""
    return _rule_file(name, text, parse(name, text)).rule


def load_cases(texts: Mapping[str, str]) -> tuple[Case, ...]:
    """The cases of some files, in the order of their names. Raises `RuleError`."""
    read = (read_file(name, texts[name]) for name in sorted(texts))
    return tuple(c for file in read if isinstance(file, RuleFile) for c in file.case)


def load_playbook(name: str, text: str) -> Playbook:
    """One playbook, the chains it names unchecked. Raises `RuleError`."""
    return _validated(Playbook, name, text, parse(name, text))


def parse(name: str, text: str) -> Any:
    """The plain data of a TOML or JSON text. Raises `RuleError` for size, depth, syntax and duplicate keys."""
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise RuleError(name, None, f"The file is larger than {MAX_BYTES:,} bytes.")
    try:
        data = _json(name, text) if name.endswith(".json") else tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        raise RuleError(name, int(found[1]) if found else None, f"This is no valid TOML: {error}.") from error
    except json.JSONDecodeError as error:
        raise RuleError(name, error.lineno, f"This is no valid JSON: {error.msg}.") from error
    except RecursionError as error:
        raise RuleError(name, None, f"The file is nested deeper than {MAX_DEPTH} levels.") from error
    if not _shallow(data):
        raise RuleError(name, None, f"The file is nested deeper than {MAX_DEPTH} levels.")
    return data


def _json(name: str, text: str) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key, value in pairs:
            if key in out:
                places = [m.start() for m in re.finditer(re.escape(json.dumps(key)) + r"\s*:", text)]
                line = text.count("\n", 0, places[-1]) + 1 if places else None
                raise RuleError(name, line, f"The key {key!r} stands twice.")
            out[key] = value
        return out

    return json.loads(text, object_pairs_hook=unique)


def _shallow(data: Any) -> bool:
    level = [data]
    for _ in range(MAX_DEPTH):
        level = [
            v
            for d in level
            for v in (d.values() if isinstance(d, dict) else d if isinstance(d, list) else ())
        ]
        if not level:
            return True
    return False


def _rule_file(name: str, text: str, data: Any) -> RuleFile:
    items = data if isinstance(data, list) else [data]
    if items and all(is_published(i) for i in items):
        try:
            data = {"rule": [canonical_rule(i) for i in items]}
        except PydanticCustomError as error:
            _refuse(name, text, error.context or {}, error.message())
    return _validated(RuleFile, name, text, data)


def _validated(model: type[_M], name: str, text: str, data: Any) -> _M:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = [str(p) for p in first["loc"]]
        context = dict(first.get("ctx", {}))
        if first["type"] == "unknown_name":
            _refuse(name, text, context, str(context["sentence"]), where)
        known = re.findall(r"'([^']+)'", str(context.get("expected") or context.get("expected_tags") or ""))
        wrong = context.get("tag", first["input"])
        got = str(wrong) if isinstance(wrong, str | int | float) else ""
        message = re.sub(r"^Value error, ", "", first["msg"]).rstrip(".") + "."
        line = _locate(text, [got, *_fields_in(message), *reversed(where)], where)
        place = ".".join(p for p in where if not p.isdigit() and p not in _SHAPES)
        raise RuleError(
            name, line, f"{place}: {message}" if place else message, nearest(got, known)
        ) from error


def _fields_in(message: str) -> list[str]:
    found = re.findall(r"[a-z]+\.[a-z_]+", message)
    return [n for field in found for n in (field, *names_of(field))]


def _refuse(
    name: str, text: str, context: Mapping[str, Any], message: str, where: list[str] | None = None
) -> NoReturn:
    wanted = [str(context["name"])] if "name" in context else [str(v) for v in context.values()]
    raise RuleError(
        name, _locate(text, wanted, where or []), message, str(context.get("nearest") or "") or None
    )


def _locate(text: str, wanted: list[str], where: list[str]) -> int | None:
    # Validation knows paths, not lines: look for the word inside the rule, chain or step the path leads to.
    start = 0
    if len(where) > 1 and where[1].isdigit():
        headers = [m.start() for m in re.finditer(rf"^\s*\[\[{re.escape(where[0])}\]\]", text, re.MULTILINE)]
        start = headers[int(where[1])] if int(where[1]) < len(headers) else 0
    for word in wanted:
        line = _line(text, word, start)
        if line is not None:
            return line
    return text.count("\n", 0, start) + 1 if start else None


def _line(text: str, word: str, start: int = 0) -> int | None:
    if not word or word.isdigit() or "\n" in word:
        return None
    found = re.compile(rf"(?<![\w.]){re.escape(word)}(?![\w.])").search(text, start)
    return None if found is None else text.count("\n", 0, found.start()) + 1


def _checked(
    texts: Mapping[str, str],
    rules: Mapping[str, tuple[Rule, ...]],
    books: Mapping[str, Playbook],
    chains: Mapping[str, Chain],
    messages: Collection[str] | None,
    waiting: Mapping[Head, str],
) -> Library:
    known = {b.id for b in books.values()} | {h.id for h in waiting}
    for name in [*rules, *books]:
        try:
            if name in books:
                _check_book(books[name], chains, messages)
            else:
                check_names(rules[name], playbooks=known, chains=chains, messages=messages)
        except PydanticCustomError as error:
            _refuse(name, texts[name], error.context or {}, error.message())

    def read(name: str) -> Playbook:
        book = load_playbook(name, texts[name])
        try:
            _check_book(book, chains, messages)
        except PydanticCustomError as error:
            _refuse(name, texts[name], error.context or {}, error.message())
        return book

    later = {head: partial(read, name) for head, name in waiting.items()}
    try:
        compiled = compile_rules(r for file in rules.values() for r in file)
        named = replace(compiled, sha256=_digest(compiled.sha256, chains))
        return Library(named, collect(books.values(), later), chains)
    except ValueError as error:
        raise RuleError(", ".join([*rules, *books]), None, str(error)) from error


def _digest(rules: str, chains: Mapping[str, Chain]) -> str:
    """One hash for rules and chains: a set with other escalations is another set."""
    plain = {name: chains[name].model_dump(mode="json") for name in sorted(chains)}
    return hashlib.sha256(f"{rules}\n{json.dumps(plain, sort_keys=True)}".encode()).hexdigest()


def _check_book(book: Playbook, chains: Mapping[str, Chain], messages: Collection[str] | None) -> None:
    refuse_unknown("chain", (s.chain for s in book.step if s.chain), chains)
    refuse_unknown(
        "message template", (m.template for m in book.message if messages is not None), messages or ()
    )
