"""Keys that come in one burst, as a macro, tmux or a slow moment sends them: each goes where it was meant."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from casedesk.desk import matters, papers, tasks
from casedesk.desk.reading import prepare
from casedesk.screens.matter import MatterScreen
from casedesk.screens.task import TaskScreen
from casedesk.screens.widgets.prompt import Prompt
from tests.screens.seat import Seat, sit
from tests.screens.terminal import sit_at_terminal
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, local_firm

MATTER = "M-2026-0001"


def _burst(seat: Seat, keys: str) -> None:
    """All of them before the desk takes in the first."""
    for key in keys:
        name = {"\r": "enter", " ": "space"}.get(key, key)
        seat.app.post_message(events.Key(name, None if key == "\r" else key))


def _calls(firm: FirmFixture) -> list[str]:
    story = firm.desk("mduarte").read(matters.timeline, MATTER, limit=20)
    return [entry.detail for entry in story if entry.what.startswith("call")]


def test_a_call_in_one_burst_is_noted_field_by_field(firm: FirmFixture) -> None:
    """The key that opens the dialog, and every answer with its enter, before the dialog is there."""

    async def scene() -> None:
        async with sit(firm.desk("mduarte")) as seat:
            seat.app.open_hit("matter", MATTER)
            await seat.sees("Call her cell only")
            _burst(seat, "lasked about travel\rdo not leave\r\r\r\r")
            await seat.sees(f"Call noted on {MATTER}.")
            assert _calls(firm) == ["asked about travel; told: do not leave"]
            assert seat.front() is MatterScreen

    asyncio.run(scene())


def test_a_burst_that_ends_before_the_last_field_stands_there_field_by_field(firm: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(firm.desk("mduarte")) as seat:
            seat.app.open_hit("matter", MATTER)
            await seat.sees("Call her cell only")
            _burst(seat, "lasked about travel\rdo not")
            await seat.settle()
            assert isinstance(seat.app.screen, Prompt)
            values = [box.value for box in seat.app.screen.query(Input)]
            assert values[:3] == ["asked about travel", "do not", ""]
            assert _calls(firm) == []

    asyncio.run(scene())


def test_what_was_typed_ahead_of_a_dialog_that_does_not_open_is_no_commands(
    firm: FirmFixture, rfe: Path
) -> None:
    """The item is ticked already, so t asks nothing: the h of "half a note" must not open the hand-off."""
    desk = firm.desk("mduarte")
    desk.write(papers.receive, prepare(rfe))
    task = next(each for each in desk.read(tasks.queue) if each.kind == "rfe_intake")
    desk.write(tasks.tick, task.ref, desk.read(tasks.show, task.ref).checklist[0].id)

    async def scene() -> None:
        async with sit(desk) as seat:
            seat.app.open_hit("task", task.id)
            await seat.sees("✔ done")
            _burst(seat, "thalf a note\r")
            await seat.sees("tick with note: it is done")
            assert seat.front() is TaskScreen
            assert desk.read(tasks.show, task.ref).checklist[0].state == "done"
            await seat.press("t", "h")
            await seat.sees("Hand off T-")

    asyncio.run(scene())


def test_a_paste_of_several_lines_is_one_line_and_submits_nothing(firm: FirmFixture) -> None:
    """An ordinary field would keep the first line and drop the rest without a word."""

    async def scene() -> None:
        async with sit(firm.desk("mduarte")) as seat:
            seat.app.open_hit("matter", MATTER)
            await seat.sees("Call her cell only")
            await seat.press("n")
            await seat.type("He said: ")
            seat.app.post_message(events.Paste("moved in June,\r\nnew lease\n[b]is[/b] \x1b[31mcoming\n"))
            await seat.settle()
            assert isinstance(seat.app.screen, Prompt)
            typed = seat.app.screen.query_one(Input).value
            assert typed == "He said: moved in June, new lease [b]is[/b] \ufffd[31mcoming"

    asyncio.run(scene())


@pytest.mark.skipif(
    os.name != "posix", reason="Windows has no pty; the same bursts run there without a terminal."
)
def test_bursts_in_a_real_terminal(store_path: Path) -> None:
    """Bytes in one write, as `tmux send-keys` sends them."""
    firm = local_firm(store_path, ManualClock(datetime.now(UTC)))
    firm.desk("mduarte").write(
        matters.open_matter, "adjustment_of_status", "Ibarra, Rosa", paralegal="mduarte", attorney="aokafor"
    )
    year = datetime.now(UTC).year

    async def scene() -> None:
        async with sit_at_terminal(firm.store, "mduarte", (80, 24)) as seat:
            await seat.type("\x10ibarra\r")
            await seat.sees(f"M-{year}-0001")
            await seat.sees("[Story]")
            await seat.type("lasked about travel\rdo not leave\r\r\r\r")
            await seat.sees("asked about travel; told: do not leave")
            await seat.type("nshe moved\r")
            await seat.sees("she moved")

    try:
        asyncio.run(scene())
    finally:
        firm.close()
