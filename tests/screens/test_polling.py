"""What a slow store does to the desk: OFFLINE is said and taken back, and nothing is read more often than it must be."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from threading import Event
from typing import Any, TypeVar

import pytest

from casedesk.desk import matters, notes, queue_pages, tasks
from casedesk.desk.desk import Desk, Watching
from casedesk.desk.views.care import Swept
from casedesk.desk.views.work import QueueCounts
from casedesk.refusal import Refusal, StoreUnavailable
from casedesk.screens.asking import ask
from casedesk.screens.polling import Poll
from tests.screens.seat import Seat, sit
from tests.support.firm import FirmFixture

T = TypeVar("T")


def play(scene: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scene)


class Ticks:
    """Seconds that stand still until they are told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Gate:
    """A store's watch that answers when it is let."""

    def __init__(self, watching: Watching) -> None:
        self.watching = watching
        self.asked = 0
        self.open = Event()
        self.open.set()

    def __call__(self) -> int:
        self.asked += 1
        self.open.wait()
        return self.watching()

    def close(self) -> None:
        self.watching.close()


class Counted:
    """How often each use-case was read from a desk; `hold` keeps those that come until it is let go."""

    def __init__(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        self.times: dict[str, int] = {}
        self.free = Event()
        self.free.set()
        read = desk.read

        def counting(use_case: Callable[..., T], *args: Any, **kwargs: Any) -> T:
            name = getattr(use_case, "__name__", "")
            self.times[name] = self.times.get(name, 0) + 1
            self.free.wait()
            return read(use_case, *args, **kwargs)

        monkeypatch.setattr(desk, "read", counting)

    def of(self, name: str) -> int:
        return self.times.get(name, 0)


def _gate(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Gate:
    gate = Gate(desk.watch())
    monkeypatch.setattr(desk, "watch", lambda: gate)
    return gate


async def _asked_again(seat: Seat, gate: Gate, ticks: Ticks) -> None:
    before = gate.asked
    ticks.now += 1
    await seat.until(lambda: gate.asked > before)


def test_an_answer_is_late_after_a_second_and_a_half_and_asked_for_once(firm: FirmFixture) -> None:
    gate = Gate(firm.desk("mduarte").watch())
    heard: list[int | Refusal] = []
    came = Event()

    def answered(found: int | Refusal) -> None:
        heard.append(found)
        came.set()

    poll = Poll(gate, answered)
    gate.open.clear()
    assert [poll.look(second) for second in (0.0, 0.5, 1.5, 1.6, 5.0)] == [False, False, False, True, True]
    gate.open.set()
    came.wait()
    assert gate.asked == 1
    came.clear()
    assert not poll.look(5.0)
    came.wait()
    assert gate.asked == 2
    assert len(heard) == 2
    poll.close()


def test_a_store_that_comes_back_as_it_was_is_not_read_anew(
    firm: FirmFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow answer is said to be late, and that it came is said: that alone makes nobody read anything."""
    desk, ticks = firm.desk("mduarte"), Ticks()
    gate, counted = _gate(desk, monkeypatch), Counted(desk, monkeypatch)

    async def scene() -> None:
        async with sit(desk, ticks=ticks) as seat:
            before = dict(counted.times)
            gate.open.clear()
            await _asked_again(seat, gate, ticks)
            ticks.now += 2
            await seat.sees("! OFFLINE since 09:40")
            gate.open.set()
            await seat.until(lambda: "OFFLINE" not in seat.words())
            await seat.settle()
            assert counted.times == before

    play(scene())


def test_what_could_not_be_read_meanwhile_is_read_when_the_store_is_back(
    firm: FirmFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, ticks = firm.desk("mduarte"), Ticks()
    gate = _gate(desk, monkeypatch)
    page = queue_pages.section_page

    def gone(*_: Any, **__: Any) -> Any:
        raise StoreUnavailable("store_gone", "The store does not answer.", "Wait.")

    async def scene() -> None:
        async with sit(desk, ticks=ticks) as seat:
            monkeypatch.setattr(queue_pages, "section_page", gone)
            await seat.press("f5")
            await seat.sees("The store does not answer.")
            monkeypatch.setattr(queue_pages, "section_page", page)
            await _asked_again(seat, gate, ticks)
            await seat.sees("Nothing waits for you.")
            assert "does not answer" not in seat.words()

    play(scene())


def test_an_own_write_is_read_once_and_anothers_once(
    firm: FirmFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, ticks = firm.desk("mduarte"), Ticks()
    gate, counted = _gate(desk, monkeypatch), Counted(desk, monkeypatch)
    matter = firm.desk("bcole").read(matters.listing)[0].ref

    async def scene() -> None:
        async with sit(desk, ticks=ticks) as seat:
            await _asked_again(seat, gate, ticks)
            seat.app.open_hit("matter", matter)
            await seat.sees("Call her cell only")
            times = counted.of("timeline")
            await seat.press("n")
            await seat.fill("she moved")
            await seat.sees("Noted on")
            await _asked_again(seat, gate, ticks)
            await seat.settle()
            assert counted.of("timeline") == times + 1
            firm.desk("bcole").write(matters.contact_rule, matter, "Mornings only.")
            await _asked_again(seat, gate, ticks)
            await seat.sees("Mornings only.")
            await _asked_again(seat, gate, ticks)
            await seat.settle()
            assert counted.of("timeline") == times + 2

    play(scene())


def test_a_sweep_that_fires_nothing_makes_no_desk_read(
    firm: FirmFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A heartbeat is a write, and on a local store SQLite counts it as one; it is no news."""
    desk, ticks = firm.desk("mduarte"), Ticks()
    gate, counted = _gate(desk, monkeypatch), Counted(desk, monkeypatch)

    async def scene() -> None:
        async with sit(desk, ticks=ticks) as seat:
            await _asked_again(seat, gate, ticks)
            before = dict(counted.times)
            assert firm.desk("bcole").sweep().fired == 0
            await _asked_again(seat, gate, ticks)
            await seat.settle()
            assert counted.times == before

    play(scene())


def test_a_slow_store_is_asked_one_question_at_a_time_and_the_newest_is_answered(
    firm: FirmFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = firm.desk("mduarte")
    counted = Counted(desk, monkeypatch)

    async def scene() -> None:
        async with sit(desk) as seat:
            counted.free.clear()
            before = counted.of("counts")
            heard: list[int] = []

            def asks(number: int) -> None:
                def work() -> QueueCounts:
                    return desk.read(tasks.counts)

                ask(seat.app, "header", work, lambda _: heard.append(number), lambda _: None)

            for number in range(20):
                asks(number)
            counted.free.set()
            await seat.until(lambda: bool(heard))
            await seat.settle()
            assert heard == [19]
            assert counted.of("counts") == before + 2

    play(scene())


def test_what_somebody_else_writes_waits_until_what_is_being_read_is_there(
    firm: FirmFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or a busy firm on a slow store would never show anything: each reading would be given up for the next."""
    desk, ticks = firm.desk("mduarte"), Ticks()
    gate, counted = _gate(desk, monkeypatch), Counted(desk, monkeypatch)
    other = firm.desk("bcole")
    matter = other.read(matters.listing)[0].ref

    async def scene() -> None:
        async with sit(desk, ticks=ticks) as seat:
            await _asked_again(seat, gate, ticks)
            counted.free.clear()
            before = counted.of("section_page")
            await seat.pilot.press("f5")
            await seat.until(lambda: counted.of("section_page") > before)
            for number in range(3):
                other.write(matters.contact_rule, matter, f"Rule {number}.")
                await _asked_again(seat, gate, ticks)
            assert counted.of("section_page") == before + 1
            counted.free.set()
            await seat.settle()
            assert counted.of("section_page") == before + 1
            await _asked_again(seat, gate, ticks)
            await seat.until(lambda: counted.of("section_page") == before + 2)
            await seat.settle()

    play(scene())


def test_the_header_asks_for_nobodys_hours(firm: FirmFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """To sum up everybody's open tasks takes longer than all the rest of a screen in a large firm."""
    from casedesk.store import driver

    seen: list[str] = []
    rows = driver.all_rows

    def listening(conn: Any, words: str, values: Any) -> Any:
        seen.append(words)
        return rows(conn, words, values)

    monkeypatch.setattr(driver, "all_rows", listening)
    desk = firm.desk("mduarte")

    async def scene() -> None:
        async with sit(desk) as seat:
            desk.write(matters.contact_rule, desk.read(matters.listing)[0].ref, "Mornings only.")
            seat.app.changed()
            await seat.settle()
            assert seat.app.names.short("aokafor") == "A. Okafor"
        assert any("person_role" in words for words in seen)
        assert not any("hours_tenths), 0)" in words for words in seen)

    play(scene())


def test_a_card_reads_its_own_tasks_and_walks_no_queue(
    firm: FirmFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A million open tasks of others took half a minute to pass over. What is closed is not among them."""
    desk = firm.desk("mduarte")
    matter = desk.read(matters.listing)[0].ref
    other = desk.write(matters.open_matter, "naturalization", "Okonjo, Ada", paralegal="mduarte").ref
    calls = [
        desk.write(notes.call, each, "Call.", callback="mduarte").task for each in (matter, matter, other)
    ]
    assert calls[0] is not None
    desk.write(tasks.complete, calls[0])
    counted = Counted(desk, monkeypatch)

    async def scene() -> None:
        async with sit(desk) as seat:
            seat.app.open_hit("matter", matter)
            await seat.sees("Call her cell only")
            queues = _queues(counted)
            await seat.press("f5", "right")
            await seat.sees("Call the client back")
            assert _queues(counted) == queues
            assert calls[1] is not None
            assert calls[1] in seat.words()
            assert not any(str(each) in seat.words() for each in (calls[0], calls[2]))

    play(scene())


def _queues(counted: Counted) -> int:
    return sum(counted.of(name) for name in ("section_page", "everybodys", "queue", "where"))


def test_whoever_leaves_stops_the_sweep_behind_its_batch(
    firm: FirmFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = firm.desk("mduarte")
    sweep, stops = desk.sweep, []

    def sweeping(batch: int, *, stop: Callable[[], bool]) -> Swept:
        stops.append(stop)
        return sweep(batch, stop=stop)

    monkeypatch.setattr(desk, "sweep", sweeping)

    async def scene() -> None:
        async with sit(desk, clockwork=True) as seat:
            await seat.sees("swept 09:40")
            assert not stops[0]()
            await seat.pilot.press("ctrl+q")
            await seat.until(stops[0])

    play(scene())
