"""A list of lines that draws only what is seen: the cursor belongs to a row's id, never to its number.

Four states, never mixed up: loading, empty (with what to do next), failed (with the key that tries again), filled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from casedesk.screens.drawing import TONES, Line, paragraphs
from casedesk.screens.keymap import KeyMap, bound

T = TypeVar("T")

Draw = Callable[[T, int], Line]


class RowList(Widget, Generic[T], can_focus=True):
    """Rows of one kind. `key` names a row for good, `draw` gives its line for a width in cells.

    Posts `Moved` when another row is under the cursor, `Chosen` on enter.
    """

    BINDINGS = bound(
        [
            Binding("down,j", "move(1)", "Down", show=False, id="rows.down"),
            Binding("up,k", "move(-1)", "Up", show=False, id="rows.up"),
            Binding("pagedown", "page(1)", "Page down", show=False, id="rows.page_down"),
            Binding("pageup", "page(-1)", "Page up", show=False, id="rows.page_up"),
            Binding("ctrl+d", "half(1)", "Half a page down", show=False, id="rows.half_down"),
            Binding("ctrl+u", "half(-1)", "Half a page up", show=False, id="rows.half_up"),
            Binding("home,g", "edge(-1)", "First", show=False, id="rows.first"),
            Binding("end,G", "edge(1)", "Last", show=False, id="rows.last"),
            Binding("enter", "choose", "Open", show=False, id="rows.choose"),
        ]
    )
    DEFAULT_CSS = """
    RowList { height: 1fr; background: $background; color: $foreground; }
    """

    class Moved(Message):
        """Another row is under the cursor, or none."""

        def __init__(self, rows: RowList[Any]) -> None:
            super().__init__()
            self.rows = rows

        @property
        def control(self) -> RowList[Any]:
            return self.rows

    class Chosen(Moved):
        """Enter on a row, or where there is none: then nothing is under the cursor."""

    def __init__(self, key: Callable[[T], str], draw: Draw[T], *, empty: str, id: str | None = None) -> None:
        super().__init__(id=id)
        self.key = key
        self.draw = draw
        self.empty = empty
        self.rows: list[T] = []
        self.start: int | None = 0
        """How many rows stand above those at hand, and how many there are in all; None where nobody counted."""
        self.total: int | None = None
        self.marks: set[str] = set()
        self.state = "loading"
        self._says = "Reading …"
        self._index = 0
        self._top = 0
        self._styles: dict[str, Style] = {}

    # -- what it holds ------------------------------------------------------------------------------------------

    @property
    def current(self) -> T | None:
        """The row under the cursor."""
        return self.rows[self._index] if self.rows else None

    @property
    def current_id(self) -> str | None:
        row = self.current
        return None if row is None else self.key(row)

    def fill(self, rows: Sequence[T]) -> None:
        """Show `rows`. The cursor stays on its row and the row on its line, whatever came in above."""
        before, line = self.current_id, self._index - self._top
        self.rows = list(rows)
        self.state = "filled" if self.rows else "empty"
        self._says = self.empty
        ids = {self.key(row): number for number, row in enumerate(self.rows)}
        self._index = ids.get(before or "", min(self._index, max(0, len(self.rows) - 1)))
        self._top = self._index - line
        self._settle()
        self.post_message(self.Moved(self))

    def wait(self) -> None:
        """Nothing is known yet. Rows that are shown stay until better ones come."""
        if not self.rows:
            self.state, self._says = "loading", "Reading …"
            self.refresh()

    def fail(self, sentence: str, retry: str) -> None:
        """Reading failed: say so in place of the rows, because failure must not look like emptiness."""
        self.rows, self.state = [], "failed"
        self._says = f"! {sentence} {retry}"
        self._settle()

    def go_to(self, row_id: str) -> bool:
        """Put the cursor on a row by its id; False when it is not there."""
        for number, row in enumerate(self.rows):
            if self.key(row) == row_id:
                self._go(number)
                return True
        return False

    def toggle_mark(self) -> None:
        """Mark the row under the cursor, or take its mark away, and go one down."""
        row_id = self.current_id
        if row_id is not None:
            self.marks ^= {row_id}
            self._go(self._index + 1)
            self.refresh()

    # -- moving -------------------------------------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        self._go(self._index + by)

    def action_page(self, by: int) -> None:
        self._go(self._index + by * max(1, self.size.height - 1))

    def action_half(self, by: int) -> None:
        self._go(self._index + by * max(1, self.size.height // 2))

    def action_edge(self, which: int) -> None:
        self._go(0 if which < 0 else len(self.rows) - 1)

    def action_choose(self) -> None:
        self.post_message(self.Chosen(self))

    def on_click(self, event: events.Click) -> None:
        self._go(self._top + event.y)

    def _go(self, number: int) -> None:
        number = max(0, min(number, len(self.rows) - 1))
        if number == self._index:
            return
        before, top = self._index, self._top
        self._index = number
        self._settle(repaint=False)
        if self._top == top and self.size.height:
            self.refresh_line(before - top)
            self.refresh_line(number - top)
        else:
            self.refresh()
        self.post_message(self.Moved(self))

    def _settle(self, *, repaint: bool = True) -> None:
        """Keep the cursor on the screen, and no blank lines below rows that could be shown."""
        height = max(1, self.size.height)
        self._index = max(0, min(self._index, len(self.rows) - 1))
        self._top = min(self._top, self._index, max(0, len(self.rows) - height))
        self._top = max(self._top, self._index - height + 1, 0)
        if repaint:
            self.refresh()

    def refresh_line(self, y: int) -> None:
        if 0 <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    def on_resize(self) -> None:
        self._settle()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    # -- drawing ------------------------------------------------------------------------------------------------

    def notify_style_update(self) -> None:
        self._styles = {}
        super().notify_style_update()

    def _style(self, tone: str) -> Style:
        if not self._styles:
            variables = self.app.theme_variables
            self._styles = {
                name: Style(color=variables.get(f"tone-{name}"), bold=name in {"strong", "alert"})
                for name in TONES
            }
            self._styles[""] = Style()
            bare = self.app.no_color
            self._styles["cursor"] = Style(bgcolor=variables.get("tone-cursor"), reverse=bare)
            self._styles["blurred"] = Style(bgcolor=variables.get("tone-cursor-blurred"), underline=bare)
        return self._styles.get(tone, self._styles[""])

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        base = self.rich_style
        if self.state != "filled":
            return self._sentence(y, width, base)
        number = self._top + y
        if number >= len(self.rows):
            return Strip.blank(width, base)
        row = self.rows[number]
        here = number == self._index
        if here:
            base += self._style("cursor" if self.has_focus else "blurred")
        gutter = ("▌" if here else " ") + ("+" if self.key(row) in self.marks else " ")
        segments = [Segment(gutter, base + self._style("accent"))]
        segments += [Segment(text, base + self._style(tone)) for text, tone in self.draw(row, width - 3)]
        strip = Strip(segments)
        if strip.cell_length > width - 1:
            strip = Strip.join([strip.crop(0, width - 2), Strip([Segment("…", base)])])
        strip = strip.adjust_cell_length(width - 1, base)
        return Strip.join([strip, Strip([Segment(self._thumb(y), base + self._style("dim"))])])

    def _sentence(self, y: int, width: int, base: Style) -> Strip:
        keymap: KeyMap | None = getattr(self.app, "keymap", None)
        says = keymap.spell(self._says) if keymap is not None else self._says
        lines = paragraphs(says, max(10, width - 4))
        tone = "alert" if self.state == "failed" else "dim"
        text = "  " + lines[y] if y < len(lines) else ""
        return Strip([Segment(text, base + self._style(tone))], cell_len(text)).adjust_cell_length(
            width, base
        )

    def _thumb(self, y: int) -> str:
        height, at_hand = self.size.height, len(self.rows)
        count = at_hand if self.total is None else max(self.total, at_hand)
        if count <= height:
            return " "
        size = max(1, height * height // count)
        first = (height - size) * ((self.start or 0) + self._top) // max(1, count - height)
        return "┃" if first <= y < first + size else "│"
