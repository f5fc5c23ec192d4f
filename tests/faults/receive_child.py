"""`receive_child.py STORE HANDLE`: for each line `FILE N` on stdin, a process that receives FILE and is killed by
`kill -9` right after its N-th statement, the last being the return from its commit (0: before the first; it ends by
itself when it makes fewer). Answers one line each: how many statements it made, and the signal that ended it.

A process is forked for each line, so that the kills fall into the work and not into the imports.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from casedesk.bootstrap import open_desk
from casedesk.desk import papers
from casedesk.desk.reading import prepare


def receive(store: str, handle: str, path: str, kill_after: int, report: int) -> None:
    """What the child does; `report` is a pipe that learns of every statement before it can end the child."""
    made = 0

    def count(*_: Any) -> None:
        nonlocal made
        made += 1
        os.write(report, b".")
        if made == kill_after:
            os.kill(os.getpid(), signal.SIGKILL)

    ready = prepare(Path(path))
    desk = open_desk(store, handle)
    for moment in ("after_cursor_execute", "commit"):
        event.listen(Engine, moment, count)
    if kill_after == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    desk.write(papers.receive, ready)
    count()
    desk.close()


def main() -> None:
    store, handle = sys.argv[1:3]
    for line in sys.stdin:
        path, number = line.rsplit(maxsplit=1)
        inside, outside = os.pipe()
        child = os.fork()
        if child == 0:
            status = 1
            try:
                os.close(inside)
                receive(store, handle, path, int(number), outside)
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
