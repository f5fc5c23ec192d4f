"""The last line: what can be done here. What may not be done now stands dimmed in brackets; the gates say why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rich.cells import cell_len
from textual.geometry import Size
from textual.widgets import Static

from casedesk.screens.actions import Action
from casedesk.screens.drawing import Part, content, part

Shown = tuple[Action, str]


class Keys(Static):
    """Takes at most two lines; the key of the help (`? keys`) always stands at the end."""

    DEFAULT_CSS = """
    Keys { height: auto; max-height: 2; background: $panel; padding: 0 1; }
    """

    def __init__(self, actions: Callable[[], Sequence[Shown]], help_key: Callable[[], str]) -> None:
        super().__init__(markup=False)
        self._actions = actions
        self._help_key = help_key

    def on_resize(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Ask again what can be done."""
        if self.size.width:
            self.update(content(self._lines(self.size.width)))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return min(2, len(self._lines(width)))

    def _lines(self, width: int) -> list[list[Part]]:
        key = self._help_key()
        help_key: list[Part] = [part(key, "accent"), part(" keys")]
        room = cell_len(key) + 7
        lines: list[list[Part]] = [[]]
        used = 0
        for action, reason in self._actions():
            entry = _entry(action, reason)
            length = sum(cell_len(text) for text, _ in entry)
            if used + length > width - (room if len(lines) == 2 else 0):
                if len(lines) == 2:
                    break
                lines.append([])
                used = 0
            lines[-1] += entry
            used += length
        if used + room - 2 > width and len(lines) == 1:
            lines.append([])
        lines[-1] += help_key
        return lines


def _entry(action: Action, reason: str) -> list[Part]:
    if reason:
        why = f": {reason}" if action.loud else ""
        return [part(f"({action.key} {action.label}{why})   ", "dim")]
    return [part(action.key, "accent"), part(f" {action.label}   ")]


def shown(screen: Any, actions: Sequence[Action]) -> list[Shown]:
    """The actions of the last line, each with why it may not be done now ("" when it may)."""
    return [(action, action.why_not(screen)) for action in actions if action.footer]
