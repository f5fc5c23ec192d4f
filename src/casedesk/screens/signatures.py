"""Wet ink, then scan: for each form and part who signs, when it was sent, and the scan that came back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from textual.widget import Widget

from casedesk.desk import packets, signatures
from casedesk.desk.reading import prepare
from casedesk.desk.views.gate import SlotView
from casedesk.screens.actions import Action
from casedesk.screens.base import DeskScreen
from casedesk.screens.drawing import Line, cell, part
from casedesk.screens.moments import Moment
from casedesk.screens.widgets.pane import Pane, Rule
from casedesk.screens.widgets.prompt import Answers, Field, prompt
from casedesk.screens.widgets.rows import RowList
from casedesk.screens.words import slot_state


def _sendable(screen: SignaturesScreen) -> str:
    slot = screen.rows.current
    if slot is None:
        return "nothing to sign"
    return "" if slot.state == "needed" else f"is {slot.state}"


def _returnable(screen: SignaturesScreen) -> str:
    slot = screen.rows.current
    if slot is None:
        return "nothing to sign"
    return "is back" if slot.state == "back" else ""


class SignaturesScreen(DeskScreen):
    """The signature round of one matter."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("sent", "s", "sent", "It went out to be signed", _sendable),
        Action("back_in", "b", "back", "The signed page came back: its scan", _returnable),
        Action(
            "add",
            "a",
            "add",
            "One more signature that is needed",
            lambda s: "" if s.packets else "no packet yet",
        ),
        Action("packets", "P", "packet", "Packet, filing, what left and arrived"),
        Action("matter", "m", "matter card", "The card of its matter"),
    )
    NAME = "signatures"
    PLACE = "Signatures"

    def __init__(self, matter: str) -> None:
        super().__init__()
        self.matter = matter
        self.packets: tuple[str, ...] = ()
        self.rows: RowList[SlotView] = RowList(
            lambda slot: slot.id,
            self._draw,
            empty="Nothing is to be signed by hand. ⟨signatures.add⟩ adds a signature.",
        )

    def body(self) -> Iterable[Widget]:
        yield Pane(id="title")
        yield Rule()
        yield self.rows

    def on_mount(self) -> None:
        self.query_one("#title", Pane).show(
            [[part(f"Signatures of {self.matter}: ink, then scan", "strong")]]
        )
        self.rows.focus()

    def load(self) -> None:
        self.rows.wait()
        desk, matter = self.desk, self.matter

        def work() -> tuple[tuple[SlotView, ...], tuple[dict[str, Any], ...], Moment]:
            slots = desk.read(signatures.listing, matter=matter)
            found = tuple(dict(each) for each in desk.read(packets.listing, matter))
            return slots, found, Moment(desk.now(), desk.zone)

        self.read("signatures", work, self._loaded, self.failing(self.rows))

    def _loaded(self, found: tuple[tuple[SlotView, ...], tuple[dict[str, Any], ...], Moment]) -> None:
        slots, views, self.moment = found
        self.packets = tuple(str(view["packet"]) for view in views)
        self.rows.fill(slots)

    def _draw(self, slot: SlotView, width: int) -> Line:
        moment = self.moment
        if moment is None:
            return []
        state, tone = slot_state(slot)
        when = slot.back_at or slot.sent_at
        return [
            cell(state, 10, tone),
            cell(slot.form, 8, "strong"),
            cell(slot.part, 13),
            cell(slot.person, max(10, width - 55)),
            cell(f" {slot.packet}", 11, "dim"),
            cell(f" {moment.soon(when)}" if when else "", 13, "dim"),
        ]

    def do_sent(self) -> None:
        slot = self.rows.current
        if slot is not None:
            ref = slot.id
            self.write(lambda: self.desk.write(signatures.sent, ref), lambda done: f"Sent to {done.person}.")

    def do_back_in(self) -> None:
        slot = self.rows.current
        if slot is None:
            return

        def act(answers: Answers) -> SlotView:
            return self.desk.write(signatures.back, slot.id, prepare(answers.path("file")))

        prompt(
            self,
            "A signed page came back",
            (Field("file", "Scan", "path"),),
            act,
            lambda done: f"Back from {done.person}.",
            verb="keep",
            about=[[part(f"{slot.form} {slot.part}, {slot.person}")]],
        )

    def do_add(self) -> None:
        prompt(
            self,
            "A signature is needed",
            (
                Field("packet", "Packet", "choice", value=self.packets[0], choices=self.packets),
                Field("form", "Form"),
                Field("part", "Part"),
                Field("person", "Who signs"),
            ),
            lambda answers: self.desk.write(
                signatures.add, answers["packet"], answers["form"], answers["part"], answers["person"]
            ),
            lambda done: f"{done.person} signs {done.form} {done.part}.",
            verb="add",
        )

    def do_packets(self) -> None:
        self.desk_app.open_hit("packets", self.matter)

    def do_matter(self) -> None:
        self.desk_app.open_hit("matter", self.matter)
