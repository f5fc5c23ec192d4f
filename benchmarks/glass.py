"""A program on a pty, as a benchmark sees it: when it has painted what, how long a key takes, how much memory it has."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.harness import CannotMeasure, clean_environment

SIZE = (70, 120)
PATIENCE = 120.0
QUIET = 0.15


class Glass:
    """Starts `argv` on a terminal of 120x70; end it with `close`."""

    def __init__(self, argv: Sequence[str]) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *SIZE, 0, 0))
        environment = {**clean_environment(), "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        self._begun = time.perf_counter()
        self._child = subprocess.Popen(
            argv, stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True
        )
        os.close(slave)
        self._seen = b""

    def until(self, words: str) -> float:
        """Seconds from the start until these words were painted. Raises CannotMeasure."""
        wanted = words.encode()
        while wanted not in self._seen:
            if not self._hear(PATIENCE):
                raise CannotMeasure(f"{words!r} was never painted.")
        return time.perf_counter() - self._begun

    def settle(self, quiet: float = QUIET) -> None:
        """Until nothing was painted for a while."""
        while self._hear(quiet):
            pass

    def press(self, key: bytes) -> float:
        """Seconds from a key to the first byte that is painted for it."""
        self.settle()
        begun = time.perf_counter()
        os.write(self._master, key)
        if not self._hear(PATIENCE):
            raise CannotMeasure(f"Nothing was painted for {key!r}.")
        return time.perf_counter() - begun

    def presses(self, *keys: bytes) -> list[float]:
        """`press` for each of them."""
        return [self.press(key) for key in keys]

    def memory(self) -> float:
        """MiB of its own that the program holds now (Linux)."""
        for line in Path(f"/proc/{self._child.pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss_Anon:"):
                return int(line.split()[1]) / 1024
        raise CannotMeasure("This system does not say how much memory a program has.")

    def close(self) -> None:
        """End it at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()
        os.close(self._master)

    def _hear(self, patience: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], patience)
        if not ready:
            return False
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:
            return False
        self._seen = (self._seen + data)[-(1 << 20) :]
        return bool(data)


def middle(seconds: Sequence[float]) -> float:
    """The median of key presses."""
    return float(median(seconds))
