"""Time at the desk: closures, hand-over sheets, checks of a case's status, the Visa Bulletin, and what is sent outside."""

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
from casedesk.models.enums import Channel, DeliveryState

WAITING_TO_GO = sql("state IN ('queued', 'sending')")


class Closure(SQLModel, table=True):
    """The firm, or one office of it, is shut from `first_day` to `last_day`, both included."""

    __tablename__ = "closure"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="days_in_order"),
        CheckConstraint("reason <> ''", name="shut_for_a_reason"),
    )
    id: int = pk()
    ref: str = txt(unique=True)
    office_id: int | None = maybe_link("office.id")
    first_day: str = txt()
    last_day: str = txt()
    reason: str = txt()
    created_by: int = link("person.id")
    created_us: int = instant()
    cancelled_us: int | None = maybe_instant()
    version: int = integer(1)


class FirmSetting(SQLModel, table=True):
    """The firm's settings over time; the newest row of a key counts. No secret stands here."""

    __tablename__ = "firm_setting"
    __table_args__ = (UniqueConstraint("key", "seq"),)
    id: int = pk()
    key: str = txt()
    seq: int = integer(1)
    value: str = txt()
    set_by: int = link("person.id")
    set_us: int = instant()


class Handover(SQLModel, table=True):
    """One line of a hand-over sheet: a task, what the cover must know of it, and whether it came back."""

    __tablename__ = "handover"
    __table_args__ = (UniqueConstraint("absence_id", "task_id"),)
    id: int = pk()
    absence_id: int = link("absence.id")
    task_id: int = link("task.id", index=True)
    matter_id: int | None = maybe_link("matter.id")
    from_id: int = link("person.id")
    to_id: int = link("person.id")
    note: str = txt_or("")
    by_id: int = link("person.id")
    at_us: int = instant()
    returned_us: int | None = maybe_instant()
    version: int = integer(1)


class StatusCheck(SQLModel, table=True):
    """One look at the agency's page for a receipt: the words that stood there, what they were read as. Written once."""

    __tablename__ = "status_check"
    id: int = pk()
    form_id: int = link("form.id", index=True)
    matter_id: int = link("matter.id")
    on_day: str = txt()
    words: str = txt_or("")
    read_as: str = txt_or("")
    next_check: str | None = maybe_txt()
    by_id: int = link("person.id")
    at_us: int = instant()


class VisaBulletin(SQLModel, table=True):
    """One cell of a month's Visa Bulletin: a cut-off day (ISO), `C` (current) or `U` (unavailable)."""

    __tablename__ = "visa_bulletin"
    __table_args__ = (
        CheckConstraint("chart IN ('final_action', 'filing')", name="chart_known"),
        UniqueConstraint("month", "chart", "category", "chargeability", "seq"),
    )
    id: int = pk()
    month: str = txt()
    chart: str = txt()
    category: str = txt()
    chargeability: str = txt()
    cutoff: str = txt()
    seq: int = integer(1)
    entered_by: int = link("person.id")
    entered_us: int = instant()


class Preference(SQLModel, table=True):
    """How one person is reminded: by which channels, when not (`HH:MM` local), and when the day's digest comes."""

    __tablename__ = "preference"
    __table_args__ = (
        CheckConstraint("mail IN ('none', 'digest', 'urgent', 'all')", name="mail_known"),
        *flags("desktop", "invitations"),
    )
    person_id: int = link("person.id", primary_key=True)
    mail: str = txt_or("urgent")
    quiet_from: str = txt_or("20:00")
    quiet_until: str = txt_or("07:00")
    digest_at: str = txt_or("08:00")
    desktop: int = flag()
    invitations: int = flag(1)
    version: int = integer(1)


class Webhook(SQLModel, table=True):
    """Where the firm's other programs hear that something happened; the key it is signed with lies in a keyring."""

    __tablename__ = "webhook"
    __table_args__ = (*flags("active"),)
    id: int = pk()
    ref: str = txt(unique=True)
    url: str = txt()
    about: str = txt_or("[]")
    active: int = flag(1)
    created_by: int = link("person.id")
    created_us: int = instant()
    version: int = integer(1)


class Delivery(SQLModel, table=True):
    """Something for outside the desk: a mail, an invitation, a webhook, a desktop notice. No client data in it.

    `key` is the same however often it is tried, and mail carries it as its Message-ID. `sending` after a crash becomes
    `unknown`, which a person settles.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        one_of("channel", Channel),
        one_of("state", DeliveryState),
        CheckConstraint("(person_id IS NULL) <> (webhook_id IS NULL)", name="for_someone"),
        Index("delivery_to_go", "due_us", "id", sqlite_where=WAITING_TO_GO, postgresql_where=WAITING_TO_GO),
        Index("delivery_of_person", "person_id", "created_us"),
    )
    id: int = pk()
    key: str = txt(unique=True)
    channel: str = txt()
    matter_id: int | None = maybe_link("matter.id")
    task_id: int | None = maybe_link("task.id")
    outbox_id: int | None = maybe_link("outbox.id")
    person_id: int | None = maybe_link("person.id")
    webhook_id: int | None = maybe_link("webhook.id")
    about: str = txt()
    address: str = txt_or("")
    subject: str = txt_or("")
    body: str = txt_or("")
    calendar: str = txt_or("")
    method: str = txt_or("")
    state: str = txt_or("queued")
    due_us: int = instant()
    attempts: int = integer()
    claimed_by: str = txt_or("")
    claimed_us: int | None = maybe_instant()
    sent_us: int | None = maybe_instant()
    error: str = txt_or("")
    created_us: int = instant()
    settled_by: int | None = maybe_link("person.id")


class Invitation(SQLModel, table=True):
    """A calendar entry as one person was last told of it: same `uid`, a higher `sequence` with each change."""

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("method IN ('REQUEST', 'CANCEL')", name="method_known"),
        UniqueConstraint("uid", "person_id", "sequence"),
    )
    id: int = pk()
    uid: str = txt()
    person_id: int = link("person.id", index=True)
    matter_id: int | None = maybe_link("matter.id")
    appointment_id: int | None = maybe_link("appointment.id", index=True)
    deadline_id: int | None = maybe_link("deadline.id", index=True)
    sequence: int = integer()
    method: str = txt()
    begins: str = txt()
    ends: str = txt_or("")
    at_us: int = instant()


class WorkerGap(SQLModel, table=True):
    """A stretch of time in which no worker swept, and what fired late when one came back. Written once."""

    __tablename__ = "worker_gap"
    id: int = pk()
    worker: str = txt()
    from_us: int = instant()
    until_us: int = instant()
    fired: int = integer()
    worst_us: int = integer()
