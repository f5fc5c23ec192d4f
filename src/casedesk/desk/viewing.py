"""A paper, or a packet, for a look in a program of the system: who may see it asks here, and a look behind a wall is on
record before anything lies in the clear."""

from __future__ import annotations

import json
from dataclasses import dataclass

from casedesk.desk import packets, paper_views, papers
from casedesk.desk.turn import Turn
from casedesk.documents.sniff import Flag, NotAdmitted
from casedesk.documents.viewable import ending
from casedesk.refusal import Refusal

_MIND = {
    Flag.JAVASCRIPT: "it carries scripts",
    Flag.ATTACHMENTS: "files are attached to it",
    Flag.NAME_MISMATCH: "its name says another kind",
    Flag.DAMAGED: "it is damaged",
}


@dataclass(frozen=True)
class ToView:
    """Bytes to show, the ending that says their kind, and what to mind in them ("" for nothing)."""

    ref: str
    data: bytes
    ending: str
    mind: str = ""


def paper(turn: Turn, document: str) -> ToView:
    """A document's bytes as they were received. Raises `Refusal` for one that no program should be given."""
    row = paper_views.row_of(turn, document)
    name, data = papers.data(turn, row.ref)
    try:
        end = ending(data, name)
    except NotAdmitted as error:
        raise Refusal(error.code, error.message, error.next) from error
    flags = json.loads(row.flags)
    mind = ", ".join(words for flag, words in _MIND.items() if flag in flags)
    return ToView(row.ref, data, end, mind)


def packet(turn: Turn, ref: str) -> ToView:
    """A packet's assembled pages, as they were reviewed. Raises `Refusal` when the vault's differ."""
    checked, data = packets.assemble(turn, ref)
    return ToView(checked.packet, data, ".pdf")
