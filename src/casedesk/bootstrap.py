"""The composition root: it alone builds a store, and hands a `Desk` to the command line, the screens and the worker."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from casedesk.refusal import StoreUnavailable, WrongUsage

if TYPE_CHECKING:
    from casedesk.desk.desk import Desk
    from casedesk.security.store_key import StoreKey
    from casedesk.store.store import Store

Clock = Callable[[], datetime]
Prompt = Callable[[str], str]

KEYRING_SERVICE = "casedesk"


def host_clock() -> datetime:
    """This machine's clock, for an entry point that needs the time before it has a store."""
    from casedesk.store import sqlite

    return sqlite.host_now()


def default_store() -> str:
    """Where the user's own store lives when nothing else is said."""
    named = os.environ.get("CASEDESK_STORE")
    if named:
        return named
    from platformdirs import user_data_path

    return str(user_data_path("casedesk", appauthor=False) / "firm.db")


def store_key_for(
    path: Path, *, key_file: Path | None = None, prompt: Prompt | None = None
) -> StoreKey | None:
    """The key of the local store at `path`, None for a plain one: from the key file (`CASEDESK_KEY_FILE` names one
    too), the keyring, or whoever answers `prompt`.

    Raises `StoreUnavailable` for what is no store, a key that is missing or another's, a key file others can read.
    """
    from casedesk.store import sqlite

    salt = sqlite.check_file(path)
    if salt is None:
        return None
    from casedesk.security import store_key

    return store_key.find(path, salt, key_file=key_file or named_key_file(), ask=prompt)


def named_key_file() -> Path | None:
    """The key file that the environment names: its path, never a key."""
    named = os.environ.get("CASEDESK_KEY_FILE")
    return Path(named).expanduser() if named else None


def open_store(
    store: str | None,
    handle: str | None,
    *,
    clock: Clock | None = None,
    read_only: bool = False,
    password: str | None = None,
    prompt: Prompt | None = None,
    key_file: Path | None = None,
) -> Store:
    """Open and check a store. Raises `StoreUnavailable` (exit 3) when it is not there, not ours, newer, or locked."""
    from casedesk.store import postgres, sqlite
    from casedesk.store.store import Store

    where = store or default_store()
    who = handle or os.environ.get("CASEDESK_PERSON") or None
    opened: Store
    if postgres.is_url(where):
        url = postgres.parse_url(where, who)
        if url.username is None:
            raise WrongUsage("who", "A shared store needs to know who signs in.", "Say it with --as HANDLE.")
        secret = password or _password(
            str(url.host), int(url.port or 5432), str(url.database), url.username, prompt
        )
        opened = Store(
            engine=postgres.make_engine(url, secret),
            dialect=postgres.PostgresDialect(),
            label=f"{url.host or 'local'}/{url.database}",
            handle=url.username,
            clock=clock,
            read_only=read_only,
        )
    else:
        if "://" in where:
            raise WrongUsage("bad_store", "That is neither a file nor a PostgreSQL address.", "See --help.")
        path = Path(where).expanduser()
        opened = Store(
            engine=sqlite.make_engine(path, store_key_for(path, key_file=key_file, prompt=prompt)),
            dialect=sqlite.SqliteDialect(),
            label=str(path),
            handle=None if who is None else who.lower(),
            clock=clock,
            read_only=read_only,
            place=sqlite.Place.of(path),
        )
    try:
        opened.check()
    except StoreUnavailable:
        opened.close()
        raise
    return opened


def open_desk(
    store: str | None,
    handle: str | None,
    *,
    clock: Clock | None = None,
    read_only: bool = False,
    password: str | None = None,
    prompt: Prompt | None = None,
    key_file: Path | None = None,
) -> Desk:
    """The desk of one person on one store."""
    from casedesk.desk.desk import Desk

    return Desk(
        open_store(
            store,
            handle,
            clock=clock,
            read_only=read_only,
            password=password,
            prompt=prompt,
            key_file=key_file,
        )
    )


def migrate(store: str | None, *, key_file: Path | None = None, prompt: Prompt | None = None) -> int:
    """Bring a store up to this program; on PostgreSQL as its owner, named in the address. Returns its schema."""
    from casedesk.store import migrate as moving
    from casedesk.store import postgres, sqlite

    where = store or default_store()
    if postgres.is_url(where):
        url = postgres.parse_url(where, None)
        if url.username is None:
            raise WrongUsage(
                "who", "A shared store is moved by its owner.", "Write postgresql://OWNER@host:port/name."
            )
        secret = _password(str(url.host), int(url.port or 5432), str(url.database), url.username, prompt)
        engine, path = postgres.make_engine(url, secret), None
    else:
        path = Path(where).expanduser()
        engine = sqlite.make_engine(path, store_key_for(path, key_file=key_file, prompt=prompt))
    try:
        return moving.bring_up(engine, path)
    finally:
        engine.dispose()


def _password(host: str, port: int, database: str, login: str, prompt: Prompt | None) -> str | None:
    """From the keyring, else None where libpq finds its own (PGPASSFILE), else asked of the person."""
    if os.environ.get("PGPASSFILE") or os.environ.get("PGPASSWORD"):
        return None
    from casedesk.refusal import Refusal
    from casedesk.security.secrets import read_secret

    try:
        kept = read_secret(KEYRING_SERVICE, f"{login}@{host}:{port}/{database}")
    except Refusal:
        kept = None
    if kept is not None:
        return kept
    if (Path.home() / ".pgpass").exists() or prompt is None:
        return None
    return prompt(f"Password of {login}: ")
