"""Files in which a secret is handed to a person: made new, for its owner's eyes only, never in another's place."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from casedesk.refusal import Refusal


def hand_out(path: Path, text: str) -> None:
    """Write a new file that only its owner reads, and wait for the disk.

    Raises `Refusal`: `file_exists` where something is there already, `no_folder`, `file_refused` for what the system
    says.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
    except FileExistsError:
        raise Refusal(
            "file_exists", f"{path} is there already; it is not written over.", "Name another file."
        ) from None
    except FileNotFoundError:
        raise Refusal("no_folder", f"There is no folder {path.parent}.", "Make it first.") from None
    except OSError as error:
        raise Refusal(
            "file_refused", f"{path} cannot be written: {error.strerror}.", "Name another place."
        ) from None


def pgpass(url: str, passwords: Mapping[str, str]) -> str:
    """A line for each login, as libpq reads them: host, port, database, login, password."""
    parts = urlsplit(url)
    where = (parts.hostname or "localhost", str(parts.port or 5432), unquote(parts.path.lstrip("/")))
    lines = [
        ":".join(field.replace("\\", "\\\\").replace(":", "\\:") for field in (*where, login, secret))
        for login, secret in sorted(passwords.items())
    ]
    return "".join(f"{line}\n" for line in lines)
