"""Time: closures, hand-over sheets, checks of a status, the Visa Bulletin, and what is sent outside the desk."""

from __future__ import annotations

from casedesk.store.migrate import apply_ddl

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    apply_ddl("0003")
