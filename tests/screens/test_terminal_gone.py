"""A desk whose terminal is gone ends by itself, told of it or not, with nothing of the store held."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from casedesk.screens.opening import ENDED
from tests.screens.terminal import sit_at_terminal
from tests.support.clock import ManualClock
from tests.support.firm import local_firm

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows has no pty.")


def test_a_terminal_that_is_gone_ends_the_desk(tmp_path: Path) -> None:
    asyncio.run(_gone(tmp_path))


async def _gone(tmp_path: Path) -> None:
    firm = local_firm(tmp_path / "desk" / "firm.db", ManualClock())
    async with sit_at_terminal(firm.store, "mduarte", (80, 24)) as seat:
        hung_up = os.open(os.devnull, os.O_RDWR)
        asyncio.get_running_loop().remove_reader(seat.master)
        os.dup2(hung_up, seat.master)
        os.close(hung_up)
        assert await seat.ends() == ENDED


def test_a_window_that_is_closed_ends_it_as_its_person_would(tmp_path: Path) -> None:
    asyncio.run(_closed(tmp_path))


async def _closed(tmp_path: Path) -> None:
    firm = local_firm(tmp_path / "desk" / "firm.db", ManualClock())
    async with sit_at_terminal(firm.store, "mduarte", (80, 24)) as seat:
        assert seat.child.pid
        os.kill(seat.child.pid, signal.SIGHUP)
        assert await seat.ends() == ENDED
