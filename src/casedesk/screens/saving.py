"""Files that leave the desk: never over one that is there, and for the person's own eyes."""

from __future__ import annotations

import os
from pathlib import Path

from casedesk.refusal import Refusal


def save_new(path: Path, data: bytes) -> Path:
    """Write `data` to a new file, readable by its owner alone. Raises `Refusal` where one stands or none can be."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
    except FileExistsError:
        raise Refusal("file_exists", f"{path} is there already.", "Give it another name.") from None
    except OSError as error:
        raise Refusal(
            "not_written", f"{path} cannot be written: {error.strerror}.", "Choose another place."
        ) from error
    return path
