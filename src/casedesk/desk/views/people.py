"""People as the desk shows them: who they are, what they may do, what they have learnt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class PersonView:
    handle: str
    name: str
    roles: tuple[str, ...]
    licensed: bool
    languages: tuple[str, ...]
    present: bool
    id: str = ""
    email: str = ""
    skills: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()
    away_until: date | None = None
    cover: str | None = None
    capacity_hours: float = 40.0
    open_hours: float = 0.0
    active: bool = True
    outside: bool = False
    organisation: str = ""
    answers_for: str | None = None
    """Who of the firm answers for somebody from outside."""
    ramp: str = ""
    """Why fewer than all their hours count, in their first weeks."""
    warnings: tuple[str, ...] = ()
    """For a manager, and for oneself: licences that run out, training that is missing."""


@dataclass(frozen=True)
class LicenceView:
    """`state`: live, ends_soon (within 60 days), expired, ended."""

    id: str
    person: str
    kind: str
    number: str
    jurisdiction: str
    scope: str
    expires: date | None
    state: str
    days_left: int | None
    granted_by: str | None


@dataclass(frozen=True)
class ActView:
    """An act of the authority matrix. `who` says it in words; `mine` is yes, own (own matters only) or no."""

    id: str
    title: str
    who: str
    roles: tuple[str, ...]
    licences: tuple[str, ...]
    owners: tuple[str, ...]
    task_kinds: tuple[str, ...]
    delegable: bool
    outsourceable: bool
    to: tuple[str, ...]
    training: tuple[str, ...]
    within_scope: bool
    held: str
    mine: str
    ground: str
    citation: str
    confidence: str
    version: int
    sha256: str


@dataclass(frozen=True)
class RightView:
    """Whether somebody may do an act: yes, own (in their own matters) or no, and who may where they may not."""

    act: str
    title: str
    may: str
    why: str
    held: str


@dataclass(frozen=True)
class SupervisionView:
    """One piece of delegated work. `waiting`: it is done, and waits for the supervisor's check."""

    id: str
    ref: str
    task: str
    title: str
    matter: str | None
    caption: str | None
    act: str
    delegate: str
    supervisor: str
    instructions: str
    given_by: str
    given_at: datetime
    task_state: str
    waiting: bool
    outcome: str | None
    remarks: str
    checked_by: str | None
    checked_at: datetime | None
    authority_sha256: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class TrainingView:
    """A course somebody took or acknowledged. `counts`: it is of the edition in force and has not expired."""

    id: str
    person: str
    course: str
    title: str
    edition: str
    acknowledged_at: datetime
    expires: date | None
    recorded_by: str
    counts: bool
    why_not: str = ""


@dataclass(frozen=True)
class CourseView:
    """A course of the authority matrix, and whether this person's own counts today."""

    id: str
    title: str
    edition: str
    months: int | None
    given: bool
    acts: tuple[str, ...]
    mine: bool
