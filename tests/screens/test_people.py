"""People and absences by keys: load in hours, who is away, the hand-over sheet with its notes written in place."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from casedesk.desk import handover, notes, people, tasks
from tests.screens.seat import sit
from tests.support.firm import FirmFixture

MATTER = "M-2026-0001"


@pytest.fixture
def begun(firm: FirmFixture) -> FirmFixture:
    """M. Duarte has one task begun and one that only waits to be seen; she is away from Monday next week."""
    duarte = firm.desk("mduarte")
    first = duarte.write(notes.call, MATTER, "Call back about the lease.", callback="mduarte").task
    duarte.write(notes.call, MATTER, "Call back about the passport.", callback="mduarte")
    assert first
    duarte.write(tasks.start, first)
    return firm


def away(firm: FirmFixture) -> None:
    firm.desk("inovak").write(
        people.absence, "mduarte", date(2026, 11, 10), date(2026, 11, 13), cover="bcole"
    )


def test_everybody_with_hours_and_presence(begun: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(begun.desk("inovak")) as seat:
            await seat.press("P")
            await seat.sees("People 7 here, 0 away")
            assert "Maria Duarte" in seat.words()
            assert "of 40 h" in seat.words()
            away(begun)
            await seat.press("f5")
            await seat.sees("● here; away from Tue 10 Nov")
            assert all(len(line) <= 80 for line in seat.lines())

    asyncio.run(scene())


def test_a_manager_adds_an_absence_and_names_another_cover(begun: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(begun.desk("inovak"), (120, 40)) as seat:
            seat.app.open_hit("person", "mduarte")
            await seat.sees("Maria Duarte mduarte")
            await seat.press("a")
            await seat.sees("Absence of Maria Duarte")
            await seat.fill("10 Nov", "13 Nov", "Cole", "")
            await seat.sees("M. Duarte is away from 10 Nov 2026 to 13 Nov 2026")
            await seat.sees("1 begun task without a note")
            await seat.press("c")
            await seat.sees("Who covers for Maria Duarte")
            await seat.fill("Chen")
            await seat.sees("covering: L. Chen")

    asyncio.run(scene())
    assert begun.desk("inovak").read(handover.show, "mduarte").cover == "lchen"


def test_of_somebody_else_it_takes_a_manager_and_of_oneself_it_does_not(begun: FirmFixture) -> None:
    away(begun)

    async def scene() -> None:
        async with sit(begun.desk("bcole"), (120, 40)) as seat:
            seat.app.open_hit("person", "mduarte")
            await seat.sees("Maria Duarte mduarte")
            assert "(a add absence)" in seat.words()
            await seat.press("a")
            await seat.sees("add absence: somebody else's, takes a manager")
            await seat.press("enter")
            await seat.sees("Hand-over sheet: Maria Duarte")
            await seat.press("n")
            await seat.sees("note: somebody else's, takes a manager")
            await seat.press("escape", "escape")
            seat.app.open_hit("person", "bcole")
            await seat.sees("Ben Cole bcole")
            await seat.press("a")
            await seat.sees("Absence of Ben Cole")

    asyncio.run(scene())


def test_notes_are_written_in_place_until_the_sheet_is_closed(begun: FirmFixture) -> None:
    away(begun)
    desk = begun.desk("mduarte")

    async def scene() -> None:
        async with sit(desk) as seat:
            seat.app.open_hit("handover", "mduarte")
            await seat.sees("! 1 note missing")
            await seat.sees("covering: B. Cole")
            for _ in range(5):
                if "! needs a note" in next(line for line in seat.lines() if "▌" in line):
                    break
                await seat.press("down")
            await seat.press("n")
            await seat.type("half a note")
            await seat.press("escape")
            assert desk.read(handover.show, "mduarte").missing
            await seat.press("n")
            await seat.press("enter")
            await seat.sees("is empty")
            await seat.type("The landlord has the lease; ask again.")
            await seat.press("enter")
            await seat.sees("The sheet is closed.")
            await seat.sees("✔ closed")
            await seat.sees("The landlord has the lease; ask")

    asyncio.run(scene())
    assert desk.read(handover.show, "mduarte").missing == ()
