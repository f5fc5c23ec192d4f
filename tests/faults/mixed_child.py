"""`mixed_child.py STORE`: a nursery of people at work. For each line of JSON on stdin, `{"who", "now", "kill", "acts"}`,
a process that does the acts one after the other as `who`, and is killed by `kill -9` right after its `kill`-th
statement. Answers one line of JSON: how many acts were acknowledged, whether one was under way, the signal that ended
it, and what an act was refused with.

An act is `[use-case, arguments]`; it counts as acknowledged when its commit has returned and this was told so. A process
is forked for each line, so that the kills fall into the work and not into the imports.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from casedesk.bootstrap import open_desk
from casedesk.desk import filings, papers, reviews, tasks
from casedesk.desk.desk import Desk
from casedesk.desk.reading import prepare
from casedesk.refusal import Refusal
from tests.support.firm import PASSPHRASE


def do(desk: Desk, act: str, *arguments: str) -> None:
    """One gesture of a person. A paper is known by its bytes; every other carries the request id of its first try."""
    if act == "receive":
        desk.write(papers.receive, prepare(Path(arguments[0])))
    elif act == "ack":
        desk.write(tasks.acknowledge, arguments[0], request_id=f"ack {arguments[0]}")
    elif act == "tick":
        task, item = arguments
        desk.write(tasks.tick, task, item, request_id=f"tick {task} {item}")
    elif act == "sign":
        review, matter = arguments
        desk.write(
            reviews.sign_off, review, confirm=matter, passphrase=PASSPHRASE, request_id=f"sign {review}"
        )
    elif act == "ship":
        desk.write(
            filings.ship, arguments[0], carrier="FedEx", tracking="7712", request_id=f"ship {arguments[0]}"
        )
    else:
        raise ValueError(act)


def work(store: str, order: dict[str, Any], report: int) -> None:
    """What the child does; `report` is a pipe that learns of each act before it begins and after it is done."""
    made = 0
    now = datetime.fromisoformat(order["now"])
    desk = open_desk(store, order["who"], clock=lambda: now)
    desk.now()

    def count(*_: Any) -> None:
        nonlocal made
        made += 1
        if made == order["kill"]:
            os.kill(os.getpid(), signal.SIGKILL)

    for moment in ("after_cursor_execute", "commit"):
        event.listen(Engine, moment, count)
    for act in order["acts"]:
        os.write(report, b"<")
        try:
            do(desk, *act)
        except Refusal as refusal:
            os.write(report, f"!{refusal.code};".encode())
            continue
        os.write(report, b">")
    desk.close()


def main() -> None:
    store = sys.argv[1]
    for line in sys.stdin:
        inside, outside = os.pipe()
        child = os.fork()
        if child == 0:
            status = 1
            try:
                os.close(inside)
                work(store, json.loads(line), outside)
                status = 0
            finally:
                os._exit(status)
        os.close(outside)
        told = b""
        while data := os.read(inside, 4096):
            told += data
        os.close(inside)
        _, status = os.waitpid(child, 0)
        killed = os.WTERMSIG(status) if os.WIFSIGNALED(status) else -os.WEXITSTATUS(status)
        sys.stdout.write(json.dumps({"told": told.decode(), "killed": killed}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
