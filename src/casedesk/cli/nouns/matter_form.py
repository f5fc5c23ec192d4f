"""`casedesk matter form`: the forms of a matter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of, window
from casedesk.cli.words import After, Limit, MatterRef, day

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views.matters import FormView

app = noun("A matter's forms.")

Receipt = Annotated[
    str | None,
    typer.Option("--receipt-number", "--receipt", metavar="NUMBER", help="The agency's receipt number."),
]


@app.command("add")
def add_(
    ctx: typer.Context,
    matter: MatterRef,
    name: Annotated[str, typer.Argument(metavar="FORM", help="I-485, I-130, ETA-9089, ...")],
    receipt: Receipt = None,
    party_: Annotated[str | None, typer.Option("--party", help="Whose form it is.")] = None,
    channel: Annotated[str, typer.Option(help="paper or electronic.")] = "paper",
    received: Annotated[
        date | None, typer.Option(parser=day, metavar="DATE", help="The day the agency received it.")
    ] = None,
    priority_date: Annotated[
        date | None, typer.Option(parser=day, metavar="DATE", help="Its priority date.")
    ] = None,
    category: Annotated[str, typer.Option(help="Its preference category: F2A, EB-2.")] = "",
    chargeability: Annotated[str, typer.Option(help="Its area of chargeability: MEXICO.")] = "",
) -> None:
    """Add a form to a matter.

    Example: casedesk matter form add M-2026-0042 I-765 --receipt-number IOE0912345679
    """
    from casedesk.desk import matters

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(
            matters.form_add,
            matter,
            name,
            receipt_number=receipt,
            party=party_,
            channel=channel,
            received=received,
            priority_date=priority_date,
            category=category,
            chargeability=chargeability,
        )
    session.say(view, lambda view, paper: table([view], paper))


@app.command("list")
def list_(ctx: typer.Context, matter: MatterRef, limit: Limit = 50, after: After = None) -> None:
    """List a matter's forms with their status and the day it was last checked.

    Example: casedesk matter form list M-2026-0042
    """
    from casedesk.desk import matters

    session = of(ctx)
    with session.desk() as desk:
        rows = window(desk.read(matters.form_list, matter), limit, after)
    session.say_rows(rows, limit, table, "No form yet. See casedesk matter form add --help.")


@app.command("change")
def change(
    ctx: typer.Context,
    matter: MatterRef,
    name: Annotated[str, typer.Argument(metavar="FORM", help="The form.")],
    priority_date: Annotated[
        date | None, typer.Option(parser=day, metavar="DATE", help="Its priority date.")
    ] = None,
    category: Annotated[str | None, typer.Option(help="Its preference category: F2A, EB-2.")] = None,
    chargeability: Annotated[str | None, typer.Option(help="Its area of chargeability: MEXICO.")] = None,
    expires: Annotated[
        date | None, typer.Option(parser=day, metavar="DATE", help="Until when its card or stay is valid.")
    ] = None,
) -> None:
    """Set a form's priority date, category and area, or until when it is valid.

    Example: casedesk matter form change M-2026-0042 I-130 --priority-date 2024-07-01 --category F2A
    """
    from casedesk.desk import forms

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(
            forms.form_change,
            matter,
            name,
            priority_date=priority_date,
            category=category,
            chargeability=chargeability,
            expires=expires,
        )
    session.say(view, lambda view, paper: table([view], paper))


@app.command("status")
def status_(
    ctx: typer.Context,
    matter: MatterRef,
    name: Annotated[str, typer.Argument(metavar="FORM", help="The form.")],
    status: Annotated[str, typer.Argument(metavar="STATUS", help="What the agency says.")],
    checked: Annotated[
        date | None, typer.Option(parser=day, metavar="DATE", help="The day it was looked up; today.")
    ] = None,
) -> None:
    """Record a form's status as looked up.

    Example: casedesk matter form status M-2026-0042 I-485 "Case was received"
    """
    from casedesk.desk import matters

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(matters.form_status, matter, name, status, checked=checked)
    session.say(view, lambda view, paper: table([view], paper))


def table(rows: Sequence[FormView], paper: Paper) -> Iterator[str]:
    """Forms, one a line."""
    yield from paper.table(
        ("FORM", "PARTY", "RECEIPT", "STATUS", "CHECKED", "RECEIVED", "PRIORITY DATE", "EXPIRES", "G-28"),
        [
            (
                view.form,
                view.party or "",
                view.receipt_number or "",
                view.status,
                str(view.checked or "never"),
                str(view.received or ""),
                str(view.priority_date or ""),
                str(view.expires or ""),
                view.g28 or "",
            )
            for view in rows
        ],
        give=("STATUS", "PARTY"),
    )
