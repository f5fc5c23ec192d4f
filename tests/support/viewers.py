"""Viewers for the tests: real programs that write down what they were given to show."""

from __future__ import annotations

import json
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SCRIPT = """\
import hashlib, json, os, pathlib, sys
path = pathlib.Path(sys.argv[1])
seen = {"path": str(path), "mode": path.stat().st_mode & 0o777, "folder": path.parent.stat().st_mode & 0o777,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
with open(os.path.join(os.path.dirname(__file__), "seen.jsonl"), "a") as out:
    out.write(json.dumps(seen) + "\\n")
sys.exit(%d)
"""


@dataclass(frozen=True)
class Viewer:
    """A program that looks at what it is given and ends with a status."""

    folder: Path

    @classmethod
    def made(cls, folder: Path, status: int = 0) -> Viewer:
        folder.mkdir()
        (folder / "viewer.py").write_text(_SCRIPT % status)
        return cls(folder)

    @property
    def command(self) -> str:
        return f"{shlex.quote(sys.executable)} {shlex.quote(str(self.folder / 'viewer.py'))}"

    def as_opener(self) -> Path:
        """The same as the system's opener: the folder that has it, to stand first on PATH."""
        tool = self.folder / "xdg-open"
        tool.write_text(f'#!/bin/sh\nexec {self.command} "$@"\n')
        tool.chmod(0o700)
        return self.folder

    def seen(self) -> list[dict[str, Any]]:
        log = self.folder / "seen.jsonl"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
