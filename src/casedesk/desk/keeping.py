"""Keeping the record: what an entry point hands in so that a desk can seal its trail and recognise it again.

Two things lie outside every store, with whoever works on it: the memory of the last seal this machine saw, and, with
whoever seals, the key. The app looks at its sign-in, the worker before each seal, `audit verify` and `doctor` always.
A record that does not go on from what was seen is not sealed again: that would bless it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from casedesk.desk import seals, trail
from casedesk.desk.desk import Desk
from casedesk.desk.seal_check import Held, Known, glance
from casedesk.desk.turn import Turn, instant
from casedesk.desk.views.care import Check
from casedesk.desk.views.record import AuditVerdict, SealView
from casedesk.refusal import Refusal
from casedesk.security import seal_key
from casedesk.security.seal_key import SealKeys
from casedesk.security.seal_memory import Remembered, SealMemory
from casedesk.store.unit_of_work import micros

UNSEALED: Final = timedelta(hours=1)
"""A shared store that was not sealed for so long has no worker under the service login."""

_ASK: Final = "If nobody made it anew, stop work; else begin anew with `casedesk audit accept --reason`."
_STOP: Final = "Stop work, and tell the managing partner; `casedesk audit verify` says more."


@dataclass
class Keeping:
    """Built by `of`, for one open desk."""

    desk: Desk
    memory: SealMemory
    keys: SealKeys
    _key: seal_key.Held | None = None
    keyless: bool = False
    """Whether the last sweep sealed nothing only because this machine has no place for a seal key."""

    # -- recognising --------------------------------------------------------------------------------------------

    def sign_in(self) -> str:
        """Whether the record goes on from what this machine saw: "" when it does, else the sentence to say aloud."""
        try:
            known, sentence = self._known(), self._other_store()
        except Refusal as refusal:
            return refusal.sentence()
        held = self.desk.read(glance, known)
        if held.bad is not None:
            return _aloud(held, known)
        if not sentence:
            last = held.last
            seen = None if last is None else Remembered(last.seq, last.hash, last.at_us)
            self.memory.remember(self._store_id, self._place, seen)
        return sentence

    def verify(self, kept: tuple[Known, ...] = ()) -> AuditVerdict:
        """`trail.verify` against what this machine remembers and what was `kept` elsewhere.

        Raises `Refusal("memory_damaged")`, and `Refusal("another_store")` where another store stands than before.
        """
        known = self._known()
        sentence = self._other_store()
        if sentence:
            raise Refusal("another_store", sentence)
        verdict = self.desk.read(trail.verify, (*known, *kept))
        if verdict.ok:
            newest = self.desk.read(seals.numbered, verdict.seals)
            self.memory.remember(self._store_id, self._place, _as_seen(newest))
        return verdict

    def accept(self, reason: str) -> SealView | None:
        """Begin anew from what the store says now: a person knows why it is not the one this machine saw (a backup was
        put back). On record, with the reason; returns the newest seal."""
        if not reason.strip():
            raise Refusal("reason_missing", "Beginning anew has a reason.", "Say it with --reason.")
        try:
            before = self.memory.last(self._store_id)
        except Refusal:
            before = None
        newest = self.desk.write(_accepted, before, reason.strip())
        self.memory.accept(self._store_id, self._place, _as_seen(newest))
        return newest

    def _known(self) -> tuple[Known, ...]:
        seen = self.memory.last(self._store_id)
        if seen is None:
            return ()
        when = instant(seen.at_us).strftime("%Y-%m-%d %H:%MZ")
        return (Known(seen.hash, f"this machine saw, made {when}", seen.seq),)

    def _other_store(self) -> str:
        """A store that was made anew in the place of the one this machine knows; demos come and go."""
        before = self.memory.at(self._place)
        if before is None or before == self._store_id or self.desk.demo:
            return ""
        return f"Another store stands at {self._place} than the one this machine knew there. {_ASK}"

    # -- sealing ------------------------------------------------------------------------------------------------

    def after_sweep(self) -> str:
        """Seal, if a seal is due and this desk is the one that seals; "" when all is well, else what stands against it.

        The first seal of a day is told to the managers. Raises `StoreUnavailable` only.
        """
        worker = self.desk.as_worker()
        self.keyless = False
        if worker.store.read_only or not worker.read(seals.due):
            return ""
        try:
            return self._seal(worker)
        except Refusal as refusal:
            if refusal.exit_status == 3:
                raise
            self.keyless = refusal.code == "no_seal_key"
            return refusal.sentence()

    def _seal(self, worker: Desk) -> str:
        known, sentence = self._known(), self._other_store()
        held = worker.read(glance, known)
        if held.bad is not None or sentence:
            aloud = sentence or _aloud(held, known)
            worker.write(seals.alarm, aloud)
            return aloud
        try:
            made = worker.write(seals.seal, self._sealer().sealer)
        except Refusal as refusal:
            if refusal.code != "seal_key_retired" or self.desk.shared:
                raise
            # A local store has one sealer at a time: it came back from a machine that sealed it meanwhile.
            made = worker.write(seals.seal, self.new_key().sealer)
        if made is not None:
            self.memory.remember(self._store_id, self._place, _as_seen(made))
            worker.write(seals.digest)
        return ""

    def _sealer(self) -> seal_key.Held:
        if self._key is None:
            self._key = self.keys.find() or self.keys.make()
        return self._key

    def new_key(self) -> seal_key.Held:
        """Another key in the place of this machine's; the store learns of it with the next seal."""
        self._key = self.keys.make()
        return self._key

    # -- doctor -------------------------------------------------------------------------------------------------

    def checks(self) -> tuple[Check, ...]:
        """What `doctor` says of the seals, of the key, and of this machine's memory."""
        return (self._sealed(), self._remembered())

    def _sealed(self) -> Check:
        newest, unsealed = self.desk.read(_standing)
        said = "no seal yet" if newest is None else f"seal {newest.seq} of {newest.at:%Y-%m-%d %H:%MZ}"
        if self.desk.shared:
            if unsealed and self.desk.demo:
                return Check("seals", True, f"{said}; a demo is sealed when `casedesk worker` runs", "")
            if unsealed:
                fix = "Start `casedesk worker` under the service login on a machine that stays on."
                return Check("seals", False, f"{said}; nobody seals the trail", fix)
            return Check("seals", True, f"{said}; the worker under the service login seals", "")
        try:
            key = self.keys.find()
        except Refusal as refusal:
            return Check("seals", False, refusal.message, refusal.next)
        if key is None:
            return Check("seals", True, f"{said}; the desk seals while it is open", "")
        held = f"{said}; the key lies in {key.where}"
        if key.beside:
            held += ": whoever can write the store can seal in its name, and only what other machines remember tells"
        return Check("seals", True, held, "")

    def _remembered(self) -> Check:
        try:
            known, sentence = self._known(), self._other_store()
        except Refusal as refusal:
            return Check("memory", False, refusal.message, refusal.next)
        if sentence:
            return Check("memory", False, sentence.removesuffix(_ASK).strip(), _ASK)
        held = self.desk.read(glance, known)
        if held.bad is not None:
            said = f"{held.bad['stream']} {held.bad['seq']}: {held.bad['problem']}"
            return Check("memory", False, said, "Keep the store as it is, and run `casedesk audit verify`.")
        if not known:
            return Check("memory", True, "this machine saw no seal of this store before", "")
        return Check(
            "memory", True, f"the record goes on from seal {known[0].seq}, which {known[0].whose}", ""
        )

    @property
    def _store_id(self) -> str:
        return self.desk.store.meta["store_id"]

    @property
    def _place(self) -> str:
        """The store's file, or its server and database."""
        if not self.desk.shared:
            return str(Path(self.desk.store.label).resolve())
        url = self.desk.store.engine.url
        return f"{url.host}:{url.port or 5432}/{url.database}"


