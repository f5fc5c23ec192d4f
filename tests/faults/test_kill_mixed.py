"""Two people at work, `kill -9` in the middle: what was acknowledged stays, nothing is without its entry, nothing twice.

Acknowledgements, ticks, papers, sign-offs and shipments by processes of their own on one store; and, on PostgreSQL, the
server itself crashing under four of them.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from casedesk.desk import papers, tasks, trail
from casedesk.desk.reading import prepare_bytes
from tests.faults.conftest import Outside
from tests.faults.receiving import notices, problems
from tests.support.backups import back_up, restore_shared
from tests.support.firm import FirmFixture
from tests.support.postgres import PgServer, PgUnavailable
from tests.support.rfe import Rfe, sqlite_stage

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9 and fork are POSIX.")

ROOT = Path(__file__).parents[2]

ONE_EACH = {
    "a paper": (
        "SELECT count(*) FROM document WHERE origin = 'received'",
        "SELECT count(*) FROM audit WHERE action = 'document.received'",
    ),
    "a task acknowledged": (
        "SELECT count(*) FROM task WHERE acknowledged_us IS NOT NULL",
        "SELECT count(DISTINCT subject) FROM audit WHERE action IN ('task.acknowledged', 'task.started', 'task.done')",
    ),
    "a sign-off": (
        "SELECT count(*) FROM sign_off",
        "SELECT count(*) FROM audit WHERE action = 'packet.signed_off'",
    ),
    "a filing": ("SELECT count(*) FROM filing", "SELECT count(*) FROM audit WHERE action LIKE 'filing.%'"),
    "a task opened": ("SELECT count(*) FROM task", "SELECT count(*) FROM audit WHERE action = 'task.opened'"),
    "a gesture": (
        "SELECT count(*) FROM event WHERE request_id LIKE 'ack %' OR request_id LIKE 'tick %'",
        "SELECT count(DISTINCT request_id) FROM event WHERE request_id LIKE 'ack %' OR request_id LIKE 'tick %'",
    ),
}
"""Two counts that stay as far apart as they are, as long as no act is without its entry, and no entry without its act."""


GONE = ("!store_unreachable;", "!login_refused;")
"""What a person is told while the server is down."""


@dataclass
class Floor:
    """A store at the stage of its sign-off, with papers to come in and tasks to work on, and who does what."""

    outside: Outside
    rfe: Rfe
    apart: dict[str, int] = field(default_factory=dict)
    work: dict[str, list[list[str]]] = field(default_factory=dict)
    papers: dict[str, Any] = field(default_factory=dict)

    def lay_out(self, *, papers_in: int, papers_to_come: int) -> None:
        """Work for four people: every act is one that its person may do now, in any order but for the shipping."""
        desk = self.outside.firm.desk("mduarte")
        held = notices(self.outside, papers_in + papers_to_come)
        acks, ticks = list[list[str]](), list[list[str]]()
        for paper in held[:papers_in]:
            got = self.outside.firm.desk("tfinn").write(
                papers.receive, prepare_bytes(paper.path.read_bytes(), paper.path.name)
            )
            intake = next(t["ref"] for t in got.tasks if t["kind"] == "rfe_intake")
            acks.append(["ack", intake])
            ticks += [["tick", intake, item.id] for item in desk.read(tasks.show, intake).checklist]
        self.papers = {str(paper.path): paper for paper in held[papers_in:]}
        self.apart = self._apart()
        self.work = {
            "mduarte": acks + ticks,
            "tfinn": [["receive", path] for path in self.papers],
            "aokafor": [["sign", self.rfe.reviews["signoff"], self.rfe.matter]],
            "bcole": [["ship", self.rfe.packet]],
        }

    def order(self, who: str, kill: int) -> dict[str, Any]:
        return {
            "who": who,
            "now": self.outside.firm.clock.now().isoformat(),
            "kill": kill,
            "acts": self.work[who],
        }

    def done(self, act: list[str]) -> bool:
        """Whether the record holds this act."""
        kind, *names = act
        if kind == "receive":
            return bool(
                self.outside.rows(f"SELECT 1 FROM document WHERE sha256 = '{self.papers[names[0]].sha256}'")
            )
        if kind in ("sign", "ship"):
            return bool(self.outside.rows(f"SELECT 1 FROM {'sign_off' if kind == 'sign' else 'filing'}"))
        if kind == "ack":
            return bool(
                self.outside.rows(
                    f"SELECT 1 FROM task WHERE ref = '{names[0]}' AND acknowledged_us IS NOT NULL"
                )
            )
        return bool(
            self.outside.rows(
                f"SELECT 1 FROM task_item i JOIN task t ON t.id = i.task_id WHERE t.ref = '{names[0]}'"
                f" AND i.code = '{names[1]}' AND i.state = 'done'"
            )
        )

    def settle(self, who: str, told: str) -> int:
        """Hold the record against what the process was told before it ended; leaves the work that is still to do."""
        acts, at, acknowledged = self.work[who], 0, 0
        left: list[list[str]] = []
        for end in told.split("<")[1:]:
            act, at = acts[at], at + 1
            if end == ">":
                assert self.done(act), f"acknowledged and lost: {act}"
                acknowledged += 1
                continue
            if end not in ("", "!commit_in_doubt;"):
                # Somebody was told that nothing was written. The shipping waits for the sign-off; else only a server
                # that is gone refuses anybody anything here.
                assert act[0] == "ship" or end in GONE, (act, end)
                assert not self.done(act), f"refused and done: {act}"
            if not self.done(act):
                left.append(act)
        self.work[who] = left + acts[at:]
        return acknowledged

    def hold(self) -> None:
        """No act without its entry, no entry without its act, nothing twice."""
        assert self._apart() == self.apart
        for paper in self.papers.values():
            assert problems(self.outside, paper) == []

    def _apart(self) -> dict[str, int]:
        return {
            what: self.outside.rows(acts)[0][0] - self.outside.rows(entries)[0][0]
            for what, (acts, entries) in ONE_EACH.items()
        }

    def close(self) -> None:
        self.hold()
        assert self.outside.whole()
        verdict = self.outside.firm.desk("inovak").read(trail.verify)
        assert verdict.ok, verdict.first_bad


@contextmanager
def nursery(outside: Outside) -> Iterator[Callable[[dict[str, Any]], dict[str, Any]]]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.mixed_child", outside.firm.store],
        cwd=ROOT,
        env=outside.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        told, heard = process.stdin, process.stdout

        def ask(order: dict[str, Any]) -> dict[str, Any]:
            told.write(json.dumps(order) + "\n")
            told.flush()
            return dict(json.loads(heard.readline()))

        try:
            yield ask
        finally:
            told.close()


@dataclass
class Floors:
    """Stores at the sign-off, one after the other: copies of a file, or of a database into which it was restored."""

    folder: Path
    server: PgServer | None = None
    template: FirmFixture | None = None
    rfe: Rfe | None = None
    opened: list[Outside] = field(default_factory=list)

    def another(self) -> Floor:
        folder = self.folder / f"floor-{len(self.opened)}"
        folder.mkdir(mode=0o700)
        rfe = sqlite_stage("signoff", folder)
        if self.server is not None:
            rfe = self._on_the_server(rfe)
        self.opened.append(Outside(rfe.firm, folder, self.server))
        return Floor(self.opened[-1], rfe)

    def _on_the_server(self, rfe: Rfe) -> Rfe:
        assert self.server is not None
        if self.template is None:
            back_up(rfe.firm, self.folder / "floor.age")
            rfe.firm.close()
            empty = self.server.new_owner_database()
            self.template, _ = restore_shared(self.folder / "floor.age", empty, rfe.firm.clock)
        assert self.template.owned is not None
        owned = self.server.clone(self.template.owned)
        return rfe.on(replace(self.template, store=owned.url, clock=rfe.firm.clock, owned=owned, _desks={}))

    def close(self) -> None:
        for outside in self.opened:
            outside.close()
            if self.server is not None and outside.firm.owned is not None:
                self.server.drop(outside.firm.owned)
        if self.server is not None and self.template is not None and self.template.owned is not None:
            self.server.drop(self.template.owned)


@pytest.fixture(params=["sqlite", "postgresql"])
def floors(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Floors]:
    made = Floors(tmp_path, None if request.param == "sqlite" else request.getfixturevalue("pg_server"))
    yield made
    made.close()


@pytest.fixture
def crashing(tmp_path: Path) -> Iterator[Floors]:
    """On a server of its own, which may crash."""
    try:
        server = PgServer.start()
    except PgUnavailable as error:
        pytest.fail(str(error), pytrace=False)
    yield Floors(tmp_path, server)
    server.stop()


def test_people_at_work_killed(
    floors: Floors, effort: Callable[[int, int], int], say: Callable[[str], None]
) -> None:
    tries = effort(4, 200)
    draw = random.Random(20261109)
    killed = acknowledged = rounds = 0
    while killed < tries:
        floor = floors.another()
        floor.lay_out(papers_in=effort(1, 2), papers_to_come=effort(2, 4))
        rounds += 1
        with nursery(floor.outside) as one, nursery(floor.outside) as other:
            while killed < tries and any(floor.work.values()):
                busy = sorted(who for who, acts in floor.work.items() if acts)
                orders = {
                    who: floor.order(who, draw.randint(1, 120))
                    for who in draw.sample(busy, min(2, len(busy)))
                }
                for who, end in _at_once(orders, (one, other)).items():
                    assert end["killed"] in (0, signal.SIGKILL), end
                    killed += end["killed"] == signal.SIGKILL
                    acknowledged += floor.settle(who, end["told"])
                _gone(floor.outside, list(orders))
                floor.hold()
        floor.close()
        floor.outside.close()
    kind = "SQLite" if floors.server is None else "PostgreSQL"
    say(
        f"{kind}: {killed} kills in {rounds} stores, {acknowledged} acts acknowledged: 0 lost, 0 without entry, 0 twice"
    )


def _at_once(
    orders: dict[str, dict[str, Any]], nurseries: tuple[Callable[[dict[str, Any]], dict[str, Any]], ...]
) -> dict[str, dict[str, Any]]:
    """Two people at work side by side; how each ended."""
    with ThreadPoolExecutor(len(orders)) as pool:
        ends = pool.map(lambda pair: pair[1](pair[0]), zip(orders.values(), nurseries, strict=False))
        return dict(zip(orders, ends, strict=True))


def _gone(outside: Outside, people: list[str]) -> None:
    """Waits until the server has noticed that the killed ones are gone, as it does within milliseconds."""
    if outside.server is None:
        return
    names = ", ".join(f"'{who}'" for who in people)
    sql = (
        f"SELECT 1 FROM pg_stat_activity WHERE usename IN ({names}) AND datname = current_database()"
        " AND application_name = 'casedesk' AND state <> 'idle'"
    )
    while outside.rows(sql):
        time.sleep(0.005)


def test_the_server_crashes_under_four_people(
    crashing: Floors, effort: Callable[[int, int], int], say: Callable[[str], None]
) -> None:
    """Each at work in a process of their own when the server stops as in a crash; then it starts again."""
    tries = effort(1, 20)
    draw = random.Random(7)
    acknowledged = 0
    server = crashing.server
    assert server is not None
    for _ in range(tries):
        floor = crashing.another()
        floor.lay_out(papers_in=effort(1, 2), papers_to_come=effort(2, 4))
        floor.outside.close()  # a crash cuts every connection
        floor.outside.forget()
        heard = threading.Semaphore(0)
        with _workers(floor, heard) as ends:
            for _ in range(draw.randint(1, 5)):  # so many acts acknowledged, of all four together
                assert heard.acquire(timeout=120)
            server.stop_immediate()
        server.restart()
        for who, told in ends.items():
            acknowledged += floor.settle(who, told)
            floor.hold()
        # What was under way is done again, and is there once.
        with nursery(floor.outside) as ask:
            for who in ("mduarte", "tfinn", "aokafor", "bcole"):
                end = ask(floor.order(who, 1_000_000))
                assert end["killed"] == 0
                floor.settle(who, end["told"])
        assert not any(floor.work.values()), floor.work
        floor.close()
        floor.outside.close()
        floor.outside.forget()
    say(
        f"PostgreSQL: {tries} crashes, {acknowledged} acts acknowledged before them: 0 lost, 0 without entry, 0 twice"
    )


@contextmanager
def _workers(floor: Floor, heard: threading.Semaphore) -> Iterator[dict[str, str]]:
    """A process for each person, doing their work until the server is gone; what each was told, once all have ended."""
    script = (
        "import json, sys; from tests.faults import mixed_child as m;"
        " m.work(sys.argv[1], json.loads(sys.stdin.readline()), 1)"
    )
    processes = {
        who: subprocess.Popen(
            [sys.executable, "-c", script, floor.outside.firm.store],
            cwd=ROOT,
            env=floor.outside.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        for who in floor.work
    }
    told = dict.fromkeys(processes, "")

    def listen(who: str) -> None:
        out = processes[who].stdout
        assert out is not None
        while byte := out.read(1):
            told[who] += byte.decode()
            if byte == b">":
                heard.release()

    for who, process in processes.items():
        assert process.stdin is not None
        process.stdin.write(json.dumps(floor.order(who, 0)).encode() + b"\n")
        process.stdin.flush()
    listeners = [threading.Thread(target=listen, args=(who,)) for who in processes]
    for listener in listeners:
        listener.start()
    try:
        yield told
    finally:
        for process in processes.values():
            process.wait()
        for listener in listeners:
            listener.join()
        for process in processes.values():
            for end in (process.stdin, process.stdout):
                assert end is not None
                end.close()


def test_the_same_request_twice_is_one_act(floors: Floors) -> None:
    """What the counts above rest on: a paper again, a gesture again with its request id."""
    floor = floors.another()
    floor.lay_out(papers_in=1, papers_to_come=1)
    with nursery(floor.outside) as ask:
        for who in ("mduarte", "tfinn"):
            assert ask(floor.order(who, 1_000_000))["killed"] == 0
        once = floor.outside.counts()
        for who in ("mduarte", "tfinn"):
            assert ask(floor.order(who, 1_000_000))["killed"] == 0
    assert floor.outside.counts() == once
