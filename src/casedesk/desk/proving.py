"""A signing key opened just now, and the store's word for it: the second authentication of every act that takes one.

Opening takes its time on purpose and runs outside any transaction. Inside the act's own transaction the store asks a
fresh question, and the opened key answers; on a shared store the server holds the act to the answer itself.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from casedesk.desk.turn import Turn
from casedesk.models.enums import LicenceKind
from casedesk.models.gate_rules import DHS
from casedesk.refusal import NotAllowed, Refusal
from casedesk.security import proof
from casedesk.security.signing import Signer, WrappedKey, unlock


@dataclass(frozen=True)
class Opened:
    """An opened key, and the store's microsecond at which its passphrase had been typed."""

    signer: Signer
    typed_us: int


def my_key(turn: Turn) -> WrappedKey:
    """The actor's key in force, still wrapped. Raises `Refusal` when there is none, or when it waits."""
    row = turn.uow.one("signing.mine", person_id=turn.actor.id)
    if row is not None:
        return WrappedKey(
            key_id=row.key_id,
            public_key=bytes(row.public_key),
            wrapped=bytes(row.wrapped),
            salt=bytes(row.salt),
            memory_kib=row.memory_kib,
            passes=row.passes,
            lanes=row.lanes,
        )
    waiting = turn.uow.one("signing.waiting_of", person_id=turn.actor.id)
    if waiting is not None:
        raise Refusal(
            "key_waits",
            f"{turn.actor.handle}'s signing key {waiting.key_id} waits for a colleague's word.",
            f"An attorney with a key says it: casedesk signing cosign {waiting.key_id}",
        )
    raise Refusal(
        "no_signing_key",
        f"{turn.actor.handle} has no signing key.",
        "Make one with `casedesk signing enrol`.",
    )


def typed_now(turn: Turn) -> tuple[WrappedKey, int]:
    """The actor's wrapped key and the store's time, for `opened`."""
    return my_key(turn), turn.now_us


def opened(key: tuple[WrappedKey, int], passphrase: str) -> Opened:
    """Open a key. Raises `WrongPassphrase`."""
    wrapped, typed_us = key
    return Opened(unlock(wrapped, passphrase), typed_us)


def show(turn: Turn, key: Opened) -> None:
    """Answer the store's question with the opened key, for what this transaction writes.

    Raises `Refusal("proof_stale")` for a passphrase typed more than 120 seconds ago (a lid was closed over it), and
    `Refusal("not_authenticated")` for a key whose row was altered.
    """
    uow, signer = turn.uow, key.signer
    if not 0 <= turn.now_us - key.typed_us <= proof.FRESH_US:
        raise Refusal(
            "proof_stale",
            "That passphrase was typed more than two minutes ago.",
            "Nothing was signed; type it again.",
        )
    nonce: str = uow.scalar(
        "signing.ask_challenge", nonce=secrets.token_hex(32), person_id=turn.actor.id, now_us=turn.now_us
    )
    said = proof.answer(signer.token, nonce)
    kept = uow.one(
        "signing.answer_challenge",
        nonce=nonce,
        proof=said,
        person_id=turn.actor.id,
        key_id=signer.key_id,
        now_us=turn.now_us,
        since_us=turn.now_us - proof.FRESH_US,
    )
    # A server checks the answer when the act is written, and does not give the hash away.
    if kept is None or (kept.token_sha256 is not None and not proof.answers(said, nonce, kept.token_sha256)):
        raise Refusal(
            "not_authenticated",
            f"Signing key {signer.key_id} does not answer as it did when it was enrolled.",
            "Nothing was signed. Enrol a new key, and tell the manager.",
        )


def licence_of(turn: Turn, act: str, *, matter_id: int | None = None, agency: str | None = None) -> Any:
    """The actor's live licence for an act, as a row (`id`, `kind`, `number`, `jurisdiction`, `scope`); the attorney's first.

    `matter_id` and `agency` say what is filed, and where: partial accreditation is before DHS alone
    (8 CFR 1292.1(a)(4)). Raises `NotAllowed` for an actor without a live licence, or whose accreditation ends there.
    """
    turn.require_licence(act, matter_id)
    at_dhs = agency is None or agency.strip().upper() in DHS
    partial_will_do = at_dhs and not turn.before_court(matter_id)
    for row in turn.uow.all("signing.licences", person_id=turn.actor.id, day=turn.today.isoformat()):
        if row.kind == LicenceKind.ATTORNEY or row.scope == "full" or partial_will_do:
            return row
    raise NotAllowed(
        "beyond_accreditation",
        f"{act} takes somebody who may appear before {agency}; {turn.actor.handle}'s accreditation ends at DHS.",
        "Hand it to an attorney, or to a fully accredited representative.",
    )
