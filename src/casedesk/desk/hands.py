"""Into whose hands a task went since it was opened, by whom and why: from the trail, where each change stands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from casedesk.desk.turn import Turn, id_of, instant

HOW = {
    "task.reassigned": "reassigned",
    "task.handed_off": "handed off",
    "task.delegated": "delegated",
    "task.escalated": "not acknowledged in time",
    "task.covered": "covered",
    "task.returned": "back from the cover",
}
"""What moves a task, as people say it."""


@dataclass(frozen=True)
class MoveView:
    """One change of hands; `reason` is what was said with it, "" where nobody said anything."""

    at: datetime
    of: str
    to: str
    by: str
    how: str
    reason: str


def moves(turn: Turn, task: Any) -> tuple[MoveView, ...]:
    """A task's changes of hands, the oldest first. `task` has ref and matter_id; of work on no matter the trail is the
    managers' to read, and nothing is said here."""
    if task.matter_id is None:
        return ()
    rows = turn.uow.all("audit.hands", matter_id=task.matter_id, subject=task.ref)
    return tuple(_move(row, json.loads(row.payload)) for row in rows)


def of_task(turn: Turn, ref: str) -> tuple[MoveView, ...]:
    """The same by a task's ref or id."""
    return moves(turn, turn.uow.need("task", ref, "task.find", ref=ref.strip().upper(), id=id_of(ref)))


def sentence(move: MoveView, when: str) -> str:
    """ "Mon 16 Nov 10:05: mduarte to bcole, reassigned by inovak: over her hours"."""
    why = f": {move.reason}" if move.reason else ""
    return f"{when}: {move.of} to {move.to}, {move.how} by {move.by}{why}"


def _move(row: Any, said: dict[str, Any]) -> MoveView:
    return MoveView(
        at=instant(row.at_us),
        of=said.get("of", ""),
        to=said.get("to", ""),
        by=row.actor,
        how=HOW[row.action],
        reason=said.get("note") or said.get("why") or "",
    )
