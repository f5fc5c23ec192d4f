"""The program itself in a real terminal, over a store full of hostile names: it sends the terminal nothing of theirs."""

from __future__ import annotations

import asyncio
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from casedesk.desk import matters, notes
from casedesk.refusal import Refusal
from tests.screens.terminal import sit_at_terminal
from tests.support.clock import ManualClock
from tests.support.firm import local_firm
from tests.support.hostile import STORABLE, unsafe_characters

OURS = re.compile(
    r"\x1b\[[0-9;?<>=$ ]*[a-zA-Z~]"  # colours, the cursor, modes: what Textual draws and asks with
    r"|\x1b_[^\x1b]*\x1b\\|\x1bP[^\x1b]*\x1b\\|\x1b[78=>]|\x1b\]1[01];\?\x1b\\"
    r"|\x1b\]22;[a-z-]+\x07"  # the shape of the mouse's pointer
)
NEVER = ("\x1b]0;", "\x1b]52;", "\x1b]8;", "\x1bc", "\x1b[6n", "\x9b", "\x9d", "\x1b[2J\x1b[1;1HAPPROVED")


@pytest.mark.skipif(
    os.name != "posix", reason="Windows has no pty; the other hostile tests run there without a terminal."
)
def test_a_store_full_of_hostile_names_in_a_real_terminal(store_path: Path) -> None:
    """Names, contact rules and notes with every payload a store can hold; queue, card, its sections, the finder, why and
    the keys are gone through. Every sequence that comes out is one the desk draws with; every character can be drawn."""
    firm = local_firm(store_path, ManualClock(datetime.now(UTC)))
    desk = firm.desk("mduarte")
    refs, texts = [], [text for text in STORABLE.values() if text.strip()]
    for number, text in enumerate(texts):
        try:
            ref = desk.write(
                matters.open_matter, "asylum", text, caption=text, paralegal="mduarte", attorney="aokafor"
            ).ref
        except Refusal:
            continue
        refs.append(ref)
        other = texts[(number + 7) % len(texts)]
        desk.write(matters.contact_rule, ref, f"Rule: {other}")
        desk.write(notes.call, ref, f"Said: {other}", callback="mduarte")
    firm.close()
    assert len(refs) > len(texts) // 2

    async def scene() -> str:
        async with sit_at_terminal(firm.store, "mduarte", (80, 24)) as seat:
            await seat.sees("Call the client back")
            for _ in range(3):
                await seat.press("m")
                await seat.sees("Contact")
                await seat.press("right", "right", "escape")
                await seat.sees("[Mine")
                for _ in range(9):
                    await seat.press("down")
            await seat.press("w")
            await seat.sees("Why here")
            await seat.press("escape", "ctrl+p")
            await seat.type("ibarra")
            await seat.sees("matter M-")
            await seat.press("escape", "escape")
            await seat.sees("[Mine")
            assert not any(map(unsafe_characters, seat.text().splitlines()))
        return "".join(seat.raw)

    raw = asyncio.run(scene())
    assert [each for each in NEVER if each in raw] == []
    drawn = OURS.sub("", raw)
    assert {
        each for each in unsafe_characters(drawn, multiline=True) if not each.startswith("U+000D")
    } == set()
