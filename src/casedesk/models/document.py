"""Papers: documents, their versions and bytes, and the notices read from them.

The vault is part of the store on both sides: the bytes are rows, so that one transaction holds a document, its entry
and its bytes, and so that policies, backup and restore cover them.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import SQLModel

from casedesk.models.columns import (
    blob,
    instant,
    integer,
    link,
    maybe_link,
    maybe_txt,
    one_of,
    pk,
    txt,
    txt_or,
)
from casedesk.models.enums import DocumentKind

_UNPLACED = sql("origin = 'received' AND matter_id IS NULL")
_PLACED = sql("origin = 'received' AND matter_id IS NOT NULL AND duplicate_of IS NULL")
_FIRST = "duplicate_of IS NULL AND receipt_number IS NOT NULL AND notice_date IS NOT NULL"
_FIRST_UNPLACED = sql(f"{_FIRST} AND matter_id IS NULL")
_FIRST_PLACED = sql(f"{_FIRST} AND matter_id IS NOT NULL")


class Document(SQLModel, table=True):
    """A paper. `origin`: received from outside, draft of ours, packet assembled by us, or a signed scan."""

    __tablename__ = "document"
    __table_args__ = (
        one_of("kind", DocumentKind),
        CheckConstraint("origin IN ('received', 'draft', 'packet', 'signed')", name="origin_known"),
        # Within a matter, and among the papers of none: a paper behind a wall must not answer a stranger's copy of it.
        Index(
            "document_unplaced_once",
            "sha256",
            unique=True,
            sqlite_where=_UNPLACED,
            postgresql_where=_UNPLACED,
        ),
        Index(
            "document_placed_once",
            "matter_id",
            "sha256",
            unique=True,
            sqlite_where=_PLACED,
            postgresql_where=_PLACED,
        ),
    )
    id: int = pk()
    ref: str = txt(unique=True)
    matter_id: int | None = maybe_link("matter.id", index=True)
    origin: str = txt()
    kind: str = txt()
    name: str = txt()
    sha256: str = txt(index=True)
    bytes: int = integer()
    media_type: str = txt()
    flags: str = txt_or("[]")
    next_step: str = txt_or("")
    reading: str = txt_or("{}")
    duplicate_of: int | None = maybe_link("document.id")
    received_us: int = instant()
    received_by: int = link("person.id")
    confidential_to: int | None = maybe_link("party.id")


class DocumentVersion(SQLModel, table=True):
    """Immutable: the store refuses to change or delete a version."""

    __tablename__ = "document_version"
    __table_args__ = (
        UniqueConstraint("document_id", "version"),
        UniqueConstraint("document_id", "version", "sha256"),
    )
    id: int = pk()
    document_id: int = link("document.id", index=True)
    version: int = integer(1)
    sha256: str = txt()
    bytes: int = integer()
    pages: int = integer()
    name: str = txt()
    media_type: str = txt()
    created_us: int = instant()
    created_by: int = link("person.id")


class BlobChunk(SQLModel, table=True):
    """The bytes of a version, in order, at most one mebibyte a row."""

    __tablename__ = "blob_chunk"
    version_id: int = link("document_version.id", primary_key=True)
    seq: int = pk()
    data: bytes = blob()


class Triage(SQLModel, table=True):
    """What was decided about a paper that came in; the newest row of a paper counts. Written once.

    `junk`: set aside. `split`: cut into parts, each a `part` of `whole_id` with its pages. `matched`: given its matter by
    hand. `joined`: a part whose cut was taken back. `back`: the decision before was taken back.
    """

    __tablename__ = "triage"
    __table_args__ = (
        CheckConstraint(
            "act IN ('junk', 'split', 'part', 'matched', 'joined', 'back')", name="triage_act_known"
        ),
        CheckConstraint("(act = 'part') = (whole_id IS NOT NULL)", name="part_of_a_whole"),
        UniqueConstraint("document_id", "seq"),
    )
    id: int = pk()
    document_id: int = link("document.id")
    seq: int = integer(1)
    act: str = txt()
    whole_id: int | None = maybe_link("document.id", index=True)
    first_page: int = integer(0)
    last_page: int = integer(0)
    reason: str = txt_or("")
    by_id: int = link("person.id")
    at_us: int = instant()


class Notice(SQLModel, table=True):
    """An agency's or court's notice, as read, each value with the words it was read from (`evidence`)."""

    __tablename__ = "notice"
    __table_args__ = (
        one_of("kind", DocumentKind),
        Index(
            "notice_unplaced_once",
            "kind",
            "receipt_number",
            "notice_date",
            unique=True,
            sqlite_where=_FIRST_UNPLACED,
            postgresql_where=_FIRST_UNPLACED,
        ),
        Index(
            "notice_placed_once",
            "matter_id",
            "kind",
            "receipt_number",
            "notice_date",
            unique=True,
            sqlite_where=_FIRST_PLACED,
            postgresql_where=_FIRST_PLACED,
        ),
        Index("notice_by_receipt", "receipt_number", "kind"),
    )
    id: int = pk()
    document_id: int = link("document.id", index=True)
    matter_id: int | None = maybe_link("matter.id", index=True)
    form_id: int | None = maybe_link("form.id")
    kind: str = txt()
    receipt_number: str | None = maybe_txt()
    notice_date: str | None = maybe_txt()
    received_day: str = txt()
    printed_due: str = txt_or("[]")
    requested_items: str = txt_or("[]")
    served: str | None = maybe_txt()
    confidence: int = integer()
    evidence: str = txt_or("[]")
    duplicate_of: int | None = maybe_link("notice.id")
