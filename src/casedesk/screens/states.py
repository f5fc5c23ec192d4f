"""The palette of states: a glyph, a word and a tone for every state on any screen, and the glyph's twin in ASCII.

No screen draws a state's glyph of its own beside this table (a test reads the source). A glyph means one thing
everywhere, never stands without its word, and keeps its twin's width.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from casedesk.screens.drawing import Part
from casedesk.security.text import safe

SIGNS: Final = {
    "done": ("✔", "v"),
    "open": ("○", "o"),
    "begun": ("◐", "%"),
    "waits": ("◷", "@"),
    "new": ("●", "*"),
    "asks": ("▲", "^"),
    "alert": ("!", "!"),
    "against": ("✘", "x"),
    "off": ("–", "-"),
    "held": ("‖", "="),
    "gone": ("→", ">"),
    "odd": ("?", "?"),
}
"""What a glyph means, the glyph, and what stands for it where only ASCII may be drawn."""


class State(NamedTuple):
    """`sign` is a name of `SIGNS`, `tone` one of `drawing.TONES` or "" for plain."""

    sign: str
    word: str
    tone: str


STATES: Final = {
    "task.asks": State("asks", "new", "warn"),
    "task.new": State("new", "new", "accent"),
    "task.begun": State("begun", "begun", ""),
    "task.waiting": State("waits", "waiting", "dim"),
    "task.on_hold": State("held", "on hold", "dim"),
    "task.late": State("alert", "late", "alert"),
    "task.today": State("alert", "today", "alert"),
    "task.done": State("done", "done", "dim"),
    "task.cancelled": State("off", "off", "dim"),
    "item.open": State("open", "open", ""),
    "item.done": State("done", "done", "good"),
    "item.waived": State("off", "waived", "dim"),
    "deadline.open": State("open", "open", ""),
    "deadline.met": State("done", "met", "good"),
    "deadline.missed": State("alert", "missed", "alert"),
    "deadline.conflict": State("alert", "two dates, a second person settles it", "alert"),
    "deadline.provisional": State("open", "provisional", "warn"),
    "deadline.superseded": State("off", "replaced", "dim"),
    "docket.open": State("begun", "open", ""),
    "docket.to_check": State("open", "to be checked", "warn"),
    "docket.missed": State("alert", "missed", "alert"),
    "docket.two_dates": State("alert", "two dates", "alert"),
    "docket.past": State("alert", "ours is past", "alert"),
    "docket.confirmed": State("done", "confirmed", "good"),
    "docket.unconfirmed": State("open", "unconfirmed", "warn"),
    "docket.no_outcome": State("alert", "no outcome", "alert"),
    "docket.two_places": State("alert", "two places", "alert"),
    "docket.clash": State("alert", "Clash", "alert"),
    "paper.no_matter": State("open", "no matter", "warn"),
    "paper.aside": State("off", "aside", "dim"),
    "paper.recognised": State("done", "recognised", "good"),
    "slot.needed": State("open", "needed", ""),
    "slot.sent": State("waits", "sent", "warn"),
    "slot.back": State("done", "back", "good"),
    "message.awaiting_approval": State("open", "to release", "warn"),
    "message.approved": State("begun", "released", "accent"),
    "message.sent": State("done", "sent", "good"),
    "message.failed": State("alert", "failed", "alert"),
    "message.unknown": State("odd", "unknown", "alert"),
    "message.cancelled": State("off", "cancelled", "dim"),
    "filing.shipped": State("waits", "shipped", "warn"),
    "filing.uploaded": State("waits", "uploaded", "warn"),
    "filing.delivered": State("done", "delivered", "good"),
    "filing.receipted": State("done", "receipt in", "good"),
    "filing.rejected": State("alert", "rejected", "alert"),
    "packet.same": State("done", "as it was signed for", "good"),
    "packet.changed": State("against", "changed", "alert"),
    "review.open": State("open", "open", ""),
    "review.late": State("alert", "late", "alert"),
    "review.approved": State("done", "approved", "good"),
    "review.returned": State("against", "returned", "warn"),
    "review.superseded": State("off", "replaced by a newer version", "dim"),
    "point.open": State("open", "open", ""),
    "point.yes": State("done", "yes", "good"),
    "point.no": State("against", "no", "warn"),
    "asked.open": State("open", "asked", ""),
    "asked.in": State("done", "in", "good"),
    "asked.waived": State("off", "waived", "dim"),
    "asked.dropped": State("off", "asked no longer", "dim"),
    "milestone.to_come": State("open", "to come", "dim"),
    "milestone.reached": State("done", "reached", "dim"),
    "rule.in_force": State("done", "in force", "good"),
    "rule.not_in_force": State("off", "not in force", "dim"),
    "rule.fired": State("done", "fired", "good"),
    "rule.did_not_fire": State("off", "did not fire", "dim"),
    "rule.error": State("alert", "error", "alert"),
    "rule.warning": State("alert", "warning", "warn"),
    "candidate.chosen": State("done", "chosen", "good"),
    "candidate.not_chosen": State("off", "not chosen", "dim"),
    "handover.here": State("open", "not handed over yet", ""),
    "handover.covered": State("begun", "with the cover", ""),
    "handover.done": State("done", "done", ""),
    "handover.cancelled": State("off", "cancelled", ""),
    "handover.back": State("done", "back", ""),
    "handover.needs_note": State("alert", "needs a note", "warn"),
    "handover.missing": State("alert", "missing", "warn"),
    "handover.closed": State("done", "closed", "good"),
    "person.here": State("new", "here", ""),
    "person.away": State("open", "away", "warn"),
    "status.never": State("open", "never", "warn"),
    "told.new": State("new", "new", "accent"),
    "change.new": State("asks", "new", "warn"),
    "change.away": State("gone", "gone", "accent"),
    "change.done": State("done", "done", "good"),
    "change.late": State("alert", "late", "alert"),
    "load.over": State("alert", "over", "alert"),
    "load.away": State("alert", "away", "alert"),
    "heap.waits": State("waits", "waits", ""),
    "heap.late": State("alert", "late", "alert"),
    "board.quiet": State("done", "nothing waits, nothing is late", "good"),
    "board.no_gap": State("done", "no gap in the last day", "good"),
    "file.named": State("done", "named", ""),
}
"""Every state by what has it and its name."""


def glyph(name: str) -> str:
    """The glyph of a state, for where its word stands elsewhere on the line."""
    return SIGNS[STATES[name].sign][0]


def state(name: str, word: str = "") -> Part:
    """ "✔ done" with its tone; `word` stands in place of the state's own where it says more ("◷ client")."""
    found = STATES[name]
    return f"{SIGNS[found.sign][0]} {safe(word) if word else found.word}", found.tone


def known(kind: str, slug: str, word: str = "") -> Part:
    """The state `slug` of a kind of thing; one that the palette does not know is its bare word."""
    name = f"{kind}.{slug}"
    return state(name, word) if name in STATES else (safe(slug).replace("_", " "), "")
