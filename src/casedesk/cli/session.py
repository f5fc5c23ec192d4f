"""One command's surroundings: the global options, the desk it opens, and what it prints."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import typer

from casedesk.refusal import NotFound, Refusal

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.desk import Desk

T = TypeVar("T")
Drawn = Iterable[str]
_NAMES = ("ref", "id", "handle", "key_id")
"""What a row of a list goes by, the friendliest first."""


@dataclass
class Session:
    """The global options as given, and the status this run will end with. `zone` is the office's, once a desk is open."""

    clock: Callable[[], datetime] | None = None
    store: str | None = None
    person: str | None = None
    key_file: Path | None = None
    json: bool = False
    read_only: bool = False
    no_input: bool = False
    debug: bool = False
    status: int = 0
    zone: str = "UTC"

    @property
    def may_ask(self) -> bool:
        """Whether somebody sits there who can answer a question."""
        return not self.no_input and sys.stdin.isatty()

    @property
    def on_terminal(self) -> bool:
        """Whether a screen can be opened."""
        return sys.stdin.isatty() and sys.stdout.isatty()

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """The desk of the store and person of this run, closed at the end. Raises what `open_desk` refuses."""
        from casedesk.bootstrap import open_desk

        desk = open_desk(
            self.store,
            self.person,
            clock=self.clock,
            read_only=self.read_only,
            prompt=self.prompt(),
            key_file=self.key_file,
        )
        try:
            if not self.json:
                self.zone = desk.zone
            yield desk
        finally:
            desk.close()

    def require_writing(self) -> None:
        """Raises `Refusal` in a run that only reads, where no desk is there to say so."""
        if self.read_only:
            raise Refusal("read_only", "This session only reads.", "Leave out --read-only.")

    def say(self, value: T, draw: Callable[[T, Paper], Drawn]) -> None:
        """Prints `value`: as one JSON document, or as the lines `draw` makes of it, safe for a terminal."""
        if self.json:
            from casedesk.cli.encode import document

            sys.stdout.write(document(value) + "\n")
            return
        from casedesk.cli.paper import Paper
        from casedesk.security.text import safe

        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        lines = draw(value, Paper(self.zone, width))
        sys.stdout.write("".join(f"{safe(line)}\n" for line in lines))

    def say_rows(
        self, rows: Sequence[T], limit: int, draw: Callable[[Sequence[T], Paper], Drawn], nothing: str
    ) -> None:
        """The same for a list: `nothing` is said where it is empty, and how to go on where the page is full."""

        def drawn(rows: Sequence[T], paper: Paper) -> Iterator[str]:
            if not rows:
                yield nothing
                return
            yield from draw(rows, paper)
            last = next((str(found) for name in _NAMES if (found := getattr(rows[-1], name, ""))), "")
            if len(rows) >= limit and last:
                yield f"More may follow: --after {last}"

        self.say(rows, drawn)

    def tell(self, sentence: str) -> None:
        """A word beside the result, on stderr, for people only."""
        if not self.json:
            from casedesk.security.text import safe

            sys.stderr.write(f"{safe(sentence)}\n")

    def steps(self, things: Sequence[T], what: str) -> Iterator[T]:
        """The things, one after another, with a bar on stderr when there are several and it is a terminal."""
        if len(things) < 2 or self.json or not sys.stderr.isatty():
            yield from things
            return
        with typer.progressbar(things, label=what, file=sys.stderr) as bar:
            yield from bar

    def prompt(self) -> Callable[[str], str] | None:
        """Asks for a secret without an echo; None where nobody may be asked."""
        if not self.may_ask:
            return None
        from getpass import getpass

        return getpass


def of(ctx: typer.Context) -> Session:
    """The session of the command that runs."""
    session = ctx.find_object(Session)
    if session is None:
        raise RuntimeError("a command ran outside casedesk.cli.main")
    return session


def window(rows: Sequence[T], limit: int, after: str | None) -> list[T]:
    """At most `limit` rows after the one whose `id` or `ref` is `after`. Raises `NotFound` when no row is."""
    if after is None:
        return list(rows[:limit])
    for place, row in enumerate(rows):
        names = {str(getattr(row, name, "")) for name in _NAMES}
        if isinstance(row, dict):
            names = {str(row.get(name)) for name in ("id", "ref", "packet")}
        if after.casefold() in {name.casefold() for name in names}:
            return list(rows[place + 1 : place + 1 + limit])
    raise NotFound("row to list after named", after, "Name the last id or ref of the page before.")


def write_file(path: str, data: bytes) -> str:
    """Writes `data` to the file at `path`, whole or not at all, readable by its owner only; gives the absolute path.

    Raises OSError, `Refusal("no_folder")` where its folder is missing, and `Refusal("not_a_file")` for a folder, a
    device or a pipe.
    """
    import tempfile

    target = os.path.abspath(os.path.expanduser(path))
    if os.path.lexists(target) and not os.path.isfile(target):
        raise Refusal("not_a_file", f"{path} is there and is no file.", "Name a file to write.")
    folder = os.path.dirname(target)
    if not os.path.isdir(folder):
        raise Refusal("no_folder", f"There is no folder {folder}.", "Make it first, or name another place.")
    handle, draft = tempfile.mkstemp(prefix=".casedesk-", dir=folder)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.replace(draft, os.path.realpath(target))
    except BaseException:
        os.unlink(draft)
        raise
    return target
