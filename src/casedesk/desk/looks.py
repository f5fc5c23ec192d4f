"""What somebody last saw of a packet, so that a review shows what changed since they looked, whoever saw what between.

One look a person and packet stands in the store. Which state it took the place of stands in the event of the look: while
a version waits, leaving it and coming back shows the same changes as before.
"""

from __future__ import annotations

import json
from typing import Any, Final

from casedesk.desk import engine
from casedesk.desk.turn import Turn
from casedesk.store.unit_of_work import as_json

LOOKED: Final = "review.looked"


def note(turn: Turn, row: Any) -> None:
    """The actor has looked at the packet as this review has it; an older state than the one last seen changes nothing."""
    last = _last(turn, row)
    if last is not None and last.seq >= row.seq:
        return
    event_id = engine.begin(turn, LOOKED, row.ref, matter_id=row.matter_id, request_id=None)
    turn.uow.run(
        "engine.set_outcome", id=event_id, outcome=as_json({"since": "" if last is None else last.sha256})
    )
    turn.uow.run(
        "gate.look",
        packet_id=row.packet_id,
        person_id=turn.actor.id,
        sha256=row.manifest_sha256,
        at_us=turn.now_us,
    )


def before(turn: Turn, row: Any) -> Any:
    """The state of the packet that the actor saw before the one this review has; None where they saw none."""
    last = _last(turn, row)
    if last is None or last.seq < row.seq:
        return last
    said = turn.uow.scalar("gate.look_before", review=row.ref, actor_id=turn.actor.id)
    since = "" if said is None else json.loads(said).get("since", "")
    return turn.uow.one("gate.manifest", packet_id=row.packet_id, sha256=since) if since else None


def _last(turn: Turn, row: Any) -> Any:
    look = turn.uow.one("gate.looked", packet_id=row.packet_id, person_id=turn.actor.id)
    if look is None:
        return None
    return turn.uow.one("gate.manifest", packet_id=row.packet_id, sha256=look.manifest_sha256)
