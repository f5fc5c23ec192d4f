"""Scenario G2 by keys, at 80 by 24: four letters, the card, the call."""

from __future__ import annotations

import asyncio

from casedesk.desk import tasks
from tests.recipes.test_twenty_seconds import given
from tests.screens.seat import sit
from tests.support.firm import FirmFixture

MATTER = "M-2026-0001"


def test_the_card_says_it_all_while_the_client_is_on_the_phone(firm: FirmFixture) -> None:
    desk = firm.desk("mduarte")
    given(firm, MATTER)

    async def scene() -> None:
        async with sit(desk) as seat:
            await seat.press("ctrl+p")
            await seat.type("ibar")
            await seat.press("enter")
            await seat.sees("Call her cell only; never leave word with the employer.")
            card = seat.words()
            for said in (
                "I-485 IOE0912345678 Case Was Received, checked Tue 10 Nov",
                "Waiting on client: Birth certificate, asked 12 Nov 2026, ask again on 27 Nov 2026",
                "Medical to hand in",
                "Language Spanish last contact 12 Nov 2026 message to client, M. Duarte",
            ):
                assert said in card, seat.text()
            await seat.press("l")
            await seat.fill("called about travel", "do not leave", "okafor", "Thu", "")
            await seat.sees("Call noted on M-2026-0001. T-")
            assert "call in called about travel; told: do not leave" in seat.words()
            assert "today 11:12 M. Duarte" in seat.words()

    asyncio.run(scene())
    (back,) = [t for t in firm.desk("aokafor").read(tasks.queue) if t.kind == "call_back"]
    assert (back.matter, back.due.isoformat()) == (MATTER, "2026-11-19T22:30:00+00:00")


def test_what_was_asked_is_seen_on_the_task_and_beside_its_message(firm: FirmFixture) -> None:
    desk = firm.desk("mduarte")

    async def scene() -> None:
        async with sit(desk) as seat:
            await seat.press("ctrl+p")
            await seat.type("ibar")
            await seat.press("enter")
            await seat.sees("Waiting on nobody")
            await seat.press("r")
            await seat.sees("Ask the client for M-2026-0001")
            await seat.fill("Birth certificate; Two photos", "", "27 Nov")
            await seat.sees("to Ibarra, Rosa is to be released")
            assert "Waiting on client: Birth certificate, Two photos, not asked yet" in seat.words()
            await seat.press("M")
            await seat.sees("○ Birth certificate ○ Two photos")
            assert "not asked yet, ask again Fri 27 Nov · 0 of 2 things in" in seat.words()
            await seat.press("a")
            await seat.sees("may be sent")
            await seat.press("s")
            await seat.fill("letter")
            await seat.sees("asked today, ask again Mon 23 Nov")
            await seat.press("escape", "right", "enter")
            await seat.sees("Information from the client")
            assert "asked today, ask again Mon 23 Nov · 0 of 2 things in" in seat.words()
            await seat.press("space", "down", "X")
            await seat.fill("She has none")
            await seat.sees("no longer asks for it")
            assert "in progress" in seat.words()

    asyncio.run(scene())


def test_a_milestone_is_set_from_the_card(firm: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(firm.desk("mduarte")) as seat:
            await seat.press("ctrl+p")
            await seat.type("ibar")
            await seat.press("enter")
            await seat.sees("Waiting on nobody")
            await seat.press("t")
            await seat.sees("○ Retained ○ Documents complete ○ Filed")
            await seat.press("ctrl+u")
            await seat.fill("Interview held", "", "Asked for the lease")
            await seat.sees("Interview held, 9 Nov 2026.")
            await seat.sees("milestone Interview held on 9 Nov 2026")
            await seat.press(*["right"] * 5)
            await seat.sees("milestone 9 Nov 2026 Interview held, M. Duarte: Asked for the lease")

    asyncio.run(scene())
