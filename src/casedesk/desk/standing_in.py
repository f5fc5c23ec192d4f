"""Who is there for somebody: the person asked for, else who covers for them."""

from __future__ import annotations

from casedesk.desk import sight
from casedesk.desk.turn import Turn
from casedesk.routing.facts import PersonFacts


def stand_in(turn: Turn, person: PersonFacts, matter_id: int | None) -> PersonFacts:
    """Who has somebody's work of a matter today: they themselves, or whoever covers for them and may see it; somebody
    away without such a cover has it all the same."""
    seen = {person.id, *sight.shut_out(turn, matter_id)}
    who = person
    while not who.present and who.cover is not None and who.cover not in seen and who.cover in turn.staff:
        who = turn.staff[who.cover]
        seen.add(who.id)
    return who if who.present else person


def present(turn: Turn, person: PersonFacts, matter_id: int, reason: str) -> tuple[PersonFacts, str]:
    """The person asked for with `reason`, or who stands in for them. Raises `NotAllowed` for who may not see the matter."""
    sight.require(turn, person, matter_id)
    who = stand_in(turn, person, matter_id)
    return (person, reason) if who is person else (who, f"covers {person.name}")
