"""The gate: drafts, reviews, signature slots, packets, manifests, sign-offs, filings.

What may leave the firm is decided here by plain constraints, the same on both stores: a sign-off names an approved
content review, an approved second review of the very manifest, its preparer and its policy, and the three people
must differ as the policy says; a filing names a live sign-off of the same hash. A step the desk forgot to refuse is
refused by these.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
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
from casedesk.models.enums import FilingState, ReviewKind, ReviewPolicy, ReviewState, SlotState
from casedesk.models.gate_rules import SECOND_PASS_US


class Packet(SQLModel, table=True):
    """What is to leave the firm as one filing."""

    __tablename__ = "packet"
    id: int = pk()
    ref: str = txt(unique=True)
    matter_id: int = link("matter.id", index=True)
    form_id: int | None = maybe_link("form.id")
    run_id: int | None = maybe_link("playbook_run.id", index=True)
    task_id: int = link("task.id", index=True)
    deadline_id: int | None = maybe_link("deadline.id", index=True)
    title: str = txt()
    agency: str = txt_or("USCIS")
    created_us: int = instant()


class Manifest(SQLModel, table=True):
    """One immutable state of a packet: its documents by hash, and the assembled bytes (`assembled_document_id`)."""

    __tablename__ = "manifest"
    __table_args__ = (
        UniqueConstraint("packet_id", "seq"),
        UniqueConstraint("packet_id", "sha256", "preparer_id", "assembled_us"),
        UniqueConstraint("packet_id", "sha256"),
        ForeignKeyConstraint(
            ["packet_id", "version", "preparer_id"],
            ["draft.packet_id", "draft.version", "draft.submitted_by"],
        ),
    )
    id: int = pk()
    packet_id: int = link("packet.id")
    seq: int = integer(1)
    version: int = integer(1)
    sha256: str = txt()
    assembled_sha256: str = txt()
    assembled_bytes: int = integer()
    assembled_document_id: int = link("document.id")
    pages: int = integer()
    body: str = txt()
    changed_pages: str = txt_or("[]")
    preparer_id: int = link("person.id")
    assembled_us: int = instant()


class ManifestDocument(SQLModel, table=True):
    __tablename__ = "manifest_document"
    __table_args__ = (
        ForeignKeyConstraint(
            ["document_id", "version", "sha256"],
            ["document_version.document_id", "document_version.version", "document_version.sha256"],
        ),
    )
    manifest_id: int = link("manifest.id", primary_key=True)
    position: int = pk()
    document_id: int = integer()
    version: int = integer(1)
    sha256: str = txt()
    name: str = txt()
    role: str = txt()
    tab: str | None = maybe_txt()
    pages: int = integer()


class Draft(SQLModel, table=True):
    """A submitted version. Whoever submits it is its preparer."""

    __tablename__ = "draft"
    __table_args__ = (
        UniqueConstraint("packet_id", "version"),
        UniqueConstraint("packet_id", "version", "submitted_by"),
    )
    id: int = pk()
    ref: str = txt(unique=True)
    packet_id: int = link("packet.id")
    task_id: int = link("task.id", index=True)
    version: int = integer(1)
    submitted_by: int = link("person.id")
    submitted_us: int = instant()
    note: str = txt_or("")


class Review(SQLModel, table=True):
    """One pair of eyes on one state of a packet. Decided once, never changed."""

    __tablename__ = "review"
    __table_args__ = (
        one_of("kind", ReviewKind),
        one_of("state", ReviewState),
        ForeignKeyConstraint(["packet_id", "manifest_sha256"], ["manifest.packet_id", "manifest.sha256"]),
        ForeignKeyConstraint(
            ["licence_id", "decided_by", "licence_kind"], ["licence.id", "licence.person_id", "licence.kind"]
        ),
        UniqueConstraint("id", "packet_id", "manifest_sha256", "kind", "state", "decided_by", "decided_us"),
        UniqueConstraint("id", "packet_id", "kind", "state"),
        CheckConstraint(
            "state NOT IN ('approved', 'returned')"
            " OR (decided_by IS NOT NULL AND decided_us IS NOT NULL AND licence_id IS NOT NULL AND licence_kind IS NOT NULL)",
            name="decided_by_a_qualified_person",
        ),
        CheckConstraint(
            "state NOT IN ('approved', 'returned') OR kind = 'second'"
            " OR licence_kind IN ('attorney', 'accredited_representative')",
            name="content_and_signoff_by_a_licence",
        ),
        Index(
            "review_open",
            "owner_id",
            "due_us",
            sqlite_where=sql("state = 'open'"),
            postgresql_where=sql("state = 'open'"),
        ),
        Index("review_by_packet", "packet_id"),
        Index("review_by_due", "due_us", "id"),
    )
    id: int = pk()
    ref: str = txt(unique=True)
    kind: str = txt()
    packet_id: int = link("packet.id")
    manifest_sha256: str = txt()
    matter_id: int = link("matter.id", index=True)
    task_id: int = link("task.id")
    version: int = integer(1)
    owner_id: int = link("person.id")
    owner_reason: str = txt_or("")
    state: str = txt_or("open")
    opened_us: int = instant()
    due_us: int = instant()
    decided_by: int | None = maybe_link("person.id")
    decided_us: int | None = maybe_instant()
    licence_id: int | None = maybe_link("licence.id")
    licence_kind: str | None = maybe_txt()


class ReviewPoint(SQLModel, table=True):
    __tablename__ = "review_point"
    __table_args__ = (CheckConstraint("answer IS NULL OR answer IN ('yes', 'no')", name="answer_known"),)
    review_id: int = link("review.id", primary_key=True)
    code: str = txt(primary_key=True)
    position: int = integer()
    text: str = txt()
    answer: str | None = maybe_txt()
    comment: str = txt_or("")


class ReviewLook(SQLModel, table=True):
    """What a person last looked at, for "changed since I last looked"."""

    __tablename__ = "review_look"
    packet_id: int = link("packet.id", primary_key=True)
    person_id: int = link("person.id", primary_key=True)
    manifest_sha256: str = txt()
    at_us: int = instant()


class SignatureSlot(SQLModel, table=True):
    """A place someone signs by hand: wet ink, then scan. Never a signature placed by us into a government form."""

    __tablename__ = "signature_slot"
    __table_args__ = (
        one_of("state", SlotState),
        CheckConstraint("state <> 'back' OR document_id IS NOT NULL", name="back_with_its_scan"),
    )
    id: int = pk()
    ref: str = txt(unique=True)
    packet_id: int = link("packet.id", index=True)
    matter_id: int = link("matter.id")
    form: str = txt()
    part: str = txt()
    person: str = txt()
    replaces_id: int | None = maybe_link("document.id")
    state: str = txt_or("needed")
    sent_us: int | None = maybe_instant()
    back_us: int | None = maybe_instant()
    document_id: int | None = maybe_link("document.id")
    version: int = integer(1)


class SignOff(SQLModel, table=True):
    """The attorney's signature over a manifest's hash. Never undone; voided by any later change of bytes."""

    __tablename__ = "sign_off"
    __table_args__ = (
        one_of("policy", ReviewPolicy),
        *flags("live"),
        ForeignKeyConstraint(
            ["packet_id", "manifest_sha256", "preparer_id", "assembled_us"],
            ["manifest.packet_id", "manifest.sha256", "manifest.preparer_id", "manifest.assembled_us"],
        ),
        ForeignKeyConstraint(
            [
                "second_review_id",
                "packet_id",
                "manifest_sha256",
                "second_kind",
                "approved",
                "second_reviewer_id",
                "second_us",
            ],
            [
                "review.id",
                "review.packet_id",
                "review.manifest_sha256",
                "review.kind",
                "review.state",
                "review.decided_by",
                "review.decided_us",
            ],
        ),
        ForeignKeyConstraint(
            ["content_review_id", "packet_id", "content_kind", "approved"],
            ["review.id", "review.packet_id", "review.kind", "review.state"],
        ),
        ForeignKeyConstraint(
            ["licence_id", "signer_id", "licence_kind"], ["licence.id", "licence.person_id", "licence.kind"]
        ),
        ForeignKeyConstraint(["key_id", "signer_id"], ["signing_key.key_id", "signing_key.person_id"]),
        CheckConstraint(
            "second_kind = 'second' AND content_kind = 'content' AND approved = 'approved'",
            name="names_both_reviews",
        ),
        CheckConstraint(
            "licence_kind IN ('attorney', 'accredited_representative')", name="signed_by_a_licence"
        ),
        CheckConstraint(
            "policy <> 'three-person' OR (signer_id <> preparer_id AND signer_id <> second_reviewer_id"
            " AND second_reviewer_id <> preparer_id)",
            name="three_person",
        ),
        CheckConstraint(
            "policy <> 'two-person' OR signer_id <> preparer_id OR second_reviewer_id <> preparer_id",
            name="two_person",
        ),
        CheckConstraint(
            f"policy <> 'sole' OR second_us - assembled_us >= {SECOND_PASS_US}", name="sole_second_pass"
        ),
        CheckConstraint("second_us >= assembled_us AND signed_us >= second_us", name="in_order"),
        CheckConstraint(
            "(live = 1 AND voided_us IS NULL) OR (live = 0 AND voided_us IS NOT NULL)", name="voided_or_live"
        ),
        UniqueConstraint("id", "packet_id", "manifest_sha256", "live"),
        Index(
            "sign_off_live",
            "packet_id",
            unique=True,
            sqlite_where=sql("live = 1"),
            postgresql_where=sql("live = 1"),
        ),
        Index("sign_off_of_signer", "signer_id", "signed_us"),
        Index("sign_off_by_second", "second_review_id"),
        Index("sign_off_by_content", "content_review_id"),
    )
    id: int = pk()
    packet_id: int = link("packet.id")
    matter_id: int = link("matter.id", index=True)
    manifest_sha256: str = txt()
    review_id: int = link("review.id")
    content_review_id: int = integer()
    second_review_id: int = integer()
    content_kind: str = txt_or("content")
    second_kind: str = txt_or("second")
    approved: str = txt_or("approved")
    preparer_id: int = link("person.id")
    second_reviewer_id: int = link("person.id")
    assembled_us: int = instant()
    second_us: int = instant()
    signer_id: int = link("person.id")
    licence_id: int = integer()
    licence_kind: str = txt()
    key_id: str = txt()
    policy: str = txt()
    statement: str = txt()
    signature: str = txt()
    signed_us: int = instant()
    live: int = flag(1)
    voided_us: int | None = maybe_instant()
    voided_reason: str = txt_or("")


class Filing(SQLModel, table=True):
    """A packet that left. The store takes it only with a live sign-off of the same hash."""

    __tablename__ = "filing"
    __table_args__ = (
        one_of("state", FilingState),
        ForeignKeyConstraint(
            ["sign_off_id", "packet_id", "manifest_sha256", "live"],
            ["sign_off.id", "sign_off.packet_id", "sign_off.manifest_sha256", "sign_off.live"],
        ),
        CheckConstraint("live = 1", name="with_a_live_sign_off"),
        CheckConstraint(
            "state NOT IN ('delivered', 'receipted') OR delivered_us IS NOT NULL", name="delivered_when"
        ),
        CheckConstraint("state <> 'rejected' OR reason <> ''", name="rejected_with_a_reason"),
        UniqueConstraint("packet_id"),
    )
    id: int = pk()
    ref: str = txt(unique=True)
    packet_id: int = link("packet.id")
    matter_id: int = link("matter.id", index=True)
    manifest_sha256: str = txt()
    sign_off_id: int = integer()
    live: int = flag(1)
    state: str = txt()
    channel: str = txt_or("paper")
    carrier: str = txt_or("")
    tracking: str = txt_or("")
    shipped_us: int = instant()
    shipped_by: int = link("person.id")
    delivered_us: int | None = maybe_instant()
    receipt_number: str | None = maybe_txt()
    receipted_us: int | None = maybe_instant()
    rejected_us: int | None = maybe_instant()
    reason: str = txt_or("")
    version: int = integer(1)
