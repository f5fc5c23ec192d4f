"""The words of a DOCX, a line a paragraph or a row of a table, with what is still marked as changed said in them.

`{+ +}` are words somebody inserted, `{- -}` words somebody deleted, both not accepted yet; `{hidden: }` words that the
page does not show. Headers, footers, notes and comments say what they are. Runs inside the limited child.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from xml.parsers import expat

from casedesk.documents.child import ParseFailed
from casedesk.documents.limits import ARCHIVE_ENTRIES, OFFICE_TEXT_BYTES
from casedesk.documents.recognise_values import clean

_PIECE = 1 << 20
_SPACES = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
_FALLBACK = "http://schemas.openxmlformats.org/markup-compatibility/2006 Fallback"
_BODY = "word/document.xml"
_MEDIA = "word/media/"
_PARTS = (
    (re.compile(r"word/header\d*\.xml"), "[header] "),
    (re.compile(re.escape(_BODY)), ""),
    (re.compile(r"word/footnotes\.xml"), "[footnote] "),
    (re.compile(r"word/endnotes\.xml"), "[endnote] "),
    (re.compile(r"word/footer\d*\.xml"), "[footer] "),
    (re.compile(r"word/comments\.xml"), "[comment] "),
)
_MARKS = {"": ("", ""), "ins": ("{+", "+}"), "del": ("{-", "-}"), "hidden": ("{hidden: ", "}")}
_CHANGES = {"ins": "ins", "moveTo": "ins", "del": "del", "moveFrom": "del"}
_NOTES = {"footnoteReference": "[note]", "endnoteReference": "[note]", "commentReference": "[comment]"}
_BREAKS = {"tab": " ", "br": " ", "cr": " ", "noBreakHyphen": "-", "sym": "\N{WHITE SQUARE}", **_NOTES}
_OFF = ("0", "false", "off")


@dataclass
class Told:
    """The lines of a document in the order of its parts, how many insertions and deletions are not accepted, and a
    number for each picture in it."""

    lines: list[str] = field(default_factory=list)
    pictures: list[int] = field(default_factory=list)
    inserted: int = 0
    deleted: int = 0


def lines_of(data: bytes) -> Told:
    """Raises `ParseFailed` (`damaged`, `bomb`)."""
    told, read = Told(), 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if len(names) > ARCHIVE_ENTRIES:
                raise ParseFailed("bomb", "It has more parts than any letter has.")
            if _BODY not in names:
                raise ParseFailed("damaged", "It has no text of a letter in it.")
            told.pictures = sorted(
                each.CRC for each in archive.infolist() if each.filename.startswith(_MEDIA)
            )
            for pattern, prefix in _PARTS:
                for name in sorted(set(filter(pattern.fullmatch, names))):
                    part = _Part(told, prefix)
                    with archive.open(name) as text:
                        while piece := text.read(_PIECE):
                            read += len(piece)
                            if read > OFFICE_TEXT_BYTES:
                                raise ParseFailed("bomb", "It is made to unpack to a monstrous size.")
                            part.parser.Parse(piece, False)
                    part.parser.Parse(b"", True)
    except (
        zipfile.BadZipFile,
        KeyError,
        expat.ExpatError,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
    ):
        raise ParseFailed("damaged", "It is damaged: its text cannot be unpacked.") from None
    return told


class _Part:
    """One part of the file on its way through the parser. Text boxes put paragraphs inside paragraphs, and tables rows
    inside cells: each has a place on a pile of its own."""

    def __init__(self, told: Told, prefix: str) -> None:
        self.told, self.prefix = told, prefix
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.buffer_size = _PIECE
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = _doctype
        self._paragraphs: list[list[tuple[str, str]]] = []
        self._rows: list[list[list[str]]] = []
        self._changes: list[str] = []
        self._runs: list[bool] = []
        """Whether the run at hand is hidden."""
        self._in_text = False
        self._skipped = 0

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == _FALLBACK or self._skipped:
            self._skipped += 1
            return
        word = _word(name)
        if word == "p":
            self._paragraphs.append([])
        elif word == "tr":
            self._rows.append([])
        elif word == "tc" and self._rows:
            self._rows[-1].append([])
        elif word == "r":
            self._runs.append(False)
        elif word == "vanish" and self._runs:
            value = next((v for k, v in attributes.items() if _word(k) == "val"), "1")
            self._runs[-1] = value.lower() not in _OFF
        elif word in _CHANGES:
            self._changes.append(_CHANGES[word])
        elif word in ("t", "delText"):
            self._in_text = True
        elif word in _BREAKS and self._runs:
            self._add(_BREAKS[word])

    def _end(self, name: str) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        word = _word(name)
        if word == "p" and self._paragraphs:
            self._say(_spelled(self._paragraphs.pop()))
        elif word == "tr" and self._rows:
            cells = [" / ".join(cell) for cell in self._rows.pop()]
            if any(cells):
                self._say(" | ".join(cells))
        elif word == "r" and self._runs:
            self._runs.pop()
        elif word in _CHANGES and self._changes:
            self._changes.pop()
        elif word in ("t", "delText"):
            self._in_text = False

    def _text(self, found: str) -> None:
        if self._in_text and not self._skipped:
            self._add(found)

    def _add(self, words: str) -> None:
        if not self._paragraphs or not words:
            return
        hidden = bool(self._runs) and self._runs[-1]
        mark = self._changes[-1] if self._changes else "hidden" if hidden else ""
        pieces = self._paragraphs[-1]
        if pieces and pieces[-1][0] == mark:
            pieces[-1] = (mark, pieces[-1][1] + words)
            return
        pieces.append((mark, words))
        self.told.inserted += mark == "ins"
        self.told.deleted += mark == "del"

    def _say(self, words: str) -> None:
        """To the cell around, else to the lines."""
        words = " ".join(clean(words).split())
        if not words:
            return
        if self._rows and self._rows[-1]:
            self._rows[-1][-1].append(words)
        else:
            self.told.lines.append(self.prefix + words)


def _word(name: str) -> str:
    """The name of an element of the word processor's own, "" for anybody else's."""
    space, _, word = name.rpartition(" ")
    return word if space in _SPACES else ""


def _spelled(pieces: list[tuple[str, str]]) -> str:
    return "".join(f"{_MARKS[mark][0]}{words}{_MARKS[mark][1]}" for mark, words in pieces)


def _doctype(*_: object) -> None:
    raise ParseFailed("bomb", "Its text declares entities, which no letter needs.")
