"""Approve for filing: the attorney's Ed25519 signature over the manifest's hash, with a passphrase typed just now.

Nothing here is undone; any later change of bytes voids it, in the transaction that makes the change. It is the firm's
internal approval and never touches a government signature field.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casedesk.desk import engine, gate, proving, rules_force, signing_keys, tasks
from casedesk.desk.desk import prepared_by
from casedesk.desk.proving import Opened
from casedesk.desk.turn import Turn, opaque
from casedesk.desk.views.gate import SignedOff
from casedesk.models.enums import ReviewKind, ReviewPolicy, ReviewState
from casedesk.refusal import NotAllowed, Refusal
from casedesk.security.canonical import canonical_json, sha256_hex
from casedesk.security.signing import WrappedKey, sign, verify
from casedesk.security.statements import GENESIS, Licence, SignOff, meaning_for, read_sign_off
from casedesk.store.unit_of_work import instant

if TYPE_CHECKING:
    from casedesk.desk.desk import Desk


def _key_for(turn: Turn, review: str, confirm: str) -> tuple[WrappedKey, int]:
    from casedesk.desk import reviews

    row = reviews.row_of(turn, review)
    refuse_signer(turn, row)
    _refuse_number(row, confirm)
    return proving.typed_now(turn)


def _refuse_number(row: Any, confirm: str) -> None:
    if confirm.strip().upper() != row.matter_ref:
        raise Refusal(
            "wrong_matter",
            f"{row.ref} is of matter {row.matter_ref}, not {confirm.strip() or 'nothing'}.",
            "Type the matter's number.",
        )


def _unlock(desk: Desk, /, review: str, *, confirm: str, passphrase: str, **_: Any) -> Opened:
    return proving.opened(desk.read(_key_for, review, confirm), passphrase)


def refuse_signer(turn: Turn, row: Any) -> None:
    """Raises `Refusal` for a review that is no sign-off, is not open, or that this person may not sign."""
    if row.kind != ReviewKind.SIGNOFF:
        raise Refusal("not_a_sign_off", f"{row.ref} is a {row.kind} review; it takes no passphrase.", "")
    if row.state != ReviewState.OPEN:
        raise Refusal("review_closed", f"{row.ref} is {row.state}.", "See `casedesk review list`.")
    act = f"Approving {row.packet_ref} for filing"
    proving.licence_of(turn, act, matter_id=row.matter_id, agency=row.agency)
    rule = gate.policy(turn)
    second = turn.uow.one("gate.approved", packet_id=row.packet_id, kind=ReviewKind.SECOND)
    if second is None or second.manifest_sha256 != row.manifest_sha256:
        raise Refusal(
            "second_review_missing",
            f"{row.packet_ref} has no second review of these very pages.",
            "Have it reviewed first.",
        )
    me, preparer, reviewer = turn.actor.id, row.preparer_id, second.decided_by
    if rule is ReviewPolicy.THREE_PERSON and me in (preparer, reviewer):
        what = "prepared it" if me == preparer else "gave it its second review"
        raise NotAllowed(
            "three_person",
            f"You {what}; in this firm preparer, second reviewer and signer of {row.packet_ref} are three people.",
            "Ask another attorney to take it over.",
        )
    if rule is ReviewPolicy.TWO_PERSON and me == preparer == reviewer:
        raise NotAllowed(
            "two_person",
            f"Two different people stand behind {row.packet_ref} in this firm.",
            "Have somebody else review it.",
        )


@prepared_by(_unlock)
def sign_off(
    turn: Turn,
    review: str,
    *,
    confirm: str,
    passphrase: str,
    points: tuple[str, ...] | None = None,
    request_id: str | None = None,
    ready: Opened,
) -> SignedOff:
    """Sign a packet off. `confirm` is the matter's number as the attorney typed it.

    Raises `Refusal` for a wrong number or passphrase, an open point, a missing second review or signature, and
    whoever the firm's policy bars; then nothing is signed.
    """
    del passphrase  # it opened the key before this transaction began and goes no further
    from casedesk.desk import reviews

    row = reviews.open_row(turn, review)
    refuse_signer(turn, row)
    _refuse_number(row, confirm)
    slots = turn.uow.all("gate.open_slots", packet_id=row.packet_id)
    if slots:
        raise Refusal(
            "signatures_missing",
            f"{row.packet_ref} waits for a signature: {slots[0].form} {slots[0].part}.",
            "",
        )
    reviews.answer_yes(turn, row, points)
    licence = proving.licence_of(turn, "Signing", matter_id=row.matter_id, agency=row.agency)
    signed = _sign(turn, row, ready, licence)
    turn.uow.run(
        "gate.decide",
        id=row.id,
        state=ReviewState.APPROVED,
        decided_by=turn.actor.id,
        decided_us=turn.now_us,
        licence_id=licence.id,
        licence_kind=licence.kind,
    )
    turn.uow.audit(
        "packet.signed_off",
        row.packet_ref,
        matter_id=row.matter_id,
        sha256=row.manifest_sha256,
        policy=signed.policy,
        key=ready.signer.key_id,
    )
    _close_draft(turn, row)
    tasks.end_steps(turn, row.run_id, "packet.signed_off", "the packet is signed off")
    engine.advance(turn, row.run_id, "packet.signed_off", row.packet_ref, request_id=request_id)
    return signed


def _sign(turn: Turn, row: Any, key: Opened, licence: Any) -> SignedOff:
    uow, signer = turn.uow, key.signer
    content = uow.need(
        "content review", row.packet_ref, "gate.approved", packet_id=row.packet_id, kind="content"
    )
    second = uow.need(
        "second review", row.packet_ref, "gate.approved", packet_id=row.packet_id, kind="second"
    )
    packet = gate.packet_of(turn, row.packet_ref)
    last = uow.scalar("gate.last_sign_off", signer_id=turn.actor.id)
    rule = gate.policy(turn)
    statement = SignOff(
        store=uow.store_id,
        matter=opaque(row.matter_id),
        packet=opaque(row.packet_id),
        version=row.version,
        packet_sha256=row.manifest_sha256,
        manifest_bytes=len(row.body),
        document=opaque(packet.assembled_document_id),
        document_sha256=packet.assembled_sha256,
        document_bytes=packet.assembled_bytes,
        meaning=meaning_for(row.agency),
        policy=rule.value,
        preparer=opaque(row.preparer_id),
        assembled_at_us=row.assembled_us,
        content_reviewer=opaque(content.decided_by),
        content_reviewed_at_us=content.decided_us,
        second_reviewer=opaque(second.decided_by),
        second_reviewed_at_us=second.decided_us,
        signer=opaque(turn.actor.id),
        signer_name=turn.actor.name,
        licence=Licence(licence.kind, licence.number or "none", licence.jurisdiction or "none"),
        rule_set_sha256=rules_force.sha256_of(turn, row.matter_id),
        checklist_sha256=_checklist_sha256(turn, row),
        key_id=signer.key_id,
        signed_at_us=turn.now_us,
        previous_sha256=GENESIS if last is None else sha256_hex(last.encode("ascii")),
    )
    sign_off_id = uow.new_id()
    words = statement.statement_bytes().decode("ascii")
    proving.show(turn, key)
    uow.insert(
        "sign_off",
        id=sign_off_id,
        packet_id=row.packet_id,
        matter_id=row.matter_id,
        manifest_sha256=row.manifest_sha256,
        review_id=row.id,
        content_review_id=content.id,
        second_review_id=second.id,
        preparer_id=row.preparer_id,
        second_reviewer_id=second.decided_by,
        assembled_us=row.assembled_us,
        second_us=second.decided_us,
        signer_id=turn.actor.id,
        licence_id=licence.id,
        licence_kind=licence.kind,
        key_id=signer.key_id,
        policy=rule.value,
        statement=words,
        signature=sign(signer, statement).hex(),
        signed_us=turn.now_us,
    )
    return SignedOff(
        id=opaque(sign_off_id),
        packet=row.packet_ref,
        packet_sha256=row.manifest_sha256,
        signer=turn.actor.handle,
        signed_at=instant(turn.now_us),
        statement=words,
        policy=rule.value,
        live=True,
    )


def _checklist_sha256(turn: Turn, row: Any) -> str:
    """What stood on the checklist when she signed: every item's state, every review point's answer."""
    items = [[i.code, i.state] for i in turn.uow.all("task.items", task_id=row.task_id)]
    points = [[p.code, p.answer or ""] for p in turn.uow.all("gate.points", review_id=row.id)]
    return sha256_hex(canonical_json({"items": items, "points": points}))


def _close_draft(turn: Turn, row: Any) -> None:
    task = tasks.row_of(turn, row.task_ref)
    turn.uow.update(
        "task",
        task.id,
        state="done",
        done_us=turn.now_us,
        done_by=turn.actor.id,
        waiting_on=None,
        waiting_since_us=None,
        wake_up_us=None,
    )
    turn.uow.run("engine.cancel_timers", task_id=task.id, why="done")
    turn.uow.audit("task.done", task.ref, matter_id=row.matter_id, kind=task.kind)


def verify_live(turn: Turn, packet: Any) -> Any:
    """The packet's live sign-off: its signature checked against the signer's public key, and that key against whoever
    confirmed it.

    Raises `Refusal` when there is none, when it is over other bytes, or when something does not verify.
    """
    row = turn.uow.one("gate.live_sign_off", packet_id=packet.id)
    if row is None or row.manifest_sha256 != packet.sha256:
        void = turn.uow.one("gate.voided_sign_off", packet_id=packet.id)
        why = "" if row is not None or void is None else f" The one it had is void: {void.voided_reason}."
        raise Refusal(
            "not_signed_off",
            f"{packet.ref} has no live sign-off of these very pages; nothing leaves without one.{why}",
            "Have it approved for filing: casedesk review list.",
        )
    fault = problem(turn, packet, row)
    if fault:
        raise Refusal("signature_invalid", fault, "Have it signed again; tell the manager.")
    return row


def problem(turn: Turn, packet: Any, row: Any) -> str:
    """What is wrong with a sign-off on record, its signature or the key under it, in a sentence; "" when it verifies."""
    if not verifies(packet, row):
        return f"The sign-off of {packet.ref} does not verify."
    fault = signing_keys.fault(turn, row.key_id)
    return f"The sign-off of {packet.ref} stands on a key that is not in order. {fault}" if fault else ""


def verifies(packet: Any, row: Any) -> bool:
    """Whether a sign-off's row holds a true signature over this packet's bytes; anything malformed is simply False.

    Of either form on record; what the newer one names beside the older is held to the row as well.
    """
    try:
        statement = read_sign_off(row.statement)
        signature = bytes.fromhex(row.signature)
    except ValueError:
        return False
    told = (
        statement.packet_sha256,
        statement.packet,
        statement.signer,
        statement.key_id,
        statement.policy,
        statement.preparer,
        statement.second_reviewer,
        statement.second_reviewed_at_us,
        statement.signed_at_us,
    )
    kept = (
        row.manifest_sha256,
        opaque(packet.id),
        opaque(row.signer_id),
        row.key_id,
        row.policy,
        opaque(row.preparer_id),
        opaque(row.second_reviewer_id),
        row.second_us,
        row.signed_us,
    )
    if told != kept or (isinstance(statement, SignOff) and not _names(statement, packet, row)):
        return False
    return verify(bytes(row.public_key), statement, signature)


def _names(statement: SignOff, packet: Any, row: Any) -> bool:
    """Whether the newer form's own words are those of the record."""
    return (
        statement.matter,
        statement.version,
        statement.document,
        statement.document_sha256,
        statement.document_bytes,
        statement.assembled_at_us,
        statement.content_reviewer,
        statement.content_reviewed_at_us,
    ) == (
        opaque(packet.matter_id),
        packet.version,
        opaque(packet.assembled_document_id),
        packet.assembled_sha256,
        packet.assembled_bytes,
        row.assembled_us,
        opaque(row.content_reviewer_id),
        row.content_us,
    )
