"""What is to be said to clients, in their language: read, released, copied, noted as sent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.widget import Widget

from casedesk.desk import messages, requests
from casedesk.desk.requests import RequestView
from casedesk.desk.views.telling import MessageView
from casedesk.screens import asking_clients
from casedesk.screens.actions import Action
from casedesk.screens.base import DeskScreen
from casedesk.screens.drawing import Line, cell, paragraphs, part
from casedesk.screens.moments import Moment
from casedesk.screens.widgets.pane import Pane, Rule, ScrollPane
from casedesk.screens.widgets.prompt import Field, prompt
from casedesk.screens.widgets.rows import RowList
from casedesk.screens.words import message_state, plain

Found = tuple[tuple[MessageView, ...], dict[str, RequestView], Moment]

CHANNELS = ("e-mail", "mail", "phone", "text message", "in person")
WAYS = ("e-mail", "phone", "text message", "letter", "in person", "portal")


def _releasable(screen: MessagesScreen) -> str:
    message = screen.rows.current
    if message is None:
        return "no message"
    return "" if message.state == "awaiting_approval" else message_state(message)[0][2:]


def _going(screen: MessagesScreen) -> str:
    message = screen.rows.current
    if message is None:
        return "no message"
    return message_state(message)[0][2:] if message.state in {"sent", "cancelled"} else ""


def _sendable(screen: MessagesScreen) -> str:
    message = screen.rows.current
    if message is None:
        return "no message"
    if message.state == "awaiting_approval":
        return "release it first"
    return "" if message.state in {"approved", "failed", "unknown"} else message_state(message)[0][2:]


def _releasing(screen: MessagesScreen) -> str:
    message = screen.rows.current
    return "release_notice" if message is not None and message.release == "attorney" else "client_update"


class MessagesScreen(DeskScreen):
    """The messages of one matter, or of all; the body below, as the client will read it."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("approve", "a", "release", "It may go to the client", _releasable, act=_releasing),
        Action("copy", "y", "copy", "Copy the text, to send it", _sendable),
        Action("sent", "s", "sent", "It was sent, and by which way", _sendable,
               act="client_update"),
        Action("way", "w", "another way", "It goes another way than the desk chose", _going, footer=False),
        Action("matter", "m", "matter card", "The card of its matter",
               lambda s: "" if s.rows.current is not None else "no message"),
        Action("body", "tab", "to the text", "Between the list and the text", binding="desk.onward"),
    )  # fmt: skip
    NAME = "messages"
    PLACE = "Messages"

    def __init__(self, matter: str = "") -> None:
        super().__init__()
        self.matter = matter
        self.requests: dict[str, RequestView] = {}
        self.rows: RowList[MessageView] = RowList(
            lambda message: message.id,
            self._draw,
            empty="No message. Notices and filings propose them to the client; the attorney releases each.",
        )

    def body(self) -> Iterable[Widget]:
        yield Pane(id="title")
        yield Rule()
        yield self.rows
        yield Rule()
        yield ScrollPane(id="text")

    def on_mount(self) -> None:
        of = f"of {self.matter}" if self.matter else "to clients"
        self.query_one("#title", Pane).show([[part(f"Messages {of}", "strong")]])
        self.rows.focus()

    def on_resize(self) -> None:
        self._show()

    def load(self) -> None:
        self.rows.wait()
        desk, matter = self.desk, self.matter or None

        def work() -> Found:
            rows = desk.read(messages.listing, matter=matter, limit=100)
            asking = {each.matter for each in rows if each.template.startswith("information_request")}
            asked = desk.read(requests.of_matters, sorted(asking)) if asking else {}
            return rows, asked, Moment(desk.now(), desk.zone)

        self.read("messages", work, self._loaded, self.failing(self.rows))

    def _loaded(self, found: Found) -> None:
        rows, self.requests, self.moment = found
        self.rows.fill(rows)

    def _draw(self, message: MessageView, width: int) -> Line:
        state, tone = message_state(message)
        wide = width >= 100
        rest, to = width - 14 - 13 - 4 - (16 if wide else 0), max(20, width // 5)
        return [
            cell(state, 14, tone),
            cell(message.matter, 13, "dim"),
            cell(message.language, 4),
            cell(message.subject or plain(message.template), rest - to),
            cell(f" {message.to}", to),
            cell(f" {message.channel}", 16 if wide else 0, "dim"),
        ]

    @on(RowList.Moved)
    def _show(self) -> None:
        message = self.rows.current
        lines: list[Line] = []
        if message is not None:
            width = max(20, self.size.width - 6)
            lines += [[cell("Contact", 9, "dim"), part(rule, "warn")] for rule in message.contact_rules]
            if message.fallback:
                lines.append(
                    [part("! No text in the client's language yet: this is the English one.", "alert")]
                )
            waits = message.state == "awaiting_approval"
            who = ", to be released by an attorney" if waits and message.release == "attorney" else ""
            where = f" at {message.address}" if message.address else ""
            lines.append([part(f"To {message.to} by {message.channel}{where}{who}", "dim")])
            if message.refused:
                lines.append([part(f"! It may not go this way. {message.refused}", "alert")])
            asked = self.requests.get(message.ref)
            if asked is not None and self.moment is not None:
                lines += asking_clients.request_lines(asked, self.moment)
            lines += [[part(line, "strong")] for line in paragraphs(message.subject, width)]
            lines += [[part(line)] for line in paragraphs(message.body, width)]
        self.query_one("#text", ScrollPane).show(lines)
        self.renew_keys()

    def do_approve(self) -> None:
        message = self.rows.current
        if message is not None:
            ref = message.id
            self.write(
                lambda: self.desk.write(messages.approve, ref), lambda done: f"{done.ref} may be sent."
            )

    def do_copy(self) -> None:
        message = self.rows.current
        if message is not None:
            ref = message.id
            self.write(
                lambda: self.desk.write(messages.copy, ref),
                lambda _text: "Copied. ⟨messages.sent⟩ notes how it was sent.",
                self.desk_app.copy,
            )

    def do_sent(self) -> None:
        message = self.rows.current
        if message is None:
            return
        prompt(
            self,
            f"Sent {message.ref}",
            (Field("via", "By", "choice", ", ".join(WAYS), choices=WAYS),),
            lambda answers: self.desk.write(messages.sent, message.id, answers["via"]),
            lambda done: f"{done.ref} is noted as sent.",
            verb="note it",
            about=[[part(f"To {message.to}")]],
        )

    def do_way(self) -> None:
        message = self.rows.current
        if message is None:
            return
        prompt(
            self,
            f"Another way for {message.ref}",
            (Field("way", "By", "choice", ", ".join(CHANNELS), choices=CHANNELS),),
            lambda answers: self.desk.write(messages.way, message.id, answers["way"]),
            lambda done: f"{done.ref} goes by {done.channel}{f' at {done.address}' if done.address else ''}.",
            verb="choose it",
            about=[[part(f"To {message.to}")]],
        )

    def do_matter(self) -> None:
        message = self.rows.current
        if message is not None:
            self.desk_app.open_hit("matter", message.matter)

    def do_body(self) -> None:
        self.focus_next()
