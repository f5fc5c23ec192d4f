"""Trust: walls, conflict checks, supervision, seals, data keys of papers, holds and erasures, co-signed keys.

Signing keys that stand were made before keys were co-signed; they stay in force until they are rotated. The names on
record get the keys by which they are found again.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text

from casedesk.matching import names
from casedesk.models.identifiers import new_id
from casedesk.store.migrate import apply_ddl

revision = "0002"
down_revision = "0001"

BATCH = 5_000

_INSERT = text(
    "INSERT INTO name_key (id, matter_id, party_id, how, key, name)"
    " VALUES (:id, :matter_id, :party_id, :how, :key, :name)"
)
_MATTERS = text("SELECT m.id, m.caption, c.name AS client FROM matter m JOIN client c ON c.id = m.client_id")


def upgrade() -> None:
    from alembic import op

    apply_ddl("0002")
    key_names(op.get_bind())


def key_names(conn: Connection) -> None:
    """Write the keys of every name on record. A store that was just made has none."""
    parties: dict[int, tuple[str, ...]] = {}
    waiting: list[dict[str, Any]] = []

    def add(matter_id: int, party_id: int | None, found: list[tuple[str, names.Key]]) -> None:
        waiting.extend(
            {
                "id": new_id(),
                "matter_id": matter_id,
                "party_id": party_id,
                "how": key.how,
                "key": key.key,
                "name": name,
            }
            for name, key in found
        )
        if len(waiting) >= BATCH:
            flush()

    def flush() -> None:
        if waiting:
            conn.execute(_INSERT, waiting)
            waiting.clear()

    for row in conn.execute(text("SELECT id, matter_id, name FROM party ORDER BY matter_id, id")).all():
        parties[row.matter_id] = (*parties.get(row.matter_id, ()), row.name)
        add(row.matter_id, row.id, [(row.name, key) for key in names.keys(row.name)])
    for row in conn.execute(_MATTERS).all():
        add(row.id, None, names.own_keys(row.caption, row.client, parties.get(row.id, ())))
    flush()
