"""Every key that works on the screen behind, as it is now: made from its actions, never written by hand."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from casedesk.screens.base import DeskScreen
from casedesk.screens.drawing import Line, cell, part
from casedesk.screens.keymap import bound, shown_keys
from casedesk.screens.widgets.pane import Pane, ScrollPane

LISTS = (
    (("rows.up", "rows.down"), "up and down"),
    (("rows.page_up", "rows.page_down"), "a page"),
    (("rows.half_up", "rows.half_down"), "half a page"),
    (("rows.first", "rows.last"), "first and last line"),
    (("desk.onward",), "to the next part of the screen"),
    (("app.quit",), "leave casedesk"),
)
"""What works wherever a list is, by the ids of the keys."""


class HelpScreen(ModalScreen[None]):
    """Keys, what they do, and why one may not be pressed now."""

    BINDINGS: ClassVar[list[BindingType]] = bound(
        [Binding("escape,q,question_mark,f1", "dismiss", "Close", show=False, id="help.close")]
    )

    def __init__(self, screen: DeskScreen) -> None:
        super().__init__()
        self._screen = screen
        self._keymap = screen.desk_app.keymap

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog tall"):
            heading = Pane()
            heading.show(
                [
                    [
                        part(f"Keys: {self._screen.PLACE}", "strong"),
                        part(f"   {self._keymap.key('help.close')} closes", "dim"),
                    ]
                ]
            )
            yield heading
            yield ScrollPane(id="help")

    def on_mount(self) -> None:
        lines: list[Line] = []
        seen: set[str] = set()
        for action in self._screen.actions():
            if action.id in seen:
                continue
            seen.add(action.id)
            reason = action.why_not(self._screen)
            line = [
                cell(" ".join(shown_keys(action.keys)), 12, "dim" if reason else "accent"),
                cell(action.label, 18),
                part(action.description),
            ]
            if reason:
                line.append(part(f"   (not now: {reason})", "dim"))
            lines.append(line)
        lines += [[cell(self._keys(ids), 29, "accent"), part(" "), part(what)] for ids, what in LISTS]
        pane = self.query_one("#help", ScrollPane)
        pane.show(lines)
        pane.focus()

    def _keys(self, ids: tuple[str, ...]) -> str:
        """All keys of a few bindings: ↑ k ↓ j."""
        return " ".join(key for each in ids for key in shown_keys(self._keymap.keys(each)))
