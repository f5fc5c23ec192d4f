"""What the linter proves about words for clients: every field a template needs is there when it is made, none is blocked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from casedesk.models.enums import DocumentKind
from casedesk.routing.effects import QueueMessage as Queued
from casedesk.routing.errors import nearest
from casedesk.routing.lint_bench import Bench, Case, Finding
from casedesk.routing.rules import CompiledRule, CreateTask, QueueMessage
from casedesk.routing.vocabulary import Trigger
from casedesk.routing.witness import Witness, model_event, morning

_ALWAYS = frozenset({"firm", "client", "contact", "phone", "matter", "agency", "today", "items"})
_FORM = frozenset({"form", "receipt_number", "status", "checked_on"})
_NOTICE = frozenset({"notice_date", "received_on"})
_DATE = frozenset({"due", "bring_by"})
_DELIVERED = frozenset({"delivered_on", "delivered"})
_APPOINTMENT = frozenset({"appointment_on", "appointment_at", "place"})
_BY_HAND = frozenset({"asked_on", "milestone", "reached_on"})
"""What only a message knows that a person sets going: a request asked again, a milestone."""

FIELDS = _ALWAYS | _FORM | _NOTICE | _DATE | _DELIVERED | _APPOINTMENT | _BY_HAND
"""Every value that a message to a client may be made with."""

BLOCKED = frozenset(
    {
        "a_number",
        "alien_number",
        "born",
        "circumstances",
        "criminal_history",
        "date_of_birth",
        "note",
        "notes",
        "owner_reason",
        "passport",
        "passport_number",
        "score",
        "social_security_number",
        "ssn",
        "strategy",
    }
)
"""What no message may carry: identity numbers, and what the firm writes for itself."""

IN_SUBJECT = frozenset({"firm", "agency"})
"""A subject is read on a locked telephone: nothing of the client stands in it."""

_ANSWERED = (DocumentKind.RFE, DocumentKind.NOID, DocumentKind.NOIR)
_USED = re.compile(
    r"\{\{-?\s*([A-Za-z_]\w*)([^}]*)|\{%-?\s*(?:for\s+(\w+)\s+in|if|elif)\s+(?:not\s+)?([A-Za-z_]\w*)"
)
_LOCAL = frozenset({"loop", "true", "false", "none"})


def check_templates(bench: Bench) -> Iterator[Finding]:
    """Templates with a blocked or undeclared field, and rules that ask for one before its fields are known."""
    if bench.papers is not None:
        yield from _papers(bench, bench.papers)
    if bench.messages is None:
        return
    needs: dict[str, set[str]] = {}
    for name in sorted(bench.messages):
        asked, findings = _template(bench, name, bench.messages[name])
        needs.setdefault(name.rpartition("/")[2], set()).update(asked)
        yield from findings
    for rule in bench.rules:
        for action in rule.rule.then:
            if isinstance(action, QueueMessage):
                yield from _asked_too_early(bench, rule, action.template, needs.get(action.template, set()))
    for book in (b for n in sorted({b.id for b in bench.library.playbooks.all}) if (b := bench.book(n))):
        for message in book.message:
            missing = sorted(needs.get(message.template, set()) - _provided(message.on, None))
            if missing:
                now = morning(bench.base)
                told = f"{message.template} needs {missing[0]}, and there is none at {message.on}."
                witness = Witness(
                    "progress", told, model_event(message.on, now), bench.stage.facts({}, matter=True), now
                )
                yield Finding("template-field", "error", book.id, witness, f"Playbook {book.id}: {told}")


def _provided(trigger: str, kind: object) -> frozenset[str]:
    """The values a message can be made with when `trigger` happens; `kind` is the paper's."""
    if trigger == Trigger.NOTICE_RECEIVED:
        return _ALWAYS | _FORM | _NOTICE | (_DATE if kind in _ANSWERED else frozenset())
    if trigger in (Trigger.DOCUMENT_RECEIVED, Trigger.CLIENT_UPLOADED):
        return _ALWAYS | _FORM
    if trigger == Trigger.APPOINTMENT_SCHEDULED:
        return _ALWAYS | _FORM | _APPOINTMENT
    if trigger in (Trigger.FILING_DELIVERED, Trigger.FILING_RECEIPTED):
        return _ALWAYS | _FORM | _NOTICE | _DATE | _DELIVERED
    if trigger.startswith("matter.") or trigger in (Trigger.SCHEDULE, Trigger.POLICY_PUBLISHED):
        return _ALWAYS
    return _ALWAYS | _FORM | _NOTICE | _DATE


