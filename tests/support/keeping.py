"""One machine at a firm's store: what it remembers, and the key it seals with where it is the worker's.

And a firm on PostgreSQL that is founded once and copied for each test, on a server of its own: the copies share the
logins, which belong to the whole server.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from casedesk.desk.keeping import Keeping, of
from casedesk.desk.views.record import SealView
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, shared_firm
from tests.support.postgres import OwnedDb, PgServer

WORKER = "desk"

Ask = Callable[..., list[Any]]
"""Runs statements past every policy and every guard; the rows of the last one."""


_LOGINS = (
    "SELECT r.rolname, r.rolcanlogin, a.rolpassword, array(SELECT g.roleid::regrole::text FROM pg_auth_members g"
    " WHERE g.member = r.oid ORDER BY 1) FROM pg_roles r JOIN pg_authid a ON a.oid = r.oid ORDER BY 1"
)


@dataclass
class Copies:
    """One founded firm, and copies of it."""

    server: PgServer
    template: OwnedDb
    passwords: dict[str, str]
    logins: list[Any]

    @classmethod
    def start(cls) -> Copies:
        server = PgServer.start()
        template = server.new_owner_database()
        founded = shared_firm(template, ManualClock())
        founded.close()
        made = cls(server, template, founded.passwords, [])
        made.logins = made._logins()
        return made

    def logins_changed(self) -> bool:
        """Whether somebody made, changed or dropped a login since the last question."""
        before, self.logins = self.logins, self._logins()
        return before != self.logins

    def _logins(self) -> list[Any]:
        return self.server.execute(_LOGINS)

    def copy(self, clock: ManualClock) -> FirmFixture:
        owned = self.server.clone(self.template)
        # A copy of a database comes without the rights on the database itself.
        self.server.execute(
            f"REVOKE ALL ON DATABASE {owned.name} FROM PUBLIC",
            f"GRANT CONNECT ON DATABASE {owned.name} TO casedesk_staff, casedesk_service",
        )
        return FirmFixture(owned.url, clock, shared=True, passwords=self.passwords, owned=owned)


def by_its_owner(firm: FirmFixture, copies: Callable[[], Copies] | None = None) -> Ask:
    """The hand of whoever owns the file, or the whole server of the `copies`: no guard stands in its way."""

    def on_the_server(*statements: str) -> list[Any]:
        assert firm.owned is not None
        assert copies is not None
        return copies().server.execute(
            "SET session_replication_role = replica", *statements, database=firm.owned.name
        )

    def in_the_file(*statements: str) -> list[Any]:
        conn = import_module("sqlcipher3.dbapi2").connect(firm.store, timeout=10, isolation_level=None)
        rows: list[Any] = []
        try:
            conn.execute("BEGIN IMMEDIATE")
            guards = conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
            changing = any(not statement.lstrip().startswith("SELECT") for statement in statements)
            for (name,) in guards if changing else ():
                conn.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                rows = conn.execute(statement).fetchall()
            conn.execute("COMMIT")
        finally:
            conn.close()
        return rows

    return on_the_server if firm.owned is not None else in_the_file


def machine(firm: FirmFixture, folder: Path, handle: str = WORKER) -> Keeping:
    """The keeping of `handle`'s desk on a machine whose memory and key file lie in `folder`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return of(firm.desk(handle), state=folder, key_file=folder / "keys" if handle == WORKER else None)


def seal(firm: FirmFixture, folder: Path, *, minutes: float = 16) -> SealView:
    """Let time pass, and the worker on that machine seal; the seal it made."""
    from casedesk.desk import seals

    firm.clock.advance(minutes=minutes)
    worker = machine(firm, folder)
    before = worker.desk.as_worker().read(seals.last)
    said = worker.after_sweep()
    assert said == "", said
    made = worker.desk.as_worker().read(seals.last)
    assert made is not None
    assert made != before
    return made
