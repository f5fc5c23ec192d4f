"""`spread_child.py STORE HANDLE OWNER COUNT`: opens the desk with one rule, that a new matter makes a task of OWNER's,
says `ready`, waits for a line on stdin, then opens COUNT matters."""

from __future__ import annotations

import os
import sys

from casedesk.bootstrap import open_desk
from casedesk.desk import matters
from casedesk.desk.desk import Desk
from casedesk.refusal import StoreUnavailable

RULE = """
[[rule]]
id = "opened"
title = "A new matter makes a task"
version = 1
trigger = "matter.opened"
effective_from = 2026-01-01

[[rule.then]]
do = "create_task"
title = "Look into it"
kind = "look_into"
owner = ["{owner}"]
due = {{ amount = 2, unit = "businessDays" }}
hours = 2
"""


def main() -> None:
    store, handle, owner, count = sys.argv[1:5]
    desk = open_desk(store, handle)
    rules = {"rules/opened.toml": RULE.format(owner=owner)}
    desk.house.__dict__["library"] = desk.house.compose(rules, in_place=True)
    desk.now()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for n in range(int(count)):
        _open(desk, f"Client {os.getpid()} {n}")
    desk.close()


def _open(desk: Desk, client: str) -> None:
    """Opens one matter. Programs that write without a rest may keep one of them from a local file for longer than it
    waits; it says so, and as a person would, it tries again: nothing was written."""
    while True:
        try:
            desk.write(matters.open_matter, "other", client)
            return
        except StoreUnavailable as refused:
            sys.stderr.write(f"{refused}\n")


if __name__ == "__main__":
    main()
