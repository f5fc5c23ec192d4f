"""`kill -9` while a store is put under a new key: afterwards one of two keys opens it, it is kept, and every row is there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from casedesk import bootstrap
from casedesk.desk import care, trail
from casedesk.store import sqlite
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, keyed_firm, plan
from tests.support.keyrings import OnDisk, using

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9 and fork are POSIX.")

ROOT = Path(__file__).parents[2]
MOVES = {"audit", "audit_head"}
"""What a change of the key writes into; everything else stays as it is, row by row."""

LONGEST_US = 250_000
"""About as long as a change of the key takes."""


class Child:
    """The process that forks one for each kill."""

    def __init__(self, firm: FirmFixture, custody: str, place: Path) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("CASEDESK_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.rotate_child", firm.store, "jreyes", custody, str(place)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment,
        )

    def rotate(self, kill_before: int) -> tuple[int, int]:
        """How many steps it made, and how it ended."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{kill_before}\n")
        self.process.stdin.flush()
        steps, status = self.process.stdout.readline().split()
        return int(steps), int(status)

    def close(self) -> None:
        self.process.communicate()


@pytest.fixture(params=["FILE", "KEYRING"])
def kept(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[FirmFixture, Child]]:
    """An encrypted firm whose key lies in a key file, or in a keyring that outlives the process; and who changes it."""
    firm = keyed_firm(tmp_path / "desk" / "firm.db", ManualClock(), plan())
    OnDisk.folder = tmp_path / "keyring"
    OnDisk.folder.mkdir(mode=0o700)
    with using(OnDisk(), monkeypatch):
        if request.param == "KEYRING":
            key = bootstrap.store_key_for(Path(firm.store), key_file=firm.key_file)
            assert key is not None
            bootstrap.recover_key(firm.store, "-".join(key.recovery()))
            firm.key_file = None
        child = Child(firm, request.param, firm.key_file or OnDisk.folder)
        yield firm, child
        child.close()
    firm.close()


def rows(firm: FirmFixture) -> dict[str, list[Any]]:
    """Every row of every table, under the key that is kept under the name in the file's first bytes."""
    path = Path(firm.store)
    key = bootstrap.store_key_for(path, key_file=firm.key_file)
    assert key is not None
    with closing(sqlite.connect(path, key)()) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert conn.execute("PRAGMA cipher_integrity_check").fetchall() == []
        names = conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {name: conn.execute(f'SELECT * FROM "{name}"').fetchall() for (name,) in names}


def changes(firm: FirmFixture, found: dict[str, list[Any]]) -> int:
    return sum("store.key_changed" in row for row in found["audit"])


def test_a_killed_change_of_the_key_leaves_a_store_that_one_of_two_keys_opens(
    kept: tuple[FirmFixture, Child], effort: Callable[[int, int], int]
) -> None:
    firm, child = kept
    path = Path(firm.store)
    steps, status = child.rotate(0)
    assert status == 0
    assert steps > 200
    before = rows(firm)
    assert changes(firm, before) == 2
    kills, alarms = effort(10, 250), effort(3, 100)
    # Evenly over the work, and densely over its last third, where the files change places; then at any moment at all.
    when = [1 + (n * steps // kills if n % 2 else steps - 1 - n * steps // (3 * kills)) for n in range(kills)]
    when += [-1 - n * LONGEST_US // alarms for n in range(alarms)]
    done = 0
    for at in when:
        salt = path.read_bytes()[:16]
        _, how = child.rotate(at)
        assert how == -signal.SIGKILL if at > 0 else how in (0, -signal.SIGALRM), at
        after = rows(firm)
        moved = path.read_bytes()[:16] != salt
        done += moved
        assert {name for name in after if after[name] != before[name]} == (MOVES if moved else set()), at
        assert changes(firm, after) == changes(firm, before) + moved, at
        before = after
    assert 0 < done < len(when)
    assert child.rotate(0)[1] == 0
    assert [each.name for each in path.parent.iterdir() if each.name.startswith(".")] == []
    desk = firm.desk("jreyes")
    assert desk.read(trail.verify).ok
    assert [check for check in desk.read(care.doctor) if not check.ok] == []
