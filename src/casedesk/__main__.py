"""The console entry: `casedesk` and `python -m casedesk`."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper


def main() -> None:
    """Runs the words of the process's command line and exits with their status."""
    from casedesk import cli

    # Started with no console (`pythonw`, as the Task Scheduler does), a process of Windows has nothing to write to.
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - open until the process ends
    for stream in (sys.stdout, sys.stderr):
        # A console of an older code page shows a question mark where it has no letter; it must not stop the work.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    status = cli.main()
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # The interpreter flushes again on its way out, and would complain about the reader who went away.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)


if __name__ == "__main__":
    main()
