"""What was asked for is said where people read: beside the message, on the card, at the paper."""

from __future__ import annotations

import asyncio

from casedesk.desk import contact, family, matters, messages, notes, papers
from tests.desk.test_contact import prepared as message
from tests.screens.seat import Seat, sit
from tests.support.firm import FirmFixture
from tests.support.rfe import prepared

MATTER = "M-2026-0001"
CLIENT = "Ibarra, Rosa"


def test_a_message_says_where_it_goes_and_goes_another_way(firm: FirmFixture) -> None:
    desk = firm.desk("mduarte")
    desk.write(matters.party_change, MATTER, CLIENT, email="rosa@mail.example")
    ref = message(desk, MATTER)
    desk.write(contact.add, MATTER, "never", "email")
    desk.write(contact.add, MATTER, "use", "mail", "PO Box 7, Albany, NY 12201")

    async def walk(seat: Seat) -> None:
        await seat.press("M")
        await seat.sees("by email at rosa@mail.example")
        await seat.sees("It may not go this way. Ibarra, Rosa: Never by e-mail.")
        await seat.press("a")
        await seat.sees("may not leave this way")
        await seat.press("w")
        await seat.sees("Another way for")
        await seat.fill("mail")
        await seat.sees(f"{ref} goes by letter at PO Box 7, Albany, NY 12201.")
        await seat.press("a")
        await seat.sees(f"{ref} may be sent.")

    async def run() -> None:
        async with sit(desk, (100, 30)) as seat:
            await walk(seat)

    asyncio.run(run())
    assert desk.read(messages.show, ref).state == "approved"


def test_the_card_says_what_is_one_partys_own_and_what_is_missing(firm: FirmFixture) -> None:
    desk = firm.desk("mduarte")
    desk.write(matters.party_add, MATTER, "petitioner", "Paul Grant", represented=True)
    desk.write(notes.note, MATTER, "Between us.", confidential_to=CLIENT)
    got = desk.write(papers.receive, prepared("Report", "Hers alone.", "report.pdf"), matter=MATTER)
    desk.write(family.confide, got.ref, CLIENT)

    async def run() -> None:
        async with sit(desk, (120, 40)) as seat:
            await seat.press("ctrl+p")
            await seat.type("ibarra")
            await seat.press("enter")
            await seat.sees("joint representation: consent of Paul Grant missing")
            await seat.sees("note, confidential to Ibarra, Rosa")
            await seat.press("right", "right")
            await seat.sees("today 09:40 confidential to Ibarra, Rosa")

    asyncio.run(run())
