"""One matter's trail, handed out: it verifies alone, with the proof that the newest sealed end of it was sealed.

The seal's key stands in the file, so the file alone shows that it is whole and of one piece; that the firm's own
worker sealed it, whoever kept the seal's hash elsewhere can tell (`audit verify --export FILE --against HASH`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from casedesk.desk import exporting
from casedesk.desk.seals import seal_of
from casedesk.desk.trail_walk import PAGE, Walk
from casedesk.desk.turn import Turn, instant, opaque
from casedesk.desk.views.record import AuditVerdict
from casedesk.refusal import WrongUsage
from casedesk.security import seals
from casedesk.security.audit_hash import DOMAIN
from casedesk.security.seals import Head, Seal
from casedesk.security.text import safe_json

FORMAT: Final = "casedesk.trail.2"
BEFORE_SEALS: Final = "casedesk.trail.1"

_COLUMNS: Final = ("seq", "prev", "hash", "at_us", "actor", "action", "subject", "payload")


@dataclass(frozen=True)
class HandedOut:
    """A trail as a file: its bytes, and the record of their leaving."""

    record: str
    matter: str
    entries: int
    data: bytes


def hand_out(turn: Turn, matter: str, *, reason: str = "") -> HandedOut:
    """One matter's trail as the bytes of a JSON document, put on record before they leave."""
    found = export(turn, matter)
    data = safe_json(found).encode("ascii") + b"\n"
    record = exporting.record(turn, what="trail", data=data, matter_id=turn.matter(matter).id, reason=reason)
    return HandedOut(record, str(found["matter"]), len(found["entries"]), data)


def export(turn: Turn, matter: str) -> dict[str, Any]:
    """One matter's trail, complete, as JSON's own values: `verify_export` proves it without the store."""
    row = turn.matter(matter)
    stream = f"matter:{row.id}"
    entries: list[dict[str, object]] = []
    after = 0
    while rows := turn.uow.all("audit.stream", stream=stream, after=after, limit=PAGE):
        entries += [
            {**{column: getattr(r, column) for column in _COLUMNS}, "at": _time(r.at_us)} for r in rows
        ]
        after = rows[-1].seq
    return {
        "format": FORMAT,
        "domain": DOMAIN,
        "store": turn.uow.store_id,
        "matter": row.ref,
        "matter_id": opaque(row.id),
        "stream": stream,
        "exported_at": _time(turn.now_us),
        "exported_by": turn.actor.handle,
        "head": {"seq": entries[-1]["seq"], "hash": entries[-1]["hash"]} if entries else None,
        "sealed": _sealed(turn, stream),
        "entries": entries,
    }


def verify_export(data: Mapping[str, Any], against: str | None = None) -> AuditVerdict:
    """Whether an exported trail is whole and unchanged, and its seal's proof holds.

    `against` is the hash of the seal that must be in it. Raises `WrongUsage` for what is no export.
    """
    try:
        walk = Walk(str(data["store"]))
        stream, entries, end = str(data["stream"]), list(data["entries"]), data["head"]
        sound = data["format"] in (FORMAT, BEFORE_SEALS)
        sealed = data["sealed"] if data["format"] == FORMAT else None
        read = [_entry(stream, entry) for entry in entries]
        if not walk.follow(read):
            return walk.verdict(0)
        last = {"seq": read[-1][1], "hash": read[-1][3]} if read else None
        problem = _proof(walk.store_id, stream, read, sealed, against)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise WrongUsage(
            "no_export", "That is no exported trail.", "Make one with `casedesk audit export`."
        ) from error
    if not sound or end != last:
        walk.fail(stream, len(entries), "the trail's end is not the one it names")
    elif problem:
        walk.fail(stream, int(sealed["head"]["seq"]) if sealed else len(entries), problem)
    return walk.verdict(0 if sealed is None else 1)


# -- within -------------------------------------------------------------------------------------------------------


def _sealed(turn: Turn, stream: str) -> dict[str, object] | None:
    row = turn.uow.one("seal.latest_of", stream=stream)
    if row is None:
        return None
    seal = seal_of(row)
    return {
        "head": {"seq": row.head_seq, "hash": row.head_hash},
        "path": row.path,
        "public_key": row.public_key.hex(),
        "seal": {name: getattr(seal, name) for name in Seal.__slots__},
        "sealed_at": _time(row.at_us),
    }


def _proof(
    store_id: str,
    stream: str,
    entries: list[tuple[Any, ...]],
    sealed: Mapping[str, Any] | None,
    against: str | None,
) -> str:
    """What is wrong with the seal's proof, "" for nothing."""
    if sealed is None:
        return "" if against is None else "no seal was made over it yet"
    head = Head(stream, int(sealed["head"]["seq"]), str(sealed["head"]["hash"]))
    seal = Seal(**sealed["seal"])
    if not 1 <= head.seq <= len(entries) or entries[head.seq - 1][3] != head.hash:
        return f"the entry there is not the one seal {seal.seq} was made over"
    if not seals.proves(head, str(sealed["path"]), seal.root):
        return f"nothing proves that seal {seal.seq} was made over it"
    if not seals.verify(bytes.fromhex(sealed["public_key"]), store_id, seal):
        return f"seal {seal.seq} is not what was signed"
    if against is not None and seal.hash != against:
        return f"seal {seal.seq} is another one than was kept"
    return ""


def _entry(stream: str, entry: Mapping[str, Any]) -> tuple[Any, ...]:
    found = [entry[column] for column in _COLUMNS]
    texts = [value for column, value in zip(_COLUMNS, found, strict=True) if column not in ("seq", "at_us")]
    if not all(isinstance(value, str) for value in texts) or not isinstance(entry["seq"], int):
        raise ValueError("an entry's fields are text")
    found[0], found[3] = int(found[0]), int(found[3])
    return (stream, *found)


def _time(us: int) -> str:
    return instant(us).isoformat().replace("+00:00", "Z")
