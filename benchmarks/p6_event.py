"""P6: one event, a notice received, through authorise, decide, apply, timers, audit and commit, with the shipped rules.

Beside it: the very rows it writes, inserted by the bare driver in one transaction, into the same tables with the same
keys and guards, at the same durability. The rows are those a third, equal store wrote a moment earlier. PostgreSQL's
floor inserts as the owner, past the row policies, and lets no function compute the audit chain. Reading the paper
itself (a second in a child process, before any transaction) is not part of it.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, local_firm, shared_firm
from tests.support.notices import make_rfe
from tests.support.postgres import OwnedDb, PgServer

from benchmarks import large
from benchmarks.harness import Benchmark, Goal, Side
from casedesk.desk import matters, papers
from casedesk.desk.desk import Desk
from casedesk.desk.reading import Prepared, prepare_bytes
from casedesk.store import sqlite

BATCH = 10
"""Events in one timed run, each in a transaction of its own."""

AUDIT = ("stream", "seq", "matter_id", "prev", "hash", "at_us", "actor", "action", "subject", "payload")

Statement = tuple[str, Any, bool]


def benchmarks() -> list[Benchmark]:
    """One event at a time, on each store; and among a million tasks beside a thousand, with as many people."""
    return [
        _row("SQLite", _local, Goal(0.3, rate=True)),
        _row("PostgreSQL", _shared, Goal(0.6, rate=True)),
        Benchmark(
            "P6",
            "one event, SQLite, by the tasks in store",
            _among("a thousand tasks", large.crowded),
            _among("a million tasks", large.large),
            Goal(1.25),
        ),
    ]


@dataclass
class Notices:
    """The same stream of notices for every store: each of its own form, all of one shape."""

    model: Prepared = field(default_factory=lambda: prepare_bytes(make_rfe(), "notice.pdf"))
    matter: str = ""
    made: int = 0
    series: str = "IOE09"

    def file_forms(self, desk: Desk) -> list[Prepared]:
        """Opens the matter where there is none, adds a form for each of the next notices, and gives these."""
        if not self.matter:
            opened = desk.write(
                matters.open_matter,
                "adjustment_of_status",
                "Ibarra, Rosa",
                language="es",
                paralegal="mduarte",
                attorney="aokafor",
            )
            self.matter = opened.ref
        return [self._next(desk) for _ in range(BATCH)]

    def _next(self, desk: Desk) -> Prepared:
        self.made += 1
        receipt = f"{self.series}{self.made:08d}"
        desk.write(matters.form_add, self.matter, "I-485", receipt_number=receipt)
        found = replace(
            self.model.reading.recognition, receipt_number=receipt, receipt_numbers=(receipt,), a_number=None
        )
        data = self.model.data + receipt.encode()
        reading = replace(self.model.reading, recognition=found)
        return replace(self.model, data=data, sha256=sha256(data).hexdigest(), reading=reading)


@dataclass
class Ours:
    """The desk on a store of its own."""

    firm: FirmFixture
    done: Callable[[], object]
    notices: Notices = field(default_factory=Notices)
    ready: list[Prepared] = field(default_factory=list)

    def before(self) -> None:
        self.ready = self.notices.file_forms(self.firm.desk("mduarte"))

    def run(self) -> None:
        desk = self.firm.desk("tfinn")
        for prepared in self.ready:
            desk.write(papers.receive, prepared)

    def close(self) -> None:
        self.firm.close()
        self.done()


@dataclass
class Raw:
    """The bare driver on a copy of the scribe's store; the scribe is a desk that writes every row first."""

    scribe: Ours
    connection: Any
    heads: dict[str, int] = field(default_factory=dict)
    events: list[list[Statement]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._entries()  # those of the founding are in the copy already

    def before(self) -> None:
        with _written(self.scribe.firm) as statements:
            self.scribe.before()
        self._insert([*statements, *self._entries()])
        self.events = []
        desk = self.scribe.firm.desk("tfinn")
        for prepared in self.scribe.ready:
            with _written(self.scribe.firm) as statements:
                desk.write(papers.receive, prepared)
            self.events.append([*statements, *self._entries()])

    def run(self) -> None:
        for statements in self.events:
            self._insert(statements)

    def _insert(self, statements: list[Statement]) -> None:
        cursor = self.connection.cursor()
        cursor.execute("BEGIN IMMEDIATE" if not self.scribe.firm.shared else "BEGIN")
        for words, values, many in statements:
            (cursor.executemany if many else cursor.execute)(words, values)
        cursor.execute("COMMIT")

    def _entries(self) -> list[Statement]:
        """On PostgreSQL the server wrote the trail's entries: read back, they are rows like the others."""
        if not self.scribe.firm.shared:
            return []
        columns = ", ".join(AUDIT)
        holders = ", ".join(["%s"] * len(AUDIT))
        out: list[Statement] = []
        reader = self.scribe.firm.desk("inovak").store.engine
        with reader.connect() as conn:
            heads = conn.exec_driver_sql("SELECT stream, seq FROM audit_head").all()
            for stream, seq in heads:
                last = self.heads.get(stream, 0)
                rows = conn.exec_driver_sql(
                    f"SELECT {columns} FROM audit WHERE stream = %s AND seq > %s ORDER BY seq", (stream, last)
                ).all()
                out += [
                    (f"INSERT INTO audit ({columns}) VALUES ({holders})", tuple(row), False) for row in rows
                ]
                self.heads[stream] = seq
        return out

    def close(self) -> None:
        self.connection.close()
        self.scribe.close()


class _written:
    """What a firm's desks insert while it lasts, statement by statement, as the driver was given it."""

    def __init__(self, firm: FirmFixture) -> None:
        self.firm = firm
        self.statements: list[Statement] = []

    def _hear(self, conn: Any, cursor: Any, words: str, values: Any, context: Any, many: bool) -> None:
        if words.startswith("INSERT INTO") and "ON CONFLICT" not in words:
            self.statements.append((words, values, many))

    def __enter__(self) -> list[Statement]:
        event.listen(Engine, "before_cursor_execute", self._hear)
        return self.statements

    def __exit__(self, *_: object) -> None:
        event.remove(Engine, "before_cursor_execute", self._hear)


def _among(name: str, store: Callable[[], Path]) -> Side[Ours]:
    """The desk on a copy of a firm of that size; its clock is the machine's, as that of the firm's own history."""

    def set_up() -> Ours:
        folder = Path(tempfile.mkdtemp(prefix="p6-"))
        copy = Path(shutil.copy(store(), folder / "firm.db"))
        copy.chmod(0o600)
        firm = FirmFixture(str(copy), _Now(), shared=False)
        return Ours(firm, lambda: shutil.rmtree(folder), Notices(series="IOE97"))

    return Side(name, Ours.run, set_up=set_up, before=Ours.before, tear_down=Ours.close, batch=BATCH)


class _Now(ManualClock):
    """The time it is."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now()


def _row(
    store: str, prepare: Callable[[], tuple[Callable[[], Ours], Callable[[], Raw]]], goal: Goal
) -> Benchmark:
    make_ours, make_raw = prepare()
    ours: Side[Ours] = Side(
        "casedesk", Ours.run, set_up=make_ours, before=Ours.before, tear_down=Ours.close, batch=BATCH
    )
    floor: Side[Raw] = Side(
        "raw inserts", Raw.run, set_up=make_raw, before=Raw.before, tear_down=Raw.close, batch=BATCH
    )
    return Benchmark("P6", f"one event, {store}", floor, ours, goal)


def _local() -> tuple[Callable[[], Ours], Callable[[], Raw]]:
    def ours() -> Ours:
        folder = Path(tempfile.mkdtemp(prefix="p6-"))
        firm = local_firm(folder / "firm.db", ManualClock())
        return Ours(firm, lambda: shutil.rmtree(folder))

    def raw() -> Raw:
        scribe = ours()
        store = Path(scribe.firm.store)
        copy = store.with_name("raw.db")
        shutil.copy(store, copy)
        return Raw(scribe, sqlite.connect(copy)())

    return ours, raw


def _shared() -> tuple[Callable[[], Ours], Callable[[], Raw]]:
    made: list[tuple[PgServer, OwnedDb, dict[str, str]]] = []

    def copy() -> tuple[FirmFixture, OwnedDb]:
        """A copy of one firm; a server has one login of each name, so the copies share them."""
        if not made:
            server = PgServer.start()
            # The tests' server does not wait for its disk; here both sides do, as in an office.
            for setting in ("fsync", "full_page_writes"):
                server.execute(f"ALTER SYSTEM SET {setting} = on")
            server.execute("SELECT pg_reload_conf()")
            template = server.new_owner_database()
            made.append((server, template, shared_firm(template, ManualClock()).passwords))
        server, template, passwords = made[0]
        owned = server.clone(template)
        return FirmFixture(owned.url, ManualClock(), shared=True, passwords=passwords, owned=owned), owned

    def stop() -> None:
        made.pop()[0].stop()

    def ours() -> Ours:
        return Ours(copy()[0], lambda: None)

    def raw() -> Raw:
        import psycopg

        # The floor is made first and taken away last, and the server with it.
        scribe, bare = Ours(copy()[0], stop), copy()[1]
        return Raw(scribe, psycopg.connect(bare.owner_url, autocommit=True))

    return ours, raw
