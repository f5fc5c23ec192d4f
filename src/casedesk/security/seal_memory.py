"""What this machine remembers of the stores it worked on: the last seal it saw of each.

A record that was rewritten, however well, does not go on from a seal that was seen before. One file in the user's own
state folder, readable by its owner only, written whole or not at all.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from casedesk.refusal import Refusal

FILE: Final = "seals.json"
_FORMAT: Final = "casedesk.seen.1"


@dataclass(frozen=True)
class Remembered:
    """The newest seal this machine saw of a store; `at_us` is when it was made."""

    seq: int
    hash: str
    at_us: int


class SealMemory:
    """The memory in `folder`, which is made when something is first remembered."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE

    def last(self, store_id: str) -> Remembered | None:
        """The newest seal seen of that store. Raises `Refusal("memory_damaged")` for a file that is not ours."""
        found = self._read()["stores"].get(store_id)
        return None if found is None else Remembered(found["seq"], found["hash"], found["at_us"])

    def at(self, place: str) -> str | None:
        """The id of the store that stood at this file or address. Raises like `last`."""
        found: str | None = self._read()["places"].get(place)
        return found

    def remember(self, store_id: str, place: str, seal: Remembered | None) -> None:
        """Keep that this store stands at `place`, and its newest seal; an older one than is known changes nothing."""
        held = self._read()
        known = held["stores"].get(store_id)
        if seal is not None and (known is None or known["seq"] <= seal.seq):
            held["stores"][store_id] = _spelled(seal)
        held["places"][place] = store_id
        self._write(held)

    def accept(self, store_id: str, place: str, seal: Remembered | None) -> None:
        """Begin anew from what the store says now, on a person's word; a damaged memory is replaced."""
        try:
            held = self._read()
        except Refusal:
            held = _nothing()
        held["stores"].pop(store_id, None)
        if seal is not None:
            held["stores"][store_id] = _spelled(seal)
        held["places"][place] = store_id
        self._write(held)

    def _read(self) -> dict[str, Any]:
        try:
            held = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return _nothing()
        except (OSError, ValueError) as error:
            raise self._damaged() from error
        if not _ours(held):
            raise self._damaged()
        return dict(held)

    def _damaged(self) -> Refusal:
        return Refusal(
            "memory_damaged",
            f"What this machine remembered of the record cannot be read ({self.path}).",
            "Compare `casedesk audit head` with another machine's, then begin anew with `casedesk audit accept`.",
        )

    def _write(self, held: dict[str, Any]) -> None:
        folder = self.path.parent
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = folder / f".{FILE}.{secrets.token_hex(4)}.new"
        try:
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                json.dump(held, out, sort_keys=True, indent=1)
                out.flush()
                os.fsync(out.fileno())
            draft.replace(self.path)
        finally:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)


def _nothing() -> dict[str, Any]:
    return {"format": _FORMAT, "stores": {}, "places": {}}


def _spelled(seal: Remembered) -> dict[str, Any]:
    return {"seq": seal.seq, "hash": seal.hash, "at_us": seal.at_us}


def _ours(held: object) -> bool:
    if not isinstance(held, dict) or held.get("format") != _FORMAT:
        return False
    stores, places = held.get("stores"), held.get("places")
    return (
        isinstance(stores, dict)
        and isinstance(places, dict)
        and all(isinstance(place, str) for place in places.values())
        and all(
            isinstance(seal, dict)
            and {key: type(seal.get(key)) for key in ("seq", "hash", "at_us")}
            == {"seq": int, "hash": str, "at_us": int}
            for seal in stores.values()
        )
    )
