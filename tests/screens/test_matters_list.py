"""The list of matters: one line each with its next step, the other side of the queue."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from casedesk.desk import matters, papers, tasks
from casedesk.desk.reading import prepare
from casedesk.screens.matter import MatterScreen
from casedesk.screens.matters_list import MattersScreen
from casedesk.screens.queue import QueueScreen
from casedesk.screens.task import TaskScreen
from tests.screens.seat import Seat, sit
from tests.support.firm import FirmFixture


@pytest.fixture
def busy(firm: FirmFixture, rfe: Path) -> FirmFixture:
    """Rosa's RFE with Maria and Ada; an asylum of Ben's under way; a matter in which nothing is planned."""
    desk = firm.desk("mduarte")
    desk.write(papers.receive, prepare(rfe))
    desk.write(
        matters.open_matter,
        "asylum",
        "Smith [/x], Ñandú 王小明",
        paralegal="bcole",
        attorney="lchen",
        priority="high",
        playbook=True,
    )
    desk.write(matters.open_matter, "h1b", "Acme Corp.", paralegal="mduarte", attorney="lchen")
    return firm


def play(scene: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scene)


def _list(seat: Seat) -> MattersScreen:
    screen = seat.app.screen
    assert isinstance(screen, MattersScreen)
    return screen


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_a_line_says_whose_what_next_who_has_it_and_when(busy: FirmFixture, size: tuple[int, int]) -> None:
    async def scene() -> None:
        async with sit(busy.desk("mduarte"), size) as seat:
            await seat.press("t", "2")
            lines = seat.lines()
            rosa = next(line for line in lines if "M-2026-0001" in line)
            step = next(row.step for row in _list(seat).rows.rows if row.ref == "M-2026-0001")
            assert step is not None
            assert step.title in rosa
            assert seat.app.names.short(step.owner) in rosa
            assert "due Tue 10 Nov" in rosa
            smith = next(line for line in lines if "M-2026-0002" in line)
            assert "! M-2026-0002" in smith, "what presses is said by a sign too"
            assert ("Smith [/x], Ñandú" if size[0] == 120 else "Smith [/x]") in smith
            assert ("asylum" in smith and "high" in smith) == (size[0] == 120)
            assert "M-2026-0003" not in seat.text()
            assert all(len(line) <= size[0] for line in lines)
            assert "Next step with " in seat.words()
            await seat.press("3")
            assert [row.ref for row in _list(seat).rows.rows] == ["M-2026-0003"]
            assert "nothing planned" in seat.text()

    play(scene())


def test_the_key_toggles_and_the_filter_goes_along(busy: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(busy.desk("mduarte"), (120, 40)) as seat:
            await seat.press("slash")
            await seat.type("kind:rfe")
            await seat.press("enter", "t")
            await seat.until(lambda: [row.ref for row in _list(seat).rows.rows] == ["M-2026-0001"])
            assert _list(seat).text == "kind:rfe"
            await seat.press("slash")
            await seat.press("ctrl+u")
            await seat.type("due<soon")
            await seat.sees("'soon' is no day.")
            await seat.press("escape")
            await seat.until(lambda: _list(seat).text == "")
            await seat.press("3", "slash")
            await seat.type("owner:@me")
            await seat.sees("Where nothing is planned there is no owner to ask for.")
            assert [row.ref for row in _list(seat).rows.rows] == ["M-2026-0003"]
            await seat.press("escape", "t")
            assert seat.front() is QueueScreen

    play(scene())


def test_it_opens_the_card_and_the_next_step(busy: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(busy.desk("mduarte")) as seat:
            await seat.press("t", "enter")
            assert seat.front() is MatterScreen
            await seat.press("escape", "o")
            assert seat.front() is TaskScreen
            await seat.press("escape", "3", "o")
            assert "next step: no step here" in seat.told()

    play(scene())


def test_what_comes_next_changes_while_one_looks(busy: FirmFixture) -> None:
    """The cursor stays on its matter, and its line says the step that is next now."""

    async def scene() -> None:
        async with sit(busy.desk("mduarte")) as seat:
            await seat.press("t", "2")
            rows = _list(seat).rows
            rows.go_to(next(row.id for row in rows.rows if row.ref == "M-2026-0001"))
            step = rows.current.step  # type: ignore[union-attr]
            assert step is not None
            owner = busy.desk(step.owner)
            for item in owner.read(tasks.show, step.ref).checklist:
                owner.write(tasks.tick, step.ref, item.id)
            owner.write(tasks.complete, step.ref)
            await seat.until(lambda: rows.current.step is None or rows.current.step.ref != step.ref)  # type: ignore[union-attr]
            assert rows.current is not None
            assert rows.current.ref == "M-2026-0001"

    play(scene())
