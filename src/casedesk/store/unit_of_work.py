"""One transaction: what it reads by name, what it writes, when it is, and who acts.

A use-case receives a `UnitOfWork` and never commits; the store does, once, when the use-case returns. Everything it
wrote, its audit entries among them, is there together or not at all.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any, Protocol

from sqlalchemy import Connection
from sqlalchemy import Row as Row

from casedesk.models.enums import LicenceKind, Role
from casedesk.models.identifiers import crockford, new_id
from casedesk.refusal import Conflict, NotFound
from casedesk.security.canonical import canonical_json
from casedesk.store import driver, named

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(instant: datetime) -> int:
    """Microseconds since 1970 of an aware instant."""
    return (instant - EPOCH) // timedelta(microseconds=1)


def instant(us: int) -> datetime:
    return EPOCH + timedelta(microseconds=us)


@dataclass(frozen=True)
class Actor:
    """Who acts: a person of the firm, or the desk's own worker."""

    id: int
    handle: str
    name: str
    kind: str
    roles: frozenset[Role]
    licences: tuple[tuple[int, LicenceKind, str | None], ...]
    outside: bool = False
    partial: frozenset[int] = frozenset()
    """The licences that are a partial accreditation: before DHS alone."""

    def licence(self, *kinds: LicenceKind, on: str, court: bool = False) -> tuple[int, LicenceKind] | None:
        """The first live licence among `kinds` on the ISO day `on`, as (id, kind); before the `court` no partial one."""
        for wanted in kinds:
            for licence_id, kind, expires in self.licences:
                if court and licence_id in self.partial:
                    continue
                if kind == wanted and (expires is None or expires >= on):
                    return licence_id, kind
        return None

    @property
    def is_manager(self) -> bool:
        return bool(self.roles & {Role.OPERATIONS_MANAGER, Role.MANAGING_PARTNER})


Statement = tuple[str, dict[str, Any] | list[dict[str, Any]]]
"""The driver's words, and the values of one row or of several."""


@dataclass(frozen=True)
class Entry:
    """One act on its way to the trail."""

    stream: str
    matter_id: int | None
    action: str
    subject: str
    payload: str


class Dialect(Protocol):
    """What differs between the stores."""

    name: str

    def send(self, conn: Connection, pending: Sequence[Statement]) -> None:
        """Run statements whose answers nobody reads, in their order."""

    def bump(self, uow: UnitOfWork) -> None:
        """Move the number that open desks watch, when this transaction commits."""

    def append_audit(self, uow: UnitOfWork, stream: str, entries: Sequence[Entry]) -> None:
        """Extend one stream of the trail by these entries, in their order."""


@dataclass
class UnitOfWork:
    """`now` is asked once of the store and handed down; two facts of one gesture carry one instant."""

    conn: Connection
    dialect: Dialect
    store_id: str
    now: datetime
    actor: Actor
    randbits: Callable[[int], int] = secrets.randbits
    quiet: bool = False
    """Set by a use-case that changed nothing other people may see: no open desk hears of it (see `Store.write_unheard`)."""
    _audits: list[Entry] = field(default_factory=list)
    _pending: list[Statement] = field(default_factory=list)
    _drawn: set[tuple[str, str]] = field(default_factory=set)

    @property
    def now_us(self) -> int:
        return micros(self.now)

    # -- reading ------------------------------------------------------------------------------------------------

    def all(self, name: str, **params: Any) -> Sequence[Row[Any]]:
        """Every row of the named statement."""
        self.flush()
        return driver.all_rows(self.conn, named.words(name, self.dialect.name), params)

    def one(self, name: str, **params: Any) -> Row[Any] | None:
        """The first row of the named statement, or None."""
        self.flush()
        return driver.first_row(self.conn, named.words(name, self.dialect.name), params)

    def need(self, what: str, value: str, name: str, **params: Any) -> Row[Any]:
        """The row, or `NotFound` naming `what` and the `value` the person gave."""
        row = self.one(name, **params)
        if row is None:
            raise NotFound(what, value)
        return row

    def scalar(self, name: str, **params: Any) -> Any:
        row = self.one(name, **params)
        return None if row is None else row[0]

    # -- writing ------------------------------------------------------------------------------------------------

    def run(self, name: str, **params: Any) -> int:
        """Run the named statement; the number of rows it touched."""
        self.flush()
        return driver.touched(self.conn, named.words(name, self.dialect.name), params)

    def run_later(self, name: str, **params: Any) -> None:
        """Run the named statement before anything is read or committed; how many rows it touched is not asked."""
        self._pending.append((named.words(name, self.dialect.name), params))

    def insert(self, table: str, **values: Any) -> None:
        """Add one row."""
        self._pending.append((named.insert(table, tuple(values), self.dialect.name), values))

    def insert_many(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows that all have the same columns."""
        if rows:
            words = named.insert(table, tuple(rows[0]), self.dialect.name)
            self._pending.append((words, [dict(r) for r in rows]))

    def flush(self) -> None:
        """Send what was added since; before anything is read, changed or committed it happens by itself."""
        if self._pending:
            pending, self._pending = self._pending, []
            self.dialect.send(self.conn, pending)

    def update(self, table: str, row_id: int, version: int | None = None, **values: Any) -> None:
        """Change one row. With `version`, only that version of it; another's change first raises `Conflict`."""
        sets = ", ".join(f"{column} = :{column}" for column in values)
        where = "id = :row_id"
        if version is not None:
            sets += ", version = version + 1"
            where += " AND version = :row_version"
        self.flush()
        done = driver.touched(
            self.conn,
            named.driver_words(f"UPDATE {table} SET {sets} WHERE {where}", self.dialect.name),
            {**values, "row_id": row_id, "row_version": version},
        )
        if done != 1:
            raise Conflict(
                f"Somebody else changed this {table.replace('_', ' ')} first.", mine=values, theirs=None
            )

    def audit(self, action: str, subject: str, *, matter_id: int | None = None, **payload: Any) -> None:
        """One entry of the trail, written with the act: a matter's stream, or the store's own."""
        stream = f"matter:{matter_id}" if matter_id is not None else "store"
        self._audits.append(
            Entry(stream, matter_id, action, subject, canonical_json(payload).decode("ascii"))
        )

    def audit_person(self, action: str, subject: str, **payload: Any) -> None:
        """One entry of the actor's own stream (sign-ins, keys)."""
        stream = f"person:{self.actor.id}"
        self._audits.append(Entry(stream, None, action, subject, canonical_json(payload).decode("ascii")))

    def flush_audit(self) -> None:
        """Write the entries and whatever waits, streams in sorted order: unsorted, two transactions deadlock."""
        for stream, entries in groupby(sorted(self._audits, key=attrgetter("stream")), attrgetter("stream")):
            self.dialect.append_audit(self, stream, list(entries))
        self._audits.clear()
        self.flush()

    # -- names --------------------------------------------------------------------------------------------------

    def new_id(self) -> int:
        return new_id(self.randbits)

    def new_ref(self, prefix: str, table: str) -> str:
        """A ref for a new row of `table`: `T-1F3K9A`.

        One that another row has already (one in a thousand, at a million rows) is refused by the table's unique key,
        and the store tries the transaction again with others.
        """
        while True:
            ref = f"{prefix}-{crockford(6, self.randbits)}"
            if (table, ref) not in self._drawn:
                self._drawn.add((table, ref))
                return ref


def as_json(value: object) -> str:
    """How lists and small mappings stand in the store's text columns."""
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
