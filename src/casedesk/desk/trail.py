"""The trail: reading it, proving that nothing in it was changed, and handing out a matter's part."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from casedesk.desk import asked
from casedesk.desk.turn import Turn, instant, opaque
from casedesk.desk.views import AuditVerdict, AuditView
from casedesk.refusal import NotFound, WrongUsage
from casedesk.security.audit_hash import DOMAIN, GENESIS, entry_hash
from casedesk.security.canonical import canonical_json, sha256_hex

PAGE = 2000
EXPORT_FORMAT = "casedesk.trail.1"


def listing(
    turn: Turn, *, matter: str | None = None, limit: int = 50, before: str | int | None = None
) -> tuple[AuditView, ...]:
    """Entries, newest first: of a matter, or, for a manager, of the whole firm.

    `before` is the last entry seen: its number within the matter's stream, or `STREAM#NUMBER`.
    """
    matter_id = None
    if matter is None:
        turn.require_manager("Reading the firm's whole trail")
    else:
        matter_id = turn.matter(matter).id
    last = None if before is None else _entry(turn, before, matter_id)
    rows = turn.uow.all(
        "audit.page",
        matter_id=matter_id,
        before_us=None if last is None else last.at_us,
        before_stream=None if last is None else last.stream,
        before_seq=None if last is None else last.seq,
        limit=asked.page(limit),
    )
    return tuple(
        AuditView(
            seq=row.seq,
            stream=row.stream,
            at=instant(row.at_us),
            actor=row.actor,
            action=row.action,
            subject=row.subject,
            hash=row.hash,
            payload=json.loads(row.payload),
        )
        for row in rows
    )


def verify(turn: Turn) -> AuditVerdict:
    """Recompute every hash of every stream this person may read whole, and hold the ends against the heads.

    On the shared store an ordinary login reads the matters it may see and its own stream; the store's stream is a
    manager's to verify. `first_bad` is `{stream, seq, problem}`.
    """
    walk = _Walk(turn.uow.store_id)
    heads = {
        row.stream: (row.seq, row.hash) for row in turn.uow.all("audit.heads") if _whole(turn, row.stream)
    }
    for entry in _entries(turn):
        if _whole(turn, entry.stream) and not walk.take(entry):
            break
    else:
        _hold_ends(turn, walk, heads)
    return walk.verdict()


def head(turn: Turn) -> dict[str, object]:
    """The state of the trail in one hash, to be kept outside the store: over stream, number and hash of every head."""
    heads = [[row.stream, row.seq, row.hash] for row in turn.uow.all("audit.heads")]
    heads.sort()
    return {
        "store": turn.uow.store_id,
        "at": turn.now,
        "streams": len(heads),
        "entries": sum(int(row[1]) for row in heads),
        "hash": sha256_hex(canonical_json(heads)),
    }


def export(turn: Turn, matter: str) -> dict[str, object]:
    """One matter's trail, complete: `verify_export` proves it without the store."""
    row = turn.matter(matter)
    stream = f"matter:{row.id}"
    entries: list[dict[str, object]] = []
    after = 0
    while rows := turn.uow.all("audit.stream", stream=stream, after=after, limit=PAGE):
        entries += [
            {
                "seq": r.seq,
                "prev": r.prev,
                "hash": r.hash,
                "at_us": r.at_us,
                "at": instant(r.at_us),
                "actor": r.actor,
                "action": r.action,
                "subject": r.subject,
                "payload": r.payload,
            }
            for r in rows
        ]
        after = rows[-1].seq
    return {
        "format": EXPORT_FORMAT,
        "domain": DOMAIN,
        "store": turn.uow.store_id,
        "matter": row.ref,
        "matter_id": opaque(row.id),
        "stream": stream,
        "exported_at": turn.now,
        "exported_by": turn.actor.handle,
        "head": {"seq": entries[-1]["seq"], "hash": entries[-1]["hash"]} if entries else None,
        "entries": entries,
    }


def verify_export(data: Mapping[str, Any]) -> AuditVerdict:
    """Whether an exported trail is whole and unchanged. Raises `WrongUsage` for what is no export."""
    try:
        walk = _Walk(str(data["store"]))
        stream, entries, end = str(data["stream"]), list(data["entries"]), data["head"]
        sound = data["format"] == EXPORT_FORMAT
        for entry in entries:
            if not walk.take(_Exported(stream, entry)):
                return walk.verdict()
        last = {"seq": entries[-1]["seq"], "hash": entries[-1]["hash"]} if entries else None
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise WrongUsage(
            "no_export", "That is no exported trail.", "Make one with `casedesk audit export`."
        ) from error
    if not sound or end != last:
        walk.fail(stream, len(entries), "the trail's end is not the one it names")
    return walk.verdict()


# --- within


class _Exported:
    """An entry of an export, read like a row."""

    def __init__(self, stream: str, entry: Mapping[str, Any]) -> None:
        self.stream = stream
        self.seq, self.at_us = int(entry["seq"]), int(entry["at_us"])
        self.prev, self.hash = str(entry["prev"]), str(entry["hash"])
        self.actor, self.action = str(entry["actor"]), str(entry["action"])
        self.subject, self.payload = str(entry["subject"]), str(entry["payload"])


@dataclass
class _Walk:
    """A chain of hashes for each stream, followed entry by entry."""

    store_id: str
    ends: dict[str, tuple[int, str]] = field(default_factory=dict)
    entries: int = 0
    bad: dict[str, object] | None = None

    def take(self, entry: Any) -> bool:
        """The next entry of its stream; False when it does not follow, or was changed."""
        seq, prev = self.ends.get(entry.stream, (0, GENESIS))
        if entry.seq != seq + 1:
            return self.fail(entry.stream, seq + 1, "an entry is missing")
        if entry.prev != prev:
            return self.fail(entry.stream, entry.seq, "it does not follow the entry before it")
        digest = entry_hash(
            store_id=self.store_id,
            stream=entry.stream,
            seq=entry.seq,
            prev_hex=entry.prev,
            at_us=entry.at_us,
            actor=entry.actor,
            action=entry.action,
            subject=entry.subject,
            payload=entry.payload,
        )
        if digest != entry.hash:
            return self.fail(entry.stream, entry.seq, "what it says is not what was written")
        self.ends[entry.stream] = (entry.seq, digest)
        self.entries += 1
        return True

    def fail(self, stream: str, seq: int, problem: str) -> bool:
        if self.bad is None:
            self.bad = {"stream": stream, "seq": seq, "problem": problem}
        return False

    def verdict(self) -> AuditVerdict:
        return AuditVerdict(
            ok=self.bad is None, streams=len(self.ends), entries=self.entries, seals=0, first_bad=self.bad
        )


def _hold_ends(turn: Turn, walk: _Walk, heads: Mapping[str, tuple[int, str]]) -> None:
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


def _entries(turn: Turn) -> Iterator[Any]:
    stream, seq = "", 0
    while rows := turn.uow.all("audit.walk", stream=stream, seq=seq, limit=PAGE):
        yield from rows
        stream, seq = rows[-1].stream, rows[-1].seq


def _whole(turn: Turn, stream: str) -> bool:
    """Whether this person reads all of a stream; an ordinary login on the shared store sees only its own entries."""
    if turn.uow.dialect.name != "postgresql" or turn.actor.is_manager or turn.actor.kind == "service":
        return True
    return stream.startswith("matter:") or stream == f"person:{turn.actor.id}"


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
