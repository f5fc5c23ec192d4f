"""Who works here, as the desk shows them: each by handle, with roles, licences, who is here, and what needs care."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from casedesk.desk import licences, training
from casedesk.desk.turn import Turn, opaque
from casedesk.desk.views.people import PersonView
from casedesk.models.enums import Role
from casedesk.refusal import NotAllowed, NotFound
from casedesk.routing.facts import PersonFacts

MANAGING = frozenset({Role.OPERATIONS_MANAGER, Role.MANAGING_PARTNER})
FOR_OUTSIDE = frozenset({Role.PARALEGAL, Role.INTAKE_SPECIALIST})
"""What somebody from outside may work as."""


def listing(turn: Turn) -> tuple[PersonView, ...]:
    """Everybody who works here, by handle. To somebody from outside: names, roles and who is here, nothing more."""
    return tuple(view for view in _views(turn).values() if view.active)


def who(turn: Turn) -> tuple[PersonView, ...]:
    """As `listing`, without what takes long in a large firm: hours of open work (0 in each), licences, warnings."""
    roles = _roles(turn)
    return tuple(
        _view(turn, row, turn.staff.get(row.id), roles.get(row.id, ()))
        for row in on_file(turn)
        if bool(row.active)
    )


def show(turn: Turn, name: str) -> PersonView:
    """One person by handle or id, also one who has left. Raises `NotFound`."""
    wanted = name.strip().lower()
    for view in _views(turn).values():
        if view.handle == wanted or view.id == name.strip().upper():
            return view
    raise NotFound("person", name, "See `casedesk person list`.")


def on_file(turn: Turn) -> Sequence[Any]:
    """Everybody who works or worked here; to somebody from outside without mail address, number or hours."""
    return turn.uow.all("person.everyone_named" if turn.actor.outside else "person.everyone")


def refuse_manager(turn: Turn, wanted: Role, act: str) -> None:
    """Raises `NotAllowed` where `wanted` manages the firm and the actor may not choose who does."""
    if wanted not in MANAGING or Role.MANAGING_PARTNER in turn.actor.roles:
        return
    if turn.uow.scalar("person.partners_left", person_id=turn.actor.id):
        raise NotAllowed("not_allowed", f"{act} is for a managing partner.", "Ask a managing partner.")


def forget(turn: Turn) -> None:
    """What this turn read of the people is out of date."""
    for name in ("_everybody", "staff", "people", "partial", "names"):
        turn.__dict__.pop(name, None)


def shared(turn: Turn) -> bool:
    return turn.uow.dialect.name == "postgresql"


def plain(name: str) -> str:
    return name.replace("_", " ")


# --- within


def _views(turn: Turn) -> dict[int, PersonView]:
    held: dict[int, list[str]] = {}
    for row in () if turn.actor.outside else turn.uow.all("person.all_licences"):
        held.setdefault(row.person_id, []).append(_licence(row))
    roles, warned = _roles(turn), _warnings(turn)
    return {
        row.id: _view(
            turn,
            row,
            turn.people.get(row.id),
            roles.get(row.id, ()),
            tuple(held.get(row.id, ())),
            warned.get(row.handle, ()),
        )
        for row in on_file(turn)
    }


def _roles(turn: Turn) -> dict[int, tuple[str, ...]]:
    roles: dict[int, tuple[str, ...]] = {}
    for row in turn.uow.all("person.all_roles"):
        roles[row.person_id] = (*roles.get(row.person_id, ()), row.role)
    return roles


def _warnings(turn: Turn) -> dict[str, tuple[str, ...]]:
    """What a manager sees to: licences that run out, reviewers whose training is not on record; to others their own."""
    if turn.actor.outside:
        return {}
    found = licences.warnings(turn)
    for handle, sentence in training.missing(turn):
        found.setdefault(handle, []).append(sentence)
    return {
        handle: tuple(said)
        for handle, said in found.items()
        if turn.actor.is_manager or handle == turn.actor.handle
    }


def _view(
    turn: Turn,
    row: Any,
    facts: PersonFacts | None,
    roles: tuple[str, ...],
    held: tuple[str, ...] = (),
    warnings: tuple[str, ...] = (),
) -> PersonView:
    return PersonView(
        handle=row.handle,
        name=row.name,
        roles=roles,
        licensed=facts is not None and facts.licensed,
        languages=tuple(json.loads(row.languages)),
        present=facts is not None and facts.present,
        id=opaque(row.id),
        email=row.email,
        skills=tuple(json.loads(row.skills)),
        licences=held,
        away_until=None if facts is None else facts.away_until,
        cover=None if facts is None or facts.cover is None else turn.handle(facts.cover),
        capacity_hours=float(row.capacity_hours)
        if facts is None or turn.actor.outside
        else facts.capacity_hours,
        ramp="" if facts is None or turn.actor.outside else facts.ramp,
        open_hours=0.0 if facts is None or turn.actor.outside else facts.open_hours,
        active=bool(row.active),
        outside=bool(row.outside),
        organisation=row.organisation,
        answers_for=turn.handle(row.answers_for_id) or None,
        warnings=warnings,
    )


def _licence(row: Any) -> str:
    scope = "" if row.scope == "full" else "before DHS alone"
    words = " ".join(part for part in (row.kind, row.jurisdiction, row.number, scope) if part)
    return words if row.expires is None else f"{words} until {row.expires}"
