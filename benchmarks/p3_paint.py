"""P3 and P12: from the start to the first paint of a person's queue in a firm of a million tasks, and its memory then."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path

from benchmarks import large
from benchmarks.glass import Glass
from benchmarks.harness import Benchmark, Goal, Side
from benchmarks.p2_list import casedesk
from casedesk.bootstrap import open_desk
from casedesk.desk import tasks

PAUSE = 3.0
"""Seconds without a paint after which the desk is at rest, the masthead read and the sweep done."""


def benchmarks() -> list[Benchmark]:
    """First paint against its floors, memory against ourselves in a small firm."""
    floor = _paints("Textual, Typer and Core", lambda: _peer(large.large()), lambda: "The last row is read")
    bare = _paints("Textual and Typer, a frame", lambda: _peer(None), lambda: "The frame is here")
    ours = _paints("casedesk, a million", lambda: _desk(large.large()), lambda: last_row(large.large()))
    small = _paints("casedesk, a thousand", lambda: _desk(large.small()), lambda: last_row(large.small()))
    frame = _paints("casedesk, its frame", lambda: _desk(large.large()), lambda: "Unacknowledged")
    what = f"the queue's first {large.ROWS} rows painted"
    return [
        Benchmark("P3", what, floor, ours, Goal(1.2), pairs=7),
        Benchmark("P3", "the empty frame painted", bare, frame, Goal(1.2), pairs=7),
        Benchmark("P3", what, small, ours, Goal(1.1), pairs=7),
        Benchmark(
            "P12",
            "memory at rest in the queue",
            _weighs("casedesk, a thousand", large.small),
            _weighs("casedesk, a million", large.large),
            Goal(1.2),
            pairs=3,
            unit="MiB",
        ),
    ]


@cache
def last_row(store: Path) -> str:
    """The ref that stands on the last of the rows that are waited for."""
    with closing(open_desk(str(store), large.WHO)) as desk:
        return desk.read(tasks.queue, limit=large.ROWS)[-1].ref


def _desk(store: Path) -> list[str]:
    return casedesk("--store", str(store), "--as", large.WHO)


def _peer(store: Path | None) -> list[str]:
    words = [] if store is None else ["--store", str(store), "--who", large.WHO, "--limit", str(large.ROWS)]
    return [sys.executable, "-m", "benchmarks.peers.core_desk", *words]


def _paints(
    name: str, argv: Callable[[], list[str]], words: Callable[[], str]
) -> Side[tuple[list[str], str]]:
    def run(state: tuple[list[str], str]) -> float:
        with closing(Glass(state[0])) as glass:
            return glass.until(state[1])

    return Side(name, run, lambda: (argv(), words()), measured=True)


def _weighs(name: str, store: Callable[[], Path]) -> Side[Path]:
    def run(file: Path) -> float:
        with closing(Glass(_desk(file))) as glass:
            glass.until(last_row(file))
            glass.settle(PAUSE)
            glass.presses(*[b"\x1b[6~", b"\x1b[5~"] * 5)
            glass.settle(PAUSE)
            return glass.memory()

    return Side(name, run, store, measured=True)
