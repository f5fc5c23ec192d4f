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
from casedesk.refusal import Refusal, StoreUnavailable
from casedesk.security.store_key import StoreKey
from casedesk.store import errors, fingerprint, guards, sqlite
from casedesk.store.store import FLOOR, SCHEMA, TRIES, Store, T
from casedesk.store.unit_of_work import UnitOfWork

HERE = Path(__file__).parent
DEMO_LOGIN = "casedesk demo"
"""The comment on a login that a demo made, and may make again."""

FIRM_LOGIN = "casedesk"
"""The comment on a firm's own login."""

PATIENCE = "30s"
"""How long moving a shared store waits for those who work in it."""

GROUPS = ("casedesk_staff", "casedesk_service", *(f"casedesk_{role}" for role in Role))

_TAKE_DOWN = """DO $down$
DECLARE v_row record;
BEGIN
    FOR v_row IN SELECT t.tgname, t.tgrelid::regclass AS place FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', v_row.tgname, v_row.place);
    END LOOP;
    FOR v_row IN SELECT policyname, tablename FROM pg_policies WHERE schemaname = 'public' LOOP
        EXECUTE format('DROP POLICY %I ON %I', v_row.policyname, v_row.tablename);
    END LOOP;
    FOR v_row IN SELECT p.oid::regprocedure AS place FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner
        WHERE p.pronamespace = 'public'::regnamespace AND r.rolname = current_user LOOP
        EXECUTE format('DROP ROUTINE %s', v_row.place);
    END LOOP;
END $down$"""
"""Takes away every trigger, policy and function of the store's owner on PostgreSQL."""


def apply_ddl(revision: str) -> None:
    """Run one revision's frozen tables in the dialect at hand; called by the revision's file."""
    from alembic import op

    conn = op.get_bind()
    source = (HERE / "ddl" / f"{revision}_{conn.dialect.name}.sql").read_text(encoding="utf-8")
    for part in source.split(";\n"):
        if part.strip():
            conn.exec_driver_sql(part)


def _upgrade(conn: Connection, revision: str = "head") -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = conn
    command.upgrade(config, revision)


def _apply_guards(conn: Connection) -> None:
    """Transitions as rows, guards as triggers; on PostgreSQL functions, grants and row policies too."""
    have = {tuple(row) for row in conn.execute(text("SELECT machine, before, after FROM transition")).all()}
    for machine, before, after in fingerprint.steps():
        if (machine, before, after) not in have:
            conn.execute(
                text("INSERT INTO transition (machine, before, after) VALUES (:m, :b, :a)"),
                {"m": machine, "b": before, "a": after},
            )
    if conn.dialect.name == "sqlite":
        for statement in guards.sqlite_sql():
            conn.exec_driver_sql(statement)
        return
    for statement in guards.postgres_sql():
        _as_it_stands(conn, statement)
    for path in sorted((HERE / "policies").glob("*.sql")):
        _as_it_stands(conn, path.read_text(encoding="utf-8"))


def _as_it_stands(conn: Connection, words: str) -> None:
    """To PostgreSQL's driver a per cent sign would announce a parameter."""
    conn.exec_driver_sql(words.replace("%", "%%"))


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
    fingerprint.mark(conn)


def check_free(path: Path) -> None:
    """Raises `Refusal` when something is at `path` already."""
    if path.exists():
        raise Refusal(
            "store_exists", f"There is a store at {path} already.", "Open it, or name another place."
        )


def rebuild(conn: Connection, schema: int, load: Callable[[Connection], None]) -> None:
    """Make the tables of `schema` in an empty place, let `load` fill them with no guard in its way, and bring them to
    this program's shape; in the caller's transaction. Raises `StoreUnavailable` for a schema this program has not."""
    if not 1 <= schema <= SCHEMA:
        raise StoreUnavailable(
            "store_newer",
            f"That is of schema {schema}, this program knows {SCHEMA}.",
            "Install the newer casedesk.",
        )
    if conn.dialect.name == "postgresql":
        _make_groups(conn)
    _upgrade(conn, f"{schema:04d}")
    load(conn)
    _finish(conn)


