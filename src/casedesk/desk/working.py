"""Working files: the DOCX a draft was written in, kept beside the packet's PDF, so that its own words can be compared.

They never go into a packet. Which belong to a version stands in the event of its submission.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from casedesk.desk import vault
from casedesk.desk.reading import Prepared
from casedesk.desk.turn import Turn, id_of, opaque
from casedesk.documents.child import ParseFailed
from casedesk.refusal import Refusal
from casedesk.store.unit_of_work import as_json

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def apart(files: tuple[Prepared, ...]) -> tuple[tuple[Prepared, ...], tuple[Prepared, ...]]:
    """What goes into the packet, and the working files beside it. A DOCX alone is no working file: nothing stands for
    it in the packet, which then says that it has to be saved as PDF."""
    beside = tuple(each for each in files if each.reading.admission.media_type == DOCX)
    rest = tuple(each for each in files if each not in beside)
    return (rest, beside) if rest else (files, ())


def keep(
    turn: Turn, event_id: int, version: int, files: tuple[Prepared, ...], *, matter_id: int, task: str
) -> None:
    """Put a version's working files into the vault, and on the event of its submission."""
    kept = []
    for each in files:
        stored = vault.put(
            turn,
            data=each.data,
            name=each.name,
            media_type=DOCX,
            pages=0,
            origin="draft",
            matter_id=matter_id,
            flags=[str(flag) for flag in each.reading.flags],
        )
        turn.uow.audit("document.attached", stored.ref, matter_id=matter_id, task=task, sha256=stored.sha256)
        kept.append({"id": opaque(stored.document_id), "name": each.name})
    turn.uow.run("engine.set_outcome", id=event_id, outcome=as_json({"version": version, "working": kept}))


def of_version(turn: Turn, task: str, version: int) -> dict[str, int]:
    """The working files of a version handed in on a task, by their names."""
    for row in turn.uow.all("gate.submissions", task=task):
        said = json.loads(row.outcome)
        if said.get("version") == version:
            return {each["name"]: id_of(each["id"]) for each in said.get("working", ())}
    return {}


def differences(turn: Turn, task: str, older: int, newer: int) -> tuple[str, ...]:
    """The lines that differ between two versions' working files, each behind the file's name; one file on each side is
    the same file whatever it is called."""
    return () if older == newer else tuple(_differences(turn, task, older, newer))


def _differences(turn: Turn, task: str, older: int, newer: int) -> Iterator[str]:
    before, after = of_version(turn, task, older), of_version(turn, task, newer)
    if len(before) == len(after) == 1:
        before = dict(zip(after, before.values(), strict=True))
    for name, document in after.items():
        if name in before:
            yield from _compared(turn, name, before[name], document)
        else:
            yield f"{name}   new"
    yield from (f"{name}   no longer there" for name in before if name not in after)


def _compared(turn: Turn, name: str, older: int, newer: int) -> Iterator[str]:
    from casedesk.documents.differences_docx import compare_docx_limited

    try:
        found = compare_docx_limited(vault.get(turn, older), vault.get(turn, newer))
    except (ParseFailed, Refusal):
        yield f"{name}   cannot be compared; look at it as a whole"
        return
    if found.inserted or found.deleted:
        yield f"{name}   still marked as changed: {found.inserted} inserted, {found.deleted} deleted"
    yield from (f"{name} {line.sign} {line.text}" for line in found.lines)
    if found.more:
        yield f"{name}   and {found.more} lines more"
    if found.pictures:
        yield f"{name}   changed in its pictures"
