"""The queue: what is mine in the order to do it, what it is, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static

from casedesk.desk import deadlines, matters, reviews, tasks
from casedesk.desk.views.dates import DeadlineView
from casedesk.desk.views.gate import ReviewView
from casedesk.desk.views.matters import TimelineEntry
from casedesk.desk.views.work import QueueCounts, TaskDetail, TaskView
from casedesk.refusal import Refusal, StoreUnavailable
from casedesk.screens import empty, giving, queue_rows
from casedesk.screens.actions import Action
from casedesk.screens.base import DeskScreen
from casedesk.screens.drawing import Line, Part, cell, content, part, spread
from casedesk.screens.moments import Moment
from casedesk.screens.onward import open_next
from casedesk.screens.summary import task_lines
from casedesk.screens.widgets.pane import Pane, Rule
from casedesk.screens.widgets.rows import RowList

QueueRow = TaskView | ReviewView

PAGE = 50
PREVIEW_PAUSE = 0.08


@dataclass(frozen=True)
class Section:
    """One tab: `scope` is what the desk is asked for, None for the reviews."""

    title: str
    scope: str | None
    count: str
    empty: str


SECTIONS = (
    Section(
        "Mine",
        "mine",
        "mine",
        "Nothing waits for you. ⟨queue.section_5⟩ shows the team's work, ⟨queue.inbox⟩ the inbox.",
    ),
    Section(
        "Unacknowledged",
        "unacknowledged",
        "unacknowledged",
        "Everything has been acknowledged. ⟨queue.section_1⟩ goes back.",
    ),
    Section(
        "Due this week",
        "due",
        "due_this_week",
        "Nothing of yours is due this week. ⟨queue.section_1⟩ goes back.",
    ),
    Section("Waiting", "waiting", "waiting", "Nothing is waiting on anybody. ⟨queue.section_1⟩ goes back."),
    Section("Team", "team", "team", "Nobody has open work. ⟨queue.inbox⟩ receives a notice."),
    Section("Reviews", None, "reviews", "No review waits for you. ⟨queue.section_1⟩ goes back."),
)
SHORT = {"Unacknowledged": "Unack'd", "Due this week": "Due"}


def _no_task(screen: QueueScreen) -> str:
    return "" if isinstance(screen.rows.current, TaskView) else "no task here"


def _nothing_to_give(screen: QueueScreen) -> str:
    return "" if screen.rows.marks else _no_task(screen)


def _nothing_to_undo(screen: QueueScreen) -> str:
    return "" if screen.desk_app.gesture else _no_task(screen)


def _no_row(screen: QueueScreen) -> str:
    return "" if screen.rows.current is not None else "nothing here"


def _nothing_to_acknowledge(screen: QueueScreen) -> str:
    if screen.rows.marks:
        return ""
    row = screen.rows.current
    if not isinstance(row, TaskView):
        return "no task here"
    return "" if row.status == "new" else "done already"


class QueueScreen(DeskScreen):
    """The first screen. The cursor stays on its task when the store moves underneath."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("open", "enter", "open", "Open the task or the review", _no_row),
        Action(
            "acknowledge", "a", "acknowledge", "I have seen it (of all marked tasks)", _nothing_to_acknowledge
        ),
        Action("mark", "space", "mark", "Mark several for one key", _no_task),
        Action(
            "hand_off",
            "h",
            "hand off",
            "Give the task, or all that are marked, with a note",
            _nothing_to_give,
        ),
        Action("why", "w", "why", "Why it stands here, why it is yours, how the dates were counted", _no_row),
        Action("next", "n", "next", "Open what comes first among your tasks, and say why"),
        Action("filter", "slash", "filter", "Show only what holds these words"),
        Action("matter", "m", "matter card", "The card of its matter", _no_row, footer=False),
        Action("undo", "z", "undo", "Take back the last gesture", _nothing_to_undo, footer=False),
        Action(
            "reassign",
            "r",
            "reassign",
            "Move the task, or all that are marked, with a reason",
            _nothing_to_give,
            footer=False,
            act="reassign_task",
        ),
        Action("inbox", "I", "inbox", "Receive papers, match what nobody knows", footer=False),
        Action("told", "N", "news", "What you were told: reminders, hand-offs, escalations", footer=False),
        Action("messages", "M", "messages", "What is to be said to clients", footer=False),
        Action("docket", "D", "docket", "Dates, hearings and appointments of the days ahead", footer=False),
        Action("dashboard", "F", "dashboard", "Load, what is stuck, the firm's figures", footer=False),
        Action("status", "S", "status round", "Receipts to look up on the agency's page", footer=False),
        Action(
            "people", "P", "people", "Who is here, hours, absences and their hand-over sheets", footer=False
        ),
        Action("rules", "R", "rules", "The routing rules in plain English", footer=False),
        Action(
            "rules_why",
            "W",
            "which rule",
            "Which rules opened this task, and which did not",
            _no_task,
            footer=False,
        ),
        Action("section_1", "1", "mine", "Your tasks", footer=False),
        Action("section_2", "2", "unacknowledged", "Not acknowledged by anybody yet", footer=False),
        Action("section_3", "3", "due", "Due this week", footer=False),
        Action("section_4", "4", "waiting", "Waiting on somebody", footer=False),
        Action("section_5", "5", "team", "Everybody's open tasks", footer=False),
        Action("section_6", "6", "reviews", "Reviews and approvals that wait for you", footer=False),
        Action("section_next", "right", "next section", "The section to the right", footer=False),
        Action("section_previous", "left", "previous section", "The section to the left", footer=False),
        *empty.ACTIONS,
    )
    NAME = "queue"
    SHOWS = ("palette",)

    def __init__(self) -> None:
        super().__init__()
        self.section = 0
        self.counts: QueueCounts | None = None
        self.text = ""
        self.rows: RowList[QueueRow] = RowList(
            lambda row: row.id, self._draw, empty=SECTIONS[0].empty, id="rows"
        )
        self._preview = Pane(id="preview")
        self._preview.add_class("preview")
        self._pause: Timer | None = None
        self._wants_more = True

    def body(self) -> Iterable[Widget]:
        yield Static(id="tabs", markup=False)
        yield Input(
            placeholder=self.spell("show only what holds these words; enter keeps it, ⟨~desk.back⟩ drops it"),
            id="filter",
        )
        yield Rule()
        yield self.rows
        yield Rule()
        yield self._preview

    def on_mount(self) -> None:
        self.rows.focus()

    def on_resize(self) -> None:
        self._draw_tabs()
        self._show_preview()

    # -- reading ------------------------------------------------------------------------------------------------

    def load(self) -> None:
        self.rows.wait()
        section, text, limit = SECTIONS[self.section], self.text, max(PAGE, len(self.rows.rows))

        def work() -> tuple[tuple[QueueRow, ...], QueueCounts, Moment, str]:
            found = self._page(section, text, limit, None)
            first_page = "" if found or text else self.desk.read(empty.page)
            return found, self.desk.read(tasks.counts), Moment(self.desk.now(), self.desk.zone), first_page

        self.read("queue", work, self._loaded, self.failing(self.rows))

    def _page(self, section: Section, text: str, limit: int, after: str | None) -> tuple[QueueRow, ...]:
        if section.scope is None:
            found = self.desk.read(reviews.listing, mine=True, limit=limit, after=after)
            return tuple(
                row for row in found if text.lower() in f"{row.title} {row.caption} {row.matter}".lower()
            )
        return self.desk.read(tasks.queue, scope=section.scope, limit=limit, after=after, text=text or None)

    def _loaded(self, found: tuple[tuple[QueueRow, ...], QueueCounts, Moment, str]) -> None:
        rows, self.counts, self.moment, first_page = found
        self._wants_more = len(rows) >= PAGE
        nothing = first_page or SECTIONS[self.section].empty
        self.rows.empty = (
            f"Nothing here holds “{self.text}”. ⟨queue.filter⟩ then ⟨~desk.back⟩ drops the filter."
            if self.text
            else nothing
        )
        self.rows.fill(rows)
        self._draw_tabs()

    @on(RowList.WantsMore)
    def _read_on(self) -> None:
        last = self.rows.rows[-1].id if self.rows.rows else None
        if not self._wants_more or last is None:
            return
        self._wants_more = False
        section, text = SECTIONS[self.section], self.text
        self.read(
            "more", lambda: self._page(section, text, PAGE, last), lambda rows: self._append(section, rows)
        )

    def _append(self, section: Section, rows: tuple[QueueRow, ...]) -> None:
        if section is SECTIONS[self.section]:
            known = {row.id for row in self.rows.rows}
            self.rows.fill([*self.rows.rows, *(row for row in rows if row.id not in known)])
            self._wants_more = len(rows) >= PAGE

    # -- drawing ------------------------------------------------------------------------------------------------

    def _draw_tabs(self) -> None:
        width = self.size.width - 2
        parts: list[Part] = []
        for number, section in enumerate(SECTIONS):
            count = "" if self.counts is None else f" {getattr(self.counts, section.count)}"
            title = section.title if width >= 100 else SHORT.get(section.title, section.title)
            here = number == self.section
            parts += [
                part("[" if here else " ", "accent"),
                part(title + count, "accent" if here else ""),
                part("] " if here else "  ", "accent"),
            ]
        marks = len(self.rows.marks)
        right: list[Part] = []
        if marks:
            hidden = len(self.rows.marks - {row.id for row in self.rows.rows})
            right = [part(f"{marks} marked" + (f" ({hidden} hidden)" if hidden else ""), "warn")]
        elif self.text:
            right = [part(f"holds “{self.text}”", "warn")]
        self.query_one("#tabs", Static).update(content([spread(parts, right, width)]))

    def _draw(self, row: QueueRow, width: int) -> Line:
        moment = self.moment or self.desk_app.standing.moment
        if moment is None:
            return []
        if isinstance(row, ReviewView):
            return queue_rows.review_line(row, moment, width)
        owner = self.names.short(row.owner) if SECTIONS[self.section].scope in {"team"} else None
        return queue_rows.task_line(row, moment, width, owner)

    # -- preview ------------------------------------------------------------------------------------------------

    @on(RowList.Moved)
    def _moved(self) -> None:
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

    # -- acts ---------------------------------------------------------------------------------------------------

    @on(RowList.Chosen)
    def do_open(self) -> None:
        row = self.rows.current
        if row is not None:
            self.desk_app.open_hit("review" if isinstance(row, ReviewView) else "task", row.id)

    def do_new_matter(self) -> None:
        empty.new_matter(self)

    def do_bring_in(self) -> None:
        empty.bring_in(self)

    def do_write_date(self) -> None:
        empty.write_date(self)

    def do_acknowledge(self) -> None:
        """All that is marked, also what the filter hides; else the task under the cursor."""
        ids = self._meant()
        app, several = self.desk_app, len(ids) > 1

        def work() -> list[TaskView]:
            done = []
            for each in ids:
                try:
                    done.append(self.desk.write(tasks.acknowledge, each))
                except StoreUnavailable:
                    raise
                except Refusal:
                    if not several:
                        raise
            return done

        def said(done: list[TaskView]) -> str:
            if not done:
                return "None of the marked tasks was waiting to be acknowledged."
            which = f"{done[0].ref} {done[0].title}" if len(done) == 1 else f"{len(done)} tasks"
            rest = len(ids) - len(done)
            before = f" {rest} of the marked did not wait for it." if rest else ""
            return f"Acknowledged {which}. ⟨queue.undo⟩ takes it back.{before}"

        def then(done: list[TaskView]) -> None:
            self._unmark(ids)
            app.gesture = tuple(task.ref for task in done)

        self.write(work, said, then)

    def _meant(self) -> list[str]:
        """The ids of all that is marked, also what the filter hides; else of the task under the cursor."""
        row, rows = self.rows.current, self.rows
        ids = [each.id for each in rows.rows if each.id in rows.marks]
        ids += sorted(rows.marks.difference(ids))
        return ids or ([row.id] if isinstance(row, TaskView) else [])

    def _unmark(self, ids: list[str]) -> None:
        self.rows.marks.difference_update(ids)
        self._draw_tabs()

    def _give(self, give: Callable[..., None]) -> None:
        ids = self._meant()
        known = [row for row in self.rows.rows if isinstance(row, TaskView) and row.id in ids]
        if ids:
            give(self, known, ids, lambda: self._unmark(ids))

    def do_mark(self) -> None:
        self.rows.toggle_mark()
        self._draw_tabs()

    def do_hand_off(self) -> None:
        self._give(giving.hand_off)

    def do_reassign(self) -> None:
        self._give(giving.reassign)

    def do_undo(self) -> None:
        """The last gesture of this desk when it was one of the queue's, whatever row it touched; else this task's."""
        row = self.rows.current
        refs = self.desk_app.gesture or ((row.ref,) if isinstance(row, TaskView) else ())
        if not refs:
            return

        def work() -> list[TaskView]:
            return [self.desk.write(tasks.undo, ref) for ref in refs]

        def said(done: list[TaskView]) -> str:
            return f"Taken back on {done[0].ref if len(done) == 1 else f'{len(done)} tasks'}."

        self.write(work, said)

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

    def do_inbox(self) -> None:
        self.desk_app.open_hit("inbox", "")

    def do_told(self) -> None:
        self.desk_app.open_hit("told", "")

    def do_messages(self) -> None:
        self.desk_app.open_hit("messages", "")

    def do_docket(self) -> None:
        self.desk_app.open_hit("docket", "")

    def do_dashboard(self) -> None:
        self.desk_app.open_hit("dashboard", "")

    def do_people(self) -> None:
        self.desk_app.open_hit("people", "")

    def do_rules(self) -> None:
        self.desk_app.open_hit("rules", "")

    def do_rules_why(self) -> None:
        row = self.rows.current
        if isinstance(row, TaskView):
            self.desk_app.open_hit("rules", row.ref)

    def do_status(self) -> None:
        self.desk_app.open_hit("status", "")

    # -- sections and filter ------------------------------------------------------------------------------------

    def show_section(self, number: int) -> None:
        """Another tab; the rows of the old one never stand under the new one's name."""
        self.section = number % len(SECTIONS)
        self.rows.fill(())
        self._draw_tabs()
        self.load()

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

    def do_filter(self) -> None:
        field = self.query_one("#filter", Input)
        field.add_class("asked")
        field.focus()

    @on(Input.Changed, "#filter")
    def _filter(self, event: Input.Changed) -> None:
        self.text = event.value.strip()
        self._draw_tabs()
        self.load()

    @on(Input.Submitted, "#filter")
    def _keep_filter(self) -> None:
        self.query_one("#filter", Input).remove_class("asked")
        self.rows.focus()

    def do_back(self) -> None:
        field = self.query_one("#filter", Input)
        if field.has_class("asked") or self.text:
            field.value = ""
            field.remove_class("asked")
            self.rows.focus()
        elif self.rows.marks:
            self.rows.marks.clear()
            self.rows.refresh()
            self._draw_tabs()
        elif self.desk_app.last_key != "escape":
            self.desk_app.back()
