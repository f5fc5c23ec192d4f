"""Following the trail's chains, entry by entry: what `verify` does to a store, and to an exported trail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from casedesk.desk.views import AuditVerdict
from casedesk.security.audit_hash import GENESIS, Chain

PAGE: Final = 2000
"""How many entries are read at a time."""


@dataclass
class Walk:
    """A chain of hashes for each stream, followed entry by entry, the streams one after the other.

    An entry is `(stream, seq, prev, hash, at_us, actor, action, subject, payload)`.
    """

    store_id: str
    ends: dict[str, tuple[int, str]] = field(default_factory=dict)
    entries: int = 0
    bad: dict[str, object] | None = None
    _at: str = ""
    _seq: int = 0
    _prev: str = GENESIS
    _chain: Chain | None = None

    def take(self, entry: Sequence[Any]) -> bool:
        """The next entry of its stream; False when it does not follow, or was changed."""
        stream, seq, prev, digest, at_us, actor, action, subject, payload = entry
        if self._chain is None or stream != self._at:
            self._begin(stream)
        assert self._chain is not None
        if seq != self._seq + 1:
            return self.fail(stream, self._seq + 1, "an entry is missing")
        if prev != self._prev:
            return self.fail(stream, seq, "it does not follow the entry before it")
        if digest != self._chain.digest(seq, prev, at_us, actor, action, subject, payload):
            return self.fail(stream, seq, "what it says is not what was written")
        self._seq, self._prev = seq, digest
        self.entries += 1
        return True

    def _begin(self, stream: str) -> None:
        self.close()
        self._at, self._chain = stream, Chain(self.store_id, stream)
        self._seq, self._prev = self.ends.get(stream, (0, GENESIS))

    def close(self) -> None:
        """Keep the end of the stream that was walked last."""
        if self._chain is not None:
            self.ends[self._at] = (self._seq, self._prev)

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
