"""The inbox: papers come in, what was read from them stands beside their words, and each is decided by a key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.containers import Container
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Static

from casedesk.desk import paper_text, papers, triage, viewing
from casedesk.desk.paper_text import Glance, Suggestion
from casedesk.desk.reading import prepare
from casedesk.desk.triage import Split
from casedesk.desk.views.papers import DocumentView, EvidenceView, Received
from casedesk.refusal import Refusal
from casedesk.screens import queue
from casedesk.screens.actions import Action
from casedesk.screens.base import DeskScreen
from casedesk.screens.drawing import Line, cell, content, part, some, tabs
from casedesk.screens.matching import MatchScreen
from casedesk.screens.moments import Moment
from casedesk.screens.names import Names
from casedesk.screens.states import state
from casedesk.screens.viewing import view
from casedesk.screens.widgets.pane import Rule, ScrollPane
from casedesk.screens.widgets.prompt import Answers, Field, prompt
from casedesk.screens.widgets.rows import RowList
from casedesk.screens.words import kind_of, plain

SECTIONS = (
    (
        "Papers without a matter",
        "Every paper has its matter. ⟨inbox.receive⟩ receives a file, ⟨inbox.all⟩ shows all papers.",
    ),
    ("All papers", "No paper has come in yet. ⟨inbox.receive⟩ receives a file."),
    ("Set aside", "Nothing was set aside. ⟨inbox.unmatched⟩ goes back."),
)
ASIDE = {"junk": "junk", "split": "split", "joined": "joined again"}
WIDE = 100


def _no_paper(screen: InboxScreen) -> str:
    return "" if screen.rows.current is not None else "no paper here"


def _undecided(screen: InboxScreen) -> str:
    """Why a paper cannot be decided here, "" where it waits."""
    row = screen.rows.current
    if row is None:
        return "no paper here"
    if row.matter:
        return "has a matter"
    return ASIDE.get(row.decided or "", "")


def _unrecognised(screen: InboxScreen) -> str:
    why = _undecided(screen)
    if why:
        return why
    glance = screen.glance
    if glance is None:
        return "still being read"
    count = len(glance.suggestions)
    return "" if count == 1 else "several fit, m chooses" if count else "nothing recognised, m matches it"


def _unsplittable(screen: InboxScreen) -> str:
    why, row = _undecided(screen), screen.rows.current
    if why or row is None:
        return why
    if row.media_type != "application/pdf":
        return "no PDF"
    if row.pages < 2:
        return "one page"
    return "" if screen.page > 1 else "] turns to where the next paper begins"


def _nothing_to_undo(screen: InboxScreen) -> str:
    row = screen.rows.current
    if screen.last:
        return ""
    if row is None:
        return "no paper here"
    return "" if row.matter or row.decided in ("junk", "split") else "nothing decided"


def _at_the_end(screen: InboxScreen) -> str:
    return "" if screen.page < screen.pages_shown else "no further page"


def _at_the_start(screen: InboxScreen) -> str:
    return "" if screen.page > 1 else "the first page"


class InboxScreen(DeskScreen):
    """Papers that wait, all, or those set aside; what was last received stays on view until the cursor moves on."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("receive", "f", "receive files", "Take files in: kept, read, matched, routed",
               act="match_notice"),
        Action("accept", "a", "accept", "It belongs to the matter that its numbers name", _unrecognised,
               act="match_notice"),
        Action("match", "m", "match", "Say which matter the paper belongs to: found as you type", _undecided,
               act="match_notice"),
        Action("split", "s", "split here", "Cut the scan before the page on view", _unsplittable,
               act="match_notice"),
        Action("junk", "x", "junk", "Set the paper aside; it stays on record", _undecided, act="match_notice"),
        Action("undo", "z", "undo", "Take back what was decided: junk, split, its matter", _nothing_to_undo,
               act="match_notice"),
        Action("page_next", "right_square_bracket", "next page", "The paper's next page", _at_the_end),
        Action("page_before", "left_square_bracket", "page before", "The page before", _at_the_start,
               footer=False),
        Action("open", "enter", "matter card", "The card of its matter",
               lambda s: "" if s.rows.current is not None and s.rows.current.matter else "no matter yet"),
        Action("view", "p", "open paper", "Open the paper in the system's viewer", _no_paper),
        Action("unmatched", "1", "unmatched", "Only papers without a matter", footer=False),
        Action("all", "2", "all papers", "Every paper, the newest first", footer=False),
        Action("aside", "3", "set aside", "Junk, and scans that were split", footer=False),
        Action("text", "tab", "to what was read", "Between the list and what was read", footer=False,
               binding="desk.onward"),
    )  # fmt: skip
    NAME = "inbox"
    PLACE = "Inbox"

    def __init__(self) -> None:
        super().__init__()
        self.section = 0
        self.received: tuple[Received, ...] = ()
        self.glance: Glance | None = None
        self.page = 1
        self.last = ""
        self.rows: RowList[DocumentView] = RowList(lambda row: row.id, self._draw, empty=SECTIONS[0][1])
        self._known: dict[str, Glance] = {}
        self._pause: Timer | None = None

    def body(self) -> Iterable[Widget]:
        yield Static(id="tabs", markup=False)
        yield Rule()
        with Container(id="both"):
            yield self.rows
            yield Rule(id="between")
            yield ScrollPane(id="read")

    def on_mount(self) -> None:
        self._title()
        self.rows.focus()

    def on_resize(self) -> None:
        """Beside each other where there is room, one above the other where there is not."""
        self.query_one("#both").set_class(self.size.width >= WIDE, "beside")
        self._show()

    def _title(self) -> None:
        self.rows.empty = SECTIONS[self.section][1]
        titles = (title for title, _ in SECTIONS)
        self.query_one("#tabs", Static).update(content([tabs(titles, self.section)]))

    # -- reading ------------------------------------------------------------------------------------------------

    def load(self) -> None:
        self.rows.wait()
        desk, section = self.desk, self.section

        def work() -> tuple[tuple[DocumentView, ...], Moment]:
            found = desk.read(papers.listing, unmatched=section == 0, aside=section == 2, limit=100)
            return found, Moment(desk.now(), desk.zone)

        self.read("papers", work, self._loaded, self.failing(self.rows))

    def _loaded(self, found: tuple[tuple[DocumentView, ...], Moment]) -> None:
        rows, self.moment = found
        # The parts of one scan came in at one instant: they stand in the order of their pages.
        self.rows.fill(sorted(rows, key=lambda row: (-row.received_at.timestamp(), len(row.name), row.name)))
        if self.received:
            self.rows.go_to(self.received[0].document)

    @on(RowList.Moved)
    def _moved(self) -> None:
        row = self.rows.current
        if self.glance is None or row is None or self.glance.document != row.id:
            self.page = 1
            self.glance = self._known.get(row.id) if row is not None else None
        self._show()
        if self._pause is not None:
            self._pause.stop()
        if row is not None and self.glance is None:
            self._pause = self.set_timer(queue.PREVIEW_PAUSE, self._read_paper)

    def _read_paper(self) -> None:
        row, desk = self.rows.current, self.desk
        if row is not None:
            ref = row.ref
            self.read("paper", lambda: paper_text.glance(desk, ref), self._glanced, self._unread)

    def _glanced(self, glance: Glance) -> None:
        self._known[glance.document] = glance
        if self.rows.current_id == glance.document:
            self.glance = glance
            self._show()

    def _unread(self, refusal: Refusal) -> None:
        self.query_one("#read", ScrollPane).show([[part(f"! {self.desk_app.refused(refusal)}", "alert")]])

    # -- drawing ------------------------------------------------------------------------------------------------

    def _draw(self, row: DocumentView, width: int) -> Line:
        """The ref and the minute it came in give way to the name where there is little room."""
        moment, wide = self.moment, width >= WIDE
        came = ""
        if moment is not None:
            at = row.received_at
            came = moment.instant(at) if wide else moment.near(moment.local_day(at))
        last = 18 if wide else 7
        aside = ASIDE.get(row.decided or "")
        where, tone = state("paper.aside", aside) if aside else state("paper.no_matter")
        if row.matter:
            where, tone = row.matter, ""
        receipt = 14 if width >= 60 else 0
        return [
            cell(row.ref, 10 if wide else 0, "dim"),
            cell(kind_of(row.kind), 12, "strong"),
            cell(row.receipt_number or "", receipt),
            cell(where, 13, tone),
            cell(row.name, width - 25 - receipt - last - (11 if wide else 1)),
            part(" "),
            cell(came, last, "dim"),
        ]

    @property
    def pages_shown(self) -> int:
        """How many pages of the paper can be turned to."""
        row = self.rows.current
        read = len(self.glance.pages) if self.glance is not None else 1
        return max(read, row.pages if row is not None else 1, 1)

    def _show(self) -> None:
        row = self.rows.current
        if self.received:
            lines = [line for each in self.received for line in _received(each, self.names)]
        else:
            lines = [*_document(row, self.glance, self.names), *self._page_lines(row)]
        self.query_one("#read", ScrollPane).show(lines)
        self.renew_keys()

    def _page_lines(self, row: DocumentView | None) -> list[Line]:
        """The words of the page on view, under a line that says which it is."""
        if row is None:
            return []
        if self.glance is None:
            return [[part("Reading its words …", "dim")]]
        pages, here = self.glance.pages, self.page
        text = pages[here - 1] if here <= len(pages) else ""
        shown = [[part(line)] for line in text.splitlines()] or [[part("no words on this page", "dim")]]
        return [[part("")], [part(f"page {here} of {self.pages_shown}", "accent")], *shown]

    # -- acts ---------------------------------------------------------------------------------------------------

    def do_receive(self) -> None:
        def act(answers: Answers) -> tuple[Received, ...]:
            prepared = [prepare(path) for path in answers.files["files"]]
            matter = answers["matter"] or None
            return tuple(self.desk.write(papers.receive, each, matter=matter) for each in prepared)

        def arrived(received: tuple[Received, ...]) -> None:
            self.received = received
            if any(each.matter for each in received):
                self._turn_to(1)
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

    def do_accept(self) -> None:
        row, glance = self.rows.current, self.glance
        if row is None or glance is None:
            return
        matter, ref = glance.suggestions[0].matter, row.ref
        self.write(
            lambda: self.desk.write(papers.match, ref, matter),
            lambda done: f"{_told((done,))} ⟨inbox.undo⟩ takes it back.",
            self._matched,
        )

    def do_match(self) -> None:
        row = self.rows.current
        if row is None:
            return
        ref, desk = row.ref, self.desk

        def closed(done: Received | None) -> None:
            if done is not None:
                self.desk_app.tell(f"{_told((done,))} ⟨inbox.undo⟩ takes it back.")
                self._matched(done)
                self.desk_app.changed()

        self.app.push_screen(
            MatchScreen(
                self,
                f"Match {ref} {row.name}",
                () if self.glance is None else self.glance.suggestions,
                lambda matter, form: desk.write(papers.match, ref, matter, form=form),
            ),
            closed,
        )

    def _matched(self, done: Received) -> None:
        self._decided(done.ref)
        self.received = (done,)
        self._show()

    def do_split(self) -> None:
        row = self.rows.current
        if row is None:
            return
        ref, page = row.ref, self.page

        def said(cut: Split) -> str:
            return f"{ref} is cut before page {page}: {_told(cut.parts)} ⟨inbox.undo⟩ takes it back."

        def then(cut: Split) -> None:
            self._decided(ref)
            self.received = cut.parts
            self._show()

        self.write(lambda: self.desk.write(triage.split, ref, [page]), said, then)

    def do_junk(self) -> None:
        row = self.rows.current
        if row is None:
            return
        ref, name = row.ref, row.name
        self.received = ()
        self.write(
            lambda: self.desk.write(triage.junk, ref),
            lambda _: f"{ref} {name} is set aside as junk. ⟨inbox.undo⟩ takes it back.",
            lambda _: self._decided(ref),
        )

    def do_undo(self) -> None:
        """The last decision made here, whatever row it was on; else that of the row under the cursor."""
        row = self.rows.current
        ref = self.last or (row.ref if row is not None else "")

        def then(_view: DocumentView) -> None:
            self.last = ""
            self._known.clear()
            self.glance = None

        self.received = ()
        self.write(
            lambda: self.desk.write(triage.undo, ref),
            lambda view: f"Taken back: {view.ref} {view.name} waits in the inbox again.",
            then,
        )

    def _decided(self, ref: str) -> None:
        self.last = ref
        self.renew_keys()

    def do_page_next(self) -> None:
        self._turn(1)

    def do_page_before(self) -> None:
        self._turn(-1)

    def _turn(self, by: int) -> None:
        self.page = max(1, min(self.page + by, self.pages_shown))
        self.received = ()
        self._show()

    def do_open(self) -> None:
        row = self.rows.current
        if row is not None and row.matter:
            self.desk_app.open_hit("matter", row.matter)

    def do_view(self) -> None:
        row = self.rows.current
        if row is not None:
            view(self, viewing.paper, row.ref)

    def do_unmatched(self) -> None:
        self._chosen_section(0)

    def do_all(self) -> None:
        self._chosen_section(1)

    def do_aside(self) -> None:
        self._chosen_section(2)

    def _chosen_section(self, section: int) -> None:
        self.received, self.last = (), ""
        self._turn_to(section)

    def _turn_to(self, section: int) -> None:
        self.section = section
        self._title()
        self.load()

    def do_text(self) -> None:
        self.focus_next()

    def _line_keys(self) -> list[str]:
        return [*self.keymap.keys("rows.down").split(","), *self.keymap.keys("rows.up").split(",")]

    def on_key(self) -> None:
        """Whoever goes on to another line has read what came in."""
        if self.received and self.app.focused is self.rows and self.desk_app.last_key in self._line_keys():
            self.received = ()
            self._show()


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


def _document(row: DocumentView | None, glance: Glance | None, names: Names) -> list[Line]:
    if row is None:
        return []
    lines: list[Line] = [
        [part(f"{row.ref} {row.name}", "strong")],
        [part(f"{_length(row)}, {row.media_type}, sha-256 {row.sha256[:8]} … {row.sha256[-8:]}", "dim")],
        [part(f"received by {names.full(row.received_by)}", "dim")],
    ]
    if row.part_of:
        lines.append([part(f"cut from {row.part_of}", "dim")])
    if row.flags or row.next:
        lines.append([part(f"! {', '.join(map(plain, row.flags))} {row.next}", "warn")])
    if glance is not None:
        lines += [_suggested(each) for each in glance.suggestions]
    return lines + _evidence(row.evidence, names)


def _suggested(each: Suggestion) -> Line:
    return [
        cell("Recognised", 16, "dim"),
        state("paper.recognised", f"{each.matter} {each.caption}"),
        part(f"   {each.why}", "dim"),
    ]


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
