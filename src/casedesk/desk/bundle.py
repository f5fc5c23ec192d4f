"""A packet's bundle: its bytes, its sign-off and whoever stands behind it, in one file that proves itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casedesk.desk import exporting, gate, signing_keys, signoff, vault
from casedesk.desk.desk import prepared_by
from casedesk.desk.turn import Turn, opaque
from casedesk.desk.views.gate import BundleView
from casedesk.refusal import Refusal
from casedesk.security import bundle
from casedesk.security.canonical import canonical_json, sha256_hex
from casedesk.security.statements import read_sign_off

if TYPE_CHECKING:
    from casedesk.desk.desk import Desk

WHAT = "packet bundle"
"""What the record of its handing out calls it."""


def _gather(turn: Turn, packet: str) -> tuple[str, bytes]:
    """The sign-off the bundle is of, and the bundle."""
    row = gate.packet_of(turn, packet)
    if row.sha256 is None:
        raise Refusal("no_packet", f"{row.ref} is not assembled yet.", "Submit a draft first.")
    signed = signoff.verify_live(turn, row)
    manifest = turn.uow.need("manifest", "", "gate.manifest", packet_id=row.id, sha256=row.sha256)
    pdf = vault.get(turn, row.assembled_document_id)
    if sha256_hex(pdf) != row.assembled_sha256 or sha256_hex(manifest.body.encode("ascii")) != row.sha256:
        raise Refusal(
            "bytes_changed",
            f"The bytes of {row.ref} are not those that were signed off.",
            f"casedesk packet verify {row.ref}",
        )
    papers = {
        bundle.PACKET: pdf,
        bundle.MANIFEST: manifest.body.encode("ascii"),
        bundle.STATEMENT: signed.statement.encode("ascii"),
        bundle.SIGNATURE: signed.signature.encode("ascii"),
        bundle.KEYS: canonical_json(_keys(turn, signed.key_id)),
        bundle.REVIEWS: canonical_json(
            {
                "content": _review(turn, signed.content_review_id),
                "second": _review(turn, signed.second_review_id),
            }
        ),
        bundle.TRAIL: canonical_json(_trail(turn, row)),
    }
    made = bundle.pack(
        papers,
        packet=row.ref,
        store=turn.uow.store_id,
        made_at_us=turn.now_us,
        made_by=turn.actor.handle,
    )
    return str(signed.id), made


def _prepare(desk: Desk, /, packet: str, **_: Any) -> tuple[str, bytes]:
    return desk.read(_gather, packet)


@prepared_by(_prepare)
def make(turn: Turn, packet: str, *, reason: str = "", ready: tuple[str, bytes]) -> tuple[BundleView, bytes]:
    """The bundle of a packet that is signed off, put on record as handed out.

    Raises `Refusal` when it has no live sign-off, or anything in it does not verify; then nothing is handed out.
    """
    sign_off_id, data = ready
    row = gate.packet_of(turn, packet)
    signed = turn.uow.one("gate.live_sign_off", packet_id=row.id)
    if signed is None or str(signed.id) != sign_off_id:
        raise Refusal("packet_moved", f"Somebody changed {row.ref} meanwhile.", "Look at it and repeat.")
    record = exporting.record(turn, what=WHAT, data=data, matter_id=row.matter_id, reason=reason)
    chain = signing_keys.chain(turn, signed.key_id)
    view = BundleView(
        packet=row.ref,
        export=record,
        sha256=sha256_hex(data),
        bytes=len(data),
        signer=turn.handle(signed.signer_id),
        key_id=read_sign_off(signed.statement).key_id,
        root_key=chain[-1].key_id,
    )
    return view, data


def _keys(turn: Turn, key_id: str) -> list[dict[str, object]]:
    return [
        {
            "key_id": key.key_id,
            "public_key": key.public_key.hex(),
            "person": key.person,
            "enrolled_us": key.enrolled_us,
            "statement": key.statement,
            "signature": key.signature,
        }
        for key in signing_keys.chain(turn, key_id)
    ]


def _review(turn: Turn, review_id: int) -> dict[str, object]:
    """What one review was; its comments are the firm's own and stay in the house."""
    row = turn.uow.need("review", "", "gate.review", ref="", id=review_id)
    licence = turn.uow.need("licence", "", "signing.licence", id=row.licence_id)
    return {
        "ref": row.ref,
        "reviewer": opaque(row.decided_by),
        "name": turn.names[row.decided_by][1],
        "licence": {
            "kind": licence.kind,
            "number": licence.number,
            "jurisdiction": licence.jurisdiction,
        },
        "decided_at_us": row.decided_us,
        "packet_sha256": row.manifest_sha256,
        "version": row.version,
        "points": [
            {"code": p.code, "text": p.text, "answer": p.answer or ""}
            for p in turn.uow.all("gate.points", review_id=row.id)
        ],
    }


def _trail(turn: Turn, row: Any) -> list[dict[str, object]]:
    return [
        {
            "stream": e.stream,
            "seq": e.seq,
            "prev": e.prev,
            "hash": e.hash,
            "at_us": e.at_us,
            "actor": e.actor,
            "action": e.action,
            "subject": e.subject,
            "payload": e.payload,
        }
        for e in turn.uow.all(
            "audit.of_packet",
            stream=f"matter:{row.matter_id}",
            packet_id=row.id,
            ref=row.ref,
            named=f'%"{row.ref}"%',
        )
    ]
