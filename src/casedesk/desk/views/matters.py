"""Matters as the desk shows them: their parties, forms, contact rules, consents, and what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from casedesk.desk.views.dates import DeadlineView
from casedesk.desk.views.work import TaskView


@dataclass(frozen=True)
class PartyView:
    """`contact_rules` are the rules that send elsewhere what was changed just now; empty otherwise."""

    id: str
    role: str
    name: str
    a_number: str | None
    language: str
    phone: str
    email: str
    born: date | None = None
    address: str = ""
    represented: bool = False
    contact_rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class FormView:
    form: str
    party: str | None
    receipt_number: str | None
    status: str
    checked: date | None
    expires: date | None
    g28: str | None
    id: str = ""
    received: date | None = None
    priority_date: date | None = None
    channel: str = "paper"
    next_check: date | None = None
    case_status: str = ""
    category: str = ""
    chargeability: str = ""


@dataclass(frozen=True)
class WallLine:
    """That an ethical wall stands around a matter, as its card says it to those inside."""

    since: datetime
    inside: int


@dataclass(frozen=True)
class MatterView:
    """The keys of `matter show`; the card on the screen adds `parties`, `links`, `tasks`, `timeline`, `messages`.

    `open_points` are sentences about what is missing before the work rests on firm ground: consents. `load`, at its
    opening alone, says of each owner who got work by it how full their week is now.
    """

    id: str
    ref: str
    type: str
    client: str
    a_number: str | None
    receipt_numbers: tuple[str, ...]
    status: str
    priority: str
    owners: dict[str, str]
    deadlines: tuple[DeadlineView, ...]
    forms: tuple[FormView, ...]
    contact_rules: tuple[str, ...]
    caption: str = ""
    language: str = "en"
    opened: datetime | None = None
    parties: tuple[PartyView, ...] = ()
    links: tuple[dict[str, str], ...] = ()
    next_date: date | None = None
    waiting: str | None = None
    last_contact: str | None = None
    open_points: tuple[str, ...] = ()
    wall: WallLine | None = None
    circumstances: tuple[str, ...] = ()
    load: tuple[str, ...] = ()


@dataclass(frozen=True)
class MatterLine:
    """A matter in a list: its next step, which is None where nothing is planned, and its nearest date that stands.

    `step` is the open task due first; who has it and what state it is in stand there.
    """

    id: str
    ref: str
    caption: str
    type: str
    priority: str
    language: str
    step: TaskView | None
    next_date: date | None


@dataclass(frozen=True)
class TimelineEntry:
    """One line of a matter's story: an act from the trail, a call, a note."""

    at: datetime
    actor: str
    what: str
    detail: str = ""


@dataclass(frozen=True)
class NoteView:
    id: str
    matter: str
    author: str
    at: datetime
    body: str
    kind: str = "note"
    task: str | None = None
    confidential_to: str | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hit:
    kind: str
    ref: str
    line: str


@dataclass(frozen=True)
class ContactRuleView:
    """A rule of contact: `rule` is what people read; `binds` ("" for none), `channel` and `value` hold the desk."""

    id: str
    matter: str
    party: str | None
    rule: str
    binds: str
    channel: str
    value: str
    set_by: str
    set_at: datetime
    ended_by: str | None
    ended_at: datetime | None


@dataclass(frozen=True)
class ConsentView:
    """A party's word in writing; `withdrawn_at` None while it stands."""

    id: str
    ref: str
    matter: str
    party: str | None
    kind: str
    terms: str
    document: str | None
    signed_on: date | None
    recorded_by: str
    recorded_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class ConflictHitView:
    """A name found again. `standing` is what they are there; `adverse`: known there by another's matter, so that the
    client's interests and theirs may differ; `linked` is what that matter is to the one of the check."""

    asked: str
    name: str
    matter: str
    caption: str
    type: str
    status: str
    standing: str
    client: bool
    former: bool
    adverse: bool
    linked: str | None
    how: str
    likeness: int


@dataclass(frozen=True)
class ConflictView:
    """`people` are the firm's own with a name like it: asked, person, name, how, likeness. `likeness` is the highest."""

    id: str
    ref: str
    matter: str | None
    about: str
    state: str
    names: tuple[str, ...]
    asked_by: str
    asked_at: datetime
    likeness: int
    hits: tuple[ConflictHitView, ...]
    people: tuple[dict[str, object], ...]
    decided_by: str | None
    decided_at: datetime | None
    reason: str
