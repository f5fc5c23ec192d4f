"""A child that brings a list of clients in, until it is killed: STORE HANDLE FILE."""

from __future__ import annotations

import sys

from casedesk.cli import main
from tests.support.clock import ManualClock

if __name__ == "__main__":
    store, handle, file = sys.argv[1:]
    sys.exit(
        main(["--store", store, "--as", handle, "--json", "matter", "import", file], clock=ManualClock())
    )
