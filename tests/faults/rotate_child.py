"""`rotate_child.py STORE HANDLE KEYRING|FILE PATH`: for each number on stdin, a process that puts the store under a new
key and is killed by `kill -9` right before its so-manyth step (0: it is left alone; -N: an alarm ends it after N
microseconds, wherever it is). Answers with how many steps it made and the signal that ended it. With `KEYRING` the machine's keyring is a file at PATH, with `FILE` it has none.

A step is a call of the system's, the driver's or the interpreter's own from the files that take part. A process is
forked for each line, so that the kills fall into the work and not into the imports.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import keyring

from casedesk import bootstrap
from casedesk.security import secrets
from tests.support.keyrings import GOOD, OnDisk

FILES = (
    "bootstrap.py",
    "rekey.py",
    "sqlite.py",
    "key_file.py",
    "store_key.py",
    "secrets.py",
    "keyrings.py",
    "store.py",
)


def rotate(store: str, handle: str, key_file: Path | None, kill_before: int, report: int) -> None:
    """What the child does; `report` is a pipe that learns of every step before it can end the child."""
    made = 0

    def count(frame: FrameType, what: str, called: Any) -> None:
        nonlocal made
        if what == "c_call" and os.path.basename(frame.f_code.co_filename) in FILES:
            made += 1
            os.write(report, b".")
            if made == kill_before:
                os.kill(os.getpid(), signal.SIGKILL)

    if kill_before < 0:
        signal.setitimer(signal.ITIMER_REAL, -kill_before / 1_000_000)
    sys.setprofile(count)
    bootstrap.rotate_key(store, handle, lambda path, key: "confirmed", key_file=key_file)
    sys.setprofile(None)


def main() -> None:
    store, handle, custody, place = sys.argv[1:5]
    key_file = Path(place) if custody == "FILE" else None
    if key_file is None:
        secrets.ACCEPTED |= GOOD
        OnDisk.folder = Path(place)
        keyring.set_keyring(OnDisk())
    # Once here, so that no forked process has anything left to import.
    bootstrap.rotate_key(store, handle, lambda path, key: "confirmed", key_file=key_file)
    for line in sys.stdin:
        inside, outside = os.pipe()
        child = os.fork()
        if child == 0:
            status = 1
            try:
                os.close(inside)
                rotate(store, handle, key_file, int(line), outside)
                status = 0
            finally:
                os._exit(status)
        os.close(outside)
        made = 0
        while data := os.read(inside, 65536):
            made += len(data)
        os.close(inside)
        _, how = os.waitpid(child, 0)
        print(made, os.waitstatus_to_exitcode(how), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
