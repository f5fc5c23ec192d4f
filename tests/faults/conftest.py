"""A firm on both stores as other processes meet it: by the command line, and by SQL from outside."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, local_firm, shared_firm
from tests.support.postgres import PgServer


def sqlite_driver() -> Any:
    """The driver the local store uses; its module says nothing of its types."""
    return import_module("sqlcipher3.dbapi2")


UNCOUNTED = frozenset({"heartbeat", "seen", "alembic_version"})


@dataclass
class Outside:
    """One firm's store seen without the desk: what a second program, the driver and the superuser see."""

    firm: FirmFixture
    folder: Path
    server: PgServer | None
    _tables: list[str] = field(default_factory=list)
    _connection: Any = None

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Runs one statement past every policy, outside any transaction."""
        if self._connection is None:
            self._connection = self._connect()
        return list(self._connection.execute(sql).fetchall())

    def _connect(self) -> Any:
        if self.server is not None and self.firm.owned is not None:
            import psycopg

            return psycopg.connect(self.server.superuser_url(self.firm.owned.name), autocommit=True)
        return sqlite_driver().connect(self.firm.store, timeout=10, isolation_level=None)

    def close(self) -> None:
        """Leaves the store to itself."""
        if self._connection is not None:
            self._connection.close()
        self.firm.close()

    def forget(self) -> None:
        """Its connection is gone; the next look opens another."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None
        self.firm._desks.clear()

    def counts(self) -> dict[str, int]:
        """How many rows each table of the record holds."""
        if not self._tables:
            listed = (
                "SELECT name FROM sqlite_master WHERE type = 'table'"
                if self.server is None
                else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            )
            self._tables = sorted({str(row[0]) for row in self.rows(listed)} - UNCOUNTED)
        each = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in self._tables)
        return {str(table): int(n) for table, n in self.rows(each)}

    def whole(self) -> bool:
        """The store's own check of itself: pages and references on SQLite; on PostgreSQL the server answers."""
        if self.server is not None:
            return self.rows("SELECT 1") == [(1,)]
        return self.rows("PRAGMA integrity_check") == [("ok",)] and not self.rows("PRAGMA foreign_key_check")

    def environment(self) -> dict[str, str]:
        """What a process needs to sign in as anybody of this firm, through a relay's port too."""
        kept = {
            k: v
            for k, v in os.environ.items()
            if k == "CASEDESK_STATE" or not k.startswith(("CASEDESK_", "PG"))
        }
        if self.firm.owned is None:
            return kept
        words = self.folder / "pgpass"
        owned = self.firm.owned
        lines = [
            owned.pgpass(who, secret).replace(f":{owned.port}:", ":*:", 1)
            for who, secret in self.firm.passwords.items()
        ]
        words.write_text("\n".join(lines) + "\n", encoding="utf-8")
        words.chmod(0o600)
        return {**kept, "PGPASSFILE": str(words)}


@pytest.fixture(params=["sqlite", "postgresql"])
def outside(
    request: pytest.FixtureRequest, store_path: Path, tmp_path: Path, manual_clock: ManualClock
) -> Iterator[Outside]:
    """Seven people under the three-person policy, Monday 2026-11-09 09:40 in New York, on each store."""
    if request.param == "sqlite":
        local = Outside(local_firm(store_path, manual_clock), tmp_path, None)
        yield local
        local.close()
        return
    server: PgServer = request.getfixturevalue("pg_server")
    owned = server.new_owner_database()
    shared = Outside(shared_firm(owned, manual_clock), tmp_path, server)
    yield shared
    shared.close()
    server.drop(owned)


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Runs one command of the command line in this process: (exit status, what it said on stdout and stderr)."""
    from casedesk.cli.run import main

    def run(*argv: str, env: dict[str, str] | None = None) -> tuple[int, str]:
        with monkeypatch.context() as patch:
            for name, value in (env or {}).items():
                patch.setenv(name, value)
            status = main(["--no-input", *argv])
        out = capsys.readouterr()
        return status, out.out + out.err

    return run
