"""The server the tests stand on keeps its promises: real logins, an owner who is no superuser, faults on demand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.support.postgres import OwnedDb, PgServer, find_binaries

pytestmark = pytest.mark.postgres


def test_owner_may_make_roles_and_is_no_superuser(pg_database: OwnedDb) -> None:
    with psycopg.connect(pg_database.owner_url, autocommit=True) as owner:
        row = owner.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolcanlogin, rolbypassrls, rolreplication FROM pg_roles"
            " WHERE rolname = session_user"
        ).fetchone()
        assert row == (False, False, True, True, False, False)
        owner.execute("CREATE TABLE paper (id bigint)")
        schema = owner.execute(
            "SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'public'"
        ).fetchone()
        assert schema == (pg_database.owner,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner.execute("CREATE DATABASE another")


def test_every_login_is_asked_for_its_password(pg_server: PgServer, pg_database: OwnedDb) -> None:
    wrong = pg_database.login_url(pg_database.owner, "not-the-password")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(pg_database.login_url("postgres"), passfile="/nonexistent")
    stored = pg_server.execute("SELECT rolpassword FROM pg_authid WHERE rolcanlogin")
    assert stored
    assert all(verifier.startswith("SCRAM-SHA-256$") for (verifier,) in stored)


def test_the_server_keeps_utc_and_utf8(pg_database: OwnedDb) -> None:
    with psycopg.connect(pg_database.owner_url) as owner:
        row = owner.execute(
            "SELECT current_setting('TimeZone'), lower('NGUYỄN'), octet_length('ễ')"
        ).fetchone()
    assert row == ("UTC", "nguyễn", 3)


def test_clones_share_the_owner_and_drop_takes_the_roles_it_made(pg_server: PgServer) -> None:
    first = pg_server.new_owner_database()
    with psycopg.connect(first.owner_url, autocommit=True) as owner:
        owner.execute("CREATE TABLE paper (id bigint)")
        owner.execute("INSERT INTO paper VALUES (7)")
        owner.execute(f"CREATE ROLE {first.name}_reader NOLOGIN")
    second = pg_server.clone(first)
    pg_server.drop(first)
    with psycopg.connect(second.owner_url) as owner:
        assert owner.execute("SELECT id FROM paper").fetchone() == (7,)
    pg_server.drop(second)
    if pg_server.execute("SELECT current_setting('server_version_num')::int < 160000") == [(True,)]:
        pytest.skip(
            "PostgreSQL before 16 does not record who made a role, so the roles stay until the server goes."
        )
    left = pg_server.execute(f"SELECT rolname FROM pg_roles WHERE starts_with(rolname, '{first.name}')")
    assert left == []


def test_what_was_committed_survives_a_crash() -> None:
    server = PgServer.start()
    try:
        database = server.new_owner_database()
        with psycopg.connect(database.owner_url, autocommit=True) as owner:
            owner.execute("CREATE TABLE paper (id bigint)")
            owner.execute("INSERT INTO paper VALUES (1)")
            server.stop_immediate()
            with pytest.raises(psycopg.OperationalError):
                owner.execute("SELECT 1")
        server.restart()
        with psycopg.connect(database.owner_url) as owner:
            assert owner.execute("SELECT id FROM paper").fetchone() == (1,)
    finally:
        server.stop()
    assert not server.folder.exists()


def test_a_killed_test_run_leaves_no_server_behind() -> None:
    script = (
        "import os, signal, sys; from tests.support.postgres import PgServer; s = PgServer.start();"
        "print(s.folder, s._watcher.pid, flush=True); os.kill(os.getpid(), getattr(signal, 'SIGKILL', signal.SIGTERM))"
    )
    root = Path(__file__).parents[2]
    # The watcher holds the same stdout, so this returns only when it is gone as well.
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, stdout=subprocess.PIPE, text=True, check=False
    )
    assert done.returncode != 0
    assert not Path(done.stdout.split()[0]).exists()


def test_a_folder_without_binaries_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CASEDESK_TEST_PG_BIN", str(tmp_path))
    with pytest.raises(Exception, match=r"There is no initdb in .*: set CASEDESK_TEST_PG_BIN"):
        find_binaries()
