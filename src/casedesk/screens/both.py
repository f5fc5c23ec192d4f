"""Two people at one item: who comes second sees both values, and what they wanted is not lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from casedesk.desk.views.work import ItemView
from casedesk.refusal import Conflict, Refusal
from casedesk.screens.moments import Moment
from casedesk.screens.names import Names

SOMEBODY_FIRST = "somebody_first"
"""A refusal that quotes what people typed: nothing in it is put into other words."""

_DID = {"open": "opened it again", "done": "ticked it", "waived": "waived it"}


def said(conflict: Conflict, names: Names, moment: Moment | None) -> str:
    """Who did what, when and in which words, and what of one's own is not written: as each typed it."""
    theirs, mine = _value(conflict.theirs), _value(conflict.mine)
    if not theirs:
        return f"{conflict.message} {conflict.next}"
    when = moment.instant(theirs["at"]) if moment is not None and theirs["at"] is not None else ""
    who = names.short(theirs["by"]) or "Somebody"
    first = f"{who} {_DID[theirs['state']]} first{', ' + when if when else ''}{_note(theirs)}."
    if mine["state"] == theirs["state"] and not mine["note"]:
        return first
    return f"{first} Yours is not written: {_word(mine['state'])}{_note(mine)}."


def both_notes(
    tick: Callable[[str, int], ItemView], version: int, names: Callable[[], Names], moment: Moment | None
) -> Callable[[str], ItemView]:
    """A tick with a note for a prompt that stays open: refused once where somebody else was quicker, with both notes to
    see; asked again it writes one's own behind theirs."""
    seen: list[tuple[int, str]] = [(version, "")]

    def act(note: str) -> ItemView:
        last, before = seen[-1]
        words = f"{before}; {note}" if before and before != note else note
        try:
            return tick(words, last)
        except Conflict as conflict:
            theirs = _value(conflict.theirs)
            if theirs.get("state") != "done":
                raise
            seen.append((theirs["version"], theirs["note"]))
            keeps = "Enter again writes yours behind it." if theirs["note"] else "Enter again writes it."
            sentence = said(
                Conflict("", mine={"state": "done", "note": note}, theirs=theirs), names(), moment
            )
            raise Refusal(SOMEBODY_FIRST, sentence, keeps) from conflict

    return act


def _value(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) and "state" in value else {}


def _note(value: dict[str, Any]) -> str:
    return f", with the note “{value['note']}”" if value["note"] else ""


def _word(state: str) -> str:
    return {"open": "open", "done": "ticked", "waived": "waived"}[state]
