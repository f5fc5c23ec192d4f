"""The firm's people: who works here, in which roles, with which licence, who is away and who covers."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from casedesk.desk import asked, policy
from casedesk.desk.turn import Turn, opaque
from casedesk.desk.views import PersonView
from casedesk.models.enums import LicenceKind, Role
from casedesk.refusal import NotAllowed, NotFound, Refusal
from casedesk.store.unit_of_work import as_json

Licence = tuple[str, str, str, date | None]
"""Kind (a `LicenceKind`), number, jurisdiction, last day or None."""

MANAGING = frozenset({Role.OPERATIONS_MANAGER, Role.MANAGING_PARTNER})


def listing(turn: Turn) -> tuple[PersonView, ...]:
    """Everybody who works here, by handle."""
    return tuple(view for view in _views(turn).values() if view.active)


def show(turn: Turn, name: str) -> PersonView:
    """One person by handle or id, also one who has left. Raises `NotFound`."""
    wanted = name.strip().lower()
    for view in _views(turn).values():
        if view.handle == wanted or view.id == name.strip().upper():
            return view
    raise NotFound("person", name, "See `casedesk person list`.")


def add(
    turn: Turn,
    handle: str,
    name: str,
    roles: tuple[str, ...],
    *,
    email: str = "",
    languages: tuple[str, ...] = ("en",),
    skills: tuple[str, ...] = (),
    licence: Licence | None = None,
    capacity_hours: int = 40,
    password: str | None = None,
) -> PersonView:
    """A manager takes somebody in. On the shared store the server makes their login at once.

    `password` is theirs to sign in with; without one the login gets a random one that nobody knows, and the owner of
    the database sets another. Only a SCRAM verifier leaves this machine.
    """
    turn.require_manager("Adding a person")
    uow = turn.uow
    short = asked.handle(handle)
    full = asked.words(name, "The name")
    held = tuple(dict.fromkeys(asked.one_of(r, Role, "role") for r in roles))
    if not held:
        raise Refusal("no_role", f"{short} needs a role.", "Give at least one, such as paralegal.")
    if not 1 <= capacity_hours <= 80:
        raise Refusal("bad_capacity", "A week has from 1 to 80 hours of work.", "Give the hours a week.")
    if uow.one("person.by_handle", handle=short) is not None:
        raise Refusal("handle_taken", f"The handle {short} is taken.", "Choose another one.")
    shared = _shared(turn)
    if shared and uow.one("person.login_taken", login=short) is not None:
        raise Refusal("login_taken", f"The server has a login {short} already.", "Choose another handle.")
    person_id = uow.new_id()
    uow.insert(
        "person",
        id=person_id,
        handle=short,
        name=full,
        login=short if shared else None,
        email=asked.optional(email, "The mail address"),
        languages=as_json(list(asked.languages(languages))),
        skills=as_json([asked.slug(asked.words(s, "A skill")) for s in skills]),
        capacity_hours=capacity_hours,
        office_id=turn.office.id,
        created_us=turn.now_us,
    )
    uow.insert_many("person_role", [{"person_id": person_id, "role": role.value} for role in held])
    kind = None if licence is None else _add_licence(turn, person_id, licence)
    if shared:
        _add_login(turn, short, held, password)
    policy.second_person(turn)
    uow.audit("person.added", short, roles=[role.value for role in held], licence=kind)
    _forget(turn)
    return show(turn, short)


def _add_licence(turn: Turn, person_id: int, licence: Licence) -> str:
    kind_name, number, jurisdiction, expires = licence
    kind = asked.one_of(kind_name, LicenceKind, "licence")
    turn.uow.insert(
        "licence",
        id=turn.uow.new_id(),
        person_id=person_id,
        kind=kind.value,
        number=asked.optional(number, "The licence's number"),
        jurisdiction=asked.optional(jurisdiction, "The jurisdiction"),
        expires=asked.iso(expires),
    )
    return kind.value


def _add_login(turn: Turn, login: str, roles: tuple[Role, ...], password: str | None) -> None:
    from casedesk.security.scram import random_password, scram_verifier

    try:
        verifier = scram_verifier(password if password is not None else random_password())
    except ValueError as error:
        raise Refusal("bad_password", str(error), "Choose another password.") from error
    turn.uow.scalar(
        "person.add_login", login=login, verifier=verifier, groups=[f"casedesk_{role}" for role in roles]
    )


def role(turn: Turn, name: str, role: str) -> PersonView:
    """A manager gives a person one more role.

    On the shared store the roles that keep the people need a group of the server as well, which its owner grants.
    """
    turn.require_manager("Giving a role")
    person = turn.person(name)
    wanted = asked.one_of(role, Role, "role")
    if wanted in person.roles:
        raise Refusal("already_there", f"{person.handle} is {_plain(wanted)} already.")
    if _shared(turn) and wanted in MANAGING:
        raise Refusal(
            "role_needs_owner",
            f"On a shared store {_plain(wanted)} comes with rights on the server.",
            "Add the person anew with that role, or ask the owner of the database.",
        )
    turn.uow.insert("person_role", person_id=person.id, role=wanted.value)
    turn.uow.audit("person.role", person.handle, role=wanted.value)
    _forget(turn)
    return show(turn, person.handle)


def absence(
    turn: Turn, name: str, first: date, last: date, *, cover: str | None = None, note: str = ""
) -> PersonView:
    """Somebody is away from `first` to `last`, both included; `cover` works in the meantime.

    One's own absence, or a manager's word on anybody's. It takes the place of those it overlaps.
    """
    person = turn.person(name)
    _own_or_manager(turn, person.id, "Reporting somebody else's absence")
    if last < first:
        raise Refusal("days_in_order", f"{last} is before {first}.", "Give the first day first.")
    if last < turn.today:
        raise Refusal("past", f"{last} is over.", "An absence ends today or later.")
    cover_id = None if cover is None else _cover(turn, person.id, cover)
    replaced = turn.uow.run(
        "person.cancel_overlapping",
        person_id=person.id,
        first_day=first.isoformat(),
        last_day=last.isoformat(),
        now_us=turn.now_us,
    )
    turn.uow.insert(
        "absence",
        id=turn.uow.new_id(),
        person_id=person.id,
        first_day=first.isoformat(),
        last_day=last.isoformat(),
        cover_id=cover_id,
        note=asked.optional(note, "The note"),
    )
    turn.uow.audit(
        "person.absence",
        person.handle,
        first=first.isoformat(),
        last=last.isoformat(),
        cover=turn.handle(cover_id) or None,
        replaced=replaced,
    )
    _forget(turn)
    return show(turn, person.handle)


def cover(turn: Turn, name: str, cover: str) -> PersonView:
    """Who works for somebody who is away now, or will be next."""
    person = turn.person(name)
    _own_or_manager(turn, person.id, "Choosing somebody else's cover")
    ahead = turn.uow.one("person.absences_ahead", person_id=person.id, today=turn.today.isoformat())
    if ahead is None:
        raise Refusal(
            "not_away",
            f"{person.handle} is not away.",
            "Report the absence first: `casedesk person absence`.",
        )
    cover_id = _cover(turn, person.id, cover)
    turn.uow.run("person.set_cover", id=ahead.id, cover_id=cover_id)
    turn.uow.audit("person.cover", person.handle, cover=turn.handle(cover_id), first=ahead.first_day)
    _forget(turn)
    return show(turn, person.handle)


def leave(turn: Turn, name: str) -> PersonView:
    """Somebody no longer works here: no sign-in, no work, no signing. What they did stays theirs.

    Refused while they hold open work, and for the last manager.
    """
    turn.require_manager("Closing a person's place")
    uow = turn.uow
    person = turn.person(name)
    if person.id == turn.actor.id:
        raise Refusal("yourself", "You cannot close your own place.", "Another manager does it.")
    work = uow.need("person", name, "person.open_work", person_id=person.id)
    if work.tasks or work.reviews:
        what = f"{work.tasks} open tasks and {work.reviews} open reviews"
        where = f" ({work.first_task} first)" if work.first_task else ""
        raise Refusal("holds_work", f"{person.handle} holds {what}.", f"Reassign them{where}, then repeat.")
    if person.roles & MANAGING and not uow.scalar("person.managers_left", person_id=person.id):
        raise Refusal(
            "last_manager",
            f"{person.handle} is the firm's last manager.",
            "Make somebody else a manager first.",
        )
    for key in uow.all("signing.keys_of", person_id=person.id):
        if key.active:
            uow.run("signing.revoke", key_id=key.key_id, now_us=turn.now_us)
    uow.update("person", person.id, active=0)
    uow.audit("person.left", person.handle)
    _forget(turn)
    return show(turn, person.handle)


# --- within


def _views(turn: Turn) -> dict[int, PersonView]:
    licences: dict[int, list[str]] = {}
    for row in turn.uow.all("person.all_licences"):
        licences.setdefault(row.person_id, []).append(_licence(row))
    roles: dict[int, list[str]] = {}
    for row in turn.uow.all("person.all_roles"):
        roles.setdefault(row.person_id, []).append(row.role)
    return {
        row.id: _view(turn, row, tuple(roles.get(row.id, ())), tuple(licences.get(row.id, ())))
        for row in turn.uow.all("person.everyone")
    }


def _view(turn: Turn, row: Any, roles: tuple[str, ...], licences: tuple[str, ...]) -> PersonView:
    facts = turn.people.get(row.id)
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
        licences=licences,
        away_until=None if facts is None else facts.away_until,
        cover=None if facts is None or facts.cover is None else turn.handle(facts.cover),
        capacity_hours=float(row.capacity_hours),
        open_hours=0.0 if facts is None else facts.open_hours,
        active=bool(row.active),
    )


def _licence(row: Any) -> str:
    words = " ".join(part for part in (row.kind, row.jurisdiction, row.number) if part)
    return words if row.expires is None else f"{words} until {row.expires}"


def _cover(turn: Turn, person_id: int, cover: str) -> int:
    found = turn.person(cover)
    if found.id == person_id:
        raise Refusal("cover_is_someone_else", "Nobody covers for themselves.", "Name somebody else.")
    return found.id


def _own_or_manager(turn: Turn, person_id: int, act: str) -> None:
    if person_id != turn.actor.id and not turn.actor.is_manager:
        raise NotAllowed("not_allowed", f"{act} is for a manager.", "Ask the operations manager.")


def _forget(turn: Turn) -> None:
    """What this turn read of the people is out of date."""
    for name in ("people", "names"):
        turn.__dict__.pop(name, None)


def _shared(turn: Turn) -> bool:
    return turn.uow.dialect.name == "postgresql"


def _plain(role: Role) -> str:
    return role.value.replace("_", " ")
