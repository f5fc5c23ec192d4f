"""The rules by keys: each in plain English, the proof and its findings, why a task is there."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from casedesk.desk import papers, rules
from casedesk.desk.reading import prepare
from tests.screens.seat import sit
from tests.support.firm import FirmFixture


@pytest.fixture
def received(firm: FirmFixture, rfe: Path) -> FirmFixture:
    """An RFE came in; its intake waits with M. Duarte."""
    firm.desk("mduarte").write(papers.receive, prepare(rfe))
    return firm


def test_a_rule_reads_as_a_sentence(firm: FirmFixture) -> None:
    async def scene(size: tuple[int, int]) -> None:
        desk = firm.desk("mduarte")
        first = desk.read(rules.listing)[0]
        async with sit(desk, size) as seat:
            await seat.press("R")
            await seat.sees(first.id[:20])
            await seat.sees(f"{first.id}, version {first.version}")
            assert "in force" in seat.words()
            assert first.reads[:24] in seat.words()
            await seat.press("2")
            await seat.sees("Not proved yet: l proves the set")
            assert all(len(line) <= size[0] for line in seat.lines())

    asyncio.run(scene((80, 24)))
    asyncio.run(scene((120, 40)))


def test_the_proof_runs_among_the_firms_own_people(firm: FirmFixture) -> None:
    async def scene() -> None:
        desk = firm.desk("inovak")
        found = desk.read(rules.lint)
        async with sit(desk) as seat:
            await seat.press("R", "l")
            if found:
                await seat.sees(found[0].id)
            else:
                await seat.sees("No finding: every proof went through.")
            await seat.press("1")
            await seat.sees(desk.read(rules.listing)[0].id[:20])

    asyncio.run(scene())


def test_why_the_task_under_the_cursor_is_there(received: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(received.desk("mduarte"), (120, 40)) as seat:
            await seat.sees("RFE intake")
            await seat.press("W")
            await seat.sees("✔ fired")
            await seat.sees("Because")
            assert "Maria Duarte: primary paralegal" in seat.words()
            await seat.press("w")
            await seat.type("T-NOSUCH")
            await seat.press("enter")
            await seat.sees("There is no task")

    asyncio.run(scene())
