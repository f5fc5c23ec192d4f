"""The queue: what is mine in the order to do it, what it is, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual import on
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Static

from casedesk.desk import deadlines, matters, queue_pages, tasks
from casedesk.desk.paging import Page, Place
from casedesk.desk.views.dates import DeadlineView
from casedesk.desk.views.gate import ReviewView
from casedesk.desk.views.matters import TimelineEntry
from casedesk.desk.views.work import QueueCounts, TaskDetail, TaskView
from casedesk.refusal import Refusal
from casedesk.screens import empty, queue_rows, saved, sections
from casedesk.screens.actions import Action
from casedesk.screens.drawing import Line, Part, cell, content, part, spread
from casedesk.screens.moments import Moment
from casedesk.screens.onward import open_next
from casedesk.screens.queue_acts import QueueActs
from casedesk.screens.queue_keys import ACTIONS
from casedesk.screens.queue_source import QueuePages, QueueRow
from casedesk.screens.sections import Section
from casedesk.screens.summary import task_lines
from casedesk.screens.widgets.paged import PagedList
from casedesk.screens.widgets.pane import Pane, Rule
from casedesk.screens.widgets.prompt import Answers, Field, prompt
from casedesk.screens.widgets.rows import RowList

PREVIEW_PAUSE = 0.08


class QueueScreen(QueueActs):
    """The first screen. The cursor stays on its task when the store moves underneath."""

    ACTIONS: ClassVar[tuple[Action, ...]] = ACTIONS
    NAME = "queue"
    SHOWS = ("palette",)

    def __init__(self) -> None:
        super().__init__()
        self.section = 0
        self.sections: tuple[Section, ...] = sections.SHIPPED
        self.counts: QueueCounts | None = None
        self.hidden: frozenset[str] = frozenset()
        self._saved_counts: dict[str, str] = {}
        self.rows: PagedList[QueueRow] = PagedList(
            lambda row: row.id,
            self._draw,
            place=self._place,
            read=self.read_page,
            empty=sections.SHIPPED[0].empty,
            id="rows",
        )
        self._preview = Pane(id="preview")
        self._preview.add_class("preview")
        self._pause: Timer | None = None

    @property
    def here(self) -> Section:
        return self.sections[self.section]

    def body(self) -> Iterable[Widget]:
        yield Static(id="tabs", markup=False)
        yield self.filter_line()
        yield Rule()
        yield self.rows
        yield Rule()
        yield self._preview

    def on_mount(self) -> None:
        self.sections = sections.with_saved(self.desk_app.sections)
        self.rows.focus()

    def on_resize(self) -> None:
        self.draw_head()
        self._show_preview()

    # -- reading ------------------------------------------------------------------------------------------------

    def load(self) -> None:
        if self.rows.pages is None:
            self.show_rows()
        else:
            self.rows.renew()
        self._count()

    def pages_for(self, text: str) -> QueuePages:
        return QueuePages(self.desk, self.here, text)

    def _place(self, row: QueueRow) -> Place:
        return self.pages_for(self.text).place(row)

    def aside(self, text: str) -> Callable[[Page[QueueRow]], Callable[[], None]]:
        section, marks = self.here, tuple(self.rows.marks)

        def read(page: Page[QueueRow]) -> Callable[[], None]:
            nothing = "" if page.rows or text or section.is_saved else self.desk.read(empty.page)
            hidden = frozenset(marks)
            if marks and section.scope is not None:
                asks = section.asks(text)
                hidden -= self.desk.read(queue_pages.among, section.scope, asks, marks)
            moment = Moment(self.desk.now(), self.desk.zone)

            def take_in() -> None:
                self.hidden, self.moment = hidden, moment
                self.rows.empty = nothing or section.empty
                if text:
                    self.rows.empty = (
                        f"Nothing here holds “{text}”. ⟨queue.filter⟩ then ⟨~desk.back⟩ drops the filter."
                    )

            return take_in

        return read

    def _count(self) -> None:
        """The numbers on the tabs; the rows do not wait for them."""
        own = [section for section in self.sections if section.is_saved]

        def work() -> tuple[QueueCounts, dict[str, str]]:
            return self.desk.read(tasks.counts), {each.title: self._counted(each) for each in own}

        def counted(found: tuple[QueueCounts, dict[str, str]]) -> None:
            self.counts, self._saved_counts = found
            self.draw_head()

        self.read("counts", work, counted, lambda _: None)

    def _counted(self, section: Section) -> str:
        try:
            count, more = self.desk.read(queue_pages.counted, section.where)
        except Refusal as refusal:
            if refusal.exit_status == 3:
                raise
            return "!"
        return f"{count}+" if more else str(count)

    # -- drawing ------------------------------------------------------------------------------------------------

    def draw_head(self) -> None:
        width = self.size.width - 2
        right = self._said_right()
        room = width - sum(len(text) for text, _ in right) - 1
        parts = sections.tabs(self.sections, self.section, self.counts, self._saved_counts, width, room)
        self.query_one("#tabs", Static).update(content([spread(parts, right, width)]))

    def _said_right(self) -> list[Part]:
        marks = self.rows.marks
        if marks:
            hidden = len(self.hidden & marks)
            where = "hidden by the filter" if self.text else "not in this section"
            return [part(f"{len(marks)} marked" + (f" ({hidden} {where})" if hidden else ""), "warn")]
        return [part(f"/ {self.text}", "warn")] if self.text and not self.is_asking else []

    def _draw(self, row: QueueRow, width: int) -> Line:
        moment = self.moment or self.desk_app.standing.moment
        if moment is None:
            return []
        if isinstance(row, ReviewView):
            return queue_rows.review_line(row, moment, width)
        owner = self.names.short(row.owner) if self.here.is_everybodys else None
        return queue_rows.task_line(row, moment, width, owner)

    # -- preview ------------------------------------------------------------------------------------------------

    @on(RowList.Moved)
    def _moved(self) -> None:
        """The line under the cursor is drawn first, what follows it after."""
        self.call_after_refresh(self._follow)

    def _follow(self) -> None:
        self._show_preview()
        self.renew_keys()
        if self._pause is not None:
            self._pause.stop()
        if isinstance(self.rows.current, TaskView):
            self._pause = self.set_timer(PREVIEW_PAUSE, self._read_preview)

    def _read_preview(self) -> None:
        task = self.rows.current
        if not isinstance(task, TaskView):
            return
        matter = task.matter

        def work() -> tuple[TaskDetail, tuple[DeadlineView, ...], tuple[TimelineEntry, ...]]:
            dates = self.desk.read(deadlines.listing, matter=matter) if matter else ()
            last = self.desk.read(matters.timeline, matter, limit=1) if matter else ()
            return self.desk.read(tasks.show, task.ref), dates, last

        def arrived(found: tuple[TaskDetail, tuple[DeadlineView, ...], tuple[TimelineEntry, ...]]) -> None:
            if self.rows.current_id == found[0].task.id:
                self._show_preview(*found)

        self.read("preview", work, arrived, self._no_preview)

    def _no_preview(self, refusal: Refusal) -> None:
        self._preview.show([[part(self.desk_app.refused(refusal), "warn")]])

    def _show_preview(
        self,
        detail: TaskDetail | None = None,
        dates: tuple[DeadlineView, ...] = (),
        last: tuple[TimelineEntry, ...] = (),
    ) -> None:
        row, moment, width = self.rows.current, self.moment, self.size.width - 2
        if row is None or moment is None:
            self._preview.show([])
        elif isinstance(row, ReviewView):
            self._preview.show(queue_rows.review_preview(row, moment, self.names))
        else:
            lines = task_lines(row, moment, width, detail, dates)
            if last:
                entry = last[0]
                who = self.names.short(entry.actor)
                lines.append(
                    [cell("Last", 14, "dim"), part(f"{moment.instant(entry.at)} {who}: {entry.what}")]
                )
            self._preview.show(lines)

    # -- going on -----------------------------------------------------------------------------------------------

    def do_open(self) -> None:
        row = self.rows.current
        if row is not None:
            self.desk_app.open_hit("review" if isinstance(row, ReviewView) else "task", row.id)

    def do_why(self) -> None:
        from casedesk.screens.why import WhyScreen

        row = self.rows.current
        if row is not None and self.moment is not None:
            self.app.push_screen(WhyScreen(self, row, self.moment))

    def do_next(self) -> None:
        open_next(self)

    def do_matter(self) -> None:
        row = self.rows.current
        if row is not None and row.matter:
            self.desk_app.open_hit("matter", row.matter)
        else:
            self.desk_app.tell(
                "This notice has no matter yet. ⟨queue.inbox⟩ opens the inbox, where it is matched.",
                "warning",
            )

    # -- sections -----------------------------------------------------------------------------------------------

    def show_section(self, number: int) -> None:
        """Another tab; the rows of the old one never stand under the new one's name."""
        self.section = number % len(self.sections)
        self.show_rows()
        self.draw_head()

    def _go_to_section(self, number: int) -> None:
        if number < len(self.sections):
            self.show_section(number)
        else:
            self.desk_app.tell(
                "No section is saved there. ⟨queue.filter⟩ asks, ⟨queue.save_section⟩ keeps it as a section."
            )

    def do_section_1(self) -> None:
        self._go_to_section(0)

    def do_section_2(self) -> None:
        self._go_to_section(1)

    def do_section_3(self) -> None:
        self._go_to_section(2)

    def do_section_4(self) -> None:
        self._go_to_section(3)

    def do_section_5(self) -> None:
        self._go_to_section(4)

    def do_section_6(self) -> None:
        self._go_to_section(5)

    def do_section_7(self) -> None:
        self._go_to_section(6)

    def do_section_8(self) -> None:
        self._go_to_section(7)

    def do_section_9(self) -> None:
        self._go_to_section(8)

    def do_section_next(self) -> None:
        self.show_section(self.section + 1)

    def do_section_previous(self) -> None:
        self.show_section(self.section - 1)

    def do_save_section(self) -> None:
        """The question in force under a name, in the person's own file. What a saved section asks goes with it."""
        where = self.here.asks(self.text)

        def act(answers: Answers) -> saved.SavedSection:
            return saved.save(answers["name"], where)

        def said(section: saved.SavedSection) -> str:
            number = len(self.desk_app.sections) + len(sections.SHIPPED) + 1
            key = f" {number} shows it." if number <= 9 else ""
            return f"Saved as {section.name}.{key} It asks {section.where} of everybody's tasks."

        def then(section: saved.SavedSection) -> None:
            self._keep_sections((*self.desk_app.sections, section))
            self.section = len(self.sections) - 1
            self.text = ""
            self.drop_filter()
            self.show_rows()

        prompt(
            self,
            "Save section",
            (Field("name", "Name", hint="a word or two, for its tab"),),
            act,
            said,
            about=[[part(f"/ {where}", "dim")]],
            then=then,
        )

    def do_forget_section(self) -> None:
        section = self.here

        def work() -> Section:
            saved.remove(section.title)
            return section

        def gone(_: Section) -> None:
            self._keep_sections(each for each in self.desk_app.sections if each.name != section.title)
            self.show_section(0)

        def told(section: Section) -> None:
            gone(section)
            self.desk_app.tell(
                f"Removed {section.title}. It asked {section.where}; its tasks are where they were."
            )

        self.read("forget", work, told)

    def _keep_sections(self, kept: Iterable[saved.SavedSection]) -> None:
        self.desk_app.sections = tuple(kept)
        self.sections = sections.with_saved(self.desk_app.sections)
        self._count()

    def do_back(self) -> None:
        if self.drop_filter():
            return
        if self.rows.marks:
            self.rows.marks.clear()
            self.rows.refresh()
            self.draw_head()
        elif self.desk_app.last_key != "escape":
            self.desk_app.back()
