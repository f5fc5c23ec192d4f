"""The matter's card, for twenty seconds while the client is on the phone: who may be told what comes first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.widget import Widget
from textual.widgets import Static

from casedesk.desk import matters, messages, milestones, papers, tasks, viewing
from casedesk.desk.milestones import MilestoneView
from casedesk.desk.views.matters import FormView, MatterView, TimelineEntry
from casedesk.desk.views.papers import DocumentView
from casedesk.desk.views.telling import MessageView
from casedesk.desk.views.work import TaskView
from casedesk.screens import asking_clients, handing
from casedesk.screens.actions import Action
from casedesk.screens.base import DeskScreen
from casedesk.screens.drawing import Line, cell, content, paragraphs, part, some, tabs
from casedesk.screens.moments import Moment, legal
from casedesk.screens.viewing import view
from casedesk.screens.widgets.pane import Pane
from casedesk.screens.widgets.rows import RowList
from casedesk.screens.words import (
    LANGUAGES,
    authority_label,
    deadline_state,
    kind_of,
    message_state,
    plain,
    task_state,
)

SECTIONS = ("Story", "Tasks", "Papers", "Messages", "People", "Dates", "Forms")
PAPER = "paper"
"""A line that opens in the system's viewer, not on a screen."""
FORMS = 3
WHOLE = 3
"""How many lines of a long entry are shown whole under the list."""
_WORKSHOP = re.compile(r"\b(?:chain|sha256) \S+?(?:; |$)")
"""What the audit says too, and nobody on the telephone needs."""
_SLUG = re.compile(r"\b(kind|type|playbook) ([a-z_]+)")
EMPTY = (
    "Nothing has happened yet. ⟨matter.call⟩ notes a call, ⟨matter.note⟩ a note.",
    "No open task. The next notice or step brings one.",
    "No paper yet. ⟨matter.inbox⟩ opens the inbox, which receives one.",
    "No message to the client yet; notices and filings propose them.",
    "Nobody is entered but the client.",
    "No date yet. A notice brings its own.",
    "No form is entered yet.",
)


@dataclass(frozen=True)
class Entry:
    """A line of one of the sections; `kind` and `ref` say what enter opens, if anything."""

    id: str
    parts: Line
    kind: str = ""
    ref: str = ""


@dataclass(frozen=True)
class Card:
    matter: MatterView
    story: tuple[TimelineEntry, ...]
    tasks: tuple[TaskView, ...]
    documents: tuple[DocumentView, ...]
    messages: tuple[MessageView, ...]
    milestones: tuple[MilestoneView, ...]
    moment: Moment


