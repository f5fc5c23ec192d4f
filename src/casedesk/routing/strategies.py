"""Who gets the work: owner specs, the strategies they are made of, and the reason why each person was passed over.

An owner spec is one of

- `matter.primary_paralegal` (or another standing owner of the matter): the owner, else her cover,
- `role:paralegal`: a present person of that role, the least loaded (estimated open hours against capacity), then the
  least recently assigned, then the lowest id; `[by=round_robin]` asks for the least recently assigned first,
- `reviewer`: a person qualified for second review; `licensed`: a person who may sign,

and role, reviewer and licensed may be narrowed: `role:senior_associate[skill=rfe,language=client]`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Literal, NamedTuple

from casedesk.models.enums import OwnerKind, Role
from casedesk.routing.errors import UnknownName
from casedesk.routing.facts import Facts, PersonFacts

Need = Literal["anyone", "licensed", "second_review"]
Narrow = Callable[[PersonFacts, Facts], str | None]
"""A strategy that passes people over: the reason, or None for a person who fits."""
Rank = Callable[[PersonFacts], tuple[float, ...]]
"""A strategy that puts the people who fit in order, the lowest first."""

_SPEC = re.compile(r"(matter\.|role:)?([a-z_]+)(?:\[([^\]]*)\])?")
_OPTIONS = ("skill", "language", "by")


class Candidate(NamedTuple):
    """One person who was looked at: chosen, or passed over for `reason`."""

    person: int
    handle: str
    chosen: bool
    reason: str


class Pick(NamedTuple):
    """The answer: `person` is None only where nobody in the firm may own the work at all. `among`: somebody was chosen
    among several, by load or by turn, and another count would have chosen another."""

    person: int | None
    candidates: tuple[Candidate, ...]
    reason: str
    among: bool = False


@dataclass(frozen=True, slots=True)
class OwnerSpec:
    """An owner spec, read."""

    text: str
    owner: OwnerKind | None = None
    role: Role | None = None
    pool: Literal["role", "reviewer", "licensed"] = "role"
    narrows: tuple[Narrow, ...] = ()
    rank: Rank | None = None


# --- strategies, composable


def least_loaded(person: PersonFacts) -> tuple[float, ...]:
    """By estimated hours open against capacity, then the least recently assigned, then id."""
    return (_load(person), person.last_assigned_us, person.id)


def round_robin(person: PersonFacts) -> tuple[float, ...]:
    """The least recently assigned first, people over capacity after all others."""
    return (float(_load(person) >= 1), person.last_assigned_us, person.id)


def skilled(skill: str) -> Narrow:
    """Only people with `skill`."""
    return lambda person, _facts: None if skill in person.skills else f"lacks the skill {skill}"


def speaks(language: str) -> Narrow:
    """Only people who speak `language`; `client` is the client's own (anyone, when that is not known)."""

    def narrow(person: PersonFacts, facts: Facts) -> str | None:
        wanted = facts.client_language if language == "client" else language
        return None if wanted is None or wanted in person.languages else f"does not speak {wanted}"

    return narrow


def by_role(role: Role, people: Iterable[PersonFacts]) -> list[PersonFacts]:
    """The people who hold `role`, by id."""
    return sorted((p for p in people if role in p.roles), key=lambda p: p.id)


def by_matter(kind: OwnerKind, facts: Facts) -> PersonFacts | None:
    """The matter's standing owner, None when there is none."""
    return facts.people.get(facts.owners.get(kind, -1))


# --- reading a spec


@cache
def parse_spec(text: str) -> OwnerSpec:
    """Read an owner spec. Raises `UnknownName` with the nearest known owner, role or option."""
    found = _SPEC.fullmatch(text)
    if found is None:
        raise UnknownName("owner", text, known_specs())
    prefix, name, options = found.groups()
    if prefix == "matter.":
        if name not in list(OwnerKind) or options is not None:
            raise UnknownName("owner", text, known_specs())
        return OwnerSpec(text, owner=OwnerKind(name))
    narrows, rank = _options(options)
    if prefix is None and name == "reviewer":
        return OwnerSpec(text, pool="reviewer", narrows=narrows, rank=rank)
    if prefix is None and name == "licensed":
        return OwnerSpec(text, pool="licensed", narrows=narrows, rank=rank)
    if prefix is None or name not in list(Role):
        raise UnknownName("owner", text, known_specs())
    return OwnerSpec(text, role=Role(name), narrows=narrows, rank=rank)


