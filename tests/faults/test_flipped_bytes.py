"""One byte of a local store's file flipped: every command answers as before, or says that something is wrong.

An encrypted file authenticates every page, and is held to that without exception. A plain one (a demo's, and tests')
has no checksums: there the commands that vouch for something are held to it, and what the others show is counted.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from casedesk.cli.run import main
from casedesk.desk import backups
from tests.support.backups import back_up, identity, keys_of, restore_local
from tests.support.clock import ManualClock
from tests.support.rfe import Rfe, sqlite_stage

LISTS: tuple[tuple[str, ...], ...] = (("matter", "list"), ("task", "list", "--all"))
VOUCH: tuple[tuple[str, ...], ...] = (("audit", "verify"), ("packet", "verify", "PACKET"), ("doctor",))
WHO = "jreyes"


class Bench:
    """One place for a file, damaged anew each time, and the commands of a person at it."""

    def __init__(self, path: Path, rfe: Rfe, clock: ManualClock, capsys: pytest.CaptureFixture[str]) -> None:
        self.path, self.clock, self.capsys = path, clock, capsys
        self.whole = path.read_bytes()
        self.unexpected = 0
        self.packet = rfe.packet
        self.right = {words: self.run(words) for words in (*LISTS, *VOUCH)}
        assert all(self.right[words][0] == 0 for words in (*LISTS, *VOUCH[:2])), self.right
        self.head = json.loads(self.run(("audit", "head"))[1])["hash"]
        self.findings = self.found(self.right["doctor",])
        assert self.findings is not None

    def run(self, words: tuple[str, ...]) -> tuple[int, str]:
        """Exit status and what was said; a refusal is one sentence and no trace of the program's inside."""
        given = [self.packet if word == "PACKET" else word for word in words]
        status = main(
            ["--store", str(self.path), "--as", WHO, "--no-input", "--json", *given], clock=self.clock
        )
        said = self.capsys.readouterr()
        assert "Traceback" not in said.out + said.err, said
        if status != 0 and '"error"' in said.out:
            assert status in (1, 3), (words, said)
            assert len(said.err.strip().splitlines()) == 1, said
            self.unexpected += json.loads(said.out)["error"]["code"] == "unexpected"
        return status, said.out

    def flip(self, at: int, bit: int) -> None:
        for end in ("-wal", "-shm"):
            Path(f"{self.path}{end}").unlink(missing_ok=True)
        self.path.write_bytes(self.whole[:at] + bytes([self.whole[at] ^ 1 << bit]) + self.whole[at + 1 :])

    @staticmethod
    def found(answer: tuple[int, str]) -> set[str] | None:
        """The doctor's findings by name, None where there was no answer. Days after the story some timers are late."""
        said = json.loads(answer[1])
        return None if "error" in said else {check["id"] for check in said["checks"] if not check["ok"]}

    def backed_up_wrongly(self) -> bool:
        """Whether a backup of the damaged file was made all the same, and holds another record."""
        out = self.path.with_name("copy.age")
        secret, recipient = identity()
        status, _ = self.run(("backup", "--out", str(out), "--recipient", recipient))
        if status != 0:
            return out.exists()
        head = backups.verify(out, secret).head
        out.unlink()
        return bool(head != self.head)

    def wrong(self, words: tuple[str, ...]) -> bool:
        """Whether the command gave another answer than before, as if all were well."""
        status, said = self.run(words)
        return status == 0 and (status, said) != self.right[words]


@pytest.fixture
def shipped(tmp_path: Path) -> Iterator[Rfe]:
    rfe = sqlite_stage("shipped", tmp_path)
    yield rfe
    rfe.firm.close()


@pytest.fixture
def encrypted(
    shipped: Rfe, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Bench:
    back_up(shipped.firm, tmp_path / "firm.age")
    path = tmp_path / "desk" / "firm.db"
    restore_local(tmp_path / "firm.age", path, shipped.firm.clock)[0].close()
    monkeypatch.setenv("CASEDESK_KEY_FILE", str(keys_of(path)))
    return Bench(path, shipped, shipped.firm.clock, capsys)


def places(bench: Bench, tries: int) -> Iterator[tuple[int, int, int]]:
    """The first pages first, where the file says what it is; then anywhere."""
    draw = random.Random(20261127)
    size = len(bench.whole)
    for n in range(tries):
        yield n, draw.randrange(4096) if n % 10 == 0 else draw.randrange(size), draw.randrange(8)


def test_an_encrypted_file_answers_right_or_not_at_all(
    encrypted: Bench, effort: Callable[[int, int], int], say: Callable[[str], None]
) -> None:
    tries = effort(25, 500)
    every = effort(5, 1)
    silent, noticed, unseen = [], 0, 0
    for n, at, bit in places(encrypted, tries):
        encrypted.flip(at, bit)
        silent += [(at, bit, words) for words in (*LISTS, *VOUCH[:2]) if encrypted.wrong(words)]
        if n % every == 0:
            found = encrypted.found(encrypted.run(("doctor",))) != encrypted.findings
            noticed += found
            unseen += not found
            assert not encrypted.backed_up_wrongly()
    assert silent == []
    # The doctor reads every page, and every page is authenticated.
    assert unseen == 0
    assert encrypted.unexpected == 0
    say(
        f"encrypted file: {tries} bytes flipped, 0 silent wrong answers; the doctor found {noticed} of {noticed + unseen}"
    )


def test_a_plain_file_is_vouched_for_truly(
    shipped: Rfe,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    effort: Callable[[int, int], int],
    say: Callable[[str], None],
) -> None:
    shipped.firm.close()
    folder = tmp_path / "plain"
    folder.mkdir(mode=0o700)
    path = folder / "firm.db"
    path.write_bytes(Path(shipped.firm.store).read_bytes())
    path.chmod(0o600)
    bench = Bench(path, shipped, shipped.firm.clock, capsys)
    tries = effort(10, 500)
    every = effort(5, 1)
    silent, shown, noticed, looked = [], 0, 0, 0
    for n, at, bit in places(bench, tries):
        bench.flip(at, bit)
        silent += [(at, bit, words) for words in VOUCH[:2] if bench.wrong(words)]
        showed = any(bench.wrong(words) for words in LISTS)
        shown += showed
        if n % every == 0 or showed:
            noticed += bench.found(bench.run(("doctor",))) != bench.findings
            looked += 1
    assert silent == []
    say(
        f"plain file: {tries} bytes flipped, 0 silent wrong answers of audit verify and packet verify; {shown} showed in"
        f" a list, the doctor found {noticed} of {looked} it was asked about"
    )
