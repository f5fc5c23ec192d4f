"""SQL typed by hand: what a person could do to the store beside the desk.

On PostgreSQL it is their own login with their own password, on SQLite the file. Nothing stays: `attempt` rolls back.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from casedesk.security.proof import answer
from casedesk.security.signing import WrappedKey, unlock
from casedesk.store import errors
from casedesk.store.unit_of_work import micros
from tests.support.firm import PASSPHRASE, FirmFixture
from tests.support.rfe import Rfe


@dataclass
class Raw:
    """One transaction of one login. `who` is the handle, `now` the instant at which the story stands."""

    conn: Connection
    rfe: Rfe
    who: str

    @property
    def now(self) -> int:
        return micros(self.rfe.firm.clock.now())

    def run(self, sql: str, **values: Any) -> int:
        """Rows touched, -1 where the server does not say."""
        return self.conn.execute(text(sql), values).rowcount

    def one(self, sql: str, **values: Any) -> Any:
        row = self.conn.execute(text(sql), values).first()
        assert row is not None, sql
        return row

    def value(self, sql: str, **values: Any) -> Any:
        return self.one(sql, **values)[0]

    def insert(self, table: str, **values: Any) -> int:
        columns = ", ".join(values)
        return self.run(
            f"INSERT INTO {table} ({columns}) VALUES ({', '.join(f':{c}' for c in values)})", **values
        )

    # -- the story's rows -----------------------------------------------------------------------------------------

    def person(self, handle: str) -> int:
        return int(self.value("SELECT id FROM person WHERE handle = :h", h=handle))

    @property
    def me(self) -> int:
        return self.person(self.who)

    def licence(self, handle: str) -> Any:
        return self.one(
            "SELECT l.id, l.kind FROM licence l JOIN person p ON p.id = l.person_id WHERE p.handle = :h"
            " ORDER BY CASE l.kind WHEN 'attorney' THEN 0 ELSE 1 END LIMIT 1",
            h=handle,
        )

    def matter(self) -> int:
        return int(self.value("SELECT id FROM matter WHERE ref = :r", r=self.rfe.matter))

    def task(self, ref: str) -> Any:
        return self.one("SELECT * FROM task WHERE ref = :r", r=ref)

    def packet(self) -> Any:
        return self.one("SELECT * FROM packet WHERE ref = :r", r=self.rfe.packet)

    def manifest(self, seq: int | None = None) -> Any:
        """The packet's newest state, or the one numbered `seq`."""
        return self.one(
            "SELECT * FROM manifest WHERE packet_id = :p AND (CAST(:s AS bigint) IS NULL OR seq = :s)"
            " ORDER BY seq DESC LIMIT 1",
            p=self.packet().id,
            s=seq,
        )

    def review(self, kind: str) -> Any:
        """The newest review of a kind that was not superseded."""
        return self.one(
            "SELECT * FROM review WHERE packet_id = :p AND kind = :k AND state <> 'superseded'"
            " ORDER BY opened_us DESC LIMIT 1",
            p=self.packet().id,
            k=kind,
        )

    # -- steps of the gate, each with something bent ----------------------------------------------------------------

    def add_packet(self, task: str, **bent: Any) -> int:
        row = self.task(task)
        packet_id = new_id()
        self.insert(
            "packet",
            **{
                "id": packet_id,
                "ref": f"P-{packet_id}",
                "matter_id": row.matter_id,
                "task_id": row.id,
                "deadline_id": row.deadline_id,
                "title": "by hand",
                "created_us": self.now,
                **bent,
            },
        )
        return packet_id

    def add_draft(self, packet_id: int, task_id: int, version: int, **bent: Any) -> int:
        draft_id = new_id()
        return self.insert(
            "draft",
            **{
                "id": draft_id,
                "ref": f"V-{draft_id}",
                "packet_id": packet_id,
                "task_id": task_id,
                "version": version,
                "submitted_by": self.me,
                "submitted_us": self.now,
                **bent,
            },
        )

    def add_manifest(self, **bent: Any) -> str:
        """Another state of the packet, its documents those of the last one; returns its hash."""
        last = self.manifest()
        values = {
            **last._mapping,
            "id": new_id(),
            "seq": last.seq + 1,
            "sha256": secrets.token_hex(32),
            "assembled_us": self.now,
            **bent,
        }
        self.insert("manifest", **values)
        return str(values["sha256"])

    def add_review(self, kind: str, *, points: bool = True, **bent: Any) -> int:
        last, packet = self.manifest(), self.packet()
        review_id = new_id()
        self.insert(
            "review",
            **{
                "id": review_id,
                "ref": f"R-{review_id}",
                "kind": kind,
                "packet_id": packet.id,
                "manifest_sha256": last.sha256,
                "matter_id": packet.matter_id,
                "task_id": packet.task_id,
                "version": last.version,
                "owner_id": self.me,
                "state": "open",
                "opened_us": self.now,
                "due_us": self.now,
                **bent,
            },
        )
        if points:
            self.insert("review_point", review_id=review_id, code="all", position=1, text="All is well")
        return review_id

    def answer(self, review_id: int, answer: str = "yes") -> int:
        return self.run("UPDATE review_point SET answer = :a WHERE review_id = :i", a=answer, i=review_id)

    def decide(self, review_id: int, state: str = "approved", *, by: str | None = None, **bent: Any) -> int:
        who = by or self.who
        licence = self.conn.execute(
            text(
                "SELECT l.id, l.kind FROM licence l JOIN person p ON p.id = l.person_id WHERE p.handle = :h LIMIT 1"
            ),
            {"h": who},
        ).first()
        values = {
            "state": state,
            "decided_by": self.person(who),
            "decided_us": self.now,
            "licence_id": None if licence is None else licence.id,
            "licence_kind": None if licence is None else licence.kind,
            **bent,
        }
        sets = ", ".join(f"{c} = :{c}" for c in values)
        return self.run(f"UPDATE review SET {sets} WHERE id = :row", row=review_id, **values)

    def sign(self, *, signer: str | None = None, **bent: Any) -> int:
        """A row of `sign_off` as the desk would write it, but for its signature, which is 64 zero bytes."""
        who = signer or self.who
        last, packet = self.manifest(), self.packet()
        second = self.review("second")
        licence = self.licence(who)
        key = self.one(
            "SELECT key_id FROM signing_key WHERE person_id = :p ORDER BY active DESC", p=self.person(who)
        )
        return self.insert(
            "sign_off",
            **{
                "id": new_id(),
                "packet_id": packet.id,
                "matter_id": packet.matter_id,
                "manifest_sha256": last.sha256,
                "review_id": self.review("signoff").id if "review_id" not in bent else 0,
                "content_review_id": self.review("content").id,
                "second_review_id": second.id,
                "preparer_id": last.preparer_id,
                "second_reviewer_id": second.decided_by or second.owner_id,
                "assembled_us": last.assembled_us,
                "second_us": second.decided_us or self.now,
                "signer_id": self.person(who),
                "licence_id": licence.id,
                "licence_kind": licence.kind,
                "key_id": key.key_id,
                "policy": self.value("SELECT policy FROM firm_policy ORDER BY seq DESC LIMIT 1"),
                "statement": "{}",
                "signature": "00" * 64,
                "signed_us": self.now,
                **bent,
            },
        )

    def enrol(self, **bent: Any) -> str:
        """A signing key of whoever types that waits, its private half nonsense."""
        key_id = secrets.token_hex(8)
        self.insert(
            "signing_key",
            **{
                "key_id": key_id,
                "person_id": self.me,
                "public_key": b"\1" * 32,
                "wrapped": b"\2" * 48,
                "salt": b"\3" * 16,
                "memory_kib": 64,
                "passes": 1,
                "lanes": 1,
                "token_sha256": "",
                "active": 0,
                "enrolled_us": self.now,
                **bent,
            },
        )
        return key_id

    def confirm(self, key_id: str, **bent: Any) -> int:
        """Answer for a key that waits, in the name of whoever types; the words and the signature are nonsense."""
        values = {
            "active": 1,
            "cosigned_by": self.me,
            "cosigned_us": self.now,
            "cosign_statement": "{}",
            "cosignature": "00" * 64,
            **bent,
        }
        sets = ", ".join(f"{c} = :{c}" for c in values)
        return self.run(f"UPDATE signing_key SET {sets} WHERE key_id = :row", row=key_id, **values)

    # -- the second authentication ------------------------------------------------------------------------------------

    def token(self, passphrase: str = PASSPHRASE) -> str:
        """What the opened key of whoever types yields."""
        row = self.one(
            "SELECT w.*, k.public_key FROM casedesk_my_signing_keys() w JOIN signing_key k ON k.key_id = w.key_id"
        )
        return unlock(
            WrappedKey(
                row.key_id,
                bytes(row.public_key),
                bytes(row.wrapped),
                bytes(row.salt),
                row.memory_kib,
                row.passes,
                row.lanes,
            ),
            passphrase,
        ).token

    def ask(self) -> str:
        """The server's question, to this session."""
        return str(self.value("SELECT casedesk_ask_challenge(casedesk_session_start())"))

    def show(self, nonce: str, proof: str) -> None:
        self.value("SELECT set_config('casedesk.proof', :shown, true)", shown=f"{nonce}:{proof}")

    def prove(self, passphrase: str = PASSPHRASE) -> None:
        """Show the server that the key was opened just now; a local store asks nobody who types SQL."""
        if self.rfe.firm.shared:
            nonce = self.ask()
            self.show(nonce, answer(self.token(passphrase), nonce))

    def ship(self, **bent: Any) -> int:
        """A row of `filing` under the packet's newest sign-off, or under none."""
        packet, last = self.packet(), self.manifest()
        signed = self.conn.execute(
            text("SELECT id FROM sign_off WHERE packet_id = :p ORDER BY signed_us DESC LIMIT 1"),
            {"p": packet.id},
        ).first()
        filing_id = new_id()
        return self.insert(
            "filing",
            **{
                "id": filing_id,
                "ref": f"F-{filing_id}",
                "packet_id": packet.id,
                "matter_id": packet.matter_id,
                "manifest_sha256": last.sha256,
                "sign_off_id": 1 if signed is None else signed.id,
                "state": "shipped",
                "carrier": "by hand",
                "tracking": "1",
                "shipped_us": self.now,
                "shipped_by": self.me,
                **bent,
            },
        )

    def add_document(self, name: str, *, origin: str = "draft", data: bytes = b"x", **bent: Any) -> Any:
        """A document with one version and its bytes; returns its row's id and hash."""
        import hashlib

        document_id, version_id = new_id(), new_id()
        digest = hashlib.sha256(data + name.encode()).hexdigest()
        self.insert(
            "document",
            **{
                "id": document_id,
                "ref": f"D-{document_id}",
                "matter_id": self.matter(),
                "origin": origin,
                "kind": "other",
                "name": name,
                "sha256": digest,
                "bytes": len(data),
                "media_type": "application/pdf",
                "received_us": self.now,
                "received_by": self.me,
                **bent,
            },
        )
        self.insert(
            "document_version",
            id=version_id,
            document_id=document_id,
            version=1,
            sha256=digest,
            bytes=len(data),
            pages=1,
            name=name,
            media_type="application/pdf",
            created_us=self.now,
            created_by=self.me,
        )
        self.insert("blob_chunk", version_id=version_id, seq=0, data=data)
        return document_id, digest

    def add_line(self, manifest_id: int, document_id: int, digest: str, position: int = 90) -> int:
        return self.insert(
            "manifest_document",
            manifest_id=manifest_id,
            position=position,
            document_id=document_id,
            version=1,
            sha256=digest,
            name="by hand",
            role="exhibit",
            pages=1,
        )


