"""What a PDF carries besides its pages: programs, scripts, attachments, and parts made to unpack without end.

Runs inside the limited child. Streams are unpacked here piece by piece and thrown away, so that a bomb is named
before a library trips over it; the child's own limits stand behind that.
"""

from __future__ import annotations

import re
import zlib
from typing import Any

from casedesk.documents.child import ParseFailed
from casedesk.documents.limits import MIB, PICTURE_PIXELS, READ_PAGES, STREAM_BYTES, STREAMS_BYTES
from casedesk.documents.sniff import is_program, starts_program

_STREAM = re.compile(rb"stream\r?\n")
_FLATE = re.compile(rb"/(?:FlateDecode|Fl)\b")
_PICTURE = re.compile(rb"/Subtype\s*/Image\b")
_WIDTH = re.compile(rb"/(?:Width|W)\s+(\d{1,9})")
_HEIGHT = re.compile(rb"/(?:Height|H)\s+(\d{1,9})")
_OBJECTS = re.compile(rb"/Type\s*/ObjStm\b")
_SCRIPT = re.compile(rb"/(?:JavaScript|JS)\b")
_ATTACHED = re.compile(rb"/(?:EmbeddedFile|EmbeddedFiles)\b")
_PROGRAM_NAMES = (".exe", ".com", ".scr", ".bat", ".cmd", ".vbs", ".ps1", ".msi", ".hta", ".lnk")
_DICTIONARY_BYTES = 4096
_PIECE = 4 * MIB
_ATTACHMENTS_READ = 50


def examine(data: bytes, document: Any) -> list[str]:
    """Flags of the PDF: `javascript`, `attachments`, `program` (it starts or carries one).

    `document` is the opened PDF, or None if it would not open. Raises `ParseFailed("bomb")`.
    """
    flags = set()
    inside = _unpacked_objects(data)
    for part in (data, *inside):
        if starts_program(part):
            flags.add("program")
        if _SCRIPT.search(part):
            flags.add("javascript")
        if _ATTACHED.search(part):
            flags.add("attachments")
    if document is not None:
        flags |= _ask_library(document)
        if b"/Encrypt" in data and _links_start_program(document):
            flags.add("program")
    return sorted(flags)


def _unpacked_objects(data: bytes) -> list[bytes]:
    """The unpacked object streams, after every packed stream was found to end in time."""
    objects: list[bytes] = []
    total, kept = 0, 0
    for found in _STREAM.finditer(data):
        head = data[max(0, found.start() - _DICTIONARY_BYTES) : found.start()]
        head = head[max(head.rfind(b" obj"), head.rfind(b"endstream"), 0) :]
        depth = len(_FLATE.findall(head))
        if depth == 0:
            continue
        if _PICTURE.search(head):
            _check_picture(head)
            if depth == 1:
                continue
        keep = bool(_OBJECTS.search(head)) and kept < STREAM_BYTES
        size, unpacked = _unpack(data, found.end(), depth, keep)
        total += size
        if size > STREAM_BYTES or total > STREAMS_BYTES:
            raise ParseFailed("bomb", "It is made to unpack to a monstrous size.")
        if unpacked:
            kept += len(unpacked)
            objects.append(unpacked)
    return objects


def _check_picture(head: bytes) -> None:
    width, height = _WIDTH.search(head), _HEIGHT.search(head)
    if width and height and int(width[1]) * int(height[1]) > PICTURE_PIXELS:
        raise ParseFailed("bomb", "It holds a picture of a monstrous size.")


def _unpack(data: bytes, start: int, depth: int, keep: bool) -> tuple[int, bytes]:
    """Size of the stream after `depth` unpackings (more than the cap means: stopped there), and its bytes if kept."""
    layers = [zlib.decompressobj() for _ in range(depth)]
    sizes = [0] * depth
    parts: list[bytes] = []

    def through(layer: int, piece: bytes) -> None:
        while piece:
            out = layers[layer].decompress(piece, _PIECE)
            sizes[layer] += len(out)
            if sizes[layer] > STREAM_BYTES:
                return
            if layer + 1 < depth:
                through(layer + 1, out)
                if sizes[layer + 1] > STREAM_BYTES:
                    return
            elif keep:
                parts.append(out)
            piece = layers[layer].unconsumed_tail

    view = memoryview(data)
    at = start
    try:
        while at < len(data) and not layers[0].eof and max(sizes) <= STREAM_BYTES:
            through(0, bytes(view[at : at + 65_536]))
            at += 65_536
    except zlib.error:
        pass
    return max(sizes), b"".join(parts)


def _links_start_program(document: Any) -> bool:
    # Inside an encrypted file the bytes say nothing, so the library is asked page by page.
    import ctypes

    import pypdfium2.raw as raw

    for index in range(min(len(document), READ_PAGES)):
        page = document[index]
        position, link = ctypes.c_int(0), raw.FPDF_LINK()
        while raw.FPDFLink_Enumerate(page, ctypes.byref(position), ctypes.byref(link)):
            action = raw.FPDFLink_GetAction(link)
            if action and raw.FPDFAction_GetType(action) == raw.PDFACTION_LAUNCH:
                return True
        page.close()
    return False


def _ask_library(document: Any) -> set[str]:
    import ctypes

    import pypdfium2.raw as raw

    flags = set()
    if raw.FPDFDoc_GetJavaScriptActionCount(document) > 0:
        flags.add("javascript")
    attachments = document.count_attachments()
    if attachments > 0:
        flags.add("attachments")
    for index in range(min(attachments, _ATTACHMENTS_READ)):
        attachment = document.get_attachment(index)
        length = ctypes.c_ulong()
        raw.FPDFAttachment_GetFile(attachment, None, 0, ctypes.byref(length))
        if attachment.get_name().lower().endswith(_PROGRAM_NAMES) or (
            length.value and is_program(bytes(attachment.get_data()))
        ):
            flags.add("program")
    return flags
