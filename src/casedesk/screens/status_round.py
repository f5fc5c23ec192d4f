"""The status round: receipts nobody has looked up for a while, one after the other, with the clipboard.

`y` puts the number on the clipboard, the person opens the agency's page, and pastes its text here: it is read, the next
look is set, and the cursor stands on the next receipt.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import events, on
from textual.widget import Widget

from casedesk.desk import status_round
from casedesk.desk.views.dates import StatusCheckView, StatusDueView
from casedesk.documents.status_text import QUIET, Shown, Status, read_status
from casedesk.screens.actions import Action
from casedesk.screens.base import DeskScreen
from casedesk.screens.drawing import Line, cell, part, some
from casedesk.screens.moments import Moment, legal
from casedesk.screens.states import state
from casedesk.screens.widgets.pane import Pane, Rule
from casedesk.screens.widgets.prompt import Answers, Field, prompt
from casedesk.screens.widgets.rows import RowList

PAGE = 100
WIDE = 100
EMPTY = f"Every receipt was looked up within the last {status_round.ROUND_DAYS} days. ⟨~desk.back⟩ goes back."


def _here(screen: StatusRoundScreen) -> str:
    return "" if screen.rows.current is not None else "no receipt here"


class StatusRoundScreen(DeskScreen):
    """The oldest look first. What was pasted is shown as it was read before anything is kept."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("copy", "y", "copy number", "The receipt number to the clipboard, for the agency's page", _here),
        Action("paste", "p", "page's text", "The words of the page; pasting them right here does the same", _here,
               act="watch_status"),
        Action("open", "enter", "matter card", "The card of its matter", _here),
    )  # fmt: skip
    NAME = "status"
    PLACE = "Status round"

    def __init__(self) -> None:
        super().__init__()
        self.statuses: tuple[Status, ...] = ()
        self.done: StatusCheckView | None = None
        self.rows: RowList[StatusDueView] = RowList(lambda row: row.id, self._draw, empty=EMPTY)

    def body(self) -> Iterable[Widget]:
        yield Pane(id="title")
        yield Rule()
        yield self.rows
        yield Rule()
        yield Pane(id="preview")

    def on_mount(self) -> None:
        self._title()
        self.rows.focus()

    def _title(self) -> None:
        count = len(self.rows.rows)
        more = " or more" if count >= PAGE else ""
        words = f"   {some(count, 'receipt')}{more} not looked up for {status_round.ROUND_DAYS} days, the oldest first"
        title = [part("Status round", "strong"), part(words if count else "", "dim")]
        self.query_one("#title", Pane).show([title])

    # -- reading ------------------------------------------------------------------------------------------------

    def load(self) -> None:
        self.rows.wait()
        desk = self.desk

        def work() -> tuple[tuple[StatusDueView, ...], tuple[Status, ...], Moment]:
            known = status_round.statuses(desk.house)
            return desk.read(status_round.due, limit=PAGE), known, Moment(desk.now(), desk.zone)

        self.read("status", work, self._loaded, self.failing(self.rows))

    def _loaded(self, found: tuple[tuple[StatusDueView, ...], tuple[Status, ...], Moment]) -> None:
        rows, self.statuses, self.moment = found
        self.rows.fill(rows)
        self._title()

    # -- drawing ------------------------------------------------------------------------------------------------

    def _draw(self, row: StatusDueView, width: int) -> Line:
        wide = width >= WIDE
        last = 22 if wide else 10
        room = width - 15 - 8 - last - (13 if wide else 0)
        name = room * 2 // 5
        return [
            cell(row.receipt_number, 15, "strong"),
            cell(row.form, 8),
            cell(row.matter, 13, "dim") if wide else part(""),
            cell(row.caption, name - 1),
            part(" "),
            cell(row.status or "no status yet", room - name - 1),
            part(" "),
            cell(self._since(row, wide), last, "warn" if row.days is None else ""),
        ]

    def _since(self, row: StatusDueView, wide: bool) -> str:
        if row.days is None or row.checked is None:
            return state("status.never")[0]
        days = some(row.days, "day")
        return f"{self.moment.near(row.checked)}, {days} ago" if wide and self.moment else days

    @on(RowList.Moved)
    def _show(self) -> None:
        row = self.rows.current
        lines: list[Line] = []
        if row is not None:
            again = f", next look {legal(row.next_check)}" if row.next_check else ""
            lines = [
                [
                    part(f"{row.receipt_number}  {row.form}", "strong"),
                    part(f"   {row.caption}, {row.matter}"),
                ],
                [cell("Status", 14, "dim"), part(row.status or "none on record")],
                [cell("Looked up", 14, "dim"), part((legal(row.checked) or "never") + again)],
                [part("y copies the number; open the agency's page and paste its text here.", "dim")],
            ]
        if self.done is not None:
            lines.append(
                [cell("Just now", 14, "dim"), part(_said(self.done), "good" if self.done.read_as else "warn")]
            )
        self.query_one("#preview", Pane).show(lines)
        self.renew_keys()

    # -- acts ---------------------------------------------------------------------------------------------------

    def do_copy(self) -> None:
        row = self.rows.current
        if row is not None:
            self.desk_app.copy(row.receipt_number)
            self.desk_app.tell(f"{row.receipt_number} is on the clipboard. Paste the page's text here.")

    def on_paste(self, event: events.Paste) -> None:
        """Text pasted at the list is the agency's page: of the receipt it names, else of the one under the cursor."""
        event.stop()
        if not event.text.strip():
            return
        shown = read_status(event.text, self.statuses)
        named = next((row for row in self.rows.rows if row.receipt_number in shown.receipts), None)
        if named is not None:
            self.rows.go_to(named.id)
        reason = next(each for each in self.ACTIONS if each.id == "paste").why_not(self)
        if reason:
            self.desk_app.tell(f"page's text: {reason}", "warning")
            return
        self._ask(event.text, shown)

    def do_paste(self) -> None:
        self._ask("", None)

    def _ask(self, text: str, shown: Shown | None) -> None:
        row = self.rows.current
        if row is None:
            return
        title = f"The page of {row.receipt_number} {row.form}"
        if text:
            self.desk_app.typed.pop(title, None)
        fields = [Field("words", "Its text", "pasted", "paste what stands there", value=text)]
        if shown is None or (shown.status is not None and shown.status.means in QUIET):
            fields.append(
                Field("message", "Tell the client", "choice", "yes, no", value="yes", choices=("yes", "no"))
            )

        def act(answers: Answers) -> StatusCheckView:
            tells = not answers.texts.get("message", "yes").casefold().startswith("n")
            return self.desk.write(status_round.record, row.receipt_number, answers["words"], message=tells)

        prompt(
            self,
            title,
            fields,
            act,
            _said,
            verb="keep it",
            about=[[part(f"{row.caption}, {row.matter}", "dim")], *_read_as(shown)],
            then=self._kept,
        )

    def _kept(self, done: StatusCheckView) -> None:
        self.done = done
        self._show()

    def do_open(self) -> None:
        row = self.rows.current
        if row is not None:
            self.desk_app.open_hit("matter", row.matter)


def _read_as(shown: Shown | None) -> list[Line]:
    """What the pasted words are taken for, before they are kept."""
    if shown is None:
        return []
    if shown.status is None:
        return [[part("! It says nothing the desk knows: read it yourself. It is kept as it is.", "warn")]]
    of = f", of {legal(shown.on)}" if shown.on else ""
    lines: list[Line] = [[part("Read as  ", "dim"), part(f"{shown.status.title}{of}", "strong")]]
    if shown.receipts:
        lines.append([part(f"It names {' and '.join(shown.receipts)}.", "dim")])
    return lines


def _said(done: StatusCheckView) -> str:
    read = done.read_as or "kept, but nothing the desk knows"
    again = (
        f"looked up again on {legal(done.next_check)}" if done.next_check else "at its end, looked up no more"
    )
    more = [
        f"{word} {ref}"
        for word, ref in (("task", done.task), ("provisional date", done.deadline), ("message", done.message))
        if ref
    ]
    return f"{done.receipt_number}: {read}; {again}." + (f" New: {', '.join(more)}." if more else "")
