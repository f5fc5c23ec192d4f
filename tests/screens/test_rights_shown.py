"""What a person may not do at all stands in brackets, says whom it takes, and does nothing when it is pressed."""

from __future__ import annotations

import asyncio
from pathlib import Path

from casedesk.desk import notes, papers, supervision, training
from casedesk.desk.reading import prepare
from tests.screens.seat import sit
from tests.support.firm import FirmFixture


def test_a_paralegal_waives_nothing_and_the_foot_says_so(firm: FirmFixture, rfe: Path) -> None:
    firm.desk("mduarte").write(papers.receive, prepare(rfe))

    async def look() -> None:
        async with sit(firm.desk("mduarte"), (120, 40)) as seat:
            await seat.press("enter")
            await seat.sees("RFE intake")
            assert "(w waive)" in seat.text()
            await seat.press("w")
            await seat.sees("waive: takes an attorney, an accredited representative, or a manager")
            await seat.press("question_mark")
            await seat.sees("(not now: takes an attorney, an accredited representative, or a manager)")
        async with sit(firm.desk("inovak"), (120, 40)) as seat:
            await seat.press("5", "enter")
            await seat.sees("RFE intake")
            assert "(w waive)" not in seat.text()
            await seat.press("ctrl+p")
            await seat.type("waive")
            await seat.sees("Waive the item, with the reason")
            assert "takes an attorney" not in seat.words()

    asyncio.run(look())


def test_a_task_says_under_whom_it_stands(firm: FirmFixture) -> None:
    desk = firm.desk("mduarte")
    for course in ("confidentiality", "interviewing"):
        desk.write(training.acknowledge, course)
    task = desk.write(notes.call, "M-2026-0001", "Call back.", callback="mduarte").task
    assert task is not None
    firm.desk("aokafor").write(
        supervision.give, task, to="mduarte", under="aokafor", instructions="Facts only."
    )

    async def look() -> None:
        async with sit(desk, (120, 40)) as seat:
            seat.app.open_hit("task", task)
            await seat.sees("Adaeze Okafor not checked yet")
            assert "Under" in seat.text()

    asyncio.run(look())
