"""Making a store and moving it forward. Opening never migrates.

Tables come from frozen text (`ddl/`, made from `models/` by `just ddl` and read before it is committed); guards,
policies and functions are dropped and made again after every migration, so that one file says what holds now.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from casedesk.models.enums import Role
from casedesk.models.lifecycle import MACHINES
from casedesk.refusal import Refusal, StoreUnavailable
from casedesk.security.store_key import StoreKey
from casedesk.store import errors, guards, sqlite
from casedesk.store.store import FLOOR, SCHEMA, Store, T
from casedesk.store.unit_of_work import UnitOfWork

HERE = Path(__file__).parent
DEMO_LOGIN = "casedesk demo"
"""The comment on a login that a demo made, and may make again."""

GROUPS = ("casedesk_staff", "casedesk_service", *(f"casedesk_{role}" for role in Role))


def apply_ddl(revision: str) -> None:
    """Run one revision's frozen tables in the dialect at hand; called by the revision's file."""
    from alembic import op

    conn = op.get_bind()
    source = (HERE / "ddl" / f"{revision}_{conn.dialect.name}.sql").read_text(encoding="utf-8")
    for part in source.split(";\n"):
        if part.strip():
            conn.exec_driver_sql(part)


def _upgrade(conn: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = conn
    command.upgrade(config, "head")


def _apply_guards(conn: Connection) -> None:
    """Transitions as rows, guards as triggers; on PostgreSQL functions, grants and row policies too."""
    have = {tuple(row) for row in conn.execute(text("SELECT machine, before, after FROM transition")).all()}
    for machine, table in MACHINES.items():
        for before, afters in table.items():
            for after in sorted(afters):
                if (machine, before.value, after.value) not in have:
                    conn.execute(
                        text("INSERT INTO transition (machine, before, after) VALUES (:m, :b, :a)"),
                        {"m": machine, "b": before.value, "a": after.value},
                    )
    if conn.dialect.name == "sqlite":
        for statement in guards.sqlite_sql():
            conn.exec_driver_sql(statement)
        return
    for statement in guards.postgres_sql():
        conn.exec_driver_sql(statement)
    raw = conn.connection.driver_connection
    assert raw is not None
    for path in sorted((HERE / "policies").glob("*.sql")):
        raw.execute(path.read_text(encoding="utf-8"))


def _make_groups(conn: Connection) -> None:
    """The role groups, shared by every store of one server; made once, each role's group a member of staff."""
    have = {
        row[0] for row in conn.execute(text("SELECT rolname FROM pg_roles WHERE rolname LIKE 'casedesk%'"))
    }
    for group in GROUPS:
        if group not in have:
            conn.exec_driver_sql(f"CREATE ROLE {group} NOLOGIN")
            if group not in {"casedesk_staff", "casedesk_service"}:
                conn.exec_driver_sql(f"GRANT casedesk_staff TO {group}")


def _build(conn: Connection, marks: dict[str, str]) -> None:
    if conn.dialect.name == "postgresql":
        _make_groups(conn)
    _upgrade(conn)
    _apply_guards(conn)
    for key, value in {
        "store_id": secrets.token_hex(16),
        "schema": str(SCHEMA),
        "floor": str(FLOOR),
        **marks,
    }.items():
        conn.execute(text("INSERT INTO engine_meta (key, value) VALUES (:k, :v)"), {"k": key, "v": value})


def create_local(
    path: Path,
    fill: Callable[[Store], Any],
    *,
    marks: dict[str, str],
    clock: Callable[[], datetime] | None,
    key: StoreKey | None = None,
) -> Any:
    """Make a local store at `path`, let `fill` put the first rows in, and only then give it its name.

    Without a `key` it is plain. A crash before the end leaves nothing at `path`. Returns what `fill` returns. Raises `Refusal` when something is
    there already.
    """
    if path.exists():
        raise Refusal(
            "store_exists", f"There is a store at {path} already.", "Open it, or name another place."
        )
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    draft.unlink(missing_ok=True)
    sqlite.make_empty(draft)
    engine = sqlite.make_engine(draft, key)
    try:
        with engine.connect() as conn:
            conn.exec_driver_sql(f"PRAGMA application_id = {sqlite.APPLICATION_ID}")
            conn.exec_driver_sql("BEGIN IMMEDIATE")
            _build(conn, marks)
            conn.exec_driver_sql("COMMIT")
            conn.commit()
        store = Store(engine=engine, dialect=sqlite.SqliteDialect(), label=str(draft), clock=clock)
        store.check()
        result = fill(store)
        with engine.connect() as conn:
            conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()
        draft.rename(path)
    except DBAPIError as error:
        raise errors.translate(error) from error
    finally:
        engine.dispose()
        for leftover in (draft, Path(f"{draft}-wal"), Path(f"{draft}-shm")):
            leftover.unlink(missing_ok=True)
    return result


