"""Which papers may be handed to a program of the system, and by which ending: judged by their bytes, never by a name."""

from __future__ import annotations

from casedesk.documents.limits import MAX_FILE_BYTES
from casedesk.documents.sniff import FileKind, NotAdmitted, admit

_ENDINGS = {
    FileKind.PDF: ".pdf",
    FileKind.JPEG: ".jpg",
    FileKind.PNG: ".png",
    FileKind.HEIC: ".heic",
    FileKind.DOCX: ".docx",
    FileKind.XLSX: ".xlsx",
    FileKind.TEXT: ".txt",
}
_PICTURES = (
    (b"GIF8", ".gif"),
    (b"II*\x00", ".tif"),
    (b"MM\x00*", ".tif"),
    (b"BM", ".bmp"),
    (b"RIFF", ".webp"),
)


def ending(data: bytes, name: str) -> str:
    """The ending under which the system's programs know this paper. Raises `NotAdmitted` where it is no such paper.

    A program, a script, a web page, an archive and an office file with macros are refused here once more, whatever the
    vault holds; so is what nobody recognised: the system would choose a program by the look of it.
    """
    kind = admit(data, name, max_bytes=max(MAX_FILE_BYTES, len(data))).kind
    known = _ENDINGS.get(kind)
    if known is None and kind is FileKind.IMAGE:
        known = next((end for magic, end in _PICTURES if data.startswith(magic)), None)
    if known is None:
        raise NotAdmitted(
            "not_viewable",
            f"{name} is no PDF, picture, text or document that the desk knows; no program is opened for it.",
            "Ask the sender for a PDF of it, or write it to a file yourself: `casedesk document get`.",
        )
    return known
