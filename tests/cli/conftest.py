"""Running the command line in process, as a user's words and as what came back."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from casedesk.cli import main


@dataclass(frozen=True)
class Ran:
    """What one run left: its status, and what stands on both streams."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


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
