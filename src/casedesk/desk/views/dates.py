"""Dates as the desk shows them: deadlines, appointments, receipts to look up, the Visa Bulletin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class DeadlineView:
    """`sentence` says how the printed and the counted date stand to each other; `steps` is the count, day by day."""

    id: str
    ref: str
    matter: str | None
    caption: str | None
    kind: str
    title: str
    authority: str
    agency_due: date
    internal_due: date
    state: str
    rule: str | None
    rule_version: str | None
    citation: str
    confidence: str | None
    steps: tuple[str, ...]
    sentence: str
    arrived_late: bool
    confirmed_by: str | None
    met_on: date | None
    trigger: date | None = None
    served: str = ""
    filing: str = ""
    opens: date | None = None
    critical: bool = False
    tickler: bool = False
    follows: str | None = None
    proposed: ProposalView | None = None
    superseded_by: str | None = None


@dataclass(frozen=True)
class ProposalView:
    """What a date would become, and why: nothing moves without a person's yes."""

    deadline: str
    matter: str | None
    old: date
    new: date
    why: str
    citation: str
    confidence: str | None
    steps: tuple[str, ...]


@dataclass(frozen=True)
class AppointmentView:
    """Somebody is somewhere: `at` is an instant, `zone` the clock of the place, `minutes` how long it takes.

    `person` is who of the firm appears, `clash` the appointments at which they are somewhere else meanwhile, `moved`
    each former time with who asked and why, `filing_date` the ref of the date counted from it.
    """

    id: str
    ref: str
    kind: str
    at: datetime
    place: str
    party: str | None
    status: str
    clash: tuple[str, ...]
    matter: str
    caption: str
    title: str
    zone: str
    minutes: int
    person: str | None
    judge: str
    language: str
    sequence: int
    moved: tuple[dict[str, str], ...]
    confirmed_by: str | None
    outcome: str | None
    filing_date: str | None = None


@dataclass(frozen=True)
class StatusDueView:
    """A receipt to look up: `days` since it was looked up last, None when it never was."""

    id: str
    receipt_number: str
    form: str
    matter: str
    caption: str
    status: str
    checked: date | None
    next_check: date | None
    days: int | None


@dataclass(frozen=True)
class StatusCheckView:
    """One look at the agency's page. `read_as` is empty where a person must read it; `message` waits for its release."""

    id: str
    receipt_number: str
    form: str
    matter: str
    read_as: str
    means: str
    on: date | None
    next_check: date | None
    task: str | None
    deadline: str | None
    message: str | None


@dataclass(frozen=True)
class BulletinView:
    """One cell of a month's Visa Bulletin: `cutoff` is a day, `C` (current) or `U` (unavailable)."""

    id: str
    month: str
    chart: str
    category: str
    chargeability: str
    cutoff: str
    entered_by: str


@dataclass(frozen=True)
class VisaNumberView:
    """A form's priority date against the newest bulletin: `current`, and whether that `changed` with it."""

    id: str
    matter: str
    caption: str
    form: str
    category: str
    chargeability: str
    priority_date: date
    chart: str
    month: str
    cutoff: str
    current: bool
    changed: str
    citation: str


@dataclass(frozen=True)
class BulletinEntered:
    """The cell that was entered, and the forms it changes."""

    cell: BulletinView
    changed: tuple[VisaNumberView, ...]
