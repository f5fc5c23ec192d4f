"""A task's row in the hands of a gesture: held, asked whose it is, taken up, and how it stood before on record.

An acknowledgement takes the task's row first, as an escalation does, so that of the two exactly one wins.
"""

from __future__ import annotations

from typing import Any

from casedesk.desk import engine, pausing
from casedesk.desk.task_rows import row_of
from casedesk.desk.turn import Turn, opaque
from casedesk.models import lifecycle
from casedesk.models.enums import TaskState
from casedesk.refusal import NotAllowed, Refusal
from casedesk.store.unit_of_work import as_json


def take_up(turn: Turn, row: Any, state: TaskState) -> None:
    first = row.acknowledged_us is None
    values: dict[str, Any] = {"state": state}
    if first:
        values |= {"acknowledged_us": turn.now_us, "acknowledged_by": turn.actor.id}
    turn.uow.update("task", row.id, row.version, **values)
    if first:
        turn.uow.run("engine.cancel_unacknowledged", task_id=row.id)
        turn.uow.audit("task.acknowledged", row.ref, matter_id=row.matter_id)


def begin(turn: Turn, row: Any) -> None:
    take_up(turn, row, TaskState.IN_PROGRESS)
    pausing.follow(turn, row.id, row.state, TaskState.IN_PROGRESS)
    if row.waiting_on is not None:
        turn.uow.update("task", row.id, waiting_on=None, waiting_since_us=None, wake_up_us=None)
    turn.uow.audit("task.started", row.ref, matter_id=row.matter_id)


def held(turn: Turn, ref: str) -> Any:
    row = row_of(turn, ref)
    turn.uow.one("task.lock", id=row.id)
    row = row_of(turn, ref)
    if TaskState(row.state) not in lifecycle.OPEN_TASK_STATES:
        word = "done" if row.state == TaskState.DONE else "cancelled"
        raise Refusal("task_closed", f"{row.ref} ({row.title}) is {word}.", "See `casedesk task list`.")
    return row


def open_row(turn: Turn, ref: str, act: str) -> Any:
    """An open task, held, on which the actor may `act`. Raises `Refusal`."""
    row = held(turn, ref)
    mine(turn, row, act)
    return row


def mine(turn: Turn, row: Any, act: str) -> None:
    """The owner acts on a task; so do a manager and the matter's attorneys, and whoever covers the owner today."""
    if row.owner_id == turn.actor.id or turn.actor.is_manager:
        return
    owner = turn.staff.get(row.owner_id)
    if owner is not None and not owner.present and owner.cover == turn.actor.id:
        return
    if turn.actor.id in turn.owners(row.matter_id).values() and not row.reserved:
        return
    if row.reserved and turn.signing_licence() is not None:
        return
    raise NotAllowed(
        "not_yours",
        f"{row.ref} is with {turn.handle(row.owner_id)}; you cannot {act} it.",
        "Ask them, or a manager.",
    )


def standing(turn: Turn, task_id: int) -> dict[str, Any]:
    """How a task stands, column by column: what a gesture may change, and undo puts back."""
    row = turn.uow.need("task", opaque(task_id), "task.standing", id=task_id)
    return dict(row._asdict())


def gesture(
    turn: Turn,
    row: Any,
    name: str,
    before: dict[str, Any] | None,
    request_id: str | None = None,
    **more: Any,
) -> None:
    """Write down a gesture on a task: how it stood before, and how it stands now, so that undo puts back what nobody
    else has changed since. `before` is None where the task itself stayed as it was; `more` is what else was changed."""
    event_id = engine.begin(
        turn, f"gesture.{name}", opaque(row.id), matter_id=row.matter_id, request_id=request_id
    )
    said = dict(more)
    if before is not None:
        said |= {"before": before, "after": standing(turn, row.id)}
    turn.uow.run("engine.set_outcome", id=event_id, outcome=as_json(said))
