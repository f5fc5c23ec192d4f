"""ctrl+p: a matter, a person, a task, a receipt number or a command, by a few letters of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from casedesk.desk import finding
from casedesk.desk.views.matters import Hit
from casedesk.refusal import Refusal
from casedesk.screens.asking import Listens, ask
from casedesk.screens.base import DeskScreen
from casedesk.screens.drawing import Line, cell, part
from casedesk.screens.keymap import bound
from casedesk.screens.widgets.pane import Pane
from casedesk.screens.widgets.rows import RowList

EMPTY = "Type a name, the last four of a number, a phone number, an employer, or a command."


@dataclass(frozen=True)
class Choice:
    """A thing found, or an action of the screen behind (`action` is its id)."""

    kind: str
    ref: str
    line: str
    action: str = ""
    reason: str = ""
    label: str = ""


class PaletteScreen(Listens, ModalScreen[str | None]):
    """Dismissed with the id of an action to do on the screen behind; things found are opened at once."""

    BINDINGS: ClassVar[list[BindingType]] = bound(
        [
            Binding("escape,ctrl+p", "leave", "Close", show=False, id="palette.close"),
            Binding("down", "move(1)", "Down", show=False, id="palette.down"),
            Binding("up", "move(-1)", "Up", show=False, id="palette.up"),
            Binding("pagedown", "move(8)", "Page down", show=False, id="palette.page_down"),
            Binding("pageup", "move(-8)", "Page up", show=False, id="palette.page_up"),
        ]
    )

    def __init__(self, screen: DeskScreen) -> None:
        super().__init__()
        self._screen = screen
        self.rows: RowList[Choice] = RowList(
            lambda choice: f"{choice.kind}/{choice.ref}/{choice.action}", self._draw, empty=EMPTY
        )
        self.rows.can_focus = False
        self._shown = ""
        self._chosen_early = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog tall"):
            yield Input(placeholder="a matter, a person, a task, a command", id="wanted")
            yield self.rows
            yield Pane(id="says")

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self.rows.fill(self._commands(""))

    def _commands(self, text: str) -> list[Choice]:
        words = text.casefold().split()
        seen: set[str] = set()
        found = []
        for action in self._screen.actions():
            hay = f"{action.label} {action.description}".casefold()
            if action.id in seen or action.id == "palette" or not all(word in hay for word in words):
                continue
            seen.add(action.id)
            reason = action.why_not(self._screen)
            found.append(Choice("command", action.key, action.description, action.id, reason, action.label))
        return found

    def _draw(self, choice: Choice, width: int) -> Line:
        if choice.reason:
            line = f"{choice.label}: {choice.reason}"
            return [cell(choice.kind, 9, "dim"), cell(choice.ref, 15, "dim"), part(line, "dim")]
        return [cell(choice.kind, 9, "dim"), cell(choice.ref, 15, "accent"), part(choice.line)]

    @on(RowList.Moved)
    def _moved(self) -> None:
        """The line under the cursor whole, and why it may not be chosen now."""
        choice = self.rows.current
        lines: list[Line] = []
        if choice is not None:
            lines = [[part(choice.line)]]
            if choice.reason:
                lines.append([part(f"not now: {choice.reason}", "warn")])
        self.query_one("#says", Pane).show(lines)

    @on(Input.Changed)
    def _look(self, event: Input.Changed) -> None:
        text = event.value.strip()
        self._chosen_early = False
        if not text:
            self._shown = ""
            self.rows.fill(self._commands(""))
            return
        desk = self._screen.desk

        def found(hits: tuple[Hit, ...]) -> None:
            self._found(text, hits)

        ask(self, "find", lambda: desk.read(finding.find, text, limit=20), found, self._failed)

    def _found(self, text: str, hits: tuple[Hit, ...]) -> None:
        self._shown = text
        self.rows.empty = f"Nothing is called “{text}”. Try the last four of a number, or fewer letters."
        self.rows.fill([*(Choice(hit.kind, hit.ref, hit.line) for hit in hits), *self._commands(text)])
        self.rows.action_edge(-1)
        if self._chosen_early:
            self._choose()

    def _failed(self, refusal: Refusal) -> None:
        self._chosen_early = False
        self.rows.fail(self._screen.desk_app.refused(refusal), "Change a letter to try again.")

    def action_move(self, by: int) -> None:
        self.rows.action_move(by)

    @on(Input.Submitted)
    def _choose(self) -> None:
        """Enter takes the first line; pressed before the finder has answered, it takes what will be first."""
        if self.query_one(Input).value.strip() != self._shown:
            self._chosen_early = True
            return
        choice = self.rows.current
        if choice is None:
            return
        if choice.action:
            self.dismiss(choice.action)
            return
        app = self._screen.desk_app
        self.dismiss(None)
        app.open_hit(choice.kind, choice.ref)

    def action_leave(self) -> None:
        self.dismiss(None)
