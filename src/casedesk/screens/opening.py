"""The desk on this terminal, from its first line to the exit status."""

from __future__ import annotations

import asyncio
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
    """A machine that shuts down ends the desk as its person would, with the terminal as it was found. Windows knows no
    such signal."""
    with suppress(NotImplementedError):
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: app.exit(ENDED))
    return await app.run_async()
