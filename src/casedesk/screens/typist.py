"""Keys one after the other, each when all is done that the one before set off.

Textual gives every key to whatever has the focus at the moment it arrives; of keys that come in one burst (a macro, a
paste into a terminal without brackets, a slow moment) the letters behind an enter would still go to the field that the
enter leaves, and what is typed ahead of a dialog would be commands of the screen behind.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from textual import events
from textual.app import App
from textual.message_pump import MessagePump

ROUNDS = 3
"""A key may set off a message, that one another, and that the focus."""
TURNS, TURN_SECONDS = 250, 0.002
"""What does not answer for half a second holds up no key."""


class Typist:
    """Gives keys to `deliver` in their order; whoever types never waits, the keys do."""

    def __init__(self, app: App[Any], deliver: Callable[[events.Event], Awaitable[None]]) -> None:
        self._app = app
        self._deliver = deliver
        self._keys: deque[events.Event] = deque()
        self._task: asyncio.Task[None] | None = None

    @property
    def busy(self) -> bool:
        """Whether keys came that are not taken in yet."""
        return self._task is not None

    def type(self, event: events.Event) -> None:
        self._keys.append(event)
        if self._task is None:
            self._task = asyncio.create_task(self._type())

    def stop(self) -> None:
        """Forget the keys that wait: what was typed ahead of a dialog that did not open is not to be commands."""
        self._keys.clear()

    async def _type(self) -> None:
        try:
            while self._keys:
                await self._deliver(self._keys.popleft())
                await self._taken_in()
        except Exception as error:
            self._app._handle_exception(error)
        finally:
            self._task = None

    async def _taken_in(self) -> None:
        """From whatever has the focus to the app, round by round, for the screen may be another one by then."""
        for _ in range(ROUNDS):
            front = self._app.focused or self._app.screen
            for node in front.ancestors_with_self:
                await _in_turn(node)


async def _in_turn(node: MessagePump) -> None:
    """Until a node has taken in what it was sent before now, or is gone."""
    done = asyncio.Event()
    if not node.call_later(done.set):
        return
    for turn in range(TURNS):
        if done.is_set() or not node.is_running:
            return
        await asyncio.sleep(0 if turn < 20 else TURN_SECONDS)
