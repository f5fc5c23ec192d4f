"""The options that may stand anywhere: taken out of the words before a noun is looked at, and listed in the help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from casedesk.refusal import WrongUsage

VALUED: Final = {
    "--store": ("PATH|URL", "The store: a file, or postgresql://... [CASEDESK_STORE]"),
    "--as": ("HANDLE", "Who sits there. [CASEDESK_PERSON]"),
    "--key-file": ("PATH", "Where a local store's key lies, if in no keyring. [CASEDESK_KEY_FILE]"),
}
SWITCHES: Final = {
    "--json": "One JSON document on stdout, nothing else.",
    "--read-only": "Write nothing.",
    "--no-input": "Never ask; refuse instead.",
    "--debug": "Show tracebacks.",
}


@dataclass(frozen=True)
class Words:
    """A command line, sorted: the options that may stand anywhere, and `rest`, the noun and what is its own."""

    rest: tuple[str, ...] = ()
    store: str | None = None
    person: str | None = None
    key_file: str | None = None
    json: bool = False
    read_only: bool = False
    no_input: bool = False
    debug: bool = False


def sort(argv: Sequence[str]) -> Words:
    """Sorts the words; nothing after `--` is touched, and neither is `--note=--json`.

    Raises `WrongUsage` when one of `VALUED` stands without its value.
    """
    values: dict[str, str] = {}
    switches: set[str] = set()
    rest: list[str] = []
    words = iter(argv)
    for word in words:
        name, equals, value = word.partition("=")
        if word == "--":
            rest += [word, *words]
        elif word in SWITCHES:
            switches.add(word)
        elif name in VALUED:
            values[name] = value if equals else next(words, "")
            if not values[name] or values[name].startswith("--"):
                raise WrongUsage("usage", f"The option {name} needs a value.", "See casedesk --help.")
        else:
            rest.append(word)
    return Words(
        rest=tuple(rest),
        store=values.get("--store"),
        person=values.get("--as"),
        key_file=values.get("--key-file"),
        json="--json" in switches,
        read_only="--read-only" in switches,
        no_input="--no-input" in switches,
        debug="--debug" in switches,
    )


def listed() -> list[tuple[str, str]]:
    """The options and what each says, as the help lists them."""
    valued = [(f"{name} {value}", said) for name, (value, said) in VALUED.items()]
    return [*valued, *SWITCHES.items(), ("--version", "Say the version and stop.")]
