"""The first schema: firm, matters, papers, work, the gate, the engine's rows, the trail."""

from __future__ import annotations

from casedesk.store.migrate import apply_ddl

revision = "0001"
down_revision = None


def upgrade() -> None:
    apply_ddl("0001")
