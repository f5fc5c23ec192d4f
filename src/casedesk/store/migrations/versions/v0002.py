"""Trust: walls, conflict checks, supervision, seals, data keys of papers, holds and erasures, co-signed keys.

Signing keys that stand were made before keys were co-signed; they stay in force until they are rotated.
"""

from __future__ import annotations

from casedesk.store.migrate import apply_ddl

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    apply_ddl("0002")