def of(desk: Desk, *, state: Path, key_file: Path | None = None) -> Keeping:
    """The keeping of an open desk: `state` is the folder of this machine's memory, `key_file` where its keys lie."""
    store_id = desk.store.meta["store_id"]
    beside = None if desk.shared else seal_key.seal_key_beside(Path(desk.store.label))
    keys = SealKeys(store_id, key_file=key_file, beside=beside, keyring=not desk.demo)
    return Keeping(desk, SealMemory(state), keys)


def _as_seen(newest: SealView | None) -> Remembered | None:
    return None if newest is None else Remembered(newest.seq, newest.hash, micros(newest.at))


def _aloud(held: Held, known: tuple[Known, ...]) -> str:
    seen = max((k.seq or 0 for k in known), default=0)
    if held.bad is not None and held.bad.get("seq") == seen > held.count:
        return (
            f"This store is older than what this machine has seen: an old copy was put in its place. {_STOP}"
        )
    return f"The record was changed behind the desk's back. {_STOP}"


def _standing(turn: Turn) -> tuple[SealView | None, bool]:
    """The newest seal, and whether entries have been waiting for one for too long."""
    newest = seals.last(turn)
    if newest is not None:
        return newest, turn.now - newest.at > UNSEALED
    return None, turn.uow.one("seal.entry_before", before_us=micros(turn.now - UNSEALED)) is not None


def _accepted(turn: Turn, before: Remembered | None, reason: str) -> SealView | None:
    newest = seals.last(turn)
    turn.uow.audit(
        "trail.accepted",
        "this machine's memory",
        seen=None if before is None else f"seal {before.seq} {before.hash}",
        now=None if newest is None else f"seal {newest.seq} {newest.hash}",
        reason=reason,
    )
    return newest
