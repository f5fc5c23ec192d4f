"""One scan cut into the papers that lie in it, in the limited child: strangers' bytes are parsed nowhere else."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import Any

from casedesk.documents.assemble_limited import pack, unpack
from casedesk.documents.child import ParseFailed, run_limited
from casedesk.documents.limits import MIB, PARSE_MEMORY_BYTES

_SECONDS = 60.0
_LEAST_OUTPUT = 32 * MIB


def split_pdf(data: bytes, firsts: Sequence[int], titles: Sequence[str]) -> list[bytes]:
    """The parts of a PDF as PDFs of their own, each from its first page (counted from 1) up to the next one's.

    Each bears its title, so that no two cuts have the same bytes. Raises `ParseFailed`.
    """
    order = pack({"firsts": list(firsts), "titles": list(titles)}, [data])
    answer = run_limited(
        "split:work",
        order,
        seconds=_SECONDS,
        memory_bytes=PARSE_MEMORY_BYTES + 6 * len(data),
        max_output=_LEAST_OUTPUT + 4 * len(data),
    ).value
    return [base64.b64decode(part) for part in answer["parts"]]


def work(order: bytes) -> dict[str, Any]:
    """What the child does: the parts as base64, in order."""
    from pypdf import PdfReader, PdfWriter

    header, blobs = unpack(order)
    reader = PdfReader(io.BytesIO(bytes(blobs[0])))
    if reader.is_encrypted and not reader.decrypt(""):
        raise ParseFailed("locked", "It is locked with a password.")
    ends = [*header["firsts"][1:], len(reader.pages) + 1]
    parts = []
    for first, end, title in zip(header["firsts"], ends, header["titles"], strict=True):
        writer = PdfWriter()
        for number in range(first - 1, end - 1):
            writer.add_page(reader.pages[number])
        writer.add_metadata({"/Title": title})
        out = io.BytesIO()
        writer.write(out)
        parts.append(base64.b64encode(out.getvalue()).decode("ascii"))
    return {"parts": parts}
