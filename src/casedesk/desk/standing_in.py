"""Who is there for somebody: the person asked for, else who covers for them."""

from __future__ import annotations

from casedesk.desk import sight
from casedesk.desk.turn import Turn
from casedesk.routing.facts import PersonFacts


def present(turn: Turn, person: PersonFacts, matter_id: int, reason: str) -> tuple[PersonFacts, str]:
    """The person asked for with `reason`, or who covers for them; somebody away without cover gets it all the same.

    Raises `NotAllowed` for who may not see the matter; such a cover is none.
    """
    sight.require(turn, person, matter_id)
    seen = {person.id, *sight.shut_out(turn, matter_id)}
    who = person
    while not who.present and who.cover is not None and who.cover not in seen and who.cover in turn.people:
        who = turn.people[who.cover]
        seen.add(who.id)
    if who.present and who is not person:
        return who, f"covers {person.name}"
    return person, reason
