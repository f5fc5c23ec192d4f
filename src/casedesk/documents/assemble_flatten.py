"""One document's pages laid into a packet as paper: fields and marks become part of the page, nothing stays live.

Every page becomes a fresh page object with contents, resources and size only. Form fields, ink, stamps and typed
notes are drawn into it the way they print; layers follow their print state; scripts, links, attachments, comments
and form structures are left behind. Field names vanish with the fields, so two forms cannot mix their values.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pypdf import PdfReader
from pypdf.filters import decode_stream_data
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    PdfObject,
    StreamObject,
)

from casedesk.documents import assemble_fields as fields
from casedesk.documents.assemble_copy import Copier

if TYPE_CHECKING:
    from pypdf import PdfWriter
    from pypdf._page import PageObject

Matrix = tuple[float, float, float, float, float, float]
_SCREEN_ONLY = {"/Link", "/Popup", "/TrapNet", "/Projection"}
_LEFT_OUT = {"/FileAttachment", "/Sound", "/Movie", "/Screen", "/RichMedia", "/3D"}
_LETTER = (0.0, 0.0, 612.0, 792.0)


class Damaged(ValueError):
    """A page, or something it is drawn with, cannot be read; the message says which page."""


@dataclass(slots=True)
class Laid:
    """What became of one document: its pages in the packet, and what a person should know."""

    pages: int = 0
    missing_glyphs: set[str] = field(default_factory=set)
    warnings: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Layers:
    """All layers of the packet as references in the target, and those that do not print."""

    every: list[IndirectObject] = field(default_factory=list)
    off: list[IndirectObject] = field(default_factory=list)


def lay_into(writer: PdfWriter, reader: PdfReader, layers: Layers) -> Laid:
    """Append every page of `reader` to `writer`. Raises Damaged."""
    return _Layer(writer, reader, layers).lay()


class _Layer:
    def __init__(self, writer: PdfWriter, reader: PdfReader, layers: Layers) -> None:
        self._writer = writer
        self._reader = reader
        self._copier = Copier(writer)
        self._laid = Laid()
        root = reader.root_object
        form = root.get("/AcroForm")
        form = form.get_object() if form is not None else None
        self._form = form if isinstance(form, DictionaryObject) else DictionaryObject()
        self._not_printed: set[int] = set()
        self._take_layers(root, layers)
        self._left_out: dict[str, int] = {}

    def lay(self) -> Laid:
        for number, page in enumerate(self._reader.pages, start=1):
            self._page(page, number)
            self._laid.pages += 1
        for what, count in sorted(self._left_out.items()):
            self._laid.warnings.append(f"{count} {what} left out")
        return self._laid

    def _take_layers(self, root: DictionaryObject, layers: Layers) -> None:
        properties = root.get("/OCProperties")
        properties = properties.get_object() if properties is not None else None
        if not isinstance(properties, DictionaryObject):
            return
        self._not_printed = _not_printed(properties)
        for reference in _references(properties.get("/OCGs")):
            copied = self._copier.copy(reference)
            if isinstance(copied, IndirectObject):
                layers.every.append(copied)
                if reference.idnum in self._not_printed:
                    layers.off.append(copied)

    def _page(self, source: PageObject, number: int) -> None:
        box = fields.rectangle(source.get("/MediaBox")) or _LETTER
        contents = self._contents(source, number)
        resources = self._resources(source, number)
        pictures, values = self._annotations(source, number)
        drawing: list[bytes] = []
        if values:
            overlay = fields.draw(values, box)
            self._laid.missing_glyphs |= overlay.missing_glyphs
            self._laid.warnings.extend(
                f'page {number}: the text of "{name}" is longer than its box' for name in overlay.too_long
            )
            pictures.append((self._overlay_form(overlay.data), (1, 0, 0, 1, box[0], box[1])))
        if pictures:
            names = self._names(resources, [reference for reference, _ in pictures])
            drawing = [
                b"q %b cm %b Do Q\n" % (_spelled(matrix), name.encode("ascii"))
                for (_, matrix), name in zip(pictures, names, strict=True)
            ]
        page = self._writer.add_blank_page(width=box[2] - box[0], height=box[3] - box[1])
        page[NameObject("/MediaBox")] = ArrayObject(FloatObject(side) for side in box)
        page[NameObject("/Resources")] = resources
        crop = fields.rectangle(source.get("/CropBox"))
        if crop is not None:
            page[NameObject("/CropBox")] = ArrayObject(FloatObject(side) for side in crop)
        turn = fields.number(source.get("/Rotate")) % 360
        if turn in (90, 180, 270):
            page[NameObject("/Rotate")] = NumberObject(turn)
        for key in ("/Group", "/UserUnit"):
            if key in source:
                page[NameObject(key)] = self._copier.copy(source.raw_get(key))
        if drawing:
            contents = [self._stream(b"q\n"), *contents, self._stream(b"\nQ\n" + b"".join(drawing))]
        page[NameObject("/Contents")] = ArrayObject(contents)

    def _contents(self, source: PageObject, number: int) -> list[PdfObject]:
        """The page's content streams, each proved readable."""
        if "/Contents" not in source:
            return []
        raw = source.raw_get("/Contents")
        whole = raw.get_object()
        pieces = list.__iter__(whole) if isinstance(whole, ArrayObject) else iter([raw])
        copied: list[PdfObject] = []
        for piece in pieces:
            stream = piece.get_object()
            if not isinstance(stream, StreamObject):
                raise Damaged(f"the contents of page {number} are missing")
            if not isinstance(stream.get("/Filter", NullObject()), NullObject):
                decode_stream_data(stream)
            copied.append(self._copier.copy_stream(stream))
        return copied

    def _resources(self, source: PageObject, number: int) -> DictionaryObject:
        """The page's resources, its own copy on the first level, proved complete where a loss would show."""
        raw = source.get("/Resources")
        original = raw.get_object() if raw is not None else None
        own = DictionaryObject()
        if not isinstance(original, DictionaryObject):
            return own
        for key, value in original.items():
            names = value.get_object()
            if key in ("/XObject", "/Font") and isinstance(names, DictionaryObject):
                for entry in names.values():
                    if isinstance(entry.get_object(), (NullObject, type(None))):
                        raise Damaged(f"a picture or a font of page {number} is missing")
                copied = DictionaryObject()
                for name, entry in names.items():
                    copied[NameObject(name)] = self._copier.copy(entry)
                own[NameObject(key)] = copied
            else:
                single = self._copier.copy(DictionaryObject({NameObject(key): value}))
                assert isinstance(single, DictionaryObject)
                own.update(single)
        return own

    def _annotations(
        self, source: PageObject, number: int
    ) -> tuple[list[tuple[IndirectObject, Matrix]], list[fields.Value]]:
        """What the page's annotations print: pictures with their places, and values that have no picture."""
        pictures: list[tuple[IndirectObject, Matrix]] = []
        values: list[fields.Value] = []
        raw = source.get("/Annots")
        listed = raw.get_object() if raw is not None else None
        for entry in list.__iter__(listed) if isinstance(listed, ArrayObject) else ():
            annotation = entry.get_object()
            if not isinstance(annotation, DictionaryObject) or not self._prints(annotation):
                continue
            picture, disagree = fields.appearance(annotation)
            if annotation.get("/Subtype") == "/Widget":
                value, picture = self._field(annotation, picture, number)
                if value is not None:
                    values.append(value)
                if disagree:
                    self._differs(annotation, number, "the mark and the value")
            placed = _placement(annotation, picture)
            if picture is not None and placed is not None:
                pictures.append((self._picture(picture), placed))
        return pictures, values

    def _field(
        self, widget: DictionaryObject, picture: StreamObject | None, number: int
    ) -> tuple[fields.Value | None, StreamObject | None]:
        """What has to be drawn for a field, and what is left of its own picture."""
        if fields.inherited(widget, "/FT") == "/Sig" and fields.inherited(widget, "/V") is not None:
            self._count("digital signature (its picture stays)")
        value = fields.undrawn_value(widget, picture, self._form)
        if value is not None and fields.asks_for_pictures(self._form):
            return value, None
        if value is None and picture is None:
            value = fields.cross_for(widget)
        elif value is None and picture is not None and fields.picture_is_stale(widget, picture):
            self._differs(widget, number, "the picture and the value")
        return value, picture

    def _differs(self, widget: DictionaryObject, number: int, what: str) -> None:
        self._laid.warnings.append(f'page {number}: {what} of "{fields.field_name(widget)}" differ')

    def _prints(self, annotation: DictionaryObject) -> bool:
        kind = str(annotation.get("/Subtype", ""))
        if kind in _SCREEN_ONLY or not fields.is_seen(annotation):
            return False
        if kind == "/Text":
            self._count("comment")
            return False
        if kind in _LEFT_OUT:
            self._count("attachment or recording")
            return False
        layer = annotation.raw_get("/OC") if "/OC" in annotation else None
        return layer is None or self._layer_prints(layer)

    def _layer_prints(self, layer: PdfObject) -> bool:
        if isinstance(layer, IndirectObject) and layer.idnum in self._not_printed:
            return False
        membership = layer.get_object()
        if not isinstance(membership, DictionaryObject) or membership.get("/Type") != "/OCMD":
            return True
        groups = membership.raw_get("/OCGs") if "/OCGs" in membership else None
        on = [reference.idnum not in self._not_printed for reference in _references(groups)]
        rule = str(membership.get("/P", "/AnyOn"))
        if not on:
            return True
        return {"/AllOn": all(on), "/AnyOff": not all(on), "/AllOff": not any(on)}.get(rule, any(on))

    def _count(self, what: str) -> None:
        self._left_out[what] = self._left_out.get(what, 0) + 1

    def _picture(self, picture: StreamObject) -> IndirectObject:
        """An appearance as a form object of the packet, with the form's fonts where it names none itself."""
        reference = self._copier.copy_stream(picture)
        copied = reference.get_object()
        assert isinstance(copied, DictionaryObject)
        copied[NameObject("/Type")] = NameObject("/XObject")
        copied[NameObject("/Subtype")] = NameObject("/Form")
        if "/Resources" not in copied and "/DR" in self._form:
            copied[NameObject("/Resources")] = self._copier.copy(self._form.raw_get("/DR"))
        return reference

    def _overlay_form(self, data: bytes) -> IndirectObject:
        reader = PdfReader(BytesIO(data))
        page = reader.pages[0]
        stream = DecodedStreamObject()
        contents = page.get_contents()
        stream.set_data(contents.get_data() if contents is not None else b"")
        stream[NameObject("/Type")] = NameObject("/XObject")
        stream[NameObject("/Subtype")] = NameObject("/Form")
        stream[NameObject("/BBox")] = ArrayObject(FloatObject(side) for side in page.mediabox)
        stream[NameObject("/Resources")] = Copier(self._writer).copy(page.raw_get("/Resources"))
        return self._writer._add_object(stream)

    def _names(self, resources: DictionaryObject, references: list[IndirectObject]) -> list[str]:
        table = resources.get("/XObject")
        if not isinstance(table, DictionaryObject):
            table = DictionaryObject()
            resources[NameObject("/XObject")] = table
        prefix = "/Flat"
        while any(str(name).startswith(prefix) for name in table):
            prefix += "x"
        names = [f"{prefix}{index}" for index in range(len(references))]
        for name, reference in zip(names, references, strict=True):
            table[NameObject(name)] = reference
        return names

    def _stream(self, data: bytes) -> IndirectObject:
        stream = DecodedStreamObject()
        stream.set_data(data)
        return self._writer._add_object(stream)


