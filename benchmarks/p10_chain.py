"""P10: what the chain costs. Entries appended and verified in memory beside SHA-256 alone over the very bytes; what 32
people at their desks get done on PostgreSQL, each writing notes, beside the same desks with no entry written.

For reference: a whole store verified, reading and seals included; and 32 bare clients that write an event, a task and a
timer with an entry, beside ones with no entry at all, and beside ones whose entry is a plain row in no chain, with the
same columns, keys and links.
"""

from __future__ import annotations

import multiprocessing
import secrets
import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, local_firm
from tests.support.keeping import Copies, seal

from benchmarks.harness import Benchmark, CannotMeasure, Goal, Side
from casedesk.desk import matters, trail
from casedesk.desk.trail_walk import Walk
from casedesk.security.audit_hash import GENESIS, Chain, entry_bytes
from casedesk.store.unit_of_work import UnitOfWork

ENTRIES = 20_000
CLIENTS, PROCESSES, EACH = 32, 4, 20
MATTERS, FIRM = 64, 2_000
NOW = 1_794_234_000_000_000
PAYLOAD = '{"due_us":1763558400000000,"kind":"rfe_intake","owner":"mduarte","why":"primary paralegal of the matter"}'
SAID = (NOW, "mduarte", "task.opened", "T-1F3K9A", PAYLOAD)

Entry = tuple[str, int, str, str, int, str, str, str, str]


def benchmarks() -> list[Benchmark]:
    """In memory, on SQLite, and with 32 clients on PostgreSQL."""
    alone = Side("SHA-256 alone", _hash_alone, set_up=_spelled, batch=ENTRIES)
    shared = _Shared()
    return [
        Benchmark(
            "P10",
            "append to a chain, in memory",
            alone,
            Side("casedesk", _append, batch=ENTRIES),
            Goal(3.0),
        ),
        Benchmark(
            "P10",
            "verify a chain, in memory",
            alone,
            Side("casedesk", _verify, set_up=_entries, batch=ENTRIES),
            Goal(3.0),
        ),
        Benchmark(
            "P10",
            "verify a store, SQLite",
            alone,
            Side("audit verify", Local.verify, set_up=Local, tear_down=Local.close, batch=ENTRIES),
            pairs=9,
        ),
        Benchmark(
            "P10",
            f"{CLIENTS} desks, PostgreSQL",
            shared.side("no entry", Desks(audited=False)),
            shared.side("audited", Desks(audited=True)),
            Goal(0.9, rate=True),
        ),
        Benchmark(
            "P10",
            f"{CLIENTS} bare clients",
            shared.side("no entry", Bare("")),
            shared.side("audited", Bare(AUDITED)),
            pairs=9,
        ),
        Benchmark(
            "P10",
            f"{CLIENTS} bare clients",
            shared.side("plain entry", Bare(PLAIN)),
            shared.side("audited", Bare(AUDITED)),
            pairs=9,
        ),
    ]


# -- in memory ----------------------------------------------------------------------------------------------------


def _entries(_: object = None) -> list[Entry]:
    chain, prev, out = Chain("a" * 32, "matter:7"), GENESIS, []
    for seq in range(1, ENTRIES + 1):
        digest = chain.digest(seq, prev, *SAID)
        out.append(("matter:7", seq, prev, digest, *SAID))
        prev = digest
    return out


def _spelled() -> list[bytes]:
    return [
        entry_bytes(
            store_id="a" * 32,
            stream=stream,
            seq=seq,
            prev_hex=prev,
            at_us=at_us,
            actor=actor,
            action=action,
            subject=subject,
            payload=payload,
        )
        for stream, seq, prev, _, at_us, actor, action, subject, payload in _entries()
    ]


def _hash_alone(spelled: list[bytes]) -> None:
    for data in spelled:
        sha256(data).hexdigest()


def _append(_: object) -> None:
    """As the local store does it for the entries of one transaction."""
    chain, prev = Chain("a" * 32, "matter:7"), GENESIS
    at_us, actor, action, subject, payload = SAID
    for seq in range(1, ENTRIES + 1):
        prev = chain.digest(seq, prev, at_us, actor, action, subject, payload)


