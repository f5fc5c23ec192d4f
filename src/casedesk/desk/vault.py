"""The vault: documents, their immutable versions and their bytes, in the same transaction as everything else.

Each version's bytes lie encrypted under a data key of their own (`security.paper_key`); papers of stores from before
there were such keys lie as they are.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from casedesk.desk.turn import Turn, instant
from casedesk.refusal import Refusal
from casedesk.security import paper_key
from casedesk.store.unit_of_work import as_json

CHUNK = 1 << 20


@dataclass(frozen=True)
class Stored:
    """A version of a document as the vault holds it."""

    document_id: int
    ref: str
    version: int
    name: str
    sha256: str
    bytes: int
    pages: int
    media_type: str


def put(
    turn: Turn,
    *,
    data: bytes,
    name: str,
    media_type: str,
    pages: int,
    origin: str,
    matter_id: int | None,
    kind: str = "other",
    flags: Sequence[str] = (),
    next_step: str = "",
    reading: object = None,
    duplicate_of: int | None = None,
    document_id: int | None = None,
) -> Stored:
    """Add a document with its first version. The hash is taken here, over these very bytes."""
    uow = turn.uow
    document_id, ref = document_id or uow.new_id(), uow.new_ref("D", "document")
    digest = hashlib.sha256(data).hexdigest()
    uow.insert(
        "document",
        id=document_id,
        ref=ref,
        matter_id=matter_id,
        origin=origin,
        kind=kind,
        name=name,
        sha256=digest,
        bytes=len(data),
        media_type=media_type,
        flags=as_json(list(flags)),
        next_step=next_step,
        reading=as_json(reading or {}),
        duplicate_of=duplicate_of,
        received_us=turn.now_us,
        received_by=turn.actor.id,
    )
    version_id = uow.new_id()
    uow.insert(
        "document_version",
        id=version_id,
        document_id=document_id,
        version=1,
        sha256=digest,
        bytes=len(data),
        pages=pages,
        name=name,
        media_type=media_type,
        created_us=turn.now_us,
        created_by=turn.actor.id,
    )
    key = secrets.token_bytes(paper_key.KEY_BYTES)
    uow.insert("document_key", version_id=version_id, data_key=key)
    uow.insert_many(
        "blob_chunk",
        [
            {
                "version_id": version_id,
                "seq": i,
                "data": paper_key.seal_chunk(
                    key,
                    data[start : start + CHUNK],
                    store=uow.store_id,
                    document=document_id,
                    version=1,
                    seq=i,
                ),
            }
            for i, start in enumerate(range(0, len(data), CHUNK))
        ],
    )
    return Stored(document_id, ref, 1, name, digest, len(data), pages, media_type)


def get(turn: Turn, document_id: int, version: int = 1) -> bytes:
    """The bytes of a version, as they lie there now; whoever relies on them hashes them.

    Bytes that are not the ones kept come back as they lie, and so with another hash. Raises `Refusal` (`erased`).
    """
    rows = turn.uow.all("document.chunks", document_id=document_id, version=version)
    key = turn.uow.one("document.key", document_id=document_id, version=version)
    if key is None:
        return b"".join(bytes(row.data) for row in rows)
    if key.destroyed_us is not None:
        on = turn.calendar.today(instant(key.destroyed_us)).isoformat()
        raise Refusal("erased", f"{key.ref} was erased on {on}.", "Nothing can bring it back.")
    store, out = turn.uow.store_id, []
    for row in rows:
        lies = bytes(row.data)
        clear = paper_key.open_chunk(
            bytes(key.data_key), lies, store=store, document=document_id, version=version, seq=row.seq
        )
        out.append(lies if clear is None else clear)
    return b"".join(out)


def stored(turn: Turn, document_id: int, version: int = 1) -> Stored:
    """What the vault says of a version."""
    row = turn.uow.need(
        "document", str(document_id), "document.version", document_id=document_id, version=version
    )
    return Stored(
        row.document_id, row.ref, row.version, row.name, row.sha256, row.bytes, row.pages, row.media_type
    )
