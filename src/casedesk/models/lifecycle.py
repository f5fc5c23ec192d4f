"""What may follow what: one table of transitions for each thing that has states.

The store writes the same tables as rows (`transition`) and holds every change of state to them by a foreign key, so
that a step the desk forgot to refuse is refused by the store. Standard library only.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from casedesk.models.enums import FilingState, MessageState, ReviewState, SlotState, TaskState

_T = TaskState
TASK: Mapping[TaskState, frozenset[TaskState]] = {
    _T.NEW: frozenset({_T.ACKNOWLEDGED, _T.IN_PROGRESS, _T.WAITING, _T.ON_HOLD, _T.DONE, _T.CANCELLED}),
    _T.ACKNOWLEDGED: frozenset({_T.NEW, _T.IN_PROGRESS, _T.WAITING, _T.ON_HOLD, _T.DONE, _T.CANCELLED}),
    _T.IN_PROGRESS: frozenset({_T.NEW, _T.ACKNOWLEDGED, _T.WAITING, _T.ON_HOLD, _T.DONE, _T.CANCELLED}),
    _T.WAITING: frozenset({_T.NEW, _T.ACKNOWLEDGED, _T.IN_PROGRESS, _T.ON_HOLD, _T.DONE, _T.CANCELLED}),
    _T.ON_HOLD: frozenset({_T.NEW, _T.ACKNOWLEDGED, _T.IN_PROGRESS, _T.WAITING, _T.CANCELLED}),
    _T.DONE: frozenset({_T.IN_PROGRESS}),
    _T.CANCELLED: frozenset(),
}
"""A hand-off makes a task new again for its new owner; only undo leads back from done."""

_R = ReviewState
REVIEW: Mapping[ReviewState, frozenset[ReviewState]] = {
    _R.OPEN: frozenset({_R.APPROVED, _R.RETURNED, _R.SUPERSEDED}),
    _R.APPROVED: frozenset(),
    _R.RETURNED: frozenset(),
    _R.SUPERSEDED: frozenset(),
}

_S = SlotState
SLOT: Mapping[SlotState, frozenset[SlotState]] = {
    _S.NEEDED: frozenset({_S.SENT, _S.BACK}),
    _S.SENT: frozenset({_S.BACK, _S.NEEDED}),
    _S.BACK: frozenset({_S.NEEDED}),
}

_F = FilingState
FILING: Mapping[FilingState, frozenset[FilingState]] = {
    _F.SHIPPED: frozenset({_F.DELIVERED, _F.REJECTED}),
    _F.UPLOADED: frozenset({_F.DELIVERED, _F.REJECTED}),
    _F.DELIVERED: frozenset({_F.RECEIPTED, _F.REJECTED}),
    _F.RECEIPTED: frozenset({_F.REJECTED}),
    _F.REJECTED: frozenset(),
}
"""A rejected filing keeps no date (8 CFR 103.2(a)(7)(ii)): a new packet is a new filing."""

_M = MessageState
MESSAGE: Mapping[MessageState, frozenset[MessageState]] = {
    _M.AWAITING_APPROVAL: frozenset({_M.APPROVED, _M.CANCELLED}),
    _M.APPROVED: frozenset({_M.SENT, _M.FAILED, _M.UNKNOWN, _M.CANCELLED}),
    _M.SENT: frozenset(),
    _M.FAILED: frozenset({_M.APPROVED, _M.SENT, _M.CANCELLED}),
    _M.UNKNOWN: frozenset({_M.SENT, _M.FAILED}),
    _M.CANCELLED: frozenset(),
}
"""Nothing reaches a client that nobody released."""

OPEN_TASK_STATES = frozenset({_T.NEW, _T.ACKNOWLEDGED, _T.IN_PROGRESS, _T.WAITING, _T.ON_HOLD})

MACHINES: Mapping[str, Mapping[StrEnum, frozenset[StrEnum]]] = {
    "task": {k: frozenset(v) for k, v in TASK.items()},
    "review": {k: frozenset(v) for k, v in REVIEW.items()},
    "slot": {k: frozenset(v) for k, v in SLOT.items()},
    "message": {k: frozenset(v) for k, v in MESSAGE.items()},
    "filing": {k: frozenset(v) for k, v in FILING.items()},
}


def may(machine: str, before: StrEnum, after: StrEnum) -> bool:
    """True when the step stands in the table (staying put always does)."""
    return before == after or after in MACHINES[machine][before]
