"""A store as one stream of rows, and a store from such a stream; the same bytes from SQLite and from PostgreSQL.

The form, `casedesk.backup.1`: a line of JSON about the whole, then each table, in the order of its name: a line that
names its columns, a line of JSON for each row in the order of its key, a line with the count and the SHA-256 of those
rows, and at the end one with the SHA-256 of everything before it. Bytes in a row stand as `{"b": LENGTH}`, and
themselves right after its line. Nothing here knows of encryption or files, and memory holds a few rows at a time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import LargeBinary, Text

from casedesk.refusal import NotAllowed, Refusal
from casedesk.store import errors, fingerprint, sqlite
from casedesk.store.store import OWNER, Store
from casedesk.store.unit_of_work import UnitOfWork

FORMAT: Final = "casedesk.backup.1"
LONGEST_LINE: Final = 64 * 1024 * 1024
"""The longest line that is read: the longest text of a row is far below."""

LARGEST_BYTES: Final = 16 * 1024 * 1024
_PIECE: Final = 1 << 18
_ENCODER: Final = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), allow_nan=False)
_UNKEPT: Final = frozenset({"alembic_version"})

Progress = Callable[[float], None]


class Lines(Protocol):
    """Where a stream is read from."""

    def read(self, size: int = -1, /) -> bytes: ...
    def readline(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True)
class Shape:
    """A table as the store has it: columns in the order they are written, the key they are sorted by."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    texts: frozenset[str]
    blobs: frozenset[str]


@dataclass
class Account:
    """What was written, or read: rows and hash of each table, and of the whole once the end is reached."""

    rows: dict[str, int] = field(default_factory=dict)
    sha256: dict[str, str] = field(default_factory=dict)
    whole: str = ""


def shapes(conn: Connection) -> list[Shape]:
    """The tables of the store at hand, in the order of their names."""
    found = inspect(conn)
    out = []
    for name in sorted(set(found.get_table_names()) - _UNKEPT):
        columns = found.get_columns(name)
        out.append(
            Shape(
                name,
                tuple(c["name"] for c in columns),
                tuple(found.get_pk_constraint(name)["constrained_columns"]),
                frozenset(c["name"] for c in columns if isinstance(c["type"], Text)),
                frozenset(c["name"] for c in columns if isinstance(c["type"], LargeBinary)),
            )
        )
    return out


@contextmanager
def snapshot(store: Store) -> Iterator[UnitOfWork]:
    """One consistent view of everything in the store, which nobody waits for, as whoever sits there or, on PostgreSQL,
    its owner. Raises `NotAllowed` for a login whose view has gaps: only the owner's has none."""
    if store.place is not None:
        store.place.check()
    with driver_told(store.engine), store.engine.connect() as conn:
        if store.shared:
            conn.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            # A policy that would hide a row is an error, not a shorter backup.
            conn.exec_driver_sql("SET LOCAL row_security = off")
            conn.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
            require_owner(conn)
        else:
            sqlite.begin(conn, write=False)
        try:
            yield store.unit(conn, OWNER if store.shared else None)
        finally:
            driver: Any = None if conn.invalidated else conn.connection.driver_connection
            if not store.shared and driver is not None and driver.in_transaction:
                conn.exec_driver_sql("ROLLBACK")
            conn.rollback()


@contextmanager
def driver_told(engine: Engine) -> Iterator[None]:
    """What the driver says of a store, as a refusal; rows are moved by the driver itself."""
    driver: Any = engine.dialect.loaded_dbapi
    try:
        yield
    except DBAPIError as error:
        raise errors.translate(error) from error
    except driver.Error as error:
        raise _told(error, driver.Error) from error


def require_owner(conn: Connection) -> None:
    """Raises `NotAllowed` unless whoever is connected owns every table of the store."""
    foreign = conn.execute(
        text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner <> current_user")
    ).scalar_one()
    if foreign:
        raise NotAllowed(
            "not_the_owner",
            "A shared store is backed up by its owner: every other login sees less than all of it.",
            "Write --store postgresql://OWNER@host:port/name.",
        )


