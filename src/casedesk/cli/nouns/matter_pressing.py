"""`casedesk matter circumstances` and `matter priority`: what makes a matter pressing."""

from __future__ import annotations

from typing import Annotated

import typer

from casedesk.cli.session import of
from casedesk.cli.words import MatterRef


def circumstances(
    ctx: typer.Context,
    matter: MatterRef,
    add: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[WORD]...",
            help="detained, criminal_history, prior_violations, in_danger, child_ages_out, serious_illness,"
            " out_of_status, work_ends.",
        ),
    ] = None,
    remove: Annotated[
        list[str] | None, typer.Option(metavar="WORD", help="It is so no more; may be given again.")
    ] = None,
) -> None:
    """Say what makes a matter pressing; its tasks rank by it, with the reason.

    Example: casedesk matter circumstances M-2026-0042 detained prior_violations
    """
    from casedesk.cli.nouns import matter as cards
    from casedesk.desk import pressing

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(pressing.circumstances, matter, add=tuple(add or ()), remove=tuple(remove or ()))
    session.say(view, cards.card)


def priority(
    ctx: typer.Context,
    matter: MatterRef,
    level: Annotated[str, typer.Argument(metavar="LEVEL", help="emergency, high, standard or low.")],
    reason: Annotated[str, typer.Option(help="Why.")],
) -> None:
    """Give a matter another priority, with a reason; its open tasks rank by it.

    Example: casedesk matter priority M-2026-0042 high --reason "Filing window closes on Friday"
    """
    from casedesk.cli.nouns import matter as cards
    from casedesk.desk import pressing

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(pressing.priority, matter, level, reason)
    session.say(view, cards.card)
