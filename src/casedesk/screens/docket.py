"""The docket: dates, hearings and appointments of the days ahead, and what of them is not settled yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Static

from casedesk.desk import appointments, deadlines, docket, docket_files, people
from casedesk.desk.docket import Docket
from casedesk.desk.turn import Turn
from casedesk.desk.views.dates import AppointmentView, DeadlineView
from casedesk.screens import docket_rows, queue
from casedesk.screens.actions import Action
from casedesk.screens.base import DeskScreen
from casedesk.screens.docket_rows import AwayRow, DateRow, PaperRow, Row
from casedesk.screens.drawing import Line, content, part, some, spread, tabs
from casedesk.screens.handing import a_day
from casedesk.screens.moments import Moment, legal
from casedesk.screens.saving import save_new
from casedesk.screens.widgets.pane import Pane, Rule
from casedesk.screens.widgets.prompt import Answers, Field, prompt
from casedesk.screens.widgets.rows import RowList

SPANS = (7, 14, 28, 56, 112, 224, 365)
"""How many days the docket shows, from one key press to the next."""

OUTCOMES = ("attended", "no show", "continued", "cancelled")


@dataclass(frozen=True)
class Section:
    title: str
    short: str
    rows: Callable[[Docket, str], tuple[Row, ...]]
    empty: str


def _all(view: Docket, _handle: str) -> tuple[Row, ...]:
    return docket_rows.dates(view)


def _mine(view: Docket, handle: str) -> tuple[Row, ...]:
    return docket_rows.of_whom(docket_rows.dates(view), view, handle)


def _unconfirmed(view: Docket, _handle: str) -> tuple[Row, ...]:
    open_ = set(view.unconfirmed)
    return tuple(row for row in docket_rows.dates(view) if row.line.ref in open_)


SECTIONS = (
    Section("All", "All", _all, "Nothing falls due in these days. ] shows more days."),
    Section("Mine", "Mine", _mine, "Nothing of yours falls due in these days. ⟨docket.section_1⟩ shows everybody's."),
    Section("Unconfirmed", "Unconf'd", _unconfirmed, "Every appointment is confirmed. ⟨docket.section_1⟩ shows all dates."),
    Section("Clashes", "Clashes", lambda view, _: docket_rows.clashes(view), "Nobody is to be at two places. ⟨docket.section_1⟩ shows all dates."),
    Section("Inbox", "Inbox", lambda view, _: docket_rows.papers(view), "Every paper has its matter. ⟨docket.section_1⟩ shows all dates."),
    Section("Away", "Away", lambda view, _: docket_rows.away(view), "Nobody is away in these days. ⟨docket.section_1⟩ shows all dates."),
)  # fmt: skip


def _unconfirmable(screen: DocketScreen) -> str:
    row = screen.rows.current
    if not isinstance(row, DateRow) or screen.moment is None:
        return "no date here"
    if row.line.at is None:
        return "missed" if row.line.state.startswith("missed") else ""
    if row.line.state == "confirmed":
        return "confirmed already"
    return "" if docket_rows.is_to_come(row.line, screen.moment) else "its time is past"


def _no_appointment(screen: DocketScreen) -> str:
    row = screen.rows.current
    return "" if isinstance(row, DateRow) and row.line.at is not None else "no appointment here"


def _leads_nowhere(screen: DocketScreen) -> str:
    row = screen.rows.current
    if row is None:
        return "nothing here"
    return "" if isinstance(row, PaperRow | AwayRow) or docket_rows.matter_of(row) else "no matter"


def _at_the(which: int, why: str) -> Callable[[DocketScreen], str]:
    return lambda screen: why if screen.days == SPANS[which] else ""


class DocketScreen(DeskScreen):
    """The days ahead; what should have been settled already stands there until it is."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("open", "enter", "open matter", "The card of its matter; the inbox for a paper, who it is for somebody away", _leads_nowhere),
        Action("confirm", "c", "confirm", "The appointment stands, or: I counted the date too", _unconfirmable),
        Action("outcome", "o", "outcome", "What came of the appointment", _no_appointment),
        Action("print", "p", "print", "Save the docket as a PDF, to print it"),
        Action("longer", "right_square_bracket", "more days", "More days ahead", _at_the(-1, "a year is the most")),
        Action("shorter", "left_square_bracket", "fewer days", "Fewer days", _at_the(0, "a week is the least"), footer=False),
        Action("section_1", "1", "all", "Every date, hearing and appointment", footer=False),
        Action("section_2", "2", "mine", "What is yours", footer=False),
        Action("section_3", "3", "unconfirmed", "Appointments nobody has confirmed", footer=False),
        Action("section_4", "4", "clashes", "Somebody at two places at once", footer=False),
        Action("section_5", "5", "inbox", "Papers of no matter yet", footer=False),
        Action("section_6", "6", "away", "Who is away, and who covers", footer=False),
        Action("section_next", "right", "next section", "The section to the right", footer=False),
        Action("section_previous", "left", "previous section", "The section to the left", footer=False),
    )  # fmt: skip
    NAME = "docket"
    PLACE = "Docket"

    def __init__(self) -> None:
        super().__init__()
        self.days = docket.DAYS
        self.section = 0
        self.view: Docket | None = None
        self.detail: DeadlineView | None = None
        self.rows: RowList[Row] = RowList(lambda row: row.id, self._draw, empty=SECTIONS[0].empty)
        self._pause: Timer | None = None

    def body(self) -> Iterable[Widget]:
        yield Static(id="tabs", markup=False)
        yield Rule()
        yield self.rows
        yield Rule()
        pane = Pane(id="preview")
        pane.add_class("preview")
        yield pane

    def on_mount(self) -> None:
        self.rows.focus()

    def on_resize(self) -> None:
        self._draw_tabs()

    # -- reading ------------------------------------------------------------------------------------------------

    def load(self) -> None:
        self.rows.wait()
        desk, days = self.desk, self.days

        def work() -> tuple[Docket, Moment]:
            return desk.read(_ahead, days), Moment(desk.now(), desk.zone)

        self.read("docket", work, self._loaded, self.failing(self.rows))

    def _loaded(self, found: tuple[Docket, Moment]) -> None:
        self.view, self.moment = found
        self._fill()

    def _fill(self) -> None:
        section = SECTIONS[self.section]
        self.rows.empty = section.empty
        self.rows.fill(() if self.view is None else section.rows(self.view, self.desk_app.rights.handle))
        self._draw_tabs()

    # -- drawing ------------------------------------------------------------------------------------------------

    def _draw_tabs(self) -> None:
        width, view = self.size.width - 2, self.view
        titles = []
        for section in SECTIONS:
            count = "" if view is None else f" {len(section.rows(view, self.desk_app.rights.handle))}"
            titles.append((section.title if width >= docket_rows.WIDE else section.short) + count)
        until = ""
        if view is not None:
            wide = width >= docket_rows.WIDE
            until = f"{some(self.days, 'day')}, until {legal(view.until)}" if wide else f"{self.days} d"
        self.query_one("#tabs", Static).update(
            content([spread(tabs(titles, self.section), [part(until, "dim")], width)])
        )

    def _draw(self, row: Row, width: int) -> Line:
        return [] if self.moment is None else docket_rows.draw(row, self.moment, self.names, width)

    @on(RowList.Moved)
    def _moved(self) -> None:
        row = self.rows.current
        if self.detail is not None and (row is None or row.id != self.detail.ref):
            self.detail = None
        self._show()
        self.renew_keys()
        if self._pause is not None:
            self._pause.stop()
        if isinstance(row, DateRow) and row.line.at is None:
            self._pause = self.set_timer(queue.PREVIEW_PAUSE, self._read_detail)

    def _read_detail(self) -> None:
        row = self.rows.current
        if not isinstance(row, DateRow) or row.line.at is not None:
            return
        ref = row.line.ref

        def arrived(detail: DeadlineView) -> None:
            if self.rows.current_id == ref:
                self.detail = detail
                self._show()

        self.read("detail", lambda: self.desk.read(deadlines.show, ref), arrived, lambda _refusal: None)

    def _show(self) -> None:
        lines: list[Line] = []
        if self.moment is not None:
            lines = docket_rows.preview(self.rows.current, self.moment, self.names, self.detail)
        self.query_one("#preview", Pane).show(lines)

    # -- acts ---------------------------------------------------------------------------------------------------

    def do_open(self) -> None:
        row = self.rows.current
        if row is None:
            return
        matter = docket_rows.matter_of(row)
        if isinstance(row, PaperRow):
            self.desk_app.open_hit("inbox", "")
        elif matter:
            self.desk_app.open_hit("matter", matter)
        elif isinstance(row, AwayRow):
            desk, who = self.desk, row.away.person
            self.read(
                "person",
                lambda: desk.read(people.show, who),
                lambda found: self.desk_app.tell(self.names.about(found)),
            )

    def do_confirm(self) -> None:
        row = self.rows.current
        if not isinstance(row, DateRow):
            return
        if row.line.at is None:
            self._confirm_date(row)
            return
        ref = row.line.ref

        def said(done: AppointmentView) -> str:
            return f"{done.ref} {done.title} is confirmed."

        self.write(lambda: self.desk.write(appointments.confirm, ref), said)

    def _confirm_date(self, row: DateRow) -> None:
        """A second count is asked for at once where the date is known to need one; the desk asks for it anyway."""
        line, detail = row.line, self.detail
        known = detail is not None and detail.ref == line.ref
        counts = "disagree" in line.state or (known and detail is not None and detail.critical)
        today = None if self.moment is None else self.moment.today

        def act(answers: Answers) -> DeadlineView:
            typed = answers["counted"]
            return self.desk.write(deadlines.confirm, line.ref, a_day(typed, today) if typed else None)

        def said(done: DeadlineView) -> str:
            if done.state == "conflict":
                return f"{done.ref}: two dates now, the earlier rules, {legal(done.agency_due)}. Somebody else settles it."
            return f"{done.ref} is confirmed: {legal(done.agency_due)}."

        why = (
            "It is critical: say the day you counted yourself."
            if counts
            else "Count it yourself, or leave it empty where the day is right."
        )
        prompt(
            self,
            f"Confirm {line.ref} {line.title}",
            (Field("counted", "Your count", "day", "30 Nov 2026", required=counts),),
            act,
            said,
            verb="confirm",
            about=[[part(why, "warn" if counts else "dim")]],
        )  # fmt: skip

    def do_outcome(self) -> None:
        row = self.rows.current
        if not isinstance(row, DateRow):
            return
        line = row.line
        prompt(
            self,
            f"Outcome of {line.ref} {line.title}",
            (
                Field("result", "What came of it", "choice", ", ".join(OUTCOMES), choices=OUTCOMES),
                Field("note", "Note", required=False, hint="what was said there"),
            ),
            lambda answers: self.desk.write(
                appointments.outcome, line.ref, answers["result"], note=answers["note"]
            ),
            lambda done: f"{done.ref}: {(done.outcome or '').replace('_', ' ')}.",
        )

    def do_print(self) -> None:
        view = self.view
        if view is None:
            return

        def act(answers: Answers) -> Path:
            return save_new(answers.path("path"), self.desk.read(docket_files.paper, view))

        prompt(
            self,
            "Save the docket as a PDF",
            (Field("path", "To", "path", value=f"docket-{view.since.isoformat()}.pdf"),),
            act,
            lambda path: f"Written to {path}.",
        )

    # -- days and sections --------------------------------------------------------------------------------------

    def _span(self, by: int) -> None:
        at = SPANS.index(self.days) + by
        self.days = SPANS[max(0, min(at, len(SPANS) - 1))]
        self.load()

    def do_longer(self) -> None:
        self._span(1)

    def do_shorter(self) -> None:
        self._span(-1)

    def show_section(self, number: int) -> None:
        self.section = number % len(SECTIONS)
        self._fill()

    def do_section_1(self) -> None:
        self.show_section(0)

    def do_section_2(self) -> None:
        self.show_section(1)

    def do_section_3(self) -> None:
        self.show_section(2)

    def do_section_4(self) -> None:
        self.show_section(3)

    def do_section_5(self) -> None:
        self.show_section(4)

    def do_section_6(self) -> None:
        self.show_section(5)

    def do_section_next(self) -> None:
        self.show_section(self.section + 1)

    def do_section_previous(self) -> None:
        self.show_section(self.section - 1)


def _ahead(turn: Turn, days: int) -> Docket:
    """The docket of so many days from today on. Raises `Refusal`."""
    return docket.docket(turn, until=turn.today + timedelta(days=days - 1))
