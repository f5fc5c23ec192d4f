"""Load: what each person has open, counted by the store itself; decisions by their instant."""

from __future__ import annotations

from casedesk.store.migrate import apply_ddl

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    apply_ddl("0004")
