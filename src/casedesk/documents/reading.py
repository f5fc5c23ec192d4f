"""One file, read: admitted or refused, its text taken in the limited child, and recognised. Takes no clock."""

from __future__ import annotations

from dataclasses import dataclass, replace

from casedesk.documents.child import Limited, ParseFailed, run_limited
from casedesk.documents.limits import MAX_FILE_BYTES
from casedesk.documents.reading_child import recognition_from
from casedesk.documents.recognise import Recognition
from casedesk.documents.sniff import Admission, FileKind, Flag, admit, dangerous_pdf
from casedesk.models.enums import DocumentKind

_UNREAD = Recognition(DocumentKind.OTHER, 0.0)

_TASKS = {
    FileKind.PDF: "reading_child:read_pdf",
    FileKind.TEXT: "reading_child:read_text",
    FileKind.DOCX: "reading_docx:extract",
}

_FAILED: dict[str, tuple[tuple[Flag, ...], str]] = {
    "locked": ((Flag.LOCKED,), "Ask the sender for the password or an unlocked copy."),
    "damaged": ((Flag.DAMAGED,), "It is damaged: ask the sender to send it again, or scan the paper."),
    "crashed": ((Flag.DAMAGED,), "It cannot be read: ask the sender to send it again, or scan the paper."),
    "bomb": (
        (Flag.TOO_LARGE_TO_READ, Flag.BOMB),
        "Do not open it: it is made to unpack to a monstrous size. Ask the sender for the paper itself.",
    ),
    "too_many_pages": (
        (Flag.TOO_LARGE_TO_READ,),
        "It has too many pages to be read: split it and receive the parts.",
    ),
}
_TOO_LARGE = (
    (Flag.TOO_LARGE_TO_READ,),
    "It is too large to be read: look at it and say what it is, or split it.",
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A file taken in, and what was read from it.

    `pages_count` is None where pages were not counted. `flags` are those of the admission and of the reading
    together. `limits` names what held the child. `text_excerpt` is the opening of the text, cleaned, for a person.
    """

    admission: Admission
    pages_count: int | None
    recognition: Recognition
    flags: tuple[Flag, ...]
    next_step: str | None
    text_excerpt: str
    limits: tuple[str, ...] = ()


def read_document(data: bytes, name: str, *, max_bytes: int = MAX_FILE_BYTES) -> Reading:
    """Admits and reads one file. A file that cannot be read is still a `Reading`, with its flag and next step.

    Raises `NotAdmitted` for what the desk does not keep: empty, too large, dangerous.
    """
    admission = admit(data, name, max_bytes=max_bytes)
    task = _TASKS.get(admission.kind)
    if task is None:
        return _told(admission)
    try:
        read = run_limited(task, data)
    except ParseFailed as failed:
        flags, step = _FAILED.get(failed.code, _TOO_LARGE)
        return _told(
            admission, recognition=replace(_UNREAD, warnings=(failed.reason,)), flags=flags, step=step
        )
    if "program" in read.value.get("flags", ()):
        raise dangerous_pdf(name)
    return _read(admission, read)


def _read(admission: Admission, read: Limited) -> Reading:
    value = read.value
    flags = [Flag(flag) for flag in value.get("flags", ())]
    step = None
    if value.get("partly"):
        flags.append(Flag.PARTLY_READ)
    if not value.get("has_text", True):
        flags.append(Flag.NO_TEXT)
        step = "It is a scan without text: look at it and say what it is."
    told = _told(
        admission,
        recognition=recognition_from(value["recognition"]) if "recognition" in value else _UNREAD,
        flags=tuple(flags),
        step=step,
    )
    return replace(
        told, pages_count=value.get("pages_count"), text_excerpt=value.get("excerpt", ""), limits=read.limits
    )


def _told(
    admission: Admission,
    *,
    recognition: Recognition = _UNREAD,
    flags: tuple[Flag, ...] = (),
    step: str | None = None,
) -> Reading:
    together = tuple(dict.fromkeys((*admission.flags, *flags)))
    return Reading(admission, None, recognition, together, step or admission.next_step, "")
