"""The signature round: form, part, person; sent out, back in ink, then the scan in the packet.

The desk never places a signature into a government form; what comes back is a scan of paper.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casedesk.desk import assembling, drafts, gate, reviews, vault
from casedesk.desk.assembling import Piece, Plan
from casedesk.desk.desk import prepared_by
from casedesk.desk.reading import Prepared
from casedesk.desk.turn import Turn, at, id_of, opaque
from casedesk.desk.views.gate import SlotView
from casedesk.models.enums import ReviewKind, SlotState
from casedesk.refusal import Refusal

if TYPE_CHECKING:
    from casedesk.desk.desk import Desk


def listing(
    turn: Turn,
    *,
    packet: str | None = None,
    matter: str | None = None,
    state: str | None = None,
    limit: int = 200,
) -> tuple[SlotView, ...]:
    """Signature slots, by packet, form and part."""
    if packet is not None:
        wanted = gate.packet_of(turn, packet)
        if matter is not None and turn.matter(matter).id != wanted.matter_id:
            return ()
        rows = turn.uow.all("gate.slots_of", packet_id=wanted.id, state=state, limit=limit)
    else:
        matter_id = None if matter is None else turn.matter(matter).id
        rows = turn.uow.all("gate.slots", matter_id=matter_id, state=state, limit=limit)
    return tuple(_view(row) for row in rows)


def add(turn: Turn, packet: str, form: str, part: str, person: str) -> SlotView:
    """Name a signature the filing needs. Raises `Refusal` once the packet has left."""
    row = gate.packet_of(turn, packet)
    if turn.uow.one("filing.find", ref=row.ref, id=0) is not None:
        raise Refusal("already_shipped", f"{row.ref} has left the firm.", "")
    return _view(_slot(turn, drafts.add_slot(turn, row, form, part, person)))


def sent(turn: Turn, slot: str) -> SlotView:
    """The page went out to be signed."""
    row = _slot(turn, slot)
    if row.state == SlotState.BACK:
        raise Refusal("already_back", f"{row.ref} is back already.", "")
    turn.uow.update("signature_slot", row.id, row.version, state=SlotState.SENT, sent_us=turn.now_us)
    turn.uow.audit("signature.sent", row.ref, matter_id=row.matter_id)
    return _view(_slot(turn, row.ref))


def _plan(turn: Turn, slot: str, prepared: Prepared) -> tuple[Plan, bytes | None]:
    row = _slot(turn, slot)
    packet = gate.packet_of(turn, row.packet_ref)
    if packet.sha256 is None:
        raise Refusal("no_packet", f"{row.packet_ref} is not assembled yet.", "Submit a draft first.")
    scan = assembling.from_file(turn, prepared, "signed")
    scan = Piece(
        scan.document_id,
        f"{row.form} {row.part}, signed",
        "signed",
        scan.data,
        scan.media_type,
        None,
        prepared,
    )
    manifest = turn.uow.need("manifest", "", "gate.manifest", packet_id=packet.id, sha256=packet.sha256)
    pieces = [
        Piece(
            d.document_id,
            d.name,
            d.role,
            vault.get(turn, d.document_id, d.version),
            vault.stored(turn, d.document_id).media_type,
            d.tab,
        )
        for d in turn.uow.all("gate.lines", manifest_id=manifest.id)
    ]
    previous = vault.get(turn, packet.assembled_document_id)
    title = packet.title
    return Plan(packet.id, packet.ref, title, packet.sha256, assembling.once([*pieces, scan])), previous


def _assemble(desk: Desk, /, slot: str, prepared: Prepared, **_: Any) -> Plan:
    plan, previous = desk.read(_plan, slot, prepared)
    return assembling.assemble(plan, previous)


@prepared_by(_assemble)
def back(turn: Turn, slot: str, prepared: Prepared, *, ready: Plan) -> SlotView:
    """The signed page is back: its scan goes into the packet, which is assembled anew. When it was the last one and
    the content is OK for signature, the second review opens.

    One scan may answer several slots: what is in the packet already stays as it is, and the packet with it.
    """
    row = _slot(turn, slot)
    if row.state == SlotState.BACK:
        raise Refusal("already_back", f"{row.ref} is back already.", "")
    packet = gate.packet_of(turn, row.packet_ref)
    scan = next(piece for piece in ready.pieces if piece.data == prepared.data)
    if packet.sha256 != ready.based_on:
        raise Refusal("packet_moved", f"Somebody changed {packet.ref} meanwhile.", "Look at it and repeat.")
    if scan.prepared is not None:
        assembling.keep(
            turn, ready, matter_id=packet.matter_id, version=packet.version, preparer_id=packet.preparer_id
        )
    turn.uow.update(
        "signature_slot",
        row.id,
        row.version,
        state=SlotState.BACK,
        back_us=turn.now_us,
        document_id=scan.document_id,
    )
    turn.uow.audit("signature.back", row.ref, matter_id=row.matter_id)
    _review_anew(turn, gate.packet_of(turn, row.packet_ref))
    return _view(_slot(turn, row.ref))


def _review_anew(turn: Turn, packet: Any) -> None:
    """Open reviews of older pages give way to reviews of these; the second opens when nothing is missing any more."""
    mine = [reviews.row_of(turn, r.ref) for r in turn.uow.all("task.reviews_of", task_id=packet.task_id)]
    standing = [r for r in mine if r.packet_id == packet.id]
    if any(r.manifest_sha256 == packet.sha256 for r in standing):
        return
    turn.uow.run("gate.supersede", packet_id=packet.id)
    second = turn.uow.one("gate.approved", packet_id=packet.id, kind=ReviewKind.SECOND)
    if second is not None and second.manifest_sha256 == packet.sha256:
        return
    content = turn.uow.one("gate.approved", packet_id=packet.id, kind=ReviewKind.CONTENT)
    if content is not None and content.version == packet.version:
        gate.after_content(turn, packet, task_id=packet.task_id)
    elif any(r.kind == ReviewKind.CONTENT for r in standing):
        gate.open_review(turn, packet, ReviewKind.CONTENT, task_id=packet.task_id)


def _slot(turn: Turn, name: str) -> Any:
    return turn.uow.need("signature", name, "gate.slot", ref=name.strip().upper(), id=id_of(name))


def _view(row: Any) -> SlotView:
    return SlotView(
        id=opaque(row.id),
        ref=row.ref,
        packet=row.packet_ref,
        matter=row.matter_ref,
        form=row.form,
        part=row.part,
        person=row.person,
        state=row.state,
        sent_at=at(row.sent_us),
        back_at=at(row.back_us),
    )
