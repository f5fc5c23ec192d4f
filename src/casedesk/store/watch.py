"""The number that every open desk watches: it moves when somebody committed what others may see."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import get_ident

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from casedesk.refusal import Refusal
from casedesk.store import errors, postgres, sqlite

PATIENCE_MS = 1500
"""A pen that is not to be had for so long is not another desk's write: somebody holds the file."""


@dataclass
class Pen:
    """Which threads of this process write on a local store now."""

    held_by: set[int] = field(default_factory=set)

    def take(self) -> None:
        self.held_by.add(get_ident())

    def lay_down(self) -> None:
        self.held_by.discard(get_ident())


@dataclass
class Watch:
    """Asked now and then by one thread, it gives the number, on a connection of its own that is opened again after a
    fault. Raises `StoreUnavailable` where the store does not answer, and on a local store where another program has
    kept the pen for `PATIENCE_MS`: what is written now would not get through."""

    engine: Engine
    shared: bool
    place: sqlite.Place | None
    pen: Pen | None
    _conn: Connection | None = None

    def __call__(self) -> int:
        try:
            return self._ask()
        except Refusal:
            self.close()
            raise
        except DBAPIError as error:
            said = errors.unavailable(str(error.orig))
            if said.code != "store_locked":
                self.close()
            raise said from error

    def close(self) -> None:
        """Let go of the connection; it is no other's to use again."""
        conn, self._conn = self._conn, None
        if conn is not None:
            conn.invalidate()
            conn.close()

    def _ask(self) -> int:
        if self.place is not None:
            self.place.check()
        if self._conn is None:
            self._conn = self.engine.connect()
            if not self.shared:
                sqlite.be_patient(self._conn, PATIENCE_MS)
        if not self.shared:
            if self.pen is not None and not self.pen.held_by:
                sqlite.try_pen(self._conn)
            return sqlite.change_mark(self._conn)
        mark = postgres.change_mark(self._conn)
        self._conn.rollback()
        return mark
