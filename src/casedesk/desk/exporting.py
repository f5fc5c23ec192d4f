"""What is handed out of the desk stands on record first: what, by whom, for whom, why, and the hash of the bytes."""

from __future__ import annotations

import hashlib

from casedesk.desk import asked
from casedesk.desk.turn import Turn, id_of, instant, opaque
from casedesk.desk.views import ExportView


def record(
    turn: Turn,
    *,
    what: str,
    data: bytes,
    matter_id: int | None = None,
    party_id: int | None = None,
    reason: str = "",
) -> str:
    """Put on record that these very bytes leave the desk; returns the record's ref.

    For every hand-out: a matter's export, a trail, a certificate. The entry `matter.exported` (`store.exported` for
    what is of no matter) is written in the same transaction, which commits before the caller gives the bytes away.
    """
    ref, digest = turn.uow.new_ref("X", "export_record"), hashlib.sha256(data).hexdigest()
    why = asked.optional(reason, "The reason")
    turn.uow.insert(
        "export_record",
        id=turn.uow.new_id(),
        ref=ref,
        matter_id=matter_id,
        party_id=party_id,
        what=what,
        person_id=turn.actor.id,
        at_us=turn.now_us,
        reason=why,
        sha256=digest,
        bytes=len(data),
    )
    turn.uow.audit(
        "store.exported" if matter_id is None else "matter.exported",
        ref,
        matter_id=matter_id,
        what=what,
        party=None if party_id is None else opaque(party_id),
        reason=why,
        sha256=digest,
        bytes=len(data),
    )
    return ref


def listing(
    turn: Turn, *, matter: str | None = None, limit: int = 50, after: str | None = None
) -> tuple[ExportView, ...]:
    """Who took what out, newest first.

    Everybody reads of the matters they may see, and of what they took themselves; a manager also of what belongs to
    no matter.
    """
    last = None
    if after is not None:
        last = turn.uow.need("export", after, "export.find", ref=after.strip().upper(), id=id_of(after))
    rows = turn.uow.all(
        "export.listing",
        matter_id=None if matter is None else turn.matter(matter).id,
        me=turn.actor.id,
        manager=int(turn.actor.is_manager),
        after_us=None if last is None else last.at_us,
        after_id=None if last is None else last.id,
        limit=asked.page(limit),
    )
    return tuple(
        ExportView(
            id=opaque(row.id),
            ref=row.ref,
            what=row.what,
            matter=row.matter_ref,
            party=row.party,
            person=turn.handle(row.person_id),
            at=instant(row.at_us),
            reason=row.reason,
            sha256=row.sha256,
            bytes=row.bytes,
        )
        for row in rows
    )
