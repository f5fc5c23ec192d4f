"""Ethical walls: raised around a matter for a reason, passed by those who are named, and taken down for a reason.

On the shared store the server keeps a wall: to everybody outside it the matter is not there. Who is outside is told
that they are screened, by the matter's number and nothing else, and acknowledges it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from casedesk.desk import asked, sight, wall_work
from casedesk.desk.apply import About, tell
from casedesk.desk.turn import Turn, opaque
from casedesk.desk.wall_views import MemberView, ScreenedView, ScreenView, SightView, WallView
from casedesk.desk.wall_views import find as find
from casedesk.desk.wall_views import listing as listing
from casedesk.desk.wall_views import screens as screens
from casedesk.desk.wall_views import show as show
from casedesk.refusal import NotAllowed, NotFound, Refusal, WrongUsage
from casedesk.routing.facts import PersonFacts


def raise_wall(
    turn: Turn,
    matter: str,
    reason: str,
    *,
    inside: Iterable[str] = (),
    out: Iterable[str] = (),
    reassign_to: str | None = None,
) -> WallView:
    """Raise a wall; `inside` names those who pass it, or `out` those who do not.

    Everybody else of the firm is told that they are screened, and once that is committed their open snapshots end.
    Refused while somebody outside holds work of the matter, unless `reassign_to` takes all of it.
    """
    row = turn.matter(matter)
    why = asked.words(reason, "The reason")
    _refuse_locally(turn)
    _keeper(turn, row, "Raising a wall")
    if row.guarded:
        raise Refusal("walled", f"A wall stands around {row.ref} already.", "Admit people to it, or end it.")
    members = _members(turn, row, tuple(inside), tuple(out))
    if not any(person.licensed and not person.outside for person in members.values()):
        raise Refusal(
            "nobody_inside",
            f"Somebody who may sign stands inside every wall; {', '.join(_handles(members))} may not.",
            "Name the matter's attorney as well.",
        )
    wall_work.hand_over(turn, row, turn.people.keys() - members.keys(), reassign_to)
    wall_id, ref = turn.uow.new_id(), turn.uow.new_ref("W", "wall")
    admitted = {m.person_id for m in _live(turn, row.id)}
    screened = [
        person
        for person in turn.people.values()
        if person.id not in members and (not person.outside or person.id in admitted)
    ]
    # Before it stands: whoever raises it may be outside then, and adds nothing to a trail they cannot see.
    turn.uow.audit(
        "wall.raised",
        ref,
        matter_id=row.id,
        reason=why,
        inside=_handles(members),
        screened=sorted(person.handle for person in screened),
    )
    turn.uow.flush_audit()
    if _shared(turn):
        turn.uow.all(
            "wall.raise",
            wall_id=wall_id,
            ref=ref,
            matter_id=row.id,
            reason=why,
            members=sorted(members),
            now_us=turn.now_us,
        )
    else:
        _raise_locally(turn, row, wall_id, ref, why, members)
    for person in screened:
        _tell_screened(turn, person.id, row.ref, ref)
    _shut(turn, row)
    if turn.actor.id in members:
        return show(turn, ref)
    return WallView(
        id=opaque(wall_id),
        ref=ref,
        matter=row.ref,
        reason=why,
        opened_at=turn.now,
        opened_by=turn.actor.handle,
        closed_at=None,
        closed_by=None,
        closed_reason="",
        inside=tuple(MemberView(handle, turn.now, turn.actor.handle, None) for handle in _handles(members)),
        screened=tuple(ScreenedView(handle, turn.now, None) for handle in sorted(p.handle for p in screened)),
    )


def lower(turn: Turn, matter: str, reason: str) -> WallView:
    """Take the wall down, for a reason; who was screened is told. People from outside stay admitted."""
    row = turn.matter(matter)
    why = asked.words(reason, "The reason")
    wall = _standing(turn, row)
    _keeper(turn, row, "Taking a wall down")
    inside = {m.person_id for m in _live(turn, row.id)}
    turn.uow.audit("wall.lowered", wall.ref, matter_id=row.id, reason=why)
    turn.uow.flush_audit()
    if _shared(turn):
        turn.uow.all("wall.lower", matter_id=row.id, reason=why, now_us=turn.now_us)
    else:
        turn.uow.run("wall.close", wall_id=wall.id, reason=why, person_id=turn.actor.id, now_us=turn.now_us)
        _follow(turn, row.id, guarded=0)
        turn.uow.run("wall.end_inside", matter_id=row.id, now_us=turn.now_us)
    sight.forget(turn, row.id)
    for screen in turn.uow.all("wall.screens", wall_id=wall.id):
        if screen.person_id not in inside:
            _tell(turn, screen.person_id, f"You are no longer screened from {row.ref} ({wall.ref})")
    return show(turn, wall.ref)


def admit(turn: Turn, matter: str, person: str, *, reason: str = "") -> SightView:
    """Let somebody through the wall; somebody from outside may be admitted where none stands."""
    row = turn.matter(matter)
    _keeper(turn, row, "Admitting people")
    who = turn.person(person)
    wall = _wall_of(turn, row)
    if wall is not None:
        _refuse_locally(turn)
    elif not who.outside:
        raise Refusal(
            "no_wall", f"No wall stands around {row.ref}; {who.handle} sees it.", "Nothing is to be done."
        )
    if who.id in {m.person_id for m in _live(turn, row.id)}:
        raise Refusal("already_inside", f"{who.handle} is admitted to {row.ref} already.")
    _write_member(turn, row, "wall.admit", who, by=turn.actor.id)
    turn.uow.audit(
        "wall.admitted" if wall is not None else "matter.admitted",
        row.ref if wall is None else wall.ref,
        matter_id=row.id,
        person=who.handle,
        reason=asked.optional(reason, "The reason"),
    )
    about = About(event_id=0, subject=row.ref, matter_id=row.id)
    tell(turn, who.id, f"You are admitted to {row.ref}", "wall", about)
    return SightView(row.ref, who.handle, True, None if wall is None else wall.ref)


def leave(turn: Turn, matter: str, person: str, reason: str, *, reassign_to: str | None = None) -> SightView:
    """End somebody's sight of a matter: they are outside its wall from now on, or, from outside, no longer admitted.

    Refused for the last who may sign, and while they hold work of it, unless `reassign_to` takes all of it.
    """
    row = turn.matter(matter)
    why = asked.words(reason, "The reason")
    _keeper(turn, row, "Ending somebody's sight of a matter")
    who = turn.person(person)
    wall = _wall_of(turn, row)
    if wall is not None:
        _refuse_locally(turn)
    live = {m.person_id for m in _live(turn, row.id)}
    if who.id not in live:
        raise Refusal("not_inside", f"{who.handle} is not admitted to {row.ref}.", "See who is inside.")
    left = [p for p in turn.people.values() if p.id in live and p.id != who.id]
    if wall is not None and not any(p.licensed and not p.outside for p in left):
        raise Refusal(
            "nobody_inside",
            f"{who.handle} is the last inside {wall.ref} who may sign.",
            "Admit another attorney first, or take the wall down.",
        )
    wall_work.hand_over(turn, row, {who.id}, reassign_to)
    turn.uow.audit(
        "wall.ended" if wall is not None else "matter.ended",
        row.ref if wall is None else wall.ref,
        matter_id=row.id,
        person=who.handle,
        reason=why,
    )
    turn.uow.flush_audit()
    _write_member(turn, row, "wall.end", who)
    if wall is None:
        _tell(turn, who.id, f"You are no longer admitted to {row.ref}")
    else:
        _tell_screened(turn, who.id, row.ref, wall.ref)
    _shut(turn, row)
    return SightView(row.ref, who.handle, False, None if wall is None else wall.ref)


def _write_member(turn: Turn, row: Any, statement: str, who: PersonFacts, **more: Any) -> None:
    if _shared(turn):
        turn.uow.all(statement, matter_id=row.id, person_id=who.id, now_us=turn.now_us, **more)
    else:
        turn.uow.run(statement, matter_id=row.id, person_id=who.id, now_us=turn.now_us, **more)
    sight.forget(turn, row.id)


def acknowledge(turn: Turn, name: str) -> ScreenView:
    """The actor has read that they are screened. `name` is the wall's ref or the matter's. A second time changes nothing."""
    wanted = name.strip().upper()
    mine = [
        row
        for row in turn.uow.all("wall.my_screens", person_id=turn.actor.id)
        if wanted in (row.wall_ref, row.matter_ref)
    ]
    if not mine:
        raise NotFound("screen of yours", name, "See `casedesk matter wall screens`.")
    row = mine[0]
    if row.acknowledged_us is None:
        turn.uow.run("wall.acknowledge", wall_id=row.wall_id, person_id=turn.actor.id, now_us=turn.now_us)
        turn.uow.audit_person("wall.acknowledged", row.wall_ref)
    return next(screen for screen in screens(turn) if screen.wall == row.wall_ref)


# --- within


def _shared(turn: Turn) -> bool:
    return turn.uow.dialect.name == "postgresql"


def _refuse_locally(turn: Turn) -> None:
    if not _shared(turn) and len(turn.people) > 1:
        raise Refusal(
            "local_store",
            "On a local store roles are workflow, not a wall: whoever can open its file reads it all.",
            "Put the firm on a shared store: `casedesk init --postgres`.",
        )


def _keeper(turn: Turn, row: Any, act: str) -> None:
    """A manager, or one of the matter's attorneys; never somebody from outside."""
    attorneys = {person for kind, person in turn.owners(row.id).items() if kind in wall_work.OUR_ATTORNEYS}
    if turn.actor.outside or not (turn.actor.is_manager or turn.actor.id in attorneys):
        raise NotAllowed(
            "not_allowed", f"{act} is for a manager, or the attorney of {row.ref}.", "Ask one of them."
        )


