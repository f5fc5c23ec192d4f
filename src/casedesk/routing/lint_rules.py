"""What the linter proves about rules among each other: never firing, firing for nothing, contradicting, leaving gaps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import combinations_with_replacement

from casedesk.models.enums import DocumentKind
from casedesk.routing.effects import Alert, Contradiction, OpenTask, StartPlaybook
from casedesk.routing.errors import nearest
from casedesk.routing.lint_bench import Bench, Case, Finding, Try
from casedesk.routing.rules import (
    Action,
    Assign,
    CompiledRule,
    CreateTask,
    Notify,
    SetDue,
    SetPriority,
)
from casedesk.routing.rules import StartPlaybook as Start
from casedesk.routing.space import Box, TooManyStates, World, cut, named
from casedesk.routing.vocabulary import BY_HAND, Trigger
from casedesk.routing.witness import Witness, model_event, morning

MOST_TRIED = 2_000
"""So many suspicions of contradiction are tried; a set with more is said to be too complex."""

MOST_CONTRADICTIONS = 100
"""A set with more is broken beyond a list."""

_Key = tuple[str, ...]


def check_rules(bench: Bench) -> Iterator[Finding]:
    """Rules too complex to prove, never firing, adding nothing, contradicting, and work that nobody owns."""
    try:
        for rule in bench.rules:
            if bench.too_complex(rule):
                yield _too_complex(bench, rule)
            elif not bench.cases(rule):
                yield _unreachable(bench, rule)
        yield from _contradictions(bench)
        yield from _shadowed(bench)
        # A gap is only one where it is known of every rule that it does not fire there.
        if not any(bench.too_complex(rule) for rule in bench.rules):
            yield from _unowned(bench)
    except TooManyStates:
        yield _too_complex(bench, max(bench.rules, key=lambda r: sum(len(c.region) for c in bench.cases(r))))
    for rule in bench.rules:
        yield from _unheard_of(bench, rule)
        for action in rule.rule.then:
            if isinstance(action, Start):
                yield from _unavailable(bench, rule, action.playbook)


def _too_complex(bench: Bench, rule: CompiledRule) -> Finding:
    world = bench.space.worlds(rule.rule.trigger)[0]
    return Finding(
        "too-complex",
        "error",
        rule.id,
        _case_of(bench, rule, world, world.box, "The conditions branch into too many cases to go through."),
        f"Rule {rule.id} has too many groups, or too many rules beside it, for anything to be proved about it; split it.",
    )


def _unreachable(bench: Bench, rule: CompiledRule) -> Finding:
    worlds = bench.space.worlds(rule.rule.trigger)
    why = f"the conditions of rule {rule.id} exclude each other"
    for node in rule.nodes:
        if not any(bench.space.region([node], w.box) for w in worlds):
            name = getattr(node, "field", "") or "one of its groups"
            why = f"what rule {rule.id} asks of {name} is never so when {rule.rule.trigger} happens"
            break
    # The nearest case there is: as many of its conditions as can hold together.
    world, box = worlds[0], worlds[0].box
    kept: list[object] = []
    for node in rule.nodes:
        held = [(w, r) for w in worlds for r in bench.space.region([*kept, node], w.box)]  # type: ignore[list-item]
        if held:
            kept.append(node)
            world, box = held[0]
    witness = _case_of(bench, rule, world, box, "As near as facts can come: the rule does not fire.")
    return Finding("unreachable", "error", rule.id, witness, f"{why[0].upper()}{why[1:]}; it never fires.")


def _case_of(bench: Bench, rule: CompiledRule, world: World, box: Box, shows: str) -> Witness:
    now = morning(bench.day(rule) or bench.base)
    facts = bench.stage.facts(bench.space.example(box, world), matter=world.has_matter)
    return Witness("decide", shows, model_event(world.trigger, now), facts, now)


# --- contradictions


def _asks(bench: Bench, rule: CompiledRule) -> Iterator[tuple[_Key, str]]:
    """What a rule wants, by the thing it is about: two wants about one thing that differ contradict each other."""
    for action in rule.rule.then:
        said = action.model_dump_json(by_alias=True)
        match action:
            case Start():
                book = bench.book(action.playbook)
                for step in () if book is None else book.first_steps:
                    yield ("task", step.kind), f"{action.playbook}:{step.id}"
            case CreateTask():
                yield ("task", action.task_kind), f"{said} {rule.id if action.escalate else ''}"
            case SetPriority():
                yield ("priority",), said
            case Assign():
                yield ("assign",), said
            case SetDue():
                yield ("due",), said


def _contradictions(bench: Bench) -> Iterator[Finding]:
    wants: dict[_Key, list[tuple[CompiledRule, str]]] = defaultdict(list)
    for rule in bench.rules:
        for key, said in _asks(bench, rule):
            wants[key].append((rule, said))
    tried = 0
    reported: set[tuple[str, str]] = set()
    for asks in wants.values():
        for (one, this), (other, that) in combinations_with_replacement(asks, 2):
            pair = (one.id, other.id)
            if this == that or pair in reported or (one.id == other.id and one.version != other.version):
                continue
            for case, box in _together(bench, one, other):
                tried += 1
                if tried > MOST_TRIED:
                    yield _too_complex(bench, one)
                if tried > MOST_TRIED or len(reported) >= MOST_CONTRADICTIONS:
                    return
                found = _contradiction(bench, one, other, case, box)
                if found is not None:
                    reported.add(pair)
                    yield found
                    break


def _together(bench: Bench, one: CompiledRule, other: CompiledRule) -> Iterator[tuple[Case, Box]]:
    for mine in bench.cases(one):
        for theirs in bench.cases(other):
            if mine.at == theirs.at and cut(mine.hull, theirs.hull) is not None:
                bench.space.spend(len(mine.region))
                both = next((b for a in mine.region for o in theirs.region if (b := cut(a, o))), None)
                if both is not None:
                    yield mine, both


def _contradiction(
    bench: Bench, one: CompiledRule, other: CompiledRule, case: Case, box: Box
) -> Finding | None:
    day = bench.day(one, other)
    rules = [one] if one is other else [one, other]
    for tried in bench.variants(rules, case, box, day) if day is not None else ():
        for effect in tried.of(Contradiction):
            about = getattr(effect, "about", "")
            names = " and ".join(r.id for r in rules)
            return Finding(
                "contradiction",
                "error",
                ", ".join(r.id for r in rules),
                tried.witness(
                    f"Both fire; they ask for different things about {about}, and neither is done."
                ),
                f"Rule {names} contradicts itself about {about}."
                if one is other
                else f"Rules {names} contradict each other about {about}.",
            )
    return None


# --- shadowed


def _signature(rule: CompiledRule, action: Action) -> str:
    said = action.model_dump_json(by_alias=True)
    if isinstance(action, Notify):
        return f"{said} {action.about or rule.title}"
    return f"{said} {rule.id}" if isinstance(action, CreateTask) and action.escalate else said


def _shadowed(bench: Bench) -> Iterator[Finding]:
    doing: dict[str, list[CompiledRule]] = defaultdict(list)
    for rule in bench.rules:
        for action in rule.rule.then:
            doing[_signature(rule, action)].append(rule)
    gone: set[tuple[str, int]] = set()
    for rule in sorted(bench.rules, key=lambda r: (r.id, r.version), reverse=True):
        mine = {_signature(rule, a) for a in rule.rule.then}
        others: set[str] = set()
        for said in mine:
            able = [
                o
                for o in doing[said]
                if (o.id, o.version) not in gone
                and o.id != rule.id
                and o.first <= rule.first
                and rule.until <= o.until
            ]
            if not able or not _covered(bench, rule, able):
                break
            others.update(o.id for o in able)
        else:
            found = _shadow(bench, rule, sorted(others))
            if found is not None:
                gone.add((rule.id, rule.version))
                yield found


def _covered(bench: Bench, rule: CompiledRule, able: list[CompiledRule]) -> bool:
    cases = bench.cases(rule)
    if not cases:
        return False
    for case in cases:
        near = [
            c for o in able for c in bench.cases(o) if c.at == case.at and cut(c.hull, case.hull) is not None
        ]
        theirs = [b for c in near for b in c.region]
        if any(True for box in case.region for _ in bench.space.outside(box, theirs)):
            return False
    return True


def _shadow(bench: Bench, rule: CompiledRule, names: list[str]) -> Finding | None:
    others = [r for r in bench.rules if r.id in names]
    day = bench.day(rule, *others)
    case = bench.cases(rule)[0]
    if day is None:
        return None
    fields = bench.space.example(case.region[0], case.world)
    with_it = bench.ask([*others, rule], case.world, fields, day)
    without = bench.ask(others, case.world, fields, day)
    if with_it is None or without is None or with_it.decision.effects != without.decision.effects:
        return None
    told = " and ".join(names)
    return Finding(
        "shadowed",
        "error",
        rule.id,
        with_it.witness(f"With and without {rule.id} the same is done."),
        f"Rule {rule.id} is shadowed by {told}: whenever it fires, everything it asks for is done already.",
    )


# --- work that nobody owns


def _unowned(bench: Bench) -> Iterator[Finding]:
    days = {bench.base}
    since = max((r.first for r in bench.rules), default=date.min)
    days |= {d for r in bench.rules for d in (r.first, r.until) if date.min < d < date.max and d >= since}
    seen: set[tuple[str, str, bool]] = set()
    for day in sorted(d for d in days if d >= since and d.year < date.max.year - 20):
        for what, world, box in _incoming(bench):
            key = (what, world.trigger, world.has_matter)
            if key in seen:
                continue
            tried = _nobody(bench, world, box, day)
            if tried is not None:
                seen.add(key)
                yield Finding(
                    "no-owner",
                    "error",
                    what,
                    tried.witness("No task is opened: nobody owns what came in."),
                    f"No rule owns {what}{'' if world.has_matter else ' of no known matter'}"
                    f" that comes in as {world.trigger}.",
                )


def _incoming(bench: Bench) -> Iterator[tuple[str, World, Box]]:
    space = bench.space
    for world in space.own_worlds(Trigger.NOTICE_RECEIVED):
        for kind in DocumentKind:
            mask = space.only("document.kind", [kind.value]) & world.box["document.kind"]
            if mask:
                yield f"a paper of kind {kind}", world, {**world.box, "document.kind": mask}
    for world in space.own_worlds(Trigger.DOCUMENT_RECEIVED):
        if not world.has_matter:
            yield "a paper", world, world.box
    for world in space.own_worlds(Trigger.FILING_REJECTED):
        yield "a rejected filing", world, world.box


def _nobody(bench: Bench, world: World, box: Box, day: date) -> Try | None:
    at = (world.trigger, world.has_matter)
    asked = [r for r in bench.rules if r.in_force(day) and any(c.at == at for c in bench.cases(r))]
    regions = [b for r in asked for c in bench.cases(r) if c.at == at for b in _taken(bench, r, c)]
    for part in bench.space.outside(box, regions):
        tried = bench.ask(asked, world, bench.space.example(part, world), day)
        if tried is not None and not tried.of(OpenTask):
            return tried
    return None


def _taken(bench: Bench, rule: CompiledRule, case: Case) -> Iterator[Box]:
    """Where a rule opens a task."""
    for action in rule.rule.then:
        if isinstance(action, CreateTask):
            yield from case.region
        elif isinstance(action, Start):
            book = bench.book(action.playbook)
            if book is not None and book.first_steps:
                for box in case.region:
                    types = bench.space.only("matter.type", book.matter_types) if book.matter_types else -1
                    held = box.get("matter.type", bench.space.full("matter.type")) & types
                    if held:
                        yield {**box, "matter.type": held}


def _unheard_of(bench: Bench, rule: CompiledRule) -> Iterator[Finding]:
    """A rule that asks about a kind of task, a playbook or a step that nothing opens: a word written wrong."""
    books = [b for name in {b.id for b in bench.library.playbooks.all} if (b := bench.book(name))]
    created = {a.task_kind for r in bench.rules for a in r.rule.then if isinstance(a, CreateTask)}
    known = {
        "task.kind": created | {s.kind for b in books for s in b.step} | BY_HAND,
        "task.playbook": {b.id for b in bench.library.playbooks.all},
        "task.step": {s.id for b in books for s in b.step},
    }
    cases = bench.cases(rule)
    for field, name in named(rule.nodes):
        if field not in known or name.lower() in {k.lower() for k in known[field]} or not cases:
            continue
        near = nearest(name, known[field])
        what = {"task.kind": "a task of kind"}.get(field, field.replace("task.", "a task of "))
        told = f"No rule and no playbook opens {what} {name!r}."
        yield Finding(
            "no-owner",
            "error",
            rule.id,
            replace(_case_of(bench, rule, cases[0].world, cases[0].region[0], told), nearest=near),
            f"Rule {rule.id} asks about {what} {name!r}, which no rule and no playbook opens."
            + (f" Nearest known name: {near}." if near else ""),
        )


# --- playbooks that cannot start


def _unavailable(bench: Bench, rule: CompiledRule, name: str) -> Iterator[Finding]:
    versions = [b for b in bench.library.playbooks.all if b.id == name]
    first = min((b.effective_from for b in versions), default=date.max)
    early = rule.rule.effective_from is not None and rule.first < first
    day = rule.first if early else bench.day(rule)
    if day is None:
        return
    for case in bench.cases(rule):
        for box in case.region:
            for part in _strange(bench, versions[-1].matter_types if versions else (), box) or [box]:
                fields = bench.space.example(part, case.world)
                tried = bench.ask([rule], case.world, fields, day)
                if tried is not None and not tried.of(StartPlaybook) and tried.of(Alert):
                    why = next(getattr(a, "about", "") for a in tried.of(Alert))
                    yield Finding("playbook-unavailable", "error", rule.id, tried.witness(why), why)
                    return


def _strange(bench: Bench, types: tuple[str, ...], box: Box) -> list[Box]:
    if not types:
        return []
    mask = box.get("matter.type", bench.space.full("matter.type")) & ~bench.space.only("matter.type", types)
    return [{**box, "matter.type": mask}] if mask else []
