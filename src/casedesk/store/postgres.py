"""The shared store: PostgreSQL 15 or newer, one login a person; the server knows who acts."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, make_url

from casedesk.refusal import WrongUsage
from casedesk.store import driver
from casedesk.store.unit_of_work import Entry, Statement, UnitOfWork

_ALIVE = {
    "keepalives_idle": 5,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
"""A network that went away without a word (a laptop that slept, a cable) is known for gone after some 15 seconds; by the
host's own settings a question would wait for its answer for hours. Seconds, but for the last, in milliseconds."""

SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")


class PostgresDialect:
    """What PostgreSQL does its own way: the server writes actor, time, sequence and hash of an entry."""

    name = "postgresql"

    def send(self, conn: Connection, pending: Sequence[Statement]) -> None:
        """All in one round trip: the server answers when the last one is sent."""
        import psycopg

        if len(pending) == 1:
            driver.touched(conn, *pending[0])
            return
        link: Any = conn.connection.driver_connection
        try:
            with link.pipeline():
                for words, values in pending:
                    driver.execute(conn, words, values)
        except psycopg.Error as error:
            # The driver learns of a fault when the pipeline ends.
            driver.fault(conn, error, None)

    def bump(self, uow: UnitOfWork) -> None:
        """Move the number that open desks watch (`change_mark`)."""
        uow.run_later("meta.bump")

    def append_audit(self, uow: UnitOfWork, stream: str, entries: Sequence[Entry]) -> None:
        """One call of the server's function for each entry, sent together."""
        for entry in entries:
            uow.run_later(
                "audit.append",
                stream=stream,
                matter_id=entry.matter_id,
                at_us=uow.now_us,
                action=entry.action,
                subject=entry.subject,
                payload=entry.payload,
            )


def is_url(store: str) -> bool:
    return store.partition("://")[0] in SCHEMES and "://" in store


def parse_url(store: str, login: str | None) -> URL:
    """The address with the login in it. Raises `WrongUsage` for a password in it: it would stand in history and logs."""
    try:
        url = make_url(store)
    except Exception as error:
        raise WrongUsage(
            "bad_store", "That is no database address.", "Write postgresql://host:port/name."
        ) from error
    if url.password is not None:
        raise WrongUsage(
            "password_in_url",
            "A password does not belong in the store's address.",
            "Put it in the keyring or in the file PGPASSFILE names.",
        )
    url = url.set(drivername="postgresql+psycopg")
    return url.set(username=login) if login else url


def is_loopback(url: URL) -> bool:
    host = url.host or ""
    if host in {"", "localhost"} or host.startswith("/"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def make_engine(url: URL, password: str | None) -> Engine:
    """Off this machine, TLS with the server's name checked and channel binding; on loopback what the server offers."""
    options: dict[str, object] = {"connect_timeout": 5, "application_name": "casedesk", **_ALIVE}
    if not is_loopback(url) and "sslmode" not in url.query:
        options |= {"sslmode": "verify-full", "channel_binding": "require", "require_auth": "scram-sha-256"}
    if password is not None:
        options["password"] = password
    options["options"] = (
        "-c idle_in_transaction_session_timeout=30000 -c lock_timeout=10000 -c timezone=UTC -c search_path=public"
    )
    return create_engine(
        url,
        connect_args=options,
        pool_size=5,
        max_overflow=10,
        pool_pre_ping=True,
        hide_parameters=True,
    )


def server_now(conn: Connection) -> datetime:
    """The shared store's authority for the clock is the server."""
    stamp: datetime = conn.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
    return stamp.astimezone(UTC)


def change_mark(conn: Connection) -> int:
    return int(conn.exec_driver_sql("SELECT last_value FROM casedesk_change").scalar_one())
