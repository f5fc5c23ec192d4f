"""Two desks on one store: what one does the other sees without a key pressed, where they are; and both at one item."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from textual.widgets import Input

from casedesk.desk import matters, papers, tasks
from casedesk.desk.views.work import ItemView, TaskView
from casedesk.screens.queue import QueueScreen
from casedesk.screens.task import TaskScreen
from casedesk.screens.widgets.prompt import Prompt
from tests.screens.seat import Seat, sit
from tests.support.firm import FirmFixture
from tests.support.rfe import notice

RECEIPTS = [f"IOE09123456{number:02}" for number in range(40)]


class Ticks:
    """Seconds that stand still until they are told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Two:
    """Two people at their desks; `a_second` passes for both."""

    def __init__(self, one: Seat, other: Seat, ticks: Ticks) -> None:
        self.one, self.other, self._ticks = one, other, ticks

    async def sees(self, seat: Seat, true: Callable[[], bool]) -> int:
        """Until it is so on that desk; how many seconds passed, a poll in each."""
        seconds = 0

        def so() -> bool:
            nonlocal seconds
            found, poll = true(), seat.app._poll
            assert poll is not None
            if not found and poll._asked == self._ticks.now and not poll.waits:
                self._ticks.now += 1
                seconds += 1
            return found

        await seat.until(so)
        return seconds


@asynccontextmanager
async def two_desks(firm: FirmFixture, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Two]:
    ticks = Ticks()
    async with (
        sit(firm.desk("mduarte"), size, ticks=ticks) as one,
        sit(firm.desk("aokafor"), size, ticks=ticks) as other,
    ):
        yield Two(one, other, ticks)


def _open(firm: FirmFixture, receipt: str, client: str) -> str:
    return (
        firm.desk("mduarte")
        .write(
            matters.open_matter,
            "adjustment_of_status",
            client,
            paralegal="mduarte",
            attorney="aokafor",
            form=("I-485",),
            receipt=receipt,
        )
        .ref
    )


@pytest.fixture
def intake(firm: FirmFixture) -> str:
    """The intake task of an RFE, Maria's, with a checklist."""
    _open(firm, RECEIPTS[0], "Ibarra, Rosa")
    firm.desk("mduarte").write(papers.receive, notice(RECEIPTS[0]))
    return firm.desk("mduarte").read(tasks.queue)[0].ref


def _item(firm: FirmFixture, task: str, place: int = 0) -> ItemView:
    return firm.desk("mduarte").read(tasks.show, task).checklist[place]


async def _go_to(seat: Seat, task: str) -> None:
    """By keys: what is called from here runs in the name of the desk that was opened last."""
    await seat.press("5")
    for _ in _tasks(seat):
        row = _queue(seat).rows.current
        if isinstance(row, TaskView) and row.ref == task:
            break
        await seat.press("down")
    await seat.press("enter")
    assert seat.front() is TaskScreen


def _tasks(seat: Seat) -> list[TaskView]:
    return [row for row in _queue(seat).rows.rows if isinstance(row, TaskView)]


def _queue(seat: Seat) -> QueueScreen:
    screen = seat.app.screen
    assert isinstance(screen, QueueScreen)
    return screen


def test_an_edit_in_one_is_seen_in_the_other_with_cursor_and_scroll_where_they_were(
    firm: FirmFixture,
) -> None:
    """Two polls at the most, which are two seconds; more rows than the screen has, the cursor in their middle."""
    for number, receipt in enumerate(RECEIPTS[:9]):
        _open(firm, receipt, f"Client {number:02}")
        firm.desk("mduarte").write(papers.receive, notice(receipt))

    async def scene() -> None:
        async with two_desks(firm) as desks:
            one, other = desks.one, desks.other
            await other.press("5")
            await other.press(*["down"] * 12)
            rows = _queue(other).rows
            here, top, line = rows.current_id, rows._top, rows._index - rows._top
            assert top > 0
            first = rows.rows[1].id
            before = other.text().count("▲ new")
            await one.press("a")
            await one.sees("Acknowledged")
            changed = [row.id for row in _tasks(one) if row.status == "acknowledged"]
            assert len(changed) == 1

            def acknowledged() -> bool:
                return any(row.id in changed and row.status == "acknowledged" for row in _tasks(other))

            assert await desks.sees(other, acknowledged) <= 2
            await other.settle()
            assert (rows.current_id, rows._index - rows._top) == (here, line)
            assert rows._top == top
            assert first in {row.id for row in rows.rows}
            assert other.text().count("▲ new") <= before

    asyncio.run(scene())


def test_who_comes_second_with_a_note_sees_both_and_adds_his_own(firm: FirmFixture, intake: str) -> None:
    """Adaeze typed hers while Maria's was written: hers is not lost, and one more enter puts it behind Maria's."""

    async def scene() -> None:
        async with two_desks(firm) as desks:
            one, other = desks.one, desks.other
            for seat in (one, other):
                await _go_to(seat, intake)
                await seat.press("t")
            await one.type("3 pages, bcole scanned them 2026-11-09")
            await other.type("the back side is missing")
            await one.press("enter")
            await one.sees("Ticked:")
            await other.press("enter")
            await other.sees(
                "! M. Duarte ticked it first, today 09:40, with the note “3 pages, bcole scanned them 2026-11-09”. Yours"
                " is not written: ticked, with the note “the back side is missing”. Enter again writes yours behind it."
            )
            assert isinstance(other.app.screen, Prompt)
            assert other.app.screen.query_one(Input).value == "the back side is missing"
            assert _item(firm, intake).note == "3 pages, bcole scanned them 2026-11-09"
            await other.press("enter")
            await other.sees("Ticked:")
            both = "3 pages, bcole scanned them 2026-11-09; the back side is missing"
            assert _item(firm, intake).note == both
            assert await desks.sees(one, lambda: "the back side is missing" in one.words()) <= 2

    asyncio.run(scene())


def test_both_tick_and_the_second_is_told_who_was_first(firm: FirmFixture, intake: str) -> None:
    """The second key does not open again what the first had ticked."""

    async def scene() -> None:
        async with two_desks(firm) as desks:
            one, other = desks.one, desks.other
            for seat in (one, other):
                await _go_to(seat, intake)
            await one.press("space")
            await one.sees("Ticked:")
            assert isinstance(other.app.screen, TaskScreen)
            await other.press("space")
            await other.sees("M. Duarte ticked it first, today 09:40.")
            done = _item(firm, intake)
            assert (done.state, done.done_by) == ("done", "mduarte")
            await one.press("space")
            await one.sees("Open again:")
            assert await desks.sees(other, lambda: _shown(other) == "open") <= 2

    asyncio.run(scene())


def test_one_opens_again_what_the_other_would_open_again(firm: FirmFixture, intake: str) -> None:
    item = _item(firm, intake)
    firm.desk("mduarte").write(tasks.tick, intake, item.id, note="3 pages")

    async def scene() -> None:
        async with two_desks(firm) as desks:
            one, other = desks.one, desks.other
            for seat in (one, other):
                await _go_to(seat, intake)
            await one.press("space")
            await one.sees("Open again:")
            await one.press("space")
            await one.sees("Ticked:")
            await other.press("space")
            await other.sees("M. Duarte ticked it first, today 09:40, with the note “3 pages”.")
            await other.sees("Yours is not written: open, with the note “3 pages”.")
            assert _item(firm, intake).state == "done"

    asyncio.run(scene())


def _shown(seat: Seat) -> str:
    screen = seat.app.screen
    assert isinstance(screen, TaskScreen)
    current = screen.rows.current
    return "" if current is None else current.state
