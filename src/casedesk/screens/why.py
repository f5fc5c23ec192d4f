"""Why a task stands where it stands and with whom, and how each of its dates was counted, a step a line."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from casedesk.desk import deadlines, hands
from casedesk.desk.hands import MoveView
from casedesk.desk.views.dates import DeadlineView
from casedesk.desk.views.gate import ReviewView
from casedesk.desk.views.work import TaskView
from casedesk.refusal import Refusal
from casedesk.screens.asking import Listens, ask
from casedesk.screens.base import DeskScreen
from casedesk.screens.drawing import Line, cell, part
from casedesk.screens.keymap import bound
from casedesk.screens.moments import Moment, legal
from casedesk.screens.widgets.pane import Pane, ScrollPane
from casedesk.screens.words import authority_label, deadline_state, plain

Found = tuple[tuple[DeadlineView, ...], tuple[MoveView, ...]]


class WhyScreen(Listens, ModalScreen[None]):
    """Reads the deadlines of the row's matter when it opens; any of its keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = bound(
        [Binding("escape,q,w,W,enter", "dismiss", "Close", show=False, id="why.close")]
    )

    def __init__(self, screen: DeskScreen, row: TaskView | ReviewView, moment: Moment) -> None:
        super().__init__()
        desk = screen.desk
        self._app = screen.desk_app
        self._desk = desk
        self._row = row
        self._moment = moment

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog tall"):
            heading = Pane()
            heading.show(
                [
                    [
                        part(f"Why {self._row.ref} {self._row.title}", "strong"),
                        part(self._app.keymap.spell("   ⟨why.close⟩ closes"), "dim"),
                    ]
                ]
            )
            yield heading
            yield ScrollPane(id="why")

    def on_mount(self) -> None:
        self.query_one("#why", ScrollPane).focus()
        self._show(((), ()))
        matter, desk = self._row.matter, self._desk
        ref = self._row.ref if isinstance(self._row, TaskView) else ""

        def work() -> Found:
            return desk.read(deadlines.listing, matter=matter), desk.read(hands.of_task, ref) if ref else ()

        if matter:
            ask(self, "why", work, self._show, self._failed)

    def _failed(self, refusal: Refusal) -> None:
        self.query_one("#why", ScrollPane).show(
            [*self._lines((), ()), [part(f"! {self._app.refused(refusal)}", "alert")]]
        )

    def _show(self, found: Found) -> None:
        self.query_one("#why", ScrollPane).show(self._lines(*found))

    def _lines(self, dates: tuple[DeadlineView, ...], moves: tuple[MoveView, ...]) -> list[Line]:
        names = self._app.names
        lines: list[Line] = []
        if isinstance(self._row, TaskView):
            lines += [[part("Why here", "dim")], *([part(f"  {reason}")] for reason in self._row.rank_reason)]
            lines += [
                [part("Why " + names.full(self._row.owner), "dim")],
                [part(f"  {names.say(self._row.owner_reason) or 'owner'}")],
                *([part(f"  {self._said(move)}")] for move in moves),
            ]
        else:
            lines += [
                [
                    part(
                        f"It is with {names.full(self._row.owner)}; prepared by {names.full(self._row.preparer)}."
                    )
                ]
            ]
        for each in dates:
            state, tone = deadline_state(each)
            lines += [
                [part("")],
                [
                    cell(authority_label(each), 14, "dim"),
                    part(f"{legal(each.agency_due)}  {each.title}  ", "strong"),
                    part(state, tone),
                ],
                [cell("Internal", 14, "dim"), part(legal(each.internal_due))],
                [cell("Rule", 14, "dim"), part(f"{each.rule or 'by hand'} {each.citation}")],
            ]
            if each.sentence:
                lines.append([cell("Printed", 14, "dim"), part(names.say(each.sentence))])
            if each.confirmed_by:
                lines.append([cell("Confirmed", 14, "dim"), part(f"by {names.short(each.confirmed_by)}")])
            lines += [[part(f"  {names.say(step)}")] for step in each.steps]
            if each.met_on:
                lines.append([cell("Met", 14, "dim"), part(legal(each.met_on))])
            lines.append([cell("Kind", 14, "dim"), part(plain(each.kind))])
        return lines

    def _said(self, move: MoveView) -> str:
        """A change of hands with its reason, which stays as it was typed."""
        names = self._app.names
        why = f": {move.reason}" if move.reason else ""
        who = f"{names.short(move.of)} to {names.short(move.to)}, {move.how} by {names.short(move.by)}"
        return f"{self._moment.instant(move.at)}: {who}{why}"
