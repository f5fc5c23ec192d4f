"""Take the pictures of README and tours from the real app on a demo firm: `python scripts/pictures.py [NAME ...]`.

The demo firm is made in a folder that is thrown away. Read the pictures before committing them.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from casedesk import demo
from casedesk.bootstrap import open_desk
from casedesk.screens.app import DeskApp

DOCS = Path(__file__).parent.parent / "docs"
SIZE = (120, 34)
SETTLE_SECONDS = 2.0


@dataclass(frozen=True)
class Picture:
    """Who sits there, and the keys pressed until what is shown stands on the screen."""

    name: str
    person: str
    keys: tuple[str, ...] = ()


PICTURES = (
    Picture("desk", "mduarte"),
    Picture("task", "mduarte", ("enter",)),
    Picture("matter", "mduarte", ("m",)),
    Picture("inbox", "tfinn", ("I",)),
    Picture("reviews", "aokafor", ("6",)),
    Picture("review", "aokafor", ("6", "enter")),
    Picture("docket", "aokafor", ("D",)),
    Picture("dashboard", "inovak", ("F",)),
    Picture("people", "inovak", ("P",)),
    Picture("rules", "inovak", ("R",)),
)


async def take(store: str, picture: Picture) -> str:
    """What the person sees, as SVG."""
    desk = open_desk(store, picture.person)
    app = DeskApp(desk, clockwork=False)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(SETTLE_SECONDS)
        for key in picture.keys:
            await pilot.press(key)
            await pilot.pause(SETTLE_SECONDS)
        drawn = app.export_screenshot(title="casedesk")
    desk.close()
    # The picture must not fetch anything where it is shown: the reader's own monospace font will do.
    return re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)


def main(wanted: list[str]) -> None:
    chosen = [picture for picture in PICTURES if not wanted or picture.name in wanted]
    with tempfile.TemporaryDirectory() as folder:
        made = demo.run(Path(folder), "small", None)
        for picture in chosen:
            (DOCS / f"{picture.name}.svg").write_text(
                asyncio.run(take(made.store, picture)), encoding="utf-8"
            )


if __name__ == "__main__":
    main(sys.argv[1:])
