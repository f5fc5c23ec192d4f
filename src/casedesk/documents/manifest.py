"""What a packet is made of, fixed to the byte: the record that the second reviewer and the signer answer for.

`packet_sha256` everywhere in the desk is `manifest_sha256` of this record, never the hash of the PDF alone: the
manifest names the PDF's hash *and* each document's version and hash, in order.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

ROLES = ("notice", "draft", "form", "signed", "exhibit")
"""What a document is in its packet; a packet's order is notice, then draft, form and signed as given, then exhibits."""
FORMAT = "casedesk.manifest.1"


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """One document of a packet. `sha256` and `bytes` are of the document as the vault holds it.

    `pages` counts its own pages in the packet, without a tab sheet; `tab` is the exhibit's letter. Raises
    ValueError when a field cannot be what it says.
    """

    document: str
    version: int
    name: str
    sha256: str
    bytes: int
    pages: int
    role: str
    tab: str | None

    def __post_init__(self) -> None:
        _check_hash(self.sha256)
        if self.role not in ROLES:
            raise ValueError(f"{self.role!r} is no role of a document in a packet")


@dataclass(frozen=True, slots=True)
class Manifest:
    """A packet: its documents in order, and the assembled PDF's hash, size in bytes and number of pages."""

    packet: str
    entries: tuple[ManifestEntry, ...]
    assembled_sha256: str
    assembled_bytes: int
    pages: int
    assembler: str

    def __post_init__(self) -> None:
        _check_hash(self.assembled_sha256)


def canonical_bytes(manifest: Manifest) -> bytes:
    """The one spelling that is hashed: JSON with sorted keys, no spaces, ASCII only."""
    record = {"format": FORMAT, **asdict(manifest)}
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def manifest_sha256(manifest: Manifest) -> str:
    """SHA-256 of the canonical bytes, 64 lower-case hex digits."""
    return hashlib.sha256(canonical_bytes(manifest)).hexdigest()


def parse_manifest(data: bytes) -> Manifest:
    """The manifest that was stored as `data`. Raises ValueError unless `data` is its one canonical spelling."""
    record: Any = json.loads(data)
    if not isinstance(record, dict) or record.pop("format", None) != FORMAT:
        raise ValueError("this is no packet manifest of a known format")
    try:
        entries: Sequence[dict[str, Any]] = record.pop("entries")
        manifest = Manifest(entries=tuple(ManifestEntry(**entry) for entry in entries), **record)
    except (KeyError, TypeError) as error:
        raise ValueError("this packet manifest lacks a field or has one too many") from error
    if canonical_bytes(manifest) != data:
        raise ValueError("this packet manifest is not in its canonical spelling")
    return manifest


def _check_hash(text: str) -> None:
    if len(text) != 64 or not set(text) <= set("0123456789abcdef"):
        raise ValueError(f"{text!r} is no SHA-256")
