"""The local store: one SQLite file in WAL mode, written one at a time (`BEGIN IMMEDIATE`)."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import QueuePool

from casedesk.refusal import StoreUnavailable
from casedesk.security.audit_hash import Chain
from casedesk.security.store_key import SALT_BYTES, StoreKey
from casedesk.store import driver, errors
from casedesk.store.unit_of_work import Entry, Statement, UnitOfWork

APPLICATION_ID = 0x0CA5EDE5
"""Written into the file's header, so that a stranger's database is told from ours."""

BUSY_SECONDS = 10
CACHE_KIB = 8192
"""Of each connection. With the driver's own 2 MB a queue page under the cipher costs three times as much; with more, a
desk on a large firm is mostly cache."""
KEY_SOURCE = "casedesk_key_source"
_PLAIN = b"SQLite format 3\x00"
_PAGE = 4096
_LIKE_NOISE = 200
"""Byte values that a page of noise has at the least, of 256; ciphertext has them all, no text comes near."""

_GENESIS = "0" * 64
_MOST = 0x7FFFFFFF
"""The header's number has 31 bits; only that it moved means anything."""


class SqliteDialect:
    """What SQLite does its own way."""

    name = "sqlite"

    def send(self, conn: Connection, pending: Sequence[Statement]) -> None:
        """One after the other; there is no way to save."""
        for words, values in pending:
            driver.touched(conn, words, values)

    def bump(self, uow: UnitOfWork) -> None:
        """Move the number that open desks watch (`change_mark`)."""
        number = (change_mark(uow.conn) + 1) & _MOST
        uow.conn.exec_driver_sql(f"PRAGMA user_version={number}")

    def append_audit(self, uow: UnitOfWork, stream: str, entries: Sequence[Entry]) -> None:
        """Extend the stream's chain; `BEGIN IMMEDIATE` has the only pen, so the head cannot move meanwhile."""
        head = uow.one("audit.head", stream=stream)
        seq, prev = (0, _GENESIS) if head is None else (head.seq, head.hash)
        at_us, actor = uow.now_us, uow.actor.handle
        rows = []
        chain = Chain(uow.store_id, stream)
        for entry in entries:
            seq += 1
            digest = chain.digest(seq, prev, at_us, actor, entry.action, entry.subject, entry.payload)
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


def connect(path: Path, key: StoreKey | None = None) -> Callable[[], Any]:
    """A creator for the pool; without a key the file is plain. Raises `StoreUnavailable` where the key does not open
    it, a driver's error for what is not a database or is somebody else's file."""

    def creator() -> Any:
        module: Any = import_module("sqlcipher3.dbapi2")
        conn = module.connect(
            os.fspath(path), timeout=BUSY_SECONDS, check_same_thread=False, isolation_level=None
        )
        try:
            if key is not None:
                _unlock(conn, key, path)
            for pragma in (
                f"busy_timeout={BUSY_SECONDS * 1000}",
                "foreign_keys=ON",
                "journal_mode=WAL",
                "synchronous=FULL",
                "trusted_schema=OFF",
                "secure_delete=ON",
                f"cache_size=-{CACHE_KIB}",
            ):
                conn.execute(f"PRAGMA {pragma}")
        except BaseException:
            conn.close()
            raise
        return conn

    return creator


def _unlock(conn: Any, key: StoreKey, path: Path) -> None:
    """Hands the key over, and reads the first page with it: no error of the driver, which quotes what it was given,
    goes further than this."""
    try:
        # The driver would print what it finds wrong with a page over the screen.
        conn.execute("PRAGMA cipher_log_level=NONE")
        conn.execute(f'PRAGMA key="{key.spelled()}"')
        conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return
    except Exception as error:
        said = str(error).lower()
    if "not a database" not in said:
        raise errors.unavailable(said)
    raise StoreUnavailable(
        "wrong_key",
        f"The key does not open {path}: it is another store's, or the beginning of the file is damaged.",
        "Put the right key back with `casedesk secret recover`, or the file from a backup.",
    )


def make_engine(path: Path, key: StoreKey | None = None) -> Engine:
    """An engine on the local store at `path`; nothing is opened yet."""
    from sqlcipher3 import dbapi2

    return create_engine(
        "sqlite://",
        module=dbapi2,
        creator=connect(path, key),
        poolclass=QueuePool,
        pool_size=2,
        max_overflow=13,
        # The last one given back is the first one taken: its pages are in memory, and the others' need not be.
        pool_use_lifo=True,
        hide_parameters=True,
        execution_options={KEY_SOURCE: "" if key is None else str(key.custody)},
    )


def key_source(conn: Connection) -> str:
    """Where the key lay with which this connection was opened, in words; empty for a plain store."""
    return str(conn.get_execution_options().get(KEY_SOURCE, ""))


def cipher_of(conn: Connection) -> tuple[str, bool]:
    """The driver's SQLCipher version, and whether this connection's file is encrypted."""
    version = conn.exec_driver_sql("PRAGMA cipher_version").scalar_one_or_none()
    return str(version or ""), str(conn.exec_driver_sql("PRAGMA cipher_status").scalar_one_or_none()) == "1"


def check_file(path: Path) -> bytes | None:
    """The salt of an encrypted store, None for a plain one. Refuses what cannot be ours before anything is opened:
    absent, a folder, empty, another program's database, a text.

    An encrypted store has no sign of its own; what looks like one is one until its key is tried. Not for a store that
    this process has open: closing the file would let go of SQLite's locks on it.
    """
    if not path.exists():
        raise StoreUnavailable(
            "no_store",
            f"There is no store at {path}.",
            "Make one with `casedesk init`, look around with `casedesk demo`, or name one with --store.",
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
            head = file.read(_PAGE)
    except OSError as error:
        raise StoreUnavailable("store_unreadable", f"{path} cannot be read: {error.strerror}.") from error
    if head.startswith(_PLAIN):
        if int.from_bytes(head[68:72], "big") != APPLICATION_ID:
            raise not_ours
        return None
    if len(head) < _PAGE or len(set(head)) < _LIKE_NOISE:
        raise not_ours
    return head[:SALT_BYTES]


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


def make_empty(path: Path) -> None:
    """An empty file, private from its first moment: what SQLite puts beside it takes the same mode. Raises OSError."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def begin(conn: Connection, *, write: bool) -> None:
    """A deferred begin that writes later gave 600 lock errors; the pen is taken at once instead."""
    conn.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def host_now() -> datetime:
    """The local store's authority for the clock is the host."""
    return datetime.fromtimestamp(time.time_ns() // 1000 / 1_000_000, tz=UTC)


def change_mark(conn: Connection) -> int:
    """The number in the file's header that a write moves which others are to hear of; it comes and goes with its
    transaction. SQLite's own count moves for every heartbeat, and is another one for each connection."""
    return int(conn.exec_driver_sql("PRAGMA user_version").scalar_one())


def be_patient(conn: Connection, ms: int) -> None:
    """Wait so long for a lock on this connection, in milliseconds."""
    conn.exec_driver_sql(f"PRAGMA busy_timeout={ms}")


def try_pen(conn: Connection) -> None:
    """Take the pen and lay it down. Raises `DBAPIError` where somebody keeps it longer than the connection waits."""
    begin(conn, write=True)
    conn.exec_driver_sql("ROLLBACK")
