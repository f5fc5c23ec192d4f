"""Hostile and broken files cost no more than they were given, and end as one sentence."""

from __future__ import annotations

import io
import sys
import zipfile
import zlib

import pypdf
import pytest
from fpdf import FPDF

from casedesk.documents.child import Limited, ParseFailed, run_limited
from casedesk.documents.reading import read_document
from casedesk.documents.sniff import Flag, NotAdmitted
from casedesk.models.enums import DocumentKind
from tests.support.notices import make_rfe


def raw_pdf(*objects: bytes) -> bytes:
    """A PDF of numbered objects; the first is the catalogue."""
    out = io.BytesIO(b"%PDF-1.7\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for place in places:
        out.write(b"%010d 00000 n \n" % place)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()


def page_with(stream: bytes, entries: bytes) -> bytes:
    return raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>",
        b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(stream), entries, stream),
    )


def squeezed(size: int, times: int) -> bytes:
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(b" " * 1_000_000) for _ in range(size // 1_000_000)) + packer.flush()
    for _ in range(times - 1):
        data = zlib.compress(data, 9)
    return data


def test_a_bomb_of_a_few_kilobytes_is_named() -> None:
    bomb = page_with(squeezed(1_000_000_000, 3), b"/Filter [/FlateDecode /FlateDecode /FlateDecode]")
    assert len(bomb) < 2_000
    reading = read_document(bomb, "notice.pdf")
    assert {Flag.BOMB, Flag.TOO_LARGE_TO_READ} <= set(reading.flags)
    assert reading.recognition.kind is DocumentKind.OTHER
    assert reading.next_step
    with pytest.raises(ParseFailed) as failed:
        run_limited("pdftext:extract", bomb)
    assert failed.value.code == "bomb"


def test_a_monstrous_picture_is_a_bomb() -> None:
    entries = b"/Subtype /Image /Width 100000 /Height 100000 /Filter /FlateDecode"
    with pytest.raises(ParseFailed) as failed:
        run_limited("pdftext:extract", page_with(zlib.compress(b"x"), entries))
    assert failed.value.code == "bomb"


def test_too_many_pages_are_kept_unread() -> None:
    writer = pypdf.PdfWriter()
    for _ in range(2_001):
        writer.add_blank_page(72, 72)
    out = io.BytesIO()
    writer.write(out)
    reading = read_document(out.getvalue(), "book.pdf")
    assert Flag.TOO_LARGE_TO_READ in reading.flags
    assert Flag.BOMB not in reading.flags


def test_deep_nesting_does_not_hurt() -> None:
    nested = b"[" * 200_000 + b"]" * 200_000
    data = raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R /X " + nested + b" >>", b"<< /Type /Pages /Kids [] /Count 0 >>"
    )
    reading = read_document(data, "deep.pdf")
    assert reading.recognition.kind is DocumentKind.OTHER
    assert set(reading.flags) & {Flag.DAMAGED, Flag.TOO_LARGE_TO_READ}


@pytest.mark.parametrize("cut", [40, 400, 1200])
def test_damaged_files_are_kept_and_marked(cut: int) -> None:
    reading = read_document(make_rfe()[:cut], "notice.pdf")
    assert Flag.DAMAGED in reading.flags
    assert reading.next_step is not None
    assert "again" in reading.next_step


def locked(user: str) -> bytes:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", size=12)
    pdf.cell(text="Receipt Number: IOE0912345678")
    pdf.set_encryption(owner_password="owner", user_password=user)
    return bytes(pdf.output())


def test_a_password_locks_and_an_empty_one_does_not() -> None:
    reading = read_document(locked("secret"), "notice.pdf")
    assert Flag.LOCKED in reading.flags
    assert reading.next_step is not None
    assert "password" in reading.next_step
    opened = read_document(locked(""), "notice.pdf")
    assert Flag.LOCKED not in opened.flags
    assert opened.recognition.receipt_number == "IOE0912345678"


def with_attachment(name: str, data: bytes) -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_attachment(name, data)
    script = pypdf.generic.DictionaryObject()
    script[pypdf.generic.NameObject("/S")] = pypdf.generic.NameObject("/JavaScript")
    script[pypdf.generic.NameObject("/JS")] = pypdf.generic.TextStringObject("app.alert('hello');")
    writer.root_object[pypdf.generic.NameObject("/OpenAction")] = script
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_scripts_and_attachments_are_flagged_and_programs_refused() -> None:
    reading = read_document(with_attachment("list.csv", b"a,b"), "form.pdf")
    assert {Flag.JAVASCRIPT, Flag.ATTACHMENTS} <= set(reading.flags)
    for name, data in (("list.csv", b"MZ\x90\x00"), ("setup.exe", b"harmless")):
        with pytest.raises(NotAdmitted) as refused:
            read_document(with_attachment(name, data), "form.pdf")
        assert refused.value.code == "dangerous"


def test_a_launch_hidden_in_a_compressed_object_is_refused() -> None:
    packed = zlib.compress(b"9 0 << /S /Launch /F (calc.exe) >>")
    data = page_with(packed, b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode")
    with pytest.raises(NotAdmitted):
        read_document(data, "notice.pdf")


def test_a_bomb_in_a_docx_is_named_and_an_honest_one_read() -> None:
    def docx(body: str) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr("word/document.xml", body)
        return out.getvalue()

    reading = read_document(docx("<w:d><w:p><w:t>Dear Ms. Okafor</w:t></w:p></w:d>"), "letter.docx")
    assert "Dear Ms. Okafor" in reading.text_excerpt
    assert reading.recognition.kind is DocumentKind.OTHER
    assert Flag.BOMB in read_document(docx("<w:d>" + " " * 70_000_000 + "</w:d>"), "letter.docx").flags
    entity = '<!DOCTYPE d [<!ENTITY a "b">]><w:d>&a;</w:d>'
    assert Flag.BOMB in read_document(docx(entity), "letter.docx").flags
    assert Flag.DAMAGED in read_document(docx("<w:d>"), "letter.docx").flags


def test_the_wall_clock_and_the_output_cap_end_a_parse() -> None:
    with pytest.raises(ParseFailed) as failed:
        run_limited("pdftext:extract", make_rfe(), seconds=0.001)
    assert failed.value.code == "timeout"
    with pytest.raises(ParseFailed) as failed:
        run_limited("pdftext:extract", make_rfe(), max_output=100)
    assert failed.value.code == "output"


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux sets every limit the child asks for.")
def test_memory_is_limited_and_the_limits_are_reported() -> None:
    answer = run_limited("pdftext:extract", make_rfe())
    assert set(answer.limits) == {"wall", "memory", "cpu", "files", "core"}
    with pytest.raises(ParseFailed) as failed:
        run_limited("pdftext:extract", make_rfe(), memory_bytes=1_000_000)
    assert failed.value.code in {"memory", "crashed", "damaged"}


def test_the_child_imports_neither_the_store_nor_the_screens() -> None:
    loaded = run_limited("reading_child:loaded_modules", b"").value["modules"]
    assert not {"sqlmodel", "sqlalchemy", "textual", "typer"} & set(loaded)


def test_hostile_text_does_not_hold_up_the_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    def impatient(task: str, data: bytes) -> Limited:
        return run_limited(task, data, seconds=0.5)

    monkeypatch.setattr("casedesk.documents.reading.run_limited", impatient)
    reading = read_document(b"Notice Date\nReceipt Number\n" * 20_000, "notes.txt")
    assert Flag.TOO_LARGE_TO_READ in reading.flags
    assert reading.next_step
