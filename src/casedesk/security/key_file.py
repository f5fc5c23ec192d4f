"""A key file: where there is no keyring, the keys of stores in a file that only its owner reads.

A line a store, its name and its key's recovery copy; lines that begin with `#` are for people. On systems without
modes (Windows) the rights of the user's profile hold, and nothing is checked here.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from casedesk.refusal import Refusal, StoreUnavailable

_HEAD = "# Keys of casedesk stores. Whoever reads this file opens them: keep it from every backup and every share.\n"


def read(path: Path, name: str) -> str | None:
    """What the file keeps under `name`, or None. Raises `StoreUnavailable` when it is not there, cannot be read, or
    others can."""
    return dict(_entries(_text(path))).get(name)


def write(path: Path, name: str, value: str | None) -> None:
    """Keep `value` under `name`, or nothing where it is None: whole or not at all, readable by its owner only, and
    read back.

    Raises `StoreUnavailable` like `read`, and `Refusal("key_folder_open")` for a folder that others may write.
    """
    check_folder(path.parent)
    with _alone(path.parent):
        try:
            held = dict(_entries(_text(path)))
        except StoreUnavailable as error:
            if error.code != "key_file_missing":
                raise
            held = {}
        if value is None:
            if held.pop(name, None) is None:
                return
        else:
            held[name] = value
        _replace(path, _HEAD + "".join(f"{each} {kept}\n" for each, kept in held.items()))
    if read(path, name) != value:
        raise Refusal("key_file_refused", f"{path} did not keep what was written.", "Name another place.")


def _replace(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(path)
    except OSError as error:
        raise Refusal(
            "key_file_refused", f"{path} cannot be written: {error.strerror}.", "Name another place."
        ) from None
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two programs that keep a key in one file at once take turns; neither writes over what the other has kept."""
    if sys.platform == "win32":
        # Windows locks no folder; there a key file is the exception, its keyring being part of the system.
        yield
        return
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def check_folder(folder: Path) -> None:
    """Raises `Refusal` for a folder that is not there, or in which others could put another file in this one's place."""
    try:
        mode = folder.stat().st_mode
    except OSError:
        raise Refusal("no_folder", f"There is no folder {folder}.", "Make it first.") from None
    if os.name == "posix" and mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise Refusal(
            "key_folder_open",
            f"Others may write in {folder}, and so put their own key file there.",
            f"Run `chmod go-w {folder}`, or name another place.",
        )


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            if os.name == "posix":
                _check_owner(path, found)
            check_folder(path.parent)
            return file.read(1 << 20).decode("ascii", "replace")
    except FileNotFoundError:
        raise StoreUnavailable(
            "key_file_missing",
            f"There is no key file {path}.",
            "Name it with --key-file or CASEDESK_KEY_FILE.",
        ) from None
    except OSError as error:
        raise StoreUnavailable(
            "key_file_unreadable",
            f"The key file {path} cannot be read: {error.strerror}.",
            "Look at its rights.",
        ) from None


def _check_owner(path: Path, found: os.stat_result) -> None:
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise StoreUnavailable(
            "key_file_open",
            f"Others of this machine can read the key file {path}.",
            f"Run `chmod 600 {path}`; if others work here, change the key with `casedesk secret rotate`.",
        )
    if found.st_uid not in (os.geteuid(), 0):
        raise StoreUnavailable(
            "key_file_foreign", f"The key file {path} belongs to somebody else.", "Name one of your own."
        )


def _entries(text: str) -> list[tuple[str, str]]:
    lines = (line.split() for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return [(words[0], words[1]) for words in lines if len(words) == 2]
