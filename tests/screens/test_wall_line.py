"""A walled matter's card says so, to those inside; no other card does."""

from __future__ import annotations

import asyncio
from pathlib import Path

from casedesk.desk import matters, trail, walls
from tests.screens.seat import sit
from tests.support.clock import ManualClock
from tests.support.firm import REYES, local_firm, plan


def test_the_card_says_that_a_wall_stands(store_path: Path, manual_clock: ManualClock) -> None:
    firm = local_firm(store_path, manual_clock, plan((REYES,)))
    desk = firm.desk("jreyes")
    walled = desk.write(matters.open_matter, "asylum", "Ibarra, Rosa").ref
    other = desk.write(matters.open_matter, "asylum", "Okonjo, Ada").ref
    desk.write(walls.raise_wall, walled, "A former client", inside=("jreyes",))
    manual_clock.advance(days=3)

    async def scene() -> None:
        async with sit(desk) as seat:
            seat.app.open_hit("matter", other)
            await seat.sees("Okonjo, Ada")
            assert "ethical wall" not in seat.text()
            seat.app.open_hit("matter", walled)
            await seat.sees("Wall ethical wall since Mon 9 Nov 09:40, 1 inside")

    asyncio.run(scene())
    looks = [e.action for e in desk.read(trail.listing, matter=walled)].count("matter.viewed")
    assert looks == 1
    assert "matter.viewed" not in {e.action for e in desk.read(trail.listing, matter=other)}
    firm.close()