def _standing(turn: Turn, row: Any) -> Any:
    found = _wall_of(turn, row)
    if found is None:
        raise Refusal("no_wall", f"No wall stands around {row.ref}.", "See `casedesk matter wall list`.")
    return found


def _wall_of(turn: Turn, row: Any) -> Any:
    walls = turn.uow.all("wall.of_matter", matter_id=row.id)
    return walls[0] if walls and walls[0].closed_us is None else None


def _live(turn: Turn, matter_id: int) -> list[Any]:
    return [m for m in turn.uow.all("wall.members", matter_id=matter_id) if m.until_us is None]


def _members(turn: Turn, row: Any, inside: tuple[str, ...], out: tuple[str, ...]) -> dict[int, PersonFacts]:
    if bool(inside) == bool(out):
        raise WrongUsage(
            "who_is_inside",
            "A wall names those inside, or those outside.",
            "Give --inside HANDLE, or --out HANDLE, as often as needed.",
        )
    if inside:
        named = [turn.person(name) for name in inside]
        return {person.id: person for person in named}
    away = {turn.person(name).id for name in out}
    admitted = {m.person_id for m in _live(turn, row.id)}
    return {
        person.id: person
        for person in turn.people.values()
        if person.id not in away and (not person.outside or person.id in admitted)
    }


