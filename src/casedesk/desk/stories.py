"""A matter's story, newest first: acts from the trail, calls and notes, in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from casedesk.desk import asked, family
from casedesk.desk.turn import Turn, instant, opaque
from casedesk.desk.views.matters import TimelineEntry

NOTE_WORDS = {"note": "note", "strategy": "strategy note", "call_in": "call in", "call_out": "call out"}
_WORDS = {
    "matter.opened": "matter opened",
    "matter.closed": "matter closed",
    "matter.milestone": "milestone",
    "matter.owner": "another owner",
    "contact_rule.added": "contact rule added",
    "contact_rule.ended": "contact rule ended",
    "message.way": "another way to the client",
    "matter.kept_from": "kept from another matter",
    "form.status": "status checked",
}


def timeline(turn: Turn, ref: str, limit: int = 50) -> tuple[TimelineEntry, ...]:
    """What happened on a matter, newest first; nothing that names a matter of the family kept from this one."""
    row = turn.matter(ref)
    most = asked.page(limit)
    acts = turn.uow.all("audit.story", matter_id=row.id, limit=most)
    told = [
        TimelineEntry(instant(n.at_us), turn.handle(n.author_id), _note(n), n.body)
        for n in turn.uow.all("note.of_matter", matter_id=row.id, limit=most)
    ]
    linked = {opaque(link.id): link for link in turn.uow.all("matter.links", matter_id=row.id)}
    done = [_act(a) if a.action != "matter.linked" else _link(a, linked) for a in acts if _shown(a, linked)]
    kept = family.kept_from(turn, row.id)
    if kept:
        told = [entry for entry in told if not family.names_any(entry.detail, kept)]
        done = [entry for entry in done if not family.names_any(entry.detail, kept)]
    return tuple(sorted([*told, *done], key=lambda entry: entry.at, reverse=True)[:most])


def _note(row: Any) -> str:
    own = "" if row.confidential_to is None else f", confidential to {row.confidential_to}"
    return f"{NOTE_WORDS[row.kind]}{own}"


def _shown(row: Any, linked: Mapping[str, Any]) -> bool:
    """A link is told while it is shown: one that was hidden since, or lies behind a wall, is no longer."""
    return row.action != "matter.linked" or _other(row, linked) is not None


def _other(row: Any, linked: Mapping[str, Any]) -> Any:
    """The link an entry is about; entries of an older program name the other matter by its number."""
    other = json.loads(row.payload).get("other", "")
    return linked.get(other) or next((link for link in linked.values() if link.ref == other), None)


def _link(row: Any, linked: Mapping[str, Any]) -> TimelineEntry:
    other = _other(row, linked)
    return TimelineEntry(instant(row.at_us), row.actor, "matter linked", f"{other.relation} {other.ref}")


def _act(row: Any) -> TimelineEntry:
    said = json.loads(row.payload)
    what = _WORDS.get(row.action, row.action.replace(".", " ").replace("_", " "))
    detail = "; ".join(
        f"{key.replace('_', ' ')} {value}"
        for key, value in said.items()
        if isinstance(value, str)
        and value
        and key not in ("form", "party", "rule", "other")
        and len(value) <= 120
    )
    return TimelineEntry(instant(row.at_us), row.actor, what, f"{row.subject} {detail}".strip())
