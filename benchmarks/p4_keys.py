"""P4 and P5: from a key to its paint in everybody's queue, by cursor and by page, beside one Static and a whole screen.

Each figure is the median of a run's presses; a paint begins with its first byte. Every press waits until the paint
before it, and what the preview reads, is over.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import large
from benchmarks.glass import Glass, middle
from benchmarks.harness import Benchmark, Goal, Side
from benchmarks.p3_paint import _desk, _peer, last_row

DOWN, PAGE, PAGE_UP = b"\x1b[B", b"\x1b[6~", b"\x1b[5~"
PRESSES = 20
TEAM = b"5"


def benchmarks() -> list[Benchmark]:
    """The cursor, the slowest of twenty presses, a page, and a page among a thousand."""
    static = _presses("one Static", _peer_glass, DOWN)
    screen = _presses("a whole screen", _peer_glass, PAGE)
    down = _presses("casedesk, a million", lambda: _team(large.large()), DOWN)
    page = _presses("casedesk, a million", lambda: _team(large.large()), PAGE)
    there = _presses("casedesk, a million", lambda: _team(large.large()), PAGE, PAGE_UP)
    few = _presses("casedesk, a thousand", lambda: _team(large.small()), PAGE, PAGE_UP)
    worst = _presses("casedesk, p95", lambda: _team(large.large()), DOWN, said=_late)
    return [
        Benchmark("P4", "a key moves the cursor", static, down, Goal(2), pairs=9),
        Benchmark("P4", "a key moves the cursor, 95 of 100 times", static, worst, Goal(4), pairs=9),
        Benchmark("P5", "a key turns the page", screen, page, Goal(2), pairs=9),
        Benchmark("P5", "a key turns the page, forth and back", few, there, Goal(1.25), pairs=9),
    ]


def _late(seconds: list[float]) -> float:
    return sorted(seconds)[-2]


def _presses(
    name: str, begin: Callable[[], Glass], *keys: bytes, said: Callable[[list[float]], float] = middle
) -> Side[Glass]:
    return Side(
        name,
        lambda glass: said(glass.presses(*keys * (PRESSES // len(keys)))),
        begin,
        tear_down=lambda glass: glass.close(),
        measured=True,
    )


def _peer_glass() -> Glass:
    glass = Glass(_peer(large.large()))
    glass.until("The last row is read")
    return glass


def _team(store: Path) -> Glass:
    """A desk that shows everybody's open tasks."""
    glass = Glass(_desk(store))
    glass.until(last_row(store))
    glass.settle(2.0)
    time.sleep(1.0)
    glass.press(TEAM)
    glass.settle(1.0)
    return glass
