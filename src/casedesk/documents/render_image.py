"""A photograph as one page: the camera's own bytes wherever a PDF can carry them, turned the way it was held.

What a camera writes beside the picture (place, time, device) does not go into the page; the original keeps it.
"""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import TYPE_CHECKING

from casedesk.documents.render import HEIGHT, PRODUCER, WIDTH, NotConvertible, RenderedPdf

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS = 120_000_000
"""More than any camera or scanner of an office makes; a larger picture is a bomb or a mistake."""
_EDGE = 36.0
_KINDS = {"jpeg": "JPEG", "png": "PNG"}
_ORIENTATION = 0x0112

_TURNS: dict[int, tuple[int, int, int, int, int, int]] = {
    1: (1, 0, 0, 1, 0, 0),
    2: (-1, 0, 0, 1, 1, 0),
    3: (-1, 0, 0, -1, 1, 1),
    4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1),
    6: (0, -1, 1, 0, 0, 1),
    7: (0, 1, 1, 0, 0, 0),
    8: (0, 1, -1, 0, 1, 0),
}
"""EXIF orientation -> matrix of the unit square onto itself."""


def image_to_pdf(data: bytes, kind: str, *, name: str = "the photograph") -> RenderedPdf:
    """A JPEG or PNG as one Letter page, upright or across as the picture asks, with a half-inch edge.

    `kind` is "jpeg" or "png". Raises NotConvertible for every other kind (HEIC among them), for a damaged
    picture and for one of more than 120 million pixels.
    """
    if kind not in _KINDS:
        raise NotConvertible(
            name,
            f"a {kind.upper()} picture cannot be turned into pages here",
            "Save it as PDF and submit it again.",
        )
    image, orientation = _open(data, kind, name)
    dictionary, stream = _carried(image, data, kind, name)
    across, down = (image.height, image.width) if orientation >= 5 else (image.width, image.height)
    page = (HEIGHT, WIDTH) if across > down else (WIDTH, HEIGHT)
    scale = min((page[0] - 2 * _EDGE) / across, (page[1] - 2 * _EDGE) / down)
    box = (across * scale, down * scale)
    corner = ((page[0] - box[0]) / 2, (page[1] - box[1]) / 2)
    a, b, c, d, e, f = _TURNS[orientation]
    content = (
        f"q {box[0]:.4f} 0 0 {box[1]:.4f} {corner[0]:.4f} {corner[1]:.4f} cm "
        f"{a} {b} {c} {d} {e} {f} cm /Picture Do Q"
    ).encode("ascii")
    return RenderedPdf(_single_page(page, content, dictionary, stream), (), 1)


def _open(data: bytes, kind: str, name: str) -> tuple[Image, int]:
    from PIL import Image, UnidentifiedImageError

    try:
        image = Image.open(BytesIO(data), formats=[_KINDS[kind]])
        if image.width * image.height > MAX_PIXELS:
            raise NotConvertible(name, "it has too many pixels", "Make it smaller and submit it again.")
        orientation = image.getexif().get(_ORIENTATION, 1)
        image.load()
    except NotConvertible:
        raise
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        OSError,
        ValueError,
        SyntaxError,
        KeyError,
    ) as error:
        raise NotConvertible(
            name, "the picture is damaged or not what its name says", "Ask for it again, or scan it as PDF."
        ) from error
    return image, orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1


def _carried(image: Image, data: bytes, kind: str, name: str) -> tuple[str, bytes]:
    """The image dictionary's entries and its stream: JPEG data as it is, all else as plain samples."""
    from PIL import Image as pillow

    size = f"/Width {image.width} /Height {image.height} /BitsPerComponent 8"
    spaces = {"L": "/DeviceGray", "RGB": "/DeviceRGB", "CMYK": "/DeviceCMYK"}
    if kind == "jpeg" and image.mode in spaces:
        inverted = image.mode == "CMYK" and "adobe" in image.info
        decode = " /Decode [1 0 1 0 1 0 1 0]" if inverted else ""
        return f"{size} /ColorSpace {spaces[image.mode]} /Filter /DCTDecode{decode}", _without_notes(
            data, name
        )
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        clear = image.convert("RGBA")
        paper = pillow.new("RGBA", clear.size, (255, 255, 255, 255))
        image = pillow.alpha_composite(paper, clear).convert("RGB")
    elif image.mode.startswith("I"):
        image = image.point(lambda value: value / 256).convert("L")
    elif image.mode in ("1", "L"):
        image = image.convert("L")
    else:
        image = image.convert("RGB")
    return f"{size} /ColorSpace {spaces[image.mode]} /Filter /FlateDecode", zlib.compress(image.tobytes(), 6)


def _without_notes(data: bytes, name: str) -> bytes:
    """JPEG data without its EXIF, XMP, vendor and comment segments; colour and Adobe marks stay."""
    out = bytearray(data[:2])
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            break
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0xDA:
            return bytes(out + data[at:])
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        private = 0xE0 < marker <= 0xEF and marker not in (0xE2, 0xEE)
        if not private and marker != 0xFE:
            out += data[at : at + 2 + length]
        at += 2 + length
    raise NotConvertible(name, "the picture is damaged", "Ask for it again, or scan it as PDF.")


def _single_page(page: tuple[float, float], content: bytes, dictionary: str, stream: bytes) -> bytes:
    """A whole PDF of one page and one picture."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {page[0]:g} {page[1]:g}] /Contents 4 0 R "
            "/Resources << /XObject << /Picture 5 0 R >> >> >>"
        ).encode("ascii"),
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
        f"<< /Type /XObject /Subtype /Image {dictionary} /Length {len(stream)} >>\nstream\n".encode("ascii")
        + stream
        + b"\nendstream",
        f"<< /Producer ({PRODUCER}) >>".encode("ascii"),
    ]
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets: list[int] = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for offset in offsets:
        out += b"%010d 00000 n \n" % offset
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 6 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return bytes(out)
