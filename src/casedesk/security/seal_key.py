"""Where the private half of a seal key lies: with whoever seals, never in the store.

In the key file the operator named, else in the system's keyring. Where a local store has neither (a demo, a machine
without a keyring) it lies in a file beside the store: then whoever can write the store can also seal in its name, and
only what other machines remember still tells. `casedesk doctor` says which it is.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from casedesk.refusal import Refusal, StoreUnavailable
from casedesk.security import key_file as files
from casedesk.security.seals import Sealer, new_seed, sealer_of
from casedesk.security.secrets import NoSafeKeyring, read_secret, store_secret

SERVICE: Final = "casedesk"
STATE: Final = "CASEDESK_STATE"
"""The environment's name for the folder of what this machine remembers, where it is not the system's own."""


def state_folder() -> Path:
    """Where this machine keeps what it remembers of stores: `CASEDESK_STATE`, else the user's own state folder."""
    named = os.environ.get(STATE)
    if named:
        return Path(named).expanduser()
    from platformdirs import user_state_path

    return user_state_path("casedesk", appauthor=False)


def seal_key_beside(store: Path) -> Path:
    """Where the seal key of the local store at this path lies, when it lies beside it."""
    return Path(f"{store}.seal-key")


@dataclass(frozen=True)
class Held:
    """A seal key and where it lies, in words. `beside`: in a file beside the store."""

    sealer: Sealer
    where: str
    beside: bool = False


@dataclass(frozen=True)
class SealKeys:
    """The places of one store's seal key, in their order: `key_file`, the keyring, and `beside` (local stores only).

    `keyring` is false for a demo, which leaves nothing behind on the machine but its own folder.
    """

    store_id: str
    key_file: Path | None = None
    beside: Path | None = None
    keyring: bool = True

    @property
    def name(self) -> str:
        return f"seal:{self.store_id}"

    def find(self) -> Held | None:
        """The key as it is kept, None where none is.

        Raises `Refusal` for a key file that others can read, or whose entry is no seal key.
        """
        if self.key_file is not None:
            kept = _in(self.key_file, self.name)
            if kept is not None:
                return Held(_opened(kept, str(self.key_file)), f"the key file {self.key_file}")
        if self.keyring:
            try:
                kept = read_secret(SERVICE, self.name)
            except NoSafeKeyring:
                kept = None
            if kept is not None:
                return Held(_opened(kept, "The keyring"), "the system's keyring")
        if self.beside is not None:
            kept = _in(self.beside, self.name)
            if kept is not None:
                return self._beside(_opened(kept, str(self.beside)))
        return None

    def make(self) -> Held:
        """Make a key and keep it in the first of the places that takes it; an older one there is replaced.

        Raises `Refusal("no_seal_key")` where there is none.
        """
        seed = new_seed()
        if self.key_file is not None:
            files.write(self.key_file, self.name, seed.hex())
            return Held(sealer_of(seed), f"the key file {self.key_file}")
        if self.keyring:
            try:
                store_secret(SERVICE, self.name, seed.hex())
            except NoSafeKeyring:
                pass
            else:
                return Held(sealer_of(seed), "the system's keyring")
        if self.beside is None:
            raise Refusal(
                "no_seal_key",
                "This machine has nowhere to keep the key that seals the trail.",
                "Unlock the system's keyring, or name a key file.",
            )
        files.write(self.beside, self.name, seed.hex())
        return self._beside(sealer_of(seed))

    def _beside(self, sealer: Sealer) -> Held:
        return Held(sealer, f"{self.beside}, beside the store", beside=True)


def _in(path: Path, name: str) -> str | None:
    try:
        return files.read(path, name)
    except StoreUnavailable as error:
        if error.code == "key_file_missing":
            return None
        raise


def _opened(kept: str, where: str) -> Sealer:
    try:
        return sealer_of(bytes.fromhex(kept))
    except ValueError:
        raise Refusal(
            "bad_seal_key",
            f"{where} holds something else where the seal key should be.",
            "Put the right one back, or make a new one with `casedesk worker --once --new-seal-key`.",
        ) from None
