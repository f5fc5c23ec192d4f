"""P14: what the cipher costs: a queue's page, a batch of rows and an opening, on the same store plain and under a key.

Both sides are connections as the desk makes them, with its pragmas; the encrypted store is the plain one, put under a
key row by row. Opening should cost two milliseconds more at the most: the columns of times say it, not the ratio.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from tests.support.clock import ManualClock
from tests.support.firm import local_firm

from benchmarks.harness import Benchmark, Goal, Side
from casedesk.security.store_key import StoreKey
from casedesk.store import named, rekey, sqlite
from casedesk.store.unit_of_work import micros

TASKS = 100_000
TASKS_A_MATTER = 10
PAGES = 20
BATCH = 2_000
OPENINGS = 20

_LOAD = (
    "INSERT INTO client (id, ref, name, created_us) VALUES (1, 'C-BULK00', 'Ibarra, Rosa', :now)",
    "WITH RECURSIVE n(g) AS (SELECT 1 UNION ALL SELECT g + 1 FROM n WHERE g < :matters)"
    " INSERT INTO matter (id, ref, type, caption, client_id, opened_us)"
    " SELECT 1000000000 + g, 'M-BULK-' || g, 'adjustment_of_status', 'Ibarra, Rosa ' || g, 1, :now FROM n",
    "WITH RECURSIVE n(g) AS (SELECT 1 UNION ALL SELECT g + 1 FROM n WHERE g < :tasks),"
    " staff(seat, id) AS (SELECT row_number() OVER (ORDER BY handle) - 1, id FROM person WHERE kind = 'staff')"
    " INSERT INTO task (id, ref, matter_id, kind, title, owner_id, due_us, created_us, state)"
    " SELECT 2000000000 + g, 'T-BULK-' || g, 1000000001 + g % :matters, 'rfe.draft', 'Draft RFE response', staff.id,"
    " :now + (g * 7919 % 1000003) * 1000000, :now,"
    " CASE WHEN g % 3 = 0 THEN 'new' WHEN g % 3 = 1 THEN 'in_progress' ELSE 'done' END"
    " FROM n JOIN staff ON staff.seat = g % 7",
    "WITH RECURSIVE n(g) AS (SELECT 0 UNION ALL SELECT g + 1 FROM n WHERE g < :tasks * 2 - 1)"
    " INSERT INTO task_item (id, task_id, position, code, text)"
    " SELECT 4000000000 + g, 2000000001 + g % :tasks, 1 + g / :tasks, 'i' || (g / :tasks), 'A step' FROM n",
)


def benchmarks() -> list[Benchmark]:
    """The page and the batch against their goals, the opening for its times."""
    page = _row(f"task.mine, 50 of {TASKS:,} tasks", _page, PAGES, Goal(1.2))
    batch = _row(f"{BATCH:,} rows in one transaction", _batch, BATCH, Goal(0.7, rate=True))
    opening = _row("open, read a row, close", _open, OPENINGS, None)
    return [page, batch, opening]


@dataclass
class Pair:
    """The same store twice; `held` counts the sides that still use it."""

    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="p14-")))
    key: StoreKey = field(default_factory=StoreKey.new)
    numbers: Any = field(default_factory=count)
    held: int = 6

    def __post_init__(self) -> None:
        firm = local_firm(self.plain, ManualClock())
        firm.close()
        values = {
            "now": micros(ManualClock().now()),
            "matters": TASKS // TASKS_A_MATTER,
            "tasks": TASKS,
        }
        conn = sqlite.connect(self.plain)()
        # Only something to read from, not a history: what the guards ask of one does not matter here.
        for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            conn.execute(f"DROP TRIGGER {name}")
        for statement in _LOAD:
            conn.execute(statement, values if ":" in statement else ())
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        conn.close()
        shutil.copy(self.plain, self.keyed)
        rekey.rekey(self.keyed, None, self.key, lambda draft: None)
        both = [sqlite.connect(self.plain)(), sqlite.connect(self.keyed, self.key)()]
        for each in both:
            each.execute("ANALYZE")
            each.close()

    @property
    def plain(self) -> Path:
        return self.folder / "plain.db"

    @property
    def keyed(self) -> Path:
        return self.folder / "keyed.db"

    def creator(self, *, keyed: bool) -> Callable[[], Any]:
        return sqlite.connect(self.keyed, self.key) if keyed else sqlite.connect(self.plain)

    def let_go(self) -> None:
        self.held -= 1
        if not self.held:
            shutil.rmtree(self.folder)


@cache
def _pair() -> Pair:
    return Pair()


def _page(conn: Any, creator: Callable[[], Any]) -> None:
    (me,) = conn.execute("SELECT id FROM person WHERE handle = 'mduarte'").fetchone()
    words = named.words("task.mine", "sqlite")
    for _ in range(PAGES):
        assert len(conn.execute(words, {"owner_id": me, "limit": 50}).fetchall()) == 50


def _batch(conn: Any, creator: Callable[[], Any]) -> None:
    rows = [
        (5_000_000_000 + n, 2_000_000_001, 10 + n, f"n{n}")
        for n in (next(_pair().numbers) for _ in range(BATCH))
    ]
    conn.execute("BEGIN IMMEDIATE")
    conn.executemany(
        "INSERT INTO task_item (id, task_id, position, code, text) VALUES (?, ?, ?, ?, 'A step')", rows
    )
    conn.execute("COMMIT")


def _open(conn: Any, creator: Callable[[], Any]) -> None:
    for _ in range(OPENINGS):
        other = creator()
        other.execute("SELECT value FROM engine_meta WHERE key = 'schema'").fetchone()
        other.close()


def _row(
    what: str, act: Callable[[Any, Callable[[], Any]], None], batch: int, goal: Goal | None
) -> Benchmark:
    def side(name: str, *, keyed: bool) -> Side[Any]:
        def set_up() -> tuple[Any, Callable[[], Any]]:
            creator = _pair().creator(keyed=keyed)
            return creator(), creator

        def tear_down(state: tuple[Any, Callable[[], Any]]) -> None:
            state[0].close()
            _pair().let_go()

        return Side(name, lambda state: act(*state), set_up, tear_down=tear_down, batch=batch)

    return Benchmark("P14", what, side("plain", keyed=False), side("SQLCipher", keyed=True), goal)
