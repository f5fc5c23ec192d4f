"""`casedesk delivery`: what was to go outside, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of, window
from casedesk.cli.words import After, Limit

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views.telling import DeliveryView

app = noun("What was to go outside (mail, invitations, webhooks), and what became of it.")


@app.command("list")
def list_(
    ctx: typer.Context,
    state: Annotated[
        str, typer.Option(metavar="STATE", help="queued, sending, sent, failed, unknown or cancelled.")
    ] = "",
    everybody: Annotated[bool, typer.Option("--all", help="Everybody's, for a manager.")] = False,
    limit: Limit = 50,
    after: After = None,
) -> None:
    """List what was to go outside for me, the newest first.

    Example: casedesk delivery list --state unknown
    """
    from casedesk.desk import deliveries
    from casedesk.desk.asked import MOST_ROWS

    session = of(ctx)
    with session.desk() as desk:
        most = limit if after is None else MOST_ROWS
        found = desk.read(deliveries.listing, state=state, everybody=everybody, limit=most)
    session.say_rows(window(found, limit, after), limit, _table, "Nothing was to go outside.")


@app.command()
def settle(
    ctx: typer.Context,
    delivery: Annotated[str, typer.Argument(metavar="DELIVERY", help="Its id.")],
    how: Annotated[
        str, typer.Argument(metavar="HOW", help="sent (it arrived), again (send it once more) or dropped.")
    ],
) -> None:
    """Say what became of one that is unknown or has failed. Sent again it has the same Message-ID.

    Example: casedesk delivery settle 1p88b3n0tyqzw again
    """
    from casedesk.desk import deliveries

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(deliveries.settle, delivery, how)
    session.say(view, lambda view, paper: _table([view], paper))


def _table(rows: Sequence[DeliveryView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ["id", "channel", "about", "for", "task", "state", "when", "tries", "why"],
        [
            [
                r.id,
                r.channel,
                r.about,
                r.person or r.webhook or "",
                r.task or "",
                r.state,
                paper.at(r.sent_at or r.due),
                str(r.attempts or ""),
                r.error,
            ]
            for r in rows
        ],
        give=["why", "about"],
    )
