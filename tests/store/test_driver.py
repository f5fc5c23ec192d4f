"""Statements by the driver itself keep what SQLAlchemy promises: transactions, faults, listeners, rows by name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError, IntegrityError

from casedesk.store import driver
from tests.support.firm import FirmFixture


@contextmanager
def connection(firm: FirmFixture) -> Iterator[Connection]:
    with firm.desk("mduarte").store.engine.connect() as conn:
        yield conn
        conn.rollback()


def holder(firm: FirmFixture, name: str) -> str:
    return f"%({name})s" if firm.shared else f":{name}"


def test_rows_have_the_names_of_their_columns(firm: FirmFixture) -> None:
    words = f"SELECT handle AS who, name FROM person WHERE handle = {holder(firm, 'who')}"
    with connection(firm) as conn:
        row = driver.first_row(conn, words, {"who": "mduarte"})
        assert row is not None
        assert (row.who, row[0], row._mapping["who"]) == ("mduarte",) * 3
        assert driver.all_rows(conn, words, {"who": "mduarte"}) == [row]
        assert driver.first_row(conn, words, {"who": "nobody"}) is None
        assert driver.all_rows(conn, words, {"who": "nobody"}) == []


def test_the_transaction_is_sqlalchemys(firm: FirmFixture) -> None:
    """What the driver did is taken back, or kept, with the connection's own transaction."""
    with connection(firm) as conn:
        driver.first_row(conn, "SELECT 1 AS one", {})
        assert conn.in_transaction()


def test_a_fault_is_sqlalchemys_and_quotes_no_values(firm: FirmFixture) -> None:
    words = f"INSERT INTO note (id, body) VALUES (1, {holder(firm, 'body')})"
    with connection(firm) as conn:
        with pytest.raises(DBAPIError) as raised:
            driver.touched(conn, words, {"body": "canary"})
        assert "canary" not in str(raised.value)
        assert not raised.value.connection_invalidated
        if not firm.shared:
            assert isinstance(raised.value, IntegrityError)


def test_who_listens_to_cursors_hears_it(firm: FirmFixture) -> None:
    heard: list[str] = []
    with connection(firm) as conn:
        event.listen(conn, "before_cursor_execute", lambda _c, _k, words, *_: heard.append(words))
        event.listen(conn, "after_cursor_execute", lambda _c, _k, words, *_: heard.append(words))
        driver.touched(conn, "SELECT 1", {})
    assert heard == ["SELECT 1", "SELECT 1"]


def test_a_lost_connection_is_given_up_with_its_pool(firm: FirmFixture) -> None:
    if not firm.shared:
        with connection(firm) as conn, pytest.raises(DBAPIError) as raised:
            driver.first_row(conn, "SELECT nothing FROM nowhere", {})
        assert not raised.value.connection_invalidated
        return
    with connection(firm) as conn:
        with pytest.raises(DBAPIError) as raised:
            driver.first_row(conn, "SELECT pg_terminate_backend(pg_backend_pid())", {})
        assert raised.value.connection_invalidated
        assert conn.invalidated
