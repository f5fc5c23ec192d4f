"""`limited.py BYTES WORD...`: the command line in a process whose files may not grow beyond BYTES, as on a full disk."""

from __future__ import annotations

import resource
import sys


def main() -> int:
    import casedesk.cli.run as run

    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), hard))
    return run.main(["--no-input", *sys.argv[2:]])


if __name__ == "__main__":
    sys.exit(main())
