"""`migrate_child.py`: for each line `STORE N` on stdin, a process that migrates STORE and is killed by `kill -9` right
after its N-th statement, the last being the return from its commit (it ends by itself when it makes fewer). Answers one
line each: how many statements it made, and the signal that ended it.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from casedesk import bootstrap


def move(store: str, kill_after: int, report: int) -> None:
    made = 0

    def count(*_: Any) -> None:
        nonlocal made
        made += 1
        os.write(report, b".")
        if made == kill_after:
            os.kill(os.getpid(), signal.SIGKILL)

    for moment in ("after_cursor_execute", "commit"):
        event.listen(Engine, moment, count)
    bootstrap.migrate(store, key_file=Path(os.environ["KEYS"]))
    count()


def main() -> None:
    for line in sys.stdin:
        store, number = line.rsplit(maxsplit=1)
        inside, outside = os.pipe()
        child = os.fork()
        if child == 0:
            status = 1
            try:
                os.close(inside)
                move(store, int(number), outside)
                status = 0
            finally:
                os._exit(status)
        os.close(outside)
        made = 0
        while data := os.read(inside, 4096):
            made += len(data)
        os.close(inside)
        _, status = os.waitpid(child, 0)
        killed = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        sys.stdout.write(f"{made} {killed or -os.WEXITSTATUS(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
