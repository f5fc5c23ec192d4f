"""One Request for Evidence from the inbox to the agency's door, by keys alone: in both sizes, and in a real terminal."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from casedesk.desk import filings, matters, messages, packets, reviews
from casedesk.desk.desk import Desk
from casedesk.documents.render import text_to_pdf
from tests.screens.seat import Seat, sit
from tests.screens.terminal import TerminalSeat, sit_at_terminal
from tests.support.clock import ManualClock
from tests.support.firm import PASSPHRASE, FirmFixture, local_firm
from tests.support.notices import make_rfe

AnySeat = Seat | TerminalSeat
Sit = Callable[[str], AbstractAsyncContextManager[AnySeat]]

MATTER = "M-2026-0001"
SIZES = [(80, 24), (120, 40)]
REQUESTED = 3


def _draft(folder: Path, version: int) -> Path:
    path = folder / f"draft{version}.pdf"
    path.write_bytes(text_to_pdf("RFE response", [f"Version {version} of our answer."]).data)
    return path


@pytest.mark.parametrize(
    "size", [SIZES[0], pytest.param(SIZES[1], marks=pytest.mark.faults)], ids=["80x24", "120x40"]
)
def test_the_recipe_by_keys(firm: FirmFixture, rfe: Path, tmp_path: Path, size: tuple[int, int]) -> None:
    asyncio.run(
        _walk(lambda handle: sit(firm.desk(handle), size), firm.desk("mduarte"), MATTER, rfe, tmp_path)
    )


@pytest.mark.skipif(
    os.name != "posix", reason="Windows has no pty; the same walk runs there without a terminal."
)
def test_the_recipe_in_a_real_terminal(store_path: Path, tmp_path: Path) -> None:
    """The program itself on a pty of 80 by 24, one process a person, by the host's clock."""
    now = datetime.now(UTC)
    firm = local_firm(store_path, ManualClock(now))
    desk = firm.desk("mduarte")
    matter = desk.write(
        matters.open_matter,
        "adjustment_of_status",
        "Ibarra, Rosa",
        language="es",
        paralegal="mduarte",
        attorney="aokafor",
        form=("I-485",),
        receipt="IOE0912345678",
    ).ref
    rfe = tmp_path / "rfe.pdf"
    rfe.write_bytes(
        make_rfe(notice_date=(now - timedelta(days=7)).date(), due=(now + timedelta(days=80)).date())
    )

    def at_terminal(handle: str) -> AbstractAsyncContextManager[AnySeat]:
        return sit_at_terminal(firm.store, handle, (80, 24))

    try:
        asyncio.run(_walk(at_terminal, desk, matter, rfe, tmp_path))
    finally:
        firm.close()


async def _walk(sit_down: Sit, desk: Desk, matter: str, rfe: Path, folder: Path) -> None:
    async with sit_down("mduarte") as seat:
        await _receive_and_intake(seat, matter, rfe)
    async with sit_down("aokafor") as seat:
        await _triage_and_release(seat)
    assert {message.state for message in desk.read(messages.listing, matter=matter)} == {"approved"}
    async with sit_down("mduarte") as seat:
        await _draft_it(seat, _draft(folder, 1))
    async with sit_down("aokafor") as seat:
        await _return_with_a_comment(seat)
    async with sit_down("mduarte") as seat:
        await _draft_again(seat, _draft(folder, 2))
    async with sit_down("aokafor") as seat:
        await _approve_content(seat)
    second = next(each for each in desk.read(reviews.listing) if each.kind == "second")
    async with sit_down(second.owner) as seat:
        await _answer_all_yes(seat, "second review")
        await seat.press("o")
        await seat.sees("Second review done")
    async with sit_down("aokafor") as seat:
        await _sign_off(seat, matter)
    async with sit_down("mduarte") as seat:
        await _ship(seat)
    filing = desk.read(filings.listing, matter)[0]
    assert filing.state == "receipted"
    assert filing.deadline_state == "met"
    packet = desk.read(packets.listing, matter)[0]
    assert desk.read(packets.verify, str(packet["packet"])).ok


