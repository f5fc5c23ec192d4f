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
from typing import Any, Protocol

from sqlalchemy import Connection, text
from sqlalchemy import Row as Row

from casedesk.models.enums import LicenceKind, Role
from casedesk.models.identifiers import crockford, new_id
from casedesk.refusal import Conflict, NotFound
from casedesk.security.canonical import canonical_json
from casedesk.store import named

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

    def licence(self, *kinds: LicenceKind, on: str) -> tuple[int, LicenceKind] | None:
        """The first live licence among `kinds` on the ISO day `on`, as (id, kind)."""
        for wanted in kinds:
            for licence_id, kind, expires in self.licences:
                if kind == wanted and (expires is None or expires >= on):
                    return licence_id, kind
        return None

    @property
    def is_manager(self) -> bool:
        return bool(self.roles & {Role.OPERATIONS_MANAGER, Role.MANAGING_PARTNER})


class Dialect(Protocol):
    """What differs between the stores."""

    name: str

    def append_audit(
        self, uow: UnitOfWork, stream: str, matter_id: int | None, action: str, subject: str, payload: str
    ) -> None: ...


@dataclass
class UnitOfWork:
    """`now` is asked once of the store and handed down; two facts of one gesture carry one instant."""

    conn: Connection
    dialect: Dialect
    store_id: str
    now: datetime
    actor: Actor
    randbits: Callable[[int], int] = secrets.randbits
    _audits: list[tuple[str, int | None, str, str, str]] = field(default_factory=list)

    @property
    def now_us(self) -> int:
        return micros(self.now)

    # -- reading ------------------------------------------------------------------------------------------------

    def all(self, name: str, **params: Any) -> Sequence[Row[Any]]:
        """Every row of the named statement."""
        return self.conn.execute(named.statement(name, self.dialect.name), params).all()

    def one(self, name: str, **params: Any) -> Row[Any] | None:
        """The first row of the named statement, or None."""
        return self.conn.execute(named.statement(name, self.dialect.name), params).first()

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
        return self.conn.execute(named.statement(name, self.dialect.name), params).rowcount

    def insert(self, table: str, **values: Any) -> None:
        """Add one row."""
        columns = ", ".join(values)
        holders = ", ".join(f":{column}" for column in values)
        self.conn.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({holders})"), values)

    def insert_many(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows that all have the same columns."""
        if not rows:
            return
        columns = ", ".join(rows[0])
        holders = ", ".join(f":{column}" for column in rows[0])
        self.conn.execute(
            text(f"INSERT INTO {table} ({columns}) VALUES ({holders})"), [dict(r) for r in rows]
        )

    def update(self, table: str, row_id: int, version: int | None = None, **values: Any) -> None:
        """Change one row. With `version`, only that version of it; another's change first raises `Conflict`."""
        sets = ", ".join(f"{column} = :{column}" for column in values)
        where = "id = :row_id"
        if version is not None:
            sets += ", version = version + 1"
            where += " AND version = :row_version"
        done = self.conn.execute(
            text(f"UPDATE {table} SET {sets} WHERE {where}"),
            {**values, "row_id": row_id, "row_version": version},
        )
        if done.rowcount != 1:
            raise Conflict(
                f"Somebody else changed this {table.replace('_', ' ')} first.", mine=values, theirs=None
            )

    def audit(self, action: str, subject: str, *, matter_id: int | None = None, **payload: Any) -> None:
        """One entry of the trail, written with the act: a matter's stream, or the store's own."""
        stream = f"matter:{matter_id}" if matter_id is not None else "store"
        self._audits.append((stream, matter_id, action, subject, canonical_json(payload).decode("ascii")))

    def audit_person(self, action: str, subject: str, **payload: Any) -> None:
        """One entry of the actor's own stream (sign-ins, keys)."""
        stream = f"person:{self.actor.id}"
        self._audits.append((stream, None, action, subject, canonical_json(payload).decode("ascii")))

    def flush_audit(self) -> None:
        """Write the entries, streams in sorted order: unsorted, two transactions deadlock."""
        for stream, matter_id, action, subject, payload in sorted(self._audits, key=lambda entry: entry[0]):
            self.dialect.append_audit(self, stream, matter_id, action, subject, payload)
        self._audits.clear()

    # -- names --------------------------------------------------------------------------------------------------

    def new_id(self) -> int:
        return new_id(self.randbits)

    def new_ref(self, prefix: str, table: str) -> str:
        """A ref nobody has yet: `T-1F3K9A`."""
        while True:
            ref = f"{prefix}-{crockford(6, self.randbits)}"
            if (
                self.conn.execute(text(f"SELECT 1 FROM {table} WHERE ref = :ref"), {"ref": ref}).first()
                is None
            ):
                return ref


def as_json(value: object) -> str:
    """How lists and small mappings stand in the store's text columns."""
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
