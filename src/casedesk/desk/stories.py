"""A matter's story, newest first: acts from the trail, calls and notes, in words."""

from __future__ import annotations

import json
from typing import Any

from casedesk.desk import asked
from casedesk.desk.turn import Turn, instant
from casedesk.desk.views import TimelineEntry

NOTE_WORDS = {"note": "note", "strategy": "strategy note", "call_in": "call in", "call_out": "call out"}
_WORDS = {
    "matter.opened": "matter opened",
    "matter.closed": "matter closed",
    "matter.owner": "another owner",
    "contact_rule.added": "contact rule added",
    "form.status": "status checked",
}


def timeline(turn: Turn, ref: str, limit: int = 50) -> tuple[TimelineEntry, ...]:
    """What happened on a matter, newest first."""
    row = turn.matter(ref)
    most = asked.page(limit)
    acts = turn.uow.all("audit.story", matter_id=row.id, limit=most)
    told = [
        TimelineEntry(instant(n.at_us), turn.handle(n.author_id), NOTE_WORDS[n.kind], n.body)
        for n in turn.uow.all("note.of_matter", matter_id=row.id, limit=most)
    ]
    done = [_act(a) for a in acts]
    return tuple(sorted([*told, *done], key=lambda entry: entry.at, reverse=True)[:most])


def _act(row: Any) -> TimelineEntry:
    said = json.loads(row.payload)
    what = _WORDS.get(row.action, row.action.replace(".", " ").replace("_", " "))
    detail = "; ".join(
        f"{key.replace('_', ' ')} {value}"
        for key, value in said.items()
        if isinstance(value, str) and value and key not in ("form", "party") and len(value) <= 120
    )
    return TimelineEntry(instant(row.at_us), row.actor, what, f"{row.subject} {detail}".strip())
