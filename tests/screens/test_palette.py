"""ctrl+p: matters, people, tasks and the commands of the screen in front, each with its key; what may not be done says
why."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from casedesk.desk import papers, tasks
from casedesk.desk.reading import prepare
from casedesk.screens.keymap import KeyMap, maps
from casedesk.screens.people import PeopleScreen
from casedesk.screens.task import TaskScreen
from tests.screens.seat import sit
from tests.support.firm import FirmFixture


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_it_finds_people_tasks_and_commands_with_the_keys_in_force(
    firm: FirmFixture, rfe: Path, size: tuple[int, int]
) -> None:
    """In the vim map "hand off" has an H; what a paralegal may not do stands dimmed, and says below whom it takes."""
    firm.desk("mduarte").write(papers.receive, prepare(rfe))
    (task,) = [each for each in firm.desk("mduarte").read(tasks.queue) if each.kind == "rfe_intake"]

    async def scene() -> None:
        async with sit(firm.desk("mduarte"), size, keymap=KeyMap("vim", maps()["vim"])) as seat:
            await seat.press("ctrl+p")
            await seat.type("hand off")
            assert "command H Give the task, or all that are marked" in seat.words()
            await seat.press("ctrl+u")
            await seat.type("reassign")
            assert "command r reassign: takes a manager" in seat.words()
            assert "not now: takes a manager, or the matter's attorney" in seat.words()
            await seat.press("enter")
            await seat.sees("reassign: takes a manager, or the matter's attorney")
            await seat.press("ctrl+p")
            await seat.type(task.ref)
            await seat.press("enter")
            assert seat.front() is TaskScreen
            await seat.press("ctrl+p")
            await seat.type("rfe int")
            assert f"task {task.ref}" in seat.words()
            await seat.press("ctrl+u")
            await seat.type("chen")
            await seat.press("enter")
            assert seat.front() is PeopleScreen
            await seat.sees("Licences attorney NY 5598765")

    asyncio.run(scene())
