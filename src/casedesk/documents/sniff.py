"""What a file is, judged by its bytes, and whether the desk takes it in.

The name is believed in one place only: a plain text file named like a script is a script, because nothing in its
bytes could say so. Three refusals exist (empty, too large, dangerous); whatever else a client sends is kept, marked
with what a person has to do next.

Dangerous are programs and scripts, web pages and SVG (they run in whatever opens them), archives (nobody sees what
lies inside), office files with macros, and PDFs that start a program. Scripts inside a PDF and files attached to it
are not: the government's own fillable forms carry JavaScript, so these are admitted and flagged.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePath

from casedesk.documents.limits import ARCHIVE_ENTRIES, MAX_FILE_BYTES, MIB


class FileKind(StrEnum):
    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    HEIC = "heic"
    IMAGE = "image"
    DOCX = "docx"
    XLSX = "xlsx"
    OFFICE = "office"
    TEXT = "text"
    ZIP = "zip"
    ARCHIVE = "archive"
    HTML = "html"
    SVG = "svg"
    SCRIPT = "script"
    MACRO = "macro"
    EXECUTABLE = "executable"
    EMPTY = "empty"
    UNKNOWN = "unknown"


class Flag(StrEnum):
    """What a person should know about a file that was taken in."""

    LOCKED = "locked"
    DAMAGED = "damaged"
    PHOTO = "photo"
    NEEDS_CONVERSION = "needs_conversion"
    NAME_MISMATCH = "name_mismatch"
    JAVASCRIPT = "javascript"
    ATTACHMENTS = "attachments"
    TOO_LARGE_TO_READ = "too_large_to_read"
    BOMB = "bomb"
    PARTLY_READ = "partly_read"
    NO_TEXT = "no_text"


class NotAdmitted(ValueError):
    """The file is not taken in; nothing of it was kept.

    `code` is one of `empty`, `too_large`, `dangerous`, `not_a_file`; `message` one sentence that names the file;
    `next` the next step.
    """

    def __init__(self, code: str, message: str, next: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.next = next


@dataclass(frozen=True, slots=True)
class Admission:
    """A file the desk keeps: its kind by content, its media type, flags, and what to do next (None: nothing)."""

    kind: FileKind
    media_type: str
    flags: tuple[Flag, ...]
    next_step: str | None


_MEDIA = {
    FileKind.PDF: "application/pdf",
    FileKind.JPEG: "image/jpeg",
    FileKind.PNG: "image/png",
    FileKind.HEIC: "image/heic",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.TEXT: "text/plain",
}

_LOOK = "Photographs are not read by the desk: look at it and say what it is."
_NEXT: dict[FileKind, tuple[tuple[Flag, ...], str | None]] = {
    FileKind.PDF: ((), None),
    FileKind.TEXT: ((), None),
    FileKind.JPEG: ((Flag.PHOTO,), _LOOK),
    FileKind.PNG: ((Flag.PHOTO,), _LOOK),
    FileKind.HEIC: (
        (Flag.PHOTO, Flag.NEEDS_CONVERSION),
        "Ask for a JPEG or PDF copy, or convert it: a HEIC photograph cannot go into a packet.",
    ),
    FileKind.IMAGE: (
        (Flag.PHOTO, Flag.NEEDS_CONVERSION),
        "Save it as JPEG, PNG or PDF and receive it again: this picture format cannot go into a packet.",
    ),
    FileKind.DOCX: ((Flag.NEEDS_CONVERSION,), "Save it as PDF before it goes into a packet."),
    FileKind.XLSX: ((Flag.NEEDS_CONVERSION,), "Save it as PDF before it goes into a packet."),
    FileKind.OFFICE: ((Flag.NEEDS_CONVERSION,), "Open it, save it as PDF and receive it again."),
    FileKind.UNKNOWN: (
        (Flag.NEEDS_CONVERSION,),
        "The desk cannot read this file: ask the sender for a PDF of it.",
    ),
}

_DANGEROUS = {
    FileKind.EXECUTABLE: ("is a program", "Do not open it; ask the sender for the paper itself, as a PDF."),
    FileKind.SCRIPT: ("is a script", "Do not open it; ask the sender for the paper itself, as a PDF."),
    FileKind.HTML: ("is a web page, which can run scripts", "Print it to PDF and receive the PDF."),
    FileKind.SVG: ("is an SVG drawing, which can run scripts", "Save it as PNG or PDF and receive that."),
    FileKind.ZIP: ("is an archive", "Unpack it and receive the files in it one by one."),
    FileKind.ARCHIVE: ("is an archive", "Unpack it and receive the files in it one by one."),
    FileKind.MACRO: (
        "is an office file with macros",
        "Ask the sender for a PDF of it, or a copy without macros.",
    ),
}

_EXECUTABLE_MAGIC = (
    b"MZ",
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"\x00asm",
    b"L\x00\x00\x00\x01\x14\x02\x00",
    b"dex\n",
    b"!<arch>\n",
)
_ARCHIVE_MAGIC = (
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\x00",
    b"MSCF",
    b"\x28\xb5\x2f\xfd",
    b"ITSF",
)
_IMAGE_MAGIC = (b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*", b"BM", b"\x00\x00\x01\x00")
_CFB_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MSI_CLASS = bytes.fromhex("84100c0000000000c000000000000046")
_HEIC_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"))
_SCRIPT_SUFFIXES = frozenset(
    [
        ".bat",
        ".cmd",
        ".ps1",
        ".psm1",
        ".vbs",
        ".vbe",
        ".js",
        ".jse",
        ".mjs",
        ".wsf",
        ".wsh",
        ".hta",
        ".sh",
        ".bash",
        ".zsh",
        ".py",
        ".pyw",
        ".pl",
        ".rb",
        ".php",
        ".reg",
        ".scf",
        ".url",
        ".desktop",
        ".inf",
        ".sct",
        ".applescript",
        ".command",
        ".lua",
        ".tcl",
        ".ahk",
        ".au3",
        ".jar",
        ".lnk",
        ".iqy",
        ".settingcontent-ms",
    ]
)
_SUFFIXES = {
    ".pdf": FileKind.PDF,
    ".jpg": FileKind.JPEG,
    ".jpeg": FileKind.JPEG,
    ".png": FileKind.PNG,
    ".heic": FileKind.HEIC,
    ".heif": FileKind.HEIC,
    ".docx": FileKind.DOCX,
    ".xlsx": FileKind.XLSX,
}

_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|iframe|meta|object|embed)\b", re.IGNORECASE)
_SVG = re.compile(rb"<svg\b", re.IGNORECASE)
_LAUNCH = re.compile(rb"/S\s*/Launch\b")
_NAME_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")


def sniff(data: bytes, name: str) -> FileKind:
    """What the file is, by its bytes; `name` only tells a script from other plain text. Never raises."""
    if not data:
        return FileKind.EMPTY
    by_magic = _by_magic(data)
    if by_magic is not None:
        return by_magic
    by_text = _by_text(data, name)
    polyglot = by_text in (FileKind.HTML, FileKind.SVG, FileKind.SCRIPT) and not data.lstrip().startswith(
        b"%PDF-"
    )
    return FileKind.PDF if b"%PDF-" in data[:1024] and not polyglot else by_text


def starts_program(data: bytes) -> bool:
    """Whether bytes of a PDF (of the file, or of one unpacked stream) hold an action that starts a program."""
    return _LAUNCH.search(_NAME_ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), data)) is not None


def is_program(data: bytes) -> bool:
    """Whether the bytes are a program for some machine, a script with its interpreter line, or a macro container."""
    return data.startswith((*_EXECUTABLE_MAGIC, b"#!")) or _MSI_CLASS in data[:4096]


def check_size(path: Path, *, max_bytes: int = MAX_FILE_BYTES) -> int:
    """The size of the file in bytes, without opening it.

    Raises `NotAdmitted` for an empty or too large file and for what is no plain file, `OSError` if it is not there.
    """
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise NotAdmitted(
            "not_a_file", f"{path.name} is not a file.", "Name a file, not a folder or a device."
        )
    _check_length(found.st_size, path.name, max_bytes)
    return found.st_size


def admit(data: bytes, name: str, *, max_bytes: int = MAX_FILE_BYTES) -> Admission:
    """Whether the file is taken in, and how it is marked.

    Looks at the bytes as they lie; what only a parse can find (locked, damaged, a program hidden in a compressed
    part) is found by `reading.read_document`. Raises `NotAdmitted`.
    """
    _check_length(len(data), name, max_bytes)
    kind = sniff(data, name)
    if kind in _DANGEROUS:
        what, step = _DANGEROUS[kind]
        raise NotAdmitted("dangerous", f"{name} {what}, and is not taken in.", step)
    if kind is FileKind.PDF and starts_program(data):
        raise dangerous_pdf(name)
    flags, step_or_none = _NEXT[kind]
    if kind is FileKind.OFFICE and "EncryptedPackage".encode("utf-16-le") in data:
        flags, step_or_none = (Flag.LOCKED,), "Ask the sender for the password or an unlocked copy."
    expected = _SUFFIXES.get(PurePath(name).suffix.lower())
    if expected is not None and expected is not kind:
        flags = (*flags, Flag.NAME_MISMATCH)
    return Admission(kind, _MEDIA.get(kind, "application/octet-stream"), flags, step_or_none)


def dangerous_pdf(name: str) -> NotAdmitted:
    """The refusal of a PDF that starts a program or carries one."""
    return NotAdmitted(
        "dangerous",
        f"{name} is a PDF that starts or carries a program, and is not taken in.",
        "Ask the sender for a printed or scanned copy of the paper.",
    )


def _check_length(size: int, name: str, max_bytes: int) -> None:
    if size == 0:
        raise NotAdmitted("empty", f"{name} is empty (0 bytes).", "Ask the sender to send it again.")
    if size > max_bytes:
        raise NotAdmitted(
            "too_large",
            f"{name} has {size / MIB:,.0f} MiB; the desk takes files of up to {max_bytes / MIB:,.0f} MiB.",
            "Split it or scan it at a lower resolution, and receive the parts.",
        )


def _by_magic(data: bytes) -> FileKind | None:
    if data.startswith(_EXECUTABLE_MAGIC):
        return FileKind.EXECUTABLE
    if data.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(data)
    if data.startswith(_ARCHIVE_MAGIC) or data[257:262] == b"ustar":
        return FileKind.ARCHIVE
    if data.startswith(_CFB_MAGIC):
        return _compound_kind(data)
    if data[4:8] == b"ftyp":
        return _media_box_kind(data)
    if data.startswith(_IMAGE_MAGIC) or (data.startswith(b"RIFF") and data[8:12] == b"WEBP"):
        return FileKind.IMAGE
    if data.startswith(b"{\\rtf"):
        return FileKind.MACRO if re.search(rb"\\objdata|\\objupdate", data) else FileKind.OFFICE
    return None


def _media_box_kind(data: bytes) -> FileKind:
    box = int.from_bytes(data[:4], "big")
    brands = {data[at : at + 4] for at in range(8, min(box, 256, len(data)), 4)}
    if brands & _HEIC_BRANDS:
        return FileKind.HEIC
    return FileKind.IMAGE if b"avif" in brands else FileKind.UNKNOWN


def _zip_kind(data: bytes) -> FileKind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {entry.filename for entry in archive.infolist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError, EOFError):
        return FileKind.ZIP
    if len(names) > ARCHIVE_ENTRIES:
        return FileKind.ZIP
    office = "[Content_Types].xml" in names
    open_document = "mimetype" in names and "content.xml" in names
    if not office and not open_document:
        return FileKind.ZIP
    lowered = {name.lower() for name in names}
    if any(
        "vbaproject" in name or "/activex/" in name or name.startswith("basic/") for name in lowered
    ) or any("/embeddings/" in name and name.endswith(".bin") for name in lowered):
        return FileKind.MACRO
    if "word/document.xml" in names:
        return FileKind.DOCX
    return FileKind.XLSX if "xl/workbook.xml" in names else FileKind.OFFICE


def _compound_kind(data: bytes) -> FileKind:
    if _MSI_CLASS in data:
        return FileKind.EXECUTABLE
    if any(word.encode("utf-16-le") in data for word in ("_VBA_PROJECT", "VBA\x00", "Macros", "Ole10Native")):
        return FileKind.MACRO
    return FileKind.OFFICE


def _by_text(data: bytes, name: str) -> FileKind:
    if data.startswith(b"#!"):
        return FileKind.SCRIPT
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    head = data[:65_536].replace(b"\x00", b"") if utf16 else data[:65_536]
    if b"\x00" in head:
        return FileKind.UNKNOWN
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:4096]
    if start.startswith(b"<"):
        if _SVG.search(head):
            return FileKind.SVG
        if _HTML.search(head):
            return FileKind.HTML
    if PurePath(name).suffix.lower() in {".html", ".htm", ".xhtml", ".mht", ".mhtml"}:
        return FileKind.HTML
    if PurePath(name).suffix.lower() in _SCRIPT_SUFFIXES:
        return FileKind.SCRIPT
    control = sum(byte < 32 and byte not in b"\t\n\v\f\r\x1b" for byte in head[:8192])
    return FileKind.UNKNOWN if control > len(head[:8192]) // 50 and not utf16 else FileKind.TEXT