def create_shared(store: Store, fill: Callable[[UnitOfWork], T], *, marks: dict[str, str]) -> T:
    """Make the tables, guards, policies and groups in an empty database, as its owner, and let `fill` put the first
    rows in: one transaction, so that what fails leaves the database as it was.

    Raises `Refusal` for a database that holds a store, `StoreUnavailable` for a server that is too old.
    """

    def build(conn: Connection) -> None:
        if conn.execute(text("SELECT to_regclass('public.engine_meta')")).scalar_one() is not None:
            raise Refusal(
                "store_exists",
                f"There is a store in {store.label} already.",
                "Open it, or name another database.",
            )
        version = int(conn.execute(text("SHOW server_version_num")).scalar_one())
        if version < 150000:
            raise StoreUnavailable(
                "server_too_old", "The server is older than PostgreSQL 15.", "Use 15 or newer."
            )
        _build(conn, marks)

    return store.found(fill, build=build)


def bring_up(engine: Engine, path: Path | None) -> int:
    """Move a store of an older program forward, and put this program's guards in place; returns the schema it has.

    A local store is copied beside itself first. Raises `StoreUnavailable` for a store newer than the program.
    """
    try:
        with engine.connect() as conn:
            schema = int(
                conn.execute(text("SELECT value FROM engine_meta WHERE key = 'schema'")).scalar_one()
            )
            conn.rollback()
            if schema > SCHEMA:
                raise StoreUnavailable(
                    "store_newer", "That store is newer than this program.", "Install the newer casedesk."
                )
            if schema < SCHEMA and path is not None:
                conn.exec_driver_sql("VACUUM INTO ?", (str(path.with_name(f"{path.name}.before-{SCHEMA}")),))
            if conn.dialect.name == "sqlite":
                conn.exec_driver_sql("BEGIN IMMEDIATE")
            _upgrade(conn)
            _apply_guards(conn)
            conn.execute(text("UPDATE engine_meta SET value = :v WHERE key = 'schema'"), {"v": str(SCHEMA)})
            if conn.dialect.name == "sqlite":
                conn.exec_driver_sql("COMMIT")
            conn.commit()
    except DBAPIError as error:
        raise errors.translate(error) from error
    return SCHEMA


def make_login(conn: Connection, login: str, verifier: str, groups: list[str]) -> None:
    """A person's login, made by the owner: a SCRAM verifier, never a password. An existing one is refused unless it
    was made by a demo, whose logins carry a comment."""
    from psycopg import errors as pg_errors
    from psycopg import sql as pg

    raw: Any = conn.connection.driver_connection
    row = conn.execute(
        text("SELECT shobj_description(oid, 'pg_authid') AS about FROM pg_roles WHERE rolname = :login"),
        {"login": login},
    ).first()
    if row is not None and row.about != DEMO_LOGIN:
        raise Refusal(
            "login_taken",
            f"The server has a login {login!r} that is not of a demo.",
            "Make the demo on another server.",
        )
    name = pg.Identifier(login)
    try:
        if row is None:
            raw.execute(pg.SQL("CREATE ROLE {} LOGIN").format(name))
            raw.execute(pg.SQL("COMMENT ON ROLE {} IS {}").format(name, pg.Literal(DEMO_LOGIN)))
        raw.execute(pg.SQL("ALTER ROLE {} PASSWORD {}").format(name, pg.Literal(verifier)))
        for group in groups:
            raw.execute(pg.SQL("GRANT {} TO {}").format(pg.Identifier(group), name))
    except pg_errors.InsufficientPrivilege as error:
        raise Refusal(
            "not_the_owner",
            "The server's casedesk logins and groups were made by another owner, or this one may not make any.",
            "Use the owner that made them, one with CREATEROLE, or another server.",
        ) from error
