"""What changed between two versions of a PDF, page by page: what the attorney looks at before she signs.

Two pages are the same when they are drawn by the same instructions with the same pictures, fonts and fields; failing
that (another program saved the file), when their text, their pictures' bytes and their rendering are all equal.
File offsets, dates and identifiers never count. Whatever is not proved equal is reported as changed.

The PDFs may come from outside: programs call `compare_limited`, which runs in a child process under limits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from typing import Any

from casedesk.documents.assemble import NotAssemblable
from casedesk.documents.assemble_limited import pack, unpack
from casedesk.documents.child import run_limited
from casedesk.documents.limits import PARSE_MEMORY_BYTES

EACH_AGAINST_EACH = 4_000_000
"""So many pairs of lines are weighed; two texts of two thousand lines each are still compared to the last one."""
OLDER, NEWER = "The older version", "The newer version"


@dataclass(frozen=True, slots=True)
class PageChanges:
    """Page numbers count from 1; `changed` and `added` are of the newer version, `removed` of the older one."""

    identical: int
    changed: tuple[int, ...]
    added: tuple[int, ...]
    removed: tuple[int, ...]

    def sentence(self) -> str:
        """As the sign-off screen says it: "60 of 64 pages identical, 4 replaced"."""
        total = self.identical + len(self.changed) + len(self.added)
        counts = ((len(self.changed), "replaced"), (len(self.added), "added"), (len(self.removed), "removed"))
        tail = "".join(f", {count} {word}" for count, word in counts if count)
        return f"{self.identical} of {total} pages identical{tail}"


@dataclass(frozen=True, slots=True)
class LineChange:
    """One line that is gone ("-") or new ("+")."""

    sign: str
    text: str


@dataclass(frozen=True, slots=True)
class PageText:
    """The changed lines of one page; a page that only one version has is None on the other side."""

    old_page: int | None
    new_page: int | None
    lines: tuple[LineChange, ...]


Pair = tuple[int | None, int | None]


def changed_pages(old: bytes, new: bytes) -> PageChanges:
    """Which pages differ. Raises NotAssemblable when one of the two cannot be read."""
    identical, pairs = _align(old, new)
    return PageChanges(
        identical,
        tuple(after + 1 for before, after in pairs if before is not None and after is not None),
        tuple(after + 1 for before, after in pairs if before is None and after is not None),
        tuple(before + 1 for before, after in pairs if after is None and before is not None),
    )


def text_changes(old: bytes, new: bytes) -> tuple[PageText, ...]:
    """The lines that differ on each page that differs; a page changed in its pictures only has no lines.

    Raises NotAssemblable when one of the two cannot be read.
    """
    from casedesk.documents.differences_pages import rendering, text_lines

    _, pairs = _align(old, new)
    before, after = rendering(old), rendering(new)
    return tuple(
        PageText(
            None if number is None else number + 1,
            None if successor is None else successor + 1,
            line_changes(text_lines(before, number), text_lines(after, successor)),
        )
        for number, successor in pairs
    )


def compare_limited(old: bytes, new: bytes) -> tuple[PageChanges, tuple[PageText, ...]]:
    """`changed_pages` and `text_changes` in a child process.

    Raises NotAssemblable when one of the two cannot be read, and child.ParseFailed when a limit ended the work.
    """
    order = pack({}, [old, new])
    answer = run_limited(
        "differences:work", order, seconds=120.0, memory_bytes=PARSE_MEMORY_BYTES + 4 * len(order)
    ).value
    if "refused" in answer:
        raise NotAssemblable(*answer["refused"])
    said = answer["pages"]
    pages = PageChanges(
        said["identical"], tuple(said["changed"]), tuple(said["added"]), tuple(said["removed"])
    )
    text = tuple(
        PageText(entry["old_page"], entry["new_page"], tuple(LineChange(**line) for line in entry["lines"]))
        for entry in answer["text"]
    )
    return pages, text


def work(data: bytes) -> dict[str, Any]:
    """What the child does with one packed pair."""
    _, blobs = unpack(data)
    old, new = (bytes(blob) for blob in blobs)
    try:
        return {
            "pages": asdict(changed_pages(old, new)),
            "text": [asdict(entry) for entry in text_changes(old, new)],
        }
    except NotAssemblable as refused:
        return {"refused": [refused.name, refused.reason, refused.next]}


def _align(old: bytes, new: bytes) -> tuple[int, list[Pair]]:
    """How many pages are the same, and the pairs (from 0) of those that are not."""
    from casedesk.documents.differences_pages import Looks, instructions

    before, after = instructions(OLDER, old), instructions(NEWER, new)
    looks_before, looks_after = Looks(old), Looks(new)
    identical = 0
    pairs: list[Pair] = []
    for same, i1, i2, j1, j2 in _blocks(before, after):
        if same:
            identical += i2 - i1
            continue
        left = [looks_before.of(index) for index in range(i1, i2)] if j2 > j1 else [""] * (i2 - i1)
        right = [looks_after.of(index) for index in range(j1, j2)] if i2 > i1 else [""] * (j2 - j1)
        for equal, a1, a2, b1, b2 in _blocks(left, right):
            if equal:
                identical += a2 - a1
                continue
            both = min(a2 - a1, b2 - b1)
            pairs.extend((i1 + a1 + step, j1 + b1 + step) for step in range(both))
            pairs.extend((index, None) for index in range(i1 + a1 + both, i1 + a2))
            pairs.extend((None, index) for index in range(j1 + b1 + both, j1 + b2))
    return identical, pairs


def _blocks(left: Sequence[str], right: Sequence[str]) -> list[tuple[bool, int, int, int, int]]:
    # Where very many lines are one and the same, weighing each against each takes minutes: those align nothing then.
    matcher = SequenceMatcher(None, left, right, autojunk=len(left) * len(right) > EACH_AGAINST_EACH)
    return [(tag == "equal", i1, i2, j1, j2) for tag, i1, i2, j1, j2 in matcher.get_opcodes()]


def line_changes(old: Sequence[str], new: Sequence[str]) -> tuple[LineChange, ...]:
    """The lines that are gone and those that are new, in their order."""
    first, last = _ends(old, new)
    changes: list[LineChange] = []
    old, new = old[first : len(old) - last], new[first : len(new) - last]
    for same, i1, i2, j1, j2 in _blocks(old, new):
        if not same:
            changes.extend(LineChange("-", line) for line in old[i1:i2])
            changes.extend(LineChange("+", line) for line in new[j1:j2])
    return tuple(changes)


def _ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many lines are the same at the beginning, and how many at the end: most of a long text, and quickly found."""
    least = min(len(old), len(new))
    first = next((n for n in range(least) if old[n] != new[n]), least)
    return first, next((n for n in range(least - first) if old[-1 - n] != new[-1 - n]), least - first)
