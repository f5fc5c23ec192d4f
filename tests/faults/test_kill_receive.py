"""`kill -9` in the middle of `document receive`: a paper is on the record whole, with its entry, or not at all."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from casedesk.desk import trail
from tests.faults.conftest import Outside
from tests.faults.receiving import ALWAYS_GROW, Paper, grown, notices, problems

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9 and fork are POSIX.")

ROOT = Path(__file__).parents[2]


class Account:
    """Checks after each kill; `shape` is what one whole receive adds, learnt from the first that was not killed."""

    def __init__(self, outside: Outside, said: Callable[..., Any]) -> None:
        self.outside = outside
        self.said = said
        self.environment = outside.environment()
        self.shape: dict[str, int] = {}
        self.counts = outside.counts()
        self.whole = 0

    def receive(self, paper: Paper) -> dict[str, Any]:
        """The same command, this time left alone."""
        status, words = self.said(
            *("--store", self.outside.firm.store, "--as", "tfinn", "document", "receive"),
            *(str(paper.path), "--json"),
            env=self.environment,
        )
        assert status == 0, words
        (view,) = json.loads(words)
        assert view["sha256"] == paper.sha256
        return dict(view)

    def learn(self, paper: Paper) -> None:
        """What a receive that nobody disturbs leaves behind."""
        assert not self.receive(paper)["duplicate"]
        after = self.outside.counts()
        self.shape = grown(self.counts, after)
        assert set(ALWAYS_GROW) <= set(self.shape)
        assert problems(self.outside, paper) == []
        self.counts = after

    def check(self, paper: Paper) -> None:
        """After a kill: all of it or nothing; then once more, and it is there exactly once."""
        after = self.outside.counts()
        left = grown(self.counts, after)
        assert left in ({}, self.shape)
        assert problems(self.outside, paper) == []
        view = self.receive(paper)
        assert view["duplicate"] is bool(left)
        assert view["tasks"]
        self.counts, before = self.outside.counts(), self.counts
        assert grown(before, self.counts) == self.shape
        assert problems(self.outside, paper) == []
        self.whole += bool(left)

    def close(self) -> None:
        """The store is sound, its trail is whole, and what each person has open is what their tasks say."""
        assert self.outside.whole()
        novak = self.outside.firm.desk("inovak")
        verdict = novak.read(trail.verify)
        assert verdict.ok, verdict.first_bad
        assert novak.read(lambda turn: turn.uow.all("care.miscounted")) == []


def settled(outside: Outside) -> None:
    """Waits until the server has noticed that the killed one is gone, as it does within milliseconds."""
    if outside.server is None:
        return
    while outside.rows(
        "SELECT 1 FROM pg_stat_activity WHERE usename = 'tfinn' AND datname = current_database()"
    ):
        time.sleep(0.005)


def test_killed_at_any_moment_of_its_life(
    outside: Outside, said: Callable[..., Any], effort: Callable[[int, int], int]
) -> None:
    tries = effort(5, 200)
    first, *rest = notices(outside, 3 * tries + 1)
    account = Account(outside, said)
    command = [sys.executable, "-m", "casedesk", "--store", outside.firm.store, "--as", "tfinn", "--no-input"]

    def start(paper: Paper) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*command, "document", "receive", str(paper.path), "--json"],
            cwd=outside.folder,
            env=account.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    account.learn(first)
    begun = time.monotonic()
    assert start(first).wait() == 0
    life = time.monotonic() - begun
    killed = 0
    for paper in rest:
        if killed == tries:
            break
        process = start(paper)
        # The first half is imports and parsing; most kills fall where the store is open.
        time.sleep(life * (0.1 + 0.9 * ((killed + 1) / tries) ** 0.5))
        process.kill()
        if process.wait() == -signal.SIGKILL:
            killed += 1
        else:
            life *= 0.85  # It was done already: the machine is quicker now than when its life was measured.
        settled(outside)
        account.check(paper)
    account.close()
    assert killed == tries


def test_killed_after_each_statement(
    outside: Outside, said: Callable[..., Any], effort: Callable[[int, int], int]
) -> None:
    tries = effort(8, 200)
    first, measured, *rest = notices(outside, tries + 2)
    account = Account(outside, said)
    account.learn(first)
    with _children(outside, account.environment) as ask:
        statements, ended = ask(measured, 10_000)
        assert ended == 0
        account.check(measured)
        # Every statement when there are tries enough, else evenly spread, the first and the last among them.
        moments = [round(n * statements / (tries - 1)) for n in range(tries)]
        for moment, paper in zip(moments, rest, strict=True):
            _, ended = ask(paper, moment)
            assert ended == signal.SIGKILL
            settled(outside)
            account.check(paper)
    account.close()
    assert 0 < account.whole < tries  # some kills came before the commit, some after


@contextmanager
def _children(
    outside: Outside, environment: dict[str, str]
) -> Iterator[Callable[[Paper, int], tuple[int, int]]]:
    script = [sys.executable, "-m", "tests.faults.receive_child", outside.firm.store, "tfinn"]
    with subprocess.Popen(
        script, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as nursery:
        assert nursery.stdin is not None
        assert nursery.stdout is not None
        told, heard = nursery.stdin, nursery.stdout

        def ask(paper: Paper, moment: int) -> tuple[int, int]:
            told.write(f"{paper.path} {moment}\n")
            told.flush()
            made, ended = heard.readline().split()
            return int(made), int(ended)

        try:
            yield ask
        finally:
            told.close()
