"""What somebody may do: the acts of the authority matrix, held against the store's own grants.

On the shared store an act is open to a login when the server grants it what the act writes and the matrix, read against
the roles and licences on record, permits it; on a local store, where nothing is granted, the matrix alone says so. The
menus are drawn from this, and a test tries every act by hand under each login: what is shown is what is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from casedesk.desk import authority
from casedesk.desk.turn import Turn
from casedesk.desk.views.people import RightView
from casedesk.routing.authority import May, permits


@dataclass(frozen=True)
class Rights:
    """One person's, by act. `own`: in the matters they are an attorney of."""

    handle: str = ""
    may: Mapping[str, May] = field(default_factory=dict)
    who: Mapping[str, str] = field(default_factory=dict)

    def reason(self, act: str) -> str:
        """Why an act may not be done, "" where it may: who it takes, in words."""
        return "" if self.may.get(act, "yes") != "no" else f"takes {self.who[act]}"


def mine(turn: Turn) -> Rights:
    """What the actor may do."""
    return _rights(turn, turn.actor.id, None)


def of(turn: Turn, name: str | None = None) -> tuple[RightView, ...]:
    """Every act and whether somebody may do it: oneself, or, for the firm's own people, anybody of the firm."""
    if name is None:
        found = mine(turn)
    else:
        person = turn.person(name)
        if person.id != turn.actor.id:
            turn.require_inside("Looking up somebody's rights")
        found = _rights(turn, person.id, turn.uow.scalar("rights.login_of", id=person.id))
    return tuple(
        RightView(act.id, act.title, found.may[act.id], found.reason(act.id), authority.held(turn, act))
        for act in authority.matrix(turn).act
    )


def _rights(turn: Turn, person_id: int, login: str | None) -> Rights:
    granted = {row.act: bool(row.granted) for row in turn.uow.all("rights.grants", login=login)}
    who = authority.standing(turn, person_id)
    acts = authority.matrix(turn).act
    return Rights(
        handle=turn.handle(person_id),
        may={act.id: permits(act, who) if granted.get(act.id, True) else "no" for act in acts},
        who={act.id: authority.who(act) for act in acts},
    )
