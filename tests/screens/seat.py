"""Somebody at the desk: presses keys and reads the screen. No mouse, and no look behind the glass."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from textual import events
from textual.pilot import Pilot
from textual.screen import Screen

from casedesk.desk.desk import Desk
from casedesk.screens.app import DeskApp

ROUNDS = 400
FRAMES = dict.fromkeys(map(ord, "│┌┐└┘─▌┃\N{BRAILLE PATTERN BLANK}"), " ")


@dataclass
class Seat:
    """One person's open desk."""

    app: DeskApp
    pilot: Pilot[Any]

    def front(self) -> type[Screen[Any]]:
        """The kind of screen in front."""
        return type(self.app.screen)

    def lines(self) -> list[str]:
        """What stands on the front screen, a line each, through every filter the terminal would see."""
        compositor = self.app.screen._compositor
        return [strip.text for strip in compositor.render_strips()]

    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.lines())

    def words(self) -> str:
        """The text on one line with single blanks, so that a wrapped sentence is found."""
        return " ".join(self.text().translate(FRAMES).split())

    def told(self) -> list[str]:
        """Every toast so far that is still up, the oldest first."""
        return [notification.message for notification in self.app._notifications]

    def busy(self) -> bool:
        return self.app.typist.busy or any(
            not worker.is_finished for worker in self.app.workers if worker.group != "sweep"
        )

    async def settle(self) -> None:
        """Until nothing is being read or written and every message has been taken in."""
        quiet = 0
        for _ in range(ROUNDS):
            await self.pilot.pause()
            quiet = 0 if self.busy() else quiet + 1
            if quiet >= 3:
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"The desk never came to rest:\n{self.text()}")

    async def until(self, true: Callable[[], bool]) -> None:
        """Until `true`, or fail with what stands on the screen."""
        for _ in range(ROUNDS):
            await self.pilot.pause()
            if true():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"It never came; the screen says\n{self.text()}\nand the toasts {self.told()}")

    async def sees(self, words: str) -> None:
        """Until the screen, or a toast, says these words."""
        await self.until(lambda: words in self.words() or any(words in said for said in self.told()))
        await self.settle()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def type(self, text: str) -> None:
        """Type a text into the focused field, then let completions arrive."""
        for character in text:
            self.app.post_message(events.Key(_KEYS.get(character, character), character))
        await self.settle()

    async def fill(self, *answers: str) -> None:
        """Answer a prompt's fields in their order, enter after each. A list field wants an empty answer to go on."""
        for answer in answers:
            await self.type(answer)
            await self.pilot.press("enter")
            await self.settle()

    async def outwait_deafness(self) -> None:
        """Approve for filing listens to nobody in its first 400 ms: let them pass."""
        before = self.app.screen._ticks  # type: ignore[attr-defined]
        self.app.screen._ticks = lambda: before() + 1  # type: ignore[attr-defined]


_KEYS = {
    " ": "space",
    "-": "minus",
    "/": "slash",
    ".": "full_stop",
    "_": "underscore",
    ":": "colon",
    ",": "comma",
}


@asynccontextmanager
async def sit(
    desk: Desk, size: tuple[int, int] = (80, 24), *, toasts: bool = False, **options: Any
) -> AsyncIterator[Seat]:
    """Open the desk for the person of `desk`, without the clockwork unless asked for; `toasts` are drawn when asked for."""
    app = DeskApp(desk, **{"clockwork": False, **options})
    async with app.run_test(size=size, notifications=toasts) as pilot:
        seat = Seat(app, pilot)
        await seat.settle()
        yield seat
