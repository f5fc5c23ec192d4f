"""The rules as the firm asks about them: what is in force, what is wrong with it, why this happened and that did not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from casedesk.desk import hands, owners, rules_force
from casedesk.desk.house import House
from casedesk.desk.rules_files import client_messages, decoded, paper_names, refused, shipped_texts
from casedesk.desk.turn import Turn, id_of, instant, opaque
from casedesk.refusal import NotFound, Refusal
from casedesk.routing import explain
from casedesk.routing.errors import RuleError, nearest
from casedesk.routing.facts import Event, PersonFacts, facts_from_json
from casedesk.routing.playbooks import Playbook
from casedesk.routing.rules import CompiledRule
from casedesk.routing.vocabulary import BY_HAND
from casedesk.store.unit_of_work import Row

if TYPE_CHECKING:
    from casedesk.routing.library import Library


@dataclass(frozen=True)
class RuleView:
    """One rule; `in_force` is None where no day was given. `reads` is its reading in plain English.

    `installed` is the version of the firm's own rules that it came with (None: it ships with the program), and
    `matter_type` the type of matter on which that version is tried.
    """

    id: str
    version: int
    title: str
    trigger: str
    priority: int
    in_force: bool | None
    effective_from: date | None
    effective_until: date | None
    reads: str
    installed: int | None = None
    matter_type: str | None = None


@dataclass(frozen=True)
class FindingView:
    """One fault of a set, with the facts that show it."""

    id: str
    severity: str
    rule: str
    witness: dict[str, Any]
    message: str


@dataclass(frozen=True)
class WhyView:
    """Why a task is there, and with whom. `event` is None for a task that somebody made by hand.

    `because` says what opened it, `owner_reason` why it is whose it is now, `moves` each change of hands since, with its
    reason; `candidates` are those looked at when it opened. `same_rules` is False where the rules have changed since.
    """

    task: str
    title: str
    event: str | None
    trigger: str | None
    subject: str | None
    at: datetime
    owner: str
    owner_reason: str
    because: str
    rules: tuple[explain.RuleWhy, ...]
    candidates: tuple[explain.CandidateWhy, ...]
    arithmetic: tuple[str, ...]
    same_rules: bool
    moves: tuple[hands.MoveView, ...] = ()


@dataclass(frozen=True)
class WhyNotView:
    """How a rule, as it stands now, stood to an event; `changes` are the fewest facts that would have fired it."""

    rule: str
    version: int
    event: str
    trigger: str
    at: datetime
    fired: bool
    reasons: tuple[str, ...]
    conditions: tuple[str, ...]
    changes: tuple[dict[str, Any], ...]
    possible: bool
    same_rules: bool


@dataclass(frozen=True)
class CaseView:
    """How one written case went; `missing` says what did not come."""

    title: str
    ok: bool
    missing: tuple[str, ...]
    fired: tuple[str, ...]


# --- what there is, and what is wrong with it


def listing(place: Turn | House) -> tuple[RuleView, ...]:
    """Every rule the firm works by, the most urgent first; in force on the office's day where there is an office.

    A rule on trial for one type of matter stands beside the firm's own for the others.
    """
    if isinstance(place, House):
        return _listed(_rules_of(place.library), None, None, {})
    shipped = _rules_of(place.house.library)
    general = _rules_of(place.library)
    rows = _listed(general, place.today, rules_force.standing(place, None), shipped)
    for kind in sorted({v.matter_type for v in place.installs} - {None}):
        trial = _rules_of(place.library_for(kind))
        new = {key: rule for key, rule in trial.items() if general.get(key) != rule}
        rows += _listed(new, place.today, rules_force.standing(place, kind), shipped)
    return tuple(sorted(rows, key=lambda v: (-v.priority, v.id, v.version)))


def _rules_of(library: Library) -> dict[tuple[str, int], CompiledRule]:
    return {(c.id, c.version): c for rules in library.rules.by_trigger.values() for c in rules}


def _listed(
    rules: dict[tuple[str, int], CompiledRule],
    today: date | None,
    version: Any | None,
    shipped: dict[tuple[str, int], CompiledRule],
) -> tuple[RuleView, ...]:
    ordered = sorted(rules.items(), key=lambda item: (-item[1].rule.priority, item[0]))
    return tuple(
        RuleView(
            id=c.id,
            version=c.version,
            title=c.title,
            trigger=c.rule.trigger.value,
            priority=c.rule.priority,
            in_force=None if today is None else c.in_force(today),
            effective_from=c.rule.effective_from,
            effective_until=c.rule.effective_until,
            reads=explain.english(c.rule),
            installed=None if version is None or shipped.get(key) == c else version.number,
            matter_type=None if version is None else version.matter_type,
        )
        for key, c in ordered
    )


def lint(
    place: Turn | House, files: Mapping[str, bytes] | None = None, *, alone: bool = False
) -> tuple[FindingView, ...]:
    """Every finding about the rules; empty when they are sound.

    `files` (contents by name) take the place of what has the same id in the shipped set, or stand `alone`. In a house
    the owners are resolved in a model firm; in a turn among the firm's own people, and the covers of every absence
    ahead are followed; without files the set in force there is proved.
    """
    from casedesk.routing.library import load_library
    from casedesk.routing.lint import as_finding, lint_texts

    if isinstance(place, Turn) and not files and not alone:
        return among_the_people(place, place.library)
    house = place.house if isinstance(place, Turn) else place
    texts, messages, papers = {} if alone else shipped_texts(), client_messages(), paper_names()
    try:
        given = {name: decoded(name, data) for name, data in (files or {}).items()}
    except RuleError as error:
        return (finding_view(as_finding(error)),)
    found = lint_texts(texts, instead=given, messages=messages, papers=papers)
    if isinstance(place, Turn) and not any(f.witness.ask == "read" for f in found):
        return among_the_people(place, load_library(texts, instead=given, messages=house.message_names))
    return tuple(finding_view(f) for f in found)


def among_the_people(turn: Turn, library: Library) -> tuple[FindingView, ...]:
    """Every finding about a set among the firm's own people, as they are and on the days of absences ahead."""
    from casedesk.routing.lint import lint

    found = lint(
        library,
        stage=_stage(turn),
        rosters=_rosters(turn),
        messages=client_messages(),
        papers=paper_names(),
    )
    return tuple(finding_view(f) for f in found)


