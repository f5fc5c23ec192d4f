"""Reading inside the limited child: text, then recognition, so that hostile text cannot hold up the desk either.

`Recognition` crosses the pipe as plain JSON; `recognition_from` makes it whole again on the other side.
"""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import date
from typing import Any

from casedesk.documents.limits import EXCERPT_CHARACTERS, READ_CHARACTERS
from casedesk.documents.pdftext import PageText, extract, pages_from_text, pages_from_value
from casedesk.documents.recognise import Evidence, PartyName, Recognition, recognise
from casedesk.documents.recognise_values import clean
from casedesk.models.enums import DocumentKind, Served


def read_pdf(data: bytes) -> dict[str, Any]:
    """`pages_count`, `flags`, `partly`, `has_text`, `excerpt`, `recognition`. Raises `ParseFailed`."""
    value = extract(data)
    pages = pages_from_value(value)
    return {
        "pages_count": value["pages_count"],
        "flags": value["flags"],
        "partly": value["partly"],
        "has_text": any(page.lines for page in pages),
        **_told(pages),
    }


def read_text(data: bytes) -> dict[str, Any]:
    """`excerpt` and `recognition` of plain text in UTF-8, UTF-16 with its mark, or the Windows code page."""
    return _told(pages_from_text(_decoded(data)))


def excerpt_of(pages: tuple[PageText, ...]) -> str:
    """The opening of the text, cleaned, for a person's eye."""
    return "\n".join(clean(row) for page in pages[:3] for row in page.text.splitlines())[:EXCERPT_CHARACTERS]


def recognition_from(value: dict[str, Any]) -> Recognition:
    """The recognition a child wrote down."""

    def day(text: str | None) -> date | None:
        return date.fromisoformat(text) if text else None

    return Recognition(
        kind=DocumentKind(value["kind"]),
        confidence=value["confidence"],
        receipt_number=value["receipt_number"],
        receipt_numbers=tuple(value["receipt_numbers"]),
        notice_date=day(value["notice_date"]),
        received_date=day(value["received_date"]),
        priority_date=day(value["priority_date"]),
        response_due=tuple(date.fromisoformat(text) for text in value["response_due"]),
        form=value["form"],
        a_number=value["a_number"],
        names=tuple(PartyName(**name) for name in value["names"]),
        requested_items=tuple(value["requested_items"]),
        served=Served(value["served"]) if value["served"] else None,
        office=value["office"],
        evidence=tuple(Evidence(**found) for found in value["evidence"]),
        warnings=tuple(value["warnings"]),
    )


def _told(pages: tuple[PageText, ...]) -> dict[str, Any]:
    return {"excerpt": excerpt_of(pages), "recognition": _plain(asdict(recognise(pages)))}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")[:READ_CHARACTERS]
    try:
        return data.decode("utf-8-sig")[:READ_CHARACTERS]
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")[:READ_CHARACTERS]


def loaded_modules(_data: bytes) -> dict[str, Any]:
    """The top-level modules a child has imported: the proof that it stays small."""
    return {"modules": sorted({name.partition(".")[0] for name in sys.modules})}
