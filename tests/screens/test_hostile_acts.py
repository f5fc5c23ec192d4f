"""Every act of every screen over hostile answers, and every prompt filled with hostile text: drawn, never obeyed.

A screen or a box that is added later is not forgotten: the walk has to have stood before every kind there is.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from textual.screen import ModalScreen, Screen
from textual.widgets import Input

from casedesk import screens
from casedesk.desk import changes, tasks
from casedesk.screens.base import DeskScreen
from casedesk.screens.changed import ChangedScreen
from casedesk.screens.widgets.prompt import Prompt
from tests.screens.photographed import LONG, ROSA, Rolls, photographed
from tests.screens.seat import Seat, sit
from tests.screens.test_hostile_text import HostileDesk
from tests.support.firm import FirmFixture
from tests.support.hostile import STORABLE, unsafe_characters

LEAVING = {"back", "again"}
ELSEWHERE = {
    "matter",
    "packets",
    "signatures",
    "messages",
    "inbox",
    "audit",
    "docket",
    "help",
    "palette",
    "next",
}
"""Acts that lead to a screen which is walked through by itself; the queue's are done."""
MOST_BOXES = 3
"""Boxes that open one from the other: after so many the walk goes back."""


def _every_kind() -> set[type[Screen[Any]]]:
    found: set[type[Screen[Any]]] = set()
    for each in pkgutil.walk_packages(screens.__path__, "casedesk.screens."):
        for thing in vars(importlib.import_module(each.name)).values():
            if isinstance(thing, type) and issubclass(thing, DeskScreen | ModalScreen):
                found.add(thing)
    ours = {each for each in found if each.__module__.startswith("casedesk.")}
    return {each for each in ours if not any(issubclass(other, each) for other in ours - {each})}


@pytest.fixture
def story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[FirmFixture, Rolls]]:
    """What prompts write to disk goes to a folder of the test's own, and nothing is shown by the system's viewer."""
    away = tmp_path / "away"
    away.mkdir()
    monkeypatch.chdir(away)
    monkeypatch.setenv("CASEDESK_VIEWER", "true" if os.name == "posix" else "cmd /c exit")
    monkeypatch.setenv("CASEDESK_CONFIG", str(away / "config.toml"))
    with photographed(tmp_path / "desk") as made:
        yield made


class Walk:
    """Goes through the desk's screens and does everything that can be done there."""

    def __init__(self, seat: Seat, shift: int) -> None:
        self.seat = seat
        self.payloads = [text for text in STORABLE.values() if text.strip()]
        self.shift = shift
        self.stood_before: set[type[Screen[Any]]] = set()

    def look(self, where: str) -> None:
        self.stood_before.add(self.seat.front())
        lines = self.seat.lines()
        bad = {number: found for number, line in enumerate(lines) if (found := unsafe_characters(line))}
        assert not bad, (where, bad)
        assert "went wrong inside" not in self.seat.words(), (where, self.seat.text())

    async def open(self, kind: str, ref: str) -> None:
        self.seat.app.open_hit(kind, ref)
        await self.seat.settle()
        await self.acts(kind)
        while len(self.seat.app.screen_stack) > 1:
            self.seat.app.pop_screen()
        await self.seat.settle()

    async def acts(self, where: str) -> None:
        """Each act of the screen in front, and what it brings up; then back to the screen."""
        screen = cast(DeskScreen, self.seat.app.screen)
        self.look(where)
        skipped = LEAVING if where == "queue" else LEAVING | ELSEWHERE
        for each in dict.fromkeys(action.id for action in screen.actions() if action.id not in skipped):
            screen.action_do(each)
            await self.seat.settle()
            self.look(f"{where}, {each}")
            for _ in range(MOST_BOXES):
                if self.seat.app.screen is screen or screen not in self.seat.app.screen_stack:
                    break
                if isinstance(self.seat.app.screen, Prompt):
                    await self.fill(f"{where}, {each}")
                if self.seat.app.screen is not screen:
                    await self.seat.press("escape")
                    self.look(f"{where}, {each}, escape")
            while screen in self.seat.app.screen_stack and self.seat.app.screen is not screen:
                self.seat.app.pop_screen()
                await self.seat.settle()
            if screen not in self.seat.app.screen_stack:
                return

    async def approve(self, ref: str) -> None:
        """Approve for filing, which opens when every point is answered; what is typed there is not the matter's number."""
        self.seat.app.open_hit("review", ref)
        await self.seat.settle()
        points = len(self.seat.app.screen.rows.rows)  # type: ignore[attr-defined]
        await self.seat.press("g", *["y"] * points, "o")
        self.look("approve")
        await self.fill("approve")
        while len(self.seat.app.screen_stack) > 1:
            self.seat.app.pop_screen()
        await self.seat.settle()

    async def fill(self, where: str) -> None:
        """Hostile text in every field, as it would be pasted; then the act, which refuses most of it and quotes it."""
        for box in self.seat.app.screen.query(Input):
            self.shift += 1
            box.value = self.payloads[self.shift % len(self.payloads)]
        await self.seat.settle()
        self.look(f"{where}, filled")
        await self.seat.press("ctrl+s")
        self.look(f"{where}, answered")


@pytest.mark.parametrize("shift", [3])
def test_every_act_of_every_screen_and_every_prompt(story: tuple[FirmFixture, Rolls], shift: int) -> None:
    firm, rolls = story
    plain = firm.desk("jreyes")
    desk = HostileDesk(plain.store, plain.house)
    desk.shift = shift
    taken = firm.desk("aokafor").read(tasks.queue, scope="mine")[0].ref
    firm.desk("jreyes").write_unheard(changes.saw, plain.now())
    firm.clock.advance(hours=1)
    firm.desk("inovak").write(tasks.reassign, taken, to="jreyes", reason="Two hearings")
    since = desk.read(changes.since_last)

    async def walk() -> set[type[Screen[Any]]]:
        async with sit(desk, toasts=True, changed=since) as seat:
            walking = Walk(seat, shift)
            assert seat.front() is ChangedScreen
            walking.look("changed")
            await seat.press("escape")
            await seat.press("5")
            await walking.approve(rolls.review)
            for kind, ref in (
                ("review", rolls.review),
                ("task", rolls.new),
                ("matter", ROSA),
                ("matters", ""),
                ("packets", ROSA),
                ("signatures", LONG),
                ("messages", ""),
                ("inbox", ""),
                ("told", ""),
                ("audit", ROSA),
                ("docket", ""),
                ("dashboard", ""),
                ("status", ""),
                ("people", "bcole"),
                ("handover", "bcole"),
                ("rules", rolls.new),
            ):
                await walking.open(kind, ref)
            await walking.acts("queue")
            return walking.stood_before

    stood_before = asyncio.run(walk())
    assert {each.__name__ for each in _every_kind() - stood_before} == set()
