"""Somebody leaves: nothing stays in their hands, and nothing stays open to them."""

from __future__ import annotations

from functools import partial

from casedesk.desk import signing
from casedesk.desk.roster import MANAGING, forget, refuse_manager, show
from casedesk.desk.turn import Turn
from casedesk.desk.views.people import PersonView
from casedesk.models.enums import Role
from casedesk.refusal import Refusal


def leave(turn: Turn, name: str) -> PersonView:
    """Somebody no longer works here: no sign-in, no work, no signing. What they did stays theirs.

    Refused while they hold open work, supervise some or answer for somebody from outside, and for the last manager. A
    managing partner's place is closed by another one. On the shared store their login and their sessions end with it.
    """
    turn.require_manager("Closing a person's place")
    uow = turn.uow
    person = turn.person(name)
    if person.id == turn.actor.id:
        raise Refusal("yourself", "You cannot close your own place.", "Another manager does it.")
    if Role.MANAGING_PARTNER in person.roles:
        refuse_manager(turn, Role.MANAGING_PARTNER, "Closing a managing partner's place")
    _refuse_unfinished(turn, person.id, person.handle)
    if person.roles & MANAGING and not uow.scalar("person.managers_left", person_id=person.id):
        raise Refusal(
            "last_manager",
            f"{person.handle} is the firm's last manager.",
            "Make somebody else a manager first.",
        )
    for key in uow.all("signing.keys_of", person_id=person.id):
        if key.revoked_us is None:
            signing.retire(turn, key.key_id, "left the firm")
    uow.audit("person.left", person.handle)
    uow.run("person.close", person_id=person.id)
    turn.afterwards.append(partial(_end_sessions, person_id=person.id))
    forget(turn)
    return show(turn, person.handle)


def _refuse_unfinished(turn: Turn, person_id: int, handle: str) -> None:
    """Raises `Refusal` naming what somebody still holds, supervises or answers for."""
    uow = turn.uow
    work = uow.need("person", handle, "person.open_work", person_id=person_id)
    if work.tasks or work.reviews:
        what = f"{work.tasks} open tasks and {work.reviews} open reviews"
        where = f" ({work.first_task} first)" if work.first_task else ""
        raise Refusal("holds_work", f"{handle} holds {what}.", f"Reassign them{where}, then repeat.")
    watched = uow.all("supervision.open_under", supervisor_id=person_id)
    if watched:
        more = f" and {len(watched) - 1} more" if len(watched) > 1 else ""
        raise Refusal(
            "supervises",
            f"{handle} supervises delegated work that is not checked: {watched[0].ref} ({watched[0].task_ref}){more}.",
            "Have it checked first, by them or by the matter's attorney.",
        )
    helped = uow.all("person.answers_for", person_id=person_id)
    if helped:
        raise Refusal(
            "answers_for_others",
            f"{handle} answers for {', '.join(row.handle for row in helped)}, from outside.",
            "Name somebody else with `casedesk person answers`.",
        )


def _end_sessions(turn: Turn, person_id: int) -> None:
    """Once the leaving is committed: somebody may have signed in until that very moment."""
    turn.uow.run("person.end_sessions", person_id=person_id)