def _placement(annotation: DictionaryObject, picture: StreamObject | None) -> Matrix | None:
    """The matrix that lays an appearance into its rectangle (ISO 32000-2, 12.5.5); None when it has no area."""
    rect = fields.rectangle(annotation.get("/Rect"))
    box = fields.rectangle(picture.get("/BBox")) if picture is not None else None
    if rect is None or box is None or picture is None:
        return None
    a, b, c, d, e, f = _matrix(picture.get("/Matrix"))
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in (box[0], box[2]) for y in (box[1], box[3])]
    left, low = min(x for x, _ in corners), min(y for _, y in corners)
    width, height = max(x for x, _ in corners) - left, max(y for _, y in corners) - low
    if width < 1e-6 or height < 1e-6:
        return None
    across, up = (rect[2] - rect[0]) / width, (rect[3] - rect[1]) / height
    return across, 0.0, 0.0, up, rect[0] - left * across, rect[1] - low * up


def _matrix(value: Any) -> Matrix:
    numbers = value.get_object() if value is not None else None
    if isinstance(numbers, ArrayObject) and len(numbers) == 6:
        a, b, c, d, e, f = (
            float(entry) if isinstance(entry, (int, float)) else 0.0
            for entry in (item.get_object() for item in numbers)
        )
        return a, b, c, d, e, f
    return 1.0, 0.0, 0.0, 1.0, 0.0, 0.0


