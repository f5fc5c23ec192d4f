"""P1: what `casedesk --help` and `casedesk --version` cost, in starts of a Python that does nothing."""

from __future__ import annotations

import shutil
import sys
import sysconfig
from pathlib import Path

from benchmarks.harness import Benchmark, Goal, Side, process

PEERS = Path(__file__).parent / "peers"


def benchmarks() -> list[Benchmark]:
    """Two rows of ours against the goal, two of plain Typer for reference."""
    floor = process("python -c pass", [sys.executable, "-c", "pass"])
    script = shutil.which("casedesk", path=sysconfig.get_path("scripts")) or "casedesk"

    def row(what: str, ours: Side[None], goal: Goal | None = None) -> Benchmark:
        return Benchmark("P1", what, floor, ours, goal, pairs=21)

    return [
        row("help", process("casedesk --help", [script, "--help"]), Goal(9)),
        row("version", process("casedesk --version", [script, "--version"]), Goal(9)),
        row("a Typer hello, plain", process("typer_plain.py --help", _peer("typer_plain.py"))),
        row("a Typer hello, rich", process("typer_rich.py --help", _peer("typer_rich.py"))),
    ]


def _peer(name: str) -> list[str]:
    return [sys.executable, str(PEERS / name), "--help"]
