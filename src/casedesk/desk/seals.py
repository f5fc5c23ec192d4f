"""Sealing the trail, and telling the managers of it once a day.

Whoever sweeps seals: on a local store the desk's own worker, on a shared one the service login, which alone reads
every stream's end. A shared store is sealed every quarter of an hour even when nothing happened, and its seals hold
blind leaves: when a seal was made, and how many streams moved, would tell of work behind a wall.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, Final

from casedesk.desk.apply import About, managers, tell
from casedesk.desk.turn import Turn, instant
from casedesk.desk.views.record import SealView
from casedesk.refusal import Refusal
from casedesk.security.seals import GENESIS, Head, Seal, Sealer, blind, plant, sign
from casedesk.store.unit_of_work import micros

EVERY: Final = timedelta(minutes=15)
MOST_ENTRIES: Final = 1000
"""A seal is made after so many entries, if not sooner."""

DIGEST: Final = "trail.digest"
BROKEN: Final = "trail.broken"
_ABOUT: Final = About(event_id=0, subject="the trail")


def seal_of(row: Any) -> Seal:
    """A row of `seal` as the pure room reads it."""
    return Seal(row.seq, row.prev, row.root, row.at_us, row.key_id, row.hash, row.signature)


def last(turn: Turn) -> SealView | None:
    """The newest seal, None for a store that has none."""
    return _view(turn.uow.one("seal.last"))


def numbered(turn: Turn, seq: int) -> SealView | None:
    """One seal, None for a number no seal has."""
    return _view(turn.uow.one("seal.one", seq=seq))


def may_seal(turn: Turn) -> bool:
    """Whether the actor seals this store: the worker does."""
    return turn.actor.kind == "service"


def due(turn: Turn) -> bool:
    """Whether the actor should seal now. Cheap enough to be asked at every sweep."""
    if not may_seal(turn):
        return False
    newest = turn.uow.one("seal.last")
    if newest is None:
        return True
    # A clock that was set back must not stop the sealing until it has caught up.
    age = turn.now - instant(newest.at_us)
    elapsed = not timedelta(0) <= age < EVERY
    if elapsed and _shared(turn):
        return True
    most = 1 if elapsed else MOST_ENTRIES
    return int(turn.uow.scalar("seal.since", since_us=newest.at_us, limit=most)) >= most


def seal(turn: Turn, sealer: Sealer) -> SealView | None:
    """Seal every stream that moved since the seal before, if a seal is due; None when it is not, or another worker
    was first.

    A key this store has not seen is put on record, and the ones before it retire. Raises
    `Refusal("seal_key_retired")` for a key that has: somebody seals with a newer one.
    """
    if not due(turn):
        return None
    _introduce(turn, sealer)
    turn.uow.all("seal.hold_keys")
    if not due(turn):
        return None
    rows = turn.uow.all("seal.moved")
    if not rows and not _shared(turn):
        return None
    newest = turn.uow.one("seal.last")
    blinds = blind(len(rows), turn.uow.randbits) if _shared(turn) else None
    tree = plant([Head(row.stream, row.seq, row.hash) for row in rows], blinds)
    made = sign(
        sealer,
        turn.uow.store_id,
        seq=1 if newest is None else newest.seq + 1,
        prev=GENESIS if newest is None else newest.hash,
        root=tree.root,
        at_us=turn.now_us,
    )
    before = turn.uow.scalar("seal.entries") or 0
    turn.uow.insert(
        "seal",
        seq=made.seq,
        prev=made.prev,
        root=made.root,
        leaves=len(rows),
        entries=before + sum(row.seq - row.sealed for row in rows),
        at_us=made.at_us,
        key_id=made.key_id,
        hash=made.hash,
        signature=made.signature,
    )
    matters = {row.stream: row.matter_id for row in rows}
    ends = list(zip(tree.order, tree.paths, strict=True))
    if blinds is not None:
        ends.append((blinds, ""))
    turn.uow.insert_many(
        "seal_head",
        [
            {
                "seal_seq": made.seq,
                "position": position,
                "stream": head.stream,
                "matter_id": matters.get(head.stream),
                "seq": head.seq,
                "hash": head.hash,
                "path": path,
            }
            for position, (head, path) in enumerate(ends)
        ],
    )
    return SealView(made.seq, made.hash, instant(made.at_us), made.key_id)


def _introduce(turn: Turn, sealer: Sealer) -> None:
    known = {row.key_id: row for row in turn.uow.all("seal.keys")}
    mine = known.get(sealer.key_id)
    if mine is not None and mine.retired_us is None:
        return
    if mine is not None:
        raise Refusal(
            "seal_key_retired",
            f"This machine's seal key {sealer.key_id} was retired; the trail is sealed with a newer one.",
            "Give every worker the same key file, or make a new key here with `casedesk worker --once --new-seal-key`.",
        )
    turn.uow.run(
        "seal.add_key",
        key_id=sealer.key_id,
        public_key=sealer.public_key,
        holder_id=turn.actor.id,
        now_us=turn.now_us,
    )
    turn.uow.run("seal.retire_keys", key_id=sealer.key_id, now_us=turn.now_us)
    retired = sorted(row.key_id for row in known.values() if row.retired_us is None)
    turn.uow.audit("seal.key", sealer.key_id, retired=retired)


# -- what the managers hear ---------------------------------------------------------------------------------------


def digest(turn: Turn) -> int:
    """Once a day tell each manager the newest seal's hash, to keep where nobody can change it; how many were told.

    No client data. The number of entries is of those this manager may read: the whole firm's would tell of work
    behind a wall.
    """
    newest = turn.uow.one("seal.last")
    if newest is None:
        return 0
    told = 0
    for person in _not_told(turn, DIGEST):
        entries = turn.uow.scalar("seal.readable", person_id=person)
        words = f"Seal {newest.seq} of the record: {newest.hash}. {entries} entries of what you may read are under it."
        body = f"Kept elsewhere, it shows later whether the record was changed: casedesk audit verify --against {newest.hash}"
        tell(turn, person, words, DIGEST, _ABOUT, body=body)
        told += 1
    return told


def alarm(turn: Turn, sentence: str) -> int:
    """Tell each manager, once a day, that the record does not go on from what was seen before."""
    told = _not_told(turn, BROKEN)
    for person in told:
        tell(turn, person, sentence, BROKEN, _ABOUT)
    return len(told)


def _not_told(turn: Turn, about: str) -> list[int]:
    since = micros(datetime.combine(turn.today, time(), turn.calendar.local(turn.now).tzinfo))
    return [
        person
        for person in managers(turn)
        if turn.uow.one("seal.told", person_id=person, since_us=since, about=about) is None
    ]


def _view(row: Any) -> SealView | None:
    return None if row is None else SealView(row.seq, row.hash, instant(row.at_us), row.key_id)


def _shared(turn: Turn) -> bool:
    return turn.uow.dialect.name == "postgresql"
