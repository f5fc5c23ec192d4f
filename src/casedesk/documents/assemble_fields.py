"""Values of form fields as a person filled them in, drawn where the form has no picture of them.

A PDF form may hold a value without an appearance (`/NeedAppearances`, or a filler that wrote the value only). On
paper such a field is empty. Here the value is drawn into the field's box with an embedded font that knows the
names our clients have.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

from casedesk.documents import fonts, render

_HIDDEN, _PRINT, _NO_VIEW = 1 << 1, 1 << 2, 1 << 5
_MULTILINE, _PASSWORD, _COMB = 1 << 12, 1 << 13, 1 << 24
_RADIO, _PUSH_BUTTON = 1 << 15, 1 << 16
_SMALLEST = 4.0
_LARGEST = 12.0
_TEXT_OPERATOR = re.compile(rb"(?<![A-Za-z/])(Tj|TJ|Do|BI|['\"])(?![A-Za-z])")
_LITERAL = re.compile(rb"\(((?:\\.|[^\\()])*)\)")
_FONT_SIZE = re.compile(r"([\d.]+)\s+Tf")


@dataclass(frozen=True, slots=True)
class Value:
    """What stands in one text or choice field, and how the form wants it set. `rect` in page coordinates."""

    name: str
    text: str
    rect: tuple[float, float, float, float]
    size: float
    align: int
    multiline: bool
    cells: int
    turn: int


@dataclass(slots=True)
class Overlay:
    """A page of values as a PDF of the page's own size, and what could not be drawn as written."""

    data: bytes
    missing_glyphs: set[str] = field(default_factory=set)
    too_long: list[str] = field(default_factory=list)


def inherited(widget: DictionaryObject, key: str) -> Any:
    """A field's attribute, its own or the nearest ancestor's; None when nobody has it."""
    node: Any = widget
    for _ in range(32):
        if not isinstance(node, DictionaryObject):
            return None
        value = node.get(key)
        if value is not None:
            return value.get_object()
        parent = node.get("/Parent")
        node = parent.get_object() if parent is not None else None
    return None


def field_name(widget: DictionaryObject) -> str:
    """The full name of a field, outermost part first."""
    parts: list[str] = []
    node: Any = widget
    for _ in range(32):
        if not isinstance(node, DictionaryObject):
            break
        if node.get("/T") is not None:
            parts.append(str(node["/T"]))
        parent = node.get("/Parent")
        node = parent.get_object() if parent is not None else None
    return ".".join(reversed(parts))


def is_seen(annotation: DictionaryObject) -> bool:
    """Whether an annotation belongs on the paper: not hidden, and no button that only works on a screen."""
    flags = number(annotation.get("/F"))
    if flags & _HIDDEN or (flags & _NO_VIEW and not flags & _PRINT):
        return False
    button = annotation.get("/Subtype") == "/Widget" and inherited(annotation, "/FT") == "/Btn"
    return not (button and number(inherited(annotation, "/Ff")) & _PUSH_BUTTON and not flags & _PRINT)


def appearance(annotation: DictionaryObject) -> tuple[StreamObject | None, bool]:
    """The picture of an annotation in its present state, and whether a button's mark and value disagree.

    A check box whose value says it is on, is on, even where its mark was never set: what somebody filled in stays
    visible. Among buttons that share one field, only the marks tell which one is meant.
    """
    pictures = annotation.get("/AP")
    normal = pictures.get_object().get("/N") if pictures is not None else None
    normal = normal.get_object() if normal is not None else None
    if isinstance(normal, StreamObject):
        return normal, False
    if not isinstance(normal, DictionaryObject):
        return None, False
    mark = str(annotation.get("/AS", "/Off"))
    value = str(inherited(annotation, "/V") or "/Off")
    by_value = value if value != "/Off" and value in normal else "/Off"
    is_button = inherited(annotation, "/FT") == "/Btn"
    alone = "/T" in annotation
    state = by_value if is_button and mark == "/Off" and (alone or "/AS" not in annotation) else mark
    disagree = is_button and alone and mark != by_value and "/Off" in (mark, by_value)
    chosen = normal.get(state)
    chosen = chosen.get_object() if chosen is not None else None
    return (chosen if isinstance(chosen, StreamObject) else None), disagree


