"""A piece of the screen that only says something."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from casedesk.screens.drawing import Line, content, hung
from casedesk.screens.keymap import bound


class Pane(Static):
    """Lines of parts; what does not fit is cut off."""

    DEFAULT_CSS = """
    Pane { height: auto; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(markup=False, id=id)

    def show(self, lines: Iterable[Line]) -> None:
        self.update(content(lines))


class ScrollPane(VerticalScroll, can_focus=True):
    """Lines of parts that may be longer and wider than the screen; arrows and j, k scroll, long lines go on below."""

    DEFAULT_CSS = """
    ScrollPane { height: 1fr; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    ScrollPane > Pane { text-wrap: wrap; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bound(
        [
            Binding("down,j", "scroll_down", "Down", show=False, id="pane.down"),
            Binding("up,k", "scroll_up", "Up", show=False, id="pane.up"),
            Binding("pagedown", "page_down", "Page down", show=False, id="pane.page_down"),
            Binding("pageup", "page_up", "Page up", show=False, id="pane.page_up"),
            Binding("home,g", "scroll_home", "First", show=False, id="pane.first"),
            Binding("end,G", "scroll_end", "Last", show=False, id="pane.last"),
        ]
    )

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._pane = Pane()
        self._lines: tuple[Line, ...] = ()

    def compose(self) -> Iterable[Pane]:
        yield self._pane

    def show(self, lines: Iterable[Line]) -> None:
        self._lines = tuple(lines)
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        width = self.scrollable_content_region.width - 2
        self._pane.show(part for line in self._lines for part in (hung(line, width) if width > 8 else [line]))


class Rule(Static):
    """A thin line across."""

    DEFAULT_CSS = """
    Rule { height: 1; color: $tone-rule; hatch: "─" $tone-rule; }
    """
