"""The matter card on the screen says what is open before the work rests on firm ground."""

from __future__ import annotations

import asyncio

from casedesk.desk import conflicts, matters
from tests.screens.seat import sit
from tests.support.firm import FirmFixture


def test_the_card_says_that_a_conflict_check_is_open(firm: FirmFixture) -> None:
    desk = firm.desk("mduarte")
    desk.write(matters.party_add, "M-2026-0001", "sponsor", "Cole, Ben")
    (check,) = desk.read(conflicts.listing)

    async def scene() -> None:
        async with sit(firm.desk("aokafor")) as seat:
            await seat.press("m")
            await seat.sees(f"! conflict check open: {check.ref}")

    asyncio.run(scene())
