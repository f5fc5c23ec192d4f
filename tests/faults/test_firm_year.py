"""A firm's year in a fraction of a second: people at work, several workers, a crash at any statement; decided by a seed.

The clock is virtual, the store is a real one. A seed draws what people do, who is away, which worker sweeps, and before or
after which statement the process under way dies; what a dead process had begun is rolled back, as SQLite does it for one
that was killed (`test_kill_sweeps` kills real ones). After each sweep that came through, and at the year's end:

- nothing that is due is left, nothing fired before its moment, nothing fired twice: of each timer that fired there is one
  entry, of each that was cancelled none;
- each step of a chain was armed once, whoever the task was handed to meanwhile, and none is stopped while work goes on;
- each open task is with somebody who is there, or waits, not begun and not due, for somebody who comes back in time;
- the trail is one line.

`python -m tests.faults.test_firm_year SEED` tells a year act by act.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import event

from casedesk.bootstrap import open_store
from casedesk.desk import handover, people, tasks, trail
from casedesk.desk.apply import About, open_task
from casedesk.desk.desk import Desk
from casedesk.desk.house import House
from casedesk.desk.turn import Turn
from casedesk.refusal import Refusal
from casedesk.routing.chains import arm
from casedesk.routing.effects import OpenTask
from casedesk.store.unit_of_work import instant, micros
from tests.support.clock import ManualClock
from tests.support.firm import local_firm

HOUSE = House()
STAFF = ("mduarte", "bcole", "lchen", "aokafor", "tfinn", "inovak")
BEGIN = datetime(2026, 1, 5, 14, 0, tzinfo=UTC)
END = BEGIN + timedelta(days=365)
ROUNDS = 10
"""Stretches of a year; in each a few acts and a sweep."""
CRASHES = 0.4
"""How many of the transactions are begun by a process that dies somewhere in or after them."""


class Died(BaseException):
    """The process is gone: nothing catches it but whoever started it."""


@dataclass
class Year:
    """One seed's firm. `said` is what happened, for reading a seed that broke."""

    seed: int
    folder: Path
    loud: bool = False
    draw: random.Random = field(init=False)
    clock: ManualClock = field(init=False)
    said: list[str] = field(default_factory=list)
    deaths: int = 0
    _fuse: int = 0

    def __post_init__(self) -> None:
        self.draw = random.Random(self.seed)
        self.clock = ManualClock(BEGIN)
        path = self.folder / f"year-{self.seed}" / "firm.db"
        local_firm(path, self.clock)
        self.workers = [self._open(path, "desk") for _ in range(3)]
        self.people = self._open(path, "mduarte")

    def _open(self, path: Path, handle: str) -> Desk:
        store = open_store(str(path), handle, clock=self.clock)
        for moment in ("before_cursor_execute", "after_cursor_execute"):
            event.listen(store.engine, moment, self._burn)
        # What a power cut would lose is another test's question.
        event.listen(store.engine, "connect", lambda driver, _: driver.execute("PRAGMA synchronous=OFF"))
        return Desk(store, HOUSE)

    def _burn(self, *_: object) -> None:
        if self._fuse:
            self._fuse -= 1
            if not self._fuse:
                raise Died

    def as_(self, handle: str) -> Desk:
        return Desk(replace(self.people.store, handle=handle), HOUSE)

    def say(self, words: str) -> None:
        self.said.append(f"{self.clock.now():%a %d %b %H:%M}  {words}")
        if self.loud:
            sys.stdout.write(self.said[-1] + "\n")

    # -- one act, by a process that may die in it -----------------------------------------------------------------

    def act(self, what: str, do: Callable[[], Any], *, most: int) -> bool:
        """Does it once; whether it came through. `most`: about how many moments it has in which to die."""
        self._fuse = self.draw.randint(1, most) if self.draw.random() < CRASHES else 0
        try:
            done = do()
        except Died:
            self.deaths += 1
            self.say(f"{what}: died")
            return False
        except Refusal as refusal:
            self.say(f"{what}: {refusal.code}")
            return False
        finally:
            self._fuse = 0
        self.say(f"{what}: {getattr(done, 'status', '') or getattr(done, 'fired', 'done')}")
        return True

    def sweep(self) -> None:
        """Workers sweep until one comes through, as they do: whoever dies is followed by another."""
        for worker in self.draw.sample(self.workers, 2):
            if self.act("sweep", worker.sweep, most=160):
                break
        else:
            self.act_surely("sweep", self.workers[0].sweep)
        self.hold()

    def act_surely(self, what: str, do: Callable[[], Any]) -> None:
        self.say(f"{what}: {do().fired} fired")

    # -- the year ---------------------------------------------------------------------------------------------------

    def live(self) -> None:
        for step in range(ROUNDS):
            for _ in range(self.draw.randint(1, 4)):
                self.clock.advance(minutes=self.draw.randint(1, 300))
                self._something()
            if self.draw.random() < 0.5 or not self._to_just_before_the_next():
                left = (END - self.clock.now()).total_seconds() / (ROUNDS - step)
                self.clock.advance(seconds=left * self.draw.choice((0.2, 1, 2.5)) if left > 0 else 60)
            self.sweep()
        self.clock.set(max(self.clock.now(), END) + timedelta(days=60))
        self.act_surely("sweep", self.workers[0].sweep)
        self.hold()
        assert self.people.read(trail.verify).ok, self.told()
        for desk in (*self.workers, self.people):
            desk.close()

    def _to_just_before_the_next(self) -> bool:
        """To a second before a timer is due, the moment at which one that is early shows; whether there is such one."""
        nxt = self.people.read(lambda turn: turn.uow.scalar("timer.next"))
        if nxt is None or nxt < micros(self.clock.now()) + 2_000_000:
            return False
        self.clock.set(instant(nxt) - timedelta(seconds=1))
        return True

    def _something(self) -> None:
        work = self.people.read(open_tasks)
        if not work or self.draw.random() < 0.35:
            owner = self.draw.choice(STAFF)
            plan = (self.draw.choice(("default", "triage")), self.draw.choice((None, 4, 9, 40)))
            self.act(f"a task for {owner}", lambda: self.as_("inovak").write(opened, owner, *plan), most=60)
            return
        ref, owner, _ = self.draw.choice(work)
        other = self.draw.choice([p for p in STAFF if p != owner])
        me = self.as_(owner)
        soon = (self.clock.now() + timedelta(days=self.draw.randint(1, 30))).date()
        acts: dict[str, Callable[[], Any]] = {
            "ack": lambda: me.write(tasks.acknowledge, ref),
            "start": lambda: me.write(tasks.start, ref),
            "wait": lambda: me.write(tasks.wait, ref, on="client", wake=soon),
            "hold": lambda: self.as_("inovak").write(tasks.hold, ref, reason="later"),
            "hand off": lambda: me.write(tasks.hand_off, ref, to=other, note="go on"),
            "reassign": lambda: self.as_("inovak").write(tasks.reassign, ref, to=other, reason="load"),
            "complete": lambda: me.write(tasks.complete, ref),
            "undo": lambda: me.write(tasks.undo, ref),
            "away": lambda: me.write(
                people.absence,
                owner,
                soon,
                soon + timedelta(days=self.draw.randint(0, 20)),
                cover=self.draw.choice((None, other)),
            ),
            "back": lambda: self.as_("inovak").write(handover.back, owner),
        }
        what = self.draw.choice(list(acts))
        self.act(f"{owner}: {what} {ref}", acts[what], most=60)

    # -- what must hold ---------------------------------------------------------------------------------------------

    def hold(self) -> None:
        problems = self.people.read(wrong)
        assert not problems, self.told(*problems)

    def told(self, *problems: str) -> str:
        return "\n".join((f"seed {self.seed}:", *problems, *self.said[-25:]))


