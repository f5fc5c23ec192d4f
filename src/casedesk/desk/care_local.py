"""A local store's own care: its cipher, where its key lies, who can reach its files, and what place holds it."""

from __future__ import annotations

import os
from pathlib import Path

from casedesk.desk.turn import Turn
from casedesk.desk.views.care import Check
from casedesk.refusal import Refusal, StoreUnavailable
from casedesk.store import places, sqlite

RECOVERY = "recovery"
"""The mark that says what became of the recovery copy: `confirmed` or `written`, and the day."""

_BESIDE = ("", "-wal", "-shm", "-journal")


def checks(turn: Turn) -> tuple[Check, ...]:
    """What only a local store has to show."""
    return cipher(turn), place(turn)


def cipher(turn: Turn) -> Check:
    """Whether the file is encrypted: its first bytes were no plain header when it was opened, and the driver says so.

    They are not read again: closing the file here would let go of SQLite's own locks on it.
    """
    version, running = sqlite.cipher_of(turn.uow.conn)
    keyed = bool(sqlite.key_source(turn.uow.conn))
    if keyed and running:
        return Check(
            "cipher", True, f"the file is encrypted (SQLCipher {version.split(' ')[0]}, AES-256)", ""
        )
    if keyed or running:
        said = "the file looks encrypted, and the driver says it is not"
        return Check("cipher", False, said, "Install casedesk again.")
    if _mark(turn, "demo"):
        return Check("cipher", True, "plain: a demo, and nobody in it is real", "")
    if _mark(turn, "manual_clock"):
        return Check("cipher", True, "plain: made for tests", "")
    fix = "Run `casedesk secret rotate`, which puts it under a key."
    return Check("cipher", False, "the file is not encrypted", fix)


def key(turn: Turn) -> Check:
    """Where the key lies, and whether a person has confirmed that they hold its recovery copy."""
    source = sqlite.key_source(turn.uow.conn)
    if not source:
        return Check("keyring", True, "not needed: a plain store has no key, and asks for no password", "")
    held = _mark(turn, RECOVERY)
    said = f"the key lies in {source}"
    if not held:
        return Check(
            "keyring",
            False,
            f"{said}; nobody has confirmed a recovery copy",
            "Run `casedesk secret rotate`, and keep the copy it shows away from this machine.",
        )
    return Check("keyring", True, f"{said}; recovery copy {held}", "")


def permissions(turn: Turn) -> Check:
    """Who else can reach the file, its folder, and what SQLite puts beside it."""
    path = _path(turn)
    if os.name != "posix":
        return Check("permissions", True, "this system has no modes; the profile's own rights hold", "")
    wrong = []
    for file in (Path(f"{path}{suffix}") for suffix in _BESIDE):
        if places.mode_of(file) & ~0o600:
            wrong.append((file, places.mode_of(file), 0o600))
    if places.mode_of(path.parent) & ~0o700:
        wrong.append((path.parent, places.mode_of(path.parent), 0o700))
    if not wrong:
        return Check(
            "permissions", True, "only you can read the file, what lies beside it, and its folder", ""
        )
    said = ", ".join(f"{place} is {mode:04o}" for place, mode, _ in wrong)
    fix = " and ".join(f"`chmod {most:o} {place}`" for place, _, most in wrong)
    return Check("permissions", False, f"others of this machine can reach it: {said}", f"Run {fix}.")


def place(turn: Turn) -> Check:
    """What holds the file; where the system does not say, that is said."""
    path = _path(turn)
    try:
        places.check(path)
    except StoreUnavailable as error:
        if error.code != "store_open_to_others":
            return Check("place", False, error.message, error.next)
    disk = places.disk_of(os.path.realpath(path.parent))
    if disk.network is None:
        return Check("place", True, f"whether a network holds it cannot be told: {disk.kind}", "")
    return Check("place", True, f"a disk of this machine ({disk.kind}), in no folder known to be synced", "")


def may_change_key(turn: Turn) -> None:
    """Raises `Refusal` for a demo, which is plain and stays so."""
    if _mark(turn, "demo"):
        raise Refusal(
            "demo_is_plain",
            "A demo is not encrypted: nobody in it is real.",
            "Make a firm of your own with `casedesk init`.",
        )


def key_changed(turn: Turn, recovery: str) -> None:
    """The last words in a copy under a new key: what became of the recovery copy, and who changed the key."""
    turn.uow.run("meta.set", key=RECOVERY, value=recovery)
    turn.uow.audit("store.key_changed", turn.actor.handle, recovery=recovery)


def _path(turn: Turn) -> Path:
    return Path(str(turn.uow.scalar("care.place")))


def _mark(turn: Turn, name: str) -> str:
    return str(turn.uow.scalar("meta.get", key=name) or "")
