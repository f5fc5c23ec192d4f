"""Files are judged by their bytes: what is refused, what is kept, and what a person is told."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from casedesk.documents.limits import MIB
from casedesk.documents.sniff import FileKind, Flag, NotAdmitted, admit, check_size, sniff

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"
HEIC = (24).to_bytes(4, "big") + b"ftypheic" + b"\x00" * 4 + b"mif1heic"


def office(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return out.getvalue()


DOCX = office("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    "data, name, kind",
    [
        (PDF, "notice.pdf", FileKind.PDF),
        (b"\n\n" + PDF, "scan", FileKind.PDF),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a.png", FileKind.JPEG),
        (b"\x89PNG\r\n\x1a\n", "a.pdf", FileKind.PNG),
        (HEIC, "IMG_1.HEIC", FileKind.HEIC),
        (DOCX, "letter.docx", FileKind.DOCX),
        (office("[Content_Types].xml", "xl/workbook.xml"), "a.xlsx", FileKind.XLSX),
        (office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "a.docx", FileKind.MACRO),
        (office("a.txt"), "a.docx", FileKind.ZIP),
        (b"PK\x03\x04 broken", "a.docx", FileKind.ZIP),
        (b"MZ\x90\x00", "passport.pdf", FileKind.EXECUTABLE),
        (b"\x7fELF\x02", "passport", FileKind.EXECUTABLE),
        (b"#!/bin/sh\nrm -rf /\n", "notes.txt", FileKind.SCRIPT),
        (b"Set x = CreateObject", "run.vbs", FileKind.SCRIPT),
        (b"  <!DOCTYPE html><html>", "letter.pdf", FileKind.HTML),
        (b"<script>alert(1)</script>\n%PDF-1.4", "letter.pdf", FileKind.HTML),
        (b'<?xml version="1.0"?><svg onload="x()"/>', "logo.png", FileKind.SVG),
        (b"Rar!\x1a\x07\x00", "a.rar", FileKind.ARCHIVE),
        ("Señora Ibarra".encode(), "note.txt", FileKind.TEXT),
        ("Señora".encode("utf-16"), "note.txt", FileKind.TEXT),
        (b"\x00\x01\x02\x03" * 20, "blob", FileKind.UNKNOWN),
        (b"", "a.pdf", FileKind.EMPTY),
    ],
)
def test_kind_follows_the_bytes(data: bytes, name: str, kind: FileKind) -> None:
    assert sniff(data, name) is kind


@pytest.mark.parametrize(
    "data, name",
    [
        (b"MZ\x90\x00", "passport.pdf"),
        (b"#!/bin/sh\n", "notes.txt"),
        (b"<html><body>", "notice.html"),
        (b"<svg/>", "logo.svg"),
        (office("a.txt"), "papers.zip"),
        (office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "letter.docm"),
        (PDF + b"<< /S /Launch /F (cmd.exe) >>", "notice.pdf"),
        (PDF + b"<< /S/#4caunch /F (cmd.exe) >>", "notice.pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "_VBA_PROJECT".encode("utf-16-le"), "old.doc"),
        (rb"{\rtf1 \objdata 0105}", "letter.rtf"),
    ],
)
def test_dangerous_files_are_refused_with_a_next_step(data: bytes, name: str) -> None:
    with pytest.raises(NotAdmitted) as refused:
        admit(data, name)
    assert refused.value.code == "dangerous"
    assert name in refused.value.message
    assert refused.value.next


def test_empty_and_oversized_are_refused() -> None:
    with pytest.raises(NotAdmitted, match="0 bytes") as refused:
        admit(b"", "notice.pdf")
    assert refused.value.code == "empty"
    with pytest.raises(NotAdmitted) as refused:
        admit(PDF, "notice.pdf", max_bytes=10)
    assert refused.value.code == "too_large"


def test_a_huge_file_is_refused_from_its_size(tmp_path: Path) -> None:
    path = tmp_path / "huge.pdf"
    with path.open("wb") as sparse:
        sparse.truncate(300 * MIB)
    with pytest.raises(NotAdmitted, match="300 MiB") as refused:
        check_size(path)
    assert refused.value.code == "too_large"
    path.write_bytes(b"")
    with pytest.raises(NotAdmitted, match="empty"):
        check_size(path)
    with pytest.raises(NotAdmitted, match="not a file"):
        check_size(tmp_path)
    path.write_bytes(PDF)
    assert check_size(path) == len(PDF)


@pytest.mark.parametrize(
    "data, name, flags",
    [
        (PDF, "notice.pdf", ()),
        (PDF, "notice.jpg", (Flag.NAME_MISMATCH,)),
        (b"\xff\xd8\xff\xe0", "photo.jpg", (Flag.PHOTO,)),
        (HEIC, "photo.heic", (Flag.PHOTO, Flag.NEEDS_CONVERSION)),
        (DOCX, "letter.docx", (Flag.NEEDS_CONVERSION,)),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "letter.docx", None),
        (b"\x00\x01\x02\x03" * 20, "blob.xyz", (Flag.NEEDS_CONVERSION,)),
    ],
)
def test_what_clients_send_is_kept_and_marked(data: bytes, name: str, flags: tuple[Flag, ...] | None) -> None:
    admission = admit(data, name)
    if flags is None:
        assert Flag.LOCKED in admission.flags
    else:
        assert admission.flags == flags
    assert (admission.next_step is None) == (admission.kind in {FileKind.PDF, FileKind.TEXT})
