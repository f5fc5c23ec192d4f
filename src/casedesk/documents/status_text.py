"""A pasted case-status page: which of the agency's statuses it shows, of which day, and for which receipt. Pure.

The heading decides; where only the text below it was pasted, its first sentence does. What fits nothing, or two
things equally well, is read by a person.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casedesk.documents.recognise_values import find_dates
from casedesk.models.identifiers import normalise_receipt

_RECEIPT = re.compile(r"\b[A-Z]{3}[ -]?(?:\d[ -]?){9}\d\b")
_MOST = 20_000


class Means(StrEnum):
    """What a status asks of the firm."""

    PENDING = "pending"
    RFE = "rfe"
    INTENT = "intent"
    RESPONSE_RECEIVED = "response_received"
    BIOMETRICS = "biometrics"
    INTERVIEW = "interview"
    NO_SHOW = "no_show"
    APPROVED = "approved"
    DENIED = "denied"
    REJECTED = "rejected"
    CARD = "card"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    ATTENTION = "attention"
    SENT_ON = "sent_on"
    CLOSED = "closed"
    UNKNOWN = "unknown"


FINAL = frozenset({Means.DELIVERED, Means.DENIED, Means.REJECTED, Means.CLOSED})
"""After these the receipt is looked up no more."""

QUIET = frozenset({Means.PENDING, Means.RESPONSE_RECEIVED})
"""The agency works on it, and the client has nothing to do."""


@dataclass(frozen=True, slots=True)
class Status:
    """One status of the agency's page: its heading, the pieces of its first sentence, what it means."""

    title: str
    means: Means
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a pasted page shows: `status` None where no one status fits, `on` the day it names, its receipt numbers."""

    status: Status | None
    on: date | None
    receipts: tuple[str, ...]


def load_statuses(toml: str) -> tuple[Status, ...]:
    """The statuses of a file. Raises ValueError for one that does not hold together."""
    rows = tomllib.loads(toml)["status"]
    found = tuple(Status(row["title"], Means(row["means"]), tuple(row["says"])) for row in rows)
    if len({status.title for status in found}) != len(found):
        raise ValueError("A status stands twice.")
    return found


def read_status(text: str, statuses: tuple[Status, ...]) -> Shown:
    """Read a pasted page. Never raises on any text."""
    text = text[:_MOST]
    days = find_dates(text)
    receipts = {n for found in _RECEIPT.findall(text.upper()) if (n := normalise_receipt(found)) is not None}
    status = _by_heading(text, statuses) or _by_sentence(text, statuses)
    return Shown(status, days[0].value if days else None, tuple(sorted(receipts)))


def _by_heading(text: str, statuses: tuple[Status, ...]) -> Status | None:
    """The heading on a line of its own; of several the one whose sentence is there too, else the first."""
    lines = [_folded(line) for line in text.splitlines()]
    named = {_folded(s.title): s for s in statuses if s.means is not Means.UNKNOWN}
    found = list(dict.fromkeys(named[line] for line in lines if line in named))
    whole = _folded(text)
    if not found:
        # Pasted as one run of words: the longest heading that stands in it.
        inside = [s for folded, s in named.items() if f" {folded} " in f" {whole} "]
        longest = max((len(s.title) for s in inside), default=0)
        found = [s for s in inside if len(s.title) == longest]
        return found[0] if len(found) == 1 else None
    return next((s for s in found if s.says and _said(whole, s) >= 0), found[0])


def _by_sentence(text: str, statuses: tuple[Status, ...]) -> Status | None:
    whole = _folded(text)
    found = [(sum(map(len, s.says)), s) for s in statuses if s.says and _said(whole, s) >= 0]
    most = max((length for length, _ in found), default=0)
    best = [s for length, s in found if length == most]
    if len({s.means for s in best}) != 1:
        return None
    return best[0]


def _said(whole: str, status: Status) -> int:
    """Where the pieces of a status's sentence end in the text, in their order; -1 where they do not stand there."""
    at = 0
    for piece in status.says:
        folded = _folded(piece)
        begins = whole.find(folded, at)
        if begins < 0:
            return -1
        at = begins + len(folded)
    return at


def _folded(text: str) -> str:
    straight = text.replace("’", "'").replace("‘", "'").replace("¿", " ")
    return " ".join(re.sub(r"[^a-z0-9']+", " ", straight.casefold()).split())
