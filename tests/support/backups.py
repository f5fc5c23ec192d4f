"""Backups in tests: made, restored beside the store or on another server, and held against it row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from casedesk import restoring
from casedesk.desk import care, trail
from casedesk.desk.backups import BackupView, RestoredView
from casedesk.refusal import Refusal
from casedesk.security import age, store_key
from casedesk.security.store_key import StoreKey
from casedesk.store import backup, fingerprint, postgres, sqlite
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture
from tests.support.postgres import OwnedDb, PgServer

OF_THE_COPY = ("store.backed_up", "store.restored", "store.recipient_set")


@cache
def identity() -> tuple[str, str]:
    """The recovery identity of every firm in this process, and its recipient."""
    return age.new_identity()


def owner_url(owned: OwnedDb) -> str:
    return f"postgresql://{owned.owner}@{owned.host}:{owned.port}/{owned.name}"


def empty_beside(server: PgServer, owned: OwnedDb) -> OwnedDb:
    """An empty database of the same owner on the same server."""
    import secrets

    name = f"cd_{secrets.token_hex(5)}"
    server.execute(f"CREATE DATABASE {name} OWNER {owned.owner} TEMPLATE template0")
    server.execute(f"ALTER SCHEMA public OWNER TO {owned.owner}", database=name)
    server._databases.setdefault(owned.owner, set()).add(name)
    return OwnedDb(name, owned.owner, owned.password, owned.host, owned.port)


@contextmanager
def as_owner(owned: OwnedDb | None) -> Iterator[None]:
    """The owner's password where libpq looks for it."""
    with pytest.MonkeyPatch.context() as patch:
        if owned is not None:
            patch.setenv("PGPASSWORD", owned.password)
        yield


def back_up(firm: FirmFixture, out: Path, **more: Any) -> BackupView:
    """As `casedesk backup --recipient ...` by the managing partner, or the shared store's owner."""
    place = owner_url(firm.owned) if firm.owned is not None else firm.store
    with as_owner(firm.owned), restoring.kept_store(place, "jreyes", clock=firm.clock) as store:
        view = restoring.back_up(store, out, () if more.get("plain") else (identity()[1],), **more)
    assert view is not None
    return view


def restore_local(
    file: Path, path: Path, clock: ManualClock, **more: Any
) -> tuple[FirmFixture, RestoredView]:
    """A local store from a backup, its key in a file of its own folder's folder."""
    keys = keys_of(path)
    view = restoring.restore_local(
        file, identity()[0], path, store_key.in_file(keys), _handed_over, clock=clock, **more
    )
    return FirmFixture(str(path), clock, shared=False), view


def restore_shared(
    file: Path, owned: OwnedDb, clock: ManualClock, **more: Any
) -> tuple[FirmFixture, RestoredView]:
    """A shared store from a backup; the fixture knows the passwords of the logins that were made."""
    passwords: dict[str, str] = {}

    def keep(made: Mapping[str, str]) -> Callable[[], None]:
        passwords.update(made)
        return passwords.clear

    with as_owner(owned):
        view = restoring.restore_shared(file, identity()[0], owner_url(owned), keep, clock=clock, **more)
    return FirmFixture(owned.url, clock, shared=True, passwords=passwords, owned=owned), view


def keys_of(path: Path) -> Path:
    """Where the key of a local store that was restored to `path` lies."""
    return path.parent.parent / "keys"


def _handed_over(_: StoreKey) -> str:
    return "confirmed 2026-11-09"


@contextmanager
def looked_into(firm: FirmFixture) -> Iterator[Connection]:
    """A connection past every policy: the file with its key, or the owner's."""
    if firm.owned is not None:
        address = postgres.parse_url(owner_url(firm.owned), None)
        engine = postgres.make_engine(address, firm.owned.password)
    else:
        path = Path(firm.store)
        salt = sqlite.check_file(path)
        key = None if salt is None else store_key.find(path, salt, key_file=keys_of(path))
        engine = sqlite.make_engine(path, key)
    with engine.connect() as conn:
        yield conn
        conn.rollback()
    engine.dispose()


def content(firm: FirmFixture) -> dict[str, list[str]]:
    """Every row of the record as text, without what a copy has of its own: its marks, the entries about backups, and
    the names of logins."""
    with looked_into(firm) as conn:
        out: dict[str, list[str]] = {}
        for shape in backup.shapes(conn):
            if shape.name in ("engine_meta", "audit_head"):
                continue
            names = [c for c in shape.columns if (shape.name, c) != ("person", "login")]
            quoted = ", ".join(f'"{name}"' for name in sorted(names))
            rows = conn.execute(text(f'SELECT {quoted} FROM "{shape.name}"')).all()
            lines = [repr([bytes(v) if isinstance(v, memoryview) else v for v in row]) for row in rows]
            if shape.name == "audit":
                lines = [line for line in lines if not any(f"'{act}'" in line for act in OF_THE_COPY)]
            out[shape.name] = sorted(lines)
        return out


def shape_of(firm: FirmFixture) -> dict[str, str]:
    with looked_into(firm) as conn:
        return fingerprint.fingerprint(conn)


def odd(firm: FirmFixture) -> list[str]:
    with looked_into(firm) as conn:
        return fingerprint.differences(conn)


def sound(firm: FirmFixture, as_whom: str = "jreyes") -> None:
    """The trail recomputed, every paper the bytes that came in, the shape this program's."""
    verdict = firm.desk(as_whom).read(trail.verify)
    assert verdict.ok, verdict.first_bad
    vault = firm.desk(as_whom).read(care._vault)
    assert vault.ok, vault.detail
    assert odd(firm) == []


def refused(code: str, act: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        act()
    assert caught.value.code == code, caught.value.sentence()
    return caught.value
