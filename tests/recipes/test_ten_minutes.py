"""Scenario G3, ten minutes: four reviews between two hearings, three acts, by keys at 80 by 24; told on both stores.

A. Okafor at 11:50 has four reviews of 6, 11, 64 and 180 pages. She returns the 6 pages with one comment, OKs the 11 for
signature, and signs off the 64, of which only three signature pages are new to her. The 180 wait for the evening.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import pytest

from casedesk.desk import drafts, matters, papers, reviews, signatures, tasks, trail
from casedesk.desk.reading import Prepared, prepare_bytes
from casedesk.desk.views.gate import ReviewView
from casedesk.documents.render import Block, compose
from casedesk.screens import queue
from tests.screens.seat import Seat, sit
from tests.support.firm import PASSPHRASE, FirmFixture
from tests.support.notices import make_rfe
from tests.support.rfe import prepared

SIX, ELEVEN, SIXTY_FOUR, LONG = "Aziz, Omar", "Bekele, Tigist", "Costa, Rita", "Duong, Minh"
A_PAGE = 640.0
"""Points after a line that leave no room for another one on its page."""

SLOTS = (
    ("I-485", "Part 10", "Rita Costa"),
    ("G-28", "Part 4", "Rita Costa"),
    ("I-864", "Part 8", "Joao Costa"),
)


@cache
def pages(count: int, changed: tuple[tuple[int, str], ...] = ()) -> bytes:
    """A response of so many pages; `changed` are pages (from 1) that say something else."""
    said: Mapping[int, str] = dict(changed)
    blocks = [Block(said.get(n, f"Page {n} of our response."), after=A_PAGE) for n in range(1, count + 1)]
    made = compose("Response", blocks, lang="en")
    assert made.pages == count
    return made.data


@cache
def response(count: int, changed: tuple[tuple[int, str], ...] = ()) -> Prepared:
    return prepare_bytes(pages(count, changed), "response.pdf")


def drafting(firm: FirmFixture, client: str, receipt: str) -> str:
    """A matter with an RFE of one page whose response is ready to be handed in; the task's ref."""
    duarte, okafor = firm.desk("mduarte"), firm.desk("aokafor")
    matter = duarte.write(
        matters.open_matter,
        "adjustment_of_status",
        client,
        paralegal="mduarte",
        attorney="aokafor",
        form=("I-485",),
        receipt=receipt,
    ).ref
    got = firm.desk("tfinn").write(
        papers.receive, prepare_bytes(make_rfe(receipt=receipt, name=client.upper()), "I-797E.pdf")
    )
    for kind, desk in (("rfe_intake", duarte), ("rfe_triage", okafor)):
        (ref,) = [t["ref"] for t in got.tasks if t["kind"] == kind]
        for item in desk.read(tasks.show, ref).checklist:
            desk.write(tasks.tick, ref, item.id)
        desk.write(tasks.complete, ref)
    (draft,) = [
        t.ref for t in duarte.read(tasks.queue, scope="all", text=matter, limit=200) if t.kind == "rfe_draft"
    ]
    for item in duarte.read(tasks.show, draft).checklist:
        duarte.write(tasks.tick, draft, item.id)
    return draft


def pile(firm: FirmFixture) -> dict[str, ReviewView]:
    """Her four reviews, by client."""
    duarte, okafor = firm.desk("mduarte"), firm.desk("aokafor")
    clients = (SIX, ELEVEN, SIXTY_FOUR, LONG)
    tasks_of = {name: drafting(firm, name, f"IOE091234{n:04d}") for n, name in enumerate(clients)}
    # The six pages were returned once; two of them are new since she looked.
    first = duarte.write(drafts.submit, tasks_of[SIX], (response(5),))
    okafor.write(reviews.show, first.review, looked=True)
    okafor.write(reviews.send_back, first.review, {"accuracy": "The address of 2019 is wrong."})
    firm.clock.advance(minutes=30)
    new = ((2, "14 Elm Street, since March 2019."), (4, "Exhibit C is the lease of March 2019."))
    duarte.write(drafts.submit, tasks_of[SIX], (response(5, new),))
    duarte.write(drafts.submit, tasks_of[ELEVEN], (response(10),))
    # The sixty-one pages she reviewed got three scans of signed pages, and passed the second review.
    sent = duarte.write(drafts.submit, tasks_of[SIXTY_FOUR], (response(60),), sign=SLOTS)
    okafor.write(reviews.show, sent.review, looked=True)
    okafor.write(reviews.approve, sent.review)
    for number, slot in enumerate(duarte.read(signatures.listing, packet=sent.packet)):
        duarte.write(signatures.sent, slot.ref)
        scan = prepared("Signed", f"{slot.form} {slot.part}, in ink", f"scan-{number}.pdf")
        duarte.write(signatures.back, slot.ref, scan)
    second = next(r for r in okafor.read(reviews.listing) if r.kind == "second" and r.packet == sent.packet)
    firm.clock.advance(minutes=31)
    firm.desk(second.owner).write(reviews.approve, second.ref)
    duarte.write(drafts.submit, tasks_of[LONG], (response(179),))
    return {r.caption: r for r in okafor.read(reviews.listing, mine=True)}


