"""`casedesk told`: what one was told in the app."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views.telling import TellView

app = noun("What I was told.")


@app.command("told")
def told(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=200, help="At most so many, the newest first.")] = 20,
    seen: Annotated[bool, typer.Option("--seen", help="I have read these now.")] = False,
) -> None:
    """List what I was told in the app, the newest first, read or not.

    Example: casedesk told --limit 50
    """
    from casedesk.desk import tells

    session = of(ctx)
    with session.desk() as desk:
        rows = desk.read(tells.listing, limit)
        if seen:
            desk.write(tells.seen, tuple(row.id for row in rows if not row.seen))
    session.say(rows, _told)


def _told(rows: Sequence[TellView], paper: Paper) -> Iterator[str]:
    if not rows:
        yield "Nothing was told to you yet."
        return
    yield from paper.table(
        ("", "AT", "WHAT", "TASK", "MATTER"),
        [
            ("" if row.seen else "new", paper.at(row.at), row.subject, row.task or "", row.matter or "")
            for row in rows
        ],
        give=("WHAT",),
    )
    for row in rows:
        yield from (f"  {line}" for line in row.body.splitlines())
