"""What the linter proves about time: chains that grow and end at somebody, work that fits the agency's window."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from casedesk.calendars.business import OutsideCalendar, Unit
from casedesk.models.enums import DocumentKind, Role
from casedesk.routing.chains import fire, plan
from casedesk.routing.effects import ArmChain, PlannedTimer
from casedesk.routing.lint_bench import LONGEST, Bench, Case, Finding, Try
from casedesk.routing.reckoning import Reckoning
from casedesk.routing.rules import Assign, CompiledRule, CreateTask
from casedesk.routing.rules import StartPlaybook as Start
from casedesk.routing.schema import ChainStep, Work
from casedesk.routing.strategies import resolve
from casedesk.routing.vocabulary import Trigger
from casedesk.routing.witness import Witness, model_event, morning, office_on

WINDOWS: Mapping[DocumentKind, tuple[int, str]] = {
    DocumentKind.RFE: (84, "8 CFR 103.2(b)(8)(iv)"),
    DocumentKind.NOID: (30, "8 CFR 103.2(b)(8)(iv)"),
    DocumentKind.NOIR: (30, "8 CFR 103.2(b)(8)(iv)"),
    DocumentKind.DENIAL: (30, "8 CFR 103.3(a)(2)(i)"),
    DocumentKind.IJ_DECISION: (30, "8 CFR 1003.38(b)"),
    DocumentKind.BIA_DECISION: (30, "8 CFR 1003.2(b)(2)"),
}
"""The longest an answer may take, in days without those added for mail, by the paper that asks for it."""

_MANAGERS = frozenset({Role.OPERATIONS_MANAGER, Role.MANAGING_PARTNER})

MOST = 1_000
"""A delay longer than this many of its units is looked up in the calendar, which may not reach so far."""

# A week of moments: early, in office hours, at their end, in the evening (UTC).
_MOMENTS = tuple(timedelta(days=d, hours=h) for d in range(7) for h in (-3, 0, 6, 9))


@dataclass(frozen=True)
class _Use:
    """A chain as a piece of work arms it."""

    where: str
    name: str
    steps: tuple[ChainStep, ...]
    owners: tuple[str, ...]
    acknowledge: bool
    dated: bool
    matter: bool = True
    reserved: bool = False


def check_chains(bench: Bench) -> Iterator[Finding]:
    """Delays that do not grow, chains that end at nobody, hand work round, are never armed or arm themselves again."""
    uses = list(_uses(bench))
    seen: set[tuple[object, ...]] = set()
    for use in uses:
        delays = (use.name, use.steps)
        if delays not in seen:
            seen.add(delays)
            yield from _growing(bench, use)
        whole = (*delays, use.owners, use.acknowledge, use.dated, use.matter)
        if whole not in seen:
            seen.add(whole)
            yield from _ending(bench, use)
    for rule in bench.rules:
        yield from _restarting(bench, rule)
    yield from _endless(bench)


def check_windows(bench: Bench) -> Iterator[Finding]:
    """Due dates, windows and buffers that the agency's time to answer has no room for."""
    for rule in bench.rules:
        for action in rule.rule.then:
            if isinstance(action, CreateTask):
                yield from _fitting(bench, rule.id, action, 7, [(rule, c) for c in bench.cases(rule)])
    for book, step in bench.steps():
        if not any(t.startswith("filing.") for t in step.on):
            yield from _fitting(
                bench, f"{book.id}:{step.id}", step, book.buffer_days, list(bench.starts(book.id))
            )


# --- chains


