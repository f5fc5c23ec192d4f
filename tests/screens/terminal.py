"""A real terminal for one program: a pty, the keys as bytes, and a screen just clever enough for what we draw."""

from __future__ import annotations

import asyncio
import codecs
import os
import re
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.screens.seat import FRAMES

ROOT = Path(__file__).parents[2]
WAIT_SECONDS = 60
QUIET_SECONDS = 0.15
LEAVES = "\x1b[?1049l"
"""What gives back the screen that was there before the program."""

_TOKEN = re.compile(
    r"\x1b\[(?P<csi>[0-9;?<>=$ ]*[a-zA-Z~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[P_].*?\x1b\\|\x1b."
)
_UNFINISHED = re.compile(r"\x1b(?:\[[0-9;?<>=$ ]*|[\]P_][^\x07\x1b]*)?$")
_BYTES = {
    "enter": "\r", "escape": "\x1b", "tab": "\t", "space": " ", "down": "\x1b[B", "up": "\x1b[A",
    "right": "\x1b[C", "ctrl+u": "\x15", "ctrl+p": "\x10", "f5": "\x1b[15~",
}  # fmt: skip


class Glass:
    """What a terminal of this size shows after the bytes it was given."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.width, self.height = size
        self.cells = [[" "] * self.width for _ in range(self.height)]
        self.row = self.column = 0

    def feed(self, text: str) -> None:
        place = 0
        while place < len(text):
            token = _TOKEN.match(text, place)
            if token:
                self._obey(token["csi"] or "")
                place = token.end()
                continue
            self._draw(text[place])
            place += 1

    def _obey(self, csi: str) -> None:
        if csi.endswith("H"):
            row, _, column = csi[:-1].partition(";")
            self.row, self.column = int(row or 1) - 1, int(column or 1) - 1
        elif csi == "2J":
            self.cells = [[" "] * self.width for _ in range(self.height)]

    def _draw(self, character: str) -> None:
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self.row, self.column = min(self.row + 1, self.height - 1), 0
        elif character >= " " and self.row < self.height and self.column < self.width:
            self.cells[self.row][self.column] = character
            self.column += 1

    def text(self) -> str:
        return "\n".join("".join(row).rstrip() for row in self.cells)


class TerminalSeat:
    """Presses keys into a program on a pty and reads its screen. The same words as `Seat`."""

    def __init__(self, master: int, size: tuple[int, int], child: Process) -> None:
        self.master = master
        self.child = child
        self.glass = Glass(size)
        self.given_back = False
        """Whether the program left the screen as it found it."""
        self.raw: list[str] = []
        self._heard = time.monotonic()
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._tail = ""

    def hear(self) -> None:
        """Take in what the program wrote; called by the loop."""
        try:
            data = os.read(self.master, 65536)
        except OSError:
            data = b""
        if not data:
            asyncio.get_running_loop().remove_reader(self.master)
            return
        text = self._tail + self._decoder.decode(data)
        self.given_back |= LEAVES in text
        begun = _UNFINISHED.search(text)
        self._tail = begun[0] if begun else ""
        whole = text[: begun.start()] if begun else text
        self.raw.append(whole)
        self.glass.feed(whole)
        self._heard = time.monotonic()

    def text(self) -> str:
        return self.glass.text()

    def words(self) -> str:
        return " ".join(self.text().translate(FRAMES).split())

    async def settle(self) -> None:
        """Until nothing was drawn for a moment; a slow machine is waited for by `sees`, not here."""
        started = self._heard = time.monotonic()
        while time.monotonic() - self._heard < QUIET_SECONDS and time.monotonic() - started < 3:
            await asyncio.sleep(0.01)

    async def sees(self, words: str) -> None:
        give_up = time.monotonic() + WAIT_SECONDS
        while words not in self.words():
            if time.monotonic() > give_up:
                raise AssertionError(f"Never saw {words!r}; the terminal shows\n{self.text()}")
            await asyncio.sleep(0.02)
        await self.settle()

    async def press(self, *keys: str) -> None:
        for key in keys:
            os.write(self.master, _BYTES.get(key, key).encode())
            await self.settle()

    async def type(self, text: str) -> None:
        os.write(self.master, text.encode())
        await self.settle()

    async def fill(self, *answers: str) -> None:
        for answer in answers:
            if answer:
                await self.type(answer)
            await self.press("enter")

    async def ends(self) -> int:
        """The exit status, or minus the signal that ended it."""
        return await asyncio.wait_for(self.child.wait(), WAIT_SECONDS)

    async def outwait_deafness(self) -> None:
        """Approve for filing listens to nobody in its first 400 ms."""
        await asyncio.sleep(0.5)


@asynccontextmanager
async def sit_at_terminal(
    store: str,
    handle: str,
    size: tuple[int, int],
    *,
    wait: bool = True,
    environment: Mapping[str, str] | None = None,
) -> AsyncIterator[TerminalSeat]:
    """`casedesk open` in a child on a pty of that size; `ctrl+q` at the end, and the exit status has to be 0, unless the
    child has ended by then."""
    import fcntl
    import pty
    import struct
    import termios

    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "casedesk", "open", "--store", store, "--as", handle),
        stdin=slave,
        stdout=slave,
        stderr=slave,
        cwd=ROOT,
        env={
            **os.environ,
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "CASEDESK_CONFIG": os.devnull,
            **(environment or {}),
        },
        start_new_session=True,
    )
    os.close(slave)
    seat = TerminalSeat(master, size, child)
    os.set_blocking(master, False)
    asyncio.get_running_loop().add_reader(master, seat.hear)
    try:
        if wait:
            await seat.sees("? keys")
        if "Since you were last here" in seat.words():
            await seat.press("escape")
            await seat.sees("Unack'd")
        yield seat
        if child.returncode is None:
            await seat.press("\x11")
            assert await seat.ends() == 0, seat.text()
    finally:
        asyncio.get_running_loop().remove_reader(master)
        if child.returncode is None:
            child.kill()
            await child.wait()
        os.close(master)
