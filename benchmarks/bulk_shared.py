"""A shared store with many tasks, put there by its owner in bulk: something to read from, not a history."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import psycopg
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, shared_firm
from tests.support.postgres import OwnedDb, PgServer

from casedesk.store.unit_of_work import micros

TASKS_A_MATTER = 10
GUARDED = 50
"""One matter in this many stands behind a wall; the reader is inside every other one of them."""

_LOAD = (
    "INSERT INTO client (id, ref, name, created_us) VALUES (1, 'C-BULK00', 'Ibarra, Rosa', {now})",
    "INSERT INTO matter (id, ref, type, caption, client_id, opened_us, guarded)"
    " SELECT 1000000000 + g, 'M-BULK-' || g, 'adjustment_of_status', 'Ibarra, Rosa ' || g, 1, {now},"
    " CASE WHEN g % {guarded} = 0 THEN 1 ELSE 0 END FROM generate_series(1, {matters}) g",
    "INSERT INTO matter_member (matter_id, person_id) SELECT 1000000000 + g,"
    " CASE WHEN g % {twice} = 0 THEN (SELECT id FROM person WHERE handle = 'mduarte')"
    " ELSE (SELECT id FROM person WHERE handle = 'jreyes') END"
    " FROM generate_series({guarded}, {matters}, {guarded}) g",
    "INSERT INTO task (id, ref, matter_id, kind, title, owner_id, due_us, created_us, state)"
    " SELECT 2000000000 + g, 'T-BULK-' || g, 1000000001 + g % {matters}, 'rfe.draft', 'Draft RFE response',"
    " (ARRAY(SELECT id FROM person WHERE kind = 'staff' ORDER BY handle))[1 + g % 7],"
    " {now} + (g * 7919::bigint % 1000003) * 1000000, {now},"
    " CASE WHEN g % 3 = 0 THEN 'new' WHEN g % 3 = 1 THEN 'in_progress' ELSE 'done' END"
    " FROM generate_series(1, {tasks}) g",
    "INSERT INTO task_item (id, task_id, position, code, text)"
    " SELECT 4000000000 + g, 2000000001 + g % {tasks}, 1 + g / {tasks}, 'i' || g / {tasks}, 'A step'"
    " FROM generate_series(0, {tasks} * 2 - 1) g",
)


@dataclass
class BulkStore:
    """One store of `tasks` tasks on a server of its own; `queries` run as its owner and as a paralegal."""

    tasks: int
    server: PgServer = field(init=False)
    owned: OwnedDb = field(init=False)
    firm: FirmFixture = field(init=False)

    def __post_init__(self) -> None:
        self.server = PgServer.start()
        self.server.execute("ALTER SYSTEM SET shared_buffers = '512MB'")
        self.owned = self.server.new_owner_database()
        self.firm = shared_firm(self.owned, ManualClock())
        self._load()

    def _load(self) -> None:
        values = {
            "now": micros(ManualClock().now()),
            "matters": self.tasks // TASKS_A_MATTER,
            "tasks": self.tasks,
            "guarded": GUARDED,
            "twice": GUARDED * 2,
        }
        tables = ("client", "matter", "matter_member", "task", "task_item")
        with psycopg.connect(self.owned.owner_url, autocommit=True) as conn:
            self._triggers(conn, tables, "DISABLE")
            for statement in _LOAD:
                conn.execute(statement.format(**values).encode())
            self._triggers(conn, tables, "ENABLE")
            conn.execute("VACUUM ANALYZE")

    @staticmethod
    def _triggers(conn: psycopg.Connection[Any], tables: tuple[str, ...], how: str) -> None:
        for table in tables:
            conn.execute(f"ALTER TABLE {table} {how} TRIGGER USER".encode())

    def close(self) -> None:
        self.firm.close()
        self.server.stop()
