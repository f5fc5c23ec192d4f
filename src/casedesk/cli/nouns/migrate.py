"""`casedesk migrate`: a store of an earlier program is brought up to this one."""

from __future__ import annotations

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of

app = noun("Bring a store up to this program.")


@app.command("migrate")
def migrate_(ctx: typer.Context) -> None:
    """Bring a store up to this program; it stays readable by nobody older.

    Example: casedesk migrate --store firm.db
    """
    from casedesk import bootstrap

    session = of(ctx)
    schema = bootstrap.migrate(session.store, key_file=session.key_file, prompt=session.prompt())
    session.say({"schema": schema}, lambda said, _: [f"The store is of schema {said['schema']}."])
