"""The real blank USCIS forms (encrypted with an empty password, hybrid XFA and AcroForm) go into a packet."""

from __future__ import annotations

import hashlib
import os
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from pypdf import PdfReader, PdfWriter

from casedesk.documents.assemble import Assembled, Part, assemble
from casedesk.documents.assemble_limited import assemble_limited

ROOT = Path(__file__).resolve().parents[2]
FORMS = Path(os.environ.get("CASEDESK_REAL_DATA", ROOT / ".." / "shared" / "data")) / "forms"


@pytest.fixture(scope="module")
def parts() -> list[Part]:
    files = sorted(FORMS.glob("*.pdf"))
    if not files:
        pytest.skip(
            "The real USCIS forms are not on this machine; set CASEDESK_REAL_DATA to the folder that has them."
        )
    return [
        Part(
            f"D-{file.stem}",
            1,
            file.name,
            "form" if file.stem < "i-4" else "exhibit",
            None,
            file.read_bytes(),
        )
        for file in files
    ]


@pytest.fixture(scope="module")
def packet(parts: list[Part]) -> Assembled:
    return assemble("K-REAL", "All forms", parts)


def test_all_forms_assemble_into_one_packet_with_all_their_pages(
    parts: list[Part], packet: Assembled
) -> None:
    reader = PdfReader(BytesIO(packet.data))
    counts = {part.document: len(PdfReader(BytesIO(part.data)).pages) for part in parts}
    assert {entry.document: entry.pages for entry in packet.manifest.entries} == counts
    tabs = sum(entry.tab is not None for entry in packet.manifest.entries)
    assert len(reader.pages) == packet.manifest.pages == sum(counts.values()) + tabs
    assert packet.warnings == ()
    assert packet.missing_glyphs == ()
    assert not reader.is_encrypted


def test_the_child_on_another_run_gives_the_same_bytes(parts: list[Part], packet: Assembled) -> None:
    again = assemble_limited("K-REAL", "All forms", parts)
    assert hashlib.sha256(again.data).hexdigest() == packet.manifest.assembled_sha256
    assert again.manifest == packet.manifest


def test_nothing_live_is_left(packet: Assembled) -> None:
    root = PdfReader(BytesIO(packet.data)).root_object
    assert set(root) <= {"/Type", "/Pages", "/Outlines", "/PageMode", "/Lang", "/OCProperties"}
    for trace in (
        b"/XFA",
        b"/JavaScript",
        b"/AcroForm",
        b"/Annots",
        b"/Launch",
        b"/EmbeddedFile",
        b"/OpenAction",
    ):
        assert trace not in packet.data


def test_pages_look_as_they_print(parts: list[Part], packet: Assembled) -> None:
    """Every page keeps its words, as another PDF engine reads them from the source."""
    assembled = pypdfium2.PdfDocument(packet.data)  # type: ignore[no-untyped-call]
    number = 0
    for entry in packet.manifest.entries:
        number += entry.tab is not None
        data = next(part.data for part in parts if part.document == entry.document)
        source = pypdfium2.PdfDocument(data)  # type: ignore[no-untyped-call]
        for page in range(entry.pages):
            before = set(source[page].get_textpage().get_text_range().split())
            after = set(assembled[number].get_textpage().get_text_range().split())
            assert len(before - after) <= 0.02 * len(before), (entry.name, page, before - after)
            number += 1


def test_a_filled_form_shows_every_value(parts: list[Part]) -> None:
    """Two copies of one real form, filled with different names by a filler that writes values only."""

    def filled(data: bytes, name: str) -> bytes:
        writer = PdfWriter(clone_from=PdfReader(BytesIO(data)))
        for page in writer.pages:
            for annotation in page.get("/Annots", ()):
                widget = annotation.get_object()
                if widget.get("/FT") == "/Tx" and "FamilyName" in str(widget.get("/T")):
                    widget.update({**widget, **_value(name)})
        out = BytesIO()
        writer.write(out)
        return out.getvalue()

    blank = next(part.data for part in parts if part.name == "i-765.pdf")
    packet = assemble(
        "K-1",
        "T",
        [
            Part("one", 1, "one", "form", None, filled(blank, "NGUYỄN")),
            Part("two", 1, "two", "form", None, filled(blank, "ÑANDÚ")),
        ],
    )
    pages = [page.extract_text() for page in PdfReader(BytesIO(packet.data)).pages]
    first, second = "\n".join(pages[: len(pages) // 2]), "\n".join(pages[len(pages) // 2 :])
    assert "NGUYỄN" in first
    assert "ÑANDÚ" not in first
    assert "ÑANDÚ" in second
    assert "NGUYỄN" not in second


def _value(name: str) -> dict[object, object]:
    from pypdf.generic import NameObject, TextStringObject

    return {NameObject("/V"): TextStringObject(name)}