def asks_for_pictures(form: DictionaryObject) -> bool:
    """Whether the form says that its fields' pictures are out of date (`/NeedAppearances`)."""
    return bool(getattr(form.get("/NeedAppearances"), "value", False))


def undrawn_value(
    widget: DictionaryObject, picture: StreamObject | None, form: DictionaryObject
) -> Value | None:
    """The value that has to be drawn because its field's picture does not show it; None when all is well."""
    kind = inherited(widget, "/FT")
    if kind not in ("/Tx", "/Ch") or "/PMD" in widget:
        return None
    text = _value_text(widget)
    if not text.strip():
        return None
    if picture is not None and not asks_for_pictures(form) and _TEXT_OPERATOR.search(picture.get_data()):
        return None
    rect = rectangle(widget.get("/Rect"))
    if rect is None:
        return None
    flags = number(inherited(widget, "/Ff"))
    style = str(inherited(widget, "/DA") or form.get("/DA") or "")
    size = _FONT_SIZE.search(style)
    characteristics = widget.get("/MK")
    turn = number(characteristics.get_object().get("/R")) if characteristics is not None else 0
    name = field_name(widget)
    if flags & _PASSWORD and kind == "/Tx":
        text = "*" * len(text)
    return Value(
        name=name,
        text=text,
        rect=rect,
        size=float(size.group(1)) if size and size.group(1).replace(".", "", 1).isdigit() else 0.0,
        align=number(inherited(widget, "/Q") or form.get("/Q")),
        multiline=kind == "/Tx" and bool(flags & _MULTILINE),
        cells=number(inherited(widget, "/MaxLen")) if kind == "/Tx" and flags & _COMB else 0,
        turn=turn % 360,
    )


def picture_is_stale(widget: DictionaryObject, picture: StreamObject) -> bool:
    """Whether a field's picture plainly lacks characters of its value: somebody changed one without the other.

    Only literal strings in the Latin alphabet are judged; a picture may add to the value or reorder it, as the
    form's own formats for dates and sums do.
    """
    if inherited(widget, "/FT") not in ("/Tx", "/Ch") or "/PMD" in widget:
        return False
    text = _value_text(widget)
    shown = b"".join(_LITERAL.findall(picture.get_data()))
    if not text.isascii() or not shown or number(inherited(widget, "/Ff")) & _PASSWORD:
        return False
    letters = Counter(character for character in text.lower() if character.isalnum())
    drawn = Counter(character for character in shown.decode("latin-1").lower() if character.isalnum())
    return bool(letters - drawn)


def cross_for(widget: DictionaryObject) -> Value | None:
    """A cross for a check box or radio button that is on and has no picture of being on; None for all others."""
    flags = number(inherited(widget, "/Ff"))
    if inherited(widget, "/FT") != "/Btn" or flags & _PUSH_BUTTON:
        return None
    value = None if flags & _RADIO else inherited(widget, "/V")
    rect = rectangle(widget.get("/Rect"))
    if str(widget.get("/AS") or value or "/Off") == "/Off" or rect is None:
        return None
    return Value(field_name(widget), "X", rect, 0.0, 1, False, 0, 0)


def draw(values: Sequence[Value], page: tuple[float, float, float, float]) -> Overlay:
    """One transparent page with every value in its box; `page` is the media box of the page below."""
    width, height = page[2] - page[0], page[3] - page[1]
    pdf = render.new_pdf("", "en")
    pdf.add_page(format=(width, height))
    overlay = Overlay(b"")
    for value in values:
        text, missing = fonts.clean(value.text)
        overlay.missing_glyphs.update(missing)
        x, y = value.rect[0] - page[0], height - (value.rect[3] - page[1])
        box = (value.rect[2] - value.rect[0], value.rect[3] - value.rect[1])
        centre = (x + box[0] / 2, y + box[1] / 2)
        if value.turn in (90, 270):
            box = (box[1], box[0])
        corner = (centre[0] - box[0] / 2, centre[1] - box[1] / 2)
        if value.turn:
            with pdf.rotation(value.turn, *centre):
                fits = _draw_value(pdf, value, text, corner, box)
        else:
            fits = _draw_value(pdf, value, text, corner, box)
        if not fits:
            overlay.too_long.append(value.name)
    overlay.data = bytes(pdf.output())
    return overlay


