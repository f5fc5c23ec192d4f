"""`casedesk migrate`: a store of an earlier program is brought up to this one."""

from __future__ import annotations

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of

app = noun("Bring a store up to this program.")


@app.command("migrate")
def migrate_(ctx: typer.Context) -> None:
    """Bring a store up to this program, whole or not at all; programs of the schema before go on working on it.

    A local store that moves is copied beside itself first (firm.db.before-2), as encrypted as it is. A shared one is
    moved by its owner: --store postgresql://OWNER@host/db.

    Example: casedesk migrate --store firm.db
    """
    from casedesk import bootstrap

    session = of(ctx)
    schema = bootstrap.migrate(session.store, key_file=session.key_file, prompt=session.prompt())
    session.say({"schema": schema}, lambda said, _: [f"The store is of schema {said['schema']}."])
