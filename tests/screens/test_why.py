"""Why a task is whose it is: each change of hands with the reason somebody gave for it."""

from __future__ import annotations

import asyncio

from casedesk.desk import notes, tasks
from tests.screens.seat import sit
from tests.support.firm import FirmFixture

MATTER = "M-2026-0001"


def test_a_change_of_hands_is_told_with_its_reason(firm: FirmFixture) -> None:
    ref = firm.desk("mduarte").write(notes.call, MATTER, "How long still?", callback="mduarte").task
    assert ref is not None
    firm.desk("inovak").write(tasks.reassign, ref, to="bcole", reason="Over her hours [until Wednesday]")

    async def scene() -> None:
        async with sit(firm.desk("bcole")) as seat:
            await seat.press("enter")
            await seat.sees("Call the client back")
            await seat.press("W")
            await seat.sees("M. Duarte to B. Cole, reassigned by I. Novak: Over her hours [until Wednesday]")

    asyncio.run(scene())
