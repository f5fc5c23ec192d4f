"""`sweep_nursery.py STORE HANDLE NOW`: workers in processes of their own, for a server to crash under, or to be killed.

For each line of JSON on stdin, `{"fuses": [...], "kill": true}`, as many workers are forked as there are fuses. Each
sweeps ten timers at a time until none is due; right after as many statements as its fuse says it dies by `kill -9`, or,
without `kill`, writes a dot to stdout and goes on. Answers one line of JSON: the signal, or minus the status, that ended
each.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, event

from casedesk.bootstrap import open_desk
from casedesk.desk import timers

BATCH = 10


def work(store: str, handle: str, now: datetime, fuse: int, *, kill: bool) -> None:
    """What one worker does."""
    made = 0

    def burn(*_: Any) -> None:
        nonlocal made
        made += 1
        if made == fuse:
            if kill:
                os.kill(os.getpid(), signal.SIGKILL)
            os.write(1, b".")

    desk = open_desk(store, handle, clock=lambda: now)
    desk.now()
    for moment in ("after_cursor_execute", "commit"):
        event.listen(Engine, moment, burn)
    while desk.write(timers.sweep, BATCH).due:
        pass
    desk.close()


def main() -> None:
    store, handle, now = sys.argv[1:4]
    for line in sys.stdin:
        order = json.loads(line)
        children = []
        for fuse in order["fuses"]:
            child = os.fork()
            if child == 0:
                status = 1
                try:
                    work(store, handle, datetime.fromisoformat(now), fuse, kill=order["kill"])
                    status = 0
                finally:
                    os._exit(status)
            children.append(child)
        ends = [os.waitpid(child, 0)[1] for child in children]
        told = [os.WTERMSIG(end) if os.WIFSIGNALED(end) else -os.WEXITSTATUS(end) for end in ends]
        os.write(1, (json.dumps(told) + "\n").encode())


if __name__ == "__main__":
    main()