def new_id() -> int:
    return secrets.randbits(63)


@contextmanager
def raw(rfe: Rfe, who: str, *, keep: bool = False) -> Iterator[Raw]:
    """A transaction under `who`'s own login; rolled back at the end unless `keep`."""
    firm = rfe.firm
    if firm.shared:
        engine = create_engine(_login_url(firm, who), poolclass=NullPool)
        with engine.connect() as conn:
            yield Raw(conn, rfe, who)
            if keep:
                conn.commit()
        engine.dispose()
        return
    with firm.desk(who).store.engine.connect() as conn:
        conn.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            yield Raw(conn, rfe, who)
        except BaseException:
            conn.exec_driver_sql("ROLLBACK")
            raise
        conn.exec_driver_sql("COMMIT" if keep else "ROLLBACK")


def _login_url(firm: FirmFixture, who: str) -> str:
    assert firm.owned is not None
    return firm.owned.login_url(who, firm.passwords[who]).replace("postgresql:", "postgresql+psycopg:", 1)


def attempt(rfe: Rfe, who: str, step: Callable[[Raw], object]) -> str:
    """Try `step` by hand and roll back. "done" when the store let it through, "nothing" when it touched no row (which
    is how a row policy refuses an UPDATE), else the refusal's code."""
    try:
        with raw(rfe, who) as hand:
            touched = step(hand)
    except DBAPIError as error:
        return errors.translate(error).code
    return "nothing" if touched == 0 else "done"
