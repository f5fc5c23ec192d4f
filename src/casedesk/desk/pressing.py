"""What makes a matter pressing: its priority, and the client's circumstances. The queue ranks by both, and says so."""

from __future__ import annotations

import json

from casedesk.desk import asked, cards
from casedesk.desk.turn import Turn
from casedesk.desk.views.matters import MatterView
from casedesk.models.enums import Circumstance, Priority
from casedesk.refusal import Refusal
from casedesk.store.unit_of_work import as_json


def circumstances(
    turn: Turn, ref: str, *, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()
) -> MatterView:
    """Say what presses in a matter, or that it does no more. Raises `Refusal` for a word that is none.

    The words stay among those who may see the matter; no message and no calendar carries them.
    """
    turn.require_inside("Saying what presses in a matter")
    row = turn.matter(ref)
    before = frozenset(json.loads(row.circumstances))
    gone = {asked.one_of(word, Circumstance, "circumstance").value for word in remove}
    after = (before | set(words(add))) - gone
    if after == before:
        return cards.matter(turn, row, full=True)
    turn.uow.run("matter.set_circumstances", id=row.id, circumstances=as_json(sorted(after)))
    turn.uow.audit(
        "matter.circumstances",
        row.ref,
        matter_id=row.id,
        added=sorted(after - before),
        removed=sorted(before - after),
    )
    return cards.matter(turn, turn.matter(row.ref), full=True)


def words(given: tuple[str, ...]) -> list[str]:
    """Circumstances as the store keeps them: each once, in order. Raises `Refusal` for a word that is none."""
    return sorted({asked.one_of(word, Circumstance, "circumstance").value for word in given})


def priority(turn: Turn, ref: str, level: str, reason: str) -> MatterView:
    """Another priority for a matter, and why; its open tasks rank by it from now on."""
    turn.require_inside("Changing a matter's priority")
    row = turn.matter(ref)
    wanted = asked.one_of(level, Priority, "priority")
    why = asked.words(reason, "The reason")
    if wanted == row.priority:
        raise Refusal("same_priority", f"{row.ref} has {wanted.value} priority already.")
    turn.uow.run("matter.set_priority", id=row.id, priority=wanted.value)
    turn.uow.audit(
        "matter.priority", row.ref, matter_id=row.id, before=row.priority, priority=wanted.value, reason=why
    )
    return cards.matter(turn, turn.matter(row.ref), full=True)
