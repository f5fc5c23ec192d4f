"""From what one was told to what it is about, with one key; a digest leads to each of its tasks."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from casedesk.desk import papers, tells
from casedesk.desk.reading import prepare
from casedesk.desk.turn import Turn
from casedesk.desk.views.telling import TellView
from casedesk.screens.matter import MatterScreen
from casedesk.screens.task import TaskScreen
from tests.screens.seat import sit
from tests.support.firm import FirmFixture


def _tell(turn: Turn, subject: str, body: str, matter: bool) -> None:
    turn.uow.insert(
        "outbox",
        id=turn.uow.new_id(),
        matter_id=turn.matter("M-2026-0001").id if matter else None,
        task_id=None,
        person_id=turn.person("mduarte").id,
        channel="in_app",
        about="digest",
        subject=subject,
        body=body,
        message_id=f"<{subject}>",
        state="delivered",
        created_us=turn.now_us,
    )


def _heard(firm: FirmFixture) -> list[TellView]:
    return list(firm.desk("mduarte").read(tells.listing))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_enter_leads_to_the_task_a_line_of_a_digest_or_the_matter(
    firm: FirmFixture, rfe: Path, size: tuple[int, int]
) -> None:
    """A tell of two things is three lines: its own, which leads nowhere and says so, and one for each of the two."""
    received = firm.desk("bcole").write(papers.receive, prepare(rfe))
    ref = next(str(task["ref"]) for task in received.tasks if task["kind"] == "rfe_intake")
    firm.clock.advance(minutes=1)
    firm.desk("bcole").write(
        _tell, "2 things need you", f"Coming up: {ref}\nNot acknowledged yet: {ref}", False
    )
    firm.clock.advance(minutes=1)
    firm.desk("bcole").write(_tell, "Coming up: RFE response of M-2026-0001", "", True)

    async def scene() -> None:
        async with sit(firm.desk("mduarte"), size) as seat:
            await seat.press("N", "down")
            await seat.sees(f"· Not acknowledged yet: {ref}")
            assert "(enter open it)" in seat.words()
            await seat.press("enter")
            await seat.sees("open it: about no task")
            await seat.press("down", "down")
            assert "(enter open it)" not in seat.words()
            await seat.press("enter")
            assert seat.front() is TaskScreen
            assert [tell.seen for tell in _heard(firm)] == [False, True, False]
            await seat.press("escape", "g", "enter")
            assert seat.front() is MatterScreen
            await seat.press("escape", "G", "enter")
            assert seat.front() is TaskScreen
            assert all(tell.seen for tell in _heard(firm))

    asyncio.run(scene())
