"""What the desk shows: frozen rows whose field names are the keys of the command-line contract.

Instants are aware UTC datetimes, legal dates `date`, persons handles, ids opaque strings. A field is always present,
None when unknown. `cli/` prints them as JSON as they are; `screens/` draws them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
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
class TimelineEntry:
    """One line of a matter's story: an act from the trail, a call, a note."""

    at: datetime
    actor: str
    what: str
    detail: str = ""


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
class EvidenceView:
    field: str
    value: str
    words: str
    page: int | None


@dataclass(frozen=True)
class Received:
    """One element of `document receive`."""

    document: str
    ref: str
    name: str
    sha256: str
    kind: str
    receipt_number: str | None
    matter: str | None
    dates: dict[str, str | None]
    confidence: float
    evidence: tuple[EvidenceView, ...]
    duplicate: bool
    duplicate_of: str | None
    decision: str | None
    tasks: tuple[dict[str, str], ...]
    flags: tuple[str, ...] = ()
    next: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class DocumentView:
    id: str
    ref: str
    name: str
    kind: str
    origin: str
    matter: str | None
    sha256: str
    bytes: int
    pages: int
    media_type: str
    received_at: datetime
    received_by: str
    flags: tuple[str, ...]
    next: str
    evidence: tuple[EvidenceView, ...] = ()
    receipt_number: str | None = None
    versions: int = 1
    confidential_to: str | None = None
    part_of: str | None = None
    decided: str | None = None


@dataclass(frozen=True)
class Submitted:
    """`draft submit`."""

    draft: str
    version: int
    packet: str
    packet_sha256: str
    review: str
    review_owner: str
    pages: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class PointView:
    id: str
    text: str
    answer: str | None
    comment: str


@dataclass(frozen=True)
class ReviewView:
    """`changed_pages`: against what this person last looked at, else against the version before; page numbers from 1."""

    id: str
    ref: str
    kind: str
    task: str
    matter: str
    version: int
    packet_sha256: str
    points: tuple[PointView, ...]
    changed_pages: tuple[int, ...]
    owner: str
    due: datetime
    state: str
    packet: str = ""
    title: str = ""
    caption: str = ""
    pages: int = 0
    minutes: int = 0
    preparer: str = ""
    second_reviewer: str | None = None
    second_reviewed_at: datetime | None = None
    policy: str = ""
    agency: str = "USCIS"
    decided_by: str | None = None
    decided_at: datetime | None = None
    documents: tuple[ManifestLine, ...] = ()
    changed_since: str = ""


@dataclass(frozen=True)
class ManifestLine:
    document: str
    version: int
    name: str
    sha256: str
    role: str
    tab: str | None
    pages: int


@dataclass(frozen=True)
class SignedOff:
    """`review approve` of kind signoff."""

    id: str
    packet: str
    packet_sha256: str
    signer: str
    signed_at: datetime
    statement: str
    policy: str
    live: bool


@dataclass(frozen=True)
class SlotView:
    id: str
    ref: str
    packet: str
    matter: str
    form: str
    part: str
    person: str
    state: str
    sent_at: datetime | None = None
    back_at: datetime | None = None


@dataclass(frozen=True)
class VerifiedDocument:
    document: str
    name: str
    sha256: str
    ok: bool


@dataclass(frozen=True)
class PacketVerified:
    """`sha256` is of the PDF handed out, `packet_sha256` of the manifest that reviewers and signer answer for."""

    packet: str
    sha256: str
    packet_sha256: str
    pages: int
    documents: tuple[VerifiedDocument, ...]
    ok: bool
    out: str | None = None
    problem: str = ""


@dataclass(frozen=True)
class FilingView:
    id: str
    ref: str
    packet: str
    matter: str
    state: str
    carrier: str
    tracking: str
    shipped_at: datetime
    delivered_at: datetime | None
    receipt_number: str | None
    reason: str = ""
    deadline_state: str | None = None


@dataclass(frozen=True)
class MessageView:
    """`address` is where it went, or goes by what is known now; `refused` why no rule of contact lets it go."""

    id: str
    ref: str
    matter: str
    to: str
    channel: str
    language: str
    template: str
    state: str
    subject: str = ""
    body: str = ""
    release: str = "attorney"
    fallback: bool = False
    contact_rules: tuple[str, ...] = ()
    created: datetime | None = None
    address: str = ""
    refused: str = ""


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
class AuditView:
    seq: int
    stream: str
    at: datetime
    actor: str
    action: str
    subject: str
    hash: str
    payload: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class AuditVerdict:
    ok: bool
    streams: int
    entries: int
    seals: int
    first_bad: dict[str, object] | None


