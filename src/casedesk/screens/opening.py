"""The desk on this terminal, from its first line to the exit status."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

from casedesk.desk.desk import Desk
from casedesk.refusal import Refusal
from casedesk.screens.app import DeskApp

if TYPE_CHECKING:
    from casedesk.desk.keeping import Keeping

ENDED = 128 + signal.SIGTERM
"""What a program says that was told to end, by convention."""
LOOK_FOR_TERMINAL = 2.0
"""Seconds between two looks whether there is a terminal still."""


def run(desk: Desk, keeping: Keeping | None = None) -> int:
    """Open the desk on this terminal until the person leaves; gives the exit status. `keeping` seals and recognises.

    `CASEDESK_ASCII=1` draws with plain signs, `CASEDESK_THEME=light` on a light ground, `NO_COLOR` without colours. The
    keys are those of the person's own settings (`config`); what is wrong with them is said, and left out.
    """
    from casedesk.desk import changes
    from casedesk.screens import saved
    from casedesk.screens.key_findings import effective

    changed = None
    with suppress(Refusal):
        changed = desk.read(changes.since_last)
    keymap, found = effective()
    several = f" {len(found) - 1} more:" if len(found) > 1 else ""
    keys = f"Your keys: {found[0].message}{several} `casedesk keys`." if found else ""
    own, wrong = saved.read()
    app = DeskApp(
        desk,
        keeping=keeping,
        keymap=keymap,
        changed=changed,
        warned=" ".join(each for each in (keys, *wrong) if each),
        sections=own,
        theme="light" if os.environ.get("CASEDESK_THEME", "").lower() == "light" else "dark",
        ascii_only=os.environ.get("CASEDESK_ASCII", "") not in {"", "0"},
    )
    status = asyncio.run(_until_it_ends(app)) or 0
    if app.caught_up:
        with suppress(Refusal):
            desk.write_unheard(changes.saw, desk.now())
    return status


async def _until_it_ends(app: DeskApp) -> int | None:
    """A machine that shuts down, and a window that is closed, end the desk as its person would, with the terminal as it
    was found. Windows knows no such signals."""
    with suppress(NotImplementedError, AttributeError):
        for told in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(told, lambda: app.exit(ENDED))
    watch = asyncio.create_task(_leave_without_a_terminal(app))
    try:
        return await app.run_async()
    finally:
        watch.cancel()


async def _leave_without_a_terminal(app: DeskApp) -> None:
    """Nobody may be told when a terminal goes (a connection that breaks, `nohup`): a desk without one would read its end
    for ever, burning a core, with the firm's store open."""
    while _terminal_is_there():
        await asyncio.sleep(LOOK_FOR_TERMINAL)
    app.exit(ENDED)


def _terminal_is_there() -> bool:
    """True where the system cannot say."""
    try:
        import termios

        termios.tcgetattr(0)
    except (ImportError, ValueError):
        return True
    except termios.error as error:
        return bool(error.args[0] != errno.EIO)
    return True
