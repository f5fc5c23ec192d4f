"""Whether the seals hold: each by itself, each to the one before, each over the entries as they stand now.

`hold` reads all of them and belongs to `audit verify`. `glance` is for a sign-in: it follows the seals from the first
to the last and compares each stream's newest sealed end, without hashing an entry again.

An ordinary login on a shared store holds what it may see against the seals, each end by its own path. Whoever reads
every stream (the service login, a manager inside every wall, everybody on a local store) also makes each root again,
and so sees that no end was taken away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from casedesk.desk.seals import seal_of
from casedesk.desk.turn import Turn, instant
from casedesk.security import merkle, seals
from casedesk.security.seals import BLIND, GENESIS, Head, Seal

PAGE: Final = 2000
SEALS: Final = "seals"
"""What `first_bad` names as its stream when it is a seal itself that does not hold."""


@dataclass(frozen=True)
class Known:
    """A seal kept outside the store: `whose` completes "the seal ..." ("this machine saw"). `seq` None: by hash only."""

    hash: str
    whose: str
    seq: int | None = None


@dataclass(frozen=True)
class Held:
    """How many seals there are, the newest, and the first thing that does not hold."""

    count: int
    last: Seal | None
    bad: dict[str, object] | None


def hold(turn: Turn, known: tuple[Known, ...] = ()) -> Held:
    """Everything that can be said of the seals; the entries' own hashes are `trail.verify`'s."""
    walk = _Seals(turn)
    ends = _Ends(turn)
    everything = reads_all(turn)
    for seal in walk:
        leaves: list[str] = []
        for end in ends.of(seal.seq):
            head = Head(end.stream, end.seq, end.hash)
            if end.stream == BLIND:
                leaves += seals.blind_leaves(head)
            elif not seals.proves(head, end.path, seal.root):
                return walk.held(_bad_end(end.stream, end.seq, seal.seq))
            else:
                leaves.append(head.leaf())
        if everything and merkle.root(sorted(leaves)) != seal.root:
            return walk.held(_bad_seal(seal.seq, "an end of a stream is missing under it"))
    if walk.bad is None:
        walk.bad = _unheld(turn) or _untold(turn) or _against(turn, walk, known)
    return walk.held()


def glance(turn: Turn, known: tuple[Known, ...]) -> Held:
    """Whether the record goes on from what is known of it: quick enough for every sign-in."""
    walk = _Seals(turn, after=max((k.seq or 0 for k in known), default=0))
    for _ in walk:
        pass
    if walk.bad is None:
        walk.bad = _against(turn, walk, known) or _latest(turn) or _untold(turn)
    return walk.held()


def reads_all(turn: Turn) -> bool:
    """Whether the actor reads every stream, whatever wall stands."""
    return bool(turn.uow.scalar("seal.reads_all"))


# -- within -------------------------------------------------------------------------------------------------------


class _Seals:
    """The seals in their order, each checked against the one before it; signatures of those `after` a number."""

    def __init__(self, turn: Turn, *, after: int = 0) -> None:
        self.turn = turn
        self.after = after
        self.count = 0
        self.last: Seal | None = None
        self.bad: dict[str, object] | None = None

    def __iter__(self) -> Iterator[Seal]:
        store_id = self.turn.uow.store_id
        keys = {row.key_id: row for row in self.turn.uow.all("seal.keys")}
        while rows := self.turn.uow.all("seal.walk", after=self.count, limit=PAGE):
            for row in rows:
                seal = seal_of(row)
                problem = self._problem(store_id, seal, keys)
                if problem:
                    self.bad = _bad_seal(self.count + 1, problem)
                    return
                self.count, self.last = seal.seq, seal
                yield seal

    def _problem(self, store_id: str, seal: Seal, keys: Mapping[str, Any]) -> str:
        prev = GENESIS if self.last is None else self.last.hash
        if seal.seq != self.count + 1:
            return "a seal is missing"
        if seal.prev != prev:
            return "it does not follow the seal before it"
        if seal.hash != seal.digest(store_id):
            return "it is not what was sealed"
        if seal.seq <= self.after:
            return ""
        key = keys.get(seal.key_id)
        if key is None or not seals.verify(key.public_key, store_id, seal):
            return "its signature is not that of a key of this store"
        if key.retired_us is not None and seal.at_us > key.retired_us:
            return f"it was made with the key {seal.key_id}, which had retired"
        return ""

    def held(self, bad: dict[str, object] | None = None) -> Held:
        return Held(self.count, self.last, bad or self.bad)


class _Ends:
    """The ends that seals hold, in the order of the seals; read a page at a time."""

    def __init__(self, turn: Turn) -> None:
        self._rows = self._all(turn)
        self._next = next(self._rows, None)

    def of(self, seal_seq: int) -> Iterator[Any]:
        while self._next is not None and self._next.seal_seq <= seal_seq:
            row, self._next = self._next, next(self._rows, None)
            if row.seal_seq == seal_seq:
                yield row

    @staticmethod
    def _all(turn: Turn) -> Iterator[Any]:
        seal_seq, stream = 0, ""
        while rows := turn.uow.all("seal.heads", seal_seq=seal_seq, stream=stream, limit=PAGE):
            yield from rows
            seal_seq, stream = rows[-1].seal_seq, rows[-1].stream


def _unheld(turn: Turn) -> dict[str, object] | None:
    row = turn.uow.one("seal.unheld")
    return None if row is None else _rewritten(turn, row.stream, row.seq, row.seal_seq)


def _latest(turn: Turn) -> dict[str, object] | None:
    stream = ""
    while rows := turn.uow.all("seal.latest", stream=stream, limit=PAGE):
        for row in rows:
            if not seals.proves(Head(row.stream, row.seq, row.hash), row.path, row.root):
                return _bad_end(row.stream, row.seq, row.seal_seq)
            if row.entry_hash != row.hash:
                return _rewritten(turn, row.stream, row.seq, row.seal_seq)
        stream = rows[-1].stream
    return None


def _untold(turn: Turn) -> dict[str, object] | None:
    row = turn.uow.one("seal.untold")
    if row is None:
        return None
    return {"stream": f"matter:{row.id}", "seq": 1, "problem": "its trail is gone from the beginning"}


def _against(turn: Turn, walk: _Seals, known: tuple[Known, ...]) -> dict[str, object] | None:
    for each in known:
        if each.seq is None:
            if turn.uow.one("seal.by_hash", hash=each.hash) is None:
                return _bad_seal(walk.count, f"no seal of this store is the one {each.whose}")
            continue
        if each.seq > walk.count:
            return _bad_seal(
                each.seq,
                f"the store is older than what {each.whose}: it ends at seal {walk.count}, and there was a seal {each.seq}",
            )
        row = turn.uow.one("seal.one", seq=each.seq)
        if row is None or row.hash != each.hash:
            return _bad_seal(each.seq, f"it is not the one {each.whose}; the record before it was rewritten")
    return None


def _rewritten(turn: Turn, stream: str, seq: int, seal_seq: int) -> dict[str, object]:
    first = int(turn.uow.scalar("seal.held_before", stream=stream, seq=seq)) + 1
    which = f"entry {seq} is" if first == seq else f"entries {first} to {seq} are"
    return {
        "stream": stream,
        "seq": first,
        "seal": seal_seq,
        "problem": f"{which} not what seal {seal_seq} was made over",
    }


def _bad_end(stream: str, seq: int, seal_seq: int) -> dict[str, object]:
    problem = f"the end recorded here is not one that seal {seal_seq} was made over"
    return {"stream": stream, "seq": seq, "seal": seal_seq, "problem": problem}


def _bad_seal(seq: int, problem: str) -> dict[str, object]:
    return {"stream": SEALS, "seq": seq, "seal": seq, "problem": problem}


def made_at(seal: Seal) -> str:
    """When a seal was made, for a sentence."""
    return instant(seal.at_us).strftime("%Y-%m-%d %H:%MZ")