def known_specs() -> list[str]:
    """Every owner spec without options."""
    return [*(f"matter.{k}" for k in OwnerKind), *(f"role:{r}" for r in Role), "reviewer", "licensed"]


def _options(text: str | None) -> tuple[tuple[Narrow, ...], Rank]:
    narrows: list[Narrow] = []
    rank: Rank = least_loaded
    for part in (text or "").split(",") if text is not None else []:
        name, _, value = (p.strip() for p in part.partition("="))
        if name not in _OPTIONS or not value:
            raise UnknownName("owner option", part.strip(), [f"{o}=" for o in _OPTIONS])
        if name == "skill":
            narrows.append(skilled(value))
        elif name == "language":
            narrows.append(speaks(value))
        elif value == "round_robin":
            rank = round_robin
        elif value != "least_loaded":
            raise UnknownName("strategy", value, ["least_loaded", "round_robin"])
    return tuple(narrows), rank


# --- resolving


def resolve(
    specs: Sequence[str],
    facts: Facts,
    *,
    reserved: bool,
    exclude: frozenset[int] = frozenset(),
    need: Need = "anyone",
    inside: bool = False,
) -> Pick:
    """The first spec that yields a person wins; what follows the last spec is the stated fallback.

    A matter's owner who is away gives way to her cover (and that cover's cover), then to the next spec, then to the
    matter's other owners. One who is over capacity gives way to the matter's other owners in that order, the first of
    them who has room; where none has, the work stays where it belongs. Last of all come the operations manager, the managing partner, anyone licensed and, for work
    that is not reserved, anyone; people who are away only when everybody is. `reserved` work goes to nobody without
    licence (it is `need="licensed"`), work kept `inside` to nobody from outside, people in `exclude` or behind a wall
    are never chosen. Raises `UnknownName` for a spec that is none.
    """
    search = _Search(facts, exclude, "licensed" if reserved else need, inside)
    parsed = [parse_spec(s) for s in specs]
    for spec in chain(parsed, _other_owners(parsed)):
        pick = search.owner(spec.owner) if spec.owner is not None else search.pool(spec)
        if pick is not None:
            return pick if spec.owner is None else search.spilled(pick, spec)
    return search.last_resort()


def _other_owners(parsed: Sequence[OwnerSpec]) -> Iterator[OwnerSpec]:
    asked = [s.owner for s in parsed if s.owner is not None]
    if not asked:
        return
    order: tuple[OwnerKind, ...] = (OwnerKind.SUPERVISING_ATTORNEY, OwnerKind.LEAD_ATTORNEY)
    if asked[0] in (OwnerKind.PRIMARY_PARALEGAL, OwnerKind.SECONDARY_PARALEGAL):
        order = (OwnerKind.SECONDARY_PARALEGAL, OwnerKind.LEAD_ATTORNEY, OwnerKind.SUPERVISING_ATTORNEY)
    yield from (parse_spec(f"matter.{k}") for k in order if k not in asked)


