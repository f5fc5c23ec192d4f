"""What channels sign in with: passwords, tokens and webhook keys, in the system's keyring or in a key file.

A name holds the store, and the host or program the secret is for, so that a changed setting hands it to nobody else.
Some keyrings keep only short values (Windows: 1,280 letters), so a long one lies there in pieces.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from casedesk.refusal import Refusal, StoreUnavailable
from casedesk.security import key_file as files
from casedesk.security.secrets import NoSafeKeyring, forget_secret, read_secret, store_secret
from casedesk.security.store_key import SERVICE

PIECE: Final = 1000
_MOST_PIECES: Final = 64


@dataclass(frozen=True)
class ChannelKeys:
    """One store's; `key_file` goes before the keyring where one is named. A demo keeps nothing (`keyring` False)."""

    store_id: str
    key_file: Path | None = None
    keyring: bool = True

    def find(self, what: str) -> str | None:
        """The secret kept as `what`, None where none is. Raises `StoreUnavailable` for a key file others can read."""
        kept = self._in_file(what)
        if kept is None and self.keyring:
            try:
                kept = self._in_keyring(what)
            except NoSafeKeyring:
                return None
        return None if kept is None else _plain(kept)

    def keep(self, what: str, secret: str) -> str:
        """Keep a secret, in the place of an older one; says where. Raises `NoSafeKeyring`, or what key files raise."""
        value = base64.urlsafe_b64encode(secret.encode("utf-8", "surrogatepass")).decode("ascii")
        if self.key_file is not None:
            files.write(self.key_file, self._name(what), value)
            return f"the key file {self.key_file}"
        if not self.keyring:
            raise Refusal("demo_sends_nothing", "A demo keeps no login: it sends nothing.", "")
        pieces = [value[at : at + PIECE] for at in range(0, len(value), PIECE)] or [""]
        for number, piece in enumerate(pieces):
            more = "+" if number < len(pieces) - 1 else "."
            store_secret(SERVICE, self._name(what, number), piece + more)
        return "the system's keyring"

    def forget(self, what: str) -> None:
        """Take a secret out of wherever it lies; what is not there is gone already."""
        if self.key_file is not None and self._in_file(what) is not None:
            files.write(self.key_file, self._name(what), None)
        if not self.keyring:
            return
        try:
            for number in range(_MOST_PIECES):
                piece = read_secret(SERVICE, self._name(what, number))
                if piece is None:
                    return
                forget_secret(SERVICE, self._name(what, number))
        except NoSafeKeyring:
            return

    def _in_file(self, what: str) -> str | None:
        if self.key_file is None:
            return None
        try:
            return files.read(self.key_file, self._name(what))
        except StoreUnavailable as error:
            if error.code == "key_file_missing":
                return None
            raise

    def _in_keyring(self, what: str) -> str | None:
        found = ""
        for number in range(_MOST_PIECES):
            piece = read_secret(SERVICE, self._name(what, number))
            if not piece:
                return None
            found += piece[:-1]
            if piece.endswith("."):
                return found
        return None

    def _name(self, what: str, number: int = 0) -> str:
        tail = f"/{number}" if number else ""
        return f"channel:{self.store_id}:{what}{tail}"


def _plain(kept: str) -> str | None:
    """The secret as it was, None for what somebody else put there."""
    try:
        return base64.urlsafe_b64decode(kept.encode("ascii")).decode("utf-8", "surrogatepass")
    except ValueError:
        return None
