"""What a decision asks for: plain frozen values. Only the desk's `apply` writes them.

Those that every decision makes by the dozen are named tuples, which cost a third of a frozen class.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple

from casedesk.routing.strategies import Candidate

Release = Literal["attorney", "staff"]
TimerCondition = Literal["unacknowledged", "incomplete"]
TimerAction = Literal["remind", "reassign", "alert"]
TimerClock = Literal["business", "deadline", "elapsed"]


class PlannedTimer(NamedTuple):
    """One step of a chain, armed: at `fire_at`, if `condition` still holds, do `action` towards `targets`.

    `step` counts from 1 within the chain. `late`: the moment had passed when it was armed, so it fires at once. A
    `business` clock stops while the task waits; `deadline` and `elapsed` run on.
    """

    chain: str
    step: int
    fire_at: datetime
    condition: TimerCondition
    action: TimerAction
    targets: tuple[str, ...]
    late: bool = False
    clock: TimerClock = "deadline"


@dataclass(frozen=True, slots=True)
class OpenItem:
    """One line of a new task's checklist."""

    id: str
    text: str
    required: bool = True
    reserved: bool = False
    wants_file: bool = False
    hint: str | None = None


class OpenTask(NamedTuple):
    """A new task. `key` names it within its event: the same key is never opened twice for one subject.

    `owner` is None only where nobody in the firm may own it (an `Alert` stands beside it). `acknowledge_by` is None
    where no acknowledgement is asked. `hours` is the estimate. `arrived_late`: the internal date had already passed,
    so the work is due now. `among`: the owner was picked among several, by load or by turn.
    """

    key: str
    kind: str
    title: str
    playbook: str | None
    playbook_version: int | None
    step: str | None
    owner: int | None
    owner_reason: str
    candidates: tuple[Candidate, ...]
    acknowledge_by: datetime | None
    due: datetime
    internal_due: date | None
    agency_due: date | None
    reserved: bool
    hours: float
    items: tuple[OpenItem, ...]
    timers: tuple[PlannedTimer, ...]
    wake_up: datetime | None = None
    waiting_on: str | None = None
    gate: bool = False
    template: str | None = None
    arrived_late: bool = False
    among: bool = False


@dataclass(frozen=True, slots=True)
class StartPlaybook:
    """The matter (or the unmatched notice) begins this playbook; it keeps this version to its end."""

    playbook: str
    version: int


@dataclass(frozen=True, slots=True)
class Notify:
    """Tell a person inside the firm by `by`; `about` is the sentence; told means `delivered`, or only `seen`."""

    person: int
    by: datetime
    about: str
    method: Literal["inApp", "email"] = "inApp"
    counts_as_told: Literal["delivered", "seen"] = "delivered"


@dataclass(frozen=True, slots=True)
class QueueMessage:
    """Prepare a client message; it waits until an attorney, or any staff member, releases it."""

    template: str
    to: Literal["client"]
    release: Release


@dataclass(frozen=True, slots=True)
class Assign:
    """The event's own task gets another owner."""

    subject: str
    owner: int | None
    reason: str
    candidates: tuple[Candidate, ...]
    reserved: bool = False
    among: bool = False


@dataclass(frozen=True, slots=True)
class SetDue:
    """The event's own task gets another due date."""

    subject: str
    due: datetime


@dataclass(frozen=True, slots=True)
class SetPriority:
    """The matter gets another priority."""

    priority: str


@dataclass(frozen=True, slots=True)
class ArmChain:
    """The event's own task gets a chain of timers."""

    subject: str
    chain: str
    timers: tuple[PlannedTimer, ...]


@dataclass(frozen=True, slots=True)
class Alert:
    """A visible alarm to a person (None where there is nobody to tell: to everybody's header)."""

    person: int | None
    about: str


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two rules asked for different things; neither was done. `rules` names them, `about` says over what."""

    about: str
    rules: tuple[str, ...]


Effect = (
    OpenTask
    | StartPlaybook
    | Notify
    | QueueMessage
    | Assign
    | SetDue
    | SetPriority
    | ArmChain
    | Alert
    | Contradiction
)