def _finish(conn: Connection) -> None:
    """Whatever stands there becomes of this program's schema, with its guards, its counts of open work taken anew, and
    marked so."""
    _upgrade(conn)
    _apply_guards(conn)
    for statement in guards.RECOUNT:
        conn.exec_driver_sql(statement)
    for key, value in (("schema", SCHEMA), ("floor", FLOOR)):
        conn.execute(text("UPDATE engine_meta SET value = :v WHERE key = :k"), {"k": key, "v": str(value)})
    fingerprint.mark(conn)


def create_local(
    path: Path,
    fill: Callable[[Store], Any],
    *,
    marks: dict[str, str],
    clock: Callable[[], datetime] | None,
    key: StoreKey | None = None,
) -> Any:
    """Make a local store at `path`, let `fill` put the first rows in, and only then give it its name.

    Without a `key` it is plain. A crash before the end leaves nothing at `path`. Returns what `fill` returns. Raises
    `Refusal` when something is there already.
    """
    check_free(path)
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
        check_empty(conn, store.label)
        _build(conn, marks)

    return store.found(fill, build=build)


def check_empty(conn: Connection, label: str) -> None:
    """Raises `Refusal` for a database that holds a store, `StoreUnavailable` for a server that is too old."""
    if conn.execute(text("SELECT to_regclass('public.engine_meta')")).scalar_one() is not None:
        raise Refusal(
            "store_exists", f"There is a store in {label} already.", "Open it, or name another database."
        )
    if int(conn.execute(text("SHOW server_version_num")).scalar_one()) < 150000:
        raise StoreUnavailable(
            "server_too_old", "The server is older than PostgreSQL 15.", "Use 15 or newer."
        )


def check_database(store: Store) -> None:
    """Raises as `check_empty`, and `StoreUnavailable` for a database that cannot be reached."""
    try:
        with store.engine.connect() as conn:
            check_empty(conn, store.label)
    except DBAPIError as error:
        raise errors.translate(error) from error


def bring_up(engine: Engine, path: Path | None) -> int:
    """Move a store of an older program forward, and put this program's guards in place; returns the schema it has.

    One transaction: a store is wholly of the old shape or wholly of the new, whatever ends this. A local store that
    moves is copied beside itself first (`NAME.before-SCHEMA`, as encrypted as it is). Raises `StoreUnavailable` for a
    store newer than the program or held by others, `Refusal("shape_changed")` for tables changed by hand.
    """
    for last in (False,) * (TRIES - 1) + (True,):
        try:
            with engine.connect() as conn:
                return _bring_up(engine, conn, path)
        except DBAPIError as error:
            if last or not errors.retryable(error):
                raise errors.translate(error) from error
    raise AssertionError("unreachable")


def _bring_up(engine: Engine, conn: Connection, path: Path | None) -> int:
    if conn.dialect.name == "sqlite":
        conn.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        # Who works waits for the length of this, and this does not wait for who works for longer than that.
        conn.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        conn.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('casedesk.migrate'))")
    try:
        if _schema(conn) == SCHEMA:
            _refuse_changed_tables(conn)
        elif path is not None:
            _copy_beside(engine, path)
        _take_down(conn)
        _finish(conn)
        if conn.dialect.name == "sqlite":
            conn.exec_driver_sql("COMMIT")
        conn.commit()
    except BaseException:
        driver: Any = None if conn.invalidated else conn.connection.driver_connection
        if conn.dialect.name == "sqlite" and driver is not None and driver.in_transaction:
            conn.exec_driver_sql("ROLLBACK")  # a full disk has ended it already
        raise
    return SCHEMA


