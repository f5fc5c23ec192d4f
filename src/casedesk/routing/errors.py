"""How the routing room says that a file of rules, playbooks or chains cannot be loaded."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class RuleError(ValueError):
    """One file does not load; nothing of it is used.

    `file` is the name it was handed in under, `line` the line (counted from 1) where it is known, `message` one
    sentence naming the thing, `nearest` the nearest known name where a name was not known.
    """

    def __init__(self, file: str, line: int | None, message: str, nearest: str | None = None) -> None:
        where = file if line is None else f"{file}, line {line}"
        hint = f" Nearest known name: {nearest}." if nearest else ""
        super().__init__(f"{where}: {message}{hint}")
        self.file = file
        self.line = line
        self.message = message
        self.nearest = nearest


class UnknownName(ValueError):
    """A name outside its closed vocabulary; `what` says which, `nearest` the closest member (None when none is close)."""

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        shown = name if len(name) <= 80 else name[:79] + "…"
        super().__init__(f"There is no {what} {shown!r}.")
        self.name = name
        self.nearest = nearest(name, known)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The member of `known` most like `name`, upper and lower case counted as equal; None when nothing is close."""
    if len(name) > 80:
        return None
    by_lower = {k.lower(): k for k in sorted(known, reverse=True)}
    close = difflib.get_close_matches(name.lower(), list(by_lower), n=1, cutoff=0.5)
    return by_lower[close[0]] if close else None
