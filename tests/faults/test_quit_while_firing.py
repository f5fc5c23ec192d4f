"""The desk is left, told to end, or killed while its own worker fires what is due: nothing is half-done, and what is
left fires at the next start, once."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from casedesk.screens.app import SWEEP_LIMIT
from casedesk.screens.opening import ENDED
from tests.faults.conftest import Outside
from tests.faults.test_exactly_once import unacknowledged
from tests.faults.test_kill_sweeps import armed, each_fired_once
from tests.screens.terminal import TerminalSeat, sit_at_terminal
from tests.support.clock import ManualClock
from tests.support.firm import local_firm, shared_firm
from tests.support.postgres import PgServer

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows has no pty and no SIGTERM.")

MANNERS = {"ctrl+q": 0, "told to end": ENDED, "killed": -signal.SIGKILL}


@pytest.fixture(params=["sqlite", "postgresql"])
def here(request: pytest.FixtureRequest, store_path: Path, tmp_path: Path) -> Iterator[Outside]:
    """A firm of today on each store: a program on a terminal goes by the host's clock, or the server's."""
    clock = ManualClock(datetime.now(UTC))
    if request.param == "sqlite":
        made = Outside(local_firm(store_path, clock), tmp_path, None)
        yield made
        made.close()
        return
    server: PgServer = request.getfixturevalue("pg_server")
    owned = server.new_owner_database()
    made = Outside(shared_firm(owned, clock), tmp_path, server)
    yield made
    made.close()
    server.drop(owned)


async def _until(true: Callable[[], bool]) -> None:
    for _ in range(3000):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("It never came.")


async def _leave(seat: TerminalSeat, manner: str) -> int:
    match manner:
        case "ctrl+q":
            os.write(seat.master, b"\x11")
        case "told to end":
            seat.child.terminate()
        case _:
            seat.child.kill()
    return await seat.ends()


@pytest.mark.parametrize("manner", MANNERS)
def test_what_is_due_fires_once_however_the_desk_is_left(
    here: Outside, manner: str, effort: Callable[[int, int], int]
) -> None:
    """Left as soon as the first batch is on record: every batch is there whole or not at all, and none twice."""
    due = effort(2, 20) * SWEEP_LIMIT + 7
    here.firm.desk("inovak").write(unacknowledged, due)
    environment = here.environment()

    async def scene() -> None:
        async with sit_at_terminal(
            here.firm.store, "inovak", (80, 24), wait=False, environment=environment
        ) as seat:
            await _until(lambda: armed(here) < due)
            assert await _leave(seat, manner) == MANNERS[manner]
            await seat.settle()
            assert seat.given_back == (manner != "killed")
        left = armed(here)
        assert (due - left) % SWEEP_LIMIT == 0 or left == 0
        assert here.rows("SELECT count(*) FROM audit WHERE action = 'escalation.reassign'") == [(due - left,)]
        async with sit_at_terminal(here.firm.store, "inovak", (80, 24), environment=environment) as seat:
            await _until(lambda: armed(here) == 0)
            await seat.sees("swept")

    asyncio.run(scene())
    assert here.whole()
    each_fired_once(here, due)


def test_a_sweep_that_is_told_to_stop_ends_behind_its_batch(here: Outside) -> None:
    """Whoever leaves does not wait for hundreds of timers."""
    desk = here.firm.desk("inovak")
    desk.write(unacknowledged, 25)
    assert desk.sweep(10, stop=lambda: True).fired == 10
    assert armed(here) == 15
    assert desk.sweep(10).fired == 15
    each_fired_once(here, 25)
