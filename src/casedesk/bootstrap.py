"""The composition root: it alone builds a store, and hands a `Desk` to the command line, the screens and the worker."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from casedesk.refusal import Refusal, StoreUnavailable, WrongUsage

if TYPE_CHECKING:
    from casedesk.desk.desk import Desk
    from casedesk.security.store_key import Custody, StoreKey
    from casedesk.store.store import Store

Clock = Callable[[], datetime]
Prompt = Callable[[str], str]

KEYRING_SERVICE = "casedesk"


def host_clock() -> datetime:
    """This machine's clock, for an entry point that needs the time before it has a store."""
    from casedesk.store import sqlite

    return sqlite.host_now()


def host_ticks() -> float:
    """Seconds since some moment, asleep or awake, by a clock of this machine that nobody sets."""
    import time

    # What `monotonic` reads stands still on Linux and macOS while a laptop sleeps; these do not.
    clock = getattr(time, "CLOCK_BOOTTIME", None) or getattr(time, "CLOCK_MONOTONIC", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


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

    Ask before this process opens the store, not while it has it open (see `sqlite.check_file`). Raises
    `StoreUnavailable` for what is no store, a key that is missing or another's, a key file others can read.
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
        path = _local(where)
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
        path = _local(where)
        engine = sqlite.make_engine(path, store_key_for(path, key_file=key_file, prompt=prompt))
    try:
        return moving.bring_up(engine, path)
    finally:
        engine.dispose()


def recover_key(store: str | None, typed: str, *, key_file: Path | None = None) -> tuple[Path, Custody]:
    """Put the key of a local store back into the keyring, or the key file where one is named, from its recovery copy;
    gives the store's path and where the key lies now.

    The copy must open the store first. Raises `Refusal` for one that is mistyped or another store's, and for a plain
    store; `StoreUnavailable` and `NoSafeKeyring` as opening and keeping do.
    """
    from casedesk.security import store_key
    from casedesk.store import places, sqlite

    path = _local(store or default_store())
    salt = sqlite.check_file(path)
    if salt is None:
        raise Refusal("store_plain", f"{path} is not encrypted: it has no key.", "")
    key = store_key.from_recovery(typed, salt)
    sqlite.connect(path, key)().close()
    file = key_file or named_key_file()
    if file is not None:
        places.check_key_file(file, path)
    kept = store_key.keep(key, store_key.KEYRING if file is None else store_key.in_file(file))
    return path, kept.custody


@dataclass(frozen=True)
class Rotated:
    """A store whose key was changed: its file, where the new key lies, and whether there was none before."""

    path: Path
    custody: Custody
    was_plain: bool


def rotate_key(
    store: str | None,
    handle: str | None,
    confirm: Callable[[Path, StoreKey], str],
    *,
    key_file: Path | None = None,
    prompt: Prompt | None = None,
    clock: Clock | None = None,
) -> Rotated:
    """Put a local store under a new key, kept where the old one lies; a plain one is encrypted.

    `confirm` hands the new recovery copy to a person, as in `founding.init_local`. The old key stays where it is until
    the store is under the new one, so that a crash at any moment leaves a store whose key is kept.

    Raises `Refusal` for the demo, `StoreUnavailable` while somebody else has the store open, and what `confirm` and the
    keeping of the key raise; then nothing has changed.
    """
    from casedesk.desk import care_local
    from casedesk.desk.desk import Desk
    from casedesk.security import store_key
    from casedesk.store import places, rekey, sqlite
    from casedesk.store.store import Store

    def opened(file: Path, key: StoreKey | None) -> Store:
        found = Store(
            engine=sqlite.make_engine(file, key),
            dialect=sqlite.SqliteDialect(),
            label=str(path),
            handle=(handle or os.environ.get("CASEDESK_PERSON") or "").lower() or None,
            clock=clock,
        )
        try:
            found.check()
        except StoreUnavailable:
            found.close()
            raise
        return found

    path = _local(store or default_store())
    old = store_key_for(path, key_file=key_file, prompt=prompt)
    with closing(opened(path, old)) as before:
        # Who may not act here at all is told so before a key is made.
        Desk(before).read(care_local.may_change_key)
    file = key_file or named_key_file()
    custody = (
        old.custody if old is not None else store_key.KEYRING if file is None else store_key.in_file(file)
    )
    if custody.file is not None:
        places.check_key_file(custody.file, path)
    new = store_key.keep(store_key.StoreKey.new(), custody)
    try:
        said = confirm(path, new)

        def last_words(draft: Path) -> None:
            with closing(opened(draft, new)) as fresh:
                Desk(fresh).write(care_local.key_changed, said)

        rekey.rekey(path, old, new, last_words)
    except BaseException:
        if sqlite.check_file(path) != new.salt:
            with contextlib.suppress(Refusal):
                store_key.forget(new)
        raise
    if old is not None:
        store_key.forget(old)
    return Rotated(path, custody, was_plain=old is None)


def _local(where: str) -> Path:
    """The path of a local store that is there and lies where one may. Raises `WrongUsage` for an address."""
    from casedesk.store import places, postgres, sqlite

    if postgres.is_url(where):
        raise WrongUsage(
            "shared_store",
            "A shared store has no key of this kind: encrypting its disks is for its host.",
            "Name a local store with --store.",
        )
    if "://" in where:
        raise WrongUsage("bad_store", "That is neither a file nor a PostgreSQL address.", "See --help.")
    path = Path(where).expanduser()
    sqlite.check_file(path)
    places.check(path)
    return path


def keep_passwords(url: str, passwords: Mapping[str, str]) -> Callable[[], None]:
    """Keep the passwords of logins in the system's keyring, where opening looks for them, each read back; returns what
    puts back what was there before. Raises `NoSafeKeyring`; then the keyring is as it was."""
    from casedesk.security import secrets
    from casedesk.store import postgres

    address = postgres.parse_url(url, None)
    names = {
        login: _password_name(str(address.host), int(address.port or 5432), str(address.database), login)
        for login in passwords
    }

    before = {name: secrets.read_secret(KEYRING_SERVICE, name) for name in names.values()}

    def take_away() -> None:
        with contextlib.suppress(Refusal):
            for name, kept in before.items():
                if kept is None:
                    secrets.forget_secret(KEYRING_SERVICE, name)
                else:
                    secrets.store_secret(KEYRING_SERVICE, name, kept)

    try:
        for login, password in passwords.items():
            secrets.store_secret(KEYRING_SERVICE, names[login], password)
    except Refusal:
        take_away()
        raise
    return take_away


def owners_password(url: str, prompt: Prompt | None) -> str | None:
    """The password of the owner whom a database's address names, None where libpq finds it. Raises `WrongUsage`."""
    from casedesk.founding import owner_of
    from casedesk.store import postgres

    owner = owner_of(url)
    address = postgres.parse_url(url, None)
    return _password(str(address.host), int(address.port or 5432), str(address.database), owner, prompt)


def without_login(url: str) -> str:
    """A database's address as everybody may write it: without the login in it."""
    from urllib.parse import urlsplit, urlunsplit

    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _password_name(host: str, port: int, database: str, login: str) -> str:
    return f"{login}@{host}:{port}/{database}"


def _password(host: str, port: int, database: str, login: str, prompt: Prompt | None) -> str | None:
    """From the keyring, else None where libpq finds its own (PGPASSFILE), else asked of the person."""
    if os.environ.get("PGPASSFILE") or os.environ.get("PGPASSWORD"):
        return None
    from casedesk.security.secrets import read_secret

    try:
        kept = read_secret(KEYRING_SERVICE, _password_name(host, port, database, login))
    except Refusal:
        kept = None
    if kept is not None:
        return kept
    if (Path.home() / ".pgpass").exists() or prompt is None:
        return None
    return prompt(f"Password of {login}: ")
