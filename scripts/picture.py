"""Take the README's picture of the desk from the real app on a demo firm: `python scripts/picture.py [STORE]`.

Without a store a demo firm is made in a folder that is thrown away.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from pathlib import Path

from casedesk import demo
from casedesk.bootstrap import open_desk
from casedesk.screens.app import DeskApp

PICTURE = Path(__file__).parent.parent / "docs" / "desk.svg"
SIZE = (120, 34)
SETTLE_SECONDS = 3.0


async def take(store: str, person: str) -> str:
    """The queue as `person` sees it, as SVG."""
    desk = open_desk(store, person)
    app = DeskApp(desk, clockwork=False)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(SETTLE_SECONDS)
        picture = app.export_screenshot(title="casedesk")
    desk.close()
    # The picture must not fetch anything where it is shown: the reader's own monospace font will do.
    return re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)


def main() -> None:
    if len(sys.argv) > 1:
        PICTURE.write_text(asyncio.run(take(sys.argv[1], "mduarte")), encoding="utf-8")
        return
    with tempfile.TemporaryDirectory() as folder:
        made = demo.run(Path(folder), "small", None)
        PICTURE.write_text(asyncio.run(take(made.store, "mduarte")), encoding="utf-8")


if __name__ == "__main__":
    main()
