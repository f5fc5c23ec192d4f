"""The last thing between a rendered line and the terminal: whatever a widget let through, a terminal only draws."""

from __future__ import annotations

from typing import Final

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter, Monochrome, NoColor

from casedesk.screens.drawing import ANCHOR
from casedesk.screens.states import SIGNS
from casedesk.security.text import safe

_ASCII: Final = str.maketrans(
    {
        **dict(SIGNS.values()),
        ANCHOR: " ",
        **dict.fromkeys("─━┄┈═▔▁▀▄", "-"),
        **dict.fromkeys("│┃║▏▎▌▐▕▊", "|"),
        **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╰╯┏┓┗┛", "+"),
        **dict.fromkeys("█▓▒░", "#"),
        "▸": ">",
        "·": "-",
        "—": "-",
        "…": "~",
        "↑": "^",
        "↓": "v",
        "‑": "-",
    }
)
"""Our own signs, cell for cell; letters of people's names are left as they are."""


def truly_colourless(each: LineFilter) -> LineFilter:
    """Under `NO_COLOR` no colour is sent at all, where Textual by itself would send greys: the terminal's own two do."""
    return _NO_COLOR if isinstance(each, Monochrome) else each


_NO_COLOR: Final = NoColor()


class LastFilter(LineFilter):
    """Keeps a terminal from obeying text. A character that had a width keeps it, so that the layout stands."""

    def __init__(self, *, ascii_only: bool = False) -> None:
        super().__init__()
        self.ascii_only = ascii_only

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [self._segment(segment) for segment in segments]

    def _segment(self, segment: Segment) -> Segment:
        text, style, control = segment
        if control:
            return segment
        shown = text if text.isascii() and text.isprintable() else self._cleaned(text)
        if self.ascii_only and not shown.isascii():
            shown = shown.translate(_ASCII)
        return segment if shown is text else Segment(shown, style)

    def _cleaned(self, text: str) -> str:
        shown = safe(text)
        if shown == text:
            return text
        missing = cell_len(text) - cell_len(shown)
        if missing > 0:
            return shown + " " * missing
        while shown and cell_len(shown) > cell_len(text):
            shown = shown[:-1]
        return shown + " " * (cell_len(text) - cell_len(shown))
