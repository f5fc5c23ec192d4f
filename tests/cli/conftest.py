"""Running the command line in process, as a user's words and as what came back; and a firm on each store."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from casedesk.cli import main
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, local_firm, shared_firm
from tests.support.postgres import PgServer


@dataclass(frozen=True)
class Ran:
    """What one run left: its status, and what stands on both streams."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def code(self) -> str:
        """The code of the refusal under `--json`."""
        return str(self.json["error"]["code"])


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("task", "list", stdin="...", clock=...)`: one command line in process."""
    for name in ("CASEDESK_STORE", "CASEDESK_PERSON"):
        monkeypatch.delenv(name, raising=False)

    def go(*words: object, stdin: str = "", clock: Callable[[], datetime] | None = None) -> Ran:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        status = main([str(word) for word in words], clock=clock)
        streams = capsys.readouterr()
        return Ran(status, streams.out, streams.err)

    return go


@dataclass
class Office:
    """A firm's store, and everybody's command line to it."""

    firm: FirmFixture
    run: Run

    @property
    def clock(self) -> ManualClock:
        return self.firm.clock

    def says(self, who: str, *words: object, stdin: str = "") -> Ran:
        """As a person reads it."""
        return self.run("--store", self.firm.store, "--as", who, *words, stdin=stdin, clock=self.clock)

    def tries(self, who: str, *words: object, stdin: str = "") -> Ran:
        """As a program reads it, whatever the status."""
        ran = self.says(who, *words, "--json", stdin=stdin)
        refused = ran.status != 0 and isinstance(ran.json, dict) and "error" in ran.json
        assert ran.err.count("\n") == (1 if refused else 0), ran.err
        return ran

    def does(self, who: str, *words: object, stdin: str = "") -> Any:
        """As a program reads it; it must be done."""
        ran = self.tries(who, *words, stdin=stdin)
        assert ran.status == 0, ran.out
        return ran.json


@pytest.fixture
def local_office(run: Run, store_path: Path, manual_clock: ManualClock) -> Iterator[Office]:
    """Seven people on one SQLite file."""
    made = local_firm(store_path, manual_clock)
    yield Office(made, run)
    made.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def office(
    request: pytest.FixtureRequest,
    run: Run,
    tmp_path: Path,
    manual_clock: ManualClock,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Office]:
    """The same firm on each store; on PostgreSQL each person has a login, its password in a PGPASSFILE."""
    if request.param == "sqlite":
        yield request.getfixturevalue("local_office")
        return
    server: PgServer = request.getfixturevalue("pg_server")
    owned = server.new_owner_database()
    made = shared_firm(owned, manual_clock)
    passwords = tmp_path / "pgpass"
    passwords.touch(mode=0o600)
    passwords.write_text("".join(f"*:*:*:{who}:{word}\n" for who, word in made.passwords.items()))
    monkeypatch.setenv("PGPASSFILE", str(passwords))
    yield Office(made, run)
    made.close()
    server.drop(owned)