class _Search:
    """One resolution under way; keeps the first reason given for each person."""

    def __init__(self, facts: Facts, exclude: frozenset[int], need: Need, inside: bool) -> None:
        self.facts = facts
        self.exclude = exclude
        self.need = need
        self.inside = inside
        self.passed: dict[int, Candidate] = {}

    def owner(self, kind: OwnerKind) -> Pick | None:
        """The matter's owner, or whoever covers for her."""
        person = by_matter(kind, self.facts)
        what = kind.replace("_", " ")
        if person is None:
            return None
        reason = f"{what} of the matter"
        seen: set[int] = set()
        while person is not None and person.id not in seen:
            seen.add(person.id)
            why_not = self._unfit(person) or self._away(person)
            if why_not is None:
                return self._choose(person, reason)
            self._pass(person, why_not)
            if person.present:
                return None
            reason = f"covers {person.name}, {_absence(person)}"
            person = self.facts.people.get(-1 if person.cover is None else person.cover)
        return None

    def spilled(self, pick: Pick, spec: OwnerSpec) -> Pick:
        """The pick, or who of the matter's other owners takes it off somebody whose week is full."""
        full = self.facts.people.get(-1 if pick.person is None else pick.person)
        if full is None or _load(full) < 1:
            return pick
        for other in _other_owners([spec]):
            person = None if other.owner is None else by_matter(other.owner, self.facts)
            if person is None or person.id == full.id or _load(person) >= 1:
                continue
            if self._unfit(person) is None and person.present:
                self._pass(full, f"over capacity: {hours_open(full)}")
                what = str(other.owner).replace("_", " ")
                return self._choose(
                    person,
                    f"{what} of the matter; {full.name} is over capacity, {hours_open(full)}",
                    among=True,
                )
        return pick

    def pool(self, spec: OwnerSpec, *, note: str = "") -> Pick | None:
        """The best placed of a group of present people."""
        fit: list[PersonFacts] = []
        for person in self._members(spec):
            why_not = self._unfit(person) or self._away(person) or self._narrowed(person, spec)
            if why_not is None:
                fit.append(person)
            else:
                self._pass(person, why_not)
        if not fit:
            return None
        rank = spec.rank or least_loaded
        fit.sort(key=rank)
        chosen = fit[0]
        how = "least recently assigned" if rank is round_robin else "least loaded"
        for person in fit[1:]:
            over = _load(person) >= 1
            self._pass(
                person,
                f"over capacity: {hours_open(person)}" if over else f"not the {how}: {hours_open(person)}",
            )
        if len(fit) == 1:
            return self._choose(chosen, f"{note}{spec.text}")
        return self._choose(chosen, f"{note}{how} of {len(fit)}, {hours_open(chosen)}", among=True)

    def last_resort(self) -> Pick:
        """Somebody, whoever it takes; away people last."""
        managers = ("role:operations_manager", "role:managing_partner", "licensed")
        for text in managers:
            pick = self.pool(parse_spec(text), note="fallback, nobody before could take it: ")
            if pick is not None:
                return pick
        everybody = sorted(self.facts.people.values(), key=least_loaded)
        fit = [p for p in everybody if self._unfit(p) is None]
        for person in [p for p in fit if p.present] or self._managers_first(fit):
            why = (
                "nobody before could take it" if person.present else f"everybody is away, {_absence(person)}"
            )
            return self._choose(person, f"fallback, {why}")
        for person in everybody:
            self._pass(person, self._unfit(person) or "not available")
        return Pick(None, tuple(self.passed.values()), "nobody in the firm may take this work")

    @staticmethod
    def _managers_first(people: Sequence[PersonFacts]) -> list[PersonFacts]:
        order = (Role.OPERATIONS_MANAGER, Role.MANAGING_PARTNER)
        return sorted(
            people, key=lambda p: next((i for i, r in enumerate(order) if r in p.roles), len(order))
        )

    def _members(self, spec: OwnerSpec) -> list[PersonFacts]:
        people = self.facts.people.values()
        if spec.role is not None:
            return by_role(spec.role, people)
        wanted = (p for p in people if (p.second_reviewer if spec.pool == "reviewer" else p.licensed))
        return sorted(wanted, key=lambda p: p.id)

    def _unfit(self, person: PersonFacts) -> str | None:
        if person.walled_off:
            return "from outside, not admitted to this matter" if person.outside else "behind an ethical wall"
        if person.outside and self.inside:
            return "from outside: this work stays in the firm"
        if person.id in self.exclude:
            return "already has a part in this work"
        if self.need == "licensed" and not person.licensed:
            return "no licence: the work is reserved"
        if self.need == "second_review" and not (person.second_reviewer or person.licensed):
            return "not qualified for second review"
        return None

    def _away(self, person: PersonFacts) -> str | None:
        return None if person.present else _absence(person)

    def _narrowed(self, person: PersonFacts, spec: OwnerSpec) -> str | None:
        return next((why for n in spec.narrows if (why := n(person, self.facts)) is not None), None)

    def _pass(self, person: PersonFacts, reason: str) -> None:
        self.passed.setdefault(person.id, Candidate(person.id, person.handle, False, reason))

    def _choose(self, person: PersonFacts, reason: str, *, among: bool = False) -> Pick:
        self.passed.pop(person.id, None)
        chosen = Candidate(person.id, person.handle, True, reason)
        return Pick(person.id, (chosen, *self.passed.values()), reason, among)


def _load(person: PersonFacts) -> float:
    return person.open_hours / person.capacity_hours if person.capacity_hours > 0 else float("inf")


def hours_open(person: PersonFacts) -> str:
    """How full somebody's week is: "12 of 20 hours open (week 2 here: 50% of 40)"."""
    weeks = f" ({person.ramp})" if person.ramp else ""
    return f"{person.open_hours:g} of {person.capacity_hours:g} hours open{weeks}"


def _absence(person: PersonFacts) -> str:
    return "away" if person.away_until is None else f"away until {person.away_until.isoformat()}"