def canonical(name: str, data: bytes) -> str:
    """A file of rules, TOML or JSON or the published dialect, in its one canonical form. Refuses what does not load."""
    from casedesk.routing.library import read_file
    from casedesk.routing.writing import canonical_file

    try:
        read = read_file(name, decoded(name, data))
    except RuleError as error:
        raise refused(error) from error
    if isinstance(read, Playbook):
        raise Refusal("not_rules", f"{name} is a playbook, not a file of rules.", "Name a file of rules.")
    return canonical_file(read)


def run_cases(house: House, files: Mapping[str, bytes] | None = None) -> tuple[CaseView, ...]:
    """Run the cases written in the files against the shipped set with these files in place; without files the shipped
    cases. Refuses files that do not load, and files without a case.
    """
    from casedesk.routing import cases as written
    from casedesk.routing.library import load_cases, load_library

    texts = shipped_texts()
    try:
        given = {name: decoded(name, data) for name, data in (files or {}).items()}
        library = load_library(texts, instead=given, messages=house.message_names)
        cases = load_cases(given or texts)
    except RuleError as error:
        raise refused(error) from error
    if not cases:
        raise Refusal(
            "no_cases", f"{', '.join(given) or 'The set'} has no [[case]].", "Write one beside the rules."
        )
    return tuple(CaseView(o.title, o.ok, o.missing, o.fired) for o in written.run_cases(library, cases))


def schema() -> dict[str, Any]:
    """The JSON Schema of a file of rules."""
    from casedesk.routing.rules import rule_schema

    return rule_schema()


# --- why, and why not


def why(turn: Turn, task: str) -> WhyView:
    """Why a task was opened and given to whom: from the facts and the trace kept with its decision."""
    row: Any = turn.uow.need("task", task, "task.find", ref=task.strip().upper(), id=id_of(task))
    decided = _decision_of(turn, row)
    told = None
    if decided is not None:
        told = explain.why(json.loads(decided.trace), task=row.kind, title=row.title)
    return WhyView(
        task=row.ref,
        title=row.title,
        event=None if decided is None else opaque(decided.event_id),
        trigger=None if decided is None else decided.trigger,
        subject=None if decided is None else decided.subject,
        at=instant(row.created_us),
        owner=turn.handle(row.owner_id),
        owner_reason=row.owner_reason,
        because=_because(turn, row, told),
        rules=() if told is None else told.rules,
        candidates=() if told is None else told.candidates,
        arithmetic=() if told is None else told.arithmetic,
        same_rules=_same_rules(turn, decided),
        moves=hands.moves(turn, row),
    )


def why_not(turn: Turn, rule: str, event: str) -> WhyNotView:
    """Which condition kept a rule from firing on an event, and the smallest change that would have fired it.

    `event` is its id, or what it happened to (a paper, a task, a matter: the newest event there). The rule is asked as
    it stands now, with the facts kept then; `same_rules` says whether the set is still the one that decided.
    """
    happened = _event(turn, event)
    at = instant(happened.at_us)
    day = turn.calendar.today(at)
    kept = turn.uow.all("rules.decided_on_event", event_id=happened.id)
    if not kept:
        raise Refusal(
            "nothing_decided",
            f"No rule was asked about event {opaque(happened.id)} ({happened.trigger}), so no facts were kept.",
            "Name an event that opened a task: see `casedesk rules why TASK`.",
        )
    # One event may be decided twice, by its playbook and by the rules; the facts are the same.
    decided = next((d for d in kept if d.rule_set_sha256), kept[0])
    compiled = _rule(rule, day, _library_of(turn, decided))
    told = explain.why_not(
        compiled,
        Event(decided.trigger, decided.subject, at, decided.correlation),
        facts_from_json(json.loads(decided.facts)),
        day,
    )
    return WhyNotView(
        rule=told.rule,
        version=told.version,
        event=opaque(happened.id),
        trigger=told.event,
        at=at,
        fired=told.fired,
        reasons=told.reasons,
        conditions=told.conditions,
        changes=tuple({"field": c.field, "was": c.was, "to": c.to} for c in told.changes),
        possible=told.possible,
        same_rules=_same_rules(turn, decided),
    )


