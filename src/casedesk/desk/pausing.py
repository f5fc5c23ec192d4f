"""A chain's clocks while its task waits or is on hold: office time stops and keeps what was left, dates run on.

A paused timer is `cancelled` with `left_us`, microseconds of office time; going on arms the same row again, of the same
generation, from now. A timer whose moment had come is never paused: a late one always fires.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from casedesk.desk.turn import Turn, instant
from casedesk.models.enums import TaskState
from casedesk.store.unit_of_work import micros

PAUSED = "paused"
"""The word a paused timer carries."""

RESTING = frozenset({TaskState.WAITING, TaskState.ON_HOLD})

RUNNING: Final = {"state": "armed", "outcome": "", "left_us": None}
"""How a timer is written that runs from its first moment."""

_HOUR_US = 3_600_000_000


def follow(turn: Turn, task_id: int, before: str, after: str) -> None:
    """Stop or start the clocks of a task whose state changed from `before` to `after`."""
    if TaskState(before) not in RESTING and TaskState(after) in RESTING:
        pause(turn, task_id)
    elif TaskState(before) in RESTING and TaskState(after) not in RESTING:
        go_on(turn, task_id, acknowledged=TaskState(after) is not TaskState.NEW)


def pause(turn: Turn, task_id: int) -> int:
    """Stop the office-time clocks of a task; how many there were."""
    ahead = turn.uow.all("timer.running", task_id=task_id, now_us=turn.now_us)
    for timer in ahead:
        turn.uow.run("timer.pause", id=timer.id, left_us=left(turn, instant(timer.fire_at_us)))
    return len(ahead)


def go_on(turn: Turn, task_id: int, *, acknowledged: bool = True) -> int:
    """Start the stopped clocks of a task where they stood; how many. What waited for an acknowledgement stays stopped
    once the task is `acknowledged`."""
    started = 0
    for timer in turn.uow.all("timer.paused", task_id=task_id):
        if acknowledged and timer.condition == "unacknowledged":
            continue
        fire_at = turn.calendar.add_hours(turn.now, timer.left_us / _HOUR_US)
        started += turn.uow.run("timer.go_on", id=timer.id, fire_at_us=micros(fire_at))
    return started


def left(turn: Turn, fire_at: datetime) -> int:
    """Microseconds of office time from now to `fire_at`."""
    return max(0, round(turn.calendar.between(turn.now, fire_at).total_seconds() * 1_000_000))


def stopped(turn: Turn, timer: Any) -> dict[str, Any]:
    """How a planned timer is written that stands still from its first moment, with its task."""
    if timer.clock != "business" or timer.fire_at <= turn.now:
        return RUNNING
    return {"state": "cancelled", "outcome": PAUSED, "left_us": left(turn, timer.fire_at)}
