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
from casedesk.screens.names import Names
from casedesk.screens.widgets.pane import Pane, Rule, ScrollPane
from casedesk.screens.widgets.prompt import Answers, Field, prompt
from casedesk.screens.widgets.rows import RowList
from casedesk.screens.words import kind_of, plain

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
        Action("receive", "f", "receive files", "Take files in: kept, read, matched, routed",
               act="match_notice"),
        Action("match", "m", "match to matter", "Say which matter the paper belongs to", _unmatched,
               act="match_notice"),
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
        self.matters: tuple[MatterView, ...] = ()
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
        # Known before they are asked for: a question that opens late loses what is typed ahead.
        self.read("matters", lambda: desk.read(matters.listing, limit=200), self._know)

    def _know(self, found: tuple[MatterView, ...]) -> None:
        self.matters = found

    def _loaded(self, found: tuple[tuple[DocumentView, ...], Moment]) -> None:
        rows, self.moment = found
        self.rows.fill(rows)
        if self.received:
            self.rows.go_to(self.received[0].document)

    # -- drawing ------------------------------------------------------------------------------------------------

    def _draw(self, row: DocumentView, width: int) -> Line:
        """The ref and the minute it came in give way to the name where there is little room."""
        moment, wide = self.moment, width >= 100
        came = ""
        if moment is not None:
            at = row.received_at
            came = moment.instant(at) if wide else moment.near(moment.local_day(at))
        last = 18 if wide else 7
        return [
            cell(row.ref, 10 if wide else 0, "dim"),
            cell(kind_of(row.kind), 12, "strong"),
            cell(row.receipt_number or "", 14),
            cell(row.matter or "○ no matter", 13, "" if row.matter else "warn"),
            cell(row.name, width - 39 - last - (11 if wide else 1)),
            part(" "),
            cell(came, last, "dim"),
        ]

    @on(RowList.Moved)
    def _show(self) -> None:
        if self.received:
            lines = [line for each in self.received for line in _received(each, self.names)]
        else:
            lines = _document(self.rows.current, self.names)
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

        prompt(
            self,
            f"Match {row.ref} {row.name}",
            (
                Field("matter", "Matter", "choice", "a client, M-…, or a receipt number; tab completes",
                      choices=_choices(self.matters)),
                Field("form", "Form", required=False, hint="I-485, when the matter has several"),
            ),
            lambda answers: self.desk.write(
                papers.match, row.id, _matter(answers["matter"], self.matters), form=answers["form"] or None
            ),
            lambda done: _told((done,)),
            verb="match",
            about=[[part(f"{kind_of(row.kind)}  {row.receipt_number or 'no receipt number'}", "dim")]],
            then=self._matched,
        )  # fmt: skip

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


def _choices(known: tuple[MatterView, ...]) -> tuple[str, ...]:
    """What completes: the client with the number behind, then the number."""
    return (
        *(f"{each.caption or each.client} {each.ref}" for each in known),
        *(each.ref for each in known),
    )


def _matter(typed: str, known: tuple[MatterView, ...]) -> str:
    """The number of what was completed; anything else goes to the desk as it was typed."""
    return next((each.ref for each in known if typed.endswith(f" {each.ref}")), typed)


def _told(received: tuple[Received, ...]) -> str:
    return " ".join(
        f"{each.name}: "
        + ("known already" if each.duplicate else f"{kind_of(each.kind)}, {each.matter or 'no matter found'}")
        + "."
        for each in received
    )


def _received(each: Received, names: Names) -> list[Line]:
    head = "known already, nothing new" if each.duplicate else f"{each.confidence:.0%} sure"
    lines: list[Line] = [
        [
            part(f"{each.ref} {each.name}  ", "strong"),
            part(f"{kind_of(each.kind)}, {head}", "warn" if each.duplicate else "good"),
        ],
        [
            cell("Matter", 16, "dim"),
            part(each.matter or "none found: m matches it", "" if each.matter else "warn"),
        ],
        [cell("Receipt number", 16, "dim"), part(each.receipt_number or "none read")],
    ]
    lines += [
        [cell(plain(name).capitalize(), 16, "dim"), part(names.say(value))]
        for name, value in each.dates.items()
        if value
    ]
    if each.duplicate_of:
        lines.append([cell("Same notice as", 16, "dim"), part(each.duplicate_of, "warn")])
    lines += [
        [part(f"! {warning}", "warn")] for warning in (*each.warnings, *((each.next,) if each.next else ()))
    ]
    for task in each.tasks:
        lines.append([cell("Task", 16, "dim"), part(_task(task, names))])
    return lines + _evidence(each.evidence, names)


def _task(task: dict[str, str], names: Names) -> str:
    """ "RFE intake, for M. Duarte"."""
    return f"{task.get('ref', '')} {task.get('title', '')}, for {names.short(task.get('owner'))}"


def _document(row: DocumentView | None, names: Names) -> list[Line]:
    if row is None:
        return []
    lines: list[Line] = [
        [part(f"{row.ref} {row.name}", "strong")],
        [part(f"{_length(row)}, {row.media_type}, sha-256 {row.sha256[:8]} … {row.sha256[-8:]}", "dim")],
        [part(f"received by {names.full(row.received_by)}", "dim")],
    ]  # fmt: skip
    if row.flags or row.next:
        lines.append([part(f"! {', '.join(map(plain, row.flags))} {row.next}", "warn")])
    return lines + _evidence(row.evidence, names)


def _evidence(evidence: tuple[EvidenceView, ...], names: Names) -> list[Line]:
    """What was read, and the words it was read from."""
    return [
        [
            cell(plain(each.field).capitalize(), 16, "dim"),
            part(kind_of(each.value) if each.field == "kind" else names.say(each.value)),
            part(f"   “{each.words}”" + (f" p. {each.page}" if each.page else ""), "dim"),
        ]
        for each in evidence
    ]


def _length(row: DocumentView) -> str:
    """ "2 pages"; a picture has none, and its size is said instead."""
    return some(row.pages, "page") if row.pages else f"{max(1, row.bytes // 1000)} kB"
