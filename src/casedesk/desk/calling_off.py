"""Work that nobody will do any more, and words that nobody will send: called off, each with its entry on the trail."""

from __future__ import annotations

from typing import Any

from casedesk.desk.turn import Turn
from casedesk.models.enums import MessageState, TaskState


def task(turn: Turn, row: Any, matter_id: int | None, why: str, *, outcome: str | None = None) -> None:
    """Cancel an open task; its timers stop and say `outcome`, or `why`. Raises `Conflict` where it changed meanwhile."""
    turn.uow.update("task", row.id, row.version, state=TaskState.CANCELLED, waiting_on=None, wake_up_us=None)
    turn.uow.run("engine.cancel_timers", task_id=row.id, why=outcome or why)
    turn.uow.audit(
        "task.cancelled",
        row.ref,
        matter_id=matter_id,
        kind=row.kind,
        of=turn.handle(row.owner_id),
        before=row.state,
        reason=why,
    )


def letter(turn: Turn, row: Any, matter_id: int | None, because: str) -> None:
    """Withdraw words for a client that have not gone out. Raises `Conflict` where they changed meanwhile."""
    turn.uow.update("message", row.id, row.version, state=MessageState.CANCELLED.value)
    turn.uow.audit("message.withdrawn", row.ref, matter_id=matter_id, because=because)