def number(value: Any) -> int:
    """A PDF number as an int; 0 for anything else."""
    value = value.get_object() if value is not None else 0
    return int(value) if isinstance(value, (int, float)) else 0


def rectangle(value: Any) -> tuple[float, float, float, float] | None:
    """A PDF rectangle with its lower left corner first; None when it is none or has no area."""
    box = value.get_object() if value is not None else None
    if not isinstance(box, ArrayObject) or len(box) != 4:
        return None
    sides = [side.get_object() for side in box]
    if not all(isinstance(side, (int, float)) for side in sides):
        return None
    a, b, c, d = (float(side) for side in sides)
    if abs(a - c) < 0.01 or abs(b - d) < 0.01 or max(map(abs, (a, b, c, d))) > 100_000:
        return None
    return min(a, c), min(b, d), max(a, c), max(b, d)


def _value_text(widget: DictionaryObject) -> str:
    value = inherited(widget, "/V")
    if isinstance(value, StreamObject):
        return value.get_data().decode("utf-8", "replace")
    chosen = (
        [str(item.get_object()) for item in value] if isinstance(value, ArrayObject) else [str(value or "")]
    )
    options = inherited(widget, "/Opt")
    shown: dict[str, str] = {}
    if isinstance(options, ArrayObject):
        for option in options:
            pair = option.get_object()
            if isinstance(pair, ArrayObject) and len(pair) == 2:
                shown[str(pair[0])] = str(pair[1])
    return "\n".join(shown.get(item, item) for item in chosen)


def _draw_value(
    pdf: Any, value: Value, text: str, corner: tuple[float, float], box: tuple[float, float]
) -> bool:
    """Draw into the box at its upper left `corner`; False when the text is longer than the box at any size."""
    if value.cells > 0 and len(text) <= value.cells:
        return _draw_cells(pdf, value, text, corner, box)
    width = max(box[0] - 4.0, 1.0)
    size = value.size or (_LARGEST if value.multiline else min(_LARGEST, max(box[1] * 0.7, _SMALLEST)))
    lines, fits = _fit(pdf, text, width, box[1], size, value.multiline)
    while not fits and size > _SMALLEST:
        size = max(_SMALLEST, size - 0.5)
        lines, fits = _fit(pdf, text, width, box[1], size, value.multiline)
    top = corner[1] + 2.0 if value.multiline else corner[1] + (box[1] - size * 1.2) / 2
    for index, line in enumerate(lines):
        right_to_left = fonts.is_right_to_left(line)
        spare = width - render.line_width(pdf, line, size=size)
        align = 2 if right_to_left and value.align == 0 else value.align
        x = corner[0] + 2.0 + (0.0, spare / 2, spare)[align if align in (1, 2) else 0]
        baseline = top + size * (0.95 + 1.2 * index)
        render.draw_line(pdf, x, baseline, line, size=size, right_to_left=right_to_left)
    return fits


def _fit(
    pdf: Any, text: str, width: float, height: float, size: float, multiline: bool
) -> tuple[list[str], bool]:
    def measure(line: str) -> float:
        return render.line_width(pdf, line, size=size)

    if not multiline:
        line = " ".join(text.split("\n"))
        return [line], measure(line) <= width
    lines = [line for paragraph in text.split("\n") for line in render.wrap(paragraph, width, measure)]
    return lines, len(lines) * size * 1.2 <= height - 2.0


def _draw_cells(
    pdf: Any, value: Value, text: str, corner: tuple[float, float], box: tuple[float, float]
) -> bool:
    cell = box[0] / value.cells
    size = min(value.size or _LARGEST, max(box[1] * 0.75, _SMALLEST))
    baseline = corner[1] + (box[1] - size * 1.2) / 2 + size * 0.95
    for index, character in enumerate(text):
        spare = cell - render.line_width(pdf, character, size=size)
        render.draw_line(pdf, corner[0] + index * cell + spare / 2, baseline, character, size=size)
    return True
