"""Several workers, killed in their sweeps, and the server crashing under them: no timer is lost, none fires twice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest

from casedesk.desk import trail
from tests.faults.conftest import Outside
from tests.faults.test_exactly_once import ROOT, WORKER, unacknowledged
from tests.support.clock import ManualClock
from tests.support.firm import shared_firm
from tests.support.postgres import PgServer, PgUnavailable

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9 and fork are POSIX.")


@dataclass
class Workers:
    """A nursery of workers on one store."""

    to: IO[bytes]
    back: IO[bytes]

    def begin(self, fuses: list[int], *, kill: bool) -> None:
        self.to.write(json.dumps({"fuses": fuses, "kill": kill}).encode() + b"\n")
        self.to.flush()

    def end(self) -> list[int]:
        """How each ended, once all have."""
        return [int(n) for n in json.loads(self.back.readline().lstrip(b"."))]


@contextmanager
def workers(outside: Outside) -> Iterator[Workers]:
    now = outside.firm.clock.now().isoformat()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.sweep_nursery", outside.firm.store, WORKER, now],
        cwd=ROOT,
        env=outside.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Workers(process.stdin, process.stdout)
        finally:
            process.stdin.close()


def armed(outside: Outside) -> int:
    return int(outside.rows("SELECT count(*) FROM timer WHERE state = 'armed'")[0][0])


def each_fired_once(outside: Outside, due: int) -> None:
    assert outside.rows("SELECT state, count(*) FROM timer GROUP BY state") == [("fired", due)]
    once = "SELECT subject FROM audit WHERE action = '{}' GROUP BY subject HAVING count(*) = 1"
    for action in ("task.escalated", "escalation.reassign"):
        assert len(outside.rows(once.format(action))) == due
        assert outside.rows(f"SELECT count(*) FROM audit WHERE action = '{action}'") == [(due,)]
    lines = outside.rows("SELECT body FROM outbox WHERE about IN ('reassign', 'alarm', 'digest')")
    assert sum(len(body.splitlines()) if body else 1 for (body,) in lines) == due
    assert outside.firm.desk("inovak").read(trail.verify).ok


def test_workers_killed_in_their_sweeps(
    outside: Outside, effort: Callable[[int, int], int], say: Callable[[str], None]
) -> None:
    due, kills, at_once = effort(90, 2000), effort(4, 30), effort(3, 8)
    outside.firm.desk("inovak").write(unacknowledged, due)
    draw = random.Random(20261110)
    killed = 0
    with workers(outside) as nursery:
        while killed < kills and armed(outside):
            nursery.begin([draw.randint(1, 200) for _ in range(at_once)], kill=True)
            ends = nursery.end()
            assert set(ends) <= {0, signal.SIGKILL}, ends
            killed += ends.count(signal.SIGKILL)
        assert killed >= kills
        while armed(outside):
            nursery.begin([0] * at_once, kill=False)
            assert set(nursery.end()) == {0}
    each_fired_once(outside, due)
    kind = "SQLite" if outside.server is None else "PostgreSQL"
    say(f"{kind}: {due} due, {at_once} workers, {killed} kills: 0 lost, 0 twice")


@pytest.fixture
def crashing(tmp_path: Path) -> Iterator[Outside]:
    """A firm on a server of its own, which may crash."""
    try:
        server = PgServer.start()
    except PgUnavailable as error:
        pytest.fail(str(error), pytrace=False)
    firm = shared_firm(server.new_owner_database(), ManualClock())
    made = Outside(firm, tmp_path, server)
    yield made
    made.close()
    server.stop()


def test_the_server_crashes_in_the_middle_of_sweeps(
    crashing: Outside, effort: Callable[[int, int], int], say: Callable[[str], None]
) -> None:
    tries, at_once = effort(2, 20), effort(2, 4)
    due = left = 0
    draw = random.Random(20261111)
    assert crashing.server is not None
    for _ in range(tries):
        due += 40
        crashing.firm.desk("inovak").write(unacknowledged, 40)
        crashing.firm.close()  # a crash cuts every connection
        crashing.close()
        crashing.forget()
        with workers(crashing) as nursery:
            nursery.begin([draw.randint(20, 200) for _ in range(at_once)], kill=False)
            assert nursery.back.read(1) == b"."
            crashing.server.stop_immediate()
            nursery.end()
        crashing.server.restart()
        left += armed(crashing)
        with workers(crashing) as nursery:
            while armed(crashing):
                nursery.begin([0] * at_once, kill=False)
                nursery.end()
        each_fired_once(crashing, due)
    assert left  # it did crash in the middle
    say(
        f"PostgreSQL: {tries} crashes under {at_once} workers, {due} due, {left} left by them: 0 lost, 0 twice"
    )
