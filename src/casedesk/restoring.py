"""Backups and restores put together: which store, as whom, with which key. Beside `bootstrap`, it alone makes stores
from backups; what a backup is stands in `desk/backups.py`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from casedesk.bootstrap import default_store, open_store, owners_password
from casedesk.refusal import Refusal, WrongUsage

if TYPE_CHECKING:
    from casedesk.desk.backups import BackupView, RestoredView
    from casedesk.security.store_key import Custody, StoreKey
    from casedesk.store.store import Store

Clock = Callable[[], datetime]
Prompt = Callable[[str], str]
Progress = Callable[[float], None]
Keep = Callable[[Mapping[str, str]], Callable[[], None]]
"""Keeps the passwords of new logins, and returns what takes them away again, should no store come of it."""


@contextmanager
def kept_store(
    store: str | None,
    handle: str | None,
    *,
    clock: Clock | None = None,
    read_only: bool = False,
    prompt: Prompt | None = None,
    key_file: Path | None = None,
) -> Iterator[Store]:
    """The store to be backed up: a local one as whoever sits there, a shared one as the owner named in its address.

    Raises `StoreUnavailable`, and `WrongUsage` for a shared store without its owner.
    """
    from casedesk.store import postgres

    where = store or default_store()
    if postgres.is_url(where):
        opened = _as_owner(where, clock, prompt, read_only=read_only)
        opened.check()
    else:
        opened = open_store(where, handle, clock=clock, read_only=read_only, prompt=prompt, key_file=key_file)
    try:
        yield opened
    finally:
        opened.close()


def back_up(
    store: Store,
    out: Path | None,
    more: Sequence[str] = (),
    *,
    recipient: str | None = None,
    plain: bool = False,
    progress: Progress | None = None,
) -> BackupView | None:
    """Set the firm's recovery recipient where one is given, then write a backup where `out` names its file.

    Raises what `backups.set_recipient` and `backups.make` raise.
    """
    from casedesk.desk import backups
    from casedesk.security import age

    if recipient is not None:
        named = age.recipient(recipient)
        run = store.found if store.shared else store.write
        run(lambda uow: backups.set_recipient(uow, named))
        store.check()
    if out is None:
        return None
    return backups.make(store, out, more, plain=plain, progress=progress)


def restore_local(
    file: Path,
    identity: str | None,
    path: Path,
    custody: Custody | None,
    confirm: Callable[[StoreKey], str] | None,
    *,
    clock: Clock | None = None,
    progress: Progress | None = None,
) -> RestoredView:
    """A local store at `path` from a backup of either kind, under a key of its own that `custody` keeps and whose
    recovery copy `confirm` hands to a person first; without them in the clear, which is for a demo's alone.

    Raises `Refusal`, `StoreUnavailable`, `NoSafeKeyring`; then neither store nor key is left.
    """
    from casedesk.desk import backup_file, backups
    from casedesk.security import store_key
    from casedesk.store import migrate, places, restore

    places.check(path)
    migrate.check_free(path)
    if custody is not None and custody.file is not None:
        places.check_key_file(custody.file, path)
    with backup_file.opened(file, identity) as (reading, _):
        key, recovery = None, None
        if custody is not None and confirm is not None:
            key = store_key.keep(store_key.StoreKey.new(), custody)
        elif reading.head.get("demo") is not True:
            raise Refusal("plain_store", "A store in the clear is for the demo alone.", "Leave out --plain.")
        try:
            if key is not None and confirm is not None:
                recovery = confirm(key)
            check = backups.take_over(reading, recovery=recovery)
            restore.restore_local(path, key, reading, check, clock=clock, progress=progress)
        except BaseException:
            if key is not None and not path.exists():
                with contextlib.suppress(Refusal):
                    store_key.forget(key)
            raise
    return backups.restored(str(path), reading)


def restore_shared(
    file: Path,
    identity: str | None,
    url: str,
    keep: Keep,
    *,
    clock: Clock | None = None,
    prompt: Prompt | None = None,
    progress: Progress | None = None,
) -> RestoredView:
    """A shared store in the empty database at `url`, as its owner, from a backup of either kind.

    Whoever works there and has no login on that server gets one, with a password that `keep` is given before anything
    is committed. Raises `Refusal`, `StoreUnavailable`; then the database is as empty as before.
    """
    from casedesk.desk import backup_file, backups
    from casedesk.security.scram import random_password, scram_verifier
    from casedesk.store import restore
    from casedesk.store.unit_of_work import UnitOfWork

    passwords: dict[str, str] = {}
    take_away: list[Callable[[], None]] = []

    def verifier_of(login: str) -> str:
        passwords[login] = random_password()
        return scram_verifier(passwords[login])

    target = _as_owner(url, clock, prompt)
    try:
        with backup_file.opened(file, identity) as (reading, _):
            check = backups.take_over(reading)

            def check_and_keep(uow: UnitOfWork) -> None:
                check(uow)
                if passwords:
                    take_away.append(keep(passwords))

            made = restore.restore_shared(target, reading, check_and_keep, verifier_of, progress=progress)
    except BaseException:
        for take in take_away:
            take()
        raise
    finally:
        target.close()
    return backups.restored(target.label, reading, made)


def _as_owner(url: str, clock: Clock | None, prompt: Prompt | None, *, read_only: bool = False) -> Store:
    from casedesk.store import postgres
    from casedesk.store.store import Store

    address = postgres.parse_url(url, None)
    if address.username is None:
        raise WrongUsage(
            "who",
            "A shared store is backed up and restored by its owner.",
            "Write postgresql://OWNER@host:port/name.",
        )
    return Store(
        engine=postgres.make_engine(address, owners_password(url, prompt)),
        dialect=postgres.PostgresDialect(),
        label=f"{address.host or 'local'}/{address.database}",
        handle=address.username,
        clock=clock,
        read_only=read_only,
    )