def opened(turn: Turn, owner: str, chain: str, agency_in: int | None) -> None:
    """A task with a chain of the firm's own, armed as the rules arm it."""
    agency = None if agency_in is None else turn.today + timedelta(days=agency_in)
    planned = arm(
        turn.house.library.chains[chain],
        turn.now,
        calendar=turn.calendar,
        acknowledge=True,
        agency_due=agency,
        internal_due=None if agency is None else agency - timedelta(days=3),
    )
    window = turn.calendar.add_days(turn.now, 1)
    effect = OpenTask(
        key="call",
        kind="call_back",
        title="Call back",
        playbook=None,
        playbook_version=None,
        step=None,
        owner=turn.person(owner).id,
        owner_reason="for the year",
        candidates=(),
        acknowledge_by=window,
        due=turn.calendar.add_days(turn.now, 5),
        internal_due=None,
        agency_due=agency,
        reserved=False,
        hours=0.5,
        items=(),
        timers=planned,
    )
    open_task(turn, effect, About(event_id=0, subject="year"))


def open_tasks(turn: Turn) -> list[tuple[str, str, str]]:
    rows = turn.uow.all("task.everybodys", after_us=-1, after_id=0, limit=50)
    return [(row.ref, turn.handle(row.owner_id), row.state) for row in rows]


