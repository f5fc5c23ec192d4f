"""Work: playbook runs, tasks and their checklists, deadlines, appointments, messages."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import SQLModel

from casedesk.models.columns import (
    flag,
    flags,
    instant,
    integer,
    link,
    maybe_instant,
    maybe_link,
    maybe_txt,
    one_of,
    pk,
    txt,
    txt_or,
)
from casedesk.models.enums import Confidence, DeadlineState, ItemState, MessageState, TaskState

OPEN_TASKS = sql("state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold')")

OF_A_NOTICE = sql("notice_id IS NOT NULL")
OF_A_CONFLICT = sql("kind = 'conflict_check'")


class PlaybookVersion(SQLModel, table=True):
    """Immutable; running work keeps the version it began with."""

    __tablename__ = "playbook_version"
    __table_args__ = (UniqueConstraint("playbook", "version"),)
    id: int = pk()
    playbook: str = txt()
    version: int = integer(1)
    sha256: str = txt()
    body: str = txt()
    effective_from: str = txt()
    installed_us: int = instant()


class RuleSetVersion(SQLModel, table=True):
    __tablename__ = "rule_set"
    id: int = pk()
    sha256: str = txt(unique=True)
    body: str = txt()
    installed_us: int = instant()


class RuleInstall(SQLModel, table=True):
    """The firm's own rules as a manager installed them: numbered, whole, from a day on, for one matter type or for all.

    Which version decides follows from the day and the type; an older one is superseded by it and stays.
    """

    __tablename__ = "rule_install"
    __table_args__ = (
        UniqueConstraint("number"),
        CheckConstraint("number >= 1", name="numbered_from_one"),
        *flags("in_place"),
    )
    id: int = pk()
    number: int = integer(1)
    sha256: str = txt()
    rule_set_sha256: str = txt()
    body: str = txt()
    effective_from: str = txt()
    matter_type: str | None = maybe_txt()
    in_place: int = flag(0)
    installed_by: int = link("person.id")
    installed_us: int = instant()


class PlaybookRun(SQLModel, table=True):
    """One playbook under way on a matter: what began it, which form it is on, which deadline it answers."""

    __tablename__ = "playbook_run"
    id: int = pk()
    matter_id: int | None = maybe_link("matter.id", index=True)
    form_id: int | None = maybe_link("form.id", index=True)
    notice_id: int | None = maybe_link("notice.id")
    document_id: int | None = maybe_link("document.id", index=True)
    deadline_id: int | None = maybe_link("deadline.id", index=True)
    playbook: str = txt()
    version: int = integer(1)
    triage: str | None = maybe_txt()
    happened: str = txt_or("[]")
    started_us: int = instant()
    closed_us: int | None = maybe_instant()


class Task(SQLModel, table=True):
    """A piece of work with one accountable owner and a due instant."""

    __tablename__ = "task"
    __table_args__ = (
        one_of("state", TaskState),
        *flags("reserved", "arrived_late"),
        Index("task_queue", "owner_id", "due_us", "id", sqlite_where=OPEN_TASKS, postgresql_where=OPEN_TASKS),
        Index("task_firm_queue", "due_us", "id", sqlite_where=OPEN_TASKS, postgresql_where=OPEN_TASKS),
        Index("task_by_matter", "matter_id"),
        Index("task_of_deadline", "deadline_id", sqlite_where=OPEN_TASKS, postgresql_where=OPEN_TASKS),
        Index("task_of_notice", "notice_id", sqlite_where=OF_A_NOTICE, postgresql_where=OF_A_NOTICE),
        Index("task_of_conflict", "step", sqlite_where=OF_A_CONFLICT, postgresql_where=OF_A_CONFLICT),
    )
    id: int = pk()
    ref: str = txt(unique=True)
    matter_id: int | None = maybe_link("matter.id")
    run_id: int | None = maybe_link("playbook_run.id", index=True)
    notice_id: int | None = maybe_link("notice.id")
    deadline_id: int | None = maybe_link("deadline.id")
    kind: str = txt()
    title: str = txt()
    step: str = txt_or("")
    owner_id: int = link("person.id")
    owner_reason: str = txt_or("")
    state: str = txt_or("new")
    reserved: int = flag()
    priority: str = txt_or("standard")
    hours_tenths: int = integer()
    acknowledge_by_us: int | None = maybe_instant()
    acknowledged_us: int | None = maybe_instant()
    acknowledged_by: int | None = maybe_link("person.id")
    due_us: int = instant()
    internal_due: str | None = maybe_txt()
    agency_due: str | None = maybe_txt()
    arrived_late: int = flag()
    waiting_on: str | None = maybe_txt()
    waiting_since_us: int | None = maybe_instant()
    wake_up_us: int | None = maybe_instant()
    handoff_note: str = txt_or("")
    generation: int = integer(1)
    created_us: int = instant()
    done_us: int | None = maybe_instant()
    done_by: int | None = maybe_link("person.id")
    version: int = integer(1)
    covering_for_id: int | None = maybe_link("person.id")


class OpenWork(SQLModel, table=True):
    """What each person has open, kept by the store itself with every task: estimated hours in tenths, and when the newest
    was given. Work behind a wall is not in it. Without it, each pick would add up every open task of the firm."""

    __tablename__ = "open_work"
    person_id: int = link("person.id", primary_key=True)
    hours_tenths: int = integer()
    last_us: int = integer()


class TaskItem(SQLModel, table=True):
    """A checklist item. A required one is done or waived with a reason; it is never skipped."""

    __tablename__ = "task_item"
    __table_args__ = (
        one_of("state", ItemState),
        *flags("required", "reserved", "wants_file"),
        UniqueConstraint("task_id", "code"),
        CheckConstraint(
            "state <> 'waived' OR (reason <> '' AND done_by IS NOT NULL)", name="waived_with_a_reason"
        ),
        CheckConstraint("state <> 'done' OR done_by IS NOT NULL", name="done_by_someone"),
    )
    id: int = pk()
    task_id: int = link("task.id", index=True)
    position: int = integer()
    code: str = txt()
    text: str = txt()
    hint: str = txt_or("")
    required: int = flag(1)
    reserved: int = flag()
    wants_file: int = flag()
    state: str = txt_or("open")
    note: str = txt_or("")
    reason: str = txt_or("")
    document_id: int | None = maybe_link("document.id")
    done_by: int | None = maybe_link("person.id")
    done_us: int | None = maybe_instant()
    version: int = integer(1)


class Deadline(SQLModel, table=True):
    """A date that matters: the agency's, and the firm's earlier one, with rule, citation, count and confidence.

    `trigger_on`, `served` and `filing` are what it was counted from; `follows_id` the date it moves with; `opens` the
    first day of a window; a `tickler` outlives its closed matter; `proposed` what a changed rule would make of it.
    """

    __tablename__ = "deadline"
    __table_args__ = (
        one_of("state", DeadlineState),
        one_of("confidence", Confidence, nullable=True),
        *flags("arrived_late", "critical", "tickler"),
        Index(
            "deadline_open",
            "agency_due",
            sqlite_where=sql("state IN ('provisional', 'open', 'conflict')"),
            postgresql_where=sql("state IN ('provisional', 'open', 'conflict')"),
        ),
    )
    id: int = pk()
    ref: str = txt(unique=True)
    matter_id: int | None = maybe_link("matter.id", index=True)
    form_id: int | None = maybe_link("form.id")
    notice_id: int | None = maybe_link("notice.id")
    kind: str = txt()
    title: str = txt()
    authority: str = txt_or("USCIS")
    agency_due: str = txt()
    internal_due: str = txt()
    rule: str | None = maybe_txt()
    rule_version: str | None = maybe_txt()
    citation: str = txt_or("")
    confidence: str | None = maybe_txt()
    steps: str = txt_or("[]")
    sentence: str = txt_or("")
    printed: str = txt_or("[]")
    state: str = txt_or("open")
    arrived_late: int = flag()
    confirmed_us: int | None = maybe_instant()
    confirmed_by: int | None = maybe_link("person.id")
    met_us: int | None = maybe_instant()
    met_on: str | None = maybe_txt()
    created_us: int = instant()
    created_by: int | None = maybe_link("person.id")
    version: int = integer(1)
    trigger_on: str | None = maybe_txt()
    served: str = txt_or("")
    filing: str = txt_or("")
    opens: str | None = maybe_txt()
    critical: int = flag()
    tickler: int = flag()
    follows_id: int | None = maybe_link("deadline.id", index=True)
    appointment_id: int | None = maybe_link("appointment.id", index=True)
    supersedes_id: int | None = maybe_link("deadline.id")
    proposed: str = txt_or("")
    met_by: int | None = maybe_link("person.id")


class Appointment(SQLModel, table=True):
    """A hearing, biometrics, an interview: somebody is somewhere at an instant. A moved one keeps its `ref`."""

    __tablename__ = "appointment"
    id: int = pk()
    ref: str = txt(unique=True)
    matter_id: int = link("matter.id", index=True)
    party_id: int | None = maybe_link("party.id")
    notice_id: int | None = maybe_link("notice.id")
    kind: str = txt()
    at_us: int = instant()
    zone: str = txt()
    place: str = txt_or("")
    status: str = txt_or("scheduled")
    version: int = integer(1)
    person_id: int | None = maybe_link("person.id", index=True)
    minutes: int = integer(60)
    title: str = txt_or("")
    judge: str = txt_or("")
    language: str = txt_or("")
    sequence: int = integer()
    moved: str = txt_or("[]")
    confirmed_us: int | None = maybe_instant()
    confirmed_by: int | None = maybe_link("person.id")
    outcome: str = txt_or("")
    outcome_us: int | None = maybe_instant()
    outcome_by: int | None = maybe_link("person.id")
    created_us: int | None = maybe_instant()
    created_by: int | None = maybe_link("person.id")


class Message(SQLModel, table=True):
    """Words for a client. After an RFE, NOID, NOIR or denial the attorney releases every one of them."""

    __tablename__ = "message"
    __table_args__ = (
        one_of("state", MessageState),
        CheckConstraint("release IN ('attorney', 'staff')", name="release_known"),
        CheckConstraint(
            "state NOT IN ('approved', 'sent') OR approved_by IS NOT NULL", name="released_by_someone"
        ),
        *flags("fallback"),
    )
    id: int = pk()
    ref: str = txt(unique=True)
    matter_id: int = link("matter.id", index=True)
    party_id: int | None = maybe_link("party.id")
    run_id: int | None = maybe_link("playbook_run.id")
    recipient: str = txt()
    channel: str = txt_or("letter")
    language: str = txt_or("en")
    template: str = txt()
    subject: str = txt()
    body: str = txt()
    fallback: int = flag()
    enclosed: str = txt_or("[]")
    release: str = txt_or("attorney")
    state: str = txt_or("awaiting_approval")
    created_us: int = instant()
    approved_by: int | None = maybe_link("person.id")
    approved_us: int | None = maybe_instant()
    sent_by: int | None = maybe_link("person.id")
    sent_us: int | None = maybe_instant()
    sent_via: str = txt_or("")
    version: int = integer(1)
    address: str = txt_or("")
