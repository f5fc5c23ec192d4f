"""Copies what a page draws with from one PDF into another, and nothing that acts, embeds or points elsewhere.

Only what is reachable from a page's resources, contents and appearances is ever copied, so catalogue entries
(scripts, XFA, attachments, open actions) have no way in. What such objects could still carry is left out here:
associated files, external streams, reference objects, private data, metadata, structure.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    EncodedStreamObject,
    IndirectObject,
    NameObject,
    NullObject,
    PdfObject,
    StreamObject,
)

if TYPE_CHECKING:
    from pypdf import PdfWriter

_LEFT_OUT_OF_STREAMS = frozenset(
    [
        "/AF",
        "/Metadata",
        "/PieceInfo",
        "/OPI",
        "/Ref",
        "/StructParent",
        "/StructParents",
        "/Alternates",
        "/LastModified",
        "/F",
        "/FFilter",
        "/FDecodeParms",
        "/P",
        "/Parent",
        "/Measure",
        "/PtData",
        "/AA",
        "/A",
        "/JS",
        "/Length",
    ]
)
_NEVER = frozenset(
    [
        "/Page",
        "/Pages",
        "/Catalog",
        "/StructTreeRoot",
        "/StructElem",
        "/Filespec",
        "/F",
        "/EmbeddedFile",
        "/Action",
        "/Annot",
        "/Sig",
    ]
)
_ACTIONS = frozenset(
    [
        "/JavaScript",
        "/Launch",
        "/URI",
        "/GoTo",
        "/GoToR",
        "/GoToE",
        "/SubmitForm",
        "/ImportData",
        "/ResetForm",
        "/Rendition",
        "/Named",
        "/Hide",
        "/Movie",
        "/Sound",
        "/Thread",
        "/SetOCGState",
        "/Trans",
        "/GoTo3DView",
        "/RichMediaExecute",
    ]
)
_LAYER_KEYS = {"/OCG": ("/Type", "/Name"), "/OCMD": ("/Type", "/OCGs", "/P", "/VE")}


class Copier:
    """Copies objects of one source document into `writer`, each indirect object once."""

    def __init__(self, writer: PdfWriter) -> None:
        self._writer = writer
        self._copies: dict[tuple[int, int], IndirectObject] = {}
        self._waiting: deque[tuple[DictionaryObject | ArrayObject, DictionaryObject | ArrayObject]] = deque()

    def copy(self, source: PdfObject) -> PdfObject:
        """`source` and everything it needs, as an object of the target document."""
        target = self._shallow(source)
        while self._waiting:
            original, empty = self._waiting.popleft()
            self._fill(original, empty)
        return target

    def copy_stream(self, source: StreamObject) -> IndirectObject:
        """A reference in the target to a copy of one stream of the source."""
        reference = source.indirect_reference
        copied = self.copy(reference if reference is not None else source)
        return copied if isinstance(copied, IndirectObject) else self._writer._add_object(copied)

    def _shallow(self, source: PdfObject) -> PdfObject:
        if isinstance(source, IndirectObject):
            key = (source.idnum, source.generation)
            if key not in self._copies:
                resolved = source.get_object()
                if resolved is None or isinstance(resolved, NullObject) or _is_forbidden(resolved):
                    return NullObject()
                self._copies[key] = self._writer._add_object(self._empty_like(resolved))
            return self._copies[key]
        if _is_forbidden(source):
            return NullObject()
        return self._empty_like(source)

    def _empty_like(self, source: PdfObject) -> PdfObject:
        """A new container that waits to be filled; anything else is immutable and stands for itself."""
        target: DictionaryObject | ArrayObject
        if isinstance(source, StreamObject):
            encoded = "/Filter" in source
            target = EncodedStreamObject() if encoded else DecodedStreamObject()
            target._data = source._data
        elif isinstance(source, DictionaryObject):
            target = DictionaryObject()
        elif isinstance(source, ArrayObject):
            target = ArrayObject()
        else:
            return source
        self._waiting.append((source, target))
        return target

    def _fill(self, source: DictionaryObject | ArrayObject, target: DictionaryObject | ArrayObject) -> None:
        if isinstance(source, ArrayObject):
            assert isinstance(target, ArrayObject)
            target.extend(self._shallow(item) for item in list.__iter__(source))
            return
        assert isinstance(target, DictionaryObject)
        kept = _LAYER_KEYS.get(str(source.get("/Type", "")))
        for key, value in source.items():
            if isinstance(source, StreamObject) and key in _LEFT_OUT_OF_STREAMS:
                continue
            if kept is not None and key not in kept:
                continue
            copied = self._properties(value) if key == "/Properties" else self._shallow(value)
            if not isinstance(copied, NullObject):
                target[NameObject(key)] = copied

    def _properties(self, value: PdfObject) -> PdfObject:
        """Marked-content properties: layers as they are, all else (associated files, private data) empty."""
        names = value.get_object()
        kept = DictionaryObject()
        if isinstance(names, DictionaryObject):
            for name, entry in names.items():
                resolved = entry.get_object()
                layer = isinstance(resolved, DictionaryObject) and resolved.get("/Type") in _LAYER_KEYS
                kept[NameObject(name)] = self._shallow(entry) if layer else DictionaryObject()
        return kept


def _is_forbidden(value: PdfObject) -> bool:
    if not isinstance(value, DictionaryObject):
        return False
    return value.get("/Type") in _NEVER or (value.get("/S") in _ACTIONS and "/Type" not in value)
