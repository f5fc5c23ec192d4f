"""The inbox: papers come in, what was read from them stands beside the words, and what nobody knows is matched."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.widget import Widget

from casedesk.desk import matters, papers
from casedesk.desk.reading import prepare
from casedesk.desk.views import DocumentView, EvidenceView, MatterView, Received
from casedesk.screens.actions import Action, bindings
from casedesk.screens.base import DeskScreen
from casedesk.screens.drawing import Line, cell, part, some
from casedesk.screens.moments import Moment
from casedesk.screens.widgets.pane import Pane, Rule, ScrollPane
from casedesk.screens.widgets.prompt import Answers, Field, prompt
from casedesk.screens.widgets.rows import RowList
from casedesk.screens.words import plain

EMPTY_UNMATCHED = "Every paper has its matter. f receives a file, 2 shows all papers."
EMPTY_ALL = "No paper has come in yet. f receives a file."


def _unmatched(screen: InboxScreen) -> str:
    row = screen.rows.current
    if row is None:
        return "no paper here"
    return "has a matter" if row.matter else ""


class InboxScreen(DeskScreen):
    """Papers without a matter, or all; what was last received stays on view until the cursor moves on."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("receive", "f", "receive files", "Take files in: kept, read, matched, routed"),
        Action("match", "m", "match to matter", "Say which matter the paper belongs to", _unmatched),
        Action("open", "enter", "matter card", "The card of its matter",
               lambda s: "" if s.rows.current is not None and s.rows.current.matter else "no matter yet"),
        Action("unmatched", "1", "unmatched", "Only papers without a matter"),
        Action("all", "2", "all papers", "Every paper, the newest first"),
        Action("text", "tab", "to what was read", "Tab goes between the list and what was read", footer=False),
    )  # fmt: skip
    BINDINGS = bindings(ACTIONS[:-1])
    PLACE = "Inbox"

    def __init__(self) -> None:
        super().__init__()
        self.only_unmatched = True
        self.received: tuple[Received, ...] = ()
        self.rows: RowList[DocumentView] = RowList(lambda row: row.id, self._draw, empty=EMPTY_UNMATCHED)

    def body(self) -> Iterable[Widget]:
        yield Pane(id="title")
        yield self.rows
        yield Rule()
        yield ScrollPane(id="read")

    def on_mount(self) -> None:
        self._title()
        self.rows.focus()

    def _title(self) -> None:
        what = "Papers without a matter" if self.only_unmatched else "All papers"
        self.query_one("#title", Pane).show([[part(f"Inbox: {what}", "strong")]])
        self.rows.empty = EMPTY_UNMATCHED if self.only_unmatched else EMPTY_ALL

    # -- reading ------------------------------------------------------------------------------------------------

    def load(self) -> None:
        self.rows.wait()
        desk, unmatched = self.desk, self.only_unmatched

        def work() -> tuple[tuple[DocumentView, ...], Moment]:
            return desk.read(papers.listing, unmatched=unmatched, limit=100), Moment(desk.now(), desk.zone)

        self.read("papers", work, self._loaded, self.failing(self.rows))

    def _loaded(self, found: tuple[tuple[DocumentView, ...], Moment]) -> None:
        rows, self.moment = found
        self.rows.fill(rows)

    # -- drawing ------------------------------------------------------------------------------------------------

    def _draw(self, row: DocumentView, width: int) -> Line:
        rest = width - 10 - 12 - 15 - 14
        moment = self.moment
        return [
            cell(row.ref, 10, "dim"),
            cell(plain(row.kind), 12, "strong"),
            cell(row.receipt_number or "", 15),
            cell(row.matter or "○ no matter", 14, "" if row.matter else "warn"),
            cell(row.name, rest - 18),
            part(" "),
            cell(moment.instant(row.received_at) if moment else "", 17, "dim"),
        ]

    @on(RowList.Moved)
    def _show(self) -> None:
        if self.received:
            lines = [line for each in self.received for line in _received(each)]
        else:
            lines = _document(self.rows.current)
        self.query_one("#read", ScrollPane).show(lines)
        self.renew_keys()

    # -- acts ---------------------------------------------------------------------------------------------------

    def do_receive(self) -> None:
        def act(answers: Answers) -> tuple[Received, ...]:
            prepared = [prepare(path) for path in answers.files["files"]]
            matter = answers["matter"] or None
            return tuple(self.desk.write(papers.receive, each, matter=matter) for each in prepared)

        def arrived(received: tuple[Received, ...]) -> None:
            self.received = received
            if any(each.matter for each in received):
                self._turn_to(unmatched=False)
            self._show()

        prompt(
            self,
            "Receive files",
            (
                Field("files", "Files", "files"),
                Field("matter", "Matter", required=False, hint="empty: found by its receipt number"),
            ),
            act,
            _told,
            verb="receive",
            then=arrived,
        )

    def do_match(self) -> None:
        row = self.rows.current
        if row is None:
            return

        def asked(found: tuple[MatterView, ...]) -> None:
            prompt(
                self,
                f"Match {row.ref} {row.name}",
                (
                    Field("matter", "Matter", "choice", "M-…, or a receipt number; tab completes",
                          choices=tuple(each.ref for each in found)),
                    Field("form", "Form", required=False, hint="I-485, when the matter has several"),
                ),
                lambda answers: self.desk.write(
                    papers.match, row.id, answers["matter"], form=answers["form"] or None
                ),
                lambda done: _told((done,)),
                verb="match",
                about=[[part(f"{plain(row.kind)}  {row.receipt_number or 'no receipt number'}", "dim")]],
                then=lambda done: self._matched(done),
            )  # fmt: skip

        self.read("matters", lambda: self.desk.read(matters.listing, limit=200), asked)

    def _matched(self, done: Received) -> None:
        self.received = (done,)
        self._turn_to(unmatched=False)

    @on(RowList.Chosen)
    def do_open(self) -> None:
        row = self.rows.current
        if row is not None and row.matter:
            self.desk_app.open_hit("matter", row.matter)

    def do_unmatched(self) -> None:
        self.received = ()
        self._turn_to(unmatched=True)

    def do_all(self) -> None:
        self.received = ()
        self._turn_to(unmatched=False)

    def _turn_to(self, *, unmatched: bool) -> None:
        self.only_unmatched = unmatched
        self._title()
        self.load()

    def do_text(self) -> None:
        self.focus_next()

    def on_key(self) -> None:
        """Whoever goes on to another line has read what came in."""
        if (
            self.received
            and self.app.focused is self.rows
            and self.desk_app.last_key in {"down", "up", "j", "k"}
        ):
            self.received = ()
            self._show()


