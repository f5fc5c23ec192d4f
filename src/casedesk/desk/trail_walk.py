"""Following the trail's chains: what `verify` does to a store, and to an exported trail."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from casedesk.desk.views.record import AuditVerdict
from casedesk.security.audit_hash import GENESIS, Chain

PAGE: Final = 2000
"""How many entries are read at a time."""

Entry = Sequence[Any]
"""`(stream, seq, prev, hash, at_us, actor, action, subject, payload)`."""


@dataclass
class Walk:
    """A chain of hashes for each stream, followed page by page, the streams one after the other."""

    store_id: str
    ends: dict[str, tuple[int, str]] = field(default_factory=dict)
    entries: int = 0
    bad: dict[str, object] | None = None

    def follow(self, page: Sequence[Entry]) -> bool:
        """The next entries, stream by stream; False when one does not follow, or was changed."""
        start = 0
        while start < len(page):
            stream, end = page[start][0], _end(page, start)
            before, prev = self.ends.get(stream, (0, GENESIS))
            seq, prev, problem = Chain(self.store_id, stream).follow(before, prev, page[start:end])
            self.ends[stream] = (seq, prev)
            self.entries += seq - before
            if problem:
                return self.fail(stream, seq + 1, problem)
            start = end
        return True

    def fail(self, stream: str, seq: int, problem: str) -> bool:
        if self.bad is None:
            self.bad = {"stream": stream, "seq": seq, "problem": problem}
        return False

    def verdict(self, seals: int, bad: dict[str, object] | None = None) -> AuditVerdict:
        """What was found; `bad` is what the seals showed, for where the chains themselves hold."""
        first = self.bad or bad
        return AuditVerdict(
            ok=first is None, streams=len(self.ends), entries=self.entries, seals=seals, first_bad=first
        )


def _end(page: Sequence[Entry], start: int) -> int:
    """Where the stream that begins at `start` ends on this page."""
    stream = page[start][0]

    def beyond(entry: Entry) -> bool:
        return bool(entry[0] != stream)

    return bisect_left(page, True, start, key=beyond)
