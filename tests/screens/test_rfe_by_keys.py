"""One Request for Evidence from the inbox to the agency's door, by keys alone, on both sizes of terminal."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from casedesk.desk import filings, messages, packets, reviews, tasks
from casedesk.documents.render import text_to_pdf
from tests.screens.seat import Seat, sit
from tests.support.firm import PASSPHRASE, FirmFixture

MATTER = "M-2026-0001"
SIZES = [(80, 24), (120, 40)]


def _draft(folder: Path, version: int) -> Path:
    path = folder / f"draft{version}.pdf"
    path.write_bytes(text_to_pdf("RFE response", [f"Version {version} of our answer."]).data)
    return path


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
def test_the_recipe_by_keys(firm: FirmFixture, rfe: Path, tmp_path: Path, size: tuple[int, int]) -> None:
    asyncio.run(_walk(firm, rfe, tmp_path, size))


async def _walk(firm: FirmFixture, rfe: Path, folder: Path, size: tuple[int, int]) -> None:
    async with sit(firm.desk("mduarte"), size) as seat:
        await _receive_and_intake(seat, rfe)
    async with sit(firm.desk("aokafor"), size) as seat:
        await _triage_and_release(seat)
    async with sit(firm.desk("mduarte"), size) as seat:
        await _draft_it(seat, _draft(folder, 1))
    async with sit(firm.desk("aokafor"), size) as seat:
        await _return_with_a_comment(seat)
    async with sit(firm.desk("mduarte"), size) as seat:
        await seat.sees("Draft RFE response")
        await seat.press("enter", "d")
        await seat.fill(str(_draft(folder, 2)), "", "the date is in now", "")
        await seat.sees("Version 2")
    async with sit(firm.desk("aokafor"), size) as seat:
        await _approve_content(seat)
    second = next(each for each in firm.desk("mduarte").read(reviews.listing) if each.kind == "second")
    async with sit(firm.desk(second.owner), size) as seat:
        await _answer_all_yes(seat)
        await seat.press("o")
        await seat.sees("Second review done")
    async with sit(firm.desk("aokafor"), size) as seat:
        await _sign_off(seat)
    firm.clock.advance(minutes=5)
    async with sit(firm.desk("mduarte"), size) as seat:
        await _ship(seat, firm)
    desk = firm.desk("mduarte")
    filing = desk.read(filings.listing, MATTER)[0]
    assert filing.state == "receipted"
    assert filing.deadline_state == "met"
    packet = desk.read(packets.listing, MATTER)[0]
    assert desk.read(packets.verify, str(packet["packet"])).ok


async def _receive_and_intake(seat: Seat, rfe: Path) -> None:
    await seat.press("I", "f")
    await seat.fill(str(rfe), "", "")
    await seat.sees("rfe, M-2026-0001")
    assert "IOE0912345678" in seat.words()
    await seat.press("escape")
    await seat.sees("RFE intake")
    await seat.press("a")
    await seat.sees("Acknowledged T-")
    await seat.press("enter")
    await seat.press("space", "down", "space", "down", "space")
    await seat.press("c")
    await seat.sees("Done: T-")


async def _triage_and_release(seat: Seat) -> None:
    await seat.sees("RFE triage")
    await seat.press("enter", "space", "down", "space", "down", "space", "c")
    await seat.sees("Done: T-")
    await seat.press("M")
    await seat.sees("to release")
    await seat.press("a")
    await seat.sees("may be sent")
    released = seat.app.desk.read(messages.listing, matter=MATTER)
    assert {message.state for message in released} == {"approved"}


async def _draft_it(seat: Seat, draft: Path) -> None:
    await seat.sees("Draft RFE response")
    await seat.press("enter")
    detail = seat.app.desk.read(tasks.show, seat.app.screen.ref)  # type: ignore[attr-defined]
    for _ in detail.checklist:
        await seat.press("space", "down")
    await seat.press("d")
    await seat.fill(str(draft), "", "first version", "")
    await seat.sees("Version 1 is with aokafor for review")


async def _answer_all_yes(seat: Seat) -> None:
    await seat.press("6")
    await seat.sees("review")
    await seat.press("enter")
    await seat.sees("y yes")
    for _ in range(4):
        await seat.press("y")
    assert "unanswered" not in seat.words()


async def _return_with_a_comment(seat: Seat) -> None:
    await seat.press("6")
    await seat.sees("content review")
    await seat.press("enter")
    await seat.sees("4 unanswered")
    await seat.press("o")
    await seat.sees("4 unanswered")
    await seat.press("y", "n")
    await seat.fill("the date of the lease is missing")
    await seat.press("r", "enter")
    await seat.sees("Returned to mduarte with 1 comment")


async def _approve_content(seat: Seat) -> None:
    await _answer_all_yes(seat)
    assert "OK for signature" in seat.words()
    await seat.press("o")
    await seat.sees("OK for signature: ")


async def _sign_off(seat: Seat) -> None:
    await seat.press("6")
    await seat.sees("approval for filing")
    await seat.press("enter")
    await seat.press("y", "y")
    seat.app.ticks = lambda: 1000.0
    await seat.press("o")
    await seat.sees("I have reviewed this filing and approve it for submission to USCIS.")
    seat.app.screen._ticks = lambda: 1001.0  # type: ignore[attr-defined]
    await seat.press("tab")
    await seat.type(MATTER)
    await seat.press("tab")
    await seat.type("not my passphrase at all")
    await seat.press("enter", "enter")
    await seat.sees("passphrase")
    assert MATTER in seat.words()
    await seat.press("ctrl+u")
    await seat.type(PASSPHRASE)
    await seat.press("enter", "enter")
    await seat.sees("Approved for filing")


async def _ship(seat: Seat, firm: FirmFixture) -> None:
    await seat.sees("Ship RFE response")
    await seat.press("enter", "P", "v")
    await seat.sees("Every byte")
    await seat.press("s")
    await seat.fill("FedEx", "7946 1234 5678")
    await seat.sees("Shipped: FedEx")
    firm.clock.advance(days=1)
    await seat.press("d")
    await seat.fill("")
    await seat.sees("Delivered; deadline met")
    await seat.press("r")
    await seat.fill("")
    await seat.sees("Receipt in")