def write(
    conn: Connection, head: dict[str, Any], account: Account, progress: Progress | None = None
) -> Iterator[bytes]:
    """The stream of a store, in pieces; `head` is what its first line says beside the counts. `account` fills as the
    pieces are taken."""
    tables = shapes(conn)
    counts = {
        s.name: int(conn.exec_driver_sql(f"SELECT count(*) FROM {_quoted(conn, s.name)}").scalar_one())
        for s in tables
    }
    total = max(1, sum(counts.values()))
    done = 0
    whole = hashlib.sha256()
    waiting: list[bytes] = []
    size = 0

    def frame(said: dict[str, Any]) -> bytes:
        return _ENCODER.encode(said).encode("ascii") + b"\n"

    def pieces() -> Iterator[bytes]:
        nonlocal done
        yield frame({"format": FORMAT, **head, "counts": counts})
        for shape in tables:
            yield frame({"table": shape.name, "columns": shape.columns})
            digest = hashlib.sha256()
            count = 0
            for piece in rows(conn, shape):
                digest.update(piece)
                count += 1
                yield piece
            done += count
            account.rows[shape.name], account.sha256[shape.name] = count, digest.hexdigest()
            yield frame({"end": shape.name, "rows": count, "sha256": digest.hexdigest()})

    for piece in pieces():
        whole.update(piece)
        waiting.append(piece)
        size += len(piece)
        if size >= _PIECE:
            yield b"".join(waiting)
            waiting, size = [], 0
            if progress is not None:
                progress(done / total)
    account.whole = whole.hexdigest()
    waiting.append(frame({"end": FORMAT, "tables": len(tables), "sha256": account.whole}))
    yield b"".join(waiting)
    if progress is not None:
        progress(1.0)


def rows(conn: Connection, shape: Shape) -> Iterator[bytes]:
    """The rows of one table as they stand in the stream, in the order of its key, a few at a time."""
    columns = ", ".join(_quoted(conn, c) for c in shape.columns)
    collate = ' COLLATE "C"' if conn.dialect.name == "postgresql" else ""
    order = ", ".join(_quoted(conn, c) + (collate if c in shape.texts else "") for c in shape.key)
    sql = f"SELECT {columns} FROM {_quoted(conn, shape.name)} ORDER BY {order}"
    for values in _streamed(conn, sql, few=bool(shape.blobs)):
        bytes_ = [bytes(v) for v in values if isinstance(v, bytes | memoryview)]
        if not bytes_:
            yield _ENCODER.encode(values).encode("ascii") + b"\n"
            continue
        marked = [{"b": len(v)} if isinstance(v, bytes | memoryview) else v for v in values]
        yield _ENCODER.encode(marked).encode("ascii") + b"\n" + b"".join(b + b"\n" for b in bytes_)


def _streamed(conn: Connection, sql: str, *, few: bool) -> Iterator[tuple[Any, ...]]:
    driver: Any = conn.connection.driver_connection
    if conn.dialect.name == "sqlite":
        yield from driver.execute(sql)
        return
    with driver.cursor(name="casedesk_rows", binary=True) as cursor:
        cursor.itersize = 8 if few else 2000
        cursor.execute(sql)
        yield from cursor


class Reading:
    """A stream being read. Every method raises `Refusal("backup_damaged")` for what does not follow the form."""

    def __init__(self, source: Lines) -> None:
        self._source = source
        self._whole = hashlib.sha256()
        self.account = Account()
        self.head = self._frame(first=True)
        counts = self.head.get("counts")
        if self.head.get("format") != FORMAT or not isinstance(counts, dict):
            raise Refusal(
                "not_a_backup",
                "That is no backup of casedesk, or one of a newer program.",
                "Name a file that `casedesk backup` wrote, or install the newer casedesk.",
            )
        self.counts = {str(name): int(count) for name, count in counts.items()}

    def tables(self) -> Iterator[tuple[str, tuple[str, ...], Iterator[list[Any]]]]:
        """Name, columns and rows of each table; the rows are taken to their end before the next. The end of the
        stream is checked with the last one."""
        for name in sorted(self.counts):
            said = self._frame()
            columns = said.get("columns")
            if said.get("table") != name or not isinstance(columns, list):
                raise _damaged(f"the table {name} is missing")
            yield name, tuple(map(str, columns)), self._rows(name, len(columns))
        before = self._whole.hexdigest()
        end = self._frame()
        if end.get("end") != FORMAT or end.get("sha256") != before or self._source.read(1):
            raise _damaged("its end is not its end")
        self.account.whole = before

    def _rows(self, name: str, width: int) -> Iterator[list[Any]]:
        digest = hashlib.sha256()
        count = 0
        while True:
            line = self._line()
            if not line.startswith(b"["):
                break
            digest.update(line)
            values = self._parsed(line)
            if not isinstance(values, list) or len(values) != width:
                raise _damaged(f"a row of {name} has other columns")
            for at, value in enumerate(values):
                if isinstance(value, dict):
                    values[at] = self._bytes(value, digest)
            count += 1
            yield values
        said = self._parsed(line)
        if said != {"end": name, "rows": count, "sha256": digest.hexdigest()} or count != self.counts[name]:
            raise _damaged(f"the rows of {name} are not those that were written")
        self.account.rows[name], self.account.sha256[name] = count, digest.hexdigest()

    def _bytes(self, said: dict[str, Any], digest: Any) -> bytes:
        length = said.get("b")
        if not isinstance(length, int) or not 0 <= length <= LARGEST_BYTES:
            raise _damaged("bytes of no length")
        data = self._source.read(length + 1)
        if len(data) != length + 1 or not data.endswith(b"\n"):
            raise _damaged("bytes are missing")
        self._whole.update(data)
        digest.update(data)
        return data[:-1]

    def _frame(self, *, first: bool = False) -> dict[str, Any]:
        line = self._line()
        if first and not line.startswith(b'{"format":'):
            raise Refusal(
                "not_a_backup", "That is no backup of casedesk.", "Name a file that `casedesk backup` wrote."
            )
        found = self._parsed(line)
        if not isinstance(found, dict):
            raise _damaged("a line is not where it belongs")
        return found

    def _line(self) -> bytes:
        line = self._source.readline(LONGEST_LINE)
        if not line.endswith(b"\n"):
            raise _damaged("it ends in the middle")
        self._whole.update(line)
        return line

    @staticmethod
    def _parsed(line: bytes) -> Any:
        try:
            return json.loads(line)
        except ValueError:
            raise _damaged("a line cannot be read") from None


