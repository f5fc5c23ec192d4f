"""A file on its way to the record: read, hashed and recognised before any transaction begins.

Parsing takes a second and runs in a limited child process; nothing waits for it with the store's pen in hand.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from casedesk.refusal import Refusal

if TYPE_CHECKING:
    from casedesk.documents.reading import Reading


@dataclass(frozen=True)
class Prepared:
    """A file's bytes, its hash, and what was read from it."""

    name: str
    data: bytes
    sha256: str
    reading: Reading


def prepare(path: Path) -> Prepared:
    """Read a file from disk. Raises `Refusal` for what the desk does not keep: absent, empty, too large, dangerous."""
    from casedesk.documents.sniff import NotAdmitted, check_size

    try:
        check_size(path)
        data = path.read_bytes()
    except NotAdmitted as error:
        raise Refusal(error.code, error.message, error.next) from error
    except FileNotFoundError as error:
        raise Refusal("no_file", f"There is no file {path}.", "Check the name.") from error
    except OSError as error:
        raise Refusal(
            "unreadable", f"{path} cannot be read: {error.strerror}.", "Check its permissions."
        ) from error
    return prepare_bytes(data, path.name)


def prepare_bytes(data: bytes, name: str) -> Prepared:
    """The same from bytes already in hand. Raises `Refusal` likewise."""
    from casedesk.documents.reading import read_document
    from casedesk.documents.sniff import Flag, NotAdmitted

    try:
        reading = read_document(data, name)
    except NotAdmitted as error:
        raise Refusal(error.code, error.message, error.next) from error
    if Flag.BOMB in reading.flags:
        raise Refusal(
            "dangerous",
            f"{name} is made to unpack to a monstrous size.",
            "Do not open it; ask the sender for the paper itself.",
        )
    return Prepared(name=name, data=data, sha256=hashlib.sha256(data).hexdigest(), reading=reading)
