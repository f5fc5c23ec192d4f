"""P2: `casedesk task list`, 50 rows of a million tasks, the whole process, beside Typer and Core reading the same rows."""

from __future__ import annotations

import shutil
import sys
import sysconfig
from pathlib import Path

from benchmarks import large
from benchmarks.harness import Benchmark, Goal, Side, process

PEERS = Path(__file__).parent / "peers"


def casedesk(*words: str) -> list[str]:
    """The command line of the installed program."""
    return [shutil.which("casedesk", path=sysconfig.get_path("scripts")) or "casedesk", *words]


def benchmarks() -> list[Benchmark]:
    """Against the floor, and against ourselves with a thousand tasks."""
    floor = _later("Typer and Core", lambda: _peer(str(large.large()), large.WHO))
    ours = _later("casedesk, a million", lambda: _list(large.large()))
    small = _later("casedesk, a thousand", lambda: _list(large.small()))
    return [
        Benchmark("P2", "task list, 50 of 1,000,000 tasks", floor, ours, Goal(1.2), pairs=9),
        Benchmark("P2", "task list, 50 of 1,000,000 tasks", small, ours, Goal(1.25), pairs=9),
    ]


def _list(store: Path) -> list[str]:
    return casedesk("--store", str(store), "--as", large.WHO, "task", "list", "--mine", "--limit", "50")


def _peer(*words: str) -> list[str]:
    return [sys.executable, str(PEERS / "core_list.py"), *words]


def _later(name: str, argv: object) -> Side[Side[None]]:
    """A process whose store is made when its turn comes."""
    assert callable(argv)
    return Side(name, lambda side: side.run(None), lambda: process(name, argv()))