def _uses(bench: Bench) -> Iterator[_Use]:
    chains = bench.library.chains
    used: set[str] = set()

    def of(
        work: Work, where: str, name: str, steps: tuple[ChainStep, ...], matters: set[bool]
    ) -> Iterator[_Use]:
        for matter in sorted(matters):
            yield _Use(
                where,
                name,
                steps,
                work.owner,
                work.acknowledge is not None,
                work.dated,
                matter,
                work.reserved,
            )

    for rule in bench.rules:
        matters = {c.world.has_matter for c in bench.cases(rule)}
        for action in rule.rule.then:
            if isinstance(action, CreateTask) and action.chain:
                used.add(action.chain)
                yield from of(action, rule.id, action.chain, chains[action.chain].steps, matters)
            elif isinstance(action, CreateTask) and action.escalate:
                yield from of(action, rule.id, rule.id, action.escalate, matters)
    for book, step in bench.steps():
        if step.chain:
            used.add(step.chain)
            begun = {c.world.has_matter for _, c in bench.starts(book.id)} or {True}
            yield from of(step, f"{book.id}:{step.id}", step.chain, chains[step.chain].steps, begun)
    for name, chain in sorted(chains.items()):
        if name not in used:
            yield _Use(name, name, chain.steps, ("matter.primary_paralegal",), True, True)


def _growing(bench: Bench, use: _Use) -> Iterator[Finding]:
    spans = [s.after for s in use.steps if s.after is not None]
    if (
        len({s.unit for s in spans}) > 1
        or any(a.amount >= b.amount for a, b in pairwise(spans))
        or any(s.amount > MOST for s in spans)
    ):
        yield from _overtaken(bench, use)
    before = [s.before_agency_due.amount for s in use.steps if s.before_agency_due is not None]
    late = next((pair for pair in pairwise(before) if pair[1] >= pair[0]), None)
    if late is not None:
        timers, witness = _armed(bench, use, morning(bench.base), days_to_answer=LONGEST)
        if timers:
            told = f"A step {late[1]:g} hours before the agency's date stands after one {late[0]:g} hours before it."
            yield Finding(
                "chain-delays", "error", use.name, witness, f"Chain {use.name} does not grow. {told}"
            )


def _overtaken(bench: Bench, use: _Use) -> Iterator[Finding]:
    for moment in _MOMENTS:
        at = morning(bench.base) + moment
        timers, witness = _armed(bench, use, at)
        if not timers:
            yield Finding(
                "chain-delays", "error", use.name, witness, f"Chain {use.name} counts beyond every calendar."
            )
            return
        for one, other in pairwise(timers):
            if other.fire_at <= one.fire_at:
                yield Finding(
                    "chain-delays",
                    "error",
                    use.name,
                    witness,
                    f"Chain {use.name} does not grow: step {other.step} fires no later than step {one.step}.",
                )
                return


def _armed(
    bench: Bench, use: _Use, at: datetime, *, days_to_answer: int | None = None
) -> tuple[tuple[PlannedTimer, ...], Witness]:
    """The timers of a chain armed at a moment (none where it leaves the calendar), and that as a witness."""
    day = at.date()
    agency = None if days_to_answer is None else day + timedelta(days=days_to_answer)
    internal = None if agency is None else agency - timedelta(days=7)
    facts = bench.stage.facts({}, matter=use.matter, agency_due=agency, internal_due=internal)
    try:
        timers = plan(
            use.name,
            use.steps,
            Reckoning(office_on(day), at),
            acknowledge=use.acknowledge or days_to_answer is None,
            agency_due=agency if use.dated else None,
            internal_due=internal if use.dated else None,
        )
        told = "; ".join(f"step {t.step} at {t.fire_at.isoformat()}" for t in timers)
    except OutsideCalendar as error:
        timers, told = (), str(error)
    return timers, Witness("plan", told or "Nothing is armed.", facts=facts, now=at, owners=use.owners)


