"""The matters, one line each: whose, what comes next and who has it, and the nearest date; enter opens the card."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.widget import Widget
from textual.widgets import Static

from casedesk.desk import matter_pages
from casedesk.desk.desk import Desk
from casedesk.desk.matter_pages import Which
from casedesk.desk.paging import Page, Place, Way
from casedesk.desk.views.matters import MatterLine
from casedesk.screens.actions import Action
from casedesk.screens.drawing import Line, Part, cell, content, part, spread, tabs
from casedesk.screens.filtering import FilteredScreen
from casedesk.screens.moments import Moment, legal
from casedesk.screens.summary import task_lines
from casedesk.screens.widgets.paged import PagedList
from casedesk.screens.widgets.pane import Pane, Rule
from casedesk.screens.widgets.rows import RowList
from casedesk.screens.words import LANGUAGES, plain

WIDE = 100


@dataclass(frozen=True)
class Section:
    title: str
    which: Which
    empty: str


SECTIONS = (
    Section("Mine", "mine", "None of your matters has a next step. ⟨matters.section_2⟩ shows everybody's."),
    Section(
        "Open", "open", "No matter has a next step. ⟨matters.section_3⟩ shows those with nothing planned."
    ),
    Section("Nothing planned", "idle", "Every open matter has a next step. ⟨matters.section_1⟩ goes back."),
)


@dataclass(frozen=True)
class MatterPages:
    """The pages of one section under one filter."""

    desk: Desk
    which: Which
    text: str = ""

    def first(self) -> Page[MatterLine]:
        return self._page("first", None, 50)

    def last(self) -> Page[MatterLine]:
        return self._page("last", None)

    def after(self, place: Place) -> Page[MatterLine]:
        return self._page("after", place)

    def before(self, place: Place) -> Page[MatterLine]:
        return self._page("before", place)

    def around(self, place: Place) -> Page[MatterLine]:
        return self._page("around", place)

    def _page(self, way: Way, place: Place | None, limit: int = 100) -> Page[MatterLine]:
        return self.desk.read(
            matter_pages.matter_page, which=self.which, where=self.text, way=way, place=place, limit=limit
        )


def _no_row(screen: MattersScreen) -> str:
    return "" if screen.rows.current is not None else "nothing here"


def _no_step(screen: MattersScreen) -> str:
    row = screen.rows.current
    return "" if row is not None and row.step is not None else "no step here"


class MattersScreen(FilteredScreen):
    """The other side of the queue: `text` is the filter it comes with."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("open", "enter", "matter card", "The card of the matter", _no_row),
        Action("step", "o", "next step", "Open the task that comes next in it", _no_step),
        Action(
            "filter", "slash", "filter", "Show only what is asked for of the next step: type:asylum due<today"
        ),
        Action("tasks", "t", "tasks", "Back to the tasks"),
        Action("section_1", "1", "mine", "Matters you are an owner of", footer=False),
        Action("section_2", "2", "open", "Every matter with a next step", footer=False),
        Action("section_3", "3", "nothing planned", "Open matters without a next step", footer=False),
        Action("section_next", "right", "next section", "The section to the right", footer=False),
        Action("section_previous", "left", "previous section", "The section to the left", footer=False),
    )
    NAME = "matters"
    PLACE = "Matters"
    SHOWS = ("palette",)

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self.section = 0
        self._given = text
        self.rows: PagedList[MatterLine] = PagedList(
            lambda row: row.id,
            self._draw,
            place=matter_pages.place_of,
            read=self.read_page,
            empty=SECTIONS[0].empty,
        )

    def body(self) -> Iterable[Widget]:
        yield Static(id="tabs", markup=False)
        yield self.filter_line()
        yield Rule()
        yield self.rows
        yield Rule()
        preview = Pane(id="preview")
        preview.add_class("preview")
        yield preview

    def on_mount(self) -> None:
        self.rows.focus()
        if self._given:
            self.ask_for(self._given)

    def on_resize(self) -> None:
        self.draw_head()
        self._preview()

    # -- reading ------------------------------------------------------------------------------------------------

    def load(self) -> None:
        if self.rows.pages is None:
            self.show_rows()
        else:
            self.rows.renew()

    def pages_for(self, text: str) -> MatterPages:
        return MatterPages(self.desk, SECTIONS[self.section].which, text)

    def aside(self, text: str) -> Callable[[Page[MatterLine]], Callable[[], None]]:
        nothing = SECTIONS[self.section].empty

        def read(_: Page[MatterLine]) -> Callable[[], None]:
            moment = Moment(self.desk.now(), self.desk.zone)

            def take_in() -> None:
                self.moment = moment
                self.rows.empty = nothing
                if text:
                    self.rows.empty = f"No matter here is like “{text}”. ⟨matters.filter⟩ then ⟨~desk.back⟩ drops the filter."

            return take_in

        return read

    # -- drawing ------------------------------------------------------------------------------------------------

    def draw_head(self) -> None:
        width = self.size.width - 2
        parts = [part("Matters  ", "strong"), *tabs([each.title for each in SECTIONS], self.section)]
        right = [part(f"/ {self.text}", "warn")] if self.text and not self.is_asking else []
        self.query_one("#tabs", Static).update(content([spread(parts, right, width)]))

    def _draw(self, row: MatterLine, width: int) -> Line:
        moment = self.moment
        if moment is None:
            return []
        wide = width >= WIDE
        pressing = row.priority in {"high", "emergency"}
        parts: list[Part] = [cell(("! " if pressing else "  ") + row.ref, 15, "alert" if pressing else "dim")]
        left = width - 15 - 13 - 17 - (34 if wide else 0)
        name = left // 2
        parts += [cell(row.caption, name - 1, "strong"), part(" ")]
        if wide:
            parts += [cell(plain(row.type), 15, "dim"), part(" "), cell(plain(row.priority), 10, "dim")]
        step = row.step
        parts += [cell("nothing planned" if step is None else step.title, left - name - 1), part(" ")]
        parts += [cell("" if step is None else self.names.short(step.owner), 12), part(" ")]
        if wide:
            date = "" if row.next_date is None else moment.near(row.next_date)
            parts.append(cell(date, 8, "dim"))
        if step is not None:
            late = step.due < moment.now
            words = f"due {moment.due(moment.local_day(step.due))}"
            parts.append(cell(f"! {words}" if late else words, 17, "alert" if late else ""))
        return parts

    @on(RowList.Moved)
    def _moved(self) -> None:
        self._preview()
        self.renew_keys()

    def _preview(self) -> None:
        row, moment = self.rows.current, self.moment
        lines: list[Line] = []
        if row is not None and moment is not None:
            facts = (plain(row.type), plain(row.priority), LANGUAGES.get(row.language, row.language))
            lines.append(
                [part(f"{row.ref}  ", "dim"), part(row.caption, "strong"), part(f"  {' · '.join(facts)}")]
            )
            if row.next_date is not None:
                said = f"{legal(row.next_date)}  {moment.left(row.next_date)}"
                lines.append([cell("Next date", 14, "dim"), part(said), part("   internal", "dim")])
            if row.step is None:
                lines.append(
                    [part(self.spell("Nothing is planned in it. ⟨matters.open⟩ opens its card."), "warn")]
                )
            else:
                who = f"with {self.names.full(row.step.owner)}"
                lines.append([cell("Next step", 14, "dim"), part(who)])
                lines += task_lines(row.step, moment, self.size.width - 2)
        self.query_one("#preview", Pane).show(lines)

    # -- acts ---------------------------------------------------------------------------------------------------

    def do_open(self) -> None:
        row = self.rows.current
        if row is not None:
            self.desk_app.open_hit("matter", row.ref)

    def do_step(self) -> None:
        row = self.rows.current
        if row is not None and row.step is not None:
            self.desk_app.open_hit("task", row.step.id)

    def do_tasks(self) -> None:
        self.desk_app.back()

    def show_section(self, number: int) -> None:
        """Another tab; the rows of the old one never stand under the new one's name."""
        self.section = number % len(SECTIONS)
        self.show_rows()
        self.draw_head()

    def do_section_1(self) -> None:
        self.show_section(0)

    def do_section_2(self) -> None:
        self.show_section(1)

    def do_section_3(self) -> None:
        self.show_section(2)

    def do_section_next(self) -> None:
        self.show_section(self.section + 1)

    def do_section_previous(self) -> None:
        self.show_section(self.section - 1)

    def do_back(self) -> None:
        if not self.drop_filter():
            self.desk_app.back()
