"""A store opened for one person: it runs use-cases, each in one transaction, and alone commits.

Concurrency: on SQLite every write takes the one pen at its begin; on PostgreSQL transactions are READ COMMITTED and
what `errors.retryable` names is tried again, three times in all. Whatever a use-case raises, nothing of it is written.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from casedesk.models.enums import LicenceKind, Role
from casedesk.refusal import NotFound, Refusal, StoreUnavailable
from casedesk.store import errors, named, postgres, sqlite
from casedesk.store.unit_of_work import Actor, UnitOfWork
from casedesk.store.watch import Pen, Watch

P = ParamSpec("P")
T = TypeVar("T")

SCHEMA = 4
"""The schema this program writes. A store with a higher one is newer than the program."""

OLDEST_SCHEMA = 4
"""The oldest schema this program still works on without `casedesk migrate`."""

FLOOR = 3
"""The oldest build that still works on a store of `SCHEMA`, by the schema it writes; only `migrate` moves it."""

TRIES = 3


@dataclass
class Store:
    """`clock` replaces the store's own clock in tests; `handle` says who sits at a local store."""

    engine: Engine
    dialect: sqlite.SqliteDialect | postgres.PostgresDialect
    label: str
    handle: str | None = None
    clock: Callable[[], datetime] | None = None
    read_only: bool = False
    randbits: Callable[[int], int] = secrets.randbits
    meta: dict[str, str] = field(default_factory=dict)
    place: sqlite.Place | None = None
    pen: Pen = field(default_factory=Pen)

    @property
    def shared(self) -> bool:
        return self.dialect.name == "postgresql"

    def close(self) -> None:
        self.engine.dispose()

    # -- opening ------------------------------------------------------------------------------------------------

    def check(self) -> None:
        """Read what the store says of itself. Raises `StoreUnavailable` when this program may not work on it."""
        try:
            with self.engine.connect() as conn:
                rows = conn.execute(named.statement("meta.all", self.dialect.name)).all()
        except DBAPIError as error:
            raise self._not_open(error) from error
        self.meta = {row.key: row.value for row in rows}
        if "schema" not in self.meta:
            raise StoreUnavailable(
                "not_a_store", f"{self.label} holds no casedesk store.", "Name the store with --store."
            )
        schema = int(self.meta["schema"])
        if int(self.meta.get("floor", "1")) > SCHEMA:
            raise StoreUnavailable(
                "store_newer",
                f"{self.label} was made by a newer casedesk (schema {schema}, this program knows {SCHEMA}).",
                "Install the newer casedesk.",
            )
        if schema < OLDEST_SCHEMA:
            raise StoreUnavailable(
                "store_older", f"{self.label} is of an older casedesk.", "Run `casedesk migrate`."
            )

    def _not_open(self, error: DBAPIError) -> StoreUnavailable:
        words = str(error.orig)
        if "no such table" in words or getattr(error.orig, "sqlstate", None) in {"42P01", "3D000"}:
            return StoreUnavailable(
                "not_a_store", f"{self.label} holds no casedesk store.", "Name the store with --store."
            )
        if getattr(error.orig, "sqlstate", None) == "42501":
            return StoreUnavailable(
                "login_refused", f"That login has no place in the firm of {self.label}.", "Check --as."
            )
        return errors.unavailable(words)

    # -- transactions -------------------------------------------------------------------------------------------

    def write(
        self, use_case: Callable[Concatenate[UnitOfWork, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a use-case in one transaction and commit it. Raises what the use-case raises, and nothing is written."""
        return self._write(True, use_case, *args, **kwargs)

    def write_unheard(
        self, use_case: Callable[Concatenate[UnitOfWork, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As `write`, but the number that every open desk watches (`change_mark`) stays where it is: what is done behind
        a wall, and a look at it, is nobody else's to hear of."""
        return self._write(False, use_case, *args, **kwargs)

    def _write(
        self,
        heard: bool,
        use_case: Callable[Concatenate[UnitOfWork, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        if self.read_only:
            raise Refusal("read_only", "This session only reads.", "Leave out --read-only.")
        for last in (False,) * (TRIES - 1) + (True,):
            try:
                return self._once(True, heard, use_case, *args, **kwargs)
            except DBAPIError as error:
                if last or not errors.retryable(error):
                    raise errors.translate(error) from error
            except UnicodeDecodeError as error:
                raise errors.no_text() from error
        raise AssertionError("unreachable")

    def read(self, use_case: Callable[Concatenate[UnitOfWork, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a use-case that only reads; whatever it wrote by mistake is rolled back."""
        try:
            return self._once(False, False, use_case, *args, **kwargs)
        except DBAPIError as error:
            raise errors.translate(error) from error
        except UnicodeDecodeError as error:
            raise errors.no_text() from error

    def _once(
        self,
        write: bool,
        heard: bool,
        use_case: Callable[Concatenate[UnitOfWork, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        if self.place is not None:
            self.place.check()
        try:
            conn = self.engine.connect()
        except OperationalError as error:
            raise errors.unavailable(str(error.orig)) from error
        with conn:
            if isinstance(self.dialect, sqlite.SqliteDialect):
                sqlite.begin(conn, write=write)
            if write:
                self.pen.take()
            try:
                if write and self.place is not None:
                    # Once more, the pen in hand: the file may have been put in another's place while we waited for it.
                    self.place.check()
                uow = self.unit(conn)
                result = use_case(uow, *args, **kwargs)
                if write:
                    if heard and not uow.quiet:
                        self.dialect.bump(uow)
                    uow.flush_audit()
                    self._commit(conn)
                else:
                    self._end(conn, "ROLLBACK")
            except BaseException:
                self._end(conn, "ROLLBACK")
                raise
            finally:
                if write:
                    self.pen.lay_down()
        return result

    def _commit(self, conn: Connection) -> None:
        try:
            self._end(conn, "COMMIT")
        except DBAPIError as error:
            if error.connection_invalidated:
                raise errors.in_doubt() from error
            raise

    def _end(self, conn: Connection, how: str) -> None:
        if conn.closed or conn.invalidated:
            return
        if isinstance(self.dialect, sqlite.SqliteDialect):
            driver: Any = conn.connection.driver_connection
            if driver.in_transaction:
                conn.exec_driver_sql(how)
        if how == "COMMIT":
            conn.commit()
        else:
            conn.rollback()

    def _now(self, conn: Connection) -> datetime:
        if self.clock is not None:
            return self.clock()
        return postgres.server_now(conn) if self.shared else sqlite.host_now()

    def unit(self, conn: Connection, actor: Actor | None = None) -> UnitOfWork:
        """One transaction's unit of work on an open connection; without an `actor` as whoever sits there."""
        now = self._now(conn)
        unit = UnitOfWork(
            conn=conn,
            dialect=self.dialect,
            store_id=self.meta.get("store_id", ""),
            now=now,
            actor=_NOBODY,
            randbits=self.randbits,
        )
        unit.actor = actor or self._actor(unit)
        return unit

    def _actor(self, uow: UnitOfWork) -> Actor:
        """Who acts: on the shared store whom the server let in, on a local one whom `--as` names."""
        if self.shared:
            row = uow.one("person.by_login")
        elif self.handle is None:
            row = uow.one("person.sits_here")
        else:
            row = uow.one("person.by_handle", handle=self.handle)
        if row is None:
            if self.handle is None:
                raise Refusal("who", "The store does not know who sits here.", "Say it with --as HANDLE.")
            raise NotFound("person", self.handle, "See `casedesk person list`.")
        if not row.active:
            raise Refusal("inactive", f"{row.handle} no longer works here.", "Sign in as somebody else.")
        licences = uow.all("person.licences_of", person_id=row.id)
        return Actor(
            id=row.id,
            handle=row.handle,
            name=row.name,
            kind=row.kind,
            roles=frozenset(Role(r.role) for r in uow.all("person.roles_of", person_id=row.id)),
            licences=tuple((r.id, LicenceKind(r.kind), r.expires) for r in licences),
            outside=bool(row.outside),
            partial=frozenset(r.id for r in licences if r.scope != "full"),
        )

    def found(
        self, first_rows: Callable[[UnitOfWork], T], *, build: Callable[[Connection], None] | None = None
    ) -> T:
        """Put the first rows into a store, as its owner: before them there is nobody who could act.

        `build` makes the tables first. All of it is one transaction, or nothing.
        """
        try:
            with self.engine.connect() as conn:
                if isinstance(self.dialect, sqlite.SqliteDialect):
                    sqlite.begin(conn, write=True)
                if build is not None:
                    build(conn)
                rows = conn.execute(named.statement("meta.all", self.dialect.name)).all()
                self.meta = {row.key: row.value for row in rows}
                now = self._now(conn)
                uow = UnitOfWork(conn, self.dialect, self.meta["store_id"], now, OWNER, self.randbits)
                result = first_rows(uow)
                uow.flush_audit()
                self._end(conn, "COMMIT")
        except DBAPIError as error:
            raise errors.translate(error) from error
        self.check()
        return result

    def change_mark(self) -> int:
        """An opaque number that moves when somebody committed what others may hear of; what changed is read again
        through the policies."""
        try:
            with self.engine.connect() as conn:
                return postgres.change_mark(conn) if self.shared else sqlite.change_mark(conn)
        except DBAPIError as error:
            raise errors.unavailable(str(error.orig)) from error

    def watch(self) -> Watch:
        """`change_mark` on a connection of its own, for one thread to ask now and then."""
        return Watch(self.engine, self.shared, self.place, None if self.read_only else self.pen)


OWNER = Actor(0, "owner", "the store's owner", "service", frozenset(), ())
_NOBODY = Actor(0, "", "", "staff", frozenset(), ())
