"""A local store under another key: a whole copy beside it, compared row by row, that takes its place in one step.

SQLCipher can also change the key in the file itself; a crash on the way would then leave pages of both keys, and the
salt would no longer name the key. Here the old file stays as it is until the new one is whole and on the disk.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from casedesk.refusal import StoreUnavailable
from casedesk.security.store_key import StoreKey
from casedesk.store import errors, sqlite

_SUFFIX = ".rekey"


def rekey(path: Path, old: StoreKey | None, new: StoreKey, last_words: Callable[[Path], None]) -> None:
    """Put the store at `path`, plain or under `old`, under `new`. Nobody else may have it open meanwhile.

    `last_words` is called with the copy before it takes the store's place, to write into it what shall stand in the
    new store and not in the old one. A crash at any moment leaves a store that one of the two keys opens.

    Raises `StoreUnavailable`: `store_locked` while another program has it open, `store_damaged` where the copy is not
    the same, and what a full disk says; then nothing has changed.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}{_SUFFIX}")
    with _alone(path, old) as conn:
        _sweep(path)
        try:
            sqlite.make_empty(draft)
            _copy(conn, draft, new)
            _compare(conn, draft, new, path)
            last_words(draft)
            _settle(draft, new)
            if sys.platform == "win32":
                # Windows replaces no file that is open; nor does it let anybody open this one in between and write.
                conn.close()
            draft.replace(path)
            _sync(path.parent)
        except OSError as error:
            raise errors.unavailable(str(error.strerror)) from None
        finally:
            _sweep(path)


@contextlib.contextmanager
def _alone(path: Path, key: StoreKey | None) -> Iterator[Any]:
    """The only connection to the store, its log folded in and gone, its lock held until the end."""
    conn: Any = None
    try:
        conn = sqlite.connect(path, key)()
        mode = conn.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
        conn.execute("PRAGMA main.locking_mode=EXCLUSIVE")
        conn.execute("BEGIN EXCLUSIVE")
        mode = conn.execute("PRAGMA main.journal_mode").fetchone()[0] if mode == "delete" else mode
        conn.execute("COMMIT")
    except Exception as error:
        if conn is not None:
            conn.close()
        if isinstance(error, StoreUnavailable):
            raise
        raise errors.unavailable(str(error)) from None
    try:
        if mode != "delete":
            raise errors.unavailable("locked")
        yield conn
    finally:
        conn.close()


def _copy(conn: Any, draft: Path, new: StoreKey) -> None:
    try:
        conn.execute("ATTACH DATABASE ? AS fresh KEY ?", (str(draft), new.spelled()))
        # Nothing hangs on the draft before it is whole; `_settle` waits for the disk, once and for all of it.
        conn.execute("PRAGMA fresh.synchronous = OFF")
        conn.execute("PRAGMA fresh.journal_mode = OFF")
        conn.execute("SELECT sqlcipher_export('fresh')")
        conn.execute(f"PRAGMA fresh.application_id = {sqlite.APPLICATION_ID}")
        conn.execute("DETACH DATABASE fresh")
        return
    except Exception as error:
        said = str(error)
    raise errors.unavailable(said)


def _compare(conn: Any, draft: Path, new: StoreKey, path: Path) -> None:
    """Raises `StoreUnavailable` unless the copy has the same tables, guards and rows, and is sound."""
    other = sqlite.connect(draft, new)()
    try:
        for pragma, well in (("cipher_integrity_check", None), ("integrity_check", ("ok",))):
            if other.execute(f"PRAGMA {pragma}").fetchone() != well:
                raise _differs(path)
        shape = (
            "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY 1, 2"
        )
        made = conn.execute(shape).fetchall()
        if other.execute(shape).fetchall() != made:
            raise _differs(path)
        for kind, name, _, _ in made:
            if kind == "table":
                rows = f'SELECT * FROM "{name}"'
                for mine, copied in zip(conn.execute(rows), other.execute(rows), strict=True):
                    if mine != copied:
                        raise _differs(path)
    except ValueError:
        raise _differs(path) from None
    finally:
        other.close()


def _differs(path: Path) -> StoreUnavailable:
    return StoreUnavailable(
        "store_damaged",
        f"A copy of {path} did not come out the same; nothing was changed.",
        "Run `casedesk doctor`, and restore it from a backup if that finds something.",
    )


def _settle(draft: Path, new: StoreKey) -> None:
    """Folds the copy's log into it, so that one file holds everything, and waits for the disk."""
    conn = sqlite.connect(draft, new)()
    conn.execute("PRAGMA journal_mode=DELETE")
    conn.close()
    with draft.open("rb+") as file:
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Waits until the disk has the new name; Windows opens no folder for that."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _sweep(path: Path) -> None:
    """Takes away what a killed run left: it has no other use, and the lock says that no other run is there."""
    for left in path.parent.glob(f".{path.name}.*{_SUFFIX}*"):
        left.unlink(missing_ok=True)
