"""What one page of a PDF is, as digests: by the instructions that draw it, and by how it looks."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject, StreamObject

from casedesk.documents import assemble_fields
from casedesk.documents.assemble import open_document

if TYPE_CHECKING:
    from pypdf._page import PageObject
    from pypdfium2 import PdfDocument

_RENDER_SCALE = 1.5
_NOT_DRAWN = frozenset(
    [
        "/P",
        "/Parent",
        "/Popup",
        "/StructParent",
        "/StructParents",
        "/M",
        "/NM",
        "/CreationDate",
        "/Metadata",
        "/PieceInfo",
        "/LastModified",
        "/Annots",
        "/Contents",
        "/Length",
        "/A",
        "/AA",
        "/Dest",
        "/B",
        "/Thumb",
        "/Tabs",
    ]
)


def instructions(name: str, data: bytes) -> list[str]:
    """One digest a page of everything that draws it, however the file spells it."""
    reader = open_document(name, data)
    digests = _Digests()
    return [digests.page(page) for page in reader.pages]


class _Digests:
    """Digests of objects by content; an indirect object is digested once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], bytes] = {}

    def page(self, page: PageObject) -> str:
        digest = hashlib.sha256()
        for key in ("/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Resources", "/Group"):
            if key in page:
                digest.update(key.encode() + self.value(page.raw_get(key)))
        contents = page.get_contents()
        digest.update(contents.get_data() if contents is not None else b"")
        annotations = page.get("/Annots")
        listed = annotations.get_object() if annotations is not None else None
        for entry in list.__iter__(listed) if isinstance(listed, ArrayObject) else ():
            annotation = entry.get_object()
            if isinstance(annotation, DictionaryObject):
                field = assemble_fields.inherited(annotation, "/V")
                digest.update(
                    self.value(annotation) + self.value(annotation.get("/Contents")) + self.value(field)
                )
        return digest.hexdigest()

    def value(self, value: PdfObject | None) -> bytes:
        if isinstance(value, IndirectObject):
            key = (value.idnum, value.generation)
            if key not in self._known:
                # Stands for the object while it is being digested: a circle ends here.
                self._known[key] = b"circle"
                self._known[key] = self.value(value.get_object())
            return self._known[key]
        digest = hashlib.sha256()
        if isinstance(value, DictionaryObject):
            for name in sorted(set(value) - _NOT_DRAWN):
                digest.update(f"{len(name)}{name}".encode("utf-8", "surrogatepass"))
                digest.update(self.value(value.raw_get(name)))
            if isinstance(value, StreamObject):
                digest.update(b"stream" + hashlib.sha256(value._data).digest())
        elif isinstance(value, ArrayObject):
            for item in list.__iter__(value):
                digest.update(b"item" + self.value(item))
        else:
            digest.update(f"{type(value).__name__}:{value!r}".encode("utf-8", "surrogatepass"))
        return digest.digest()


class Looks:
    """One digest a page of its text, its pictures' bytes and its rendering; made only for pages that need it."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._document: PdfDocument | None = None

    def of(self, index: int) -> str:
        """The digest of a page, counted from 0."""
        import pypdfium2.raw as raw

        if self._document is None:
            self._document = rendering(self._data)
            self._document.init_forms()  # type: ignore[no-untyped-call]
        page = self._document[index]
        digest = hashlib.sha256("\n".join(text_lines(self._document, index)).encode("utf-8", "surrogatepass"))
        pictures = page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=8)
        for picture in sorted(hashlib.sha256(bytes(image.get_data())).digest() for image in pictures):
            digest.update(picture)
        bitmap = page.render(scale=_RENDER_SCALE, grayscale=True)
        digest.update(f"{bitmap.width}x{bitmap.height}".encode() + bytes(bitmap.buffer))
        return digest.hexdigest()


def rendering(data: bytes) -> PdfDocument:
    """The document in the engine that draws it."""
    import pypdfium2

    return pypdfium2.PdfDocument(data)  # type: ignore[no-untyped-call]


def text_lines(document: PdfDocument, index: int | None) -> list[str]:
    """The lines of a page (from 0) that are not empty; none for no page."""
    if index is None:
        return []
    text: str = document[index].get_textpage().get_text_bounded()
    return [line.rstrip() for line in text.replace("\r\n", "\n").split("\n") if line.strip()]