def _schema(conn: Connection) -> int:
    """The store's schema. Raises `StoreUnavailable` for one that is newer than this program, or no store."""
    found = conn.execute(text("SELECT value FROM engine_meta WHERE key = 'schema'")).scalar()
    if found is None:
        raise StoreUnavailable("not_a_store", "That holds no casedesk store.", "Name the store with --store.")
    if int(found) > SCHEMA:
        raise StoreUnavailable(
            "store_newer", "That store is newer than this program.", "Install the newer casedesk."
        )
    return int(found)


def _copy_beside(engine: Engine, path: Path) -> None:
    """A copy of the store as it is, whole or not at all; a later try takes the place of an earlier one's. The caller
    has the pen, so that nobody else writes, or copies, meanwhile."""
    copy = path.with_name(f"{path.name}.before-{SCHEMA}")
    draft = path.with_name(f".{copy.name}.new")
    draft.unlink(missing_ok=True)
    sqlite.make_empty(draft)
    try:
        with engine.connect() as reader:
            reader.exec_driver_sql("VACUUM INTO ?", (str(draft),))
            reader.commit()
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        draft.replace(copy)
    finally:
        draft.unlink(missing_ok=True)


def _refuse_changed_tables(conn: Connection) -> None:
    """Guards are made again; a table or an index that somebody changed would only be marked as right."""
    was = fingerprint.marked(conn)
    now = fingerprint.fingerprint(conn)
    if was is None or was[fingerprint.SERVER] != now[fingerprint.SERVER]:
        return
    names = [n for n in sorted(fingerprint.unlike(now, was)) if n.startswith(fingerprint.STRUCTURE)]
    if names:
        raise Refusal(
            "shape_changed",
            f"Somebody changed the store's tables by hand: {', '.join(names[:3])}.",
            "Put them back, or restore the store from its last good backup.",
        )


def _take_down(conn: Connection) -> None:
    """Triggers, policies and functions of any age: what a migration leaves behind is made anew after it."""
    if conn.dialect.name == "sqlite":
        found = conn.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
        for name in found:
            conn.exec_driver_sql(f'DROP TRIGGER "{name}"')
        return
    _as_it_stands(conn, _TAKE_DOWN)


def make_login(
    conn: Connection, login: str, verifier: str, groups: list[str], *, about: str = DEMO_LOGIN
) -> None:
    """A person's login, made by the owner: a SCRAM verifier, never a password. An existing one is refused, but that a
    demo makes again what a demo made: `about` is the comment that tells."""
    from psycopg import errors as pg_errors
    from psycopg import sql as pg

    raw: Any = conn.connection.driver_connection
    row = conn.execute(
        text("SELECT shobj_description(oid, 'pg_authid') AS about FROM pg_roles WHERE rolname = :login"),
        {"login": login},
    ).first()
    if row is not None and about != DEMO_LOGIN:
        made = "that a demo made" if row.about == DEMO_LOGIN else "already"
        raise Refusal(
            "login_taken",
            f"The server has a login {login!r} {made}.",
            f"Choose another handle, drop it (`DROP ROLE {login}`), or use another server.",
        )
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
            raw.execute(pg.SQL("COMMENT ON ROLE {} IS {}").format(name, pg.Literal(about)))
        raw.execute(pg.SQL("ALTER ROLE {} PASSWORD {}").format(name, pg.Literal(verifier)))
        for group in groups:
            raw.execute(pg.SQL("GRANT {} TO {}").format(pg.Identifier(group), name))
        # The owner may end the sessions of a login that a wall shuts out.
        raw.execute(pg.SQL("GRANT {} TO CURRENT_USER").format(name))
    except pg_errors.InsufficientPrivilege as error:
        raise Refusal(
            "not_the_owner",
            "The server's casedesk logins and groups were made by another owner, or this one may not make any.",
            "Use the owner that made them, one with CREATEROLE, or another server.",
        ) from error
