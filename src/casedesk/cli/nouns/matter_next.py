"""`casedesk matter next`: the matters by what comes next in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.session import of
from casedesk.cli.words import After, Limit
from casedesk.refusal import WrongUsage

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.matter_pages import Which
    from casedesk.desk.views.matters import MatterLine


def next_(
    ctx: typer.Context,
    mine: Annotated[bool, typer.Option("--mine", help="Only those you are an owner of.")] = False,
    idle: Annotated[bool, typer.Option("--idle", help="Open ones in which nothing is planned.")] = False,
    where: Annotated[
        str,
        typer.Option(
            metavar="EXPR", help="As task list asks, of the next step: owner:@me due<today type:asylum smith"
        ),
    ] = "",
    limit: Limit = 50,
    after: After = None,
) -> None:
    """List matters by their next step, the one due first in front: what it is and who has it.

    Example: casedesk matter next --where 'type:asylum due<=today+7d'
    """
    from casedesk.desk import matter_pages

    if mine and idle:
        raise WrongUsage("usage", "--mine and --idle cannot be asked for together.", "Ask for one of them.")
    which: Which = "mine" if mine else "idle" if idle else "open"
    session = of(ctx)
    with session.desk() as desk:
        rows = desk.read(matter_pages.listing, which=which, where=where, limit=limit, after=after)
    session.say_rows(rows, limit, _table, "No matter is like that. Try casedesk matter list.")


def _table(rows: Sequence[MatterLine], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("MATTER", "CAPTION", "TYPE", "PRIORITY", "NEXT STEP", "WITH", "DUE", "NEXT DATE"),
        [
            (
                line.ref,
                line.caption,
                line.type.replace("_", " "),
                line.priority,
                "nothing planned" if line.step is None else line.step.title,
                "" if line.step is None else line.step.owner,
                "" if line.step is None else paper.at(line.step.due),
                str(line.next_date or ""),
            )
            for line in rows
        ],
        give=("CAPTION", "TYPE", "NEXT STEP"),
    )
