"""The linter's bench: the rules with the facts under which each fires, and small decisions to try a suspicion on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property, reduce
from operator import or_
from typing import Literal

from casedesk.calendars.business import OutsideCalendar
from casedesk.routing.decide import decide
from casedesk.routing.decision import Decision
from casedesk.routing.effects import Effect, OpenTask
from casedesk.routing.facts import Event, Facts
from casedesk.routing.library import Library
from casedesk.routing.playbooks import Playbook, Step
from casedesk.routing.rules import CompiledRule, CreateTask, RuleSet, StartPlaybook
from casedesk.routing.space import Box, Space, TooManyStates, World, cut, space_of
from casedesk.routing.vocabulary import Trigger, Value
from casedesk.routing.witness import Stage, Witness, model_event, morning, office_on, workday

Severity = Literal["error", "warning"]

BASE = date(2026, 1, 5)
"""Witnesses play on this Monday, or on the first day everything in question is in force."""

LONGEST = 84
"""Days to answer in a witness whose paper sets no shorter time."""


@dataclass(frozen=True)
class Finding:
    """One fault, proved: `rule` names the rule (or `playbook:step`, or `chain`), `message` says it in one sentence."""

    id: str
    severity: Severity
    rule: str
    witness: Witness
    message: str


@dataclass(frozen=True)
class Case:
    """The facts, in one world, under which a rule fires."""

    rule: CompiledRule
    world: World
    region: tuple[Box, ...]

    @cached_property
    def hull(self) -> Box:
        """One box around the whole region."""
        fields = set.intersection(*(set(box) for box in self.region))
        return {name: reduce(or_, (box[name] for box in self.region)) for name in fields}

    @property
    def at(self) -> tuple[str, bool]:
        """What tells worlds apart."""
        return self.world.trigger, self.world.has_matter


@dataclass(frozen=True)
class Try:
    """One question put to `decide`, and its answer."""

    event: Event
    facts: Facts
    now: datetime
    decision: Decision

    def witness(self, shows: str) -> Witness:
        """The question as a witness."""
        return Witness("decide", shows, self.event, self.facts, self.now)

    @property
    def tasks(self) -> dict[str, OpenTask]:
        """The tasks it opens, by key."""
        return {e.key: e for e in self.decision.effects if isinstance(e, OpenTask)}

    def of(self, kind: type[Effect]) -> list[Effect]:
        """Its effects of one kind."""
        return [e for e in self.decision.effects if isinstance(e, kind)]


@dataclass
class Bench:
    """Built once for each run of the linter. `messages` and `papers` are None where they are not known here."""

    library: Library
    stage: Stage = field(default_factory=Stage)
    messages: Mapping[str, str] | None = None
    papers: Collection[str] | None = None

    @cached_property
    def rules(self) -> tuple[CompiledRule, ...]:
        """Every rule once, by id and version."""
        found = (c for t in Trigger for c in self.library.rules.asked(t) if c.rule.trigger == t)
        return tuple(sorted(found, key=lambda c: (c.id, c.version)))

    @cached_property
    def space(self) -> Space:
        """What all these rules tell apart."""
        created = {a.task_kind for c in self.rules for a in c.rule.then if isinstance(a, CreateTask)}
        steps = {s.kind for b in self.library.playbooks.all for s in b.step}
        return space_of((n for c in self.rules for n in c.nodes), {"task.kind": created | steps})

    @cached_property
    def base(self) -> date:
        """A day on which the newest of the playbooks at hand are in force."""
        return workday(max([BASE, *(b.effective_from for b in self.library.playbooks.all)]))

    @cached_property
    def _cases(self) -> dict[tuple[str, int], tuple[Case, ...] | None]:
        return {(c.id, c.version): self._regions(c) for c in self.rules}

    def _regions(self, rule: CompiledRule) -> tuple[Case, ...] | None:
        try:
            return tuple(
                Case(rule, world, tuple(region))
                for world in self.space.worlds(rule.rule.trigger)
                if (region := self.space.region(rule.nodes, world.box))
            )
        except TooManyStates:
            return None

    def cases(self, rule: CompiledRule) -> tuple[Case, ...]:
        """Where a rule fires: empty where it never does, or where that could not be worked out."""
        return self._cases[rule.id, rule.version] or ()

    def too_complex(self, rule: CompiledRule) -> bool:
        """True where nothing can be proved about a rule."""
        return self._cases[rule.id, rule.version] is None

    def where(self, rule: CompiledRule, box: Box) -> Iterator[tuple[Case, Box]]:
        """The parts of a rule's facts that lie in `box`."""
        for case in self.cases(rule):
            for part in case.region:
                both = cut(part, box)
                if both is not None:
                    yield case, both

    def day(self, *rules: CompiledRule) -> date | None:
        """A day on which all of them are in force, a working day of the model office where there is one."""
        first, until = max(r.first for r in rules), min(r.until for r in rules)
        if first >= until or first.year > date.max.year - 20:
            return None
        day = max(first, self.base)
        if day >= until:
            day = until - timedelta(days=1)
        return workday(day) if workday(day) < until else day

    def ask(
        self,
        rules: Iterable[CompiledRule],
        world: World,
        fields: Mapping[str, Value],
        day: date,
        *,
        away: int | None = None,
        days_to_answer: int | None = None,
        buffer: int = 7,
    ) -> Try | None:
        """What these rules alone decide; None where the dates leave every calendar."""
        now = morning(day)
        agency = None if days_to_answer is None else day + timedelta(days=days_to_answer)
        facts = self.stage.facts(
            fields,
            matter=world.has_matter,
            away=away,
            agency_due=agency,
            internal_due=None if agency is None else agency - timedelta(days=buffer),
        )
        event = model_event(world.trigger, now)
        asked = RuleSet((), "", {world.trigger: tuple(rules)})
        library = self.library
        try:
            decision = decide(event, facts, asked, library.playbooks, library.chains, office_on(day), now)
        except (OutsideCalendar, OverflowError):
            return None
        return Try(event, facts, now, decision)

    def variants(self, rules: Sequence[CompiledRule], case: Case, box: Box, day: date) -> Iterator[Try]:
        """The same facts with and without dates, and with each person away."""
        fields = self.space.example(box, case.world)
        for days in (None, LONGEST, 3):
            tried = self.ask(rules, case.world, fields, day, days_to_answer=days)
            if tried is not None:
                yield tried
        for person in self.stage.people:
            tried = self.ask(rules, case.world, fields, day, away=person, days_to_answer=LONGEST)
            if tried is not None:
                yield tried

    def book(self, name: str) -> Playbook | None:
        """The version of a playbook that the witnesses see."""
        return self.library.playbooks.current(name, self.base)

    def starts(self, name: str) -> Iterator[tuple[CompiledRule, Case]]:
        """Every way in which a playbook begins by a rule."""
        for rule in self.rules:
            if any(isinstance(a, StartPlaybook) and a.playbook == name for a in rule.rule.then):
                for case in self.cases(rule):
                    yield rule, case

    def steps(self) -> Iterator[tuple[Playbook, Step]]:
        """Every step of every playbook in the version the witnesses see."""
        for name in sorted({b.id for b in self.library.playbooks.all}):
            book = self.book(name)
            if book is not None:
                for step in book.step:
                    yield book, step