def _template(bench: Bench, name: str, text: str) -> tuple[set[str], list[Finding]]:
    """What a template needs, and what is wrong with it by itself."""
    faults: list[str] = []
    needs: set[str] = set()
    try:
        data: Mapping[str, Any] = tomllib.loads(text)
        needs = {str(n) for n in data.get("needs", ())}
        parts = {part: str(data.get(part, "")) for part in ("subject", "body")}
        faults += [f'its "{part}" is missing' for part, words in parts.items() if not words]
        for part, words in parts.items():
            faults += _faults(part, words, needs)
        for field in sorted(needs - FIELDS):
            faults.append(_unknown(field))
    except (tomllib.TOMLDecodeError, TypeError) as error:
        faults.append(f"it is no TOML file ({error})")
    found = [
        Finding(
            "template-field",
            "error",
            name,
            Witness("render", fault[0].upper() + fault[1:] + ".", now=morning(bench.base), file=name),
            f"Message template {name}: {fault}.",
        )
        for fault in dict.fromkeys(faults)
    ]
    return needs, found


def _faults(part: str, words: str, needs: set[str]) -> Iterator[str]:
    own: set[str] = set()
    for name, rest, local, looped in _USED.findall(words):
        if local:
            own.add(local)
        field = name or looped
        if field in own | _LOCAL:
            continue
        if field in BLOCKED:
            yield f"{field} is blocked: no message may carry it"
        elif "__" in rest or "__" in field:
            yield f"its {part} reaches inside {field}"
        elif field not in needs:
            yield f'its {part} uses {field} without naming it in "needs"'
        elif part == "subject" and field not in IN_SUBJECT:
            yield f"its subject names {field}, and anybody may read a subject"


def _unknown(field: str) -> str:
    if field in BLOCKED:
        return f"{field} is blocked: no message may carry it"
    near = nearest(field, FIELDS)
    return f"there is no field {field}" + (f"; nearest known name: {near}" if near else "")


def _asked_too_early(bench: Bench, rule: CompiledRule, template: str, needs: set[str]) -> Iterator[Finding]:
    day = bench.day(rule)
    for case in bench.cases(rule) if day is not None else ():
        for kind, fields in _kinds(bench, case):
            missing = sorted(needs - _provided(case.world.trigger, kind))
            if case.world.has_matter and not missing:
                continue
            tried = bench.ask([rule], case.world, fields, day or bench.base)
            if tried is None or not any(isinstance(e, Queued) for e in tried.decision.effects):
                continue
            lacks = f"needs {missing[0]}" if case.world.has_matter else "needs a client"
            when = f"{case.world.trigger}{'' if kind is None else f' of kind {kind}'}"
            yield Finding(
                "template-field",
                "error",
                rule.id,
                tried.witness(f"{template} {lacks}, and there is none: the message cannot be made."),
                f"Rule {rule.id} asks for message {template}, which {lacks}; at {when} there is none.",
            )
            return


def _kinds(bench: Bench, case: Case) -> Iterator[tuple[object, Mapping[str, Any]]]:
    names = bench.space.values["document.kind"]
    for box in case.region:
        mask = box.get("document.kind", 0)
        for place in (i for i in range(len(names)) if mask >> i & 1):
            yield names[place], bench.space.example({**box, "document.kind": 1 << place}, case.world)


def _papers(bench: Bench, papers: object) -> Iterator[Finding]:
    known = set(papers) if isinstance(papers, list | tuple | set | frozenset) else set()
    for rule in bench.rules:
        for action in rule.rule.then:
            if isinstance(action, CreateTask) and action.template and action.template not in known:
                near = nearest(action.template, known)
                case = next(iter(bench.cases(rule)), None)
                tried = (
                    None
                    if case is None
                    else bench.ask(
                        [rule],
                        case.world,
                        bench.space.example(case.region[0], case.world),
                        bench.day(rule) or bench.base,
                    )
                )
                told = f"The task opens with the paper template {action.template}, which is not there."
                yield Finding(
                    "unknown-template",
                    "error",
                    rule.id,
                    Witness("read", told, nearest=near) if tried is None else tried.witness(told),
                    f"Rule {rule.id}: there is no paper template {action.template!r}."
                    + (f" Nearest known name: {near}." if near else ""),
                )
