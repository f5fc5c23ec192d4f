"""Backups: the whole store in one encrypted file, that file checked, and a store made from it.

A backup is encrypted with age to the firm's recovery recipient, which the store keeps (it is public); the identity
that opens it lies outside and is never asked for when a backup is made. Only a demo's may lie in the clear.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from casedesk.desk import trail
from casedesk.desk.backup_file import Hashed, new_file, opened
from casedesk.desk.house import House
from casedesk.desk.turn import Turn
from casedesk.refusal import NotAllowed, Refusal, WrongUsage
from casedesk.security import age
from casedesk.security.audit_hash import GENESIS, entry_hash
from casedesk.security.canonical import canonical_json, sha256_hex
from casedesk.store import backup, fingerprint
from casedesk.store.backup import Account, Progress, Reading
from casedesk.store.store import Store
from casedesk.store.unit_of_work import UnitOfWork, instant

RECIPIENT = "recovery_recipient"
"""The mark under which the store keeps the firm's recovery recipient."""

RESTORED = "restored"
"""The mark of a store that was made from a backup: of when, and made when."""


@dataclass(frozen=True)
class BackupView:
    """A backup, as it was written or found: `head` is the trail's head in it, `seal` the number of its newest seal.

    `sha256` and `bytes` are the file's; `recipients` are known to whoever writes it, not to whoever reads it.
    """

    file: str
    sha256: str
    bytes: int
    encrypted: bool
    store: str
    kind: str
    schema: int
    made_at: datetime
    made_by: str
    tables: int
    rows: int
    entries: int
    head: str
    seal: int | None
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True)
class RestoredView:
    """A store made from a backup. `logins` are those that a server got anew."""

    to: str
    store: str
    made_at: datetime
    rows: int
    entries: int
    head: str
    seal: int | None
    logins: tuple[str, ...] = ()


def set_recipient(uow: UnitOfWork, recipient: str) -> None:
    """Every later backup of this store is encrypted to `recipient`. Raises `NotAllowed` for whoever is no manager."""
    if uow.actor.kind != "service" and not uow.actor.is_manager:
        raise NotAllowed(
            "not_allowed", "The firm's recovery recipient is a manager's to set.", "Ask the managing partner."
        )
    uow.run("backup.set_mark", key=RECIPIENT, value=recipient)
    uow.audit("store.recipient_set", recipient)


def make(
    store: Store,
    out: Path,
    more: Sequence[str] = (),
    *,
    plain: bool = False,
    progress: Progress | None = None,
) -> BackupView:
    """Write the whole store, as it is at one moment, to a new file; then put that on record.

    Encrypted to the firm's recipient, and to `more`. The file is there whole or not at all. Raises `Refusal`:
    `no_recipient`, `plain_backup` (in the clear, and no demo), `file_exists`, `no_folder`, and `NotAllowed` for
    recipients that are not the firm's from whoever is no manager.
    """
    if store.read_only:
        raise Refusal(
            "read_only", "This session only reads; a backup is put on record.", "Leave out --read-only."
        )
    recipients = _recipients(store, more, plain)
    account = Account()
    with new_file(out) as file:
        with backup.snapshot(store) as uow:
            if more and not store.shared and not uow.actor.is_manager:
                raise NotAllowed(
                    "not_allowed",
                    "A backup that others than the firm can open is a manager's to make.",
                    "Leave out --recipient, or ask the managing partner.",
                )
            head = _head(uow)
            pieces = backup.write(uow.conn, head, account, progress)
            if recipients:
                file.encrypted = True
                age.encrypt(pieces, file, recipients)
            else:
                for piece in pieces:
                    file.write(piece)
        view = _view(str(out), file, head, account, tuple(recipients))
    _record(store, out, view)
    return view


def verify(path: Path, identity: str | None) -> BackupView:
    """Read a backup to its end, and hold its hashes, its counts and the trail in it against each other.

    Raises `Refusal`: `backup_damaged`, `not_a_backup`, `trail_changed`, `not_the_identity`, `identity_missing`.
    """
    with opened(path, identity) as (reading, file):
        chain = _Chain(str(reading.head.get("store", "")))
        for name, columns, rows in reading.tables():
            if name == "audit":
                for values in rows:
                    chain.take(dict(zip(columns, values, strict=True)))
            elif name == "audit_head":
                chain.hold([dict(zip(columns, values, strict=True)) for values in rows])
            else:
                for _ in rows:
                    pass
        if chain.head() != reading.head.get("head"):
            raise _changed("the trail's head is not the one it names")
    return _view(str(path), file, reading.head, reading.account, ())


def take_over(reading: Reading, *, recovery: str | None = None) -> Callable[[UnitOfWork], None]:
    """What a restored store goes through before it gets its name: the trail recomputed, its head and the shape
    compared, the copy marked as one and the restoring put on record. Raises `Refusal`: `trail_changed`,
    `restore_differs`.

    `recovery` is what is on record of the new key's recovery copy, None for a store without a key.
    """

    def check(uow: UnitOfWork) -> None:
        turn = Turn(uow, House())
        verdict = trail.verify(turn)
        if verdict.first_bad is not None:
            bad = verdict.first_bad
            raise _changed(f"stream {bad['stream']}, entry {bad['seq']}: {bad['problem']}")
        if uow.store_id != reading.head.get("store"):
            raise _changed("it is of another store than it says")
        if trail.head(turn)["hash"] != reading.head.get("head"):
            raise _changed("the trail's head is not the one it names")
        odd = fingerprint.differences(uow.conn)
        if odd:
            raise Refusal(
                "restore_differs",
                f"The new store has not this program's shape ({', '.join(odd[:3])}); nothing was restored.",
                "Use a place where nothing stands yet.",
            )
        made_us = int(reading.head["made_us"])
        said = {"made_us": made_us, "restored_us": uow.now_us, "kind": reading.head["kind"]}
        uow.run("backup.set_mark", key=RESTORED, value=json.dumps(said, sort_keys=True))
        uow.run("meta.clear", key="recovery")
        if recovery is not None:
            uow.run("backup.set_mark", key="recovery", value=recovery)
        uow.audit(
            "store.restored",
            uow.store_id,
            backup=reading.account.whole,
            made_us=made_us,
            head=reading.head["head"],
        )

    return check


