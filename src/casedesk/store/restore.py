"""A new store from a backup's rows, in an empty place; it gets its name when everything about it was compared."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, text

from casedesk.models.enums import Role
from casedesk.refusal import Refusal
from casedesk.security.store_key import StoreKey
from casedesk.store import backup, migrate, sqlite
from casedesk.store.backup import Progress, Reading
from casedesk.store.store import Store
from casedesk.store.unit_of_work import UnitOfWork

Clock = Callable[[], datetime]
Check = Callable[[UnitOfWork], None]
"""Looks at the store that was made and writes its first new entry; raises `Refusal` for one that may not be."""


def restore_local(
    path: Path,
    key: StoreKey | None,
    reading: Reading,
    check: Check,
    *,
    clock: Clock | None = None,
    progress: Progress | None = None,
) -> None:
    """A local store at `path`, encrypted with `key` or plain without one. A crash leaves nothing there.

    Raises `Refusal` when something is there already, for a damaged backup, and what `check` raises.
    """
    if os.path.lexists(path):
        raise Refusal("store_exists", f"There is something at {path} already.", "Name another place.")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    draft.unlink(missing_ok=True)
    sqlite.make_empty(draft)
    engine = sqlite.make_engine(draft, key)
    try:
        with backup.driver_told(engine):
            with engine.connect() as conn:
                # All rows are one transaction; the journal of that other mode holds nothing of a new file's pages.
                for pragma in (
                    "journal_mode=DELETE",
                    "foreign_keys=OFF",
                    f"application_id={sqlite.APPLICATION_ID}",
                ):
                    conn.exec_driver_sql(f"PRAGMA {pragma}")
                conn.exec_driver_sql("BEGIN IMMEDIATE")
                migrate.rebuild(conn, _schema(reading), lambda conn: _fill_local(conn, reading, progress))
                conn.exec_driver_sql("COMMIT")
                conn.commit()
            engine.dispose()
            store = Store(engine=engine, dialect=sqlite.SqliteDialect(), label=str(draft), clock=clock)
            store.check()
            store.found(check)
            with engine.connect() as conn:
                problem = conn.exec_driver_sql("PRAGMA integrity_check").scalar_one()
                if problem != "ok":
                    raise Refusal(
                        "restore_differs", f"The new file is not sound: {problem}.", "Look at the disk."
                    )
                conn.rollback()
                conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            engine.dispose()
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        draft.rename(path)
    finally:
        engine.dispose()
        for leftover in (draft, *(Path(f"{draft}{end}") for end in ("-wal", "-shm", "-journal"))):
            leftover.unlink(missing_ok=True)


def restore_shared(
    store: Store,
    reading: Reading,
    check: Check,
    verifier_of: Callable[[str], str],
    *,
    progress: Progress | None = None,
) -> tuple[str, ...]:
    """A shared store in the empty database behind `store`, which its owner opened; one transaction, or nothing.

    Everybody who works there, and the worker, gets a login where the server has none: `verifier_of` gives its SCRAM
    verifier. Returns the logins that were made. Raises `Refusal` like `restore_local`, and for a login of the server
    that the owner has not made.
    """
    made: list[str] = []

    def build(conn: Connection) -> None:
        conn.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
        migrate.check_empty(conn, store.label)
        migrate.rebuild(conn, _schema(reading), lambda conn: _fill_shared(conn, reading, progress))

    def first_rows(uow: UnitOfWork) -> None:
        made.extend(_logins(uow.conn, verifier_of))
        check(uow)

    with backup.driver_told(store.engine):
        store.found(first_rows, build=build)
    return tuple(made)


def _fill_local(conn: Connection, reading: Reading, progress: Progress | None) -> None:
    backup.load(conn, reading, progress)
    conn.exec_driver_sql("UPDATE person SET login = NULL")  # a login is a server's


def _fill_shared(conn: Connection, reading: Reading, progress: Progress | None) -> None:
    backup.load(conn, reading, progress)
    conn.exec_driver_sql("UPDATE person SET login = handle WHERE login IS NULL AND active = 1")


def _schema(reading: Reading) -> int:
    try:
        return int(reading.head["schema"])
    except (KeyError, TypeError, ValueError):
        return 0


def _logins(conn: Connection, verifier_of: Callable[[str], str]) -> list[str]:
    """A login for everybody who works there; those that were made. One that this owner has made before keeps its
    password, and gets the groups it lacks."""
    made = []
    people = conn.execute(
        text("SELECT id, login, kind FROM person WHERE login IS NOT NULL AND active = 1 ORDER BY login")
    ).all()
    for person in people:
        roles = conn.execute(
            text("SELECT role FROM person_role WHERE person_id = :id ORDER BY role"), {"id": person.id}
        ).scalars()
        groups = ["casedesk_service"] if person.kind == "service" else [f"casedesk_{Role(r)}" for r in roles]
        if _ours(conn, person.login):
            name = conn.dialect.identifier_preparer.quote_identifier(person.login)
            for group in groups:
                conn.exec_driver_sql(f"GRANT {group} TO {name}")
            continue
        verifier = verifier_of(person.login)
        migrate.make_login(conn, person.login, verifier, groups, about=migrate.FIRM_LOGIN)
        made.append(person.login)
    return made


def _ours(conn: Connection, login: str) -> bool:
    """Whether the server has that login, made by this owner. Raises `Refusal` for one that somebody else made."""
    row = conn.execute(
        text("SELECT pg_has_role(current_user, oid, 'MEMBER') AS ours FROM pg_roles WHERE rolname = :login"),
        {"login": login},
    ).first()
    if row is not None and not row.ours:
        raise Refusal(
            "login_taken",
            f"The server has a login {login!r} that this owner has not made: it may be somebody else's.",
            "Restore to another server, or have its administrator rename that login.",
        )
    return row is not None
