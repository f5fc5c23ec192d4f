"""What the desk told this person: reminders, hand-offs, escalations. Looking at them makes them seen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.widget import Widget

from casedesk.desk import tells
from casedesk.desk.views import TellView
from casedesk.screens.actions import Action
from casedesk.screens.base import DeskScreen
from casedesk.screens.drawing import Line, cell, part
from casedesk.screens.moments import Moment
from casedesk.screens.widgets.pane import Pane, Rule
from casedesk.screens.widgets.rows import RowList


class ToldScreen(DeskScreen):
    """The newest first; enter opens the task it is about."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("open", "enter", "open the task", "Open the task it is about",
               lambda s: "" if s.rows.current is not None and s.rows.current.task else "about no task"),
    )  # fmt: skip
    NAME = "told"
    PLACE = "What you were told"

    def __init__(self) -> None:
        super().__init__()
        self.rows: RowList[TellView] = RowList(
            lambda tell: tell.id,
            self._draw,
            empty="Nothing has been told to you yet. ⟨~desk.back⟩ goes back.",
        )

    def body(self) -> Iterable[Widget]:
        yield Pane(id="title")
        yield Rule()
        yield self.rows

    def on_mount(self) -> None:
        self.query_one("#title", Pane).show([[part("What you were told", "strong")]])
        self.rows.focus()

    def load(self) -> None:
        self.rows.wait()
        desk = self.desk

        def work() -> tuple[tuple[TellView, ...], Moment]:
            return desk.read(tells.listing, limit=100), Moment(desk.now(), desk.zone)

        self.read("told", work, self._loaded, self.failing(self.rows))

    def _loaded(self, found: tuple[tuple[TellView, ...], Moment]) -> None:
        rows, self.moment = found
        self.rows.fill(rows)

    def _draw(self, tell: TellView, width: int) -> Line:
        when = self.moment.instant(tell.at) if self.moment else ""
        state = ("seen", "dim") if tell.seen else ("● new", "accent")
        return [
            cell(state[0], 7, state[1]),
            cell(when, 18, "dim"),
            cell(self.names.say(tell.subject), max(10, width - 25)),
        ]

    @on(RowList.Chosen)
    def do_open(self) -> None:
        tell = self.rows.current
        if tell is not None and tell.task:
            self.desk_app.open_hit("task", tell.task)

    def do_back(self) -> None:
        """Whoever leaves has seen them."""
        new = tuple(tell.id for tell in self.rows.rows if not tell.seen)
        if new:
            desk = self.desk
            self.desk_app.write(lambda: desk.write(tells.seen, new), lambda _count: "")
        super().do_back()