def _spelled(matrix: Matrix) -> bytes:
    return b" ".join(re.sub(r"\.?0+$", "", f"{value:.5f}").encode("ascii") or b"0" for value in matrix)


def _references(value: Any) -> list[IndirectObject]:
    """The references in an array, or the one reference that stands in its place."""
    resolved = value.get_object() if value is not None else None
    if isinstance(resolved, ArrayObject):
        return [item for item in list.__iter__(resolved) if isinstance(item, IndirectObject)]
    return [value] if isinstance(value, IndirectObject) else []


def _not_printed(properties: DictionaryObject) -> set[int]:
    """The object numbers of the layers that are off on paper: the base state, then what the print event says."""
    groups = _references(properties.get("/OCGs"))
    raw = properties.get("/D")
    default = raw.get_object() if raw is not None else None
    if not isinstance(default, DictionaryObject):
        return set()
    base_off = default.get("/BaseState") == "/OFF"
    off = {reference.idnum for reference in groups} if base_off else set()
    off -= {reference.idnum for reference in _references(default.get("/ON"))}
    off |= {reference.idnum for reference in _references(default.get("/OFF"))}
    events = default.get("/AS")
    events = events.get_object() if events is not None else None
    for entry in events if isinstance(events, ArrayObject) else ():
        event = entry.get_object()
        if not isinstance(event, DictionaryObject) or event.get("/Event") != "/Print":
            continue
        for reference in _references(event.get("/OCGs")):
            state = _print_state(reference.get_object())
            if state == "/OFF":
                off.add(reference.idnum)
            elif state == "/ON":
                off.discard(reference.idnum)
    return off


def _print_state(group: Any) -> str:
    usage = group.get("/Usage") if isinstance(group, DictionaryObject) else None
    usage = usage.get_object() if usage is not None else None
    chosen = usage.get("/Print") if isinstance(usage, DictionaryObject) else None
    chosen = chosen.get_object() if chosen is not None else None
    return str(chosen.get("/PrintState", "")) if isinstance(chosen, DictionaryObject) else ""
