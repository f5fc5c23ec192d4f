"""The scene of the attacks: one matter behind a wall, one that everybody sees, and what must never be told or changed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from casedesk.desk import matters, notes, people
from casedesk.models.tables import METADATA
from tests.security.attacks import INSIDE, MANAGER, SHUT_OUT, Attack
from tests.support.keeping import seal
from tests.support.postgres import OwnedDb
from tests.support.psql import Said, psql
from tests.support.rfe import RECEIPT, PgStages, Rfe

INSIDERS = ("aokafor", INSIDE, "jreyes", "lchen")

PARENTS = {
    "document_version": ("document", "document_id"),
    "blob_chunk": ("document_version", "version_id"),
    "document_key": ("document_version", "version_id"),
    "task_item": ("task", "task_id"),
    "review_point": ("review", "review_id"),
    "manifest": ("packet", "packet_id"),
    "draft": ("packet", "packet_id"),
    "review_look": ("packet", "packet_id"),
    "manifest_document": ("manifest", "manifest_id"),
    "wall_screen": ("wall", "wall_id"),
}
"""Where a row's matter is found that names none itself."""

RECORD = (
    *("audit", "audit_head", "seal", "seal_head", "review", "review_point", "sign_off", "filing", "manifest"),
    *("manifest_document", "draft", "firm_policy", "person", "person_role", "licence", "signing_key", "wall"),
    *("wall_screen", "matter_member", "engine_meta", "document_version", "blob_chunk", "transition"),
)
"""Approvals, entries, and who may what: not one row of these may differ after the attacks."""


