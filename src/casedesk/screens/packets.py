"""A matter's packets and what became of them: checked, shipped, delivered, receipt in. Shipped is not received."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from textual import on
from textual.widget import Widget

from casedesk.desk import filings, packets
from casedesk.desk.views.gate import FilingView, PacketVerified
from casedesk.refusal import Refusal
from casedesk.screens.actions import Action
from casedesk.screens.base import DeskScreen
from casedesk.screens.drawing import Line, cell, part
from casedesk.screens.moments import Moment
from casedesk.screens.saving import save_new
from casedesk.screens.states import state
from casedesk.screens.widgets.pane import Pane, Rule
from casedesk.screens.widgets.prompt import Answers, Field, prompt
from casedesk.screens.widgets.rows import RowList
from casedesk.screens.words import filing_state

CARRIERS = ("FedEx", "UPS", "USPS", "courier", "by hand")


@dataclass(frozen=True)
class PacketRow:
    """A packet, or a filing of one."""

    id: str
    packet: str
    packet_view: dict[str, Any] | None = None
    filing: FilingView | None = None


def _here(screen: PacketsScreen) -> str:
    return "" if screen.rows.current is not None else "no packet yet"


def _filed(*states: str, otherwise: str) -> Any:
    def when(screen: PacketsScreen) -> str:
        row = screen.rows.current
        filing = screen.filing_of(row.packet) if row is not None else None
        if filing is None:
            return "nothing shipped"
        return "" if filing.state in states else f"{otherwise}: {filing.state}"

    return when


def _why_not_ship(screen: PacketsScreen) -> str:
    row = screen.rows.current
    if row is None:
        return "no packet yet"
    filing = screen.filing_of(row.packet)
    return "" if filing is None or filing.state == "rejected" else f"is {filing.state}"


class PacketsScreen(DeskScreen):
    """Packets with their filings below them; the last check of a packet stays in view."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("verify", "v", "verify", "Hash the bytes again and compare each document", _here),
        Action("assemble", "a", "save packet", "Write the packet to a file, to print it", _here),
        Action("ship", "s", "ship", "It has left: carrier and tracking number", _why_not_ship,
               act="ship_filing"),
        Action("upload", "u", "uploaded", "It was uploaded: confirmation number", _why_not_ship,
               act="ship_filing"),
        Action("deliver", "d", "delivered", "It has arrived; the date is met",
               _filed("shipped", "uploaded", otherwise="not under way")),
        Action("receipt", "r", "receipt in", "The agency's receipt has come",
               _filed("delivered", otherwise="not delivered")),
        Action("reject", "x", "rejected", "The agency sent it back; the date runs again",
               _filed("shipped", "uploaded", "delivered", "receipted", otherwise="over")),
        Action("matter", "m", "matter card", "The card of its matter"),
        Action("signatures", "S", "signatures", "Who signs what: sent, back", footer=False),
    )  # fmt: skip
    NAME = "packets"
    PLACE = "Packets and filings"

    def __init__(self, matter: str) -> None:
        super().__init__()
        self.matter = matter
        self.filings: tuple[FilingView, ...] = ()
        self.verified: PacketVerified | None = None
        self.rows: RowList[PacketRow] = RowList(
            lambda row: row.id,
            self._draw,
            empty="No packet yet. Handing in a draft (⟨task.submit⟩ on its task) makes one.",
        )

    def body(self) -> Iterable[Widget]:
        yield Pane(id="packets")
        yield Rule()
        yield self.rows
        yield Rule()
        yield Pane(id="packet")

    def on_mount(self) -> None:
        self.query_one("#packets", Pane).show([[part(f"Packets and filings of {self.matter}", "strong")]])
        self.rows.focus()

    def filing_of(self, packet: str) -> FilingView | None:
        """The newest filing of a packet."""
        of_it = [filing for filing in self.filings if filing.packet == packet]
        return max(of_it, key=lambda filing: filing.shipped_at) if of_it else None

    # -- reading ------------------------------------------------------------------------------------------------

    def load(self) -> None:
        self.rows.wait()
        desk, matter = self.desk, self.matter

        def work() -> tuple[tuple[dict[str, Any], ...], tuple[FilingView, ...], Moment]:
            found = tuple(dict(each) for each in desk.read(packets.listing, matter))
            return found, desk.read(filings.listing, matter), Moment(desk.now(), desk.zone)

        self.read("packets", work, self._loaded, self.failing(self.rows))

    def _loaded(self, found: tuple[tuple[dict[str, Any], ...], tuple[FilingView, ...], Moment]) -> None:
        views, self.filings, self.moment = found
        rows: list[PacketRow] = []
        for view in views:
            ref = str(view["packet"])
            rows.append(PacketRow(ref, ref, view))
            rows += [PacketRow(each.id, ref, None, each) for each in self.filings if each.packet == ref]
        self.rows.fill(rows)

    # -- drawing ------------------------------------------------------------------------------------------------

    def _draw(self, row: PacketRow, width: int) -> Line:
        if row.filing is not None and self.moment is not None:
            filing = row.filing
            state, tone = filing_state(filing)
            arrived = f", delivered {self.moment.instant(filing.delivered_at)}" if filing.delivered_at else ""
            receipt = f", receipt {filing.receipt_number}" if filing.receipt_number else ""
            return [
                part("   "),
                cell(state, 14, tone),
                part(
                    f"{filing.carrier} {filing.tracking}, {self.moment.instant(filing.shipped_at)}{arrived}{receipt}"
                ),
            ]
        view = row.packet_view or {}
        return [
            cell(row.packet, 11, "strong"),
            cell(f"version {view.get('version', '')}", 12),
            part(f"{view.get('pages', '')} pages  "),
            part(str(view.get("packet_sha256") or "not assembled")[:8], "dim"),
            part("  " + str(view.get("title") or "").removesuffix(f", {self.matter}")),
        ]

    @on(RowList.Moved)
    def _show(self) -> None:
        row = self.rows.current
        lines: list[Line] = []
        if row is not None and row.filing is not None and self.moment is not None:
            filing = row.filing
            if filing.deadline_state:
                met = filing.deadline_state == "met"
                lines.append([part(f"Deadline {filing.deadline_state}", "good" if met else "warn")])
            if filing.reason:
                lines.append([part(f"Rejected: {filing.reason}", "alert")])
        if self.verified is not None and row is not None and self.verified.packet in {row.packet, row.id}:
            lines += _verified(self.verified)
        self.query_one("#packet", Pane).show(lines[:7])
        self.renew_keys()

    # -- acts ---------------------------------------------------------------------------------------------------

    def do_verify(self) -> None:
        row = self.rows.current
        if row is None:
            return

        def arrived(verified: PacketVerified) -> None:
            self.verified = verified
            if verified.ok:
                self.desk_app.tell(f"Every byte of {row.packet} is as it was signed for.")
            else:
                self.desk_app.tell(verified.problem or f"{row.packet} is not what was signed for.", "error")
            self._show()

        self.read("verify", lambda: self.desk.read(packets.verify, row.packet), arrived)

    def do_assemble(self) -> None:
        row = self.rows.current
        if row is None:
            return

        def act(answers: Answers) -> Path:
            _, data = self.desk.write(packets.assemble, row.packet)
            return save_new(answers.path("path"), data)

        prompt(self, f"Save packet {row.packet}", (Field("path", "To", "path", value=f"{row.packet}.pdf"),), act,
               lambda path: f"Written to {path}.")  # fmt: skip

    def do_ship(self) -> None:
        row = self.rows.current
        if row is None:
            return
        prompt(
            self,
            f"Ship {row.packet}",
            (
                Field("carrier", "Carrier", "choice", ", ".join(CARRIERS), choices=CARRIERS),
                Field("tracking", "Tracking number"),
            ),
            lambda answers: self.desk.write(
                filings.ship, row.packet, carrier=answers["carrier"], tracking=answers["tracking"]
            ),
            lambda done: f"Shipped: {done.carrier} {done.tracking}. The date is met when it is delivered.",
            verb="ship",
        )

    def do_upload(self) -> None:
        row = self.rows.current
        if row is None:
            return
        prompt(
            self,
            f"Uploaded {row.packet}",
            (Field("confirmation", "Confirmation", required=False),),
            lambda answers: self.desk.write(filings.upload, row.packet, confirmation=answers["confirmation"]),
            lambda done: f"Uploaded: {done.ref}.",
            verb="note it",
        )

    def do_deliver(self) -> None:
        row = self.rows.current
        if row is None:
            return
        zone = self.moment.zone if self.moment else "UTC"

        def act(answers: Answers) -> FilingView:
            return self.desk.write(filings.deliver, row.packet, on=_instant(answers["on"], zone))

        prompt(
            self,
            f"Delivered {row.packet}",
            (Field("on", "When", required=False, hint="now, or 2026-11-30 10:31 by the office's clock"),),
            act,
            lambda done: f"Delivered; deadline {done.deadline_state or 'unchanged'}.",
            verb="note it",
        )

    def do_receipt(self) -> None:
        row = self.rows.current
        if row is None:
            return
        prompt(
            self,
            f"Receipt for {row.packet}",
            (Field("number", "Receipt number", required=False, hint="empty when it shows as received only"),),
            lambda answers: self.desk.write(filings.receipt, row.packet, number=answers["number"] or None),
            lambda done: f"Receipt in: {done.receipt_number or done.ref}.",
            verb="note it",
        )

    def do_reject(self) -> None:
        row = self.rows.current
        if row is None:
            return
        prompt(
            self,
            f"Rejected {row.packet}",
            (Field("reason", "Reason", hint="as the rejection notice words it"),),
            lambda answers: self.desk.write(filings.reject, row.packet, reason=answers["reason"]),
            lambda done: (
                f"Rejected; deadline {done.deadline_state or 'unchanged'}. A new packet is a new filing."
            ),
            verb="note it",
        )

    def do_matter(self) -> None:
        self.desk_app.open_hit("matter", self.matter)

    def do_signatures(self) -> None:
        self.desk_app.open_hit("signatures", self.matter)


def _verified(verified: PacketVerified) -> list[Line]:
    head = (
        state("packet.same", "every byte is as it was signed for")
        if verified.ok
        else (f"! {verified.problem}", "alert")
    )
    lines: list[Line] = [
        [part(*head), part(f"   sha-256 {verified.packet_sha256[:8]} … {verified.packet_sha256[-8:]}", "dim")]
    ]
    for each in sorted(verified.documents, key=lambda each: each.ok):
        mark, tone = state("packet.same" if each.ok else "packet.changed")
        lines.append([cell(mark, 24, tone), part(each.name)])
    return lines


def _instant(text: str, zone: str) -> datetime | None:
    """An instant typed by the office's clock, None for now. Raises `Refusal`."""
    if text in {"", "now"}:
        return None
    try:
        typed = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(
            "bad_instant", f"{text!r} is no day and time.", "Write it as 2026-11-30 10:31."
        ) from None
    if typed.tzinfo is None:
        typed = typed.replace(tzinfo=ZoneInfo(zone))
    return typed.astimezone(UTC)
