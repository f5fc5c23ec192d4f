"""What the desk opens with: what others did since, put away with one key; nothing where nothing changed."""

from __future__ import annotations

import asyncio
import random

import pytest

from casedesk.desk import changes, notes, tasks
from casedesk.desk.changes import Changes
from casedesk.screens.changed import ChangedScreen
from casedesk.screens.queue import QueueScreen
from casedesk.screens.task import TaskScreen
from tests.screens.seat import sit
from tests.support.firm import FirmFixture

MATTER = "M-2026-0001"


@pytest.fixture
def changed(firm: FirmFixture) -> Changes:
    """One task came to Maria Duarte, one went, since she was here."""
    desk = firm.desk("mduarte")
    went = desk.write(notes.call, MATTER, "asked about travel", callback="mduarte").task
    desk.write_unheard(changes.saw, desk.now())
    firm.clock.advance(hours=2)
    for number, handle in enumerate(("inovak", "aokafor")):
        firm.desk(handle).store.randbits = random.Random(number).getrandbits
    assert went is not None
    firm.desk("inovak").write(tasks.reassign, went, to="bcole", reason="Maria has two hearings")
    firm.desk("aokafor").write(notes.call, MATTER, "wants to hear from you", callback="mduarte")
    return desk.read(changes.since_last)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_the_list_stands_in_front_and_one_key_puts_it_away(
    firm: FirmFixture, changed: Changes, size: tuple[int, int]
) -> None:
    """The heading says since when, each line what happened to which task, below it by whom and why."""
    new, away = changed.rows

    async def scene() -> None:
        async with sit(firm.desk("mduarte"), size, changed=changed) as seat:
            assert seat.front() is ChangedScreen
            await seat.sees("Since you were last here, today 09:40")
            assert "1 new for you, 1 gone to others" in seat.words()
            rows = [line for line in seat.lines() if new.task in line or away.task in line]
            assert any("▲ new" in line and "Ibarra, Rosa" in line for line in rows)
            assert any("→ gone" in line for line in rows)
            await seat.press("down")
            assert "With Ben Cole now; by Irena Novak" in seat.words()
            assert "Maria has two hearings" in seat.words()
            await seat.press("enter")
            assert seat.front() is TaskScreen
            await seat.press("escape", "escape")
            assert seat.front() is QueueScreen
            assert seat.app.caught_up
        assert firm.desk("mduarte").read(changes.since_last).rows == ()

    asyncio.run(scene())


def test_left_with_the_list_in_front_it_stands_there_again(firm: FirmFixture, changed: Changes) -> None:
    async def scene() -> None:
        async with sit(firm.desk("mduarte"), changed=changed) as seat:
            await seat.press("ctrl+q")
            assert not seat.app.caught_up
        assert firm.desk("mduarte").read(changes.since_last).rows == changed.rows

    asyncio.run(scene())


def test_where_nothing_changed_the_queue_is_there_at_once(firm: FirmFixture) -> None:
    found = firm.desk("bcole").read(changes.since_last)
    assert found.rows == ()

    async def scene() -> None:
        async with sit(firm.desk("bcole"), changed=found) as seat:
            assert seat.front() is QueueScreen
            assert seat.app.caught_up

    asyncio.run(scene())
