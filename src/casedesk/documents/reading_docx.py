"""The text of a DOCX, for a person's eye. Runs inside the limited child."""

from __future__ import annotations

import io
import zipfile
from typing import Any
from xml.parsers import expat

from casedesk.documents.child import ParseFailed
from casedesk.documents.limits import EXCERPT_CHARACTERS, OFFICE_TEXT_BYTES, READ_CHARACTERS
from casedesk.documents.recognise_values import clean

_PIECE = 1 << 20


def extract(data: bytes) -> dict[str, Any]:
    """`{"excerpt": ...}`, one paragraph a line; no agency sends a notice as DOCX, so it is not recognised. Raises `ParseFailed` (`damaged`, `bomb`)."""
    parts: list[str] = []
    length = 0

    def start(name: str, _attributes: dict[str, str]) -> None:
        if name.endswith(":tab"):
            parts.append("\t")

    def end(name: str) -> None:
        if name.endswith((":p", ":br")):
            parts.append("\n")

    def text(found: str) -> None:
        nonlocal length
        length += len(found)
        if length <= READ_CHARACTERS:
            parts.append(found)

    def doctype(*_: object) -> None:
        raise ParseFailed("bomb", "Its text declares entities, which no letter needs.")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = doctype
    read = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("word/document.xml") as body:
            while piece := body.read(_PIECE):
                read += len(piece)
                if read > OFFICE_TEXT_BYTES:
                    raise ParseFailed("bomb", "It is made to unpack to a monstrous size.")
                parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (
        zipfile.BadZipFile,
        KeyError,
        expat.ExpatError,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
    ):
        raise ParseFailed("damaged", "It is damaged: its text cannot be unpacked.") from None
    return {"excerpt": "\n".join(clean(row) for row in "".join(parts).splitlines())[:EXCERPT_CHARACTERS]}
