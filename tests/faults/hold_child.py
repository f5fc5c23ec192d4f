"""`hold_child.py STORE`: takes a local store's file for itself and says `held`; gives it back at a line on stdin."""

from __future__ import annotations

import sys
from importlib import import_module


def main() -> None:
    driver = import_module("sqlcipher3.dbapi2")
    conn = driver.connect(sys.argv[1], timeout=10, isolation_level=None)
    conn.execute("BEGIN EXCLUSIVE")
    sys.stdout.write("held\n")
    sys.stdout.flush()
    sys.stdin.readline()
    conn.execute("ROLLBACK")
    conn.close()


if __name__ == "__main__":
    main()
