"""PostgreSQL knows people by their login: one that is nobody sees nothing, and the server's clock is the gate's."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import psycopg
import pytest

from casedesk.bootstrap import open_desk
from casedesk.desk import reviews
from casedesk.models.tables import METADATA
from casedesk.refusal import Refusal
from tests.support.raw import Raw, attempt
from tests.support.rfe import PgStages, Rfe

SECRET = secrets.token_hex(8)


@pytest.fixture(scope="session")
def strangers(pg_stages: PgStages) -> dict[str, str]:
    """Two logins of the server: one of the staff's group that stands for nobody, one of no group at all."""
    pg_stages.server.execute(
        f"CREATE ROLE stranger LOGIN PASSWORD '{SECRET}' IN ROLE casedesk_staff, casedesk_managing_partner",
        f"CREATE ROLE passer_by LOGIN PASSWORD '{SECRET}'",
    )
    return {"stranger": SECRET, "passer_by": SECRET}


def ask(rfe: Rfe, login: str, sql: str) -> object:
    assert rfe.firm.owned is not None
    with psycopg.connect(rfe.firm.owned.login_url(login, SECRET)) as conn:
        row = conn.execute(sql.encode()).fetchone()
        return None if row is None else row[0]


@pytest.mark.parametrize("login", ["stranger", "passer_by"])
def test_the_desk_opens_for_nobody(pg_stages: PgStages, strangers: dict[str, str], login: str) -> None:
    rfe = pg_stages.stage("signed")
    with pytest.raises(Refusal):
        open_desk(rfe.firm.store, login, password=strangers[login]).read(reviews.listing)


@pytest.mark.parametrize("table", sorted(set(METADATA.tables) - {"signing_key", "sign_challenge"}))
def test_a_login_that_is_nobody_reads_no_row(
    pg_stages: PgStages, strangers: dict[str, str], table: str
) -> None:
    rfe = pg_stages.stage("delivered")
    assert ask(rfe, "stranger", f"SELECT count(*) FROM {table}") == 0
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(rfe, "passer_by", f"SELECT count(*) FROM {table}")


def test_a_login_that_is_nobody_writes_no_entry(pg_stages: PgStages, strangers: dict[str, str]) -> None:
    rfe = pg_stages.stage("opened")
    with pytest.raises(psycopg.Error, match="That login is nobody in this firm"):
        ask(rfe, "stranger", "SELECT casedesk_append_audit('store', NULL, 0, 'x', 'x', '{}')")
    with pytest.raises(psycopg.Error, match="Only a manager adds a person"):
        ask(rfe, "stranger", "SELECT casedesk_add_login('x', 'SCRAM-SHA-256$x', ARRAY['casedesk_attorney'])")


def test_whoever_left_is_nobody(pg_stages: PgStages) -> None:
    rfe = pg_stages.stage("opened", fresh=True)
    assert rfe.firm.owned is not None
    with psycopg.connect(rfe.firm.owned.owner_url) as conn:
        conn.execute("ALTER TABLE person NO FORCE ROW LEVEL SECURITY")
        conn.execute("UPDATE person SET active = 0 WHERE handle = 'bcole'")
    assert attempt(rfe, "bcole", lambda hand: hand.run("SELECT 1 FROM matter")) == "nothing"
    with pytest.raises(Refusal):
        rfe.firm.desk("bcole").read(reviews.listing)


# -- the server's clock -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def in_earnest(pg_stages: PgStages) -> Iterator[dict[str, Rfe]]:
    """The story in stores without the tests' clock."""
    found = {}
    for stage in ("content", "signoff", "signed"):
        rfe = pg_stages.stage(stage, fresh=True)
        assert rfe.firm.owned is not None
        with psycopg.connect(rfe.firm.owned.owner_url) as conn:
            conn.execute("DELETE FROM engine_meta WHERE key = 'manual_clock'")
        found[stage] = rfe
    yield found
    for rfe in found.values():
        rfe.firm.close()


def server_now(hand: Raw) -> int:
    return int(hand.value("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"))


@pytest.mark.parametrize("minutes", [-60 * 24 * 30, -3, 3, 60])
def test_no_act_of_the_gate_is_dated_back_or_ahead(in_earnest: dict[str, Rfe], minutes: int) -> None:
    def at(hand: Raw) -> int:
        return server_now(hand) + minutes * 60_000_000

    def review(hand: Raw) -> object:
        hand.answer(hand.review("content").id)
        return hand.decide(hand.review("content").id, decided_us=at(hand))

    assert attempt(in_earnest["content"], "aokafor", review) == "not_now"
    assert (
        attempt(in_earnest["content"], "mduarte", lambda h: h.add_manifest(assembled_us=at(h))) == "not_now"
    )
    assert attempt(in_earnest["signoff"], "aokafor", lambda h: h.sign(signed_us=at(h))) == "not_now"
    assert attempt(in_earnest["signed"], "mduarte", lambda h: h.ship(shipped_us=at(h))) == "not_now"


def test_now_is_now(in_earnest: dict[str, Rfe]) -> None:
    def review(hand: Raw) -> object:
        hand.answer(hand.review("content").id)
        return hand.decide(hand.review("content").id, decided_us=server_now(hand))

    assert attempt(in_earnest["content"], "aokafor", review) == "done"
    assert attempt(in_earnest["signed"], "mduarte", lambda h: h.ship(shipped_us=server_now(h))) == "done"


def test_an_entry_carries_the_servers_time_and_name(in_earnest: dict[str, Rfe]) -> None:
    from tests.support.raw import raw

    with raw(in_earnest["content"], "mduarte") as hand:
        hand.value(
            "SELECT casedesk_append_audit(:s, :m, 0, 'test.dated', 'x', '{}')",
            s=f"matter:{hand.matter()}",
            m=hand.matter(),
        )
        row = hand.one("SELECT actor, at_us FROM audit WHERE action = 'test.dated'")
        assert row.actor == "mduarte"
        assert abs(row.at_us - server_now(hand)) < 60_000_000


def test_a_sign_off_takes_the_passphrase_also_from_somebody_typing_sql(pg_stages: PgStages) -> None:
    rfe = pg_stages.stage("signoff")
    assert attempt(rfe, "aokafor", lambda hand: hand.sign()) == "not_authenticated"

    def with_a_guess(hand: Raw) -> object:
        hand.show(hand.ask(), "0" * 64)
        return hand.sign()

    assert attempt(rfe, "aokafor", with_a_guess) == "not_authenticated"
    assert ask_no_token(rfe) == "permission denied"


def ask_no_token(rfe: Rfe) -> str:
    """Whether the hash of the token can be read by the people of the firm."""
    assert rfe.firm.owned is not None
    with psycopg.connect(rfe.firm.owned.login_url("aokafor", rfe.firm.passwords["aokafor"])) as conn:
        try:
            conn.execute("SELECT token_sha256 FROM signing_key")
        except psycopg.errors.InsufficientPrivilege:
            return "permission denied"
    return "read"
