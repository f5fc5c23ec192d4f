"""Signing keys: one a person, wrapped with a passphrase that only they know."""

from __future__ import annotations

from casedesk.desk.turn import Turn
from casedesk.refusal import NotAllowed, NotFound, Refusal
from casedesk.security import signing as keys


def enrol(turn: Turn, passphrase: str) -> dict[str, str]:
    """Make the actor's signing key. Takes a live licence to sign. Raises `WeakPassphrase`.

    The passphrase is kept nowhere: who forgets it enrols a new key.
    """
    turn.require_licence("A signing key")
    standing = turn.uow.one("signing.mine", person_id=turn.actor.id)
    if standing is not None:
        raise Refusal(
            "already_enrolled",
            f"{turn.actor.handle} has signing key {standing.key_id} already.",
            "Change its passphrase with `casedesk signing rotate`, or revoke it.",
        )
    return _keep(turn, passphrase, "signing.enrolled")


def rotate(turn: Turn, passphrase_old: str, passphrase_new: str) -> dict[str, str]:
    """A new key in the place of the old one, which the old passphrase must open. Sign-offs made with it stay."""
    turn.require_licence("A signing key")
    old = wrapped(turn)
    keys.unlock(old, passphrase_old)
    turn.uow.run("signing.revoke", key_id=old.key_id, now_us=turn.now_us)
    return _keep(turn, passphrase_new, "signing.rotated", old=old.key_id)


def revoke(turn: Turn, key_id: str) -> dict[str, str]:
    """A key signs nothing from now on: one's own, or anybody's by a manager."""
    uow = turn.uow
    row = uow.one("signing.key", key_id=key_id.strip().lower())
    if row is None:
        raise NotFound("signing key", key_id, "See `casedesk audit list` for keys enrolled.")
    if row.person_id != turn.actor.id and not turn.actor.is_manager:
        raise NotAllowed(
            "not_allowed", "Revoking somebody else's key is for a manager.", "Ask the operations manager."
        )
    if not row.active:
        raise Refusal("already_revoked", f"Signing key {row.key_id} is revoked already.")
    uow.run("signing.revoke", key_id=row.key_id, now_us=turn.now_us)
    person = turn.handle(row.person_id)
    uow.audit_person("signing.revoked", person, key_id=row.key_id)
    return {"key_id": row.key_id, "person": person}


def wrapped(turn: Turn) -> keys.WrappedKey:
    """The actor's key in force, still wrapped. Raises `Refusal` when there is none."""
    row = turn.uow.one("signing.mine", person_id=turn.actor.id)
    if row is None:
        raise Refusal(
            "no_signing_key",
            f"{turn.actor.handle} has no signing key.",
            "Make one with `casedesk signing enrol`.",
        )
    public = turn.uow.need("signing key", row.key_id, "signing.key", key_id=row.key_id)
    return keys.WrappedKey(
        key_id=row.key_id,
        public_key=bytes(public.public_key),
        wrapped=bytes(row.wrapped),
        salt=bytes(row.salt),
        memory_kib=row.memory_kib,
        passes=row.passes,
        lanes=row.lanes,
    )


def _keep(turn: Turn, passphrase: str, action: str, **said: str) -> dict[str, str]:
    made = keys.enrol(passphrase, names=(turn.actor.name, turn.actor.handle))
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
        active=1,
        enrolled_us=turn.now_us,
    )
    turn.uow.audit_person(action, turn.actor.handle, key_id=made.key_id, **said)
    return {"key_id": made.key_id, "person": turn.actor.handle}