def _told(received: tuple[Received, ...]) -> str:
    return " ".join(
        f"{each.name}: "
        + ("known already" if each.duplicate else f"{plain(each.kind)}, {each.matter or 'no matter found'}")
        + "."
        for each in received
    )


def _received(each: Received) -> list[Line]:
    head = "known already, nothing new" if each.duplicate else f"{each.confidence:.0%} sure"
    lines: list[Line] = [
        [
            part(f"{each.ref} {each.name}  ", "strong"),
            part(f"{plain(each.kind)}, {head}", "warn" if each.duplicate else "good"),
        ],
        [
            cell("Matter", 16, "dim"),
            part(each.matter or "none found: m matches it", "" if each.matter else "warn"),
        ],
        [cell("Receipt number", 16, "dim"), part(each.receipt_number or "none read")],
    ]
    lines += [
        [cell(plain(name), 16, "dim"), part(value or "none")] for name, value in each.dates.items() if value
    ]
    if each.duplicate_of:
        lines.append([cell("Same notice as", 16, "dim"), part(each.duplicate_of, "warn")])
    lines += [
        [part(f"! {warning}", "warn")] for warning in (*each.warnings, *((each.next,) if each.next else ()))
    ]
    for task in each.tasks:
        lines.append([cell("Task", 16, "dim"), part("  ".join(str(value) for value in task.values()))])
    return lines + _evidence(each.evidence)


def _document(row: DocumentView | None) -> list[Line]:
    if row is None:
        return []
    lines: list[Line] = [
        [part(f"{row.ref} {row.name}", "strong")],
        [part(f"{some(row.pages, 'page')}, {some(row.bytes, 'byte')}, {row.media_type}, sha-256 {row.sha256[:8]} … {row.sha256[-8:]}", "dim")],
        [part(f"received by {row.received_by}", "dim")],
    ]  # fmt: skip
    if row.flags or row.next:
        lines.append([part(f"! {', '.join(map(plain, row.flags))} {row.next}", "warn")])
    return lines + _evidence(row.evidence)


def _evidence(evidence: tuple[EvidenceView, ...]) -> list[Line]:
    """What was read, and the words it was read from."""
    return [
        [
            cell(plain(each.field), 16, "dim"),
            part(each.value),
            part(f"   “{each.words}”" + (f" p. {each.page}" if each.page else ""), "dim"),
        ]
        for each in evidence
    ]