def _decision_of(turn: Turn, row: Any) -> Row[Any] | None:
    """The decision that opened a task: the newest about the same thing that asked for one of its kind.

    It was made in the instant the task was created, or a little before: of tasks given out by turn each is dated after
    the one before it, whatever the clocks of two machines say. A task made by hand was decided by nobody.
    """
    document = None if row.run_id is None else turn.uow.scalar("rules.document_of_run", run_id=row.run_id)
    subject = "" if document is None else opaque(document)
    if row.matter_id is not None:
        found = turn.uow.all("rules.decided_on_matter", matter_id=row.matter_id, at_us=row.created_us)
    else:
        found = turn.uow.all("rules.decided_on_subject", subject=subject, at_us=row.created_us)
    opened = [
        d
        for d in found
        if f"OpenTask {row.kind}" in json.loads(d.trace)["effects"]
        and (d.at_us == row.created_us or row.kind not in BY_HAND)
    ]
    # Two papers of one matter in one breath: each opened its own.
    return next((d for d in opened if d.subject == subject), opened[0] if opened else None)


def _because(turn: Turn, row: Any, told: explain.Why | None) -> str:
    if told is None:
        return "Made by hand."
    fired = [r.id for r in told.rules if r.fired]
    if fired:
        return f"{told.event}: rule {' and '.join(fired)} fired."
    run = None if row.run_id is None else turn.uow.one("engine.run", id=row.run_id)
    if run is None or not row.step:
        return f"{told.event}."
    step = turn.library.playbooks.get(run.playbook, run.version).find(row.step)
    after = f", after {' and '.join(step.after)}" if step.after else ""
    return f"{told.event}: step {row.step} of playbook {run.playbook} could be worked on{after}."


def _event(turn: Turn, name: str) -> Any:
    """An event by id, else the newest of what is named."""
    uow, wanted = turn.uow, name.strip().upper()
    found = uow.one("rules.event", id=id_of(name))
    if found is not None:
        return found
    subjects = [wanted]
    for statement in ("document.find", "matter.find"):
        more = {"receipt": None} if statement == "matter.find" else {}
        row = uow.one(statement, ref=wanted, id=id_of(name), **more)
        if row is not None:
            subjects.append(opaque(row.id))
    for subject in subjects:
        found = uow.one("rules.newest_event", subject=subject)
        if found is not None:
            return found
    raise NotFound("event", name, "`casedesk rules why TASK` names the event that opened a task.")


def _rule(name: str, day: date, library: Library) -> CompiledRule:
    every = _rules_of(library)
    versions = [c for c in every.values() if c.id.lower() == name.strip().lower()]
    if not versions:
        near = nearest(name, {c.id for c in every.values()})
        raise NotFound("rule", name, f"Did you mean {near}?" if near else "See `casedesk rules list`.")
    return next((c for c in versions if c.in_force(day)), max(versions, key=lambda c: c.version))


def _same_rules(turn: Turn, decided: Row[Any] | None) -> bool:
    if decided is None or not decided.rule_set_sha256:
        return True
    return bool(decided.rule_set_sha256 == _library_of(turn, decided).rules.sha256)


def _library_of(turn: Turn, decided: Row[Any]) -> Library:
    """The rules that would decide today about what was decided about then."""
    kind = json.loads(decided.facts)["fields"].get("matter.type")
    return turn.library_for(kind)


# --- who is there


def finding_view(finding: Any) -> FindingView:
    return FindingView(finding.id, finding.severity, finding.rule, finding.witness.plain(), finding.message)


def _stage(turn: Turn) -> Any:
    """The firm with everybody there, and the owners a new matter would get."""
    from casedesk.routing.witness import Stage

    people = {p.id: replace(p, present=True, away_until=None, cover=None) for p in turn.people.values()}
    return Stage(people, {o.kind: o.person for o in owners.choose(turn, "en", {})}, by_name=False)


def _rosters(turn: Turn) -> list[dict[int, PersonFacts]]:
    """The people as they will be on the first day of every absence ahead."""
    rows = turn.uow.all("rules.absences_ahead", today=turn.today.isoformat())
    days = sorted({max(r.first_day, turn.today.isoformat()) for r in rows})
    rosters = []
    for day in days:
        roster = {p.id: replace(p, present=True, away_until=None, cover=None) for p in turn.people.values()}
        for row in rows:
            if row.first_day <= day <= row.last_day and row.person_id in roster:
                until = date.fromisoformat(row.last_day)
                roster[row.person_id] = replace(
                    roster[row.person_id], present=False, away_until=until, cover=row.cover_id
                )
        rosters.append(roster)
    return rosters
