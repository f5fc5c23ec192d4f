"""psql as a person types it: many scripts in one session of one login, each in a transaction of its own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from tests.support.postgres import OwnedDb, find_binaries

MARK = "@@@"


@dataclass(frozen=True)
class Said:
    """What psql answered to one script: rows and tags, and the server's words about what it refused."""

    out: str
    err: str

    @property
    def all(self) -> str:
        return f"{self.out}\n{self.err}"


def psql(owned: OwnedDb, login: str, password: str, scripts: Sequence[str]) -> list[Said]:
    """The answers, one a script. A script that ends the session leaves the ones behind it unanswered (empty)."""
    lines = []
    for number, script in enumerate(scripts):
        lines += [f"\\echo {MARK}{number}", f"\\warn {MARK}{number}", "BEGIN;", f"{script};", "COMMIT;"]
    done = subprocess.run(
        [find_binaries() / "psql", "-X", "-A", "-f", "-", owned.login_url(login)],
        input="\n".join(lines),
        env={
            **os.environ,
            "PGPASSWORD": password,
            "PGOPTIONS": "-c statement_timeout=10000",
            "PGCLIENTENCODING": "UTF8",
        },
        capture_output=True,
        text=True,
        errors="replace",
        timeout=300,
        check=False,
    )
    out, err = _parts(done.stdout), _parts(done.stderr)
    return [Said(out.get(n, ""), err.get(n, "")) for n in range(len(scripts))]


def _parts(text: str) -> dict[int, str]:
    found = {}
    for part in text.split(MARK)[1:]:
        number, _, rest = part.partition("\n")
        found[int(number)] = rest
    return found
