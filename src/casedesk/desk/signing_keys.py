"""The firm's signing keys as they stand: whose, in which state, and on whose word."""

from __future__ import annotations

from typing import Any

from casedesk.desk.turn import Turn, at, instant, opaque
from casedesk.desk.views.gate import SigningKeyView
from casedesk.refusal import NotFound
from casedesk.security import key_chain
from casedesk.security.key_chain import ChainKey
from casedesk.security.statements import ALONE, COSIGNED, ROTATED, KeyStatement, read_key

COMPROMISED = "compromised: "
"""How the reason of a key revoked for compromise begins; the store voids what such a key signed."""

MOST_LINKS = 200
"""How many keys may stand between a signer's and a root; a person who rotates every month needs 16 years for it."""


def find(turn: Turn, key_id: str) -> Any:
    """A key's row by its id. Raises `NotFound`."""
    row = turn.uow.one("signing.key", key_id=key_id.strip().lower())
    if row is None:
        raise NotFound("signing key", key_id, "See `casedesk signing list`.")
    return row


def listing(turn: Turn) -> tuple[SigningKeyView, ...]:
    """Every key of the firm, by whose it is, newest first."""
    founded = turn.uow.scalar("signing.founded")
    return tuple(_view(turn, row, founded) for row in turn.uow.all("signing.listing"))


def show(turn: Turn, key_id: str) -> SigningKeyView:
    """One key. Raises `NotFound`."""
    return _view(turn, find(turn, key_id), turn.uow.scalar("signing.founded"))


def chain(turn: Turn, key_id: str) -> tuple[ChainKey, ...]:
    """A key, the one that confirmed it, and so on up to its root; what is missing is left out and found by `fault`."""
    out: list[ChainKey] = []
    wanted: str | None = key_id
    while wanted is not None and len(out) < MOST_LINKS:
        row = turn.uow.one("signing.key", key_id=wanted)
        if row is None:
            break
        out.append(
            ChainKey(
                row.key_id,
                bytes(row.public_key),
                opaque(row.person_id),
                row.enrolled_us,
                row.cosign_statement,
                row.cosignature,
            )
        )
        said = _said(row)
        wanted = None if said is None or said.kind == ALONE else said.cosigner_key_id
    return tuple(out)


def fault(turn: Turn, key_id: str) -> str:
    """What is wrong with whoever stands behind a key, in a sentence; "" when all verifies."""
    return key_chain.fault(chain(turn, key_id), turn.uow.store_id)


def confirmed_with(turn: Turn, key_id: str) -> tuple[str, ...]:
    """The ids of other people's keys, not revoked, that were confirmed with this one."""
    return tuple(
        row.key_id
        for row in turn.uow.all("signing.listing")
        if row.revoked_us is None
        and (said := _said(row)) is not None
        and (said.kind, said.cosigner_key_id) == (COSIGNED, key_id)
    )


def _said(row: Any) -> KeyStatement | None:
    try:
        return read_key(row.cosign_statement) if row.cosign_statement else None
    except ValueError:
        return None


def _view(turn: Turn, row: Any, founded: int | None) -> SigningKeyView:
    handle, name = turn.names.get(row.person_id, ("?", "?"))
    return SigningKeyView(
        key_id=row.key_id,
        person=handle,
        name=name,
        state=_state(row),
        confirmed=_confirmed(turn, row, founded),
        enrolled_at=instant(row.enrolled_us),
        cosigned_by=turn.handle(row.cosigned_by) or None,
        cosigned_at=at(row.cosigned_us),
        replaces=row.replaces,
        revoked_at=at(row.revoked_us),
        revoked_by=turn.handle(row.revoked_by) or None,
        reason=row.revoked_reason,
    )


def _state(row: Any) -> str:
    if row.revoked_us is not None:
        return "revoked"
    return "active" if row.active else "waiting"


def _confirmed(turn: Turn, row: Any, founded: int | None) -> str:
    """On whose word a key signs, as `signing list` says it."""
    said = _said(row)
    if said is not None and said.kind == ROTATED:
        return f"by {said.replaces}, which it replaces"
    if said is not None and said.kind == ALONE:
        return "alone: nobody else could"
    if row.cosigned_by is not None:
        return f"by {turn.handle(row.cosigned_by)}"
    if not row.active and row.revoked_us is None:
        return "not yet"
    if founded is not None and row.enrolled_us <= founded:
        return "at the founding"
    return "by nobody"
