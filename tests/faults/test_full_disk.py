"""A disk that fills up, a real one: whatever was going on says so in a sentence, and the record is as it was."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from casedesk.desk import trail
from casedesk.store.store import SCHEMA
from tests.faults.conftest import Outside
from tests.faults.receiving import notices, problems
from tests.store.test_migrations import is_new, is_old, old_file
from tests.support.backups import back_up, identity
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, local_firm

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0,
    reason="A disk of its own takes root on Linux; test_bad_input limits the size of files instead, everywhere.",
)

Said = Callable[..., Any]
MIB = 1 << 20


class Disk:
    """A file system of its own, of so many bytes."""

    def __init__(self, folder: Path, size: int) -> None:
        self.folder = folder
        folder.mkdir(mode=0o700)
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "none", str(folder)],
            capture_output=True,
            text=True,
            check=False,
        )
        if mounted.returncode:
            pytest.skip(f"No disk of its own may be mounted here: {mounted.stderr.strip()}")

    def grow(self, size: int) -> None:
        subprocess.run(["mount", "-o", f"remount,size={size}", str(self.folder)], check=True)

    def fill(self, leaving: int) -> None:
        """Take up what is free, but for so many bytes."""
        free = shutil.disk_usage(self.folder).free
        (self.folder / "other people's files").write_bytes(b"\0" * max(0, free - leaving))

    def close(self) -> None:
        subprocess.run(["umount", "-l", str(self.folder)], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    made = Disk(tmp_path / "disk", 12 * MIB)
    yield made
    made.close()


def refused(words: str) -> str:
    assert "Traceback" not in words
    (line,) = words.strip().splitlines()
    return line


def test_papers_come_in_until_the_disk_is_full(
    disk: Disk, tmp_path: Path, manual_clock: ManualClock, said: Said
) -> None:
    firm = local_firm(disk.folder / "desk" / "firm.db", manual_clock)
    outside = Outside(firm, tmp_path, None)
    papers = notices(outside, 2)
    disk.fill(leaving=MIB)
    full = 0
    for paper in papers:
        with paper.path.open("ab") as file:
            file.write(b"%" * (2 * MIB))
        outside.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        before = outside.counts()
        status, words = said("--store", firm.store, "--as", "tfinn", "document", "receive", str(paper.path))
        assert status == 3, words
        assert "disk is full" in refused(words).lower() or "disk refused" in refused(words)
        assert outside.counts() == before
        assert said("--store", firm.store, "--as", "tfinn", "task", "list")[0] == 0
        full += 1
    disk.grow(64 * MIB)
    for paper in papers:
        status, words = said("--store", firm.store, "--as", "tfinn", "document", "receive", str(paper.path))
        assert status == 0, words
    assert full == len(papers)
    assert outside.whole()
    assert firm.desk("inovak").read(trail.verify).ok
    outside.close()


def test_a_backup_that_does_not_fit_is_not_there(
    disk: Disk, store_path: Path, manual_clock: ManualClock, said: Said
) -> None:
    firm = local_firm(store_path, manual_clock)
    disk.fill(leaving=4096)
    out = disk.folder / "firm.age"
    before = sorted(disk.folder.iterdir())
    at = ("--store", firm.store, "--as", "jreyes")
    status, words = said(*at, "backup", "--out", str(out), "--recipient", identity()[1])
    assert status == 1, words
    assert "No space left" in refused(words)
    assert sorted(disk.folder.iterdir()) == before
    assert "store.backed_up" not in [e.action for e in firm.desk("inovak").read(trail.listing)]
    disk.grow(64 * MIB)
    assert said(*at, "backup", "--out", str(out), "--recipient", identity()[1])[0] == 0
    firm.close()


def test_a_store_that_does_not_fit_is_not_restored(
    disk: Disk, store_path: Path, tmp_path: Path, manual_clock: ManualClock, said: Said
) -> None:
    firm = local_firm(store_path, manual_clock)
    back_up(firm, tmp_path / "firm.age")
    firm.close()
    (tmp_path / "identity").write_text(identity()[0])
    disk.fill(leaving=200_000)
    path, keys = disk.folder / "desk" / "firm.db", tmp_path / "keys"
    words = [
        "restore",
        str(tmp_path / "firm.age"),
        "--to",
        str(path),
        "--identity",
        str(tmp_path / "identity"),
    ]
    words += ["--key-file", str(keys)]
    status, text = said(*words, "--recovery-out", str(tmp_path / "recovery-1"))
    assert status == 3, text
    assert "disk" in refused(text).lower()
    assert list(path.parent.iterdir()) == []
    assert "store:" not in keys.read_text()
    disk.grow(64 * MIB)
    assert said(*words, "--recovery-out", str(tmp_path / "recovery-2"))[0] == 0


def test_a_store_that_cannot_be_moved_stays_what_it_was(disk: Disk, said: Said) -> None:
    old = old_file(disk.folder, "firm.db", "0001")
    size = Path(old.store).stat().st_size
    for leaving in (size // 2, size + size // 20):  # there is no room for the copy; then none for the move
        disk.fill(leaving=leaving)
        status, words = said("--store", old.store, "--key-file", str(old.keys), "migrate")
        assert status == 3, words
        assert "disk" in refused(words).lower()
        with old.look() as conn:
            is_old(conn, "0001")
        Path(f"{old.store}.before-{SCHEMA}").unlink(missing_ok=True)
        (disk.folder / "other people's files").unlink()
    assert said("--store", old.store, "--key-file", str(old.keys), "migrate")[0] == 0
    with old.look() as conn:
        is_new(conn, "0001")


def test_a_firm_that_does_not_fit_is_not_founded(disk: Disk, manual_clock: ManualClock) -> None:
    from casedesk.founding import found_local
    from casedesk.refusal import Refusal
    from tests.support.firm import plan

    disk.fill(leaving=100_000)
    path = disk.folder / "desk" / "firm.db"
    with pytest.raises(Refusal):
        found_local(path, plan(), clock=manual_clock)
    assert list(path.parent.iterdir()) == []
    disk.grow(64 * MIB)
    found_local(path, plan(), clock=manual_clock)
    FirmFixture(str(path), manual_clock, shared=False).desk("mduarte").close()


def test_the_papers_are_whole_afterwards(disk: Disk, tmp_path: Path, manual_clock: ManualClock) -> None:
    """Room for some of many: each is on the record whole, or not at all."""
    firm = local_firm(disk.folder / "desk" / "firm.db", manual_clock)
    outside = Outside(firm, tmp_path, None)
    papers = notices(outside, 4)
    from casedesk.desk import papers as taking
    from casedesk.desk.reading import prepare_bytes
    from casedesk.refusal import StoreUnavailable

    disk.fill(leaving=MIB // 2)
    taken = 0
    for paper in papers:
        try:
            firm.desk("tfinn").write(taking.receive, prepare_bytes(paper.path.read_bytes(), paper.path.name))
            taken += 1
        except StoreUnavailable:
            pass
    assert [problems(outside, paper) for paper in papers] == [[]] * len(papers)
    assert outside.rows("SELECT count(*) FROM document WHERE origin = 'received'") == [(taken,)]
    outside.close()
