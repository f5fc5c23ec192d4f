"""Every named statement is one that its store understands: planned on both, with nothing for each parameter.

PostgreSQL refuses to plan a parameter whose type it cannot tell, which SQLite never minds: that is caught here.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text

from casedesk.store import migrate, named, postgres, sqlite
from casedesk.store.store import Store
from tests.support.postgres import OwnedDb, PgServer


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    path = tmp_path_factory.mktemp("named") / "firm.db"
    migrate.create_local(path, lambda store: None, marks={}, clock=None)
    engine = sqlite.make_engine(path)
    with engine.connect() as conn:
        yield conn
    engine.dispose()


@pytest.fixture(scope="module")
def shared(pg_server: PgServer) -> Iterator[Connection]:
    database: OwnedDb = pg_server.new_owner_database()
    engine = postgres.make_engine(postgres.parse_url(database.url, database.owner), database.password)
    migrate.create_shared(
        Store(engine, postgres.PostgresDialect(), "the test's own"), lambda _uow: None, marks={}
    )
    with engine.connect() as conn:
        yield conn
    engine.dispose()
    pg_server.drop(database)


def _explain(conn: Connection, dialect: str, name: str) -> None:
    clause = named.statement(name, dialect)
    params = dict.fromkeys(clause.compile().params)
    for limited in ("limit", "most", "many"):
        if limited in params:
            params[limited] = 1
    conn.execute(text(f"EXPLAIN {clause.text}"), params).all()


@pytest.mark.parametrize("name", named.names())
def test_planned_on_a_local_store(local: Connection, name: str) -> None:
    _explain(local, "sqlite", name)


@pytest.mark.parametrize("name", named.names())
def test_planned_on_a_shared_store(shared: Connection, name: str) -> None:
    try:
        _explain(shared, "postgresql", name)
    finally:
        shared.rollback()


def test_every_statement_says_its_purpose_and_stands_once() -> None:
    """A head that the reader misses would make two statements one: every `-- ` line heads something."""
    for path in sorted(named.FOLDER.glob("*.sql")):
        heads = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("-- ")]
        names = [line.removeprefix("-- ").partition(":")[0] for line in heads]
        assert len(set(names)) == len(names), path.name
        assert all(line.partition(": ")[2] for line in heads), path.name
        assert len(named.load(path.stem)) == len([n for n in names if not n.startswith("_")]), path.name


def test_an_unknown_name_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError, match=r"matter\.nothing"):
        named.statement("matter.nothing", "sqlite")
