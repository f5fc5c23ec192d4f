"""Naming files by typing: completion as in a shell, looked up in a thread."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from pathlib import Path

from textual import events
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input

from casedesk.security.text import safe

_MOST_LOOKED_AT = 5000


def complete(typed: str) -> str | None:
    """The longest text that continues `typed` and fits every file it could mean; None when nothing fits.

    A folder ends in a separator. Hidden files count only when their dot was typed; names a terminal would obey are
    never suggested.
    """
    if not typed:
        return None
    expanded = os.path.expanduser(typed)
    folder, start = os.path.split(expanded)
    try:
        with os.scandir(folder or ".") as found:
            names = [
                entry.name + (os.sep if entry.is_dir() else "")
                for entry, _ in zip(found, range(_MOST_LOOKED_AT), strict=False)
                if entry.name.startswith(start)
                and safe(entry.name) == entry.name
                and (start.startswith(".") or not entry.name.startswith("."))
            ]
    except OSError:
        return None
    common = _common(names)
    if len(common) <= len(start):
        return None
    return typed + common[len(start) :]


def _common(names: list[str]) -> str:
    first, last = min(names, default=""), max(names, default="")
    alike = (number for number, (a, b) in enumerate(zip(first, last, strict=False)) if a != b)
    return first[: next(alike, min(len(first), len(last)))]


class PathSuggester(Suggester):
    """Suggests what the file system goes on with; the disk is read off the loop."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        return await asyncio.to_thread(complete, value)


class ChoiceSuggester(Suggester):
    """Suggests one of a few known words."""

    def __init__(self, choices: Iterable[str]) -> None:
        super().__init__(case_sensitive=False)
        self._choices = tuple(each for each in choices if safe(each) == each)

    async def get_suggestion(self, value: str) -> str | None:
        return next((each for each in self._choices if value and each.casefold().startswith(value)), None)


class CompletingInput(Input):
    """Tab takes what is suggested; where nothing is, it goes on to the next field."""

    async def on_key(self, event: events.Key) -> None:
        """A tab faster than the suggestion waits for it: what is typed next belongs behind what it completes."""
        if event.key != "tab" or not self.value or self.suggester is None:
            return
        found = await self.suggester.get_suggestion(
            self.value if self.suggester.case_sensitive else self.value.casefold()
        )
        if found and found != self.value:
            self.value = found
            self.cursor_position = len(self.value)
            event.stop()
            event.prevent_default()


class FilesInput(CompletingInput):
    """Several files, one enter each; enter on an empty line goes on, backspace on one takes the last file back."""

    class Named(Message):
        """The list of files changed."""

        def __init__(self, files: tuple[Path, ...]) -> None:
            super().__init__()
            self.files = files

    def __init__(self, *, id: str, placeholder: str) -> None:
        super().__init__(id=id, placeholder=placeholder, suggester=PathSuggester())
        self.files: tuple[Path, ...] = ()

    @property
    def typed(self) -> Path | None:
        """The file that is typed and not on the list yet."""
        typed = self.value.strip()
        return Path(typed).expanduser() if typed else None

    def take(self) -> bool:
        """Put what is typed on the list; False when nothing is typed."""
        typed = self.typed
        if typed is None:
            return False
        self.files += (typed,)
        self.value = ""
        self.placeholder = "one more, or enter goes on; backspace takes the last one back"
        self.post_message(self.Named(self.files))
        return True

    async def on_key(self, event: events.Key) -> None:
        if event.key == "backspace" and not self.value and self.files:
            self.files = self.files[:-1]
            self.post_message(self.Named(self.files))
            event.stop()
            event.prevent_default()
            return
        await super().on_key(event)
