"""A store's recovery copy between the desk and a person: shown once and typed back in part, or written to a file."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from casedesk.cli.ask import line
from casedesk.cli.session import Session
from casedesk.refusal import Refusal, WrongUsage

if TYPE_CHECKING:
    from casedesk.security.store_key import StoreKey

ASKED_FOR: Final = 2
TRIES: Final = 3
_A_ROW: Final = 4


def check_way(session: Session, out: Path | None) -> None:
    """Raises `WrongUsage` when the copy can be neither written to a file nor shown to somebody who can answer."""
    if out is None and (session.json or not session.may_ask or not sys.stderr.isatty()):
        raise WrongUsage(
            "recovery_nowhere",
            "Nobody sits here to whom the key's recovery copy could be shown.",
            "Name a new file for it with --recovery-out, and move that off this machine.",
        )


def hand_over(session: Session, key: StoreKey, store: Path, out: Path | None, at: datetime) -> str:
    """Write the copy to the new file `out`, or show it and ask for two of its groups; gives what is on record of it.

    Raises `Refusal("recovery_not_confirmed")` when the groups are not typed back in three tries, and those of
    `handed.hand_out`.
    """
    day = at.date().isoformat()
    if out is not None:
        from casedesk.security.handed import hand_out

        hand_out(out, "".join(f"{each}\n" for each in _page(key, store, day)))
        return f"written {day}"
    _show([*_page(key, store, day), ""])
    groups = key.recovery()
    from casedesk.security.store_key import plain_letters

    for number in sorted(secrets.SystemRandom().sample(range(len(groups)), ASKED_FOR)):
        for _ in range(TRIES):
            if plain_letters(line(session, f"Type group {number + 1} of the copy") or "") == groups[number]:
                break
            session.tell("That is another group, or a letter is wrong.")
        else:
            raise Refusal(
                "recovery_not_confirmed",
                "The recovery copy was not typed back; nothing was changed.",
                "Write it down and repeat, or let it be written with --recovery-out FILE.",
            )
    return f"confirmed {day}"


def read_in(text: str) -> str:
    """The copy out of what was piped in: the indented lines of a page that `hand_over` wrote, else all of it."""
    lines = [each for each in text.splitlines() if each.startswith("    ")]
    return " ".join(_without_numbers(each) for each in lines) if lines else text


def _page(key: StoreKey, store: Path, day: str) -> Iterator[str]:
    groups = key.recovery()
    yield f"Recovery copy of the key of {store}"
    yield f"made {day}, for the file whose key is called {key.name}"
    yield ""
    for first in range(0, len(groups), _A_ROW):
        row = enumerate(groups[first : first + _A_ROW], first + 1)
        yield "    " + "   ".join(f"{number:>2}: {group}" for number, group in row)
    yield ""
    yield "Keep it on paper or in the firm's safe, away from this machine and from the store's backups: whoever has it"
    yield "and the file reads everything. Where key and copy are both lost, nobody can open the store any more."
    yield "It is put to use with: casedesk secret recover"


def _without_numbers(row: str) -> str:
    return " ".join(word for word in row.split() if not word.endswith(":"))


def _show(lines: list[str]) -> None:
    from casedesk.security.text import safe

    sys.stderr.write("".join(f"{safe(each)}\n" for each in lines))
