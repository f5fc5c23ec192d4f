"""The options that may stand anywhere: they are moved to the front, where the root command declares them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casedesk.refusal import WrongUsage

SWITCHES = frozenset({"--json", "--read-only", "--no-input", "--debug"})
VALUED = frozenset({"--store", "--as"})


@dataclass(frozen=True)
class Words:
    """A command line, sorted: `front` are the options that may stand anywhere, `rest` the noun and what is its own."""

    front: tuple[str, ...]
    rest: tuple[str, ...]

    @property
    def json(self) -> bool:
        return "--json" in self.front

    @property
    def debug(self) -> bool:
        return "--debug" in self.front


def hoist(argv: Sequence[str]) -> Words:
    """Sorts the words; nothing after `--` is touched, and neither is `--note=--json`.

    Raises `WrongUsage` when `--store` or `--as` stands without its value.
    """
    front: list[str] = []
    rest: list[str] = []
    words = iter(argv)
    for word in words:
        name, equals, _ = word.partition("=")
        if word == "--":
            rest += [word, *words]
        elif word in SWITCHES or (equals and name in VALUED):
            front.append(word)
        elif word in VALUED:
            value = next(words, "--")
            if value.startswith("--"):
                raise WrongUsage("usage", f"The option {word} needs a value.", "See casedesk --help.")
            front += [word, value]
        else:
            rest.append(word)
    return Words(tuple(front), tuple(rest))