def restored(to: str, reading: Reading, logins: tuple[str, ...] = ()) -> RestoredView:
    """What `restore` tells of its work."""
    return RestoredView(
        to=to,
        store=str(reading.head["store"]),
        made_at=instant(int(reading.head["made_us"])),
        rows=sum(reading.account.rows.values()),
        entries=int(reading.head["entries"]),
        head=str(reading.head["head"]),
        seal=reading.head["seal"],
        logins=logins,
    )


# --- within


@dataclass
class _Chain:
    """The trail in a backup, followed entry by entry, in the order of stream and number."""

    store_id: str
    ends: dict[str, tuple[int, str]] = field(default_factory=dict)
    heads: list[list[Any]] = field(default_factory=list)

    def take(self, entry: dict[str, Any]) -> None:
        stream = str(entry["stream"])
        seq, prev = self.ends.get(stream, (0, GENESIS))
        said = {
            name: entry[name] for name in ("stream", "seq", "at_us", "actor", "action", "subject", "payload")
        }
        digest = entry_hash(store_id=self.store_id, prev_hex=prev, **said)
        if entry["seq"] != seq + 1 or entry["prev"] != prev or entry["hash"] != digest:
            raise _changed(f"stream {stream}, entry {seq + 1}")
        self.ends[stream] = (seq + 1, digest)

    def hold(self, heads: Iterable[dict[str, Any]]) -> None:
        found = {str(row["stream"]): (row["seq"], row["hash"]) for row in heads}
        for stream in sorted({*found, *self.ends}):
            if found.get(stream) != self.ends.get(stream):
                raise _changed(f"stream {stream} does not end as it is on record")
        self.heads = [[stream, *found[stream]] for stream in sorted(found)]

    def head(self) -> str:
        return sha256_hex(canonical_json(self.heads))


def _changed(what: str) -> Refusal:
    return Refusal(
        "trail_changed",
        f"The trail in this backup was changed before it was made: {what}.",
        "Take the backup before, and keep this one as evidence.",
    )


def _recipients(store: Store, more: Sequence[str], plain: bool) -> list[str]:
    if plain:
        if store.meta.get("demo") != "1":
            raise Refusal(
                "plain_backup",
                "A backup in the clear is for the demo alone: this one would hold clients' papers.",
                "Leave out --plain.",
            )
        if more:
            raise WrongUsage("usage", "A backup in the clear has no recipients.", "Leave out one of the two.")
        return []
    own = store.meta.get(RECIPIENT)
    found = list(dict.fromkeys([*([own] if own else []), *map(age.recipient, more)]))
    if not found:
        raise Refusal(
            "no_recipient",
            "This firm has no recovery recipient yet, and no backup lies in the clear.",
            "Make an identity with `casedesk backup --new-identity FILE`, and set its recipient with --set-recipient.",
        )
    return found


def _head(uow: UnitOfWork) -> dict[str, Any]:
    found = trail.head(Turn(uow, House()))
    seal = uow.one("backup.last_seal")
    marks = {row.key: row.value for row in uow.all("meta.all")}
    return {
        "store": uow.store_id,
        "schema": int(marks["schema"]),
        "kind": uow.dialect.name,
        "program": version("casedesk"),
        "made_us": uow.now_us,
        "made_by": uow.actor.handle,
        "demo": marks.get("demo") == "1",
        "streams": found["streams"],
        "entries": found["entries"],
        "head": found["hash"],
        "seal": None if seal is None else seal.seq,
        "seal_hash": None if seal is None else seal.hash,
        "shape": backup.shape_of(uow.conn),
    }


def _view(
    place: str, file: Hashed, head: dict[str, Any], account: Account, recipients: tuple[str, ...]
) -> BackupView:
    return BackupView(
        file=place,
        sha256=file.sha256,
        bytes=file.bytes,
        encrypted=file.encrypted,
        store=str(head["store"]),
        kind=str(head["kind"]),
        schema=int(head["schema"]),
        made_at=instant(int(head["made_us"])),
        made_by=str(head["made_by"]),
        tables=len(account.rows),
        rows=sum(account.rows.values()),
        entries=int(head["entries"]),
        head=str(head["head"]),
        seal=head["seal"],
        recipients=recipients,
    )


def _record(store: Store, out: Path, view: BackupView) -> None:
    """An entry of the store's stream; a backup that cannot be put on record is taken away again."""

    def entry(uow: UnitOfWork) -> None:
        uow.audit(
            "store.backed_up",
            out.name,
            sha256=view.sha256,
            bytes=view.bytes,
            rows=view.rows,
            head=view.head,
            seal=view.seal,
            recipients=list(view.recipients),
        )

    try:
        if store.shared:
            store.found(entry)
        else:
            store.write(entry)
    except BaseException:
        out.unlink(missing_ok=True)
        raise
