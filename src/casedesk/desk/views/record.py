"""The record as the desk shows it: entries, seals, what was handed out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


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
