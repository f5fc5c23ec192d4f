"""The certificate of a wall: what the record says of it, as a letter that can be handed to whoever asks."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from casedesk.desk import exporting, wall_views
from casedesk.desk.desk import prepared_by
from casedesk.desk.turn import Turn, instant
from casedesk.desk.wall_views import MemberView, ScreenedView, WallView
from casedesk.refusal import Refusal

if TYPE_CHECKING:
    from casedesk.desk.desk import Desk
    from casedesk.documents.letters import Letterhead, RenderedMessage

TEMPLATE = "wall"
_DONE = {
    "wall.raised": "raised",
    "wall.admitted": "admitted",
    "wall.ended": "shut out",
    "wall.screened": "joined the firm, screened",
    "wall.lowered": "taken down",
    "document.received_outside": "a paper of the matter came in outside, received by",
}


@dataclass(frozen=True)
class CertificateView:
    """`statement` are the certificate's words, `sha256` the hash of its PDF, `export` the record of its handing out."""

    wall: str
    matter: str
    caption: str
    reason: str
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    closed_by: str | None
    closed_reason: str
    inside: tuple[MemberView, ...]
    screened: tuple[ScreenedView, ...]
    changes: tuple[str, ...]
    statement: str
    certified_at: datetime
    certified_by: str
    export: str
    sha256: str
    bytes: int


@dataclass(frozen=True)
class _Facts:
    wall: WallView
    caption: str
    changes: tuple[str, ...]


@dataclass(frozen=True)
class _Words:
    facts: _Facts
    message: RenderedMessage
    head: Letterhead
    at: datetime
    today: date


@dataclass(frozen=True)
class _Made:
    facts: _Facts
    statement: str
    at: datetime
    data: bytes


def _make(desk: Desk, /, name: str, *, reason: str = "") -> _Made:
    from casedesk.documents.letters import letter_pdf

    del reason  # it goes on record, not into the certificate
    words = desk.read(_words, name)
    pdf = letter_pdf(
        words.message, words.head, dated=words.today, recipient=(), read_text=desk.house.read_template
    )
    return _Made(words.facts, words.message.body, words.at, pdf.data)


@prepared_by(_make)
def certify(turn: Turn, name: str, *, reason: str = "", ready: _Made) -> tuple[CertificateView, bytes]:
    """Put a certificate of a wall on record and give it out: its keys, and the bytes of its PDF.

    `name` is the wall's ref, or the matter's for its newest one. Raises `Refusal` when the wall changed meanwhile.
    """
    facts = _facts(turn, name)
    if facts != ready.facts:
        raise Refusal("wall_moved", f"Somebody changed {facts.wall.ref} meanwhile.", "Make it again.")
    wall = facts.wall
    row = turn.matter(wall.matter)
    export = exporting.record(turn, what="wall_certificate", data=ready.data, matter_id=row.id, reason=reason)
    view = CertificateView(
        wall=wall.ref,
        matter=wall.matter,
        caption=facts.caption,
        reason=wall.reason,
        opened_at=wall.opened_at,
        opened_by=wall.opened_by,
        closed_at=wall.closed_at,
        closed_by=wall.closed_by,
        closed_reason=wall.closed_reason,
        inside=wall.inside,
        screened=wall.screened,
        changes=facts.changes,
        statement=ready.statement,
        certified_at=ready.at,
        certified_by=turn.actor.handle,
        export=export,
        sha256=hashlib.sha256(ready.data).hexdigest(),
        bytes=len(ready.data),
    )
    return view, ready.data


def _words(turn: Turn, name: str) -> _Words:
    from casedesk.documents.letters import Letterhead, render_message

    facts = _facts(turn, name)
    wall = facts.wall
    firm = turn.uow.need("firm", "", "firm.firm")
    values: dict[str, object] = {
        "firm": firm.name,
        "wall": wall.ref,
        "matter": wall.matter,
        "caption": facts.caption,
        "reason": wall.reason,
        "opened": f"Raised on {_when(turn, wall.opened_at)} by {_name(turn, wall.opened_by)}.",
        "ended": "It stands."
        if wall.closed_at is None
        else f"Taken down on {_when(turn, wall.closed_at)} by {_name(turn, wall.closed_by)}: {wall.closed_reason}",
        "inside": [f"{_name(turn, m.person)}, since {_when(turn, m.since)}" for m in wall.inside]
        or ["nobody"],
        "screened": [_screened(turn, s) for s in wall.screened] or ["nobody"],
        "changes": list(facts.changes),
        "as_of": _when(turn, turn.now),
        "certified_by": turn.actor.name,
        "enforced": turn.uow.dialect.name == "postgresql",
    }
    message = render_message(TEMPLATE, "en", values, lambda path: _template(turn, path))
    head = Letterhead(firm.name, tuple(line for line in (turn.office.address, firm.phone) if line))
    return _Words(facts, message, head, turn.now, turn.today)


def _template(turn: Turn, path: str) -> str:
    """Certificates lie beside the messages, whose names rules may use."""
    return turn.house.read_template(path.replace("messages/", "certificates/", 1))


def _facts(turn: Turn, name: str) -> _Facts:
    row = wall_views.find(turn, name)
    entries = wall_views.changes(turn, row)
    return _Facts(wall_views.view(turn, row), row.caption, tuple(_change(turn, entry) for entry in entries))


def _change(turn: Turn, entry: Any) -> str:
    said = json.loads(entry.payload)
    person = said.get("person") or said.get("by")
    whom = f" {_name(turn, person)}" if person else ""
    why = f": {said['reason']}" if said.get("reason") else ""
    return (
        f"{_when(turn, instant(entry.at_us))}, {_name(turn, entry.actor)}: {_DONE[entry.action]}{whom}{why}"
    )


def _screened(turn: Turn, screened: ScreenedView) -> str:
    told = "not told" if screened.told_at is None else f"told {_when(turn, screened.told_at)}"
    read = (
        "not acknowledged"
        if screened.acknowledged_at is None
        else f"acknowledged {_when(turn, screened.acknowledged_at)}"
    )
    return f"{_name(turn, screened.person)}, {told}, {read}"


def _when(turn: Turn, moment: datetime) -> str:
    return turn.calendar.local(moment).strftime("%Y-%m-%d %H:%M %Z")


def _name(turn: Turn, handle: str | None) -> str:
    return next((name for known, name in turn.names.values() if known == handle), handle or "")
