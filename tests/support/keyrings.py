"""Keyrings as machines have them, good and bad: real back ends of the `keyring` package, kept in memory or in a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend

from casedesk.security import secrets


class Memory(KeyringBackend):
    """Keeps what it is given, as the system's own does."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[(service, username)] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[(service, username)]


class Forgetful(Memory):
    """Says that it has kept a secret, and has not."""

    def set_password(self, service: str, username: str, password: str) -> None:
        pass


class Truncating(Memory):
    """Keeps the beginning of a secret."""

    def set_password(self, service: str, username: str, password: str) -> None:
        super().set_password(service, username, password[:4])


class Locked(Memory):
    """Answers nobody, and quotes what it was given."""

    def get_password(self, service: str, username: str) -> str | None:
        raise OSError("the keyring is locked")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise OSError(f"cannot keep {password}")


class Plaintext(Memory):
    """Stands for a back end that writes base64 to a file: it works, and is not accepted."""


class OnDisk(KeyringBackend):
    """A keyring that outlives the process, for tests in which processes are killed; `folder` is set by the test."""

    priority = 1
    folder: Path

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def _all(self) -> dict[str, str]:
        file = self.folder / "keyring.json"
        return dict(json.loads(file.read_text())) if file.exists() else {}

    def _keep(self, kept: dict[str, str]) -> None:
        draft = self.folder / "keyring.new"
        draft.write_text(json.dumps(kept))
        draft.replace(self.folder / "keyring.json")

    def get_password(self, service: str, username: str) -> str | None:
        return self._all().get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._keep({**self._all(), username: password})

    def delete_password(self, service: str, username: str) -> None:
        self._keep({name: kept for name, kept in self._all().items() if name != username})


GOOD = frozenset(
    f"{each.__module__}.{each.__qualname__}" for each in (Memory, Forgetful, Truncating, Locked, OnDisk)
)


@contextmanager
def using(backend: KeyringBackend, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine's keyring is `backend` meanwhile; those of `GOOD` are accepted as the system's own are."""
    before = keyring.get_keyring()
    monkeypatch.setattr(secrets, "ACCEPTED", secrets.ACCEPTED | GOOD)
    monkeypatch.delenv("CASEDESK_KEY_FILE", raising=False)
    keyring.set_keyring(backend)
    try:
        yield
    finally:
        keyring.set_keyring(before)
