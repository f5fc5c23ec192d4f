"""The record's own keeping: seals over the trail, what was handed out, holds, erasures, and the papers' data keys."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import SQLModel

from casedesk.models.columns import (
    blob,
    instant,
    integer,
    link,
    maybe_instant,
    maybe_link,
    maybe_txt,
    pk,
    txt,
    txt_or,
)

STANDING = sql("closed_us IS NULL")


class SealKey(SQLModel, table=True):
    """The public half of a key that seals the trail; the private half lies with the worker or the partner."""

    __tablename__ = "seal_key"
    key_id: str = txt(primary_key=True)
    public_key: bytes = blob()
    holder_id: int = link("person.id")
    made_us: int = instant()
    retired_us: int | None = maybe_instant()


class Seal(SQLModel, table=True):
    """One seal: `root` is the Merkle root over the heads that moved, `hash` covers it, the seal before, and the time."""

    __tablename__ = "seal"
    __table_args__ = (UniqueConstraint("prev"), UniqueConstraint("hash"))
    seq: int = pk()
    prev: str = txt()
    root: str = txt()
    leaves: int = integer()
    entries: int = integer()
    at_us: int = instant()
    key_id: str = txt()
    hash: str = txt()
    signature: str = txt()


class SealHead(SQLModel, table=True):
    """A stream's end as a seal found it; a stream that did not move since the seal before has no row.

    `path` leads from this leaf to the seal's root, so that whoever reads this row alone can prove it.
    """

    __tablename__ = "seal_head"
    __table_args__ = (Index("seal_head_of_stream", "stream", "seq"),)
    seal_seq: int = link("seal.seq", primary_key=True)
    position: int = pk()
    stream: str = txt()
    matter_id: int | None = maybe_link("matter.id")
    seq: int = integer()
    hash: str = txt()
    path: str = txt_or("")


class ExportRecord(SQLModel, table=True):
    """Something was handed out of the desk: what, by whom, for whom, why, and the hash of the bytes."""

    __tablename__ = "export_record"
    id: int = pk()
    ref: str = txt(unique=True)
    matter_id: int | None = maybe_link("matter.id", index=True)
    party_id: int | None = maybe_link("party.id")
    what: str = txt()
    person_id: int = link("person.id")
    at_us: int = instant()
    reason: str = txt_or("")
    sha256: str = txt()
    bytes: int = integer()


class LegalHold(SQLModel, table=True):
    """While one stands on a matter or a client, nothing of it is erased."""

    __tablename__ = "legal_hold"
    __table_args__ = (
        CheckConstraint("(matter_id IS NULL) <> (client_id IS NULL)", name="on_one_thing"),
        CheckConstraint("reason <> ''", name="held_for_a_reason"),
        CheckConstraint(
            "closed_us IS NULL OR (closed_by IS NOT NULL AND closed_reason <> '')", name="lifted_for_a_reason"
        ),
        Index("legal_hold_standing", "matter_id", sqlite_where=STANDING, postgresql_where=STANDING),
    )
    id: int = pk()
    ref: str = txt(unique=True)
    matter_id: int | None = maybe_link("matter.id")
    client_id: int | None = maybe_link("client.id")
    reason: str = txt()
    opened_us: int = instant()
    opened_by: int = link("person.id")
    closed_us: int | None = maybe_instant()
    closed_by: int | None = maybe_link("person.id")
    closed_reason: str = txt_or("")
    version: int = integer(1)


class DocumentKey(SQLModel, table=True):
    """The data key of one version's bytes. Destroying it (`data_key` empty, `destroyed_us` set) erases the paper."""

    __tablename__ = "document_key"
    __table_args__ = (
        CheckConstraint("(destroyed_us IS NULL) = (length(data_key) = 32)", name="there_or_destroyed"),
        CheckConstraint("destroyed_us IS NULL OR erasure_id IS NOT NULL", name="destroyed_by_an_erasure"),
    )
    version_id: int = link("document_version.id", primary_key=True)
    data_key: bytes = blob()
    destroyed_us: int | None = maybe_instant()
    erasure_id: int | None = maybe_link("erasure.id")


class Erasure(SQLModel, table=True):
    """A client's or a matter's papers and personal data made unreadable, by one person on another's word."""

    __tablename__ = "erasure"
    __table_args__ = (CheckConstraint("reason <> ''", name="erased_for_a_reason"),)
    id: int = pk()
    ref: str = txt(unique=True)
    matter_id: int = link("matter.id", index=True)
    reason: str = txt()
    asked_by: int = link("person.id")
    asked_us: int = instant()
    done_by: int | None = maybe_link("person.id")
    done_us: int | None = maybe_instant()
    papers: int = integer()
    request: str | None = maybe_txt()