def _verify(entries: list[Entry]) -> None:
    if not Walk("a" * 32).follow(entries):
        raise CannotMeasure("The chain does not hold.")


class Local:
    """A local store with that many entries in its matters' trails, sealed."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="p10-"))
        self.firm = local_firm(self.folder / "desk" / "firm.db", ManualClock())
        desk = self.firm.desk("inovak")
        for n in range(MATTERS):
            desk.write(matters.open_matter, "other", f"Client {n}")
        desk.store.write(self._fill)
        seal(self.firm, self.folder / "machine")

    @staticmethod
    def _fill(uow: UnitOfWork) -> None:
        ids = [row[0] for row in uow.conn.exec_driver_sql("SELECT id FROM matter").all()]
        have = uow.conn.exec_driver_sql("SELECT count(*) FROM audit").scalar_one()
        for n in range(ENTRIES - int(have) - 1):
            uow.audit(
                "task.opened", "T-1F3K9A", matter_id=ids[n % MATTERS], kind="rfe_intake", owner="mduarte"
            )

    def verify(self) -> None:
        verdict = self.firm.desk("inovak").read(trail.verify)
        if not verdict.ok or abs(verdict.entries - ENTRIES) > 5:
            raise CannotMeasure(f"The store's trail is not the one to measure: {verdict}.")

    def close(self) -> None:
        self.firm.close()
        shutil.rmtree(self.folder)


# -- 32 clients ---------------------------------------------------------------------------------------------------

ROWS = (
    "INSERT INTO event (id, trigger, subject, matter_id, actor_id, at_us, request_id) VALUES"
    " (%(event)s, 'gesture.ack', 'T', %(matter)s, %(me)s, %(now)s, %(key)s)",
    "INSERT INTO task (id, ref, matter_id, kind, title, owner_id, due_us, created_us) VALUES"
    " (%(task)s, %(ref)s, %(matter)s, 'call_back', 'Call back', %(me)s, %(now)s, %(now)s)",
    "INSERT INTO timer (id, matter_id, task_id, subject_id, chain, step, fire_at_us, condition, action) VALUES"
    " (%(event)s, %(matter)s, %(task)s, %(task)s, 'ack', 1, %(now)s, 'incomplete', 'remind')",
)
AUDITED = "SELECT casedesk_append_audit('matter:' || %(matter)s, %(matter)s, %(now)s, 'task.opened', %(ref)s, %(said)s)"
PLAIN = (
    "INSERT INTO plain_entry (stream, seq, matter_id, prev, hash, at_us, actor, action, subject, payload) VALUES"
    " ('matter:' || %(matter)s, %(event)s, %(matter)s, %(key)s, %(key)s, %(now)s, 'mduarte', 'task.opened', %(ref)s,"
    " %(said)s)"
)


@dataclass(frozen=True)
class Desks:
    """Writes notes through a desk of its own; `audited` False leaves the trail out and nothing else."""

    audited: bool

    def opened(self, store: str, password: str, _me: int, ids: list[int]) -> Callable[[], object]:
        from casedesk.bootstrap import open_desk
        from casedesk.desk import notes
        from casedesk.models.identifiers import opaque
        from casedesk.store.postgres import PostgresDialect

        if not self.audited:
            PostgresDialect.append_audit = lambda *_: None  # type: ignore[method-assign]
        desk = open_desk(store, "mduarte", password=password, clock=ManualClock())
        return lambda: desk.write(notes.note, opaque(secrets.choice(ids)), "A call about the hearing.")


@dataclass(frozen=True)
class Bare:
    """Writes an event, a task and a timer by the driver alone, and an entry if there is one."""

    entry: str

    def opened(self, store: str, password: str, me: int, ids: list[int]) -> Callable[[], object]:
        import psycopg

        connection = psycopg.connect(store, user="mduarte", password=password)
        statements = (*ROWS, self.entry) if self.entry else ROWS

        def write() -> None:
            event, task = secrets.randbits(63), secrets.randbits(63)
            values = {
                "event": event,
                "task": task,
                "ref": f"T-{task}",
                "key": f"{event:064x}",
                "matter": secrets.choice(ids),
                "me": me,
                "now": NOW,
                "said": PAYLOAD,
            }
            with connection.pipeline(), connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement, values)
            connection.commit()

        return write


Way = Desks | Bare


@dataclass
class _Shared:
    """One server for all of its sides; the last one that goes takes it away."""

    copies: Copies | None = None
    users: int = 0

    def side(self, name: str, way: Way) -> Side[Clients]:
        def set_up() -> Clients:
            if self.copies is None:
                self.copies = Copies.start()
                # The tests' server does not wait for its disk; here it does, as in an office.
                for setting in ("fsync", "full_page_writes"):
                    self.copies.server.execute(f"ALTER SYSTEM SET {setting} = on")
                self.copies.server.execute("SELECT pg_reload_conf()")
            self.users += 1
            return Clients(self.copies.copy(ManualClock()), self.copies, way)

        def tear_down(clients: Clients) -> None:
            clients.close()
            self.users -= 1
            if not self.users and self.copies is not None:
                self.copies.server.stop()
                self.copies = None

        return Side(name, Clients.run, set_up=set_up, tear_down=tear_down, batch=CLIENTS * EACH)


@dataclass
class Clients:
    """32 connections of one paralegal's login, in four processes, on a copy of the firm with 2,000 matters."""

    firm: FirmFixture
    copies: Copies
    way: Way
    _orders: list[Any] = field(default_factory=list)
    _answers: Any = None
    _processes: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        assert self.firm.owned is not None
        self._open_matters()
        desk = self.firm.desk("mduarte")
        ids = desk.store.read(
            lambda uow: [row[0] for row in uow.conn.exec_driver_sql("SELECT id FROM matter").all()]
        )
        me = desk.store.read(lambda uow: uow.actor.id)
        store, password = self.firm.owned.url, self.firm.passwords["mduarte"]
        context = multiprocessing.get_context("spawn")
        self._answers = context.Queue()
        for _ in range(PROCESSES):
            orders = context.Queue()
            work = (store, password, ids, me, self.way, orders, self._answers)
            process = context.Process(target=_client, args=work, daemon=True)
            process.start()
            self._orders.append(orders)
            self._processes.append(process)
        self._wait()

    def _open_matters(self) -> None:
        """A firm's worth of matters, each with its first entry; and a table for entries in no chain."""
        import psycopg

        assert self.firm.owned is not None
        self.copies.server.execute(
            "SET session_replication_role = replica",
            f"INSERT INTO client (id, ref, name, created_us) VALUES (1, 'C-1', 'A client', {NOW})",
            "INSERT INTO matter (id, ref, type, caption, client_id, opened_us) SELECT 10000 + n, 'M-' || n, 'other',"
            f" 'A client', 1, {NOW} FROM generate_series(1, {FIRM}) n",
            "CREATE TABLE plain_entry (LIKE audit INCLUDING ALL, FOREIGN KEY (matter_id) REFERENCES matter (id))",
            "GRANT INSERT ON plain_entry TO casedesk_staff",
            database=self.firm.owned.name,
        )
        with psycopg.connect(self.firm.owned.owner_url) as owner:
            owner.execute(
                f"SELECT casedesk_append_audit('matter:' || id, id, {NOW}, 'matter.opened', ref, '{{}}') FROM matter"
            )

    def run(self) -> None:
        for orders in self._orders:
            orders.put(EACH)
        self._wait()

    def _wait(self) -> None:
        for _ in range(PROCESSES):
            answer = self._answers.get(timeout=120)
            if answer:
                raise CannotMeasure(f"A client failed: {answer}")

    def close(self) -> None:
        for orders in self._orders:
            orders.put(0)
        for process in self._processes:
            process.join(10)
        self.firm.close()


def _client(store: str, password: str, ids: list[int], me: int, way: Way, orders: Any, answers: Any) -> None:
    """One process: its share of the clients, each in a thread, writing when it is told to and as often."""
    try:
        writers = [way.opened(store, password, me, ids) for _ in range(CLIENTS // PROCESSES)]
        with ThreadPoolExecutor(len(writers)) as pool:
            times = 2
            while times:
                list(pool.map(_repeated, writers, [times] * len(writers)))
                answers.put("")
                times = orders.get()
    except Exception as error:
        answers.put(f"{type(error).__name__}: {error}")


def _repeated(write: Callable[[], object], times: int) -> None:
    for _ in range(times):
        write()