def _ending(bench: Bench, use: _Use) -> Iterator[Finding]:
    timers, witness = _armed(bench, use, morning(bench.base), days_to_answer=LONGEST)
    if not timers:
        if "step" not in witness.shows and "Nothing" not in witness.shows:
            return
        told = f"Nothing arms chain {use.name} for {use.where}: no acknowledgement is asked and no date stands on it."
        yield Finding("chain-unarmed", "error", use.where, witness, told)
        return
    facts, people = witness.facts or bench.stage.facts({}, matter=use.matter), bench.stage.people
    start = resolve(use.owners, facts, reserved=use.reserved).person
    if start is None:
        return
    owner: int | None = start
    had: list[int | None] = [start]
    for timer in sorted(timers, key=lambda t: (t.fire_at, t.step)):
        firing = fire(timer.action, timer.targets, facts, owner=owner, reserved=use.reserved)
        if firing.owner is not None:
            owner = firing.owner.person
            if owner is not None and owner in had:
                names = [people[p].handle for p in (*had, owner) if p is not None]
                yield Finding(
                    "chain-circle",
                    "error",
                    use.name,
                    witness,
                    f"Chain {use.name} hands the work of {use.where} round in a circle: {' -> '.join(names)}.",
                )
                return
            had.append(owner)
        last, reached = timer, {p.person for p in firing.tell} - {None}
    # With a manager who did not have the work first it is at its end; with anybody else somebody more must hear.
    idle = {had[-2] if last.action == "reassign" else owner} - {
        p.id for p in people.values() if p.roles & _MANAGERS and p.id != start
    }
    if not reached - idle:
        yield Finding(
            "chain-end",
            "error",
            use.name,
            witness,
            f"Chain {use.name} ends at nobody: the last step of {use.where} reaches only who let it lie.",
        )


def _restarting(bench: Bench, rule: CompiledRule) -> Iterator[Finding]:
    if rule.rule.trigger not in (Trigger.TASK_ACKNOWLEDGED, Trigger.TASK_DRAFT_READY):
        return
    day = bench.day(rule)
    for case in bench.cases(rule)[:1] if day is not None else ():
        fields = bench.space.example(case.region[0], case.world)
        tried = bench.ask([rule], case.world, fields, day or bench.base)
        if tried is None:
            continue
        for effect in tried.decision.effects:
            if isinstance(effect, ArmChain) and any(t.action == "reassign" for t in effect.timers):
                told = "The chain reassigns the task, the new owner acknowledges it, and the same rule arms it again."
                yield _restart(rule, tried, told, f"chain {effect.chain}")
        for action in rule.rule.then:
            if isinstance(action, Assign):
                yield from _rotating(rule, tried, action)


def _rotating(rule: CompiledRule, tried: Try, action: Assign) -> Iterator[Finding]:
    first = resolve(action.owner, tried.facts, reserved=action.reserved).person
    if first is None:
        return
    people = dict(tried.facts.people)
    busier = people[first].open_hours + 1
    people[first] = replace(
        people[first], open_hours=busier, last_assigned_us=people[first].last_assigned_us + 1
    )
    second = resolve(action.owner, replace(tried.facts, people=people), reserved=action.reserved).person
    if second is not None and second != first:
        names = f"{people[first].handle}, then {people[second].handle}"
        told = f"It goes to {names}, who acknowledges it, and the rule fires again."
        yield _restart(rule, tried, told, "the assignment")


def _restart(rule: CompiledRule, tried: Try, told: str, what: str) -> Finding:
    return Finding(
        "chain-restart",
        "error",
        rule.id,
        tried.witness(told),
        f"Rule {rule.id} restarts {what}: every reassignment sets it off again.",
    )


def _endless(bench: Bench) -> Iterator[Finding]:
    """Finishing or acknowledging a task opens the same kind of task again, by one rule or by several in turn."""
    opens: dict[str, set[tuple[str, str]]] = {}
    for rule in bench.rules:
        kinds = _kinds(bench, rule)
        if rule.rule.trigger in (Trigger.TASK_ACKNOWLEDGED, Trigger.TASK_COMPLETED) and kinds:
            for case in bench.cases(rule):
                for box in case.region:
                    names = bench.space.values["task.kind"]
                    mask = box.get("task.kind", 0)
                    for at in (n for i, n in enumerate(names) if mask >> i & 1 and isinstance(n, str)):
                        opens.setdefault(at, set()).update((k, rule.id) for k in kinds)
    for kind in sorted(opens):
        way = _way_back(opens, kind)
        if way is None or kind != min([kind, *(k for k, _ in way)]):
            continue
        rule = next(r for r in bench.rules if r.id == way[0][1])
        case = bench.cases(rule)[0]
        fields = {**bench.space.example(case.region[0], case.world), "task.kind": kind}
        tried = bench.ask([rule], case.world, fields, bench.day(rule) or bench.base)
        if tried is not None and way[0][0] in tried.tasks:
            told = " -> ".join([kind, *(k for k, _ in way)])
            yield Finding(
                "endless",
                "error",
                ", ".join(dict.fromkeys(r for _, r in way)),
                tried.witness(f"Task {kind} opens task {way[0][0]}, and so round again: {told}."),
                f"The work never ends: {told}.",
            )


