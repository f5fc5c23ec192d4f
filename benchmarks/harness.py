"""How we measure: ours beside its floor, in one run, pair by pair.

Absolute times move by a factor of two within an hour on a shared machine; the ratio of two neighbours moves by a
tenth. So floor and ours alternate (and take turns at going first), each pair gives one ratio, and the median of those
ratios is the figure, with its minimum and maximum beside it.
"""

from __future__ import annotations

import compileall
import contextlib
import gc
import os
import subprocess
import sysconfig
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Generic, TypeVar

State = TypeVar("State")


class CannotMeasure(Exception):
    """A side did not run; one sentence says which and why."""


def _nothing(*_: object) -> Any:
    return None


@dataclass(frozen=True)
class Side(Generic[State]):
    """One of the two things compared.

    `set_up` runs once, outside the timing, and what it returns is handed to every `run` and to `tear_down`. `run`
    does `batch` operations; times are per operation. A `measured` side gives its own figure instead of being timed: seconds
    of a part of its run, or MiB. Each run of the same side finds what the last one left, so a
    side that needs a fresh start makes it in `before`, which runs untimed ahead of every `run`.
    """

    name: str
    run: Callable[[State], object]
    set_up: Callable[[], State] = _nothing
    before: Callable[[State], object] = _nothing
    tear_down: Callable[[State], object] = _nothing
    batch: int = 1
    measured: bool = False


@dataclass(frozen=True)
class Goal:
    """What the ratio should be: `at_most` for times (ours / floor), `at_least` for rates (floor / ours)."""

    bound: float
    rate: bool = False

    def met(self, ratio: float) -> bool:
        return ratio >= self.bound if self.rate else ratio <= self.bound

    def __str__(self) -> str:
        return f"{'>=' if self.rate else '<='} {self.bound:g} x"


@dataclass(frozen=True)
class Benchmark:
    """One row of the table. Without a goal it is there for reference."""

    id: str
    what: str
    floor: Side[Any]
    ours: Side[Any]
    goal: Goal | None = None
    pairs: int = 15
    unit: str = "s"


@dataclass(frozen=True)
class Row:
    """One measured benchmark; seconds (or MiB, by `unit`) are medians per operation, ratios come from the pairs."""

    id: str
    what: str
    floor: str
    ours: str
    floor_seconds: float
    ours_seconds: float
    ratio: float
    ratio_min: float
    ratio_max: float
    pairs: int
    goal: str | None
    met: bool | None
    unit: str = "s"


def measure(
    benchmark: Benchmark, *, pairs: int | None = None, timer: Callable[[], float] = time.perf_counter
) -> Row:
    """Runs the pairs, after one unmeasured run of each side. Raises CannotMeasure."""
    count = pairs or benchmark.pairs
    with _prepared(benchmark.floor) as floor_state, _prepared(benchmark.ours) as ours_state:

        def floor() -> float:
            return _time(benchmark.floor, floor_state, timer)

        def ours() -> float:
            return _time(benchmark.ours, ours_state, timer)

        floor()
        ours()
        seconds: list[tuple[float, float]] = []
        for index in range(count):
            if index % 2:
                second = ours()
                seconds.append((floor(), second))
            else:
                first = floor()
                seconds.append((first, ours()))
    rate = benchmark.goal is not None and benchmark.goal.rate
    ratios = [f / o if rate else o / f for f, o in seconds]
    middle = median(ratios)
    return Row(
        id=benchmark.id,
        what=benchmark.what,
        floor=benchmark.floor.name,
        ours=benchmark.ours.name,
        floor_seconds=median(f for f, _ in seconds),
        ours_seconds=median(o for _, o in seconds),
        ratio=middle,
        ratio_min=min(ratios),
        ratio_max=max(ratios),
        pairs=count,
        goal=str(benchmark.goal) if benchmark.goal else None,
        met=benchmark.goal.met(middle) if benchmark.goal else None,
        unit=benchmark.unit,
    )


@contextlib.contextmanager
def _prepared(side: Side[State]) -> Any:
    state = side.set_up()
    try:
        yield state
    finally:
        side.tear_down(state)


def _time(side: Side[State], state: State, timer: Callable[[], float]) -> float:
    side.before(state)
    gc.collect()
    start = timer()
    found = side.run(state)
    spent = timer() - start
    if side.measured:
        if not isinstance(found, float):
            raise CannotMeasure(f"{side.name} measured nothing.")
        return found
    return spent / side.batch


def process(name: str, argv: Sequence[str]) -> Side[None]:
    """A whole process, from fork to exit, its output thrown away; it must exit 0."""
    environment = clean_environment()

    def run(_: None) -> None:
        try:
            done = subprocess.run(
                argv, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
            )
        except OSError as error:
            raise CannotMeasure(f"{name} did not start: {error.strerror}.") from error
        if done.returncode:
            last = (done.stderr.decode(errors="replace").strip().splitlines() or ["it said nothing"])[-1]
            raise CannotMeasure(f"{name} exited {done.returncode}: {last}")

    return Side(name, run)


def clean_environment() -> dict[str, str]:
    """This process's environment without what slows or alters a Python start (`PYTHONDONTWRITEBYTECODE`, ...)."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}


def byte_compile() -> None:
    """Compiles the installed packages and ours, so that no start-up is measured while it compiles."""
    import casedesk

    paths = sysconfig.get_paths()
    for folder in {paths["purelib"], paths["platlib"], str(Path(str(casedesk.__file__)).parent)}:
        compileall.compile_dir(folder, quiet=2, workers=0)


def table(rows: Sequence[Row]) -> str:
    """The rows as text, one line each, columns aligned."""
    head = ("id", "what", "floor", "", "ours", "", "ratio", "min", "max", "goal", "")
    lines = [head, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    right = {3, 5, 6, 7, 8}
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _cells(row: Row) -> tuple[str, ...]:
    verdict = {True: "met", False: "MISSED", None: ""}[row.met]
    ratios = (f"{row.ratio:.2f}", f"{row.ratio_min:.2f}", f"{row.ratio_max:.2f}")
    said = _seconds if row.unit == "s" else lambda value: f"{value:.3g} {row.unit}"
    times = (row.floor, said(row.floor_seconds), row.ours, said(row.ours_seconds))
    return (row.id, row.what, *times, *ratios, row.goal or "reference", verdict)


def _seconds(value: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value / 1e-9:.3g} ns"
