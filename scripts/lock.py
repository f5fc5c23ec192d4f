"""Pins: one resolution, written twice.

    uv run python scripts/lock.py              resolve; what is pinned already stays
    uv run python scripts/lock.py --upgrade    resolve afresh
    uv run python scripts/lock.py --check      does what `uv run` resolved here agree with the pins? (exit 1 if not)

The resolution becomes `[tool.uv] constraint-dependencies` in pyproject.toml (which `uv run` obeys in a fresh clone)
and `requirements.lock` (hashed, for `pip install --require-hashes`). Neither names a package index. `uv.lock` is not
kept in git, because it does.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = ROOT / "pyproject.toml"
LOCK = ROOT / "requirements.lock"
HEADER = "# Written by scripts/lock.py (`just lock`), together with the constraints in pyproject.toml. Do not edit.\n"
_CONSTRAINTS = re.compile(r"^constraint-dependencies = \[[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*\]$", re.MULTILINE)


def pins(requirements: str) -> list[str]:
    """The pins of a hashed requirements file, `name==version` with its marker if any, sorted."""
    found = []
    for line in requirements.splitlines():
        pin, _, marker = line.rstrip("\\ ").partition(";")
        if re.match(r"[a-z0-9][a-z0-9._-]*==", pin):
            found.append(f"{pin.strip()} ; {marker.strip()}" if marker else pin.strip())
    return sorted(found)


def with_constraints(pyproject: str, constraints: list[str]) -> str:
    """The text of pyproject.toml with its block of constraints replaced. Raises ValueError if there is not one."""
    block = "\n".join(
        ["constraint-dependencies = [", *(f"    {json.dumps(pin)}," for pin in constraints), "]"]
    )
    text, count = _CONSTRAINTS.subn(
        lambda _: block if constraints else "constraint-dependencies = []", pyproject
    )
    if count != 1:
        raise ValueError(f"pyproject.toml has {count} blocks of constraint-dependencies; it needs one.")
    return text


def resolve(pyproject: str) -> str:
    """Resolves that project in a folder of its own; the hashed requirements, all groups, ours left out."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "pyproject.toml").write_text(pyproject, encoding="utf-8")
        _uv("lock", "--quiet", "--project", folder)
        return _export(folder)


def _export(project: str) -> str:
    quiet = ("--quiet", "--no-header", "--no-annotate")
    return _uv("export", "--frozen", "--all-groups", "--no-emit-project", *quiet, "--project", project)


def _uv(*arguments: str) -> str:
    uv = os.environ.get("UV") or shutil.which("uv")
    command = [uv] if uv else [sys.executable, "-m", "uv"]
    environment = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    done = subprocess.run(  # noqa: S603 - uv, with arguments of our own
        [*command, *arguments], env=environment, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"uv {arguments[0]} failed ({done.returncode}); nothing was written.")
    return done.stdout


def _write(path: Path, text: str) -> None:
    beside = path.with_name(path.name + ".new")
    beside.write_text(text, encoding="utf-8", newline="\n")
    os.replace(beside, path)


def _check() -> int:
    if not (ROOT / "uv.lock").exists():
        sys.exit("There is no uv.lock to compare with: run `uv lock` first.")
    resolved, pinned = set(pins(_export(str(ROOT)))), set(pins(LOCK.read_text(encoding="utf-8")))
    for pin in sorted(resolved ^ pinned):
        sys.stderr.write(
            f"{'not in requirements.lock' if pin in resolved else 'no longer resolved'}: {pin}\n"
        )
    if resolved != pinned:
        sys.stderr.write("The pins are out of date: run `just lock`.\n")
    return int(resolved != pinned)


def main() -> int:
    parser = argparse.ArgumentParser(description="Writes the pins, from one resolution.")
    parser.add_argument(
        "--upgrade", action="store_true", help="forget the pins that stand, take the newest that fit"
    )
    parser.add_argument("--check", action="store_true", help="compare only, change nothing")
    chosen = parser.parse_args()
    if chosen.check:
        return _check()
    before = PYPROJECT.read_text(encoding="utf-8")
    requirements = resolve(with_constraints(before, []) if chosen.upgrade else before)
    # Read again: the resolution takes a while, and only the block of constraints is ours.
    _write(PYPROJECT, with_constraints(PYPROJECT.read_text(encoding="utf-8"), pins(requirements)))
    _write(LOCK, HEADER + requirements)
    sys.stdout.write(f"{len(pins(requirements))} packages pinned.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
