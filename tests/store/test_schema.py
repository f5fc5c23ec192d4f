"""The stores as they are made: the tables of `models/`, the lifecycle's steps, and on PostgreSQL who may do what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from scripts.freeze_ddl import FOLDER, frozen
from sqlalchemy import CheckConstraint, Connection, Inspector, UniqueConstraint, inspect, text
from sqlalchemy.dialects import postgresql, sqlite

from casedesk.models.lifecycle import MACHINES
from casedesk.models.tables import METADATA
from casedesk.store import guards, migrate
from casedesk.store import postgres as shared_store
from casedesk.store import sqlite as local_store
from casedesk.store.store import SCHEMA, Store
from tests.support.postgres import OwnedDb, PgServer

OURS = {"alembic_version"}


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    path = tmp_path_factory.mktemp("schema") / "firm.db"
    migrate.create_local(path, lambda store: None, marks={}, clock=None)
    engine = local_store.make_engine(path)
    with engine.connect() as conn:
        yield conn
    engine.dispose()


@pytest.fixture(scope="module")
def shared(pg_server: PgServer) -> Iterator[Connection]:
    database: OwnedDb = pg_server.new_owner_database()
    engine = shared_store.make_engine(shared_store.parse_url(database.url, database.owner), database.password)
    migrate.create_shared(
        Store(engine, shared_store.PostgresDialect(), "the test's own"), lambda _uow: None, marks={}
    )
    with engine.connect() as conn:
        yield conn
    engine.dispose()
    pg_server.drop(database)


@pytest.fixture(params=["local", "shared"])
def made(request: pytest.FixtureRequest) -> Connection:
    conn: Connection = request.getfixturevalue(request.param)
    return conn


def rows(conn: Connection, sql: str) -> list[tuple[Any, ...]]:
    found = [tuple(row) for row in conn.execute(text(sql)).all()]
    conn.rollback()
    return found


# -- the tables are those of the models ---------------------------------------------------------------------------


def test_every_table_and_no_other(made: Connection) -> None:
    assert set(inspect(made).get_table_names()) - OURS == set(METADATA.tables)


@pytest.mark.parametrize("name", sorted(METADATA.tables))
def test_a_table_is_its_model(made: Connection, name: str) -> None:
    table, found = METADATA.tables[name], inspect(made)
    columns = {c["name"]: c for c in found.get_columns(name)}
    assert list(columns) == [c.name for c in table.columns]
    for column in table.columns:
        assert columns[column.name]["nullable"] == column.nullable, column.name
        have = columns[column.name]["type"]
        assert have.compile(dialect=made.dialect) == column.type.compile(dialect=made.dialect), column.name
        default = columns[column.name]["default"]
        assert (default is None) == (column.server_default is None), column.name
    assert found.get_pk_constraint(name)["constrained_columns"] == [c.name for c in table.primary_key]
    assert _keys(found, name) == {
        (
            tuple(e.parent.name for e in k.elements),
            k.referred_table.name,
            tuple(e.column.name for e in k.elements),
        )
        for k in table.foreign_key_constraints
    }
    assert _uniques(found, name) == {
        tuple(c.name for c in u.columns) for u in table.constraints if isinstance(u, UniqueConstraint)
    }
    assert {c["name"] for c in found.get_check_constraints(name)} == {
        str(c.name) for c in table.constraints if isinstance(c, CheckConstraint)
    }
    assert _indexes(found, name) == {
        (str(i.name), tuple(c.name for c in i.columns), bool(i.unique)) for i in table.indexes
    }


def _keys(found: Inspector, name: str) -> set[tuple[tuple[str, ...], str, tuple[str, ...]]]:
    return {
        (tuple(k["constrained_columns"]), k["referred_table"], tuple(k["referred_columns"]))
        for k in found.get_foreign_keys(name)
    }


def _uniques(found: Inspector, name: str) -> set[tuple[str, ...]]:
    return {tuple(u["column_names"]) for u in found.get_unique_constraints(name)}


def _indexes(found: Inspector, name: str) -> set[tuple[str, tuple[str | None, ...], bool]]:
    return {
        (str(i["name"]), tuple(i["column_names"]), bool(i["unique"]))
        for i in found.get_indexes(name)
        if not i.get("duplicates_constraint")
    }


def test_the_frozen_tables_are_what_the_models_say() -> None:
    newest = max(path.name.partition("_")[0] for path in FOLDER.glob("*.sql"))
    assert int(newest) == SCHEMA
    for dialect in (sqlite.dialect(), postgresql.dialect()):  # type: ignore[no-untyped-call]
        kept = (FOLDER / f"{newest}_{dialect.name}.sql").read_text(encoding="utf-8")
        assert kept == frozen(newest, dialect), "run scripts/freeze_ddl.py, and read what it changed"


def test_the_steps_of_every_life_are_in_the_store(made: Connection) -> None:
    wanted = {
        (machine, before.value, after.value)
        for machine, table in MACHINES.items()
        for before, afters in table.items()
        for after in afters
    }
    assert set(rows(made, "SELECT machine, before, after FROM transition")) == wanted


def test_every_machine_holds_its_table() -> None:
    assert set(guards.MACHINES) == set(MACHINES)


# -- PostgreSQL: who may ------------------------------------------------------------------------------------------


def test_every_table_has_row_security_and_a_policy(shared: Connection) -> None:
    bare = rows(
        shared,
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public'"
        " AND c.relkind = 'r' AND (NOT c.relrowsecurity OR NOT EXISTS"
        " (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid))",
    )
    assert {row[0] for row in bare} <= OURS


def test_no_table_that_is_ours_alone_is_granted(shared: Connection) -> None:
    granted = rows(
        shared,
        "SELECT grantee, table_name FROM information_schema.role_table_grants WHERE table_name = 'alembic_version'"
        " AND grantee NOT IN (SELECT current_user)",
    )
    assert granted == []


def test_nothing_is_open_to_everybody(shared: Connection) -> None:
    functions = rows(
        shared,
        "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'public'"
        " AND (p.proacl IS NULL OR EXISTS (SELECT 1 FROM aclexplode(p.proacl) a WHERE a.grantee = 0))",
    )
    tables = rows(
        shared,
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(c.relacl) a"
        " WHERE n.nspname = 'public' AND a.grantee = 0",
    )
    assert (functions, tables) == ([], [])
    assert rows(shared, "SELECT has_schema_privilege('casedesk_staff', 'public', 'CREATE')") == [(False,)]


def test_a_function_that_acts_for_others_looks_in_fixed_places(shared: Connection) -> None:
    loose = rows(
        shared,
        "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'public'"
        " AND p.prosecdef AND NOT (COALESCE(array_to_string(p.proconfig, ','), '') LIKE"
        " 'search_path=pg_catalog, public, pg_temp%')",
    )
    assert loose == []


def test_the_owner_is_no_superuser_and_passes_no_policy_by(shared: Connection) -> None:
    assert rows(shared, "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user") == [
        (False, False)
    ]
    assert (
        rows(
            shared,
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'casedesk%' AND (rolsuper OR rolbypassrls OR rolcanlogin"
            " OR rolcreaterole OR rolcreatedb)",
        )
        == []
    )


@pytest.mark.parametrize(
    "table", ["sign_off", "filing", "draft", "manifest", "manifest_document", "firm_policy"]
)
def test_the_service_login_writes_nothing_of_the_gate(shared: Connection, table: str) -> None:
    for verb in ("INSERT", "UPDATE", "DELETE", "TRUNCATE"):
        assert rows(shared, f"SELECT has_table_privilege('casedesk_service', '{table}', '{verb}')") == [
            (False,)
        ]
    assert rows(shared, f"SELECT has_any_column_privilege('casedesk_service', '{table}', 'UPDATE')") == [
        (False,)
    ]


def test_the_service_login_decides_no_review(shared: Connection) -> None:
    for table in ("review", "review_point"):
        assert rows(shared, f"SELECT has_any_column_privilege('casedesk_service', '{table}', 'UPDATE')") == [
            (False,)
        ]


@pytest.mark.parametrize("group", ["casedesk_staff", "casedesk_service", "casedesk_managing_partner"])
def test_nobody_deletes_or_empties(shared: Connection, group: str) -> None:
    for verb in ("DELETE", "TRUNCATE", "TRIGGER", "REFERENCES"):
        able = rows(
            shared,
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname ="
            f" 'public' AND c.relkind = 'r' AND has_table_privilege('{group}', c.oid, '{verb}')",
        )
        assert able == [], verb


@pytest.mark.parametrize("guarded", sorted({(g.table, g.event) for g in guards.all_guards()}))
def test_every_guard_stands(made: Connection, guarded: tuple[str, str]) -> None:
    table, event = guarded
    if made.dialect.name == "sqlite":
        wanted = sum((g.table, g.event) == guarded for g in guards.all_guards())
        have = rows(
            made,
            f"SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{table}'"
            f" AND name GLOB 'guard_{table}_{event.lower()}_[0-9]*'",
        )
        assert have == [(wanted,)]
    else:
        name = f"guard_{table}_{event.lower()}"
        assert rows(made, f"SELECT tgenabled FROM pg_trigger WHERE tgname = '{name}'") == [("O",)]


def test_the_guards_are_put_in_place_twice_without_harm(made: Connection) -> None:
    """A migration drops and makes them again."""
    statements = guards.sqlite_sql() if made.dialect.name == "sqlite" else guards.postgres_sql()
    for statement in statements:
        made.exec_driver_sql(statement)
    made.rollback()
