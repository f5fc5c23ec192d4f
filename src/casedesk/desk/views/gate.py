"""The gate as the desk shows it: versions, reviews, ink, packets, sign-offs, filings, keys and the policy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


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
class PolicyView:
    """The review policy in force, and who there is to carry one."""

    policy: str
    since: datetime
    active_people: int
    qualified_people: int


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
