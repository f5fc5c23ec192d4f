"""${message}"""

from __future__ import annotations

from casedesk.store.migrate import apply_ddl

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    apply_ddl("${up_revision}")
