"""Packets assembled in a child process that may not cost more than it was given.

The same result as `assemble.assemble`, byte for byte. A document that makes the child die is found by trying each
document alone, so that the refusal can name it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any

from casedesk.documents.assemble import Assembled, NotAssemblable, Part, assemble
from casedesk.documents.child import ParseFailed, run_limited
from casedesk.documents.limits import MIB, PARSE_MEMORY_BYTES
from casedesk.documents.manifest import canonical_bytes, parse_manifest

_TASK = "assemble_limited:work"
_LEAST_SECONDS = 60.0
_SECONDS_PER_MIB = 4.0
_MEMORY_PER_BYTE = 6
"""The file itself, the parser's copy, the new file, and its spelling in the answer."""
_LEAST_OUTPUT = 64 * MIB


def assemble_limited(
    packet: str,
    title: str,
    parts: Sequence[Part],
    *,
    seconds: float | None = None,
    memory_bytes: int | None = None,
) -> Assembled:
    """`assemble.assemble` under limits of memory, processor and wall-clock time.

    `seconds` and `memory_bytes` default to what grows with the size of the parts. Raises NotAssemblable naming the
    document, also when it was a limit that ended the work, and ValueError for no parts or an unknown role.
    """
    try:
        return _attempt(packet, title, parts, seconds, memory_bytes)
    except ParseFailed as failed:
        culprit = _culprit(parts, seconds, memory_bytes) if len(parts) > 1 else parts[0].name
        if culprit is None:
            raise NotAssemblable(title, _lowered(failed.reason), "Split it into two packets.") from failed
        raise NotAssemblable(
            culprit, _lowered(failed.reason), "Ask for it again, or print it to PDF, and submit that."
        ) from failed


def work(data: bytes) -> dict[str, Any]:
    """What the child does with one packed order: the packet as base64, or the refusal in words."""
    header, blobs = unpack(data)
    described = zip(header["parts"], blobs, strict=True)
    parts = [Part(**fields, data=bytes(blob)) for fields, blob in described]
    try:
        assembled = assemble(header["packet"], header["title"], parts)
    except NotAssemblable as refused:
        return {"refused": [refused.name, refused.reason, refused.next]}
    return {
        "data": base64.b64encode(assembled.data).decode("ascii"),
        "manifest": canonical_bytes(assembled.manifest).decode("ascii"),
        "missing_glyphs": list(assembled.missing_glyphs),
        "warnings": list(assembled.warnings),
    }


def pack(header: dict[str, Any], blobs: Sequence[bytes]) -> bytes:
    """An order for the child: a JSON header on one line, then the blobs one after the other."""
    line = json.dumps({**header, "sizes": [len(blob) for blob in blobs]}).encode("ascii")
    return b"".join((line, b"\n", *blobs))


def unpack(data: bytes) -> tuple[dict[str, Any], list[memoryview]]:
    """The header and the blobs of an order."""
    line, _, _ = data.partition(b"\n")
    header: dict[str, Any] = json.loads(line)
    view = memoryview(data)[len(line) + 1 :]
    blobs: list[memoryview] = []
    for size in header["sizes"]:
        blobs.append(view[:size])
        view = view[size:]
    return header, blobs


def _attempt(
    packet: str, title: str, parts: Sequence[Part], seconds: float | None, memory_bytes: int | None
) -> Assembled:
    described = [
        {
            "document": part.document,
            "version": part.version,
            "name": part.name,
            "role": part.role,
            "tab": part.tab,
            "kind": str(part.kind),
        }
        for part in parts
    ]
    order = pack({"packet": packet, "title": title, "parts": described}, [part.data for part in parts])
    answer = run_limited(
        _TASK,
        order,
        seconds=seconds or max(_LEAST_SECONDS, _SECONDS_PER_MIB * len(order) / MIB),
        memory_bytes=memory_bytes or PARSE_MEMORY_BYTES + _MEMORY_PER_BYTE * len(order),
        max_output=_LEAST_OUTPUT + 4 * len(order),
    ).value
    if "refused" in answer:
        raise NotAssemblable(*answer["refused"])
    return Assembled(
        base64.b64decode(answer["data"]),
        parse_manifest(answer["manifest"].encode("ascii")),
        tuple(answer["missing_glyphs"]),
        tuple(answer["warnings"]),
    )


def _culprit(parts: Sequence[Part], seconds: float | None, memory_bytes: int | None) -> str | None:
    """The first document that cannot be assembled even alone; None when only all together are too much."""
    for part in parts:
        try:
            _attempt("", part.name, [part], seconds, memory_bytes)
        except (ParseFailed, NotAssemblable):
            return part.name
    return None


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:].rstrip(".")
