"""The harness gives the ratio of neighbours, whatever the machine does meanwhile."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from benchmarks.__main__ import main
from benchmarks.harness import Benchmark, CannotMeasure, Goal, Side, measure, process, table


class Machine:
    """A pretended machine: work takes as long as it is told, and the whole machine slows down as it goes."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slowness = 1.0
        self.log: list[str] = []

    def work(self, name: str, seconds: float) -> Callable[[object], None]:
        def run(_: object) -> None:
            self.log.append(name)
            self.now += seconds * self.slowness
            self.slowness *= 1.1

        return run


def test_ratio_is_the_median_of_interleaved_pairs() -> None:
    machine = Machine()
    bench = Benchmark(
        "X", "x", Side("floor", machine.work("f", 1)), Side("ours", machine.work("o", 3)), pairs=8
    )
    row = measure(bench, timer=lambda: machine.now)
    assert machine.log == ["f", "o"] + ["f", "o", "o", "f"] * 4
    assert row.ratio == pytest.approx(3.0, rel=0.05)
    assert row.ratio_min == pytest.approx(3 / 1.1)
    assert row.ratio_max == pytest.approx(3 * 1.1)
    assert row.met is None


def test_batches_states_and_rates() -> None:
    machine = Machine()
    done: list[str] = []
    ours = Side[list[str]](
        "ours",
        run=lambda state: machine.work("o", 20)(state),
        set_up=lambda: done,
        before=lambda state: state.append("before"),
        tear_down=lambda state: state.append("down"),
        batch=10,
    )
    bench = Benchmark("X", "x", Side("floor", machine.work("f", 1)), ours, Goal(0.4, rate=True), pairs=2)
    row = measure(bench, timer=lambda: machine.now)
    assert done == ["before", "before", "before", "down"]
    assert row.ratio == pytest.approx(0.5, rel=0.05)
    assert row.met is True
    assert row.goal == ">= 0.4 x"
    assert "met" in table([row])


@pytest.mark.parametrize(
    ("goal", "met"), [(Goal(2.9), False), (Goal(3.1), True), (Goal(0.5, rate=True), False)]
)
def test_goals(goal: Goal, met: bool) -> None:
    assert goal.met(3.0 if not goal.rate else 0.3) is met


def test_a_process_that_fails_is_not_a_figure() -> None:
    side = process("broken", [sys.executable, "-c", "import sys; sys.exit('no store')"])
    with pytest.raises(CannotMeasure, match="broken exited 1: no store"):
        side.run(None)


def test_an_unknown_id_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["P99"])
    assert stop.value.code == 2
    assert "there is no benchmark P99; there are P1" in capsys.readouterr().err
