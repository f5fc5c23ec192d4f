"""Packets: many documents into one PDF, byte for byte the same on any day, with the manifest that fixes it.

Order: the notice is page one, then drafts, forms and signed pages as given, then the exhibits, each behind its tab
sheet, a bookmark for each. Everything in a packet is paper: see `assemble_flatten`. Documents come from outside, so
programs call `assemble_limited` (a child process under limits); this module is what runs in there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from casedesk.documents.manifest import ROLES, Manifest, ManifestEntry
from casedesk.documents.render import PRODUCER, NotConvertible, RenderedPdf, tab_sheet, text_file_to_pdf
from casedesk.documents.render_image import image_to_pdf

if TYPE_CHECKING:
    from pypdf import PdfReader, PdfWriter

    from casedesk.documents.assemble_flatten import Layers

ASSEMBLER = "casedesk.assemble.1"
"""Rises whenever the same documents would give other bytes."""
MAX_PAGES = 5_000

_SAVE_AS_PDF = "Save it as PDF and submit it again."
_ASK_AGAIN = "Ask for it again, or print it to PDF, and submit that."


class NotAssemblable(ValueError):
    """A document that cannot go into a packet: `name` the document, `reason`, and `next` the step that helps."""

    def __init__(self, name: str, reason: str, next: str) -> None:
        super().__init__(f"{name} cannot go into the packet: {reason}.")
        self.name = name
        self.reason = reason
        self.next = next


@dataclass(frozen=True, slots=True)
class Part:
    """One document of a packet, with its bytes as the vault holds them.

    `role` is one of manifest.ROLES. `tab` is an exhibit's letter; None takes the next free one. `kind` is "pdf",
    "jpeg", "png" or "text"; any other kind is refused with its next step.
    """

    document: str
    version: int
    name: str
    role: str
    tab: str | None
    data: bytes
    kind: str = "pdf"


@dataclass(frozen=True, slots=True)
class Assembled:
    """A packet. `missing_glyphs` could not be drawn; `warnings` are sentences for the person who assembles."""

    data: bytes
    manifest: Manifest
    missing_glyphs: tuple[str, ...]
    warnings: tuple[str, ...]


def assemble(packet: str, title: str, parts: Sequence[Part]) -> Assembled:
    """Lay the parts into one PDF and fix its manifest.

    `packet` is the packet's reference, `title` what the PDF is called. Raises NotAssemblable naming the document,
    and ValueError for no parts or an unknown role.
    """
    order = _in_order(parts)
    tabs = _tabs(order)
    work = _Packet()
    entries: list[ManifestEntry] = []
    for part in order:
        tab = tabs.get(id(part))
        pages = work.add(part, tab)
        digest = hashlib.sha256(part.data).hexdigest()
        entries.append(
            ManifestEntry(
                part.document, part.version, part.name, digest, len(part.data), pages, part.role, tab
            )
        )
    data, total = work.finish(title, _identifier(packet, title, entries))
    manifest = Manifest(packet, tuple(entries), hashlib.sha256(data).hexdigest(), len(data), total, ASSEMBLER)
    return Assembled(data, manifest, tuple(sorted(work.missing)), tuple(work.warnings))


class _Packet:
    """A PDF that grows document by document."""

    def __init__(self) -> None:
        from pypdf import PdfWriter

        from casedesk.documents.assemble_flatten import Layers

        self._writer: PdfWriter = PdfWriter()
        self._layers: Layers = Layers()
        self._pages = 0
        self._bookmarks: list[tuple[str, int]] = []
        self.missing: set[str] = set()
        self.warnings: list[str] = []

    def add(self, part: Part, tab: str | None) -> int:
        """Lay one document in, behind its tab sheet if it has a tab; the number of its own pages."""
        data = self._as_pdf(part)
        reader = open_document(part.name, data)
        if self._pages + len(reader.pages) > MAX_PAGES:
            raise NotAssemblable(
                part.name, f"the packet would have more than {MAX_PAGES} pages", "Split it into two packets."
            )
        first = self._pages
        label = part.name
        if tab is not None:
            label = f"Exhibit {tab} - {part.name}"
            sheet = tab_sheet(f"Exhibit {tab}", part.name)
            self._note(part.name, sheet.missing_glyphs)
            self._lay(part.name, open_document(part.name, sheet.data))
        self._bookmarks.append((label, first))
        return self._lay(part.name, reader)

    def finish(self, title: str, identifier: bytes) -> tuple[bytes, int]:
        """The whole file and its number of pages."""
        from pypdf.generic import ArrayObject, ByteStringObject, NameObject, TextStringObject

        writer = self._writer
        for label, page in self._bookmarks:
            writer.add_outline_item(title=label, page_number=page)
        root = writer.root_object
        root[NameObject("/PageMode")] = NameObject("/UseOutlines")
        root[NameObject("/Lang")] = TextStringObject("en-US")
        self._add_layers()
        writer.metadata = {"/Title": title, "/Producer": PRODUCER}
        writer._ID = ArrayObject([ByteStringObject(identifier), ByteStringObject(identifier)])
        writer.pdf_header = "%PDF-1.7"
        out = BytesIO()
        writer.write(out)
        return out.getvalue(), self._pages

    def _as_pdf(self, part: Part) -> bytes:
        try:
            rendered: RenderedPdf
            if part.kind == "pdf":
                return part.data
            if part.kind == "text":
                rendered = text_file_to_pdf(part.name, part.data)
            elif part.kind in ("jpeg", "png"):
                rendered = image_to_pdf(part.data, part.kind, name=part.name)
            else:
                raise NotAssemblable(
                    part.name, f"a file of kind {part.kind.upper()} has no pages", _SAVE_AS_PDF
                )
        except NotConvertible as error:
            raise NotAssemblable(part.name, error.reason, error.next) from error
        self._note(part.name, rendered.missing_glyphs)
        return rendered.data

    def _lay(self, name: str, reader: PdfReader) -> int:
        from casedesk.documents.assemble_flatten import lay_into

        try:
            laid = lay_into(self._writer, reader, self._layers)
        except Exception as error:
            raise _damaged(name, error) from error
        self._note(name, tuple(laid.missing_glyphs))
        self.warnings.extend(f"{name}: {warning}." for warning in laid.warnings)
        self._pages += laid.pages
        return laid.pages

    def _note(self, name: str, missing: Sequence[str]) -> None:
        if missing:
            self.missing.update(missing)
            shown = " ".join(f"U+{ord(character):04X}" for character in sorted(missing))
            self.warnings.append(
                f"{name}: no font of ours has {shown}; a replacement sign stands in its place."
            )

    def _add_layers(self) -> None:
        from pypdf.generic import ArrayObject, DictionaryObject, NameObject

        if not self._layers.every:
            return
        default = DictionaryObject(
            {NameObject("/BaseState"): NameObject("/ON"), NameObject("/OFF"): ArrayObject(self._layers.off)}
        )
        self._writer.root_object[NameObject("/OCProperties")] = DictionaryObject(
            {NameObject("/OCGs"): ArrayObject(self._layers.every), NameObject("/D"): default}
        )


def _in_order(parts: Sequence[Part]) -> list[Part]:
    if not parts:
        raise ValueError("a packet needs at least one document")
    for part in parts:
        if part.role not in ROLES:
            raise ValueError(f"{part.role!r} is no role of a document in a packet")
    place = {"notice": 0, "exhibit": 2}
    return sorted(parts, key=lambda part: place.get(part.role, 1))


def _tabs(order: Sequence[Part]) -> dict[int, str]:
    """The tab of each exhibit, by the identity of its part. Raises NotAssemblable when two share one."""
    exhibits = [part for part in order if part.role == "exhibit"]
    taken: dict[str, Part] = {}
    for part in exhibits:
        if part.tab is not None and part.tab in taken:
            raise NotAssemblable(part.name, f"tab {part.tab} is taken", "Give each exhibit its own tab.")
        if part.tab is not None:
            taken[part.tab] = part
    tabs: dict[int, str] = {}
    number = 0
    for part in exhibits:
        tab = part.tab
        while tab is None or (part.tab is None and tab in taken):
            number += 1
            tab = tab_letters(number)
        taken.setdefault(tab, part)
        tabs[id(part)] = tab
    return tabs


def tab_letters(number: int) -> str:
    """The letters of the nth tab, from 1: A to Z, then AA, AB and so on."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def open_document(name: str, data: bytes) -> PdfReader:
    """A PDF whose pages can all be reached, unlocked where no password is needed.

    Raises NotAssemblable for a locked, damaged or dynamic one.
    """
    from pypdf import PasswordType, PdfReader

    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
            raise NotAssemblable(
                name, "it is locked with a password", "Ask for an unlocked copy and submit that instead."
            )
        pages = len(reader.pages)
        counted = reader.root_object["/Pages"]["/Count"].get_object()  # type: ignore[index]
        dynamic = bool(getattr(reader.root_object.get("/NeedsRendering"), "value", False))
    except NotAssemblable:
        raise
    except Exception as error:
        raise _damaged(name, error) from error
    if pages == 0 or counted != pages:
        raise NotAssemblable(name, "pages of it are missing", _ASK_AGAIN)
    if dynamic:
        raise NotAssemblable(
            name,
            "its pages exist only in Adobe Reader (a dynamic XFA form)",
            "Open it there, print it to PDF and submit that.",
        )
    return reader


def _damaged(name: str, error: Exception) -> NotAssemblable:
    """A parser's failure in our words. Every parser of untrusted bytes fails in ways of its own, so all are caught."""
    from pypdf.errors import LimitReachedError

    from casedesk.documents.assemble_flatten import Damaged

    if isinstance(error, NotAssemblable):
        return error
    if isinstance(error, MemoryError | RecursionError | LimitReachedError):
        return NotAssemblable(name, "it unpacks to more than a document can be", _ASK_AGAIN)
    if isinstance(error, Damaged):
        return NotAssemblable(name, f"it is damaged: {error}", _ASK_AGAIN)
    return NotAssemblable(name, "it is damaged", _ASK_AGAIN)


def _identifier(packet: str, title: str, entries: Sequence[ManifestEntry]) -> bytes:
    """The PDF's file identifier, from what goes in and nothing else."""
    digest = hashlib.sha256(f"{ASSEMBLER}\n{len(packet)}:{packet}\n{len(title)}:{title}\n".encode())
    for entry in entries:
        digest.update(
            f"{entry.document}\n{entry.version}\n{entry.role}\n{entry.tab}\n{entry.sha256}\n".encode()
        )
    return digest.digest()[:16]