@dataclass(frozen=True)
class SealView:
    """One seal over the trail; its hash, kept elsewhere, shows later whether anything under it was changed."""

    seq: int
    hash: str
    at: datetime
    key: str


@dataclass(frozen=True)
class Swept:
    """`worker`: what one or more sweeps did; `armed_next` is when the next timer is due.

    `due` counts the timers looked at, those whose reason had gone among them.
    """

    fired: int
    late: int
    sent: int
    failed: int
    armed_next: datetime | None
    due: int = 0


@dataclass(frozen=True)
class Check:
    id: str
    ok: bool
    detail: str
    fix: str


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
class TellView:
    """Something a person was told in the app; `body` holds the lines of several things told at once."""

    id: str
    at: datetime
    subject: str
    task: str | None
    seen: bool
    body: str = ""
    matter: str | None = None


@dataclass(frozen=True)
class Header:
    """What stands in the desk's first line."""

    firm: str
    person: str
    roles: tuple[str, ...]
    store: str
    demo: bool
    last_sweep: datetime | None
    zone: str
    policy: str


@dataclass(frozen=True)
class PolicyView:
    """The review policy in force, and who there is to carry one."""

    policy: str
    since: datetime
    active_people: int
    qualified_people: int


@dataclass(frozen=True)
class ExportView:
    """Something that was handed out of the desk, and to the last byte what it was."""

    id: str
    ref: str
    what: str
    matter: str | None
    party: str | None
    person: str
    at: datetime
    reason: str
    sha256: str
    bytes: int


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
class SigningKeyView:
    """A signing key: `state` is waiting, active or revoked; `confirmed` says on whose word it signs."""

    key_id: str
    person: str
    name: str
    state: str
    confirmed: str
    enrolled_at: datetime
    cosigned_by: str | None
    cosigned_at: datetime | None
    replaces: str | None
    revoked_at: datetime | None
    revoked_by: str | None
    reason: str


@dataclass(frozen=True)
class BundleView:
    """A packet's bundle as it was made: where it lies, the hash of its bytes, and the record of its handing out."""

    packet: str
    export: str
    sha256: str
    bytes: int
    signer: str
    key_id: str
    root_key: str
    out: str | None = None


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


@dataclass(frozen=True)
class ExportedView:
    """A matter's file on its way out: `export` is its record; `channel` and `address` say how a party's copy may go.

    `left_out` is for whoever hands it out, and stands nowhere in it.
    """

    export: str
    matter: str
    party: str | None
    papers: int
    bytes: int
    sha256: str
    left_out: tuple[str, ...]
    channel: str | None = None
    address: str = ""
    contact_rules: tuple[str, ...] = ()
    out: str | None = None


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


@dataclass(frozen=True)
class PreferenceView:
    """How one person is reminded outside the app. Times are `HH:MM` on their own clock."""

    person: str
    mail: str
    quiet_from: str
    quiet_until: str
    digest_at: str
    desktop: bool
    invitations: bool


@dataclass(frozen=True)
class DeliveryView:
    """Something for outside the desk, and what became of it."""

    id: str
    channel: str
    about: str
    person: str | None
    webhook: str | None
    task: str | None
    matter: str | None
    state: str
    due: datetime
    attempts: int
    sent_at: datetime | None
    error: str
    created: datetime
    settled_by: str | None
    key: str


@dataclass(frozen=True)
class Sent:
    """One round of sending. `why` says what stands against sending at all, "" when nothing does."""

    sent: int = 0
    failed: int = 0
    unknown: int = 0
    why: str = ""


@dataclass(frozen=True)
class WebhookView:
    """A program of the firm's that is told; `about` are the kinds it hears of, none meaning all."""

    id: str
    ref: str
    url: str
    about: tuple[str, ...]
    active: bool
    private: bool
    created_by: str
    created: datetime


@dataclass(frozen=True)
class ChannelView:
    """A way out of the desk: whether it is set up, whether this machine can use it, and how, in words."""

    channel: str
    set_up: bool
    ready: bool
    detail: str


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
