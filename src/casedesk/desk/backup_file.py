"""A backup's file: written whole or not at all, read with its hash, decrypted where it is encrypted."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from casedesk.refusal import Refusal
from casedesk.security import age
from casedesk.store.backup import Reading


class Hashed:
    """A file, and the hash and length of what went through it."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.bytes = 0
        self.encrypted = False

    def write(self, data: bytes) -> int:
        self._file.write(data)
        return self._through(data)

    def read(self, size: int = -1) -> bytes:
        data: bytes = self._file.read(size)
        self._through(data)
        return data

    def readline(self, size: int = -1) -> bytes:
        data: bytes = self._file.readline(size)
        self._through(data)
        return data

    def flush(self) -> None:
        self._file.flush()

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def _through(self, data: bytes) -> int:
        self._digest.update(data)
        self.bytes += len(data)
        return len(data)


@contextmanager
def new_file(path: Path) -> Iterator[Hashed]:
    """A new file beside its name, private, which gets the name when all of it lies on the disk."""
    if os.path.lexists(path):
        raise Refusal("file_exists", f"There is something at {path} already.", "Name another file.")
    if not path.parent.is_dir():
        raise Refusal(
            "no_folder", f"There is no folder {path.parent}.", "Make it first, or name another place."
        )
    handle, draft = tempfile.mkstemp(prefix=".casedesk-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            yield Hashed(out)
            out.flush()
            os.fsync(out.fileno())
        os.replace(draft, path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def opened(path: Path, identity: str | None) -> Iterator[tuple[Reading, Hashed]]:
    """A backup to be read, decrypted where it is encrypted, and its file with the hash over what was read of it.

    Raises `Refusal`: `no_backup`, `not_a_backup`, `identity_missing`,
    and those of `age.decrypted`.
    """
    try:
        raw = path.open("rb")
    except OSError as error:
        raise Refusal(
            "no_backup", f"{path} cannot be read: {error.strerror}.", "Name the backup's file."
        ) from None
    with raw:
        file = Hashed(raw)
        if not raw.peek(len(age.MAGIC)).startswith(age.MAGIC):
            yield Reading(file), file
            return
        if identity is None:
            raise Refusal(
                "identity_missing",
                f"{path} is encrypted to the firm's recovery recipient.",
                "Name the file of its identity with --identity.",
            )
        file.encrypted = True
        with age.decrypted(file, identity) as clear:
            yield Reading(clear), file
