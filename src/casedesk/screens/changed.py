"""What changed since this person was last here: what the desk opens with, when anything did."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.widget import Widget

from casedesk.desk import changes
from casedesk.desk.changes import Change, Changes
from casedesk.screens.actions import Action
from casedesk.screens.base import DeskScreen
from casedesk.screens.drawing import Line, cell, part
from casedesk.screens.moments import Moment
from casedesk.screens.states import state
from casedesk.screens.widgets.pane import Pane, Rule
from casedesk.screens.widgets.rows import RowList

WORDS = {
    "new": "new for you",
    "away": "gone to others",
    "done": "done by others",
    "late": "fired late",
}


class ChangedScreen(DeskScreen):
    """Made from what was read before the desk opened; whoever leaves it has seen it."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            "open",
            "enter",
            "open the task",
            "Open the task that changed",
            lambda s: "" if s.rows.current is not None else "nothing changed",
        ),
    )
    NAME = "changed"
    SHOWS = ("back",)
    PLACE = "Since you were last here"

    def __init__(self, found: Changes) -> None:
        super().__init__()
        self._found = found
        self.rows: RowList[Change] = RowList(
            lambda change: f"{change.kind}/{change.task}", self._draw, empty="Nothing changed."
        )

    def body(self) -> Iterable[Widget]:
        yield Pane(id="title")
        yield Rule()
        yield self.rows
        yield Rule()
        yield Pane(id="change")

    def on_mount(self) -> None:
        self.rows.focus()

    def load(self) -> None:
        """Names are all it waits for: what changed stands since it was read."""
        desk = self.desk
        self.read("changed", lambda: Moment(desk.now(), desk.zone), self._loaded)

    def _loaded(self, moment: Moment) -> None:
        self.moment = moment
        since = moment.instant(self._found.since) if self._found.since else ""
        counts = [
            f"{count} {words}"
            for kind, words in WORDS.items()
            if (count := sum(each.kind == kind for each in self._found.rows))
        ]
        self.query_one("#title", Pane).show(
            [
                [part(f"Since you were last here, {since}", "strong")],
                [part(", ".join(counts)), part(self.spell("   ⟨~desk.back⟩ goes on to the queue"), "dim")],
            ]
        )
        self.rows.fill(self._found.rows)

    def _draw(self, change: Change, width: int) -> Line:
        word, tone = state(f"change.{change.kind}")
        whose = change.caption or change.matter or ""
        wide = width >= 100
        line = [cell(word, 8, tone), cell(change.task, 10, "dim"), cell(change.title, 34 if wide else 26)]
        return [*line, cell(f"  {whose}", max(8, width - 8 - 10 - (34 if wide else 26)))]

    @on(RowList.Moved)
    def _moved(self) -> None:
        change, moment = self.rows.current, self.moment
        lines: list[Line] = []
        if change is not None and moment is not None:
            lines = [
                [part(f"{change.task} {change.title}", "strong"), part(f"   {change.matter or ''}", "dim")],
                [part(self._told(change)), part(f"   {moment.instant(change.at)}", "dim")],
            ]
            if change.why:
                lines.append([part(self.names.say(change.why), "dim")])
        self.query_one("#change", Pane).show(lines)
        self.renew_keys()

    def _told(self, change: Change) -> str:
        who = self.names.full(change.who) or "the desk"
        match change.kind:
            case "new":
                return f"Came to you; by {who}"
            case "away":
                return f"With {self.names.full(change.to)} now; by {who}"
            case "done":
                return f"Closed by {who}"
            case _:
                return "A reminder or an escalation fired late"

    def do_open(self) -> None:
        change = self.rows.current
        if change is not None:
            self.desk_app.open_hit("task", change.task)

    def do_back(self) -> None:
        """Whoever leaves has seen it."""
        desk, until = self.desk, self._found.until
        self.desk_app.caught_up = True
        self.desk_app.aside(lambda: desk.write_unheard(changes.saw, until))
        super().do_back()
