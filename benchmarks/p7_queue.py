"""P7: the first page of a queue under row policies, beside the same statement as the owner, whom no policy binds.

Both sides run the desk's own named statement on one store, the paralegal through her own login. One matter in fifty is
behind a wall; she is inside half of those.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import psycopg

from benchmarks.bulk_shared import BulkStore
from benchmarks.harness import Benchmark, Goal, Side
from casedesk.store import named

SIZES = ((100_000, 2.0), (1_000_000, 4.0))
PAGES = 20
"""Pages in one timed run."""


def benchmarks() -> list[Benchmark]:
    """A person's own page and the firm's page, at both sizes; the store of a size is made once."""
    return [
        _row(tasks, bound, name, last=(tasks, name) == (SIZES[-1][0], "task.everybodys"))
        for tasks, bound in SIZES
        for name in ("task.mine", "task.everybodys")
    ]


@cache
def _store(tasks: int) -> BulkStore:
    return BulkStore(tasks)


def _row(tasks: int, bound: float, name: str, *, last: bool) -> Benchmark:
    def open_as(login: str) -> Callable[[], psycopg.Connection[Any]]:
        def connect() -> psycopg.Connection[Any]:
            store = _store(tasks)
            if login == "owner":
                return psycopg.connect(store.owned.owner_url, autocommit=True)
            password = store.firm.passwords[login]
            return psycopg.connect(store.owned.login_url(login, password), autocommit=True)

        return connect

    def page(conn: psycopg.Connection[Any]) -> None:
        words = named.words(name, "postgresql")
        store = _store(tasks)
        me = store.firm.desk("mduarte").read(lambda turn: turn.actor.id)
        values = {"owner_id": me, "limit": 50, "after_us": -1, "after_id": 0}
        for _ in range(PAGES):
            assert len(conn.execute(words.encode(), values).fetchall()) == 50

    def close(conn: psycopg.Connection[Any]) -> None:
        conn.close()

    def close_all(conn: psycopg.Connection[Any]) -> None:
        conn.close()
        if last:
            for size, _ in SIZES:
                _store(size).close()

    what = f"{name.partition('.')[2]}, 50 of {tasks:,} tasks"
    floor: Side[Any] = Side("no policy", page, open_as("owner"), tear_down=close_all, batch=PAGES)
    ours: Side[Any] = Side("under policies", page, open_as("mduarte"), tear_down=close, batch=PAGES)
    return Benchmark("P7", what, floor, ours, Goal(bound))
