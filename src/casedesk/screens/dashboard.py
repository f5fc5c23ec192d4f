"""The manager's page: who has how much, what does not move, the five figures, who is away, and whether the desk swept.

It counts and never guesses: no probabilities. What a role may not read, the reports refuse, and the page says their
sentence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from textual.widget import Widget

from casedesk.desk import care, closures, docket, vigil
from casedesk.desk.closures import ClosureView
from casedesk.desk.docket import AwayLine
from casedesk.desk.turn import Turn
from casedesk.refusal import Refusal
from casedesk.reports import kpi, stuck, workload
from casedesk.reports.figures import Figure
from casedesk.reports.kpi import Kpi
from casedesk.reports.period import DAYS_AHEAD
from casedesk.reports.stuck import Heap, Stuck
from casedesk.reports.workload import Load, Workload
from casedesk.screens.actions import Action
from casedesk.screens.base import DeskScreen
from casedesk.screens.drawing import Line, bar, cell, part, some
from casedesk.screens.moments import Moment
from casedesk.screens.states import state
from casedesk.screens.widgets.pane import Pane, Rule, ScrollPane
from casedesk.screens.words import plain

SPANS = (7, 14, 28, 56)
"""Days ahead over which hours are laid against hours."""

FIGURES = {
    "acknowledgement_rate": "acknowledged in time",
    "median_review_hours": "review, median",
    "missed_deadlines": "agency's dates missed",
    "reassignment_rate": "changed hands",
    "client_latency_hours": "word to client, median",
}
BAR = 20
WIDE = 100


@dataclass(frozen=True)
class Board:
    """All that the page says, read in one transaction."""

    load: Workload
    stuck: Stuck
    closures: tuple[ClosureView, ...]
    away: tuple[AwayLine, ...]
    swept: datetime | None
    gaps: tuple[str, ...]


def board(turn: Turn, days: int) -> Board:
    """What stands on the page, with the hours of so many days ahead. Raises `Refusal` for who may not read figures."""
    until = turn.today + timedelta(days=days - 1)
    return Board(
        load=workload.report(turn, until=until),
        stuck=stuck.report(turn),
        closures=closures.listing(turn),
        away=docket.absences(turn, turn.today, until),
        swept=care.header(turn).last_sweep,
        gaps=vigil.auditor(turn),
    )


def _most_days(screen: DashboardScreen) -> str:
    return "eight weeks are the most" if screen.days == SPANS[-1] else ""


def _fewest_days(screen: DashboardScreen) -> str:
    return "a week is the least" if screen.days == SPANS[0] else ""


class DashboardScreen(DeskScreen):
    """One page to read; `d` says under each figure what it counts.

    The five figures are counted when the page is opened, or read again by hand: of thirty days' work they are the same
    an hour later, and in a firm of a million tasks they take half a minute, which no write of others is to start anew.
    """

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("define", "d", "what counts", "What each figure counts, under it"),
        Action("docket", "D", "docket", "Dates, hearings and appointments of the days ahead"),
        Action("longer", "right_square_bracket", "more days", "Hours of more days ahead", _most_days),
        Action("shorter", "left_square_bracket", "fewer days", "Hours of fewer days", _fewest_days),
    )
    NAME = "dashboard"
    PLACE = "Dashboard"

    def __init__(self) -> None:
        super().__init__()
        self.days = DAYS_AHEAD
        self.defined = False
        self.board: Board | None = None
        self.figures: Kpi | Refusal | None = None
        self._counts = False

    def body(self) -> Iterable[Widget]:
        yield Pane(id="title")
        yield Rule()
        yield ScrollPane(id="read")

    def on_mount(self) -> None:
        self.query_one("#title", Pane).show([[part("Dashboard", "strong")]])
        pane = self.query_one("#read", ScrollPane)
        pane.show([[part("Counting …", "dim")]])
        pane.focus()

    def on_resize(self) -> None:
        self._show()

    # -- reading ------------------------------------------------------------------------------------------------

    def load(self) -> None:
        desk, days = self.desk, self.days

        def work() -> tuple[Board, Moment]:
            return desk.read(board, days), Moment(desk.now(), desk.zone)

        self.read("board", work, self._loaded, self._failed)

    def _loaded(self, found: tuple[Board, Moment]) -> None:
        self.board, self.moment = found
        if not self._counts:
            self._counts, desk = True, self.desk
            self.read("figures", lambda: desk.read(kpi.report), self._counted, self._counted)
        self._show()

    def _counted(self, figures: Kpi | Refusal) -> None:
        self.figures = figures
        self._show()

    def do_again(self) -> None:
        self._counts, self.figures = False, None
        super().do_again()

    def _failed(self, refusal: Refusal) -> None:
        """Failure never looks like a quiet week, and nothing that was counted before stays under it."""
        self.board = None
        again = " ⟨desk.again⟩ tries again." if refusal.exit_status == 3 else ""
        self.query_one("#read", ScrollPane).show(
            [[part(f"! {self.desk_app.refused(refusal)}{self.spell(again)}", "alert")]]
        )

    # -- drawing ------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        found, moment = self.board, self.moment
        if found is None or moment is None:
            return
        width = self.size.width - 4
        lines = [
            *self._load(found.load, moment, width),
            *self._stuck(found.stuck),
            *self._figures(moment),
        ]
        self.query_one("#read", ScrollPane).show(
            [*lines, *self._away(found, moment), *self._swept(found, moment)]
        )

    def _load(self, view: Workload, moment: Moment, width: int) -> list[Line]:
        ahead = f"hours due by {moment.due(view.until)} beside hours available"
        lines: list[Line] = [[part("Load", "strong"), part(f"   {ahead}", "dim")]]
        lines += [self._one(each, width) for each in sorted(view.lines, key=_fullest)]
        return self._told(lines, view.definition)

    def _one(self, each: Load, width: int) -> Line:
        over = each.load is not None and each.load > 1
        nobody = each.available_hours is None or (not each.available_hours and bool(each.due_hours))
        tone = "alert" if over or nobody else ""
        there = "nobody there" if each.available_hours is None else f"{each.available_hours:g} h"
        line = [
            cell("  " + self.names.short(each.group), 20),
            *bar(each.due_hours, each.load, BAR, tone or "accent"),
            cell(f"  {each.due_hours:g} of {there}", 22, tone or "strong"),
        ]
        if over or nobody:
            line.append(part(*state("load.over" if over else "load.away")))
        if width >= WIDE:
            line.append(
                part(
                    f"{some(each.tasks, 'task')}, {each.open_hours:g} h in all, {each.waiting_hours:g} h waiting",
                    "dim",
                )
            )
        return line

    def _stuck(self, view: Stuck) -> list[Line]:
        lines: list[Line] = [
            [part("")],
            [part("Stuck and overdue", "strong"), part("   as it stands now", "dim")],
        ]
        if not view.lines:
            lines.append([part("  "), state("board.quiet")])
        lines += [self._heap(heap) for heap in view.lines]
        return self._told(lines, view.definition)

    def _heap(self, heap: Heap) -> Line:
        waits = heap.what == stuck.WAITS
        mark, tone = state("heap.waits" if waits else "heap.late", heap.what)
        whom = plain(heap.of) if waits else self.names.short(heap.of) or "no attorney"
        oldest = (
            "" if heap.days is None else f"the oldest {some(heap.days, 'day') if heap.days else 'of today'}"
        )
        thing = "date" if heap.what in (stuck.OWN_DATE, stuck.AGENCY_DATE) else "task"
        return [
            cell(f"  {mark}", 29, tone),
            cell(whom, 17),
            cell(some(heap.count, thing), 10, "strong"),
            part(oldest, "dim"),
        ]

    def _figures(self, moment: Moment) -> list[Line]:
        view = self.figures
        if not isinstance(view, Kpi):
            says = part("counting …", "dim") if view is None else part(self.desk_app.refused(view), "alert")
            return [[part("")], [part("Figures", "strong"), part("   "), says]]
        days = f"{moment.due(view.since)} to {moment.due(view.until)}"
        lines: list[Line] = [
            [part("")],
            [
                part("Figures", "strong"),
                part(self.spell(f"   {days}; ⟨dashboard.define⟩ says what counts"), "dim"),
            ],
        ]
        for name, said in FIGURES.items():
            figure: Figure = getattr(view, name)
            lines.append(
                [
                    cell(f"  {said}", 29),
                    cell(_value(name, figure), 14, "strong"),
                    part(f"n {figure.n}", "dim"),
                ]
            )
            lines = self._told(lines, figure.definition)
        return lines

    def _away(self, found: Board, moment: Moment) -> list[Line]:
        lines: list[Line] = [[part("")], [part("Away and closed", "strong")]]
        for gone in found.away:
            cover = f"covering: {self.names.short(gone.cover)}" if gone.cover else "nobody covers"
            lines.append(
                [
                    cell(f"  {self.names.short(gone.person)}", 20),
                    cell(f"{moment.due(gone.first_day)} to {moment.due(gone.last_day)}", 32),
                    part(cover, "" if gone.cover else "warn"),
                ]
            )
        for shut in found.closures:
            lines.append(
                [
                    cell(f"  {shut.office or 'the whole firm'}", 20),
                    cell(f"{moment.due(shut.first)} to {moment.due(shut.last)}", 32),
                    part(f"closed: {shut.reason}"),
                ]
            )
        if not found.away and not found.closures:
            lines.append([part("  nobody is away, no closure ahead", "dim")])
        return lines

    def _swept(self, found: Board, moment: Moment) -> list[Line]:
        last = moment.instant(found.swept) if found.swept else "never"
        lines: list[Line] = [
            [part("")],
            [part("Worker", "strong"), part(f"   last sweep {last}", "dim" if found.swept else "warn")],
        ]
        if not found.gaps:
            lines.append([part("  "), state("board.no_gap")])
        return [*lines, *([part(f"  ! {gap}", "warn")] for gap in found.gaps)]

    def _told(self, lines: list[Line], definition: str) -> list[Line]:
        return [*lines, [part(f"    {definition}", "dim")]] if self.defined else lines

    # -- acts ---------------------------------------------------------------------------------------------------

    def do_define(self) -> None:
        self.defined = not self.defined
        self._show()

    def do_docket(self) -> None:
        self.desk_app.open_hit("docket", "")

    def do_longer(self) -> None:
        self._span(1)

    def do_shorter(self) -> None:
        self._span(-1)

    def _span(self, by: int) -> None:
        at = SPANS.index(self.days) + by
        self.days = SPANS[max(0, min(at, len(SPANS) - 1))]
        self.load()


def _fullest(each: Load) -> tuple[float, float, str]:
    """Whoever is fullest first; who has work due and no hours before all."""
    if each.load is None:
        return (-1e9 if each.due_hours else 0.0, -each.open_hours, each.group)
    return -each.load, -each.open_hours, each.group


def _value(name: str, figure: Figure) -> str:
    if figure.value is None:
        return "not measured"
    if name.endswith("_rate"):
        return f"{figure.value:.1%}"
    return f"{figure.value:g} h" if name.endswith("_hours") else f"{figure.value:g}"
