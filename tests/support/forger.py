"""Whoever owns the database, and knows how the trail is made: changes what it says and makes the rest fit.

Every forgery rebuilds the chain from the entry it touches on and rewrites the stream's head, so that the chains alone
show nothing. `seals` says how far it goes: not at all ("left"), the sealed ends written anew or taken away with the
seals themselves left ("ends"), every seal made anew with the very key ("stolen") or with another key ("other").
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from casedesk.security.audit_hash import GENESIS, Chain
from casedesk.security.seals import BLIND, Head, Sealer, plant, sealer_of, sign
from casedesk.security.seals import GENESIS as FIRST_SEAL
from tests.support.keeping import Ask

ACTS = ("change", "take out", "put in", "swap", "cut off", "backdate", "rename", "whole stream")
SEALS = ("left", "ends", "stolen", "other")

_TABLES = {
    "audit": ("stream", "seq", "matter_id", "prev", "hash", "at_us", "actor", "action", "subject", "payload"),
    "audit_head": ("stream", "matter_id", "seq", "hash"),
    "seal_key": ("key_id", "public_key", "holder_id", "made_us", "retired_us"),
    "seal": ("seq", "prev", "root", "leaves", "entries", "at_us", "key_id", "hash", "signature"),
    "seal_head": ("seal_seq", "position", "stream", "matter_id", "seq", "hash", "path"),
}

Row = dict[str, Any]


@dataclass(frozen=True)
class Forgery:
    """What was done to which stream, from which entry on."""

    act: str
    seals: str
    stream: str
    seq: int


@dataclass
class Forger:
    """Works on copies of the rows; `write` puts them into the store past every guard, `restore` the true ones back."""

    ask: Ask
    sealer: Sealer
    store_id: str
    shared: bool
    true: dict[str, list[Row]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for table, columns in _TABLES.items():
            found = self.ask(f"SELECT {', '.join(columns)} FROM {table}")
            self.true[table] = [dict(zip(columns, row, strict=True)) for row in found]

    def restore(self) -> None:
        self.write(self.true)

    def write(self, rows: dict[str, list[Row]]) -> None:
        statements = [f"DELETE FROM {table}" for table in reversed(_TABLES)]
        for table, columns in _TABLES.items():
            values = ", ".join(
                "(" + ", ".join(self._literal(row[column]) for column in columns) + ")" for row in rows[table]
            )
            if values:
                statements.append(f"INSERT INTO {table} ({', '.join(columns)}) VALUES {values}")
        self.ask(*statements)

    def forge(self, chance: random.Random, *, under: int) -> Forgery:
        """One forgery of an entry that stands under seal `under` or an earlier one, written into the store."""
        rows = {table: [dict(row) for row in kept] for table, kept in self.true.items()}
        sealed: dict[str, int] = {}
        for end in rows["seal_head"]:
            if end["seal_seq"] <= under and end["stream"] != BLIND:
                sealed[end["stream"]] = max(sealed.get(end["stream"], 0), end["seq"])
        act, seals = chance.choice(ACTS), chance.choice(SEALS)
        stream = chance.choice(
            sorted(s for s, last in sealed.items() if s.startswith("matter:") and last > 2)
        )
        seq = chance.randint(1, sealed[stream])
        done = Forgery(act, seals, stream, 1 if act == "whole stream" else seq)
        self._entries(rows, done, chance)
        if seals != "left":
            self._ends(rows, done)
        if seals in ("stolen", "other"):
            self._reseal(rows, self.sealer if seals == "stolen" else sealer_of(chance.randbytes(32)))
        self.write(rows)
        return done

    # -- within -----------------------------------------------------------------------------------------------

    def _entries(self, rows: dict[str, list[Row]], forgery: Forgery, chance: random.Random) -> None:
        mine = sorted((r for r in rows["audit"] if r["stream"] == forgery.stream), key=lambda r: r["seq"])
        others = [r for r in rows["audit"] if r["stream"] != forgery.stream]
        at = forgery.seq - 1
        match forgery.act:
            case "change":
                mine[at]["payload"] = '{"note":"as it should have been"}'
            case "rename":
                mine[at]["actor"] = "somebody"
            case "backdate":
                mine[at]["at_us"] -= chance.randint(1, 10**12)
            case "take out":
                del mine[at]
            case "put in":
                mine.insert(at, {**mine[at], "action": "note.added", "subject": "an act nobody did"})
            case "swap":
                # An entry with its neighbour; of a single one the words with themselves say nothing new.
                to = at + 1 if at + 1 < len(mine) else at - 1
                if mine[at]["subject"] == mine[to]["subject"] and mine[at]["action"] == mine[to]["action"]:
                    mine[at]["at_us"] += 1
                mine[at], mine[to] = mine[to], mine[at]
            case "cut off":
                del mine[at:]
            case "whole stream":
                mine = []
        chain, prev = Chain(self.store_id, forgery.stream), GENESIS
        for seq, row in enumerate(mine, start=1):
            digest = chain.digest(
                seq, prev, row["at_us"], row["actor"], row["action"], row["subject"], row["payload"]
            )
            row |= {"seq": seq, "prev": prev, "hash": digest}
            prev = digest
        rows["audit"] = [*others, *mine]
        heads = [h for h in rows["audit_head"] if h["stream"] != forgery.stream]
        if mine:
            last = mine[-1]
            heads.append({key: last[key] for key in ("stream", "matter_id", "seq", "hash")})
        rows["audit_head"] = heads

    def _ends(self, rows: dict[str, list[Row]], forgery: Forgery) -> None:
        """Every sealed end of the stream says what stands there now; one beyond its new end is taken away."""
        hashes = {r["seq"]: r["hash"] for r in rows["audit"] if r["stream"] == forgery.stream}
        kept = []
        for end in rows["seal_head"]:
            if end["stream"] == forgery.stream:
                if end["seq"] not in hashes:
                    continue
                end["hash"] = hashes[end["seq"]]
            kept.append(end)
        rows["seal_head"] = kept

    def _reseal(self, rows: dict[str, list[Row]], sealer: Sealer) -> None:
        """All seals anew, in order, with roots, paths, hashes and signatures that hold."""
        holder = rows["seal_key"][0]
        if sealer.key_id != self.sealer.key_id:
            new = {"key_id": sealer.key_id, "public_key": sealer.public_key}
            rows["seal_key"] = [holder | new]
        prev = FIRST_SEAL
        for row in sorted(rows["seal"], key=lambda r: r["seq"]):
            ends = [e for e in rows["seal_head"] if e["seal_seq"] == row["seq"]]
            blinds = [Head(e["stream"], e["seq"], e["hash"]) for e in ends if e["stream"] == BLIND]
            heads = [Head(e["stream"], e["seq"], e["hash"]) for e in ends if e["stream"] != BLIND]
            tree = plant(heads, blinds[0] if blinds else None)
            way = {head.stream: path for head, path in zip(tree.order, tree.paths, strict=True)}
            for end in ends:
                end["path"] = way.get(end["stream"], "")
            made = sign(sealer, self.store_id, seq=row["seq"], prev=prev, root=tree.root, at_us=row["at_us"])
            row |= {
                "prev": prev,
                "root": made.root,
                "key_id": made.key_id,
                "hash": made.hash,
                "signature": made.signature,
            }
            prev = made.hash

    def _literal(self, value: Any) -> str:
        match value:
            case None:
                return "NULL"
            case int():
                return str(value)
            case bytes() | memoryview():
                digits = bytes(value).hex()
                return f"decode('{digits}', 'hex')" if self.shared else f"x'{digits}'"
            case _:
                return "'" + str(value).replace("'", "''") + "'"