def load(conn: Connection, reading: Reading, progress: Progress | None = None) -> None:
    """Put every row of the stream into empty tables of the stream's own schema, and compare what stands then with
    what was read, table by table.

    There are no guards yet, and links are held again at the end. Raises `Refusal`, `DBAPIError` for rows that a table
    does not take.
    """
    total = max(1, sum(reading.counts.values()))
    done = 0
    have = {s.name: s for s in shapes(conn)}
    if set(have) != set(reading.counts):
        odd = ", ".join(sorted(set(have) ^ set(reading.counts))[:3])
        raise _damaged(f"its tables are not those of its schema ({odd})")
    with _links_later(conn):
        for name, columns, given in reading.tables():
            if set(columns) != set(have[name].columns):
                raise _damaged(f"the columns of {name} are not those of its schema")
            _put(conn, name, columns, given)
            done += reading.account.rows[name]
            if progress is not None:
                progress(done / total)
            # In the order in which they were written, whatever order the new table has them in.
            shape = Shape(name, columns, have[name].key, have[name].texts, have[name].blobs)
            digest = hashlib.sha256()
            for piece in rows(conn, shape):
                digest.update(piece)
            if digest.hexdigest() != reading.account.sha256[name]:
                raise Refusal(
                    "restore_differs",
                    f"The rows of {name} did not come to stand as they were written; nothing was restored.",
                    "Look at the disk, and repeat.",
                )


def _put(conn: Connection, name: str, columns: Sequence[str], given: Iterator[list[Any]]) -> None:
    driver: Any = conn.connection.driver_connection
    names = ", ".join(_quoted(conn, c) for c in columns)
    if conn.dialect.name == "sqlite":
        holders = ", ".join("?" * len(columns))
        driver.executemany(f"INSERT INTO {_quoted(conn, name)} ({names}) VALUES ({holders})", given)
        return
    with driver.cursor() as cursor, cursor.copy(f"COPY {_quoted(conn, name)} ({names}) FROM STDIN") as copy:
        for values in given:
            copy.write_row(values)


@contextmanager
def _links_later(conn: Connection) -> Iterator[None]:
    """Tables point at each other in circles: links are held when all rows are there."""
    if conn.dialect.name == "sqlite":
        yield  # the caller's connection does not hold them
        broken = conn.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise _damaged(f"a row of {broken[0]} names one that is not there")
        return
    keys = conn.execute(
        text(
            "SELECT conname, conrelid::regclass::text AS place, pg_get_constraintdef(oid) AS words FROM pg_constraint"
            " WHERE contype = 'f' AND connamespace = 'public'::regnamespace"
        )
    ).all()
    for key in keys:
        conn.exec_driver_sql(f'ALTER TABLE {key.place} DROP CONSTRAINT "{key.conname}"')
    yield
    for key in keys:
        conn.exec_driver_sql(f'ALTER TABLE {key.place} ADD CONSTRAINT "{key.conname}" {key.words}')


def _quoted(conn: Connection, name: str) -> str:
    return conn.dialect.identifier_preparer.quote(name)


def _damaged(what: str) -> Refusal:
    return Refusal(
        "backup_damaged",
        f"The backup is not whole: {what}; nothing was restored from it.",
        "Take another copy of it, or the backup before.",
    )


def _told(error: Exception, base: type[Exception]) -> Refusal:
    """The refusal for what a driver raised behind SQLAlchemy's back."""
    if "NUL" in str(error):
        return Refusal(
            "text_refused",
            "A text of this backup holds a NUL character, which PostgreSQL does not take; nothing was restored.",
            "Restore it to a local store.",
        )
    found: Any = DBAPIError.instance(None, None, error, base, hide_parameters=True)
    return errors.translate(found)


def shape_of(conn: Connection) -> str:
    """One hash over the store's shape, for the first line of its backup."""
    found = fingerprint.fingerprint(conn)
    return hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()
