"""Delegated work: who was trained for what, who does it under whom, and what the supervisor found."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index
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
from casedesk.models.enums import SupervisionOutcome


class Training(SQLModel, table=True):
    """A course or a written policy that somebody acknowledged, and until when that counts."""

    __tablename__ = "training"
    __table_args__ = (Index("training_of_person", "person_id", "course"),)
    id: int = pk()
    person_id: int = link("person.id")
    course: str = txt()
    edition: str = txt_or("")
    acknowledged_us: int = instant()
    expires: str | None = maybe_txt()
    recorded_by: int = link("person.id")


class Supervision(SQLModel, table=True):
    """One piece of delegated work: which act, to whom, under whom, with what instructions, and what came of it."""

    __tablename__ = "supervision"
    __table_args__ = (
        one_of("outcome", SupervisionOutcome, nullable=True),
        CheckConstraint("delegate_id <> supervisor_id", name="supervised_by_another"),
        CheckConstraint("(outcome IS NULL) = (checked_us IS NULL)", name="checked_with_an_outcome"),
        Index(
            "supervision_open",
            "supervisor_id",
            sqlite_where=sql("checked_us IS NULL"),
            postgresql_where=sql("checked_us IS NULL"),
        ),
    )
    id: int = pk()
    ref: str = txt(unique=True)
    matter_id: int | None = maybe_link("matter.id", index=True)
    task_id: int = link("task.id", index=True)
    act: str = txt()
    delegate_id: int = link("person.id")
    supervisor_id: int = link("person.id")
    instructions: str = txt_or("")
    authority_sha256: str = txt()
    given_by: int = link("person.id")
    given_us: int = instant()
    checked_by: int | None = maybe_link("person.id")
    checked_us: int | None = maybe_instant()
    outcome: str | None = maybe_txt()
    remarks: str = txt_or("")
    version: int = integer(1)
