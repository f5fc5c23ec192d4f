"""P7, the second half: a sweep of 100 due timers among a million, on each store, beside the very statements it runs, by
the bare driver, and beside the same sweep among a thousand; and a sweep with nothing due.

Every run is rolled back, on both sides, so that each finds what the last one found; the one commit a sweep ends with is
in neither.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import event
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, local_firm, shared_firm
from tests.support.postgres import PgServer

from benchmarks.harness import Benchmark, Goal, Side
from casedesk.desk import timers
from casedesk.desk.turn import Turn
from casedesk.store.unit_of_work import micros

DUE = 100
SIZES = (1_000, 1_000_000)
STORES = ("SQLite", "PostgreSQL")
NOTHING_DUE = 20
"""Sweeps with nothing due in one timed run."""

_TASKS = (
    "INSERT INTO task (id, ref, kind, title, owner_id, due_us, created_us, state) SELECT {base} + n, 'T-B' || n, 'call_back',"
    " 'Call back', (SELECT id FROM person WHERE handle = 'bcole'), {now} + 86400000000, {now}, 'in_progress' FROM ({due}) g"
)
_TIMERS = (
    "INSERT INTO timer (id, task_id, subject_id, chain, step, fire_at_us, condition, action, targets)"
    " SELECT {base} + n, CASE WHEN n <= {first} THEN {base} + n END, {base} + n, 'bulk', 1,"
    " CASE WHEN n <= {first} THEN {now} - n * 1000 ELSE {now} + 86400000000 + (n * 7919 % 1000003) * 1000000 END,"
    " 'incomplete', 'remind', '[\"task.owner\"]' FROM ({all}) g"
)


class _Back(Exception):
    """Ends a transaction, so that nothing of it stays."""


@dataclass
class Bulk:
    """A store with so many armed timers, a hundred of them due, and the statements of one sweep of theirs."""

    kind: str
    size: int
    due: int = DUE
    firm: FirmFixture = field(init=False)
    server: PgServer | None = None
    folder: tempfile.TemporaryDirectory[str] | None = None
    recorded: list[tuple[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        clock = ManualClock()
        if self.kind == "SQLite":
            self.folder = tempfile.TemporaryDirectory(prefix="casedesk-p7-")
            self.firm = local_firm(Path(self.folder.name) / "desk" / "firm.db", clock)
        else:
            self.server = PgServer.start()
            self.firm = shared_firm(self.server.new_owner_database(), clock)
        self._load(micros(clock.now()))
        self.worker = self.firm.desk("desk")
        self.worker.write(timers.sweep, 0)  # the first heartbeat
        self._record()

    def _load(self, now: int) -> None:
        values = {"base": 3_000_000_000, "now": now, "first": self.due}
        if self.firm.owned is None:
            series = (
                "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {}) SELECT n FROM s"
            )
            file = import_module("sqlcipher3.dbapi2").connect(self.firm.store, isolation_level=None)
            guards = file.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for name, _ in guards:
                file.execute(f"DROP TRIGGER {name}")
            self._insert(file.execute, series, values)
            for _, words in guards:
                file.execute(words)
            file.execute("ANALYZE")
            file.close()
            return
        with psycopg.connect(self.firm.owned.owner_url, autocommit=True) as owner:
            for how in ("DISABLE", "ENABLE"):
                if how == "ENABLE":
                    self._insert(
                        lambda words: owner.execute(words.encode()),
                        "SELECT generate_series(1, {}::bigint) AS n",
                        values,
                    )
                for table in ("task", "timer"):
                    owner.execute(f"ALTER TABLE {table} {how} TRIGGER USER".encode())
            owner.execute("VACUUM ANALYZE")

    def _insert(self, run: Callable[[str], Any], series: str, values: dict[str, int]) -> None:
        if self.due:
            run(_TASKS.format(**values, due=series.format(self.due)))
        run(_TIMERS.format(**values, all=series.format(self.size)))

    def sweep(self) -> None:
        """One sweep, rolled back."""

        def use_case(turn: Turn) -> None:
            swept = timers.sweep(turn, DUE)
            assert swept.fired == self.due
            turn.uow.flush_audit()
            raise _Back

        try:
            self.worker.store.write(lambda uow: use_case(Turn(uow, self.worker.house)))
        except _Back:
            return
        raise AssertionError("a sweep that is timed is taken back")

    def _record(self) -> None:
        """The statements of one sweep as the driver gets them, for it to run them again alone."""

        def keep(_conn: Any, _cursor: Any, words: str, values: Any, _context: Any, many: bool) -> None:
            if not words.startswith(("BEGIN", "ROLLBACK")):
                self.recorded.append((words, [dict(v) for v in values] if many else values))

        event.listen(self.worker.store.engine, "before_cursor_execute", keep)
        try:
            self.sweep()
        finally:
            event.remove(self.worker.store.engine, "before_cursor_execute", keep)

    def driver(self) -> Any:
        """A bare connection of the worker's, on which statements are begun and taken back by hand."""
        if self.firm.owned is None:
            return import_module("sqlcipher3.dbapi2").connect(self.firm.store, isolation_level=None)
        password = self.firm.passwords["desk"]
        return psycopg.connect(self.firm.owned.login_url("desk", password), autocommit=True)

    def replay(self, conn: Any) -> None:
        cursor = conn.cursor()
        cursor.execute("BEGIN IMMEDIATE" if self.firm.owned is None else "BEGIN")
        for words, values in self.recorded:
            if isinstance(values, list):
                cursor.executemany(words, values)
            else:
                cursor.execute(words, values)
            if cursor.description:
                cursor.fetchall()
        cursor.execute("ROLLBACK")

    def close(self) -> None:
        self.firm.close()
        if self.server is not None:
            self.server.stop()
        if self.folder is not None:
            self.folder.cleanup()


