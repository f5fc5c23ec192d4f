"""What is handed out of the desk stands on record first: what, by whom, for whom, why, and the hash of the bytes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from casedesk.desk import asked, cards, contact
from casedesk.desk.desk import prepared_by
from casedesk.desk.turn import Matter, Turn, id_of, instant, opaque
from casedesk.desk.views.record import ExportedView, ExportView
from casedesk.refusal import NotAllowed, Refusal

if TYPE_CHECKING:
    from casedesk.desk.desk import Desk
    from casedesk.desk.matter_file import MatterFile


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


def _build(desk: Desk, /, matter: str, *, party: str | None = None, **_: Any) -> MatterFile:
    return desk.read(_made, matter, party)


@prepared_by(_build)
def matter_file(
    turn: Turn, matter: str, *, party: str | None = None, reason: str = "", ready: MatterFile
) -> tuple[ExportedView, bytes]:
    """A matter's file as one ZIP, on record before it is given away; with `party` that party's copy.

    For a manager, and for the matter's own people. Refused where nothing at all may go to the party, and when
    somebody worked on the matter while its file was made.
    """
    from casedesk.desk.matter_file import end_of_trail

    row = _may_take(turn, matter)
    if end_of_trail(turn, row.id) != ready.end:
        raise Refusal("moved", f"Somebody worked on {row.ref} while its file was made.", "Export it again.")
    way = None if ready.party_id is None else contact.require(turn, "A copy", row.id, ready.party_id)
    ref = record(
        turn,
        what="matter" if way is None else "copy",
        data=ready.data,
        matter_id=row.id,
        party_id=ready.party_id,
        reason=reason,
    )
    return ExportedView(
        export=ref,
        matter=row.ref,
        party=None if way is None else way.name,
        papers=ready.papers,
        bytes=len(ready.data),
        sha256=hashlib.sha256(ready.data).hexdigest(),
        left_out=ready.left_out,
        channel=None if way is None else way.channel,
        address="" if way is None else way.address,
        contact_rules=() if way is None else way.rules,
    ), ready.data


def _made(turn: Turn, matter: str, party: str | None) -> MatterFile:
    from casedesk.desk.matter_file import build

    row = _may_take(turn, matter)
    return build(turn, row, None if party is None else cards.party_named(turn, row, party))


def _may_take(turn: Turn, matter: str) -> Matter:
    """The matter, for whom a whole file of it is. Raises `NotAllowed`."""
    row = turn.matter(matter)
    turn.require_inside("A matter's file")
    if not turn.actor.is_manager and turn.actor.id not in turn.owners(row.id).values():
        raise NotAllowed(
            "not_allowed",
            f"The file of {row.ref} is handed out by a manager, or by one of the matter's own people.",
            "Ask its paralegal or its attorney.",
        )
    return row
