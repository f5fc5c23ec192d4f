"""The status round by keys: the number to the clipboard, the page's text pasted, the next look set, and on."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime

import pytest
from textual import events

from casedesk.desk import forms, status_round
from casedesk.desk.turn import Turn
from casedesk.screens.widgets.prompt import Prompt
from tests.recipes.test_status_round import page
from tests.screens.seat import Seat, sit
from tests.support.firm import FirmFixture

FIRST, SECOND = "IOE0912345601", "IOE0912345602"
MATTER = "M-2026-0001"


@pytest.fixture
def pending(firm: FirmFixture) -> FirmFixture:
    """Three receipts nobody ever looked up: Rosa's own and two more."""

    def add(turn: Turn) -> None:
        forms.form_add(turn, MATTER, "I-765", receipt_number=FIRST, received=date(2026, 3, 1))
        forms.form_add(turn, MATTER, "I-131", receipt_number=SECOND, received=date(2026, 3, 2))

    firm.desk().write(add)
    firm.clock.set(datetime(2026, 11, 20, 14, 0, tzinfo=UTC))
    return firm


def pasted(seat: Seat, text: str) -> None:
    """What a terminal sends for a paste, to whatever has the focus."""
    seat.app.post_message(events.Paste(text))


def test_the_number_is_copied_and_the_page_pasted_sets_the_next_look(pending: FirmFixture) -> None:
    desk = pending.desk()

    async def scene() -> None:
        async with sit(desk) as seat:
            await seat.press("S")
            await seat.sees("3 receipts not looked up for 14 days")
            first = str(seat.app.screen.rows.current.receipt_number)  # type: ignore[attr-defined]
            await seat.press("y")
            await seat.sees(f"{first} is on the clipboard.")
            assert seat.app.clipboard == first
            form = str(seat.app.screen.rows.current.form)  # type: ignore[attr-defined]
            pasted(seat, page(first, form))
            await seat.sees("Read as Case Was Received, of 3 Mar 2026")
            assert f"It names {first}." in seat.words()
            assert desk.read(status_round.due)[0].receipt_number == first
            await seat.press("enter", "enter")
            await seat.sees(f"{first}: Case Was Received; looked up again on 4 Dec 2026. New: message MS-")
            await seat.sees("2 receipts not looked up")
            assert seat.app.screen.rows.current.receipt_number != first  # type: ignore[attr-defined]

    asyncio.run(scene())
    assert len(desk.read(status_round.due)) == 2


def test_a_page_of_another_receipt_of_the_list_goes_to_that_one(pending: FirmFixture) -> None:
    desk = pending.desk()

    async def scene() -> None:
        async with sit(desk) as seat:
            await seat.press("S")
            text = page(SECOND, "I-131").replace("Case Was Received", "Request for Evidence Was Sent")
            pasted(seat, text.replace("we received", "we sent a request for evidence for"))
            await seat.sees(f"The page of {SECOND} I-131")
            await seat.sees("Read as Request for Evidence Was Sent")
            assert "Tell the client" not in seat.words()
            await seat.press("enter")
            await seat.sees("New: task T-")

    asyncio.run(scene())


def test_a_page_of_a_receipt_elsewhere_is_refused_and_its_text_stays(pending: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(pending.desk()) as seat:
            await seat.press("S", "p")
            assert isinstance(seat.app.screen, Prompt)
            pasted(seat, page("IOE0999999999"))
            await seat.settle()
            assert "Case Status Online" in seat.words()
            await seat.press("enter")
            await seat.press("enter")
            await seat.sees("That text is about IOE0999999999, not")
            assert seat.app.screen.answers()["words"].count("\n") > 2
            await seat.press("escape")
            pasted(seat, "The page could not be shown.")
            await seat.sees("It says nothing the desk knows")
            await seat.press("enter")
            await seat.sees("kept, but nothing the desk knows; looked up again on 4 Dec 2026.")

    asyncio.run(scene())


def test_a_round_that_is_done_says_so(firm: FirmFixture) -> None:
    desk = firm.desk()
    for row in desk.read(status_round.due):
        desk.write(status_round.record, row.receipt_number, "The page could not be shown.")

    async def scene() -> None:
        async with sit(desk) as seat:
            await seat.press("S")
            await seat.sees("Every receipt was looked up within the last 14 days.")
            await seat.press("y")
            await seat.sees("copy number: no receipt here")

    asyncio.run(scene())
