"""The firm's people: who works here, in which roles, with which licence, who is away and who covers."""

from __future__ import annotations

from datetime import date

from casedesk.desk import asked, handover
from casedesk.desk.joining import add as add
from casedesk.desk.joining import answers as answers
from casedesk.desk.leaving import leave as leave
from casedesk.desk.roster import FOR_OUTSIDE, MANAGING, forget, plain, refuse_manager
from casedesk.desk.roster import listing as listing
from casedesk.desk.roster import show as show
from casedesk.desk.roster import who as who
from casedesk.desk.turn import Turn
from casedesk.desk.views.people import PersonView
from casedesk.models.enums import Role
from casedesk.refusal import NotAllowed, Refusal


def role(turn: Turn, name: str, role: str, *, take: bool = False) -> PersonView:
    """A manager gives a person one more role, or takes one away; on the shared store the server's group goes with it.

    Who manages the firm is chosen by a managing partner (by any manager, where the firm has none). Raises `Refusal`
    for somebody's last role, and for the last manager's.
    """
    turn.require_manager("Giving a role")
    person = turn.person(name)
    wanted = asked.one_of(role, Role, "role")
    refuse_manager(turn, wanted, "Choosing who manages")
    if take:
        _take_role(turn, person.id, person.handle, person.roles, wanted)
    else:
        if wanted in person.roles:
            raise Refusal("already_there", f"{person.handle} is {plain(wanted)} already.")
        if person.outside and wanted not in FOR_OUTSIDE:
            raise Refusal(
                "outside_role",
                f"{person.handle} is from outside and works as a paralegal or an intake specialist, nothing else.",
                "Choose somebody of the firm.",
            )
        turn.uow.run("person.give_role", person_id=person.id, role=wanted.value)
        turn.uow.audit("person.role", person.handle, role=wanted.value)
    forget(turn)
    return show(turn, person.handle)


def _take_role(turn: Turn, person_id: int, handle: str, roles: frozenset[Role], wanted: Role) -> None:
    if wanted not in roles:
        raise Refusal("not_there", f"{handle} is not {plain(wanted)}.", "See `casedesk person list`.")
    if len(roles) == 1:
        raise Refusal(
            "last_role", f"{plain(wanted)} is the only role {handle} has.", "Give another one first."
        )
    if roles & MANAGING == {wanted} and not turn.uow.scalar("person.managers_left", person_id=person_id):
        raise Refusal(
            "last_manager", f"{handle} is the firm's last manager.", "Make somebody else a manager first."
        )
    turn.uow.run("person.take_role", person_id=person_id, role=wanted.value)
    turn.uow.audit("person.role_ended", handle, role=wanted.value)


def absence(
    turn: Turn, name: str, first: date, last: date, *, cover: str | None = None, note: str = ""
) -> PersonView:
    """Somebody is away from `first` to `last`, both included; `cover` works in the meantime.

    One's own absence, or a manager's word on anybody's. It takes the place of those it overlaps, and opens a hand-over
    sheet (`handover`).
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
    absence_id = turn.uow.new_id()
    turn.uow.insert(
        "absence",
        id=absence_id,
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
    handover.open_sheet(turn, absence_id)
    forget(turn)
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
    forget(turn)
    return show(turn, person.handle)


def email(turn: Turn, name: str, address: str) -> PersonView:
    """A manager says where a person's mail and invitations go from now on; an empty address stops them.

    Raises `NotFound`, `Refusal("bad_address")`.
    """
    turn.require_manager("Changing a person's mail address")
    person = turn.person(name)
    turn.uow.update("person", person.id, email=asked.mail_address(address))
    turn.uow.audit("person.email", person.handle, named=bool(address.strip()))
    forget(turn)
    return show(turn, person.handle)


# --- within


def _cover(turn: Turn, person_id: int, cover: str) -> int:
    found = turn.person(cover)
    if found.id == person_id:
        raise Refusal("cover_is_someone_else", "Nobody covers for themselves.", "Name somebody else.")
    return found.id


def _own_or_manager(turn: Turn, person_id: int, act: str) -> None:
    if person_id != turn.actor.id and not turn.actor.is_manager:
        raise NotAllowed("not_allowed", f"{act} is for a manager.", "Ask the operations manager.")
