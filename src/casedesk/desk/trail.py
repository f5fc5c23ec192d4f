"""The trail: reading it, proving that nothing in it was changed, and handing out a matter's part.

A chain shows that an entry was edited, taken out or put in; the seals (`seal_check`) show that a whole chain was
written anew. `verify` walks the store a page at a time, each entry once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from casedesk.desk import asked
from casedesk.desk.paging import Page, Place, Way, walk
from casedesk.desk.seal_check import Known, hold
from casedesk.desk.seals import last
from casedesk.desk.trail_export import export as export
from casedesk.desk.trail_export import hand_out as hand_out
from casedesk.desk.trail_export import verify_export as verify_export
from casedesk.desk.trail_walk import PAGE, Entry, Walk
from casedesk.desk.turn import Turn, instant
from casedesk.desk.views.record import AuditVerdict, AuditView
from casedesk.refusal import NotFound, WrongUsage
from casedesk.security.audit_hash import GENESIS
from casedesk.security.canonical import canonical_json, sha256_hex
from casedesk.store.unit_of_work import micros


def listing(
    turn: Turn,
    *,
    matter: str | None = None,
    actor: str | None = None,
    action: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 50,
    before: str | int | None = None,
) -> tuple[AuditView, ...]:
    """Entries, newest first: of a matter, one's own, or, for a manager, of everything she may see.

    `actor` is a handle; `action` one kind of act (`task.done`) or a family of them (`task`); `since` and `until` are
    instants, the second one excluded. `before` is the last entry seen: its number within the matter's stream, or
    `STREAM#NUMBER`.
    """
    matter_id = None
    who = None if actor is None else actor.strip().lower()
    if matter is not None:
        matter_id = turn.matter(matter).id
    elif who != turn.actor.handle:
        turn.require_manager("Reading the firm's whole trail")
    last = None if before is None else _entry(turn, before, matter_id)
    rows = turn.uow.all(
        "audit.page",
        matter_id=matter_id,
        actor=who,
        action=None if action is None else action.strip().lower(),
        since_us=None if since is None else micros(since),
        until_us=None if until is None else micros(until),
        before_us=None if last is None else last.at_us,
        before_stream=None if last is None else last.stream,
        before_seq=None if last is None else last.seq,
        limit=asked.page(limit),
    )
    return tuple(_view(row) for row in rows)


def matter_page(
    turn: Turn, matter: str, *, way: Way = "first", place: Place | None = None, limit: int = 100
) -> Page[AuditView]:
    """A page of a matter's trail, the newest entry first; a place is the negated number of an entry (`place_of`)."""
    stream = f"matter:{turn.matter(matter).id}"
    head = turn.uow.one("audit.head", stream=stream)
    newest = 0 if head is None else int(head.seq)

    def look(at: Place, most: int, up: bool) -> tuple[list[Any], Place | None]:
        name = "audit.newer" if up else "audit.older"
        found = list(turn.uow.all(name, stream=stream, seq=-at[0], limit=most))
        return found, (-found[-1].seq,) if len(found) == most else None

    rows, above, below = walk(
        look, way, place, limit, ends=((-newest - 1,), (0,)), behind=lambda at: (at[0] + 1,)
    )
    start = max(0, newest - rows[0].seq) if rows else None
    return Page(tuple(_view(row) for row in rows), above, below, start, newest)


def place_of(entry: AuditView) -> Place:
    """Where an entry stands in its stream, the newest first."""
    return (-entry.seq,)


def _view(row: Any) -> AuditView:
    return AuditView(
        seq=row.seq,
        stream=row.stream,
        at=instant(row.at_us),
        actor=row.actor,
        action=row.action,
        subject=row.subject,
        hash=row.hash,
        payload=json.loads(row.payload),
    )


def verify(turn: Turn, known: tuple[Known, ...] = ()) -> AuditVerdict:
    """Recompute every hash of every stream this person may read whole, hold the ends against the heads, and both
    against every seal; `known` are seals kept outside the store, from which the record must go on.

    On the shared store an ordinary login reads the matters it may see and its own stream; the store's stream is a
    manager's to verify. `first_bad` is `{stream, seq, problem}`, with the number of the `seal` that shows it.
    """
    walk = Walk(turn.uow.store_id)
    heads = {
        row.stream: (row.seq, row.hash) for row in turn.uow.all("audit.heads") if _whole(turn, row.stream)
    }
    for page in _pages(turn):
        if not walk.follow(page):
            break
    else:
        _hold_ends(turn, walk, heads)
    held = hold(turn, known)
    return walk.verdict(held.count, held.bad)


def head(turn: Turn) -> dict[str, object]:
    """The state of the trail, to be kept outside the store: its newest seal, and one hash over stream, number and hash
    of every end this person may see."""
    heads = [[row.stream, row.seq, row.hash] for row in turn.uow.all("audit.heads")]
    heads.sort()
    seal = last(turn)
    return {
        "store": turn.uow.store_id,
        "at": turn.now,
        "seal": None if seal is None else seal.seq,
        "seal_hash": None if seal is None else seal.hash,
        "sealed_at": None if seal is None else seal.at,
        "streams": len(heads),
        "entries": sum(int(row[1]) for row in heads),
        "hash": sha256_hex(canonical_json(heads)),
    }


# --- within


def _hold_ends(turn: Turn, walk: Walk, heads: Mapping[str, tuple[int, str]]) -> None:
    """Heads were read before the entries: a stream may have grown meanwhile, never shrunk."""
    for stream in sorted({*walk.ends, *heads}):
        end, promised = walk.ends.get(stream, (0, GENESIS)), heads.get(stream)
        if promised == end:
            continue
        if promised is not None and end[0] < promised[0]:
            walk.fail(stream, end[0] + 1, "entries are missing at the end")
        now = turn.uow.one("audit.head_of", stream=stream)
        if now is None or now.seq < end[0] or (now.seq == end[0] and now.hash != end[1]):
            walk.fail(stream, end[0], "the stream's end is not the one on record")


def _pages(turn: Turn) -> Iterator[Sequence[Entry]]:
    """The entries of the streams this person reads whole, stream by stream."""
    stream, seq, part = "", 0, not _reads_streams_whole(turn)
    while rows := turn.uow.all("audit.walk", stream=stream, seq=seq, limit=PAGE):
        yield [row for row in rows if _whole(turn, row[0])] if part else rows
        stream, seq = rows[-1].stream, rows[-1].seq


def _reads_streams_whole(turn: Turn) -> bool:
    return turn.uow.dialect.name != "postgresql" or turn.actor.is_manager or turn.actor.kind == "service"


def _whole(turn: Turn, stream: str) -> bool:
    """Whether this person reads all of a stream; an ordinary login on the shared store sees only its own entries."""
    return _reads_streams_whole(turn) or stream.startswith("matter:") or stream == f"person:{turn.actor.id}"


def _entry(turn: Turn, before: str | int, matter_id: int | None) -> Any:
    stream, _, number = str(before).strip().rpartition("#")
    if not number.isascii() or not number.isdigit():
        raise WrongUsage("bad_entry", f"{before!r} is no entry of the trail.", "Write STREAM#NUMBER.")
    if not stream:
        if matter_id is None:
            raise WrongUsage("bad_entry", f"Entry {before} of which stream?", "Write STREAM#NUMBER.")
        stream = f"matter:{matter_id}"
    row = turn.uow.one("audit.entry", stream=stream, seq=int(number))
    if row is None:
        raise NotFound("entry", str(before), "See `casedesk audit list`.")
    return row
