"""The stores that P2 to P5 and P12 look at: a firm of 100,000 matters and a million tasks, and one of a thousand tasks.

The large one is `casedesk demo --size large`; `CASEDESK_BENCH_LARGE` names one that is made already.
"""

from __future__ import annotations

import atexit
import os
import tempfile
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from casedesk import demo
from casedesk.demo import people, sizes
from casedesk.demo.crowd import more_staff
from casedesk.demo.world import World
from casedesk.founding import found_local, take_off_marks
from casedesk.security.seals import sealer_of

WHO = "mduarte"
ROWS = 40
SMALL = sizes.Size(matters=100, tasks=1_000, people=12)
"""In both firms she has more open tasks than a screen shows."""


@cache
def _folder() -> Path:
    folder = tempfile.TemporaryDirectory(prefix="casedesk-bench-")
    atexit.register(folder.cleanup)
    os.environ["CASEDESK_STATE"] = str(Path(folder.name) / "state")
    return Path(folder.name)


@cache
def large() -> Path:
    """The file of the large firm."""
    _folder()
    made = os.environ.get("CASEDESK_BENCH_LARGE")
    return Path(made) if made else Path(demo.run(_folder() / "large", "large").store)


@cache
def small() -> Path:
    """The file of the firm with a thousand tasks."""
    return _made("small", SMALL)


@cache
def crowded() -> Path:
    """The same with as many people as the large firm has."""
    return _made("crowded", replace(SMALL, people=sizes.SIZES["large"].people))


def _made(name: str, size: sizes.Size) -> Path:
    file, now = _folder() / name / "firm.db", datetime.now(UTC)
    more = more_staff(size.people - len(people.PEOPLE))
    found_local(file, people.plan(key_memory_kib=64, more=more), clock=lambda: now)
    with closing(World(str(file), now, people.ZONE, {})) as world:
        sizes.fill(world, size, sealer_of(b"b" * 32), lambda share: None)
        take_off_marks(world.desk("desk").store, (people.MAKING, "manual_clock"))
    return file
