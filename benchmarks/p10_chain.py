"""P10: what the chain costs. Entries appended and verified in memory beside SHA-256 alone over the very bytes; the
audited throughput of 32 clients on PostgreSQL beside the same transactions with no entry.

For reference: a whole store verified, reading and seals included; and the 32 clients beside ones whose entry is a plain
row, in no chain, with the same columns and keys.
"""

from __future__ import annotations

import multiprocessing
import secrets
import shutil
import tempfile
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
CLIENTS, PROCESSES, EACH = 32, 4, 10
MATTERS = 64
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
            f"{CLIENTS} clients, PostgreSQL",
            shared.side("no entry", ""),
            shared.side("audited", AUDITED),
            Goal(0.9, rate=True),
        ),
        Benchmark(
            "P10",
            f"{CLIENTS} clients, the chain itself",
            shared.side("plain entry", PLAIN),
            shared.side("audited", AUDITED),
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


@dataclass
class _Shared:
    """One server for all of its sides; the last one that goes takes it away."""

    copies: Copies | None = None
    users: int = 0

    def side(self, name: str, entry: str) -> Side[Clients]:
        def set_up() -> Clients:
            if self.copies is None:
                self.copies = Copies.start()
                # The tests' server does not wait for its disk; here it does, as in an office.
                for setting in ("fsync", "full_page_writes"):
                    self.copies.server.execute(f"ALTER SYSTEM SET {setting} = on")
                self.copies.server.execute("SELECT pg_reload_conf()")
            self.users += 1
            return Clients(self.copies.copy(ManualClock()), self.copies, entry)

        def tear_down(clients: Clients) -> None:
            clients.close()
            self.users -= 1
            if not self.users and self.copies is not None:
                self.copies.server.stop()
                self.copies = None

        return Side(name, Clients.run, set_up=set_up, tear_down=tear_down, batch=CLIENTS * EACH)


@dataclass
class Clients:
    """32 connections of one paralegal's login, in four processes, on a copy of the firm with 64 matters."""

    firm: FirmFixture
    copies: Copies
    entry: str
    _orders: list[Any] = field(default_factory=list)
    _answers: Any = None
    _processes: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        assert self.firm.owned is not None
        desk = self.firm.desk("mduarte")
        for n in range(MATTERS):
            desk.write(matters.open_matter, "other", f"Client {n}")
        ids = desk.store.read(
            lambda uow: [row[0] for row in uow.conn.exec_driver_sql("SELECT id FROM matter").all()]
        )
        me = desk.store.read(lambda uow: uow.actor.id)
        self.copies.server.execute(
            "CREATE TABLE plain_entry (LIKE audit INCLUDING ALL)",
            "GRANT INSERT ON plain_entry TO casedesk_staff",
            database=self.firm.owned.name,
        )
        url = self.firm.owned.login_url("mduarte", self.firm.passwords["mduarte"])
        context = multiprocessing.get_context("spawn")
        self._answers = context.Queue()
        for _ in range(PROCESSES):
            orders = context.Queue()
            work = (url, ids, me, self.entry, orders, self._answers)
            process = context.Process(target=_client, args=work, daemon=True)
            process.start()
            self._orders.append(orders)
            self._processes.append(process)
        self._wait()

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


def _client(url: str, ids: list[int], me: int, entry: str, orders: Any, answers: Any) -> None:
    """One process: its share of the connections, each in a thread, writing when it is told to and as often."""
    import psycopg

    connections = [psycopg.connect(url) for _ in range(CLIENTS // PROCESSES)]
    statements = (*ROWS, entry) if entry else ROWS

    def write(connection: Any, times: int) -> None:
        for _ in range(times):
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

    with ThreadPoolExecutor(len(connections)) as pool:
        times = 1
        while times:
            try:
                list(pool.map(write, connections, [times] * len(connections)))
                answers.put("")
            except Exception as error:
                answers.put(f"{type(error).__name__}: {error}")
                return
            times = orders.get()
    for connection in connections:
        connection.close()
