"""One task: its dates, its checklist, and the acts that move it on. A step is waived with a reason, never skipped."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual import on
from textual.widget import Widget

from casedesk.desk import deadlines, papers, requests, tasks, viewing
from casedesk.desk.reading import prepare
from casedesk.desk.requests import RequestView
from casedesk.desk.turn import Turn
from casedesk.desk.views.dates import DeadlineView
from casedesk.desk.views.gate import ReviewView
from casedesk.desk.views.papers import DocumentView
from casedesk.desk.views.work import ItemView, TaskDetail, TaskView
from casedesk.screens import asking_clients, both, giving, handing, handing_in, reasons, returned
from casedesk.screens.actions import Action
from casedesk.screens.base import DeskScreen
from casedesk.screens.drawing import Line, cell, paragraphs, part
from casedesk.screens.moments import Moment
from casedesk.screens.onward import open_next
from casedesk.screens.summary import task_lines
from casedesk.screens.viewing import view
from casedesk.screens.widgets.pane import Pane, Rule
from casedesk.screens.widgets.prompt import Answers, Field, prompt
from casedesk.screens.widgets.rows import RowList
from casedesk.screens.words import item_state
from casedesk.security.text import clip

Found = tuple[
    TaskDetail,
    tuple[DeadlineView, ...],
    tuple[DocumentView, ...],
    ReviewView | None,
    RequestView | None,
    Moment,
]


class TaskScreen(DeskScreen):
    """The checklist in front, the dates above it, the item's own words below."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("acknowledge", "a", "acknowledge", "I have seen it", reasons.may("ack", "done already")),
        Action(
            "tick", "space", "tick", "Tick the item, or open it again", reasons.item, act=reasons.reserved
        ),
        Action(
            "tick_note",
            "t",
            "tick with note",
            "Tick the item and say something with it",
            reasons.open_item,
            act=reasons.reserved,
        ),
        Action(
            "attach",
            "f",
            "file",
            "Attach a file to the item and tick it",
            reasons.open_item,
            act=reasons.reserved,
        ),
        Action(
            "waive", "w", "waive", "Waive the item, with the reason", reasons.open_item, act=reasons.waiving
        ),
        Action("submit", "d", "draft", "Hand in the draft for review", reasons.submit, loud=True),
        Action("complete", "c", "complete", "The task is done", reasons.complete, loud=True),
        Action(
            "hand_off",
            "h",
            "hand off",
            "Give the task to somebody, with a note",
            reasons.may("hand-off", "closed"),
        ),
        Action(
            "reassign",
            "R",
            "reassign",
            "Move the task, with a reason",
            reasons.may("reassign", "closed"),
            footer=False,
            act="reassign_task",
        ),
        Action(
            "start", "s", "start", "Begin, or go on after a wait", reasons.may("start", "begun"), footer=False
        ),
        Action(
            "wait",
            "u",
            "wait until",
            "Waiting on somebody until a day",
            reasons.may("wait", "closed"),
            footer=False,
        ),
        Action(
            "request",
            "r",
            "ask client",
            "Ask the client for what is open",
            lambda s: s.why_not_ask(),
            footer=False,
        ),
        Action(
            "drop",
            "X",
            "ask no longer",
            "Ask the client for it no longer",
            lambda s: s.why_not_drop(),
            footer=False,
        ),
        Action(
            "view",
            "p",
            "open paper",
            "Open the item's paper in the system's viewer",
            lambda s: s.why_not_view(),
            footer=False,
        ),
        Action("review", "v", "review", "The review of its draft", lambda s: s.no_review(), footer=False),
        Action("packets", "P", "packet", "Packet, filing, what left and arrived", reasons.no_matter),
        Action("matter", "m", "matter card", "The card of its matter", reasons.no_matter),
        Action(
            "signatures", "S", "signatures", "Who signs what: sent, back", reasons.no_matter, footer=False
        ),
        Action(
            "messages", "M", "messages", "What is to be said to the client", reasons.no_matter, footer=False
        ),
        Action(
            "why", "W", "why", "Why it is here, why it is yours, how the dates were counted", footer=False
        ),
        Action(
            "next", "n", "next", "Open what comes first among your other tasks, and say why", footer=False
        ),
        Action("undo", "z", "undo", "Take back your last gesture on this task"),
    )
    NAME = "task"
    PLACE = "Task"

    def __init__(self, ref: str) -> None:
        super().__init__()
        self.ref = ref
        self.detail: TaskDetail | None = None
        self.dates: tuple[DeadlineView, ...] = ()
        self.documents: tuple[DocumentView, ...] = ()
        self.returned: ReviewView | None = None
        self.request: RequestView | None = None
        self.rows: RowList[ItemView] = RowList(
            lambda item: item.id,
            self._draw,
            empty="This task has no checklist. ⟨task.complete⟩ completes it.",
        )

    def body(self) -> Iterable[Widget]:
        yield Pane(id="task")
        yield Rule()
        yield self.rows
        yield Rule()
        yield Pane(id="item")

    def on_mount(self) -> None:
        self.rows.focus()

    def on_resize(self) -> None:
        self._show()

    # -- reading ------------------------------------------------------------------------------------------------

    def load(self) -> None:
        self.rows.wait()
        desk, ref = self.desk, self.ref

        def work() -> Found:
            detail = desk.read(tasks.show, ref)
            matter = detail.task.matter
            dates = desk.read(deadlines.listing, matter=matter) if matter else ()
            documents = desk.read(papers.listing, matter=matter, limit=50) if matter else ()
            back, asked = returned.returned(desk, detail), desk.read(requests.of_task, detail.task.ref)
            return detail, dates, documents, back, asked, Moment(desk.now(), desk.zone)

        self.read("task", work, self._loaded, self.failing(self.rows))

    def _loaded(self, found: Found) -> None:
        self.detail, self.dates, self.documents, self.returned, self.request, self.moment = found
        self.ref = self.detail.task.ref
        self.rows.fill(self.detail.checklist)
        self._show()

    # -- drawing ------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        if self.detail is None or self.moment is None:
            return
        width = self.size.width - 2
        task = self.detail.task
        lines = task_lines(task, self.moment, width, None, self.dates)
        lines.append(
            [
                cell("Owner", 14, "dim"),
                part(self.names.full(task.owner)),
                part(f"   {self.names.say(task.owner_reason)}", "dim"),
            ]
        )
        state = [cell("Due", 14, "dim"), part(self.moment.instant(task.due))]
        if self.detail.supervisor is not None:
            under = self.names.full(self.detail.supervisor)
            lines.append([cell("Under", 14, "dim"), part(f"{under}   {self.detail.supervised}")])
        if task.acknowledge_by and task.status == "new":
            state.append(part(f"   acknowledge by {self.moment.instant(task.acknowledge_by)}", "warn"))
        if task.waiting_on and self.request is None:
            wake = self.moment.day(self.moment.local_day(task.wake_up)) if task.wake_up else ""
            again = f", ask again on {wake}" if wake else ""
            state.append(part(f"   waiting on {task.waiting_on}{again}", "warn"))
        if self.documents:
            papers_in = ", ".join(each.name for each in self.documents)
            lines.append([cell("Papers", 14, "dim"), part(f"{len(self.documents)}: {papers_in}")])
        if self.detail.reviews:
            state.append(
                part(self.spell(f"   in review: {', '.join(self.detail.reviews)} (⟨task.review⟩)"), "accent")
            )
        lines.append(state)
        if self.request is not None:
            lines += asking_clients.request_lines(self.request, self.moment)
        if self.returned is not None:
            lines += returned.lines(
                self.returned, self.names, self.moment, width, self.spell("⟨task.review⟩")
            )
        self.query_one("#task", Pane).show(lines)
        self._show_item()

    @on(RowList.Moved)
    def _show_item(self) -> None:
        item, moment = self.rows.current, self.moment
        if item is None or moment is None:
            self.query_one("#item", Pane).show([])
            return
        width = max(20, self.size.width - 2)
        lines: list[Line] = [[part(line, "strong")] for line in paragraphs(item.text, width)[:3]]
        marks = [
            word for word, on in (("reserved to attorneys", item.reserved), ("required", item.required)) if on
        ]
        if item.hint:
            marks.append(item.hint)
        lines.append([part(" · ".join(marks), "dim")])
        if item.done_by:
            lines.append(
                [
                    part(
                        f"{item.state} by {self.names.short(item.done_by)}, {moment.instant(item.done_at)}",
                        "dim",
                    )
                ]
            )
        for word, text in (("Note", item.note), ("Reason", item.reason), ("Paper", self._paper(item))):
            if text:
                lines.append([cell(word, 8, "dim"), part(text)])
        self.query_one("#item", Pane).show(lines)
        self.renew_keys()

    def _draw(self, item: ItemView, width: int) -> Line:
        state, tone = item_state(item)
        tags = "attorney's" if item.reserved else "" if item.required else "optional"
        file = clip(self._paper(item), 24) or (
            "needs a file" if item.wants_file and item.state == "open" else ""
        )
        right = " ".join(filter(None, (tags, file)))
        text = item.text + (f"  ({item.note})" if item.note else "")
        room = width - 10 - (len(right) + 2 if right else 0)
        return [cell(state, 10, tone), cell(text, room), part("  " + right if right else "", "dim")]

    def _paper(self, item: ItemView) -> str:
        """The paper behind an item, by the name it came with."""
        return next((each.name for each in self.documents if each.ref == item.document), item.document or "")

    def paper_here(self) -> str | None:
        """The paper of the item under the cursor, else the only one its matter has."""
        item = self.rows.current
        if item is not None and item.document:
            return item.document
        return self.documents[0].ref if len(self.documents) == 1 else None

    def why_not_view(self) -> str:
        return "" if self.paper_here() else "no paper at this item; the matter card has them all"

    def no_review(self) -> str:
        there = self.detail is not None and (self.detail.reviews or self.returned)
        return "" if there else "nothing in review"

    def why_not_ask(self) -> str:
        if self.detail is None:
            return "reading"
        if self.request is not None:
            return f"{self.request.ref} asks already"
        return reasons.no_matter(self) or ("" if "wait" in self.detail.allowed else "closed")

    def why_not_drop(self) -> str:
        item = self.rows.current
        if self.request is None or item is None:
            return "nobody is asked for it"
        asked = {each.id for each in self.request.items if each.state == "open"}
        return "" if item.id in asked else "nobody is asked for it"

    # -- acts on the item ---------------------------------------------------------------------------------------

    def do_tick(self) -> None:
        item, ref = self.rows.current, self.ref
        if item is None:
            return
        if item.state == "open":
            version = item.version
            self.write(
                lambda: self.desk.write(tasks.tick, ref, item.id, version=version),
                lambda done: f"Ticked: {done.text}",
            )
        else:
            seen = item.version
            self.write(
                lambda: self.desk.write(tasks.untick, ref, item.id, version=seen),
                lambda done: f"Open again: {done.text}",
            )

    def do_tick_note(self) -> None:
        item, ref = self.rows.current, self.ref
        if item is None:
            return

        def tick(note: str, version: int) -> ItemView:
            return self.desk.write(tasks.tick, ref, item.id, note=note, version=version)

        act = both.both_notes(tick, item.version, lambda: self.names, self.moment)
        prompt(
            self,
            "Tick with a note",
            (Field("note", "Note", value=item.note),),
            lambda answers: act(answers["note"]),
            lambda done: f"Ticked: {done.text}",
            verb="tick",
            about=[[part(item.text)]],
        )

    def do_attach(self) -> None:
        item, ref = self.rows.current, self.ref
        if item is None:
            return

        def act(answers: Answers) -> ItemView:
            prepared = prepare(answers.path("file"))
            note = answers["note"] or None
            return self.desk.write(
                tasks.tick, ref, item.id, note=note, prepared=prepared, version=item.version
            )

        prompt(
            self,
            "Attach a file",
            (Field("file", "File", "path"), Field("note", "Note", required=False)),
            act,
            lambda done: f"Attached, and ticked: {done.text}",
            verb="attach",
            about=[[part(item.text)]],
        )

    def do_waive(self) -> None:
        item, ref = self.rows.current, self.ref
        if item is None:
            return
        prompt(
            self,
            "Waive an item",
            (Field("reason", "Reason", hint="why it may be left out; it stands in the record"),),
            lambda answers: self.desk.write(tasks.waive, ref, item.id, reason=answers["reason"]),
            lambda done: f"Waived: {done.text}",
            verb="waive",
            about=[[part(item.text)]],
        )

    # -- acts on the task ---------------------------------------------------------------------------------------

    def do_acknowledge(self) -> None:
        self._gesture(lambda turn, ref: tasks.acknowledge(turn, ref), "Acknowledged")

    def do_start(self) -> None:
        self._gesture(lambda turn, ref: tasks.start(turn, ref), "Begun:")

    def do_complete(self) -> None:
        self._gesture(lambda turn, ref: tasks.complete(turn, ref), "Done:")

    def do_undo(self) -> None:
        ref = self.ref
        self.write(
            lambda: self.desk.write(tasks.undo, ref), lambda task: f"Taken back on {task.ref} {task.title}."
        )

    def _gesture(self, use_case: Callable[[Turn, str], TaskView], word: str) -> None:
        ref, app = self.ref, self.desk_app

        def then(task: TaskView) -> None:
            # From the queue as well the next undo means this one, whatever row is under the cursor there.
            app.gesture = (task.ref,)

        self.write(
            lambda: self.desk.write(use_case, ref), lambda task: f"{word} {task.ref} {task.title}.", then
        )

    def do_hand_off(self) -> None:
        if self.detail is not None:
            giving.hand_off(self, [self.detail.task])

    def do_reassign(self) -> None:
        if self.detail is not None:
            giving.reassign(self, [self.detail.task])

    def do_wait(self) -> None:
        if self.detail is not None:
            handing.wait(self, self.detail.task)

    def do_request(self) -> None:
        asking_clients.of_task(self, self.ref)

    def do_drop(self) -> None:
        item = self.rows.current
        if item is not None and self.request is not None:
            asking_clients.no_longer(self, f"{self.request.ref}/{item.id}", item.text)

    def do_submit(self) -> None:
        handing_in.draft(self, self.ref)

    def do_next(self) -> None:
        open_next(self, self.ref)

    def do_why(self) -> None:
        from casedesk.screens.why import WhyScreen

        if self.detail is not None and self.moment is not None:
            self.app.push_screen(WhyScreen(self, self.detail.task, self.moment))

    def do_view(self) -> None:
        paper = self.paper_here()
        if paper is not None:
            view(self, viewing.paper, paper)

    # -- places -------------------------------------------------------------------------------------------------

    def do_review(self) -> None:
        if self.detail is not None and self.detail.reviews:
            self.desk_app.open_hit("review", self.detail.reviews[-1])
        elif self.returned is not None:
            self.desk_app.open_hit("review", self.returned.ref)

    def _go(self, kind: str) -> None:
        if self.detail is not None and self.detail.task.matter:
            self.desk_app.open_hit(kind, self.detail.task.matter)

    def do_matter(self) -> None:
        self._go("matter")

    def do_packets(self) -> None:
        self._go("packets")

    def do_signatures(self) -> None:
        self._go("signatures")

    def do_messages(self) -> None:
        self._go("messages")
