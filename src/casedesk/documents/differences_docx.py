"""What changed between two versions of a DOCX, paragraph by paragraph, long ones cut down to the words that differ.

The files may come from outside: programs call `compare_docx_limited`, which runs in a child process under limits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from casedesk.documents.assemble_limited import pack, unpack
from casedesk.documents.child import run_limited
from casedesk.documents.differences import LineChange, line_changes
from casedesk.documents.docx_lines import lines_of
from casedesk.documents.limits import PARSE_MEMORY_BYTES

MOST = 2_000
"""So many changed lines are told; who gets more reads the new version as a whole."""
LONG = 100
"""A changed paragraph with more characters is cut down to what differs in it."""
AROUND = 6
"""So many words stay on each side of what differs."""
LONGEST = 2_000
"""No line is told in more characters."""


@dataclass(frozen=True, slots=True)
class DocxChanges:
    """`more` lines were left out; `inserted` and `deleted` count what the newer version still has marked as changed.

    `pictures`: it has other pictures than the older one.
    """

    lines: tuple[LineChange, ...]
    more: int = 0
    inserted: int = 0
    deleted: int = 0
    pictures: bool = False


def docx_changes(old: bytes, new: bytes) -> DocxChanges:
    """The paragraphs and rows that differ. Raises `child.ParseFailed` for a file that cannot be read."""
    before, after = lines_of(old), lines_of(new)
    changes = _narrowed(line_changes(before.lines, after.lines))
    told = tuple(LineChange(each.sign, each.text[:LONGEST]) for each in changes[:MOST])
    return DocxChanges(
        told, max(0, len(changes) - MOST), after.inserted, after.deleted, before.pictures != after.pictures
    )


def compare_docx_limited(old: bytes, new: bytes) -> DocxChanges:
    """`docx_changes` in a child process. Raises `child.ParseFailed`, also when a limit ended the work."""
    order = pack({}, [old, new])
    said = run_limited(
        "differences_docx:work", order, seconds=60.0, memory_bytes=PARSE_MEMORY_BYTES + 4 * len(order)
    ).value
    lines = tuple(LineChange(sign, text) for sign, text in said["lines"])
    return DocxChanges(lines, said["more"], said["inserted"], said["deleted"], said["pictures"])


def work(data: bytes) -> dict[str, Any]:
    """What the child does with one packed pair."""
    _, blobs = unpack(data)
    old, new = (bytes(blob) for blob in blobs)
    found = docx_changes(old, new)
    return {
        "lines": [(each.sign, each.text) for each in found.lines],
        "more": found.more,
        "inserted": found.inserted,
        "deleted": found.deleted,
        "pictures": found.pictures,
    }


def _narrowed(changes: tuple[LineChange, ...]) -> list[LineChange]:
    """A long paragraph put in another's place is told by what differs, in the words around it."""
    out: list[LineChange] = []
    here = 0
    while here < len(changes):
        gone = here
        while gone < len(changes) and changes[gone].sign == "-":
            gone += 1
        new = gone
        while new < len(changes) and changes[new].sign == "+":
            new += 1
        removed, added = changes[here:gone], changes[gone:new]
        if len(removed) == len(added):
            pairs = [_cut(one.text, two.text) for one, two in zip(removed, added, strict=True)]
            for one, two in pairs:
                out += [LineChange("-", one), LineChange("+", two)]
        else:
            out += [*removed, *added]
        here = new
    return out


def _cut(old: str, new: str) -> tuple[str, str]:
    if max(len(old), len(new)) <= LONG:
        return old, new
    one, two = old.split(" "), new.split(" ")
    least = min(len(one), len(two))
    start = next((n for n in range(least) if one[n] != two[n]), least)
    end = next((n for n in range(least - start) if one[-1 - n] != two[-1 - n]), least - start)
    if start + end <= 2 * AROUND:
        return old, new
    first, last = max(0, start - AROUND), max(0, end - AROUND)
    return _between(one, first, last), _between(two, first, last)


def _between(words: list[str], first: int, last: int) -> str:
    return ("… " if first else "") + " ".join(words[first : len(words) - last]) + (" …" if last else "")
