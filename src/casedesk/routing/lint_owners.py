"""What the linter proves about people: every owner resolves whoever is away, and no cover leads back to the absent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from casedesk.models.enums import OwnerKind, ReviewKind
from casedesk.routing.effects import Notify as Told
from casedesk.routing.facts import Facts, PersonFacts
from casedesk.routing.lint_bench import Bench, Case, Finding
from casedesk.routing.playbooks import Gate
from casedesk.routing.rules import Assign, CreateTask, Notify
from casedesk.routing.strategies import Need, Pick, parse_spec, resolve
from casedesk.routing.witness import Stage, Witness, morning

_MATTERLESS = "of no known matter"


@dataclass(frozen=True)
class Post:
    """One list of owners somewhere in the set, and the circumstances in which it is asked."""

    where: str
    owners: tuple[str, ...]
    reserved: bool
    matter: bool
    need: Need = "anyone"
    barred: tuple[OwnerKind, ...] = ()


def check_owners(bench: Bench) -> Iterator[Finding]:
    """Owners that resolve to nobody named, with everybody there or with any one person away."""
    now = morning(bench.base)
    sound: set[tuple[object, ...]] = set()
    for post in _posts(bench):
        key = (post.owners, post.reserved, post.matter, post.need)
        if key not in sound:
            found = list(_check(bench.stage, post, now))
            yield from found
            if not found:
                sound.add(key)
    yield from _unheard(bench)


def cover_circles(people: Mapping[int, PersonFacts], now: datetime) -> Iterator[Finding]:
    """Absent people whose covers lead back to themselves: their work finds nobody on that way."""
    done: set[int] = set()
    for start in sorted(people):
        way: list[int] = []
        at: int | None = start
        while at is not None and at not in way and at not in done:
            person = people.get(at)
            if person is None or person.present:
                break
            way.append(at)
            at = person.cover
        done.update(way)
        if at is None or at not in way:
            continue
        ring = way[way.index(at) :]
        names = [people[p].handle for p in ring]
        owners = {OwnerKind.PRIMARY_PARALEGAL: ring[0]}
        spec = ("matter.primary_paralegal",)
        facts = Facts(people=dict(people), owners=owners)
        pick = resolve(spec, facts, reserved=False)
        told = f"{names[0]}'s work is covered by nobody; it goes to {_handle(people, pick)}: {pick.reason}."
        yield Finding(
            "cover-circle",
            "error",
            ", ".join(names),
            Witness("resolve", told, facts=facts, now=now, owners=spec),
            f"Cover runs in a circle: {' -> '.join([*names, names[0]])}, all of them away.",
        )


def _posts(bench: Bench) -> Iterator[Post]:
    for rule in bench.rules:
        matters = {c.world.has_matter for c in bench.cases(rule)}
        for action in rule.rule.then:
            if isinstance(action, CreateTask | Assign):
                for matter in sorted(matters):
                    yield Post(rule.id, action.owner, action.reserved, matter)
    gates: dict[str, Gate] = {}
    for book, step in bench.steps():
        begun = {c.world.has_matter for _, c in bench.starts(book.id)} or {True}
        for matter in sorted(begun):
            yield Post(f"{book.id}:{step.id}", step.owner, step.reserved, matter)
            if step.owner_when_complex:
                yield Post(f"{book.id}:{step.id}", step.owner_when_complex, step.reserved, matter)
        if book.gate is not None:
            gates[book.id] = book.gate
    for name, gate in gates.items():
        for kind in ReviewKind:
            second = kind is ReviewKind.SECOND
            # Neither the preparer nor the lead attorney, who signs, does the second review.
            barred = (OwnerKind.PRIMARY_PARALEGAL, OwnerKind.LEAD_ATTORNEY) if second else ()
            owners = gate.review(kind).owner
            yield Post(
                f"{name}:{kind}", owners, not second, True, "second_review" if second else "licensed", barred
            )


def _check(stage: Stage, post: Post, now: datetime) -> Iterator[Finding]:
    for away in (None, *sorted(stage.people)):
        facts = stage.facts({}, matter=post.matter, away=away)
        barred = frozenset(stage.owners[k] for k in post.barred if k in stage.owners)
        pick = resolve(post.owners, facts, reserved=post.reserved, exclude=barred, need=post.need)
        person = facts.people.get(-1 if pick.person is None else pick.person)
        named = not pick.reason.startswith("fallback") or (away is not None and not stage.by_name)
        if person is not None and person.present and named:
            continue
        absent = None if away is None else stage.people[away].handle
        when = "with everybody there" if absent is None else f"with {absent} away"
        where = post.where if post.matter else f"{post.where}, for work {_MATTERLESS},"
        goes = (
            "it goes to nobody"
            if person is None
            else f"it goes to {person.handle}, whom the list does not name"
        )
        yield Finding(
            "no-owner" if absent is None else "owner-absent",
            "error",
            post.where,
            Witness(
                "resolve",
                f"{goes[0].upper()}{goes[1:]}: {pick.reason}.",
                facts=facts,
                now=now,
                owners=post.owners,
                reserved=post.reserved,
            ),
            f"The owner of {where} does not resolve {when} ({', '.join(post.owners)}); {goes}.",
        )
        return
    if post.reserved:
        yield from _unlicensed(stage, post, now)


def _unlicensed(stage: Stage, post: Post, now: datetime) -> Iterator[Finding]:
    """Reserved work offered to people who may never take it."""
    facts = stage.facts({}, matter=post.matter)
    for spec in post.owners:
        parsed = parse_spec(spec)
        if parsed.owner is not None:
            ids = [stage.owners[parsed.owner]] if parsed.owner in stage.owners and post.matter else []
        else:
            ids = [p.id for p in stage.people.values() if parsed.role is not None and parsed.role in p.roles]
        if not ids or any(stage.people[i].licensed for i in ids if i in stage.people):
            continue
        pick = resolve(post.owners, facts, reserved=True)
        yield Finding(
            "no-owner",
            "error",
            post.where,
            Witness(
                "resolve",
                f"{spec} is passed over for want of a licence; it goes to {_handle(stage.people, pick)}.",
                facts=facts,
                now=now,
                owners=post.owners,
                reserved=True,
            ),
            f"The work of {post.where} is reserved, and {spec} has no licence to take it.",
        )


def _unheard(bench: Bench) -> Iterator[Finding]:
    """A notice inside the firm that reaches nobody."""
    for rule in bench.rules:
        if not any(isinstance(a, Notify) for a in rule.rule.then):
            continue
        day = bench.day(rule)
        case: Case | None = next(iter(bench.cases(rule)), None)
        if day is None or case is None:
            continue
        fields = bench.space.example(case.region[0], case.world)
        for away in bench.stage.people:
            tried = bench.ask([rule], case.world, fields, day, away=away)
            if tried is None:
                break
            absent = bench.stage.people[away].handle
            if any(isinstance(e, Told) and e.person == away for e in tried.decision.effects):
                yield Finding(
                    "owner-absent",
                    "error",
                    rule.id,
                    tried.witness(f"Only {absent}, who is away, is told."),
                    f"With {absent} away rule {rule.id} tells nobody who is there.",
                )
                break


def _handle(people: Mapping[int, PersonFacts], pick: Pick) -> str:
    return "nobody" if pick.person is None else people[pick.person].handle
