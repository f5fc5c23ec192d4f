"""The engine's own rows: events and decisions, timers, the outbox, heartbeats, and the audit trail."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import SQLModel

from casedesk.models.columns import (
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
from casedesk.models.enums import TimerState

ARMED = sql("state = 'armed'")


class Event(SQLModel, table=True):
    """Something happened. `request_id` makes the same gesture twice one event."""

    __tablename__ = "event"
    id: int = pk()
    trigger: str = txt()
    subject: str = txt(index=True)
    matter_id: int | None = maybe_link("matter.id", index=True)
    actor_id: int = link("person.id")
    at_us: int = instant()
    request_id: str = txt(unique=True)
    correlation: str = txt_or("")
    outcome: str = txt_or("{}")


class DecisionRow(SQLModel, table=True):
    """Why: the facts, the rule set's hash, who was considered, how each date was counted."""

    __tablename__ = "decision"
    __table_args__ = (Index("decision_at", "at_us", "id"),)
    id: int = pk()
    event_id: int = link("event.id", index=True)
    matter_id: int | None = maybe_link("matter.id")
    facts: str = txt()
    rule_set_sha256: str = txt()
    trace: str = txt()
    at_us: int = instant()


class Timer(SQLModel, table=True):
    """Fires once: `UNIQUE(subject, chain, step, generation)`; a late one fires all the same, stamped.

    A paused one is `cancelled` with `left_us`, the business time it had left; going on arms it again. Only what counts
    office time (`clock` is `business`) is ever paused; `deadline` and `elapsed` run on.
    """

    __tablename__ = "timer"
    __table_args__ = (
        one_of("state", TimerState),
        UniqueConstraint("subject_id", "chain", "step", "generation"),
        CheckConstraint("clock IN ('business', 'deadline', 'elapsed')", name="clock_known"),
        Index("timer_due", "fire_at_us", "id", sqlite_where=ARMED, postgresql_where=ARMED),
        Index("timer_of_task", "task_id"),
        Index("timer_of_matter", "matter_id", sqlite_where=ARMED, postgresql_where=ARMED),
    )
    id: int = pk()
    matter_id: int | None = maybe_link("matter.id")
    task_id: int | None = maybe_link("task.id")
    subject_id: int = integer()
    chain: str = txt()
    step: int = integer()
    generation: int = integer(1)
    fire_at_us: int = instant()
    condition: str = txt()
    action: str = txt()
    targets: str = txt_or("[]")
    state: str = txt_or("armed")
    fired_us: int | None = maybe_instant()
    late_us: int | None = maybe_instant()
    outcome: str = txt_or("")
    left_us: int | None = maybe_instant()
    clock: str = txt_or("deadline")


class Outbox(SQLModel, table=True):
    """What staff are told. In-app: the row is the delivery. Subject and body carry no client data."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("channel IN ('in_app', 'email')", name="channel_known"),
        CheckConstraint("state IN ('queued', 'delivered', 'sent', 'failed', 'unknown')", name="state_known"),
        Index("outbox_of_person", "person_id", "created_us"),
        Index("outbox_since", "created_us", "id"),
    )
    id: int = pk()
    matter_id: int | None = maybe_link("matter.id")
    task_id: int | None = maybe_link("task.id")
    person_id: int = link("person.id")
    channel: str = txt_or("in_app")
    about: str = txt()
    subject: str = txt()
    body: str = txt_or("")
    message_id: str = txt(unique=True)
    state: str = txt_or("delivered")
    by_us: int | None = maybe_instant()
    created_us: int = instant()
    seen_us: int | None = maybe_instant()


class Heartbeat(SQLModel, table=True):
    """The last sweep of each worker; the desk's header reads it."""

    __tablename__ = "heartbeat"
    worker: str = txt(primary_key=True)
    person_id: int = link("person.id")
    build: str = txt()
    at_us: int = instant()
    fired: int = integer()
    skew_us: int = integer()
    schema_no: int = integer()


class AuditHead(SQLModel, table=True):
    """The last entry of each stream; the row a writer locks."""

    __tablename__ = "audit_head"
    stream: str = txt(primary_key=True)
    matter_id: int | None = maybe_link("matter.id")
    seq: int = integer()
    hash: str = txt()


class Audit(SQLModel, table=True):
    """Append-only. One SHA-256 chain a matter, one a person for what is theirs, one for the store."""

    __tablename__ = "audit"
    __table_args__ = (
        UniqueConstraint("stream", "prev"),
        Index("audit_at", "at_us"),
        Index("audit_matter", "matter_id", "seq"),
    )
    stream: str = txt(primary_key=True)
    seq: int = pk()
    matter_id: int | None = maybe_link("matter.id")
    prev: str = txt()
    hash: str = txt()
    at_us: int = instant()
    actor: str = txt()
    action: str = txt()
    subject: str = txt()
    payload: str = txt()


class Seen(SQLModel, table=True):
    """When a person last signed in, for "what changed since"."""

    __tablename__ = "seen"
    person_id: int = link("person.id", primary_key=True)
    at_us: int = instant()
    detail: str | None = maybe_txt()