@cache
def _bulk(kind: str, size: int, due: int = DUE) -> Bulk:
    return Bulk(kind, size, due)


def benchmarks() -> list[Benchmark]:
    """On each store: beside its own statements, beside a thousand, and with nothing due."""
    return [row for kind in STORES for row in _rows(kind)]


def _rows(kind: str) -> list[Benchmark]:
    small, large = SIZES

    def sweeps(name: str, size: int, *, last: bool = False) -> Side[Any]:
        return Side(
            name,
            lambda bulk: bulk.sweep(),
            lambda: _bulk(kind, size),
            tear_down=(lambda bulk: bulk.close()) if last else _kept,
            batch=DUE,
        )

    raw: Side[Any] = Side(
        "its statements, bare",
        lambda state: state[0].replay(state[1]),
        lambda: (_bulk(kind, large), _bulk(kind, large).driver()),
        tear_down=lambda state: state[1].close(),
        batch=DUE,
    )
    nothing: Side[Any] = Side(
        "the look for what is due",
        _looks,
        lambda: _bulk(kind, large, 0),
        batch=NOTHING_DUE,
    )
    idle: Side[Any] = Side(
        "casedesk",
        _idle,
        lambda: _bulk(kind, large, 0),
        tear_down=lambda bulk: bulk.close(),
        batch=NOTHING_DUE,
    )
    what = f"a sweep of {DUE} due timers, each; {kind}, {large:,} armed"
    return [
        Benchmark("P7", what, raw, sweeps("casedesk", large), Goal(1.5)),
        Benchmark(
            "P7",
            what,
            sweeps(f"among {small:,}", small, last=True),
            sweeps(f"among {large:,}", large, last=True),
            Goal(1.25),
        ),
        Benchmark("P7", f"a sweep with nothing due; {kind}, {large:,} armed", nothing, idle),
    ]


def _kept(_: Any) -> None:
    """The next row measures on the same store."""


def _looks(bulk: Bulk) -> None:
    desk = bulk.worker
    for _ in range(NOTHING_DUE):
        desk.store.read(lambda uow: uow.all("timer.due_ids", now_us=uow.now_us, limit=DUE))


def _idle(bulk: Bulk) -> None:
    for _ in range(NOTHING_DUE):
        bulk.sweep()
