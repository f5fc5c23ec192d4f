"""A firm on its first day: the queue is a page that says what to begin with, and its keys do it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from casedesk.desk import deadlines, matters
from tests.screens.seat import sit
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, local_firm


@pytest.fixture
def new_firm(store_path: Path, manual_clock: ManualClock) -> Iterator[FirmFixture]:
    made = local_firm(store_path, manual_clock)
    yield made
    made.close()


def test_an_empty_desk_says_what_to_begin_with_and_its_keys_begin(
    new_firm: FirmFixture, tmp_path: Path
) -> None:
    """The page names the four beginnings and what the desk does tonight; at 80x24 all of it is read."""
    desk = new_firm.desk("mduarte")
    sheet = tmp_path / "list.csv"
    sheet.write_text("client,type\nWang Xiu,asylum\n")

    async def scene() -> None:
        async with sit(desk) as seat:
            for words in (
                "A new desk, Maria: no matter is on it yet.",
                "A Add a matter",
                "L Bring in a list",
                "I Drop in a notice",
                "E Write a date",
                "Tonight, while this desk is open",
                "It sends no mail yet",
            ):
                await seat.sees(words)
            await seat.press("L")
            await seat.fill(str(sheet), "", "")
            await seat.sees("A try: 1 would come in")
            assert not desk.read(matters.listing, status="all")
            await seat.press("A")
            await seat.fill("Rosa Ibarra", "asylum", "es", "", "")
            await seat.sees("M-2026-0001 Rosa Ibarra is open.")
            await seat.sees("Nothing waits for you.")
            await seat.press("L")
            await seat.fill(str(sheet), "", "yes")
            await seat.sees("1 came in, 0 were there, 0 held back.")
            await seat.press("E")
            await seat.fill("M-2026-0001", "Asylum interview papers", "2026-12-15")
            await seat.sees("2026-12-15, ours 2026-12-08.")

    asyncio.run(scene())
    assert {view.client for view in desk.read(matters.listing)} == {"Rosa Ibarra", "Wang Xiu"}
    assert [due.title for due in desk.read(deadlines.listing)] == ["Asylum interview papers"]
