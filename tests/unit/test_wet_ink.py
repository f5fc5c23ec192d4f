"""Government forms are signed by hand: nothing of ours fills a signature's place, on the page or in the file."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from casedesk.documents.assemble import Part, assemble

ROOT = Path(__file__).resolve().parents[2] / "src" / "casedesk"

PLACES = {
    "Part 8. Item 6.a. Signature of Applicant": ("/Tx", (100, 500, 400, 520)),
    "Part 10. Item 7.a. Preparer's Signature": ("/Sig", (100, 400, 400, 420)),
    "form1[0].#subform[12].Pt4Line2_Signature[0]": ("/Tx", (100, 300, 400, 320)),
    "G-28 Part 5 Signature of Attorney": ("/Sig", (100, 200, 400, 220)),
}
FILLED = {"Family Name": (100, 700, 400, 720), "Date of Signature": (100, 650, 400, 670)}


def government_form(*, regenerate: bool) -> bytes:
    """A page like a form's: names filled in, four places to sign, all empty."""
    writer = PdfWriter()
    page = writer.add_blank_page(612, 792)
    fields = []

    def add(name: str, kind: str, box: tuple[int, int, int, int], value: str | None) -> None:
        field = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Annot"),
                NameObject("/Subtype"): NameObject("/Widget"),
                NameObject("/FT"): NameObject(kind),
                NameObject("/T"): TextStringObject(name),
                NameObject("/F"): NumberObject(4),
                NameObject("/Rect"): ArrayObject(map(FloatObject, box)),
                NameObject("/DA"): TextStringObject("/Helv 0 Tf 0 g"),
            }
        )
        if value is not None:
            field[NameObject("/V")] = TextStringObject(value)
        fields.append(writer._add_object(field))

    for name, box in FILLED.items():
        add(name, "/Tx", box, "IBARRA")
    for name, (kind, box) in PLACES.items():
        add(name, kind, box, None)
    page[NameObject("/Annots")] = ArrayObject(fields)
    writer.root_object[NameObject("/AcroForm")] = DictionaryObject(
        {
            NameObject("/Fields"): ArrayObject(fields),
            NameObject("/NeedAppearances"): BooleanObject(regenerate),
            NameObject("/SigFlags"): NumberObject(3),
        }
    )
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def rendering(data: bytes) -> Image.Image:
    document = pypdfium2.PdfDocument(data)  # type: ignore[no-untyped-call]
    image: Image.Image = document[0].render(scale=1).to_pil().convert("L")
    return image


def ink(image: Image.Image, box: tuple[int, int, int, int]) -> bool:
    """Whether anything is drawn in a box given in the page's coordinates."""
    left, low, right, top = box
    return min(image.crop((left, 792 - top, right, 792 - low)).tobytes()) < 250


def objects(data: bytes) -> Iterator[DictionaryObject]:
    """Every dictionary that is reachable in a PDF."""
    reader = PdfReader(BytesIO(data))
    waiting: list[object] = [reader.trailer]
    seen: set[int] = set()
    while waiting:
        item = waiting.pop()
        if isinstance(item, IndirectObject):
            if item.idnum in seen:
                continue
            seen.add(item.idnum)
            item = item.get_object()
        if isinstance(item, DictionaryObject):
            yield item
            waiting.extend(item.raw_get(key) for key in item)
        elif isinstance(item, ArrayObject):
            waiting.extend(list.__iter__(item))


def signature_objects(data: bytes) -> list[DictionaryObject]:
    """What a PDF keeps of signatures, form fields or their values."""
    return [
        found
        for found in objects(data)
        if "/AcroForm" in found
        or found.get("/FT") is not None
        or found.get("/Type") == "/Sig"
        or "/ByteRange" in found
        or found.get("/Subtype") == "/Widget"
    ]


@pytest.mark.parametrize("regenerate", [False, True])
def test_a_forms_places_to_sign_are_empty_in_the_packet(regenerate: bool) -> None:
    form = government_form(regenerate=regenerate)
    assert signature_objects(form), "the search finds what a form has"
    packet = assemble("P-9X2D4C", "Response", [Part("D-1", 1, "I-485", "form", None, form, "pdf")])
    paper = rendering(packet.data)
    assert all(ink(paper, box) for box in FILLED.values()), "what was filled in is on paper"
    assert not any(ink(paper, box) for _, box in PLACES.values())
    assert signature_objects(packet.data) == []


WAYS = {"pyhanko", "endesive", "pkcs11", "oscrypto", "signxml", "pdfsig", "reportlab"}


def test_no_module_of_ours_makes_a_pdf_signature() -> None:
    """`/Sig` stands in two places: where it is kept out of a copy, and where somebody else's is counted."""
    named, imported = set(), set()
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
                text = node.value if isinstance(node.value, str) else node.value.decode("latin-1")
                if any(word in text for word in ("/Sig", "/ByteRange", "adbe.pkcs7", "ETSI.CAdES")):
                    named.add(path.relative_to(ROOT).as_posix())
            elif isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module.partition(".")[0])
    assert named == {"documents/assemble_copy.py", "documents/assemble_flatten.py"}
    assert not imported & WAYS
