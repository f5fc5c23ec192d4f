"""Who may see a matter: the people its work may go to, and the looks at a walled one, which stand on its trail."""

from __future__ import annotations

from dataclasses import replace

from casedesk.desk.turn import Turn
from casedesk.refusal import NotAllowed
from casedesk.routing.facts import PersonFacts

LOOK_US = 10 * 60 * 1_000_000
"""One entry says that somebody looked at a walled matter, for so long."""


def guarded(turn: Turn, matter_id: int | None) -> bool:
    """Whether a wall stands around the matter."""
    return matter_id is not None and _sight(turn, matter_id)[0]


def shut_out(turn: Turn, matter_id: int | None) -> frozenset[int]:
    """The staff who may not see a matter: people outside its wall, and people from outside who were not admitted.

    Of no matter (None) the people from outside. Asked by somebody who may not see it either, it is everybody.
    """
    return _sight(turn, matter_id)[1]


def _sight(turn: Turn, matter_id: int | None) -> tuple[bool, frozenset[int]]:
    if matter_id not in turn.sights:
        rows = turn.uow.all("wall.sight", matter_id=matter_id)
        turn.sights[matter_id] = (
            any(row.guarded for row in rows),
            frozenset(row.person_id for row in rows if row.person_id),
        )
    return turn.sights[matter_id]


def forget(turn: Turn, matter_id: int) -> None:
    """Somebody was admitted or shut out: what this turn read of it is out of date."""
    turn.sights.pop(matter_id, None)


def people(turn: Turn, matter_id: int | None) -> dict[int, PersonFacts]:
    """The staff as routing weighs them for a matter's work: who may not see it is there to be passed over.

    Work behind walls weighs behind them only: the choices made about an open matter, and their reasons, are read by
    people who must not learn from them that there is such work.
    """
    out = shut_out(turn, matter_id)
    found = {
        person.id: replace(person, walled_off=True) if person.id in out else person
        for person in turn.people.values()
    }
    if guarded(turn, matter_id):
        for row in turn.uow.all("wall.load"):
            if row.owner_id in found:
                person = found[row.owner_id]
                found[row.owner_id] = replace(
                    person,
                    open_hours=person.open_hours + row.open_tenths / 10,
                    last_assigned_us=max(person.last_assigned_us, row.last_us),
                )
    return found


def require(turn: Turn, person: PersonFacts, matter_id: int | None) -> None:
    """Raises `NotAllowed` where a matter's work would go to somebody who may not see it."""
    if person.id in shut_out(turn, matter_id):
        raise NotAllowed(
            "not_admitted",
            f"{person.handle} may not see that matter.",
            f"Choose somebody else, or admit them: `casedesk matter wall admit MATTER {person.handle}`.",
        )


def looked(turn: Turn, matter_id: int | None) -> None:
    """Somebody is shown a matter's card, a paper's bytes or a packet: of a walled matter that goes on its trail.

    The entry `matter.viewed` is written once for a person, a matter and ten minutes, in the same transaction where it
    writes, and otherwise in one of its own, before what was read is handed out.
    """
    if matter_id is None or matter_id in turn.looks:
        return
    row = turn.uow.one(
        "wall.look_due", matter_id=matter_id, actor=turn.actor.handle, since_us=turn.now_us - LOOK_US
    )
    if row is not None:
        turn.looks[matter_id] = row.ref


def write_looks(turn: Turn, looks: dict[int, str]) -> None:
    """Put looks on the trail."""
    for matter_id, ref in sorted(looks.items()):
        turn.uow.audit("matter.viewed", ref, matter_id=matter_id)
