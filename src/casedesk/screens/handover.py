"""A hand-over sheet: what somebody leaves to their cover, and the note on each task, written on its own line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from casedesk.desk import handover
from casedesk.desk.views.work import HandoverLine, HandoverSheet
from casedesk.screens.actions import Action
from casedesk.screens.base import DeskScreen
from casedesk.screens.drawing import Line, cell, part, some
from casedesk.screens.moments import Moment, legal
from casedesk.screens.people import takes_a_manager
from casedesk.screens.states import known, state
from casedesk.screens.widgets.pane import Pane, Rule, ScrollPane
from casedesk.screens.widgets.rows import RowList
from casedesk.security.text import safe

EMPTY = "Nothing falls due while they are away, and nothing is begun."
WIDE = 100


def _not_to_note(screen: HandoverScreen) -> str:
    if screen.rows.current is None:
        return "no task here"
    return takes_a_manager(screen, screen.person)


def _no_task(screen: HandoverScreen) -> str:
    return "" if screen.rows.current is not None else "no task here"


class HandoverScreen(DeskScreen):
    """One line a task; `n` writes its note where it stands, enter keeps it and goes on to the next that lacks one."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("note", "n", "note", "What the cover must know: done, next, to mind", _not_to_note),
        Action("task", "enter", "open task", "The task itself", _no_task),
        Action(
            "text", "tab", "to the note", "Between the list and the note", footer=False, binding="desk.onward"
        ),
    )
    NAME = "handover"
    PLACE = "Hand-over sheet"

    def __init__(self, person: str) -> None:
        super().__init__()
        self.person = person
        self.sheet: HandoverSheet | None = None
        self._writing = ""
        self.rows: RowList[HandoverLine] = RowList(lambda row: row.task, self._draw, empty=EMPTY)

    def body(self) -> Iterable[Widget]:
        yield Pane(id="title")
        yield Rule()
        yield self.rows
        # "filter" is the field that shows itself when it is asked for.
        yield Input(
            placeholder="what is done, what is next, what to mind", id="filter", select_on_focus=False
        )
        yield Rule()
        yield ScrollPane(id="read")

    def on_mount(self) -> None:
        self.rows.focus()

    # -- reading ------------------------------------------------------------------------------------------------

    def load(self) -> None:
        self.rows.wait()
        desk, person = self.desk, self.person

        def work() -> tuple[HandoverSheet, Moment]:
            return desk.read(handover.show, person), Moment(desk.now(), desk.zone)

        self.read("sheet", work, self._loaded, self.failing(self.rows))

    def _loaded(self, found: tuple[HandoverSheet, Moment]) -> None:
        self.sheet, self.moment = found
        self._title(self.sheet)
        self.rows.fill(self.sheet.lines)

    def _title(self, sheet: HandoverSheet) -> None:
        cover = f"covering: {self.names.short(sheet.cover)}" if sheet.cover else "nobody covers"
        lacks = (
            state("handover.missing", f"{some(len(sheet.missing), 'note')} missing")
            if sheet.missing
            else state("handover.closed")
        )
        self.query_one("#title", Pane).show(
            [
                [
                    part(f"Hand-over sheet: {self.names.full(sheet.person)}", "strong"),
                    part(f"   {legal(sheet.first)} to {legal(sheet.last)}   {cover}"),
                ],
                [
                    lacks,
                    part(f"   what falls due by {legal(sheet.until)}, and what is begun", "dim"),
                ],
            ]
        )

    # -- drawing ------------------------------------------------------------------------------------------------

    def _draw(self, row: HandoverLine, width: int) -> Line:
        moment, wide = self.moment, width >= WIDE
        due = "" if moment is None else moment.near(moment.local_day(row.due))
        lacks = row.needs_note and not row.note
        note = state("handover.needs_note")[0] if lacks else row.note or "no note"
        used = 10 + 26 + (14 if wide else 0) + 8
        return [
            cell(row.task, 10, "dim"),
            cell(row.title, 26, "strong"),
            *([cell(row.matter or "", 14)] if wide else []),
            cell(due, 8),
            cell(note, max(0, width - used), "warn" if lacks else "" if row.note else "dim"),
        ]

    @on(RowList.Moved)
    def _moved(self) -> None:
        row, lines = self.rows.current, []
        if row is not None:
            lines = [
                [part(f"{row.task} {row.title}", "strong"), part(f"   {row.matter or 'no matter'}", "dim")],
                [known("handover", row.where), part(f"   {self.names.full(row.owner)}", "dim")],
                [part("")],
                [part(row.note)]
                if row.note
                else [part(self.spell("No note yet: ⟨handover.note⟩ writes one."), "dim")],
            ]
        self.query_one("#read", ScrollPane).show(lines)
        self.renew_keys()

    # -- acts ---------------------------------------------------------------------------------------------------

    def do_note(self) -> None:
        row = self.rows.current
        if row is None:
            return
        self._writing = row.task
        field = self.query_one("#filter", Input)
        field.value = safe(row.note)
        field.add_class("asked")
        field.focus()

    @on(Input.Submitted, "#filter")
    def _keep(self, event: Input.Submitted) -> None:
        """The field stays, with what was typed, until the note is kept."""
        task, words, person = self._writing, event.value, self.person

        def then(sheet: HandoverSheet) -> None:
            self._close()
            if sheet.missing:
                self.rows.go_to(sheet.missing[0])

        def said(sheet: HandoverSheet) -> str:
            rest = (
                f"{some(len(sheet.missing), 'note')} still missing."
                if sheet.missing
                else "The sheet is closed."
            )
            return f"Noted on {task}. {rest}"

        self.write(lambda: self.desk.write(handover.note, person, {task: words}), said, then)

    def unsaved(self) -> bool:
        """Whether a note is being written."""
        return self.query_one("#filter", Input).has_class("asked")

    def _close(self) -> None:
        field = self.query_one("#filter", Input)
        field.value = ""
        field.remove_class("asked")
        self.rows.focus()

    def do_task(self) -> None:
        row = self.rows.current
        if row is not None:
            self.desk_app.open_hit("task", row.task)

    def do_text(self) -> None:
        self.focus_next()

    def do_back(self) -> None:
        """Escape drops the note that is being written, then leaves."""
        if self.unsaved():
            self._close()
        else:
            super().do_back()
