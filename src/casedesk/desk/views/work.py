"""Work as the desk shows it: tasks with their items, counts, and what an absence hands over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class ItemView:
    id: str
    text: str
    required: bool
    reserved: bool
    state: str
    hint: str = ""
    wants_file: bool = False
    note: str = ""
    reason: str = ""
    document: str | None = None
    done_by: str | None = None
    done_at: datetime | None = None
    version: int = 1


@dataclass(frozen=True)
class TaskView:
    """A row of the queue. `due` is an instant, `internal_due` and `agency_due` legal dates."""

    id: str
    ref: str
    title: str
    matter: str | None
    kind: str
    status: str
    owner: str
    due: datetime
    internal_due: date | None
    agency_due: date | None
    priority: str
    rank_reason: tuple[str, ...]
    version: int
    caption: str | None = None
    form: str | None = None
    language: str | None = None
    owner_reason: str = ""
    acknowledge_by: datetime | None = None
    acknowledged_at: datetime | None = None
    reserved: bool = False
    arrived_late: bool = False
    items_done: int = 0
    items_total: int = 0
    waiting_on: str | None = None
    wake_up: datetime | None = None
    agency: str | None = None
    handoff_note: str = ""
    score: int = 0
    created: datetime | None = None


@dataclass(frozen=True)
class TaskDetail:
    """`task show`: the row, and with it the checklist and what this person may do with it now."""

    task: TaskView
    checklist: tuple[ItemView, ...]
    allowed: tuple[str, ...]
    packet: str | None = None
    reviews: tuple[str, ...] = ()
    supervisor: str | None = None
    """Under whom the task was delegated; `supervised` is what they found, `instructions` what they asked for."""
    supervision: str | None = None
    supervised: str | None = None
    instructions: str = ""


@dataclass(frozen=True)
class QueueCounts:
    """The tabs above the queue."""

    mine: int
    unacknowledged: int
    due_this_week: int
    waiting: int
    team: int
    reviews: int
    unread: int


@dataclass(frozen=True)
class HandoverLine:
    """A task on a hand-over sheet. `where`: here (not handed over), covered, done, cancelled, back."""

    task: str
    title: str
    matter: str | None
    status: str
    due: datetime
    owner: str
    needs_note: bool
    note: str
    where: str


@dataclass(frozen=True)
class HandoverSheet:
    """What somebody leaves to their cover from `first` to `last`: what falls due by `until`, and what is begun.

    `closed` once no begun task lacks a note (`missing` names those that do); `done` and `returned` count its lines.
    """

    person: str
    first: date
    last: date
    until: date
    cover: str | None
    closed: bool
    missing: tuple[str, ...]
    lines: tuple[HandoverLine, ...]
    done: int = 0
    returned: int = 0
