"""An import that is killed in the middle: the second run finishes it, nothing is twice, and one undo takes all back."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from casedesk.desk import importing, matters
from tests.support.clock import ManualClock
from tests.support.firm import local_firm

ROWS = 40


def test_killed_imports_are_finished_by_the_next_run(
    store_path: Path,
    tmp_path: Path,
    manual_clock: ManualClock,
    effort: Callable[[int, int], int],
    say: Callable[[str], None],
) -> None:
    firm = local_firm(store_path, manual_clock)
    desk, rng, landed = firm.desk(), random.Random(6), 0
    rounds = effort(2, 10)

    def count() -> int:
        return len(desk.read(matters.listing, limit=1000))

    for turn in range(rounds):
        sheet = tmp_path / f"list-{turn}.csv"
        sheet.write_text("client,type\n" + "".join(f"Kill {turn} {n},asylum\n" for n in range(ROWS)))
        before, stop = count(), rng.randrange(1, ROWS - 5)
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.import_child", firm.store, "mduarte", str(sheet)],
            stdout=subprocess.DEVNULL,
        )
        while count() < before + stop and child.poll() is None:
            pass
        child.kill()
        child.wait()
        there = count() - before
        landed += there < ROWS
        plan = desk.read(importing.planned, importing.read(sheet))
        done = importing.bring_in(desk, plan)
        assert (done.count("there"), done.count("new")) == (there, ROWS - there)
        assert count() == before + ROWS
        assert len(importing.undo(desk, str(done.batch)).withdrawn) == ROWS
    firm.close()
    assert landed == rounds, "every kill came before the end"
    say(f"{landed} imports of {ROWS} rows killed in the middle, each finished by the next run")
