"""`casedesk status`: the status round, receipts to look up on the agency's page and what stood there."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of
from casedesk.cli.words import After, Limit

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views.dates import StatusCheckView, StatusDueView

app = noun("The status round: receipts to look up, and what the agency's page said.")


@app.command("list")
def list_(ctx: typer.Context, limit: Limit = 50, after: After = None) -> None:
    """List the receipts that were not looked up for 14 days, or whose next look has come, the oldest first.

    Example: casedesk status list
    """
    from casedesk.desk import status_round

    session = of(ctx)
    with session.desk() as desk:
        rows = desk.read(status_round.due, limit=limit, after=after)
    session.say_rows(rows, limit, _table, "Every receipt was looked up within the last 14 days.")


@app.command()
def record(
    ctx: typer.Context,
    receipt: Annotated[str, typer.Argument(metavar="RECEIPT", help="The receipt number that was looked up.")],
    text: Annotated[
        str, typer.Option(metavar="TEXT", help="The page's words as pasted; - reads standard input.")
    ],
    message: Annotated[
        bool, typer.Option("--message/--no-message", help="Propose a message to the client.")
    ] = True,
) -> None:
    """Record what the agency's page says: recognised, kept, and the next look set.

    Example: casedesk status record IOE0912345678 --text "Case Was Received"
    """
    from casedesk.desk import status_round

    session = of(ctx)
    words = sys.stdin.read() if text == "-" else text
    with session.desk() as desk:
        view = desk.write(status_round.record, receipt, words, message=message)
    session.say(view, _facts)


def _table(rows: Sequence[StatusDueView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("RECEIPT", "FORM", "MATTER", "CLIENT", "LOOKED UP", "DAYS", "STATUS"),
        [
            (
                view.receipt_number,
                view.form,
                view.matter,
                view.caption,
                str(view.checked or "never"),
                "" if view.days is None else str(view.days),
                view.status,
            )
            for view in rows
        ],
        give=("STATUS", "CLIENT"),
    )


def _facts(view: StatusCheckView, paper: Paper) -> Iterator[str]:
    yield f"{view.receipt_number}  {view.form} of {view.matter}"
    yield from paper.facts(
        [
            ("read as", view.read_as or "nothing we know: read it yourself, and set the status by hand"),
            ("of", paper.day(view.on)),
            ("next look", paper.day(view.next_check) if view.next_check else "none, it is at its end"),
            ("task", view.task or ""),
            ("provisional date", view.deadline or ""),
            ("message proposed", view.message or ""),
        ]
    )
