"""Which matter a paper belongs to: matters are found while one types, and what was recognised stands first."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from casedesk.desk import finding
from casedesk.desk.paper_text import Suggestion
from casedesk.desk.views.matters import Hit
from casedesk.desk.views.papers import Received
from casedesk.refusal import Refusal
from casedesk.screens.asking import Listens, ask
from casedesk.screens.base import DeskScreen
from casedesk.screens.drawing import Line, cell, part
from casedesk.screens.keymap import bound
from casedesk.screens.states import glyph
from casedesk.screens.widgets.pane import Pane
from casedesk.screens.widgets.rows import RowList

_FORM = re.compile(r"\s+((?!M-)[A-Za-z]{1,4}-\d{1,4}[A-Za-z]{0,2})$", re.IGNORECASE)
MATTERS = ("matter", "client", "party", "form")
EMPTY = "Type a client, an employer, a matter's number, or the last four of a number."


@dataclass(frozen=True)
class Candidate:
    """A matter that may be meant, and why it stands here."""

    ref: str
    line: str
    known: bool = False


def parted(typed: str) -> tuple[str, str | None]:
    """What was typed without the form at its end, and the form: "ibarra i-485" is ("ibarra", "I-485")."""
    found = _FORM.search(typed)
    return (typed[: found.start()].strip(), found[1].upper()) if found else (typed.strip(), None)


class MatchScreen(Listens, ModalScreen[Received | None]):
    """Runs `act(matter, form)` in a thread and is dismissed with what came of it; a refusal is shown inside."""

    BINDINGS: ClassVar[list[BindingType]] = bound(
        [
            Binding("escape", "leave", "Close", show=False, id="match.close"),
            Binding("down", "move(1)", "Down", show=False, id="match.down"),
            Binding("up", "move(-1)", "Up", show=False, id="match.up"),
            Binding("pagedown", "move(8)", "Page down", show=False, id="match.page_down"),
            Binding("pageup", "move(-8)", "Page up", show=False, id="match.page_up"),
        ]
    )

    def __init__(
        self,
        screen: DeskScreen,
        title: str,
        suggestions: tuple[Suggestion, ...],
        act: Callable[[str, str | None], Received],
    ) -> None:
        super().__init__()
        self._screen = screen
        self._title = title
        self._known = [Candidate(s.matter, f"{s.caption}   {s.why}", known=True) for s in suggestions]
        self._act = act
        self._shown = ""
        self._early = False
        self._busy = False
        self.rows: RowList[Candidate] = RowList(
            lambda each: f"{each.ref}/{each.line}", self._draw, empty=EMPTY
        )
        self.rows.can_focus = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog tall"):
            heading = Pane()
            heading.show([[part(self._title, "strong")]])
            yield heading
            yield Input(
                placeholder="a client, an employer, M-…; I-485 behind it says which form", id="wanted"
            )
            yield self.rows
            yield Pane(id="says")

    def on_mount(self) -> None:
        self._screen.desk_app.hush()
        self.query_one(Input).focus()
        self.rows.fill(self._known)
        keys = "enter match   ⟨match.up⟩ ⟨match.down⟩ choose   ⟨match.close⟩ leave"
        self._say([part(self._screen.desk_app.keymap.spell(keys), "dim")])

    def _say(self, line: Line) -> None:
        self.query_one("#says", Pane).show([line])

    def _draw(self, each: Candidate, width: int) -> Line:
        mark = glyph("paper.recognised") if each.known else ""
        return [cell(mark, 2, "good"), cell(each.ref, 13, "accent"), cell(each.line, width - 16)]

    @on(Input.Changed)
    def _look(self, event: Input.Changed) -> None:
        text, _form = parted(event.value)
        self._early = False
        if not text:
            self._shown = ""
            self.rows.fill(self._known)
            return
        desk = self._screen.desk
        ask(
            self,
            "find",
            lambda: desk.read(finding.find, text, limit=30),
            lambda hits: self._found(text, hits),
            self._refused,
        )

    def _found(self, text: str, hits: tuple[Hit, ...]) -> None:
        self._shown = text
        self.rows.empty = f"No matter is called “{text}”. Try fewer letters."
        found: dict[str, Candidate] = {}
        for hit in hits:
            if hit.kind in MATTERS:
                found.setdefault(hit.ref, Candidate(hit.ref, hit.line))
        self.rows.fill(list(found.values()))
        self.rows.action_edge(-1)
        if self._early:
            self._choose()

    def action_move(self, by: int) -> None:
        self.rows.action_move(by)

    @on(Input.Submitted)
    def _choose(self) -> None:
        """Enter takes the line under the cursor; pressed before the finder has answered, it takes what will be first."""
        text, form = parted(self.query_one(Input).value)
        if text != self._shown:
            self._early = True
            return
        chosen = self.rows.current
        if chosen is None or self._busy:
            return
        self._busy = True
        self._say([part("Working …", "dim")])
        act = self._act
        ask(self, "act", lambda: act(chosen.ref, form), self._done, self._refused, alone=False)

    def _done(self, done: Received) -> None:
        self.dismiss(done)

    def _refused(self, refusal: Refusal) -> None:
        self._busy = self._early = False
        self._say([part(f"! {self._screen.desk_app.refused(refusal)}", "alert")])

    def unsaved(self) -> bool:
        """Nothing typed here is worth a question."""
        return False

    def action_leave(self) -> None:
        if not self._busy:
            self.dismiss(None)
