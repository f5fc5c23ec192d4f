"""`casedesk matter close`: the representation is over."""

from __future__ import annotations

from typing import Annotated

import typer

from casedesk.cli.session import of
from casedesk.cli.words import MatterRef


def close(
    ctx: typer.Context,
    matter: MatterRef,
    reason: Annotated[str, typer.Option(help="Why it is closed.")],
    how: Annotated[
        str,
        typer.Option(
            metavar="ENDING",
            help="finished, or what ends it with work still open: withdrawn, declined, transferred, no_contact,"
            " imported_in_error, duplicate.",
        ),
    ] = "finished",
    dates: Annotated[
        str | None,
        typer.Option(metavar="REASON", help="Dates still run: why they are let go. Takes a licence."),
    ] = None,
) -> None:
    """Close a matter, with a reason. Any ending but finished cancels its open tasks.

    Example: casedesk matter close M-2026-0042 --how withdrawn --reason "Client went to another firm"
    """
    from casedesk.cli.nouns import matter as cards
    from casedesk.desk import matters

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(matters.close_matter, matter, reason, how=how, dates=dates)
    session.say(view, cards.card)
