"""The finite space of facts a set of rules can tell apart, and the search in it.

A condition can only tell values apart that it names, so of every field there are finitely many: the closed choices,
the values some rule names, one that no rule names, the numbers and days beside every limit, and none at all. A set of
facts is a box: for each field the values it may have, as bits. Boxes are cut with each other instead of walked through,
so that 200 rules over millions of combinations cost thousands of cuts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from casedesk.models.enums import NOTICE_KINDS, DocumentKind
from casedesk.routing.conditions import Group, Node, Test
from casedesk.routing.vocabulary import FIELDS, IMPLIES, TASK_TRIGGERS, Trigger, Value

Box = Mapping[str, int]
"""For each field the values it may have, as bits; a field that is left out may have any."""

MOST_BOXES = 400
MOST_CUTS = 20_000
MOST_WORK = 500_000

_LIKELY: Mapping[str, tuple[Value, ...]] = {
    "document.kind": ("rfe",),
    "matter.type": ("adjustment_of_status",),
    "matter.priority": ("standard",),
    "matter.language": ("en",),
    "matter.status": ("open",),
    "form.form": ("I-485",),
    "task.kind": ("rfe_draft",),
}
_OTHER: Mapping[str, Value] = {
    "matter.language": "xx",
    "form.form": "X-0",
    "task.kind": "another_kind",
    "task.playbook": "another_playbook",
    "task.step": "another_step",
}
_MATTER = ("matter.type", "matter.priority", "matter.language", "matter.status")
_DATES = ("deadline.agency_due", "deadline.internal_due", "deadline.days_left")
_TASK = ("task.kind", "task.playbook", "task.step", "triage.complexity")
_PAPER = ("document.kind", "document.matched", "form.form")

_KNOWN: Mapping[str, tuple[str, ...]] = {
    Trigger.MATTER_OPENED: ("matter.playbook",),
    Trigger.MATTER_STATUS_CHANGED: (),
    Trigger.CLIENT_UPLOADED: (*_PAPER, *_DATES),
    Trigger.APPOINTMENT_SCHEDULED: (*_PAPER, *_TASK, *_DATES),
    Trigger.DEADLINE_APPROACHING: (*_PAPER, *_TASK, *_DATES),
    Trigger.REQUEST_UNANSWERED: (*_PAPER, *_TASK, *_DATES),
    Trigger.POLICY_PUBLISHED: (),
    Trigger.SCHEDULE: (),
}
"""What an event may know beside the matter; the triggers left out know paper, task and dates."""

_WITHOUT_MATTER = frozenset({Trigger.POLICY_PUBLISHED, Trigger.SCHEDULE})


class TooManyStates(Exception):
    """The conditions combine into more cases than are looked through; nothing is proved about them."""


@dataclass(frozen=True)
class World:
    """The facts that can stand together at one trigger. `required` are the fields that always have a value there."""

    trigger: str
    box: Box
    required: frozenset[str]

    @property
    def has_matter(self) -> bool:
        """True where the event is about a matter."""
        return "matter.type" in self.required


@dataclass
class Space:
    """The values each field can have, for one set of rules. Built by `space_of`."""

    values: Mapping[str, tuple[Value | None, ...]]
    left: int = MOST_WORK
    _masks: dict[Test, int] = field(default_factory=dict)

    def spend(self, cuts: int) -> None:
        """Count some cuts. Raises `TooManyStates` when all of a proof's work has been done without an end."""
        self.left -= cuts
        if self.left < 0:
            raise TooManyStates

    def full(self, name: str) -> int:
        """Every value of a field."""
        return (1 << len(self.values[name])) - 1

    def mask(self, test: Test) -> int:
        """The values of its field that meet a test."""
        if test not in self._masks:
            self._masks[test] = sum(
                1 << i for i, value in enumerate(self.values[test.field]) if test.holds({test.field: value})
            )
        return self._masks[test]

    def only(self, name: str, values: Iterable[Value | None]) -> int:
        """The bits of some values of a field."""
        wanted = list(values)
        return sum(1 << i for i, v in enumerate(self.values[name]) if any(v is w or v == w for w in wanted))

    def region(self, nodes: Sequence[Node], world: Box) -> list[Box]:
        """The boxes, within `world`, in which all nodes hold; empty when they never do. Raises `TooManyStates`."""
        found: list[Box] = []
        cuts = 0
        waiting: list[tuple[Box, tuple[Node, ...]]] = [(world, _tests_first(nodes))]
        while waiting:
            box, pending = waiting.pop()
            cuts += 1
            self.spend(1)
            if cuts > MOST_CUTS or len(found) > MOST_BOXES:
                raise TooManyStates
            if not pending:
                found.append(box)
                continue
            first, rest = pending[0], pending[1:]
            if isinstance(first, Group):
                if first.kind == "all":
                    waiting.append((box, _tests_first((*first.members, *rest))))
                else:
                    waiting.extend((box, _tests_first((m, *rest))) for m in reversed(first.members))
                continue
            held = box.get(first.field, self.full(first.field)) & self.mask(first)
            if held:
                waiting.append(({**box, first.field: held}, rest))
        return found

    def outside(self, box: Box, regions: Iterable[Box]) -> Iterator[Box]:
        """The parts of `box` that lie in none of `regions`. Raises `TooManyStates`."""
        parts = [box]
        for region in regions:
            left: list[Box] = []
            self.spend(len(parts))
            for part in parts:
                left.extend(self._without(part, region))
            parts = left
            if not parts:
                return
            if len(parts) > MOST_CUTS // 10:
                raise TooManyStates
        yield from parts

    def _without(self, box: Box, region: Box) -> Iterator[Box]:
        if cut(box, region) is None:
            yield box
            return
        inside = dict(box)
        for name, mask in region.items():
            have = inside.get(name, self.full(name))
            if have & ~mask:
                yield {**inside, name: have & ~mask}
            inside[name] = have & mask

    def example(self, box: Box, world: World) -> dict[str, Value]:
        """One set of fields within a box: the likeliest value of each field, and no value where none is needed."""
        fields: dict[str, Value] = {}
        for name in self.values:
            mask = box.get(name, self.full(name))
            known = [v for i, v in enumerate(self.values[name]) if mask >> i & 1]
            if not known or (None in known and name not in world.required):
                continue
            value = next(v for v in known if v is not None)
            fields[name] = value
        return fields

    def worlds(self, trigger: str) -> tuple[World, ...]:
        """What can be known when rules of `trigger` are asked, the trigger's own events and those that imply it."""
        own = [trigger, *(t for t, implied in IMPLIES.items() if trigger in implied)]
        return tuple(w for t in own for w in self._worlds(t))

    def own_worlds(self, trigger: str) -> tuple[World, ...]:
        """What can be known at events of exactly this trigger."""
        return tuple(self._worlds(trigger))

    def _worlds(self, trigger: str) -> Iterator[World]:
        if trigger in (Trigger.NOTICE_RECEIVED, Trigger.DOCUMENT_RECEIVED):
            notice = trigger == Trigger.NOTICE_RECEIVED
            every = [k.value for k in DocumentKind]
            kinds = sorted(NOTICE_KINDS) if notice else every
            yield self._world(trigger, (*_PAPER, *_DATES), matter=True, kinds=every, matched=True)
            yield self._world(trigger, (*_PAPER, *_DATES), matter=False, kinds=kinds, matched=False)
            return
        known = _KNOWN.get(trigger, (*_PAPER, *_TASK, *_DATES))
        yield self._world(trigger, known, matter=True)
        if trigger in _WITHOUT_MATTER:
            yield self._world(trigger, known, matter=False)

    def _world(
        self,
        trigger: str,
        known: Sequence[str],
        *,
        matter: bool,
        kinds: Sequence[str] = (),
        matched: bool | None = None,
    ) -> World:
        nothing = {name: self.only(name, [None]) for name in self.values}
        box = {n: m for n, m in nothing.items() if n not in known}
        required = {"event.trigger"}
        box["event.trigger"] = self.only("event.trigger", [trigger])
        if matter:
            required |= set(_MATTER)
            box |= {n: self.full(n) & ~nothing[n] for n in _MATTER}
        if kinds:
            required |= {"document.kind", "document.matched"}
            box["document.kind"] = self.only("document.kind", kinds)
            box["document.matched"] = self.only("document.matched", [matched])
        if trigger in TASK_TRIGGERS:
            required.add("task.kind")
            box["task.kind"] = self.full("task.kind") & ~nothing["task.kind"]
        return World(trigger, box, frozenset(required))


