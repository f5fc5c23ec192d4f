"""Papers as the desk shows them: what came in, what was read, and where on the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


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
