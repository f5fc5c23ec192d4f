"""Several tasks into other hands in one dialog with one undo, and the next task with the reason why it is next."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

import pytest

from casedesk.desk import papers, tasks
from casedesk.desk.reading import prepare, prepare_bytes
from casedesk.desk.views.work import TaskView
from casedesk.screens.task import TaskScreen
from casedesk.screens.widgets.rows import RowList
from tests.screens.seat import Seat, sit
from tests.support.firm import FirmFixture
from tests.support.notices import make_rfe


@pytest.fixture
def two(firm: FirmFixture, rfe: Path) -> FirmFixture:
    """Two tasks of Maria Duarte's."""
    firm.desk("mduarte").write(papers.receive, prepare(rfe))
    firm.desk("bcole").write(
        papers.receive, prepare_bytes(make_rfe(notice_date=date(2026, 11, 3)), "second.pdf")
    )
    return firm


def _hers(firm: FirmFixture) -> list[TaskView]:
    return [each for each in firm.desk("inovak").read(tasks.queue, scope="team") if each.owner == "mduarte"]


def _owners(firm: FirmFixture, of: list[TaskView]) -> list[str]:
    return [firm.desk("inovak").read(tasks.show, task.ref).task.owner for task in of]


async def _mark(seat: Seat, of: list[TaskView]) -> None:
    for task in of:
        seat.app.screen.query_one(RowList).go_to(task.id)
        await seat.press("space")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_marked_tasks_are_reassigned_in_one_dialog_and_taken_back_with_one_key(
    two: FirmFixture, size: tuple[int, int]
) -> None:
    """The dialog names the marked tasks; the reason stands in the record of each; z takes all of it back."""

    hers = _hers(two)

    async def scene() -> None:
        async with sit(two.desk("inovak"), size) as seat:
            await seat.press("5")
            await _mark(seat, hers)
            await seat.sees("2 marked")
            await seat.press("r")
            await seat.sees("Reassign 2 marked tasks")
            assert seat.words().count("RFE intake") >= 2
            await seat.fill("bcole", "Maria has two hearings")
            await seat.sees("2 tasks are with B. Cole now. z takes it back.")
            assert "marked" not in seat.lines()[1]
            assert _owners(two, hers) == ["bcole", "bcole"]
            await seat.press("z")
            await seat.sees("Taken back on 2 tasks.")
            assert _owners(two, hers) == ["mduarte", "mduarte"]

    asyncio.run(scene())


def test_one_that_may_not_go_stays_and_keeps_no_other(two: FirmFixture) -> None:
    hers = _hers(two)
    first = hers[0]
    two.desk("inovak").write(tasks.reassign, first.ref, to="bcole", reason="he is here")

    async def scene() -> None:
        async with sit(two.desk("inovak")) as seat:
            await seat.press("5")
            await _mark(seat, hers)
            await seat.press("r")
            await seat.fill("bcole", "both to one")
            await seat.sees(f"1 stayed: {first.ref} is with B. Cole already.")
            assert _owners(two, hers) == ["bcole", "bcole"]
            await seat.press("z")
            assert _owners(two, hers) == ["bcole", "mduarte"]
            await seat.press("r")
            await seat.fill("bcole")
            await seat.press("enter")
            await seat.sees("Reason: this is still needed.")

    asyncio.run(scene())


def test_a_paralegal_hands_several_off_and_is_told_why_she_may_not_reassign(two: FirmFixture) -> None:
    hers = _hers(two)

    async def scene() -> None:
        async with sit(two.desk("mduarte")) as seat:
            await seat.press("r")
            await seat.sees("reassign: takes")
            await _mark(seat, hers)
            await seat.press("h")
            await seat.sees("Hand off 2 marked tasks")
            await seat.fill("bcole", "read both first")
            await seat.sees("2 tasks are with B. Cole now.")
            assert _owners(two, hers) == ["bcole", "bcole"]

    asyncio.run(scene())


def test_next_opens_the_first_task_and_says_why_and_goes_on_from_there(two: FirmFixture) -> None:
    """n on the queue, then n on the task: the second takes the place of the first, and back is the queue. After the
    last comes the first again."""
    mine = two.desk("mduarte").read(tasks.queue)

    async def scene() -> None:
        async with sit(two.desk("mduarte"), (120, 40)) as seat:
            await seat.press("n")
            await seat.sees(f"Next: {mine[0].ref} RFE intake: {mine[0].rank_reason[0]}")
            await seat.press("n")
            await seat.sees(f"Next: {mine[1].ref} RFE intake: ")
            assert isinstance(seat.app.screen, TaskScreen)
            assert seat.app.screen.ref == mine[1].ref
            await seat.press("n")
            await seat.sees(f"Next: {mine[0].ref} RFE intake: ")
            await seat.press("escape")
            assert "[Mine 2]" in seat.text()
            two.desk("mduarte").write(tasks.hand_off, mine[1].ref, to="bcole", note="yours")
            await seat.press("n", "n")
            await seat.sees("Nothing else waits for you.")
            assert seat.front() is TaskScreen

    asyncio.run(scene())
