"""What the desk told this person: reminders, hand-offs, escalations. Looking at them makes them seen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.widget import Widget

from casedesk.desk import tells
from casedesk.desk.views.telling import TellView
from casedesk.screens.actions import Action
from casedesk.screens.base import DeskScreen
from casedesk.screens.drawing import Line, cell, paragraphs, part
from casedesk.screens.moments import Moment
from casedesk.screens.states import state
from casedesk.screens.widgets.pane import Pane, Rule
from casedesk.screens.widgets.rows import RowList

_TASK = re.compile(r"\bT-[0-9A-Z]{6}\b")


@dataclass(frozen=True)
class Told:
    """One line: a tell, or one of the several things it holds (`within`), and the task it leads to."""

    id: str
    tell: TellView
    text: str
    task: str | None
    within: bool = False


def lines_of(tell: TellView) -> Iterator[Told]:
    """The tell's own line, then one for each thing it holds, so that each leads to its task."""
    yield Told(tell.id, tell, tell.subject, tell.task)
    for number, line in enumerate(filter(None, tell.body.splitlines())):
        found = _TASK.search(line)
        yield Told(f"{tell.id}/{number}", tell, line, found[0] if found else tell.task, within=True)


def _leads_nowhere(screen: ToldScreen) -> str:
    told = screen.rows.current
    if told is None:
        return "nothing here"
    return "" if told.task or told.tell.matter else "about no task"


class ToldScreen(DeskScreen):
    """The newest first; enter opens the task it is about, or the matter where it is about no task."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("open", "enter", "open it", "Open the task it is about, or the card of its matter", _leads_nowhere),
    )  # fmt: skip
    NAME = "told"
    PLACE = "What you were told"

    def __init__(self) -> None:
        super().__init__()
        self.rows: RowList[Told] = RowList(
            lambda told: told.id,
            self._draw,
            empty="Nothing has been told to you yet. ⟨~desk.back⟩ goes back.",
        )

    def body(self) -> Iterable[Widget]:
        yield Pane(id="title")
        yield Rule()
        yield self.rows
        yield Rule()
        yield Pane(id="told")

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
        heard, self.moment = found
        self.rows.fill([line for tell in heard for line in lines_of(tell)])

    def _draw(self, told: Told, width: int) -> Line:
        when = self.moment.instant(told.tell.at) if self.moment and not told.within else ""
        mark, tone = ("seen", "dim") if told.tell.seen else state("told.new")
        return [
            cell("" if told.within else mark, 7, tone),
            cell(when, 18, "dim"),
            cell(("· " if told.within else "") + self.names.say(told.text), max(10, width - 25)),
        ]

    @on(RowList.Moved)
    def _moved(self) -> None:
        """The line whole, for it may be longer than the screen is wide."""
        told = self.rows.current
        text = self.names.say(told.text) if told is not None else ""
        self.query_one("#told", Pane).show(
            [[part(line)] for line in paragraphs(text, max(20, self.size.width - 4))[:3]]
        )
        self.renew_keys()

    def do_open(self) -> None:
        """Whoever opens what it is about has seen it."""
        told = self.rows.current
        if told is None:
            return
        if not told.tell.seen:
            desk, new = self.desk, (told.tell.id,)
            self.desk_app.write(lambda: desk.write(tells.seen, new), lambda _count: "")
        self.desk_app.open_hit("task" if told.task else "matter", told.task or told.tell.matter or "")

    def do_back(self) -> None:
        """Whoever leaves has seen them."""
        new = tuple({told.tell.id for told in self.rows.rows if not told.tell.seen})
        if new:
            desk = self.desk
            self.desk_app.write(lambda: desk.write(tells.seen, new), lambda _count: "")
        super().do_back()
