"""`doctor --security`: a sound server has nothing to say, and each thing done to it is named."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from casedesk.desk import care_security
from casedesk.desk.views.care import Check
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, local_firm, shared_firm
from tests.support.postgres import PgServer

DONE = {
    "views": ("CREATE VIEW spy AS SELECT * FROM matter", "spy"),
    "tables": ("CREATE TABLE loose (x int)", "loose"),
    "policies": ("CREATE POLICY spy ON note USING (true)", "note.spy"),
    "functions": ("CREATE FUNCTION spy() RETURNS int LANGUAGE sql AS 'SELECT 1'", "spy()"),
    "paths": ("ALTER FUNCTION casedesk_uid() RESET search_path", "casedesk_uid()"),
    "owners": ("CREATE TABLE theirs (x int); ALTER TABLE theirs ENABLE ROW LEVEL SECURITY", "theirs"),
    "triggers": ("ALTER TABLE review DISABLE TRIGGER USER", "review.guard_review_update"),
    "bypass": ("ALTER ROLE bcole BYPASSRLS", "bcole"),
    "powers": ("ALTER ROLE bcole CREATEROLE", "bcole"),
    "strangers": ("CREATE ROLE mallory LOGIN IN ROLE casedesk_staff", "mallory"),
    "groups": ("GRANT casedesk_managing_partner TO bcole", "bcole in casedesk_managing_partner"),
    "grants": ("GRANT DELETE ON audit TO casedesk_staff", "audit: casedesk_staff DELETE"),
    "places": ("GRANT CREATE ON SCHEMA public TO casedesk_staff", "schema public for casedesk_staff"),
    "doors": ("CREATE PUBLICATION spy FOR TABLE matter", "publication spy"),
    "settings": ("ALTER SYSTEM SET log_statement = 'all'", "log_statement = all"),
}
UNDO = {
    "views": "DROP VIEW spy",
    "tables": "DROP TABLE loose",
    "policies": "DROP POLICY spy ON note",
    "functions": "DROP FUNCTION spy()",
    "paths": "ALTER FUNCTION casedesk_uid() SET search_path = pg_catalog, public, pg_temp",
    "owners": "DROP TABLE theirs",
    "triggers": "ALTER TABLE review ENABLE TRIGGER USER",
    "bypass": "ALTER ROLE bcole NOBYPASSRLS",
    "powers": "ALTER ROLE bcole NOCREATEROLE",
    "strangers": "DROP ROLE mallory",
    "groups": "REVOKE casedesk_managing_partner FROM bcole",
    "grants": "REVOKE DELETE ON audit FROM casedesk_staff",
    "places": "REVOKE CREATE ON SCHEMA public FROM casedesk_staff",
    "doors": "DROP PUBLICATION spy",
    "settings": "ALTER SYSTEM RESET log_statement",
}


@pytest.fixture(scope="module")
def server_firm(pg_server: PgServer) -> Iterator[FirmFixture]:
    owned = pg_server.new_owner_database()
    firm = shared_firm(owned, ManualClock())
    yield firm
    firm.close()
    pg_server.drop(owned)


def _checks(firm: FirmFixture) -> dict[str, Check]:
    return {check.id: check for check in firm.desk("inovak").read(care_security.checks)}


def test_a_server_as_casedesk_makes_it_has_nothing_to_say(server_firm: FirmFixture) -> None:
    assert {k: c.detail for k, c in _checks(server_firm).items() if not c.ok} == {}


def test_every_lint_is_tried() -> None:
    assert set(DONE) == set(UNDO) == {lint.id for lint in care_security.LINTS}


@pytest.mark.parametrize("lint", sorted(DONE))
def test_what_was_done_to_the_server_is_named(
    server_firm: FirmFixture, pg_server: PgServer, lint: str
) -> None:
    owned = server_firm.owned
    assert owned is not None
    statement, thing = DONE[lint]
    reload = ("SELECT pg_reload_conf()", "SELECT pg_sleep(0.2)") if lint == "settings" else ()
    pg_server.execute(*statement.split("; "), *reload, database=owned.name)
    try:
        found = _checks(server_firm)[lint]
        assert (found.ok, thing in found.detail) == (False, True), found.detail
        assert found.fix
    finally:
        pg_server.execute(UNDO[lint], *reload, database=owned.name)
    assert _checks(server_firm)[lint].ok


def test_a_local_store_says_that_it_is_one_trust_domain(tmp_path_factory: pytest.TempPathFactory) -> None:
    firm = local_firm(tmp_path_factory.mktemp("care") / "firm.db", ManualClock())
    (check,) = firm.desk("inovak").read(care_security.checks)
    assert check.ok
    assert "one trust domain" in check.detail
    firm.close()