class MatterScreen(DeskScreen):
    """The card above, the sections (story, tasks, papers, messages, people, dates) below."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("open", "enter", "open", "Open what the line names", lambda s: s.nothing_to_open()),
        Action(
            "view",
            "p",
            "open paper",
            "Open the paper of the line in the system's viewer",
            lambda s: s.why_not_view(),
            footer=False,
        ),
        Action("call", "l", "log call", "Note a call, and who calls back"),
        Action("note", "n", "note", "A note for the firm's eyes"),
        Action("request", "r", "ask client", "Ask the client for papers and answers", footer=False),
        Action("milestone", "t", "milestone", "How far it has come: set a milestone", footer=False),
        Action(
            "section_next",
            "right,right_square_bracket",
            "sections",
            "Story, tasks, papers, messages, people, dates, forms",
        ),
        Action(
            "section_previous",
            "left,left_square_bracket",
            "sections",
            "The section to the left",
            footer=False,
        ),
        Action("packets", "P", "packet", "Packet, filing, what left and arrived"),
        Action("signatures", "S", "signatures", "Who signs what: sent, back"),
        Action("messages", "M", "messages", "What is to be said to the client"),
        Action("inbox", "I", "inbox", "Receive a paper", footer=False),
        Action("audit", "A", "audit", "Everything that was done, in order", footer=False),
    )
    NAME = "matter"
    PLACE = "Matter card"

    def __init__(self, ref: str) -> None:
        super().__init__()
        self.ref = ref
        self.card: Card | None = None
        self.section = 0
        self.rows: RowList[Entry] = RowList(
            lambda entry: entry.id, lambda entry, _width: entry.parts, empty=EMPTY[0]
        )

    def body(self) -> Iterable[Widget]:
        yield Pane(id="card")
        yield Static(id="tabs", markup=False)
        yield self.rows
        yield Pane(id="whole")

    def on_mount(self) -> None:
        self.rows.focus()

    def on_resize(self) -> None:
        self._show()

    # -- reading ------------------------------------------------------------------------------------------------

    def load(self) -> None:
        self.rows.wait()
        desk, name = self.desk, self.ref

        def work() -> Card:
            matter = desk.read(matters.show, name)
            return Card(
                matter=matter,
                story=desk.read(matters.timeline, matter.ref, limit=50),
                tasks=desk.read(tasks.of_matter, matter.ref),
                documents=desk.read(papers.listing, matter=matter.ref, limit=50),
                messages=desk.read(messages.listing, matter=matter.ref, limit=50),
                milestones=desk.read(milestones.listing, matter.ref),
                moment=Moment(desk.now(), desk.zone),
            )

        self.read("matter", work, self._loaded, self.failing(self.rows))

    def _loaded(self, card: Card) -> None:
        self.card, self.moment = card, card.moment
        self.ref = card.matter.ref
        self._show()

    # -- drawing ------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        if self.card is None:
            return
        self.query_one("#card", Pane).show(self._card_lines(self.card))
        self.query_one("#tabs", Static).update(content([tabs(SECTIONS, self.section)]))
        self.rows.empty = EMPTY[self.section]
        self.rows.fill(self._entries(self.card))
        self._show_whole()

    def _card_lines(self, card: Card) -> list[Line]:
        matter, moment = card.matter, card.moment
        lines: list[Line] = [
            [
                part(f"{matter.ref}  ", "dim"),
                part(matter.caption or matter.client, "strong"),
                part(f"  {plain(matter.type)} · {plain(matter.priority)} · {plain(matter.status)}", "dim"),
            ],
            *_wall_lines(matter, moment),
            *self._contact_lines(matter),
            *(line for point in matter.open_points for line in self._wrapped("Open", f"! {point}", "warn")),
        ]
        lines += self._form_lines(matter, moment)
        language = LANGUAGES.get(matter.language, matter.language)
        lines += [
            *self._wrapped("Waiting on", self.names.say(matter.waiting or "nobody")),
            *self._wrapped("Next date", _next(matter, moment), "strong"),
            [
                cell("Language", 14, "dim"),
                part(f"{language}   "),
                part("last contact ", "dim"),
                part(self.names.say(matter.last_contact or "none noted")),
            ],
            *self._wrapped(
                "Owners",
                ", ".join(
                    f"{self.names.short(v)} ({plain(k)})".replace(" ", "\N{NO-BREAK SPACE}")
                    for k, v in matter.owners.items()
                ),
            ),
        ]
        return lines

    def _form_lines(self, matter: MatterView, moment: Moment) -> list[Line]:
        """Each form with its status and the day it was last looked at: both whole, on two lines where need be."""
        lines: list[Line] = []
        for number, form in enumerate(matter.forms[:FORMS]):
            name = f"{form.form}  {form.receipt_number or 'no receipt yet'}  "
            lines += self._wrapped("" if number else "Forms", f"{name}{_status(form, moment)}")
        more = len(matter.forms) - FORMS
        if more > 0:
            lines.append([cell("", 14), part(f"and {some(more, 'form')} more: → Forms", "dim")])
        return lines

    def _wrapped(self, label: str, text: str, tone: str = "") -> list[Line]:
        wrapped = paragraphs(text, max(20, self.size.width - 16))
        return [
            [cell("" if number else label, 14, "dim"), part(line.replace("\N{NO-BREAK SPACE}", " "), tone)]
            for number, line in enumerate(wrapped)
        ]

    def _contact_lines(self, matter: MatterView) -> list[Line]:
        """Every rule in full, however long: half a rule may say the opposite."""
        if not matter.contact_rules:
            none = "no rule is entered: ask before telling anybody but the client"
            return [[cell("Contact", 14, "dim"), part(none, "dim")]]
        width = max(20, self.size.width - 16)
        wrapped = [line for rule in matter.contact_rules for line in paragraphs(f"! {rule}", width)]
        return [
            [cell("" if number else "Contact", 14, "dim"), part(line, "warn")]
            for number, line in enumerate(wrapped)
        ]

    def _entries(self, card: Card) -> list[Entry]:
        moment = card.moment
        match SECTIONS[self.section]:
            case "Story":
                return [
                    Entry(
                        f"{n}-{each.at.isoformat()}",
                        [cell(moment.instant(each.at), 18, "dim"), cell(self.names.short(each.actor), 14, "dim"),
                         part(each.what), part(f"  {self._detail(each)}", "dim")],
                    )
                    for n, each in enumerate(card.story)
                ]  # fmt: skip
            case "Tasks":
                return [self._task_entry(task, moment) for task in card.tasks]
            case "Papers":
                return [
                    Entry(
                        each.id,
                        [cell(each.ref, 10, "dim"), cell(kind_of(each.kind), 13), part(each.name),
                         part(f"  {some(each.pages, 'page') + ', ' if each.pages else ''}"
                              f"{moment.instant(each.received_at)}", "dim"),
                         part(f"  confidential to {each.confidential_to}" if each.confidential_to else "", "warn"),
                         part(f"  {each.next}" if each.next else "", "warn")],
                        PAPER,
                        each.ref,
                    )
                    for each in card.documents
                ]  # fmt: skip
            case "Messages":
                return [
                    Entry(
                        each.id,
                        [(lambda s: cell(s[0], 14, s[1]))(message_state(each)), cell(each.language, 4, "dim"),
                         part(each.subject or plain(each.template))],
                        "messages",
                        card.matter.ref,
                    )
                    for each in card.messages
                ]  # fmt: skip
            case "People":
                return [
                    Entry(
                        each.id,
                        [cell(plain(each.role), 16, "dim"), part(each.name), part(f"  {each.language}", "dim"),
                         part("  " + " ".join(filter(None, (each.phone, each.email, each.a_number))))],
                    )
                    for each in card.matter.parties
                ] + [
                    Entry(f"link-{n}", [cell(plain(link.get("relation")) or "linked", 16, "dim"),
                                        part(link.get("caption", "")), part(f"  {link.get('matter', '')}", "dim")],
                          "matter", link.get("matter", ""))
                    for n, link in enumerate(card.matter.links)
                ]  # fmt: skip
            case "Forms":
                return [
                    Entry(
                        each.id or each.form,
                        [
                            cell(each.form, 10, "strong"),
                            cell(each.receipt_number or "no receipt yet", 15),
                            part(f"{_status(each, moment)}  {each.party or ''}"),
                        ],
                    )
                    for each in card.matter.forms
                ]
            case _:
                return [
                    Entry(
                        each.id,
                        [cell(authority_label(each), 12, "dim"), cell(legal(each.agency_due), 13, "strong"),
                         cell(f"internal {legal(each.internal_due)}", 23), part(each.title),
                         part(f"  {deadline_state(each)[0]}", deadline_state(each)[1]),
                         part(f"  {each.citation}", "dim")],
                    )
                    for each in card.matter.deadlines
                ] + [self._milestone(each) for each in card.milestones if each.on is not None]  # fmt: skip

    def _milestone(self, each: MilestoneView) -> Entry:
        who = f", {self.names.short(each.set_by)}" if each.set_by else ""
        note = f": {each.note}" if each.note else ""
        return Entry(
            each.id,
            [cell("milestone", 12, "dim"), cell(legal(each.on), 13), part(f"{each.title}{who}{note}")],
        )

    def _task_entry(self, task: TaskView, moment: Moment) -> Entry:
        state, tone = task_state(task, moment)
        return Entry(
            task.id,
            [
                cell(state, 10, tone),
                cell(task.ref, 10, "dim"),
                cell(task.title, 30),
                part(f" {self.names.short(task.owner)}, due {moment.day(moment.local_day(task.due))}", "dim"),
            ],
            "task",
            task.ref,
        )

    # -- acts ---------------------------------------------------------------------------------------------------

    @on(RowList.Moved)
    def _moved(self) -> None:
        self._show_whole()
        self.renew_keys()

    def _show_whole(self) -> None:
        """What the line under the cursor has no room for, under the list: somebody's words are read to their end."""
        entry, width = self.rows.current, max(20, self.size.width - 4)
        lines: list[Line] = []
        if entry is not None and len("".join(text for text, _ in entry.parts)) > width:
            words = " ".join("".join(text for text, _ in entry.parts).split())
            lines = [[part(line, "dim")] for line in paragraphs(words, width)[:WHOLE]]
        self.query_one("#whole", Pane).show(lines)

    def do_open(self) -> None:
        entry = self.rows.current
        if entry is None or not entry.kind:
            return
        if entry.kind == PAPER:
            view(self, viewing.paper, entry.ref)
        else:
            self.desk_app.open_hit(entry.kind, entry.ref)

    do_view = do_open

    def why_not_view(self) -> str:
        entry = self.rows.current
        return "" if entry is not None and entry.kind == PAPER else "no paper on this line; → Papers has them"

    def nothing_to_open(self) -> str:
        entry = self.rows.current
        return "" if entry is not None and entry.kind else "nothing to open here"

    def _detail(self, entry: TimelineEntry) -> str:
        """What a person said stays as it was said; the desk's own words get names and dates in words."""
        if entry.what.split()[:1] in (["call"], ["note"]):
            return entry.detail
        told = _WORKSHOP.sub("", entry.detail).rstrip("; ")
        return _SLUG.sub(lambda found: f"{found[1]} {kind_of(found[2])}", self.names.say(told))

    def do_section_next(self) -> None:
        self._turn_to(self.section + 1)

    def do_section_previous(self) -> None:
        self._turn_to(self.section - 1)

    def _turn_to(self, section: int) -> None:
        self.section = section % len(SECTIONS)
        self.rows.fill(())
        self._show()

    def do_call(self) -> None:
        asking_clients.call(self, self.ref)

    def do_request(self) -> None:
        asking_clients.of_matter(self, self.ref)

    def do_milestone(self) -> None:
        asking_clients.milestone(self, self.ref)

    def do_note(self) -> None:
        handing.note(self, self.ref)

    def do_packets(self) -> None:
        self.desk_app.open_hit("packets", self.ref)

    def do_signatures(self) -> None:
        self.desk_app.open_hit("signatures", self.ref)

    def do_messages(self) -> None:
        self.desk_app.open_hit("messages", self.ref)

    def do_inbox(self) -> None:
        self.desk_app.open_hit("inbox", "")

    def do_audit(self) -> None:
        self.desk_app.open_hit("audit", self.ref)


def _wall_lines(matter: MatterView, moment: Moment) -> list[Line]:
    """For those inside, who are the only ones to see this card."""
    wall = matter.wall
    if wall is None:
        return []
    words = f"ethical wall since {moment.instant(wall.since)}, {wall.inside} inside"
    return [[cell("Wall", 14, "dim"), part(words, "warn")]]


def _status(form: FormView, moment: Moment) -> str:
    checked = f"checked {moment.day(form.checked)}" if form.checked else "never checked"
    return f"{plain(form.status)}, {checked}"


def _next(matter: MatterView, moment: Moment) -> str:
    if matter.next_date is None:
        return "none"
    what = ""
    for each in matter.deadlines:
        if each.agency_due == matter.next_date:
            what = f": {each.title}, {authority_label(each)}"
        elif each.internal_due == matter.next_date:
            what = f": {each.title}, internal; {authority_label(each)} {moment.near(each.agency_due)}"
    return f"{legal(matter.next_date)} {moment.left(matter.next_date)}{what}"
