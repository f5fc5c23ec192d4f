"""Signing keys: made under a passphrase only their person knows, confirmed by a colleague, turned over, revoked.

A new key signs nothing until another qualified person answers for it. The exceptions are the store's own: a key that
takes the place of one in force, opened for it; and a firm in which nobody else could answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casedesk.desk import asked, gate, proving
from casedesk.desk.apply import About, managers, tell
from casedesk.desk.desk import prepared_by
from casedesk.desk.proving import Opened
from casedesk.desk.signing_keys import COMPROMISED, confirmed_with, find, listing, show
from casedesk.desk.turn import Turn, opaque
from casedesk.desk.views.gate import SigningKeyView
from casedesk.models.enums import ReviewKind
from casedesk.refusal import NotAllowed, Refusal
from casedesk.security import signing as keys
from casedesk.security.signing import Signer, WrappedKey
from casedesk.security.statements import (
    ALONE,
    ALONE_MEANING,
    COSIGNED,
    KEY_MEANING,
    NO_KEY,
    ROTATED,
    ROTATED_MEANING,
    KeyStatement,
    Licence,
)

if TYPE_CHECKING:
    from casedesk.desk.desk import Desk

__all__ = ["cosign", "enrol", "listing", "retire", "revoke", "rotate", "show"]

A_KEY = "A signing key"


def _enrolling(turn: Turn) -> tuple[str, str]:
    """Refuses who may not enrol; else the names that a passphrase must not contain."""
    proving.licence_of(turn, A_KEY)
    standing = turn.uow.one("signing.mine", person_id=turn.actor.id)
    if standing is not None:
        raise Refusal(
            "already_enrolled",
            f"{turn.actor.handle} has signing key {standing.key_id} already.",
            "Change its passphrase with `casedesk signing rotate`, or revoke it.",
        )
    waiting = turn.uow.one("signing.waiting_of", person_id=turn.actor.id)
    if waiting is not None:
        raise Refusal(
            "key_waits",
            f"{turn.actor.handle}'s signing key {waiting.key_id} waits for a colleague's word.",
            f"An attorney with a key says it: casedesk signing cosign {waiting.key_id}",
        )
    return turn.actor.name, turn.actor.handle


def _make(desk: Desk, /, passphrase: str) -> tuple[WrappedKey, Signer]:
    return keys.enrol_open(passphrase, names=desk.read(_enrolling))


@prepared_by(_make)
def enrol(turn: Turn, passphrase: str, *, ready: tuple[WrappedKey, Signer]) -> SigningKeyView:
    """Make the actor's signing key. It waits until a colleague confirms it (`cosign`); where nobody else in the firm
    could, it signs at once, and the entry says so. Takes a live licence to sign. Raises `WeakPassphrase`.

    The passphrase is kept nowhere: who forgets it revokes the key and enrols a new one.
    """
    del passphrase
    _enrolling(turn)
    made, signer = ready
    cosigners = _cosigners(turn)
    if cosigners:
        _keep(turn, made, active=0)
        turn.uow.audit_person("signing.enrolled", turn.actor.handle, key_id=made.key_id, waits=True)
        for person in cosigners:
            tell(
                turn,
                person.id,
                f"{turn.actor.name}'s new signing key {made.key_id} waits for you to confirm it.",
                "signing",
                About(event_id=0, subject=made.key_id),
            )
        return show(turn, made.key_id)
    words = _statement(turn, ALONE, ALONE_MEANING, made, signer)
    _keep(turn, made, active=1, **_confirmed(turn, words, signer))
    turn.uow.audit_person("signing.enrolled", turn.actor.handle, key_id=made.key_id, alone=True)
    return show(turn, made.key_id)


def _cosigning(turn: Turn, key_id: str) -> tuple[WrappedKey, int]:
    row = find(turn, key_id)
    refuse_cosigner(turn, row)
    return proving.typed_now(turn)


def refuse_cosigner(turn: Turn, row: Any) -> None:
    """Raises `Refusal` for a key that does not wait, and for whoever may not answer for it."""
    person = turn.handle(row.person_id)
    if row.revoked_us is not None or row.active:
        state = "revoked" if row.revoked_us is not None else "in force already"
        raise Refusal(
            "key_not_waiting", f"Signing key {row.key_id} is {state}.", "See `casedesk signing list`."
        )
    if row.person_id == turn.actor.id:
        step = "Ask another attorney who has a key."
        if not _cosigners(turn):
            step = "You are alone now: revoke it, and enrol a new one."
        raise NotAllowed("own_key", f"{row.key_id} is your own; somebody else answers for it.", step)
    proving.licence_of(turn, f"Confirming {person}'s signing key")


def _unlock(desk: Desk, /, key_id: str, passphrase: str) -> Opened:
    return proving.opened(desk.read(_cosigning, key_id), passphrase)


@prepared_by(_unlock)
def cosign(turn: Turn, key_id: str, passphrase: str, *, ready: Opened) -> SigningKeyView:
    """Answer for a colleague's new key, with one's own key and its passphrase; from now on the colleague signs.

    Refused for one's own key, without a live licence and a key in force, and for a key that does not wait.
    """
    del passphrase
    row = find(turn, key_id)
    refuse_cosigner(turn, row)
    name = turn.names[row.person_id][1]
    licence = proving.licence_of(turn, "Confirming a signing key")
    statement = KeyStatement(
        store=turn.uow.store_id,
        kind=COSIGNED,
        meaning=KEY_MEANING.replace("{name}", name),
        key_id=row.key_id,
        public_key=bytes(row.public_key).hex(),
        person=opaque(row.person_id),
        person_name=name,
        cosigner=opaque(turn.actor.id),
        cosigner_name=turn.actor.name,
        cosigner_key_id=ready.signer.key_id,
        licence=Licence(licence.kind, licence.number or "none", licence.jurisdiction or "none"),
        replaces=NO_KEY,
        at_us=turn.now_us,
    )
    proving.show(turn, ready)
    done = turn.uow.run(
        "signing.cosign",
        key_id=row.key_id,
        cosigned_by=turn.actor.id,
        now_us=turn.now_us,
        statement=statement.statement_bytes().decode("ascii"),
        signature=keys.sign(ready.signer, statement).hex(),
    )
    if done != 1:
        raise Refusal("key_not_waiting", f"Somebody else was first with {row.key_id}.", "")
    person = turn.handle(row.person_id)
    turn.uow.audit_person("signing.cosigned", person, key_id=row.key_id, with_key=ready.signer.key_id)
    tell(
        turn,
        row.person_id,
        f"{turn.actor.name} confirmed your signing key {row.key_id}: you can sign.",
        "signing",
        About(event_id=0, subject=row.key_id),
    )
    return show(turn, row.key_id)


def _turn_over(desk: Desk, /, passphrase_old: str, passphrase_new: str) -> tuple[Opened, WrappedKey]:
    old, names = desk.read(_rotating)
    opened = proving.opened(old, passphrase_old)
    return opened, keys.enrol(passphrase_new, names=names)


def _rotating(turn: Turn) -> tuple[tuple[WrappedKey, int], tuple[str, str]]:
    proving.licence_of(turn, A_KEY)
    return proving.typed_now(turn), (turn.actor.name, turn.actor.handle)


@prepared_by(_turn_over)
def rotate(
    turn: Turn, passphrase_old: str, passphrase_new: str, *, ready: tuple[Opened, WrappedKey]
) -> SigningKeyView:
    """A new key in the place of the old one, which its passphrase opened and which signs for the new one.

    The store retires the old key in the same step; sign-offs made with it stay. Raises `WrongPassphrase`,
    `WeakPassphrase`.
    """
    del passphrase_old, passphrase_new
    opened, made = ready
    old = opened.signer.key_id
    words = _statement(turn, ROTATED, ROTATED_MEANING, made, opened.signer)
    proving.show(turn, opened)
    _keep(turn, made, active=1, replaces=old, **_confirmed(turn, words, opened.signer))
    turn.uow.audit_person("signing.rotated", turn.actor.handle, key_id=made.key_id, old=old)
    return show(turn, made.key_id)


def revoke(turn: Turn, key_id: str, reason: str, *, compromised: bool = False) -> SigningKeyView:
    """A key signs nothing from now on: one's own, or anybody's by a manager; a key that waits, too.

    What it signed stays signed. Not so with `compromised`: somebody else may have used it, so the store voids its
    sign-offs of whatever has not left the firm, each packet asks for a new one, and what has left is told about.
    """
    uow = turn.uow
    row = find(turn, key_id)
    if row.person_id != turn.actor.id and not turn.actor.is_manager:
        raise NotAllowed(
            "not_allowed", "Revoking somebody else's key is for a manager.", "Ask the operations manager."
        )
    if row.revoked_us is not None:
        raise Refusal("already_revoked", f"Signing key {row.key_id} is revoked already.")
    why = asked.words(reason, "The reason")
    person = turn.handle(row.person_id)
    signed = uow.all("signing.signed_by", key_id=row.key_id) if compromised else ()
    retire(turn, row.key_id, f"{COMPROMISED}{why}" if compromised else why)
    uow.audit_person(
        "signing.revoked",
        person,
        key_id=row.key_id,
        reason=why,
        compromised=compromised,
        void=sum(1 for s in signed if s.filing_ref is None),
    )
    if compromised:
        _tell_of_compromise(turn, row)
        for each in signed:
            _after_compromise(turn, each, row)
    return show(turn, row.key_id)


def retire(turn: Turn, key_id: str, reason: str) -> None:
    """Revoke a key that stands or waits, with no more ado: of somebody who leaves."""
    turn.uow.run("signing.revoke", key_id=key_id, now_us=turn.now_us, revoked_by=turn.actor.id, reason=reason)


def _tell_of_compromise(turn: Turn, key: Any) -> None:
    """Its person hears of it, and the managers of every key that somebody may have confirmed with it."""
    about = About(event_id=0, subject=key.key_id)
    if key.person_id != turn.actor.id:
        tell(turn, key.person_id, f"Your signing key {key.key_id} is revoked as compromised.", "alarm", about)
    for other in confirmed_with(turn, key.key_id):
        for person in managers(turn):
            text = f"Look at signing key {other}: it was confirmed with {key.key_id}, revoked as compromised."
            tell(turn, person, text, "alarm", about)


def _after_compromise(turn: Turn, signed: Any, key: Any) -> None:
    """Whoever works on the packet hears of it; what has not left is opened for another attorney's signature."""
    uow = turn.uow
    packet = gate.packet_of(turn, signed.packet_ref)
    about = About(event_id=0, subject=packet.ref, matter_id=packet.matter_id, matter_ref=packet.matter_ref)
    owners = {packet.preparer_id, *turn.owners(packet.matter_id).values(), *managers(turn)}
    if signed.filing_ref is not None:
        text = f"{signed.filing_ref} left under a signing key now revoked as compromised: {packet.ref}"
        uow.audit("packet.key_compromised", packet.ref, matter_id=packet.matter_id, key=key.key_id, left=True)
    else:
        text = f"The sign-off of {packet.ref} is void, its key compromised: it is signed anew"
        uow.audit(
            "packet.key_compromised", packet.ref, matter_id=packet.matter_id, key=key.key_id, left=False
        )
        try:
            gate.open_review(turn, packet, ReviewKind.SIGNOFF, task_id=packet.task_id)
        except Refusal as refusal:
            text = f"The sign-off of {packet.ref} is void, its key compromised. {refusal.message}"
    for person in sorted(owners):
        tell(turn, person, text, "alarm", about)