def wrong(turn: Turn) -> list[str]:
    """What does not hold now; the store is read past the desk."""
    out: list[str] = []

    def look(what: str, sql: str) -> None:
        rows = turn.uow.conn.exec_driver_sql(sql.replace(":now", str(turn.now_us))).all()
        out.extend(f"{what}: {tuple(row)}" for row in rows[:3])

    look("left behind", "SELECT * FROM timer WHERE state = 'armed' AND fire_at_us <= :now")
    look("early", "SELECT * FROM timer WHERE state = 'fired' AND fired_us < fire_at_us")
    look(
        "armed twice",
        "SELECT subject_id, chain, step, count(*) FROM timer WHERE chain <> 'wake' GROUP BY 1, 2, 3 HAVING count(*) > 1",
    )
    entries = (
        "SELECT count(*) FROM audit a WHERE a.subject = k.ref AND a.action LIKE 'escalation.%' AND"
        " json_extract(a.payload, '$.chain') = t.chain AND json_extract(a.payload, '$.step') = t.step"
    )
    look(
        "not once",
        f"SELECT * FROM (SELECT k.ref, t.chain, t.step, t.state, ({entries}) AS n FROM timer t JOIN task k ON k.id = t.task_id"
        " WHERE t.chain <> 'wake') WHERE n <> (CASE state WHEN 'fired' THEN 1 ELSE 0 END)",
    )
    look(
        "stopped for good",
        "SELECT k.ref, t.chain, t.step FROM timer t JOIN task k ON k.id = t.task_id WHERE t.outcome = 'paused'"
        " AND (k.state IN ('acknowledged', 'in_progress') AND t.condition = 'incomplete' OR k.state = 'new')",
    )
    look(
        "a fork",
        "SELECT stream, seq FROM audit a WHERE seq > 1 AND NOT EXISTS (SELECT 1 FROM audit b WHERE b.stream = a.stream"
        " AND b.seq = a.seq - 1 AND b.hash = a.prev)",
    )
    for row in turn.uow.all("task.everybodys", after_us=-1, after_id=0, limit=500):
        owner = turn.people[row.owner_id]
        if owner.present or not any(p.present for p in turn.people.values()):
            continue
        assert owner.away_until is not None
        back = turn.calendar.end_of_business(owner.away_until)
        if row.state == "in_progress" or row.due_us <= micros(back):
            out.append(f"with nobody who is there: {row.ref}, {owner.handle} away until {owner.away_until}")
    return out


def test_a_firms_year(tmp_path: Path, effort: Callable[[int, int], int], say: Callable[[str], None]) -> None:
    seeds = range(effort(50, 1000))
    deaths = 0
    for seed in seeds:
        with TemporaryDirectory(dir=tmp_path) as folder:
            year = Year(seed, Path(folder))
            year.live()
            deaths += year.deaths
    assert deaths > len(seeds)
    say(
        f"Seeds 0 to {seeds[-1]}: {deaths} deaths, each timer fired once or was cancelled, nothing early, nothing lost"
    )


if __name__ == "__main__":
    with TemporaryDirectory() as place:
        Year(int(sys.argv[1]), Path(place), loud=True).live()
