"""The local store: one SQLite file in WAL mode, written one at a time (`BEGIN IMMEDIATE`)."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.pool import QueuePool

from casedesk.refusal import StoreUnavailable
from casedesk.security.audit_hash import entry_hash
from casedesk.store.unit_of_work import Entry, Statement, UnitOfWork

APPLICATION_ID = 0x0CA5EDE5
"""Written into the file's header, so that a stranger's database is told from ours."""

BUSY_SECONDS = 10
_GENESIS = "0" * 64


class SqliteDialect:
    """What SQLite does its own way."""

    name = "sqlite"

    def send(self, conn: Connection, pending: Sequence[Statement]) -> None:
        """One after the other; there is no way to save."""
        for words, values in pending:
            conn.exec_driver_sql(words, values)

    def append_audit(self, uow: UnitOfWork, stream: str, entries: Sequence[Entry]) -> None:
        """Extend the stream's chain; `BEGIN IMMEDIATE` has the only pen, so the head cannot move meanwhile."""
        head = uow.one("audit.head", stream=stream)
        seq, prev = (0, _GENESIS) if head is None else (head.seq, head.hash)
        at_us, actor = uow.now_us, uow.actor.handle
        rows = []
        for entry in entries:
            seq += 1
            digest = entry_hash(
                store_id=uow.store_id,
                stream=stream,
                seq=seq,
                prev_hex=prev,
                at_us=at_us,
                actor=actor,
                action=entry.action,
                subject=entry.subject,
                payload=entry.payload,
            )
            rows.append(
                {
                    "stream": stream,
                    "seq": seq,
                    "matter_id": entry.matter_id,
                    "prev": prev,
                    "hash": digest,
                    "at_us": at_us,
                    "actor": actor,
                    "action": entry.action,
                    "subject": entry.subject,
                    "payload": entry.payload,
                }
            )
            prev = digest
        uow.insert_many("audit", rows)
        uow.run("audit.set_head", stream=stream, matter_id=entries[0].matter_id, seq=seq, hash=prev)


def connect(path: Path) -> Callable[[], Any]:
    """A creator for the pool. Raises `StoreUnavailable` for what is not a store, or is somebody else's file."""

    def creator() -> Any:
        driver: Any = import_module("sqlcipher3.dbapi2")
        conn = driver.connect(
            os.fspath(path), timeout=BUSY_SECONDS, check_same_thread=False, isolation_level=None
        )
        for pragma in (
            f"busy_timeout={BUSY_SECONDS * 1000}",
            "foreign_keys=ON",
            "journal_mode=WAL",
            "synchronous=FULL",
            "trusted_schema=OFF",
            "secure_delete=ON",
            "cache_size=-65536",
        ):
            conn.execute(f"PRAGMA {pragma}")
        return conn

    return creator


def make_engine(path: Path) -> Engine:
    from sqlcipher3 import dbapi2

    return create_engine(
        "sqlite://",
        module=dbapi2,
        creator=connect(path),
        poolclass=QueuePool,
        pool_size=5,
        max_overflow=10,
        hide_parameters=True,
    )


def check_file(path: Path) -> None:
    """Refuses what cannot be our store before anything is opened: absent, a folder, empty, not SQLite, not ours."""
    if not path.exists():
        raise StoreUnavailable(
            "no_store", f"There is no store at {path}.", "Run `casedesk demo`, or name one with --store."
        )
    not_ours = StoreUnavailable(
        "not_a_store",
        f"{path} is not a casedesk store.",
        "Name the store with --store, or run `casedesk demo`.",
    )
    if not path.is_file():
        raise not_ours
    try:
        with path.open("rb") as file:
            head = file.read(100)
    except OSError as error:
        raise StoreUnavailable("store_unreadable", f"{path} cannot be read: {error.strerror}.") from error
    if len(head) < 72 or not head.startswith(b"SQLite format 3\x00"):
        raise not_ours
    if int.from_bytes(head[68:72], "big") != APPLICATION_ID:
        raise not_ours


@dataclass(frozen=True)
class Place:
    """A store's file as it was opened: a file that is moved away keeps its open connections, and would go on taking
    writes that nobody finds again."""

    path: Path
    device: int
    inode: int

    @classmethod
    def of(cls, path: Path) -> Place:
        found = path.stat()
        return cls(path, found.st_dev, found.st_ino)

    def check(self) -> None:
        """Raises `StoreUnavailable` when the path no longer leads to the file that was opened."""
        try:
            found = self.path.stat()
        except OSError:
            found = None
        if found is None or (found.st_dev, found.st_ino) != (self.device, self.inode):
            raise StoreUnavailable(
                "store_moved",
                f"{self.path} is no longer the file that was opened; nothing was written.",
                "Put it back, or leave and open the store again.",
            )


def make_private(path: Path) -> None:
    """0700 for a folder, 0600 for a file, where the system has modes; elsewhere the profile's own rights hold."""
    if os.name == "posix":
        path.chmod(stat.S_IRWXU if path.is_dir() else stat.S_IRUSR | stat.S_IWUSR)


def begin(conn: Connection, *, write: bool) -> None:
    """A deferred begin that writes later gave 600 lock errors; the pen is taken at once instead."""
    conn.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def host_now() -> datetime:
    """The local store's authority for the clock is the host."""
    return datetime.fromtimestamp(time.time_ns() // 1000 / 1_000_000, tz=UTC)


def change_mark(conn: Connection) -> int:
    """An opaque number that moves when another connection commits."""
    return int(conn.execute(text("PRAGMA data_version")).scalar_one())