def _handles(members: dict[int, PersonFacts]) -> list[str]:
    return sorted(person.handle for person in members.values())


def _raise_locally(
    turn: Turn, row: Any, wall_id: int, ref: str, reason: str, members: dict[int, PersonFacts]
) -> None:
    turn.uow.insert(
        "wall",
        id=wall_id,
        ref=ref,
        matter_id=row.id,
        reason=reason,
        opened_us=turn.now_us,
        opened_by=turn.actor.id,
    )
    for person in members.values():
        _write_member(turn, row, "wall.admit", person, by=turn.actor.id)
    _follow(turn, row.id, guarded=1)


def _follow(turn: Turn, matter_id: int, *, guarded: int) -> None:
    """On a local store the matter and its client follow the wall here; on a shared one the server does it."""
    turn.uow.run("wall.guard", matter_id=matter_id, guarded=guarded)
    turn.uow.run("wall.guard_client", matter_id=matter_id)
    sight.forget(turn, matter_id)


def _shut(turn: Turn, row: Any) -> None:
    """Once this is committed, what still shows the matter to whom it shuts out ends."""
    matter_id, ref = row.id, row.ref
    sight.forget(turn, matter_id)

    def end_sessions(after: Turn) -> None:
        if not after.uow.scalar("wall.end_shut_out", matter_id=matter_id):
            raise Refusal(
                "sessions_open",
                f"{ref} is closed to them, but what somebody had open of it before could not be ended.",
                "Have them sign out, and let the owner of the database run `casedesk migrate`.",
            )

    turn.afterwards.append(end_sessions)


def _tell_screened(turn: Turn, person: int, matter_ref: str, wall_ref: str) -> None:
    _tell(
        turn,
        person,
        f"You are screened from {matter_ref}: leave it alone, and acknowledge {wall_ref}",
    )


def _tell(turn: Turn, person: int, words: str) -> None:
    """A word about a wall to somebody outside it: of no matter, so that they can read it."""
    tell(turn, person, words, "wall", About(event_id=0, subject=""))
