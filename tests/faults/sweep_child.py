"""`sweep_child.py STORE HANDLE NOW`: opens the desk, says `ready`, waits for a line on stdin, then sweeps twenty timers
at a time until none is due; says how many it fired."""

from __future__ import annotations

import sys
from datetime import datetime

from casedesk.bootstrap import open_desk
from casedesk.desk import timers

BATCH = 20


def main() -> None:
    store, handle, now = sys.argv[1:4]
    desk = open_desk(store, handle, clock=lambda: datetime.fromisoformat(now))
    desk.now()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    total = 0
    while fired := desk.write(timers.sweep, BATCH).fired:
        total += fired
    desk.close()
    sys.stdout.write(f"{total}\n")


if __name__ == "__main__":
    main()
