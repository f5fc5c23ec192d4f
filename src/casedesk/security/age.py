"""Encryption of what leaves the store for good: age, to a public recipient whose private identity lies elsewhere.

A stream is encrypted as it is made and decrypted as it is read; nothing of it waits in memory or lies on a disk in
the clear. Each piece is authenticated before it is handed on, and that the end is the end only at the end: whoever
reads acts on nothing before then.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from io import BufferedReader
from typing import Any, Final, Protocol

from casedesk.refusal import Refusal


class Source(Protocol):
    """What bytes are read from."""

    def read(self, size: int = -1, /) -> bytes: ...


class Sink(Protocol):
    """What bytes are written to."""

    def write(self, data: bytes, /) -> int: ...
    def flush(self) -> None: ...


MAGIC: Final = b"age-encryption.org/"
"""What every age file begins with."""


def new_identity() -> tuple[str, str]:
    """A private identity (`AGE-SECRET-KEY-1...`) and the public recipient that goes with it (`age1...`)."""
    made = _pyrage().x25519.Identity.generate()
    return str(made), str(made.to_public())


def recipient(text: str) -> str:
    """A public recipient as it is written. Raises `Refusal("bad_recipient")`."""
    pyrage = _pyrage()
    try:
        return str(pyrage.x25519.Recipient.from_str(text.strip()))
    except pyrage.RecipientError:
        raise Refusal(
            "bad_recipient",
            f"{text.strip()[:80]!r} is no age recipient.",
            "It begins with age1; `casedesk backup --new-identity FILE` makes one.",
        ) from None


def recipient_of(identity: str) -> str:
    """The public half of an identity. Raises `Refusal("bad_identity")`."""
    return str(_identity(identity).to_public())


def identity_in(text: str) -> str:
    """The identity in an identity file, whose other lines are empty or begin with `#`. Raises `Refusal("bad_identity")`."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if len(lines) != 1:
        raise _no_identity()
    _identity(lines[0])
    return lines[0]


def encrypt(pieces: Iterable[bytes], out: Sink, recipients: Sequence[str]) -> None:
    """Write the pieces to `out`, encrypted to every one of the recipients; any of their identities opens them.

    Raises `Refusal("bad_recipient")`, and whatever making the pieces or writing them raises.
    """
    pyrage = _pyrage()
    to = [pyrage.x25519.Recipient.from_str(recipient(one)) for one in recipients]
    source, sink = _Pieces(pieces), _Written(out)
    try:
        pyrage.encrypt_io(source, sink, to)
    except Exception:
        for error in (source.error, sink.error):
            if error is not None:
                raise error from None
        raise


@contextmanager
def decrypted(file: Source, identity: str) -> Iterator[Clear]:
    """The clear bytes of an encrypted file, as a stream to read from, whose end is seen only of a whole one.

    Raises `Refusal`, and reading does: `bad_identity`, `not_the_identity` (it was encrypted to others),
    `backup_damaged` (cut short, or changed).
    """
    pyrage = _pyrage()
    key = _identity(identity)
    inside, outside = os.pipe()
    failed: list[BaseException] = []

    def work() -> None:
        with os.fdopen(outside, "wb", buffering=0) as out:
            try:
                pyrage.decrypt_io(file, out, [key])
            except BaseException as error:
                failed.append(error)

    worker = threading.Thread(target=work, name="decrypting", daemon=True)
    worker.start()
    try:
        with os.fdopen(inside, "rb") as stream:
            yield Clear(stream, worker, failed)
    finally:
        # Whoever leaves early closes the pipe, and so ends the work.
        worker.join()


class Clear:
    """What `decrypted` hands out; the reads of a file."""

    def __init__(self, stream: BufferedReader, worker: threading.Thread, failed: list[BaseException]) -> None:
        self._stream, self._worker, self._failed = stream, worker, failed

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        if size < 0 or len(data) < size:
            self._ended()
        return data

    def readline(self, size: int = -1) -> bytes:
        data = self._stream.readline(size)
        if not data.endswith(b"\n") and not 0 <= size <= len(data):
            self._ended()
        return data

    def _ended(self) -> None:
        self._worker.join()
        if self._failed:
            raise _translated(self._failed[0]) from None


class _Pieces:
    """The pieces as the library reads them; an error of theirs is kept, because the library only keeps its words."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = memoryview(b"")
        self.error: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            while not self._rest:
                self._rest = memoryview(next(self._pieces))
        except StopIteration:
            return b""
        except BaseException as error:
            self.error = error
            raise
        given, self._rest = self._rest[:size], self._rest[size:]
        return bytes(given)


class _Written:
    """Where the library writes; an error of it is kept likewise."""

    def __init__(self, out: Sink) -> None:
        self._out = out
        self.error: BaseException | None = None

    def write(self, data: bytes) -> int:
        try:
            return self._out.write(data)
        except BaseException as error:
            self.error = error
            raise

    def flush(self) -> None:
        self._out.flush()


def _pyrage() -> Any:
    """The library, which says nothing of its types."""
    return import_module("pyrage")


def _identity(text: str) -> Any:
    pyrage = _pyrage()
    try:
        return pyrage.x25519.Identity.from_str(text.strip())
    except pyrage.IdentityError:
        raise _no_identity() from None


def _no_identity() -> Refusal:
    return Refusal(
        "bad_identity",
        "That is no age identity.",
        "Name the file that `casedesk backup --new-identity` wrote; its last line begins with AGE-SECRET-KEY-1.",
    )


def _translated(error: BaseException) -> BaseException:
    pyrage = _pyrage()
    if isinstance(error, pyrage.DecryptError) and "No matching keys" in str(error):
        return Refusal(
            "not_the_identity",
            "That identity does not open this backup: it was encrypted to another recipient.",
            "Look for the identity of the recipient that the firm had when it was made.",
        )
    if isinstance(error, pyrage.DecryptError | OSError):
        return Refusal(
            "backup_damaged",
            "The backup is cut short or was changed; nothing was restored from it.",
            "Take another copy of it, or the backup before.",
        )
    return error
