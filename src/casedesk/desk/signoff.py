"""Approve for filing: the attorney's Ed25519 signature over the manifest's hash, with a passphrase typed just now.

Nothing here is undone; any later change of bytes voids it, in the transaction that makes the change. It is the firm's
internal approval and never touches a government signature field.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from casedesk.desk import engine, gate, tasks
from casedesk.desk.desk import prepared_by
from casedesk.desk.turn import Turn, opaque
from casedesk.desk.views import SignedOff
from casedesk.models.enums import ReviewKind, ReviewPolicy, ReviewState
from casedesk.refusal import NotAllowed, Refusal
from casedesk.store.unit_of_work import instant

if TYPE_CHECKING:
    from casedesk.desk.desk import Desk
    from casedesk.security.signing import Signer


def my_key(turn: Turn) -> Any:
    """The actor's newest signing key, wrapped. Raises `Refusal` when there is none."""
    key = turn.uow.one("gate.my_keys", person_id=turn.actor.id)
    if key is None:
        raise Refusal(
            "no_signing_key", f"{turn.actor.handle} has no signing key.", "Enrol one: casedesk signing enrol."
        )
    return key


def open_key(key: Any, passphrase: str) -> Signer:
    """Open a wrapped key. Argon2id takes its time on purpose, so this runs outside any transaction.

    Raises `WrongPassphrase`.
    """
    from casedesk.security.signing import WrappedKey, unlock

    return unlock(
        WrappedKey(
            key.key_id,
            bytes(key.public_key),
            bytes(key.wrapped),
            bytes(key.salt),
            key.memory_kib,
            key.passes,
            key.lanes,
        ),
        passphrase,
    )


def _key_for(turn: Turn, review: str, confirm: str) -> Any:
    from casedesk.desk import reviews

    row = reviews.row_of(turn, review)
    refuse_signer(turn, row)
    _refuse_number(row, confirm)
    return my_key(turn)


def _refuse_number(row: Any, confirm: str) -> None:
    if confirm.strip().upper() != row.matter_ref:
        raise Refusal(
            "wrong_matter",
            f"{row.ref} is of matter {row.matter_ref}, not {confirm.strip() or 'nothing'}.",
            "Type the matter's number.",
        )


def _unlock(desk: Desk, /, review: str, *, confirm: str, passphrase: str, **_: Any) -> Signer:
    return open_key(desk.read(_key_for, review, confirm), passphrase)


def refuse_signer(turn: Turn, row: Any) -> None:
    """Raises `Refusal` for a review that is no sign-off, is not open, or that this person may not sign."""
    if row.kind != ReviewKind.SIGNOFF:
        raise Refusal("not_a_sign_off", f"{row.ref} is a {row.kind} review; it takes no passphrase.", "")
    if row.state != ReviewState.OPEN:
        raise Refusal("review_closed", f"{row.ref} is {row.state}.", "See `casedesk review list`.")
    turn.require_licence(f"Approving {row.packet_ref} for filing")
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
    ready: Signer,
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
    signed = _sign(turn, row, ready)
    licence_id, licence_kind = turn.require_licence("Signing")
    turn.uow.run(
        "gate.decide",
        id=row.id,
        state=ReviewState.APPROVED,
        decided_by=turn.actor.id,
        decided_us=turn.now_us,
        licence_id=licence_id,
        licence_kind=licence_kind,
    )
    turn.uow.audit(
        "packet.signed_off",
        row.packet_ref,
        matter_id=row.matter_id,
        sha256=row.manifest_sha256,
        policy=signed.policy,
        key=ready.key_id,
    )
    _close_draft(turn, row)
    tasks.end_steps(turn, row.run_id, "packet.signed_off", "the packet is signed off")
    engine.advance(turn, row.run_id, "packet.signed_off", row.packet_ref, request_id=request_id)
    return signed


def _sign(turn: Turn, row: Any, signer: Signer) -> SignedOff:
    from casedesk.security.signing import GENESIS, Licence, SignOffStatement, meaning_for, sign

    uow = turn.uow
    licence_id, licence_kind = turn.require_licence("Signing")
    licence = uow.need("licence", "", "gate.licence", id=licence_id)
    content = uow.need(
        "content review", row.packet_ref, "gate.approved", packet_id=row.packet_id, kind="content"
    )
    second = uow.need(
        "second review", row.packet_ref, "gate.approved", packet_id=row.packet_id, kind="second"
    )
    last = uow.scalar("gate.last_sign_off", signer_id=turn.actor.id)
    rule = gate.policy(turn)
    statement = SignOffStatement(
        store=uow.store_id,
        matter=opaque(row.matter_id),
        packet=opaque(row.packet_id),
        version=row.version,
        packet_sha256=row.manifest_sha256,
        manifest_bytes=len(row.body),
        meaning=meaning_for(row.agency),
        policy=rule.value,
        preparer=opaque(row.preparer_id),
        second_reviewer=opaque(second.decided_by),
        second_reviewed_at_us=second.decided_us,
        signer=opaque(turn.actor.id),
        licence=Licence(licence.kind, licence.number or "none", licence.jurisdiction or "none"),
        rule_set_sha256=turn.house.rules_sha256(),
        checklist_sha256=_checklist_sha256(turn, row),
        key_id=signer.key_id,
        signed_at_us=turn.now_us,
        previous_sha256=GENESIS if last is None else _sha256(last),
    )
    sign_off_id = uow.new_id()
    words = statement.statement_bytes().decode("ascii")
    uow.scalar("gate.present_token", token=signer.token)
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
        licence_id=licence_id,
        licence_kind=licence_kind,
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


def _sha256(words: str) -> str:
    from casedesk.security.canonical import sha256_hex

    return sha256_hex(words.encode("ascii"))


def _checklist_sha256(turn: Turn, row: Any) -> str:
    """What stood on the checklist when she signed: every item's state, every review point's answer."""
    from casedesk.security.canonical import canonical_json, sha256_hex

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
    """The packet's live sign-off, its signature checked against the signer's public key.

    Raises `Refusal` when there is none, when it is over other bytes, or when the signature does not verify.
    """
    row = turn.uow.one("gate.live_sign_off", packet_id=packet.id)
    if row is None or row.manifest_sha256 != packet.sha256:
        raise Refusal(
            "not_signed_off",
            f"{packet.ref} has no live sign-off of these very pages; nothing leaves without one.",
            "Have it approved for filing: casedesk review list.",
        )
    if not verifies(packet, row):
        raise Refusal(
            "signature_invalid",
            f"The sign-off of {packet.ref} does not verify.",
            "Have it signed again; tell the manager.",
        )
    return row


def verifies(packet: Any, row: Any) -> bool:
    """Whether a sign-off's row holds a true signature over this packet's bytes; anything malformed is simply False."""
    from casedesk.security.signing import Licence, SignOffStatement, verify

    try:
        told = json.loads(row.statement)
        told.pop("domain", None)
        statement = SignOffStatement(**{**told, "licence": Licence(**told["licence"])})
        spelled = statement.statement_bytes().decode("ascii")
        signature = bytes.fromhex(row.signature)
    except (AttributeError, KeyError, TypeError, ValueError):
        return False
    return (
        spelled == row.statement
        and statement.packet_sha256 == row.manifest_sha256
        and statement.packet == opaque(packet.id)
        and statement.signer == opaque(row.signer_id)
        and statement.policy == row.policy
        and verify(bytes(row.public_key), statement, signature)
    )