def _cosigners(turn: Turn) -> Any:
    return turn.uow.all("signing.cosigners", person_id=turn.actor.id, day=turn.today.isoformat())


def _statement(turn: Turn, kind: str, meaning: str, made: WrappedKey, signer: Signer) -> KeyStatement:
    """What the actor says of a key of their own."""
    licence = proving.licence_of(turn, A_KEY)
    return KeyStatement(
        store=turn.uow.store_id,
        kind=kind,
        meaning=meaning,
        key_id=made.key_id,
        public_key=made.public_key.hex(),
        person=opaque(turn.actor.id),
        person_name=turn.actor.name,
        cosigner=opaque(turn.actor.id),
        cosigner_name=turn.actor.name,
        cosigner_key_id=signer.key_id,
        licence=Licence(licence.kind, licence.number or "none", licence.jurisdiction or "none"),
        replaces=signer.key_id if kind == ROTATED else NO_KEY,
        at_us=turn.now_us,
    )


def _confirmed(turn: Turn, statement: KeyStatement, signer: Signer) -> dict[str, Any]:
    return {
        "cosigned_by": turn.actor.id,
        "cosigned_us": turn.now_us,
        "cosign_statement": statement.statement_bytes().decode("ascii"),
        "cosignature": keys.sign(signer, statement).hex(),
    }


def _keep(turn: Turn, made: WrappedKey, **more: Any) -> None:
    turn.uow.insert(
        "signing_key",
        key_id=made.key_id,
        person_id=turn.actor.id,
        public_key=made.public_key,
        wrapped=made.wrapped,
        salt=made.salt,
        memory_kib=made.memory_kib,
        passes=made.passes,
        lanes=made.lanes,
        token_sha256=made.token_sha256,
        enrolled_us=turn.now_us,
        **more,
    )
