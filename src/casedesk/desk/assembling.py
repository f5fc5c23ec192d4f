"""Putting a packet together outside any transaction: which documents, in which order, and the bytes they make.

Assembly takes seconds and runs in a limited child. So a use-case that needs it plans first (reads), assembles with no
pen in hand, and then writes; what it planned on is checked again when it writes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from casedesk.desk import vault
from casedesk.desk.reading import Prepared
from casedesk.desk.turn import Turn, opaque
from casedesk.refusal import Refusal

if TYPE_CHECKING:
    from casedesk.documents.assemble import Assembled

KINDS = {"application/pdf": "pdf", "image/jpeg": "jpeg", "image/png": "png", "text/plain": "text"}


@dataclass(frozen=True)
class Piece:
    """One document of a packet to be: one the vault has, or a new file (`prepared`) with the id it will get."""

    document_id: int
    name: str
    role: str
    data: bytes
    media_type: str
    tab: str | None = None
    prepared: Prepared | None = None


@dataclass
class Plan:
    """A packet as it would be. `based_on` is the newest manifest's hash when it was planned, None for the first."""

    packet_id: int
    packet_ref: str
    title: str
    based_on: str | None
    pieces: list[Piece]
    assembled: Assembled | None = None
    changed_pages: tuple[int, ...] = ()
    warnings: list[str] = field(default_factory=list)

    @property
    def result(self) -> Assembled:
        assert self.assembled is not None
        return self.assembled


def from_vault(turn: Turn, document_id: int, role: str, *, name: str | None = None) -> Piece:
    """A piece from what the vault holds."""
    kept = vault.stored(turn, document_id)
    return Piece(document_id, name or kept.name, role, vault.get(turn, document_id), kept.media_type)


def from_file(turn: Turn, prepared: Prepared, role: str) -> Piece:
    """A piece from a file just handed in; its document gets the id chosen here."""
    return Piece(
        turn.uow.new_id(),
        prepared.name,
        role,
        prepared.data,
        prepared.reading.admission.media_type,
        prepared=prepared,
    )


def once(pieces: Iterable[Piece]) -> list[Piece]:
    """The same bytes go in once: what stands first stays."""
    seen: set[bytes] = set()
    out = []
    for piece in pieces:
        if piece.data not in seen:
            seen.add(piece.data)
            out.append(piece)
    return out


def assemble(plan: Plan, previous: bytes | None) -> Plan:
    """Make the bytes, and which pages differ from `previous`. Raises `Refusal` naming a document that cannot go in."""
    from casedesk.documents.assemble import NotAssemblable, Part
    from casedesk.documents.assemble_limited import assemble_limited

    try:
        parts = [
            Part(
                document=opaque(piece.document_id),
                version=1,
                name=piece.name,
                role=piece.role,
                tab=piece.tab,
                data=piece.data,
                kind=KINDS.get(piece.media_type, piece.media_type),
            )
            for piece in plan.pieces
        ]
        plan.assembled = assemble_limited(plan.packet_ref, plan.title, parts)
    except NotAssemblable as error:
        raise Refusal("not_assemblable", str(error), error.next) from error
    plan.warnings.extend(plan.assembled.warnings)
    if plan.assembled.missing_glyphs:
        plan.warnings.append(f"Characters no font has: {' '.join(plan.assembled.missing_glyphs)}")
    plan.changed_pages = changed(previous, plan.assembled.data, plan.assembled.manifest.pages)
    return plan


def changed(old: bytes | None, new: bytes, pages: int) -> tuple[int, ...]:
    """Page numbers of `new`, from 1, that are not as in `old`; every page when there is no old one or it cannot be
    compared (whatever is not proved equal is changed)."""
    if old is None:
        return tuple(range(1, pages + 1))
    from casedesk.documents.assemble import NotAssemblable
    from casedesk.documents.child import ParseFailed
    from casedesk.documents.differences import compare_limited

    try:
        found, _ = compare_limited(old, new)
    except (NotAssemblable, ParseFailed):
        return tuple(range(1, pages + 1))
    return tuple(sorted({*found.changed, *found.added}))


def keep(turn: Turn, plan: Plan, *, matter_id: int, version: int, preparer_id: int) -> str:
    """Write the new documents, the assembled bytes and the manifest; returns the manifest's hash.

    The store voids a live sign-off of the packet in the same step. Raises `Refusal` when somebody changed the packet
    since it was planned.
    """
    import json

    from casedesk.documents.manifest import canonical_bytes, manifest_sha256

    uow = turn.uow
    newest = uow.one("gate.packet", ref=plan.packet_ref, id=plan.packet_id)
    if (newest.sha256 if newest is not None else None) != plan.based_on:
        raise Refusal(
            "packet_moved", f"Somebody changed {plan.packet_ref} meanwhile.", "Look at it and repeat."
        )
    assembled = plan.result
    for piece in plan.pieces:
        if piece.prepared is not None:
            reading = piece.prepared.reading
            vault.put(
                turn,
                data=piece.data,
                name=piece.name,
                media_type=piece.media_type,
                pages=reading.pages_count or 0,
                origin="signed" if piece.role == "signed" else "draft",
                matter_id=matter_id,
                flags=[str(f) for f in reading.flags],
                next_step=reading.next_step or "",
                document_id=piece.document_id,
            )
    stored = vault.put(
        turn,
        data=assembled.data,
        name=f"{plan.packet_ref}-v{version}.pdf",
        media_type="application/pdf",
        pages=assembled.manifest.pages,
        origin="packet",
        matter_id=matter_id,
    )
    digest = manifest_sha256(assembled.manifest)
    manifest_id = uow.new_id()
    uow.insert(
        "manifest",
        id=manifest_id,
        packet_id=plan.packet_id,
        seq=1 if newest is None or newest.seq is None else newest.seq + 1,
        version=version,
        sha256=digest,
        assembled_sha256=assembled.manifest.assembled_sha256,
        assembled_bytes=assembled.manifest.assembled_bytes,
        assembled_document_id=stored.document_id,
        pages=assembled.manifest.pages,
        body=canonical_bytes(assembled.manifest).decode("ascii"),
        changed_pages=json.dumps(list(plan.changed_pages)),
        preparer_id=preparer_id,
        assembled_us=turn.now_us,
    )
    by_name = {opaque(piece.document_id): piece.document_id for piece in plan.pieces}
    uow.insert_many(
        "manifest_document",
        [
            {
                "manifest_id": manifest_id,
                "position": position,
                "document_id": by_name[entry.document],
                "version": entry.version,
                "sha256": entry.sha256,
                "name": entry.name,
                "role": entry.role,
                "tab": entry.tab,
                "pages": entry.pages,
            }
            for position, entry in enumerate(assembled.manifest.entries, start=1)
        ],
    )
    uow.audit(
        "packet.assembled",
        plan.packet_ref,
        matter_id=matter_id,
        sha256=digest,
        version=version,
        pages=assembled.manifest.pages,
    )
    return digest
