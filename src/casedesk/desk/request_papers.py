"""A paper comes in that a client was asked for: the line of the checklist is ticked with it, where it is plain which."""

from __future__ import annotations

import re
from typing import Any

from casedesk.desk import asked, request_rows, tasks
from casedesk.desk.turn import Turn
from casedesk.documents.recognise import Recognition


def came(
    turn: Turn, matter_id: int | None, document_id: int, ref: str, name: str, found: Recognition
) -> tuple[str, ...]:
    """A paper came in for a matter: the one thing asked for that its name, or its form number, says it is, is ticked with
    it. Sentences of what was ticked; where two fit, or none, nothing is."""
    if matter_id is None or turn.actor.kind != "staff":
        return ()
    fits = [
        (standing, line)
        for standing in request_rows.of_matter(turn, matter_id)
        if standing.is_open
        for line in standing.open_lines
        if line.wants_file and not line.reserved and _is_it(line, name, found)
    ]
    if len({line.id for _, line in fits}) != 1:
        return ()
    standing, line = fits[0]
    tasks.tick_with(turn, standing.task.ref, line.code, document_id, f"came in as {ref}")
    return (f"It was asked for: {line.text!r} of {standing.task.ref} is ticked.",)


# --- within


def _is_it(line: Any, name: str, found: Recognition) -> bool:
    """Whether a paper's own name says the line: every word of its code, or of a short text, stands in it."""
    if found.form is not None:
        return _bare(found.form) in {_bare(word) for word in re.findall(r"[A-Za-z]+-\d+[A-Za-z]*", line.text)}
    has = set(_spoken(name.rpartition(".")[0] or name))
    code, text = _spoken(line.code), _spoken(request_rows.label(line).rpartition(":")[2])
    telling = [w for w in code if w not in _EMPTY]
    return bool(telling and set(telling) <= has) or bool(text and len(text) <= 3 and set(text) <= has)


_EMPTY = frozenset({"evidence", "asked", "fields", "edge", "other", "status", "entry", "support", "court"})
"""Codes that say where a line comes from, or too little to know a paper by."""


def _spoken(text: str) -> list[str]:
    return [w for w in re.findall(r"[a-z]+", asked.fold(text)) if len(w) > 2]


def _bare(text: str) -> str:
    return text.upper().replace("-", "")