async def _receive_and_intake(seat: AnySeat, matter: str, rfe: Path) -> None:
    await seat.press("I")
    await seat.sees("f receive files")
    await seat.press("f")
    await seat.sees("Receive files Files")
    await seat.fill(str(rfe), "", "")
    await seat.sees(f"RFE, {matter}")
    assert "IOE0912345678" in seat.words()
    await seat.press("escape")
    await seat.sees("RFE intake")
    await seat.press("a")
    await seat.sees("Acknowledged T-")
    await seat.press("enter")
    await seat.sees("space tick")
    await seat.press("space", "down", "space", "down", "space")
    await seat.sees("c complete h")
    await seat.press("c")
    await seat.sees("Done: T-")


async def _triage_and_release(seat: AnySeat) -> None:
    await seat.sees("RFE triage")
    await seat.press("enter")
    await seat.sees("space tick")
    await seat.press("space", "down", "space", "down", "space")
    await seat.sees("c complete h")
    await seat.press("c")
    await seat.sees("Done: T-")
    await seat.press("M")
    await seat.sees("a release")
    await seat.press("a")
    await seat.sees("may be sent")


async def _draft_it(seat: AnySeat, draft: Path) -> None:
    await seat.sees("Draft RFE response")
    await seat.press("enter")
    await seat.sees("space tick")
    for _ in range(REQUESTED + 2):
        await seat.press("space", "down")
    await _hand_in(seat, draft, "first version")
    await seat.sees("Version 1 is with A. Okafor for review")


async def _draft_again(seat: AnySeat, draft: Path) -> None:
    await seat.sees("Draft RFE response")
    await seat.press("enter")
    await seat.sees("version 1 by A. Okafor")
    assert "“the date of the lease is missing”" in seat.words()
    await _hand_in(seat, draft, "the date is in now")
    await seat.sees("Version 2 is with A. Okafor for review")


async def _hand_in(seat: AnySeat, draft: Path, note: str) -> None:
    await seat.sees(" d draft (c complete")
    await seat.press("d")
    await seat.sees("Hand in the draft")
    await seat.fill(str(draft), "", note, "")


async def _answer_all_yes(seat: AnySeat, kind: str, points: int = 4) -> None:
    await seat.press("6")
    await seat.sees(f"○ {kind}")
    await seat.press("enter")
    await seat.sees(f"{points} unanswered")
    for _ in range(points):
        await seat.press("y")
    assert "unanswered" not in seat.words()


async def _return_with_a_comment(seat: AnySeat) -> None:
    await seat.press("6")
    await seat.sees("○ content review")
    await seat.press("enter")
    await seat.sees("4 unanswered")
    await seat.press("o")
    await seat.sees("4 unanswered")
    await seat.press("y", "n")
    await seat.sees("Comment on R")
    await seat.fill("the date of the lease is missing")
    await seat.sees("r return")
    await seat.press("r")
    await seat.sees("Return to Maria Duarte")
    await seat.press("enter")
    await seat.sees("Returned to M. Duarte with 1 comment.")


async def _approve_content(seat: AnySeat) -> None:
    await _answer_all_yes(seat, "content review")
    await seat.sees("o OK for signature")
    await seat.press("o")
    await seat.sees("OK for signature: ")


async def _sign_off(seat: AnySeat, matter: str) -> None:
    await _answer_all_yes(seat, "approval for filing", 2)
    await seat.press("o")
    await seat.sees("I have reviewed this filing and approve it for submission to USCIS.")
    await seat.outwait_deafness()
    await seat.press("tab")
    await seat.type(matter)
    await seat.press("tab")
    await seat.type("not my passphrase at all")
    await seat.press("enter", "enter")
    await seat.sees("! That")
    assert matter in seat.words()
    await seat.press("ctrl+u")
    await seat.type(PASSPHRASE)
    await seat.press("enter", "enter")
    await seat.sees("Approved for filing")


async def _ship(seat: AnySeat) -> None:
    await seat.sees("Ship RFE response")
    await seat.press("enter")
    await seat.sees("P packet")
    await seat.press("P")
    await seat.sees("v verify")
    await seat.press("v")
    await seat.sees("Every byte")
    await seat.press("s")
    await seat.sees("Tracking number")
    await seat.fill("FedEx", "7946 1234 5678")
    await seat.sees("Shipped: FedEx")
    await seat.press("d")
    await seat.sees("When")
    await seat.fill("")
    await seat.sees("Delivered; deadline met")
    await seat.press("r")
    await seat.sees("Receipt for")
    await seat.fill("")
    await seat.sees("Receipt in")
