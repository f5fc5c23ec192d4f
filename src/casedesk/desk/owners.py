"""Who owns a matter: the people asked for, else whom routing finds, each with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from casedesk.desk import authority, sight
from casedesk.desk.turn import Turn
from casedesk.models.enums import OwnerKind
from casedesk.refusal import NotAllowed
from casedesk.routing.facts import Facts, PersonFacts
from casedesk.routing.strategies import Need, hours_open, resolve

_SPECS: dict[OwnerKind, tuple[str, ...]] = {
    OwnerKind.PRIMARY_PARALEGAL: (
        "role:paralegal[language=client]",
        "role:paralegal",
        "role:senior_associate",
        "role:intake_specialist",
    ),
    OwnerKind.SECONDARY_PARALEGAL: (
        "role:paralegal[language=client]",
        "role:paralegal",
        "role:senior_associate",
    ),
    OwnerKind.LEAD_ATTORNEY: ("role:attorney[language=client]", "role:attorney", "licensed"),
    OwnerKind.SUPERVISING_ATTORNEY: ("role:managing_partner", "licensed"),
}
_LICENSED = frozenset({OwnerKind.LEAD_ATTORNEY, OwnerKind.SUPERVISING_ATTORNEY})


@dataclass(frozen=True)
class Owner:
    kind: OwnerKind
    person: int
    handle: str
    reason: str


def choose(
    turn: Turn, language: str, asked_for: dict[OwnerKind, str | None], *, court: bool = False
) -> tuple[Owner, ...]:
    """The owners of a new matter. Nobody is left out who could be found; a second paralegal only where there is one.

    `court`: it is before the Executive Office for Immigration Review, which a partial accreditation does not reach.
    """
    chosen: list[Owner] = []
    for kind in OwnerKind:
        name = asked_for.get(kind)
        if name is not None:
            person = fit(turn, kind, name, court=court)
            chosen.append(Owner(kind, person.id, person.handle, f"named by {turn.actor.handle}"))
            continue
        turn.hold_picks()
        found = _find(turn, language, kind, chosen, court)
        if found is not None:
            chosen.append(found)
    return tuple(chosen)


def load(turn: Turn, owners: Iterable[Owner], before: Mapping[int, float]) -> tuple[str, ...]:
    """What an opening did to the week of each owner who got work by it; `before` are their open hours ahead of it."""
    turn.weigh_anew()
    said: dict[int, str] = {}
    for owner in owners:
        person = turn.people[owner.person]
        more = person.open_hours - before[owner.person]
        if more > 0:
            full = ", over capacity" if person.open_hours >= person.capacity_hours else ""
            said[owner.person] = f"{person.handle}: {hours_open(person)}, {more:g} by this matter{full}"
    return tuple(said.values())


def given_us(turn: Turn) -> int:
    """When a matter is given to its owners: now, and later than every one given before, so that turns are kept."""
    last = turn.uow.scalar("matter.last_opened")
    return turn.now_us if last is None else max(turn.now_us, int(last) + 1)


def before_court(type: str, forms: Iterable[str]) -> bool:
    """Whether a matter that is being opened is before the court: removal, or one of its forms."""
    return type == "removal_defense" or any(form.startswith("EOIR-") for form in forms)


def fit(
    turn: Turn, kind: OwnerKind, name: str, matter_id: int | None = None, *, court: bool = False
) -> PersonFacts:
    """The person named. Raises `NotAllowed` where a matter's attorney would have no licence, and for who may not see
    the matter (None: one that is being opened)."""
    person = turn.person(name)
    sight.require(turn, person, matter_id)
    if kind in _LICENSED and not person.licensed:
        raise NotAllowed(
            "not_licensed",
            f"{person.handle} has no licence and cannot be the {kind.replace('_', ' ')}.",
            "Name an attorney or an accredited representative.",
        )
    if kind in _LICENSED and person.id in turn.partial and (court or turn.before_court(matter_id)):
        raise NotAllowed(
            "beyond_accreditation",
            f"{person.handle} is accredited before DHS alone, and this matter is before the court.",
            "Name an attorney, or a fully accredited representative.",
        )
    return person


def _find(turn: Turn, language: str, kind: OwnerKind, chosen: list[Owner], court: bool) -> Owner | None:
    need: Need = "licensed" if kind in _LICENSED else "anyone"
    people = _as_assigned(turn, kind, court)
    taken = {owner.person for owner in chosen}
    others = frozenset(taken) if kind is OwnerKind.SECONDARY_PARALEGAL else frozenset()
    pick = resolve(
        _SPECS[kind],
        Facts(people=people, client_language=language),
        reserved=need == "licensed",
        exclude=others,
        need=need,
    )
    if pick.person is None or (kind is OwnerKind.SECONDARY_PARALEGAL and pick.reason.startswith("fallback")):
        return None
    return Owner(kind, pick.person, people[pick.person].handle, pick.reason)


def _as_assigned(turn: Turn, kind: OwnerKind, court: bool) -> dict[int, PersonFacts]:
    """The people, with a matter counted as work received: else all new matters would go to one person."""
    given = {r.person_id: r.at_us for r in turn.uow.all("matter.last_given", kind=kind.value)}
    return {
        person.id: replace(person, last_assigned_us=max(person.last_assigned_us, given.get(person.id, 0)))
        for person in authority.people_of(turn, None, court=court).values()
    }
