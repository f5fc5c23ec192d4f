"""Copies of papers for a program of the system: in the clear, for this user alone, and gone as soon as may be.

They lie in the user's runtime folder where the system has one (in memory, emptied when the user signs out), else among
the user's caches; `CASEDESK_COPIES` names another place. Each process has a folder of its own and holds it for as long
as it lives: what a killed process left behind is held by nobody, and whoever starts next removes it.
"""

from __future__ import annotations

import contextlib
import math
import os
import shutil
import stat
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from casedesk.refusal import Refusal

PLACE: Final = "CASEDESK_COPIES"
"""The environment's name for the folder in which copies lie, where it is not the system's own."""
_HELD: Final = ".held"
_OURS: Final = "desk-"
_FROM_OUTSIDE: Final = "[ZoneTransfer]\r\nZoneId=3\r\n"
"""What Windows writes beside a download: its office programs open such a file without letting it do anything."""


def place() -> Path:
    """The folder in which copies lie on this machine."""
    named = os.environ.get(PLACE)
    if named:
        return Path(named).expanduser().absolute()
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if runtime and _is_private(Path(runtime)):
        return Path(runtime) / "casedesk"
    from platformdirs import user_cache_path

    return user_cache_path("casedesk", appauthor=False) / "copies"


@dataclass
class Copies:
    """The copies of one process. Safe to use from several threads; whoever opens a program for one says when it ended.

    `put` makes a copy, `remove` takes one away, `expire` those that lie long enough and nobody said to `keep`, `close`
    all. A copy that a program holds open (Windows) stays until the next of these.
    """

    root: Path = field(default_factory=place)
    _mine: Path | None = None
    _held: int | None = None
    _since: dict[Path, float] = field(default_factory=dict)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def put(self, data: bytes, ending: str, at: float) -> Path:
        """A copy that its user alone can read; its name says nothing. `at` is a moment of the clock `expire` goes by.

        Raises `Refusal` where no private place can be made.
        """
        with self._turn:
            try:
                folder = Path(tempfile.mkdtemp(dir=self._folder()))
                path = folder / f"paper{ending}"
                handle = os.open(
                    path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600
                )
                with os.fdopen(handle, "wb") as out:
                    out.write(data)
                if sys.platform == "win32":
                    Path(f"{path}:Zone.Identifier").write_text(_FROM_OUTSIDE, encoding="ascii", newline="")
                path.chmod(0o400)
            except OSError as error:
                raise Refusal(
                    "no_private_place",
                    f"No private copy can be made in {self.root}: {error.strerror}.",
                    f"Name another folder in {PLACE}.",
                ) from error
            self._since[path] = at
            return path

    def keep(self, path: Path) -> None:
        """Let a copy lie until it is removed, or all are: somebody will say when, or was told where it lies."""
        with self._turn:
            if path in self._since:
                self._since[path] = math.inf

    def remove(self, path: Path) -> None:
        """Take one copy away."""
        with self._turn:
            self._remove(path)

    def expire(self, before: float) -> None:
        """Take away the copies made before that moment."""
        with self._turn:
            for path in [path for path, since in self._since.items() if since < before]:
                self._remove(path)

    def close(self) -> None:
        """Take all copies of this process away, and let go of its folder."""
        with self._turn:
            for path in list(self._since):
                self._remove(path)
            if self._held is not None:
                os.close(self._held)
                self._held = None
            if self._mine is not None:
                _remove_tree(self._mine)
                self._mine = None

    def sweep(self) -> int:
        """Remove what processes left behind that were killed; says how many folders. A living one's are let be."""
        if not self.root.is_dir() or not _is_private(self.root):
            return 0
        removed = 0
        with _alone(self.root):
            for folder in sorted(self.root.glob(f"{_OURS}*")):
                if folder == self._mine or folder.is_symlink() or _is_held(folder):
                    continue
                _remove_tree(folder)
                removed += not folder.exists()
        return removed

    def _remove(self, path: Path) -> None:
        _remove_tree(path.parent)
        if not path.exists():
            self._since.pop(path, None)

    def _folder(self) -> Path:
        """This process's own folder, held from its making."""
        if self._mine is None:
            self.root.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileExistsError):
                self.root.mkdir(mode=0o700)
            if not _is_private(self.root):
                raise Refusal(
                    "copies_open",
                    f"Others may look into {self.root}, where private copies would lie.",
                    f"Run `chmod 700 {self.root}`, or name another folder in {PLACE}.",
                )
            with _alone(self.root):
                self._mine = Path(tempfile.mkdtemp(prefix=_OURS, dir=self.root))
                self._held = _hold(self._mine / _HELD)
        return self._mine


def _is_private(folder: Path) -> bool:
    """A folder of this user's, no link to one, that nobody else may look into; where the system knows such modes."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    if os.name != "posix":
        return stat.S_ISDIR(found.st_mode)
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077


def _remove_tree(folder: Path) -> None:
    for path in folder.rglob("*"):
        if not path.is_symlink() and path.is_file():
            with contextlib.suppress(OSError):
                path.chmod(0o600)
    shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Making and holding a folder is one step for whoever sweeps."""
    handle = os.open(root / ".turn", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(handle, wait=True)
        yield
    finally:
        os.close(handle)


def _hold(path: Path) -> int:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    _lock(handle, wait=False)
    return handle


def _is_held(folder: Path) -> bool:
    try:
        handle = os.open(folder / _HELD, os.O_RDWR)
    except OSError:
        return False
    try:
        return not _lock(handle, wait=False)
    finally:
        os.close(handle)


def _lock(handle: int, *, wait: bool) -> bool:
    """Whether the file is this process's now; the system lets go of it when the process ends, however it ends."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        return False
    return True