@dataclass
class Scene:
    """Built once a stage; an attack's words are filled from `facts`."""

    rfe: Rfe
    folder: Path
    facts: dict[str, Any] = field(default_factory=dict)
    known: frozenset[str] | None = None
    """The secrets, once somebody asked for them; a copy has the same."""

    @classmethod
    def build(cls, stages: PgStages, stage: str, folder: Path) -> Scene:
        from tests.security.generic import fill

        rfe = stages.stage(stage, fresh=True)
        scene = cls(rfe, folder)
        scene.lay_rights()
        rfe.firm.desk("aokafor").write(notes.note, rfe.matter, "She is afraid of her brother-in-law.")
        opened = rfe.firm.desk(SHUT_OUT).write(
            matters.open_matter, "naturalization", "Okonjo, Ada", paralegal=SHUT_OUT, attorney="aokafor"
        )
        rfe.firm.desk(SHUT_OUT).write(notes.call, opened.ref, "Asked for a date.", callback=SHUT_OUT)
        today = rfe.firm.clock.now().date()
        rfe.firm.desk(MANAGER).write(people.absence, "tfinn", today, today, cover=SHUT_OUT)
        seal(rfe.firm, folder / "machine")
        scene._look(opened.ref)
        scene._leave_checks_open()
        fill(scene)
        scene._raise_wall()
        return scene

    def owner(self) -> psycopg.Connection[Any]:
        """The tables' owner, whom no policy binds; he reads for the test what nobody else may."""
        return psycopg.connect(self._owned.owner_url, autocommit=True)

    def lay_rights(self) -> None:
        """A copied database has the rights of its tables, and not those of the database itself: as `00_base.sql`."""
        name = self._owned.name
        with self.owner() as conn:
            conn.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC".encode())
            conn.execute(f"GRANT CONNECT ON DATABASE {name} TO casedesk_staff, casedesk_service".encode())

    @property
    def _owned(self) -> OwnedDb:
        assert self.rfe.firm.owned is not None
        return self.rfe.firm.owned

    def _look(self, open_ref: str) -> None:
        with self.owner() as conn:

            def one(sql: str, *values: Any) -> Any:
                row = conn.execute(sql.encode(), values).fetchone()
                assert row is not None, sql
                return row[0]

            matter = one("SELECT id FROM matter WHERE ref = %s", self.rfe.matter)
            document = one(
                "SELECT id FROM document WHERE matter_id = %s AND origin = 'received' LIMIT 1", matter
            )
            assert self.rfe.firm.owned is not None
            self.facts = {
                "matter": matter,
                "open_matter": one("SELECT id FROM matter WHERE ref = %s", open_ref),
                "member": one("SELECT id FROM person WHERE handle = %s", INSIDE),
                "attorney": one("SELECT id FROM person WHERE handle = 'aokafor'"),
                "document": document,
                "version": one("SELECT id FROM document_version WHERE document_id = %s", document),
                "sha256": one("SELECT sha256 FROM document WHERE id = %s", document),
                "absence": one("SELECT id FROM absence LIMIT 1"),
                "task": one("SELECT id FROM task WHERE matter_id = %s LIMIT 1", matter),
                "packet": one("SELECT id FROM packet WHERE matter_id = %s", matter),
                "receipt": RECEIPT,
                "owner": self.rfe.firm.owned.owner,
                "database": self.rfe.firm.owned.name,
                "folder": self.folder.as_posix(),
                "now": int(self.rfe.firm.clock.now().timestamp() * 1_000_000),
            }

    def _leave_checks_open(self) -> None:
        """Conflict checks that wait for a decision: a decided one is never changed, whoever tries."""
        with self.owner() as conn:
            conn.execute("ALTER TABLE conflict_check DISABLE TRIGGER USER")
            conn.execute(
                "UPDATE conflict_check SET state = 'open', decided_by = NULL, decided_us = NULL, reason = ''"
            )
            conn.execute("ALTER TABLE conflict_check ENABLE TRIGGER USER")

    def _raise_wall(self) -> None:
        owned = self.rfe.firm.owned
        assert owned is not None
        with self.owner() as conn:  # whoever would be shut out hands over what they hold first
            for table in ("task", "review", "matter_owner"):
                who = "person_id" if table == "matter_owner" else "owner_id"
                conn.execute(
                    f"UPDATE {table} SET {who} = %s WHERE matter_id = %s AND {who} NOT IN"
                    " (SELECT id FROM person WHERE handle = ANY(%s))".encode(),
                    (self.facts["member"], self.facts["matter"], list(INSIDERS)),
                )
        with psycopg.connect(
            owned.login_url("aokafor", self.rfe.firm.passwords["aokafor"]), autocommit=True
        ) as conn:
            conn.execute(
                "SELECT casedesk_raise_wall(77, 'W-TEST77', %s, 'a former client of a partner',"
                " ARRAY(SELECT id FROM person WHERE handle = ANY(%s)), %s)",
                (self.facts["matter"], list(INSIDERS), self.facts["now"]),
            )

    # -- what must not be told -------------------------------------------------------------------------------------

    def walled_rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of the walled matter, table by table."""
        with self.owner() as conn:
            found = {name: self.rows_of(conn, name) for name in METADATA.tables}
        return {name: rows for name, rows in found.items() if rows is not None}

    def rows_of(self, conn: psycopg.Connection[Any], name: str) -> list[tuple[Any, ...]] | None:
        """The walled matter's rows of one table; None for a table that holds none of any matter."""
        if name not in PARENTS and "matter_id" not in METADATA.tables[name].columns and name != "matter":
            return None
        where = _of_matter(name, self.facts["matter"])
        return conn.execute(f"SELECT * FROM {name} WHERE {where}".encode()).fetchall()

    def secrets(self) -> frozenset[str]:
        """Words and numbers that stand in the walled matter's rows alone; what the attacker knows already is left out."""
        if self.known is not None:
            return self.known
        told = " ".join(str(value) for value in self.facts.values())
        common = self._said_elsewhere()
        found: set[str] = set()
        for rows in self.walled_rows().values():
            for row in rows:
                found.update(_words(row))
        self.known = frozenset(word for word in found if word not in told and word not in common)
        return self.known

    def _said_elsewhere(self) -> str:
        """Everything that stands outside the walled matter: what is said there as well is no secret."""
        parts: list[str] = []
        with self.owner() as conn:
            for name, table in METADATA.tables.items():
                if name in ("client", "sign_challenge"):
                    continue  # the client of the walled matter alone, and what nobody reads
                where = ""
                if name in PARENTS or "matter_id" in table.columns or name == "matter":
                    where = f" WHERE NOT COALESCE({_of_matter(name, self.facts['matter'])}, false)"
                for row in conn.execute(f"SELECT * FROM {name}{where}".encode()).fetchall():
                    parts += [str(value) for value in row]
        return "\n".join(parts)

    # -- what must not change --------------------------------------------------------------------------------------

    def state(self) -> dict[str, frozenset[str]]:
        """The record, and every row of the walled matter, as they are."""
        out: dict[str, frozenset[str]] = {}
        with self.owner() as conn:
            for name in RECORD:
                out[name] = frozenset(
                    str(r) for r in conn.execute(f"SELECT * FROM {name}".encode()).fetchall()
                )
        for name, rows in self.walled_rows().items():
            out[f"{name} of the walled matter"] = frozenset(str(row) for row in rows)
        return out

    # -- trying ----------------------------------------------------------------------------------------------------

    def try_all(self, who: str, scripts: Iterable[str]) -> list[Said]:
        owned = self.rfe.firm.owned
        assert owned is not None
        return psql(owned, who, self.rfe.firm.passwords[who], list(scripts))

    def words(self, attack: Attack) -> str:
        return attack.sql.format(**self.facts)


def leaked(said: Said, secrets: frozenset[str]) -> list[str]:
    """The secrets that an answer holds, whole words only."""
    told = set(re.findall(r"[\w.@-]+", said.all))
    return sorted(word for word in secrets if (word in told if " " not in word else word in said.all))


def _of_matter(name: str, matter: int) -> str:
    if name == "matter":
        return f"matter.id = {matter}"
    if name in PARENTS:
        parent, column = PARENTS[name]
        return f"EXISTS (SELECT 1 FROM {parent} WHERE {parent}.id = {name}.{column} AND {_of_matter(parent, matter)})"
    return f"{name}.matter_id = {matter}"


def _words(row: tuple[Any, ...]) -> Iterable[str]:
    for value in row:
        if isinstance(value, int) and value > 10**12:
            yield str(value)
        elif isinstance(value, str) and len(value) >= 8:
            yield value
