"""One key takes back the most usual slip, a task completed by mistake, and a gesture over many tasks at once."""

from __future__ import annotations

import asyncio
from pathlib import Path

from casedesk.desk import notes, papers, tasks
from casedesk.desk.reading import prepare
from tests.screens.seat import sit
from tests.support.firm import FirmFixture

MATTER = "M-2026-0001"


def test_completed_by_mistake_and_back_by_one_key_from_the_queue(firm: FirmFixture, rfe: Path) -> None:
    got = firm.desk("mduarte").write(papers.receive, prepare(rfe))
    intake = next(task["ref"] for task in got.tasks if task["kind"] == "rfe_intake")
    desk = firm.desk("mduarte")
    for item in desk.read(tasks.show, intake).checklist:
        desk.write(tasks.tick, intake, item.id)
    firm.clock.advance(minutes=5)

    async def scene() -> None:
        async with sit(desk) as seat:
            seat.app.open_hit("task", intake)
            await seat.sees("c complete")
            await seat.press("c")
            await seat.sees(f"Done: {intake}")
            await seat.press("z")
            await seat.sees(f"Taken back on {intake}")
            firm.clock.advance(minutes=5)
            assert desk.read(tasks.show, intake).task.status == "in_progress"
            await seat.press("c")
            await seat.sees(f"Done: {intake}")
            # Left for the queue, where the task is gone: the next undo means it all the same.
            await seat.press("escape", "z")
            await seat.sees(f"Taken back on {intake}")

    asyncio.run(scene())
    assert desk.read(tasks.show, intake).task.status == "in_progress"


def test_one_undo_for_all_and_one_that_has_gone_on_keeps_no_other(firm: FirmFixture) -> None:
    desk = firm.desk("mduarte")
    refs = []
    for number in range(3):
        made = firm.desk("aokafor").write(notes.call, MATTER, f"call {number}", callback="mduarte").task
        assert made is not None
        refs.append(made)
    firm.clock.advance(minutes=1)

    async def scene() -> None:
        async with sit(desk, (120, 40)) as seat:
            await seat.press("space", "space", "space", "a")
            await seat.sees("Acknowledged 3 tasks")
            firm.clock.advance(minutes=1)
            firm.desk("inovak").write(tasks.reassign, refs[1], to="bcole", reason="load")
            await seat.press("f5", "z")
            await seat.sees("Taken back on 2 tasks. 1 stayed:")
            await seat.sees("has gone on since")

    asyncio.run(scene())
    states = [firm.desk("inovak").read(tasks.show, ref).task for ref in refs]
    assert [(task.status, task.owner) for task in states] == [
        ("new", "mduarte"),
        ("new", "bcole"),
        ("new", "mduarte"),
    ]
    assert states[0].acknowledged_at is states[2].acknowledged_at is None