@dataclass
class Counted:
    """A seat that counts: the keys that do something, and apart from them what is written in words."""

    seat: Seat
    keys: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)

    async def press(self, *keys: str) -> None:
        self.keys += keys
        await self.seat.press(*keys)

    async def write(self, text: str) -> None:
        self.written.append(text)
        await self.seat.type(text)

    async def open(self, client: str) -> None:
        """From the list of reviews to the one of this client, by the arrows."""
        place = next(n for n, line in enumerate(self._rows()) if client in line)
        here = next(n for n, line in enumerate(self._rows()) if line.startswith("▌"))
        await self.press(*["down" if place > here else "up"] * abs(place - here), "enter")

    def _rows(self) -> list[str]:
        return [line for line in self.seat.lines() if " due " in line or line.startswith("▌")]


def test_ten_minutes(firm: FirmFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "PREVIEW_PAUSE", 0.001)
    hers = pile(firm)
    assert {name: (r.pages, r.kind) for name, r in hers.items()} == {
        SIX: (6, "content"),
        ELEVEN: (11, "content"),
        SIXTY_FOUR: (64, "signoff"),
        LONG: (180, "content"),
    }
    okafor = firm.desk("aokafor")
    counted: list[Counted] = []

    async def scene() -> None:
        async with sit(okafor) as seat:
            her = Counted(seat)
            counted.append(her)
            await her.press("6")
            await seat.sees("180 p")
            # What fits in ten minutes: pages, minutes, and when it is due.
            for said in ("6 p, 1 min", "11 p, 2 min", "64 p, 1 min", "180 p, 30 min"):
                assert said in seat.words(), seat.text()

            # One act: two changed pages since her last look, and one comment tied to a point.
            await her.open(SIX)
            await seat.sees("changed since your last look: pages 3, 5")
            await seat.sees("+ 14 Elm Street, since March")
            await her.press("y", "n")
            await her.write("names two addresses")
            await her.press("enter", "r")
            await seat.sees("Return to Maria Duarte")
            await her.press("enter")
            await seat.sees("Returned to M. Duarte with 1 comment.")
            await her.press("escape")

            # Two.
            await her.open(ELEVEN)
            await seat.sees("11 pages")
            await her.press("y", "y", "y", "y", "o")
            await seat.sees("OK for signature: ")
            await her.press("escape")

            # Three: of 64 pages three are new, all of them signatures. The dialog opens under her fingers.
            await her.open(SIXTY_FOUR)
            await seat.sees("changed since the version reviewed: pages 62, 63, 64")
            await her.press("y", "y")
            seat.app.ticks = lambda: 0.0
            await her.press("o", "o", "enter", "space")
            await seat.sees("I have reviewed this filing and approve it for submission to USCIS.")
            assert okafor.read(reviews.show, hers[SIXTY_FOUR].ref).state == "open"
            await seat.outwait_deafness()
            await her.press("tab")
            await her.write(hers[SIXTY_FOUR].matter)
            await her.press("tab")
            await her.write(PASSPHRASE)
            await her.press("enter", "enter")
            await seat.sees("Approved for filing")

    asyncio.run(scene())
    assert len(counted[0].keys) < 40, counted[0].keys
    assert counted[0].written == ["names two addresses", hers[SIXTY_FOUR].matter, PASSPHRASE]

    states = {name: okafor.read(reviews.show, r.ref).state for name, r in hers.items()}
    assert states == {SIX: "returned", ELEVEN: "approved", SIXTY_FOUR: "approved", LONG: "open"}
    said = [(p.id, p.comment) for p in okafor.read(reviews.show, hers[SIX].ref).points if p.comment]
    assert said == [("completeness", "names two addresses")]
    acts = [e.action for e in firm.desk("jreyes").read(trail.listing, limit=500)]
    assert acts.count("packet.signed_off") == 1
    assert firm.desk("jreyes").read(trail.verify).ok
