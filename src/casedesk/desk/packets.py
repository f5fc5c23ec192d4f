"""Packets: the very bytes that were reviewed and signed, handed out and checked."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from casedesk.desk import gate, sight, signoff, vault
from casedesk.desk.turn import Turn, opaque
from casedesk.desk.views.gate import PacketVerified, VerifiedDocument
from casedesk.refusal import Refusal


def assemble(turn: Turn, packet: str) -> tuple[PacketVerified, bytes]:
    """The packet's assembled bytes, as fixed by its newest manifest. Raises `Refusal` when the vault's differ."""
    row = gate.packet_of(turn, packet)
    sight.looked(turn, row.matter_id)
    checked = _check(turn, row)
    if not checked.ok:
        raise Refusal("bytes_changed", checked.problem, f"casedesk packet verify {row.ref}")
    return checked, vault.get(turn, row.assembled_document_id)


def verify(turn: Turn, packet: str, *, file: bytes | None = None) -> PacketVerified:
    """Hash the vault's bytes of every document and of the packet again; with `file`, that copy as well."""
    row = gate.packet_of(turn, packet)
    checked = _check(turn, row)
    if file is None or not checked.ok:
        return checked
    if hashlib.sha256(file).hexdigest() == row.assembled_sha256:
        return checked
    return replace(checked, ok=False, problem=f"The file is not {row.ref} as it was fixed: its bytes differ.")


def _check(turn: Turn, row: Any) -> PacketVerified:
    if row.sha256 is None:
        raise Refusal("no_packet", f"{row.ref} is not assembled yet.", "Submit a draft first.")
    manifest = turn.uow.need("manifest", "", "gate.manifest", packet_id=row.id, sha256=row.sha256)
    documents = []
    for line in turn.uow.all("gate.lines", manifest_id=manifest.id):
        digest = hashlib.sha256(vault.get(turn, line.document_id, line.version)).hexdigest()
        documents.append(
            VerifiedDocument(opaque(line.document_id), line.name, line.sha256, digest == line.sha256)
        )
    problem = next(
        (f"{d.name} is not what was reviewed: its bytes have changed." for d in documents if not d.ok), ""
    )
    if not problem and hashlib.sha256(manifest.body.encode("ascii")).hexdigest() != row.sha256:
        problem = f"The manifest of {row.ref} has changed."
    assembled = vault.get(turn, row.assembled_document_id)
    if not problem and hashlib.sha256(assembled).hexdigest() != row.assembled_sha256:
        problem = f"The assembled pages of {row.ref} have changed."
    signed = turn.uow.one("gate.live_sign_off", packet_id=row.id)
    if not problem and signed is not None:
        problem = signoff.problem(turn, row, signed)
    return PacketVerified(
        packet=row.ref,
        sha256=row.assembled_sha256,
        packet_sha256=row.sha256,
        pages=row.pages,
        documents=tuple(documents),
        ok=not problem,
        problem=problem,
    )


def listing(turn: Turn, matter: str | None = None, limit: int = 50) -> tuple[dict[str, object], ...]:
    """Packets, newest first."""
    rows = turn.uow.all(
        "gate.packets", matter_id=None if matter is None else turn.matter(matter).id, limit=limit
    )
    return tuple(
        {
            "id": opaque(row.id),
            "packet": row.ref,
            "matter": row.matter_ref,
            "title": row.title,
            "version": row.version,
            "sha256": row.assembled_sha256,
            "packet_sha256": row.sha256,
            "pages": row.pages,
        }
        for row in rows
    )


def check(turn: Turn, row: Any) -> PacketVerified:
    """As `verify`, for a packet's row in hand."""
    return _check(turn, row)