def _kinds(bench: Bench, rule: CompiledRule) -> set[str]:
    kinds = {a.task_kind for a in rule.rule.then if isinstance(a, CreateTask)}
    books = [bench.book(a.playbook) for a in rule.rule.then if isinstance(a, Start)]
    return kinds | {s.kind for b in books if b is not None for s in b.first_steps}


def _way_back(opens: Mapping[str, set[tuple[str, str]]], kind: str) -> list[tuple[str, str]] | None:
    """The shortest way from a kind of task back to itself."""
    ways: list[list[tuple[str, str]]] = [[step] for step in sorted(opens[kind])]
    seen: set[str] = set()
    for way in ways:
        at = way[-1][0]
        if at == kind:
            return way
        if at not in seen:
            seen.add(at)
            ways.extend([*way, step] for step in sorted(opens.get(at, ())))
    return None


# --- the agency's window


def _fitting(
    bench: Bench, where: str, work: Work, buffer: int, starts: Sequence[tuple[CompiledRule, Case]]
) -> Iterator[Finding]:
    for kind, (days, citation) in sorted(WINDOWS.items(), key=lambda w: w[1][0]):
        for rule, case in starts:
            mask = bench.space.only("document.kind", [kind.value])
            box = next((b for b in case.region if b.get("document.kind", 0) & mask), None)
            if box is None or case.world.trigger not in (Trigger.NOTICE_RECEIVED, Trigger.DOCUMENT_RECEIVED):
                continue
            why = _misfit(bench.base, work, buffer, days)
            if why is None:
                continue
            fields = bench.space.example({**box, "document.kind": mask}, case.world)
            day = bench.day(rule) or bench.base
            agency = day + timedelta(days=days)
            facts = bench.stage.facts(
                fields,
                matter=case.world.has_matter,
                agency_due=agency,
                internal_due=agency - timedelta(days=buffer),
            )
            now = morning(day)
            yield Finding(
                "due-window",
                "error",
                where,
                Witness("decide", f"{why}.", model_event(case.world.trigger, now), facts, now),
                f"{where} does not fit into the {days} days to answer a {kind} ({citation}): {why}.",
            )
            return


def _misfit(day: date, work: Work, buffer: int, days: int) -> str | None:
    """Why work opened on `day` does not fit before the agency's date, `days` later; None when it does."""
    reckoning = Reckoning(office_on(day), morning(day))
    agency = day + timedelta(days=days)
    close = reckoning.close(agency)
    if close is None:
        return None
    if buffer >= days:
        return f"our own date, {buffer} days earlier, is past when the paper comes in"
    for span in (work.due if work.due.anchor == "opened" else work.due.floor, work.acknowledge):
        if span is None:
            continue
        try:
            then = reckoning.calendar.add(reckoning.now, span.amount, span.unit)
        except OutsideCalendar:
            return f"{span.amount:g} {span.unit} leave every calendar"
        if then > close:
            return f"{span.amount:g} {span.unit} end after the agency's date"
    if work.due.anchor != "opened":
        anchor = agency if work.due.anchor == "agency_due" else agency - timedelta(days=buffer)
        room = sum(
            reckoning.calendar.is_business_day(day + timedelta(days=d)) for d in range((anchor - day).days)
        )
        if work.due.amount > (room if work.due.unit is Unit.BUSINESS_DAYS else (anchor - day).days):
            return f"{work.due.amount:g} {work.due.unit} before that date is before the paper comes in"
    return None
