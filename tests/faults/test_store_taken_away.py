"""The store is taken away under an open desk, by a cut network or by a program that locks the file, and comes back:
OFFLINE is said, what was typed stays, the desk goes on by itself, and nothing is written twice."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from textual.widgets import Input

from casedesk.bootstrap import open_desk
from casedesk.desk import matters
from casedesk.desk.desk import Desk
from casedesk.screens.widgets.prompt import Prompt
from casedesk.store import sqlite
from tests.faults.test_exactly_once import ROOT
from tests.screens.seat import Seat, sit
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, local_firm, shared_firm
from tests.support.loopback import Relay
from tests.support.postgres import PgServer


class Ticks:
    """Seconds that stand still until they are told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def _open(desk: Desk) -> str:
    return desk.write(
        matters.open_matter, "adjustment_of_status", "Ibarra, Rosa", paralegal="mduarte", attorney="aokafor"
    ).ref


def _notes(desk: Desk, matter: str) -> list[str]:
    return [
        entry.detail
        for entry in desk.read(matters.timeline, matter, limit=50)
        if entry.what.startswith("note")
    ]


async def _half_a_note(seat: Seat, matter: str, words: str) -> None:
    seat.app.open_hit("matter", matter)
    await seat.sees("Ibarra, Rosa")
    await seat.press("n")
    await seat.type(words)


def _typed(seat: Seat) -> str:
    assert isinstance(seat.app.screen, Prompt)
    return seat.app.screen.query_one(Input).value


async def _offline(seat: Seat, ticks: Ticks, *, gone: bool) -> None:
    """A second passes whenever the store has been asked and has answered, or not; nobody presses a key for it."""

    def come() -> bool:
        poll = seat.app._poll
        if poll is not None and not poll.waits:
            ticks.now += 1
        return bool(seat.app.standing.offline) == gone

    await seat.until(come)
    assert ("OFFLINE since 09:40" in seat.words()) == gone


@pytest.fixture
def relayed(pg_server: PgServer, manual_clock: ManualClock) -> Iterator[tuple[FirmFixture, Relay, Desk]]:
    """A firm on PostgreSQL, the network before it, and Maria Duarte's desk behind that."""
    owned = pg_server.new_owner_database()
    firm = shared_firm(owned, manual_clock)
    with Relay(owned.port) as relay:
        url = f"postgresql://{owned.host}:{relay.port}/{owned.name}"
        desk = open_desk(url, "mduarte", clock=manual_clock, password=firm.passwords["mduarte"])
        yield firm, relay, desk
        desk.close()
    firm.close()
    pg_server.drop(owned)


def test_the_network_goes_and_comes_back(relayed: tuple[FirmFixture, Relay, Desk]) -> None:
    firm, relay, desk = relayed
    near, ticks = firm.desk("bcole"), Ticks()
    matter = _open(near)

    async def scene() -> None:
        async with sit(desk, ticks=ticks) as seat:
            await _half_a_note(seat, matter, "she moved to ")
            relay.cut()
            await _offline(seat, ticks, gone=True)
            await seat.type("Queens")
            await seat.press("enter")
            await seat.sees("The store")
            assert _typed(seat) == "she moved to Queens"
            assert _notes(near, matter) == []
            near.write(matters.contact_rule, matter, "Mornings only.")
            relay.mend()
            await _offline(seat, ticks, gone=False)
            assert _typed(seat) == "she moved to Queens"
            await seat.press("enter")
            await seat.sees(f"Noted on {matter}.")
            await seat.sees("Mornings only.")
        assert _notes(near, matter) == ["she moved to Queens"]

    asyncio.run(scene())


def test_a_network_that_goes_right_behind_a_note_leaves_it_once(
    relayed: tuple[FirmFixture, Relay, Desk],
) -> None:
    """It is on record, and said to be; the screen shows it when the store is back."""
    firm, relay, desk = relayed
    near, ticks = firm.desk("bcole"), Ticks()
    matter = _open(near)

    def cut(desk: Desk) -> int:
        relay.cut()
        return desk.store.change_mark()

    async def scene() -> None:
        async with sit(desk, ticks=ticks) as seat:
            await _half_a_note(seat, matter, "she moved")
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(Desk, "mark", cut)
                await seat.press("enter")
                await seat.sees(f"Noted on {matter}.")
            await _offline(seat, ticks, gone=True)
            relay.mend()
            await _offline(seat, ticks, gone=False)
            await seat.sees("she moved")
        assert _notes(near, matter) == ["she moved"]

    asyncio.run(scene())


@contextmanager
def _held(store: str) -> Iterator[subprocess.Popen[str]]:
    """Another program with the file in its hand, until the block ends."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.hold_child", store],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        try:
            yield child
        finally:
            child.stdin.close()


def test_the_file_is_locked_and_let_go(
    store_path: Path, manual_clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 1)
    firm, ticks = local_firm(store_path, manual_clock), Ticks()
    desk = firm.desk("mduarte")
    matter = _open(desk)

    async def scene() -> None:
        async with sit(desk, ticks=ticks) as seat:
            await _half_a_note(seat, matter, "she moved to ")
            with _held(firm.store):
                await _offline(seat, ticks, gone=True)
                firm.clock.advance(minutes=2)
                seat.app.changed()
                await seat.settle()
                assert "OFFLINE since 09:40, locked" in seat.words()
                await seat.type("Queens")
                await seat.press("enter")
                await seat.sees("The store is locked by another program.")
                assert _typed(seat) == "she moved to Queens"
                assert _notes(desk, matter) == []  # what is only read is read all the while
            await _offline(seat, ticks, gone=False)
            await seat.press("enter")
            await seat.sees(f"Noted on {matter}.")
        assert _notes(desk, matter) == ["she moved to Queens"]

    asyncio.run(scene())
    firm.close()


def test_what_is_saved_while_the_file_is_locked_is_saved_when_it_is_let_go(
    store_path: Path, manual_clock: ManualClock
) -> None:
    firm, ticks = local_firm(store_path, manual_clock), Ticks()
    desk = firm.desk("mduarte")
    matter = _open(desk)

    async def scene() -> None:
        async with sit(desk, ticks=ticks) as seat:
            await _half_a_note(seat, matter, "she moved")
            with _held(firm.store):
                await seat.pilot.press("enter")
                await _offline(seat, ticks, gone=True)
                assert "Working" in seat.words()
            await _offline(seat, ticks, gone=False)
            await seat.sees(f"Noted on {matter}.")
        assert _notes(desk, matter) == ["she moved"]

    asyncio.run(scene())
    firm.close()


def test_a_long_write_of_our_own_is_not_taken_for_a_lock(store_path: Path, manual_clock: ManualClock) -> None:
    """Whoever brings in a spreadsheet has the pen for a while; the desk is there all the same."""
    firm = local_firm(store_path, manual_clock)
    desk = firm.desk("mduarte")
    watching = desk.watch()
    before = watching()
    assert desk.write(lambda _turn: watching()) == before
    assert watching() == before + 1
    watching.close()
    firm.close()
