"""A sheet of paper as content streams written by hand, in the manners of other PDF makers.

Text is placed line by line; `Manner` says how the same lines are drawn: back to front, word by word, letter by
letter, or as kerned strings without a single space. Bytes are the same every time.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum

from fpdf.fonts import CORE_FONTS_CHARWIDTHS

WIDTH, HEIGHT = 612.0, 792.0
_FONTS = {
    "sans": ("Helvetica", "helvetica"),
    "bold": ("Helvetica-Bold", "helveticaB"),
    "serif": ("Times-Roman", "times"),
    "serif_bold": ("Times-Bold", "timesB"),
    "mono": ("Courier", "courier"),
}


class Manner(StrEnum):
    WHOLE = "whole"
    BACKWARDS = "backwards"
    WORDS = "words"
    LETTERS = "letters"
    KERNED = "kerned"


@dataclass(frozen=True)
class _Run:
    text: str
    x: float
    y: float
    font: str
    size: float
    upward: bool = False


def width_of(text: str, font: str, size: float) -> float:
    """Points the text is wide."""
    widths = CORE_FONTS_CHARWIDTHS[_FONTS[font][1]]
    return float(sum(widths.get(chr(byte), 556) for byte in text.encode("cp1252"))) * size / 1000


class Paper:
    """Pages of placed text; `y` is the foot of the next line from the top of the page."""

    def __init__(self, *, font: str = "sans", size: float = 10, left: float = 60, right: float = 552) -> None:
        self.font, self.size, self.left, self.right = font, size, left, right
        self.bold = "bold" if font == "sans" else "serif_bold" if font == "serif" else font
        self.pages: list[list[_Run]] = [[]]
        self.y = 60.0
        self.foot = 730.0
        self.running: list[tuple[str, float]] = []

    def put(
        self,
        text: str,
        x: float,
        *,
        y: float | None = None,
        bold: bool = False,
        size: float | None = None,
        upward: bool = False,
        end: bool = False,
    ) -> None:
        """Text at a place; `end` sets its right edge there."""
        font, points = self.bold if bold else self.font, size or self.size
        start = x - width_of(text, font, points) if end else x
        self.pages[-1].append(_Run(text, start, self.y if y is None else y, font, points, upward))

    def small_caps(self, text: str, x: float, *, size: float | None = None) -> None:
        """Capitals: the first letter of a word large, the others small, each piece drawn by itself."""
        points = size or self.size
        for word in text.split():
            for piece, part in ((word[:1].upper(), points), (word[1:].upper(), points * 0.8)):
                if piece:
                    self.put(piece, x, bold=True, size=part)
                    x += width_of(piece, self.bold, part)
            x += width_of(" ", self.bold, points)

    def line(self, text: str = "", x: float | None = None, *, bold: bool = False, lead: float = 1.25) -> None:
        if text:
            self.put(text, self.left if x is None else x, bold=bold)
        self.down(lead)

    def center(self, text: str, *, bold: bool = True, size: float | None = None) -> None:
        font, points = self.bold if bold else self.font, size or self.size
        self.put(text, (WIDTH - width_of(text, font, points)) / 2, bold=bold, size=points)
        self.down(1.25 * points / self.size)

    def down(self, lines: float = 1.25) -> None:
        self.y += lines * self.size
        if self.y > self.foot:
            self.turn()

    def turn(self) -> None:
        """A new page, with the running header."""
        self.pages.append([])
        self.y = 60.0
        for text, x in self.running:
            self.put(text, x, y=36.0)

    def say(
        self, text: str, *, x: float | None = None, right: float | None = None, bold: bool = False
    ) -> None:
        """A paragraph, wrapped."""
        start = self.left if x is None else x
        room = (self.right if right is None else right) - start
        current = ""
        for word in text.split():
            longer = f"{current} {word}".strip()
            if current and width_of(longer, self.bold if bold else self.font, self.size) > room:
                self.line(current, start, bold=bold)
                current = word
            else:
                current = longer
        self.line(current, start, bold=bold)

    def leaders(self, label: str, value: str, *, stop: float = 330) -> None:
        """Label, dots, value."""
        dots = (
            int(
                (stop - self.left - width_of(label, self.font, self.size))
                / width_of(".", self.font, self.size)
            )
            - 2
        )
        self.line(f"{label} {'.' * max(dots, 3)} {value}")

    def pdf(self, manner: Manner = Manner.WHOLE) -> bytes:
        """The file."""
        chance = random.Random(7)
        names = {font: f"F{number}" for number, font in enumerate(_FONTS)}
        objects: list[bytes] = [b"", b""]
        fonts = []
        for font, name in names.items():
            objects.append(
                f"<< /Type /Font /Subtype /Type1 /BaseFont /{_FONTS[font][0]} /Encoding /WinAnsiEncoding >>".encode()
            )
            fonts.append(f"/{name} {len(objects)} 0 R")
        kids = []
        for runs in self.pages:
            stream = "\n".join(_drawn(runs, manner, names, chance)).encode("cp1252")
            objects.append(b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream")
            objects.append(
                (
                    f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {len(objects)} 0 R "
                    f"/Resources << /Font << {' '.join(fonts)} >> >> >>"
                ).encode()
            )
            kids.append(f"{len(objects)} 0 R")
        objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
        objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(kids)}] >>".encode()
        out, offsets = bytearray(b"%PDF-1.4\n"), []
        for number, body in enumerate(objects, start=1):
            offsets.append(len(out))
            out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
        start = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
        out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
        out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
        return bytes(out)


def _drawn(runs: list[_Run], manner: Manner, names: dict[str, str], chance: random.Random) -> list[str]:
    pieces: list[_Run] = []
    for run in runs:
        if manner is Manner.WORDS or manner is Manner.LETTERS:
            pieces += _apart(run, letters=manner is Manner.LETTERS)
        else:
            pieces.append(run)
    if manner is Manner.BACKWARDS:
        pieces.reverse()
    if manner is Manner.WORDS:
        chance.shuffle(pieces)
    drawn = []
    for run in pieces:
        place = (
            f"0 1 -1 0 {run.x:.2f} {HEIGHT - run.y:.2f}"
            if run.upward
            else f"1 0 0 1 {run.x:.2f} {HEIGHT - run.y:.2f}"
        )
        show = _kerned(run.text, run, chance) if manner is Manner.KERNED else f"({_escaped(run.text)}) Tj"
        drawn.append(f"BT /{names[run.font]} {run.size:.2f} Tf {place} Tm {show} ET")
    return drawn


def _apart(run: _Run, *, letters: bool) -> list[_Run]:
    if run.upward:
        return [run]
    pieces, at = [], 0
    for word in run.text.split(" "):
        for offset, piece in enumerate(word) if letters else [(0, word)]:
            if piece:
                x = run.x + width_of(run.text[: at + offset], run.font, run.size)
                pieces.append(_Run(piece, x, run.y, run.font, run.size))
        at += len(word) + 1
    return pieces


def _kerned(text: str, run: _Run, chance: random.Random) -> str:
    space = width_of(" ", run.font, 1000)
    parts = []
    for word in text.split(" "):
        inside = " ".join(f"({_escaped(letter)}) {chance.randint(-25, 25)}" for letter in word)
        parts.append(f"{inside} {-int(space)}")
    return f"[{' '.join(parts)}] TJ"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