def cut(one: Box, other: Box) -> Box | None:
    """What lies in both boxes, None for nothing."""
    both = dict(one)
    for name, mask in other.items():
        held = both.get(name, mask) & mask
        if not held:
            return None
        both[name] = held
    return both


def named(nodes: Iterable[Node]) -> Iterator[tuple[str, str]]:
    """Every word that some conditions compare a field with, by field."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, Group):
            waiting.extend(node.members)
            continue
        expected = node.expected if isinstance(node.expected, tuple) else (node.expected,)
        yield from ((node.field, value) for value in expected if isinstance(value, str))


def space_of(nodes: Iterable[Node], more: Mapping[str, Iterable[Value]] | None = None) -> Space:
    """The space that some conditions tell apart; `more` are further values to be told apart, by field."""
    named: dict[str, set[Value]] = {name: set((more or {}).get(name, ())) for name in FIELDS}
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, Group):
            waiting.extend(node.members)
        elif node.operator != "exists":
            named[node.field].update(node.expected if isinstance(node.expected, tuple) else (node.expected,))
    return Space({name: _values(name, named[name]) for name in FIELDS})


def _values(name: str, named: set[Value]) -> tuple[Value | None, ...]:
    known = FIELDS[name]
    values: list[Value | None] = list(_LIKELY.get(name, ()))
    if known.kind == "flag":
        values += [True, False]
    elif known.kind == "choice":
        values += sorted(known.choices)
    elif known.kind == "number":
        limits = sorted(v for v in named if isinstance(v, int) and not isinstance(v, bool)) or [7]
        values += [n for limit in limits for n in (limit, limit - 1, limit + 1)]
    elif known.kind == "date":
        days = sorted(v for v in named if isinstance(v, date)) or [date(2026, 12, 1)]
        values += [d for day in days for d in _beside(day)]
    else:
        values += [*sorted(str(v) for v in named), _OTHER[name]]
    return (*dict.fromkeys(values), None)


def _beside(day: date) -> Iterator[date]:
    yield day
    if day > date.min:
        yield day - timedelta(days=1)
    if day < date.max:
        yield day + timedelta(days=1)


def _tests_first(nodes: Sequence[Node]) -> tuple[Node, ...]:
    # Tests only ever narrow; groups branch. Narrowing first leaves fewer branches.
    if all(isinstance(n, Test) for n in nodes):
        return tuple(nodes)
    return tuple(sorted(nodes, key=lambda n: isinstance(n, Group) and 1 + (n.kind == "any")))
