"""`casedesk closure`: days on which the firm, or one office, is shut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.paper import counted
from casedesk.cli.session import of, window
from casedesk.cli.words import After, Limit, day

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.closures import ClosureView

app = noun("Days on which the firm, or one office, is shut.")

ClosureRef = Annotated[str, typer.Argument(metavar="CLOSURE", help="A closure, by reference or id.")]


@app.command()
def add(
    ctx: typer.Context,
    first: Annotated[date, typer.Option("--from", parser=day, metavar="DATE", help="First day shut.")],
    last: Annotated[date, typer.Option("--to", parser=day, metavar="DATE", help="Last day shut.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    office: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only this office; else the whole firm.")
    ] = None,
) -> None:
    """Shut the firm or an office; what falls into those days is shown, and stays where it is.

    Example: casedesk closure add --from 2026-12-24 --to 2026-12-31 --reason "Between the years"
    """
    from casedesk.desk import closures

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(closures.add, first, last, reason, office=office)
    session.say(view, _facts)


@app.command("list")
def list_(
    ctx: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Also those over and cancelled.")] = False,
    limit: Limit = 50,
    after: After = None,
) -> None:
    """List closures, the next one first.

    Example: casedesk closure list
    """
    from casedesk.desk import closures

    session = of(ctx)
    with session.desk() as desk:
        rows = window(desk.read(closures.listing, every=every), limit, after)
    session.say_rows(rows, limit, _table, "No closure ahead. See casedesk closure add --help.")


@app.command()
def show(ctx: typer.Context, closure: ClosureRef) -> None:
    """Show a closure and what falls into it.

    Example: casedesk closure show CL-2W8H5T
    """
    from casedesk.desk import closures

    session = of(ctx)
    with session.desk() as desk:
        view = desk.read(closures.show, closure)
    session.say(view, _facts)


@app.command()
def cancel(ctx: typer.Context, closure: ClosureRef) -> None:
    """Open the office after all.

    Example: casedesk closure cancel CL-2W8H5T
    """
    from casedesk.desk import closures

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(closures.cancel, closure)
    session.say(view, _facts)


_WHAT = {
    "task": "task due",
    "reminder": "reminder",
    "appointment": "appointment",
    "date": "our date",
    "agency_date": "agency's date",
}


def _table(rows: Sequence[ClosureView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("CLOSURE", "FROM", "TO", "WHERE", "REASON", "STATE", "FALLS INTO IT"),
        [
            (
                view.ref,
                paper.day(view.first),
                paper.day(view.last),
                view.office or "the firm",
                view.reason,
                "cancelled" if view.cancelled else "",
                str(len(view.inside) or ""),
            )
            for view in rows
        ],
        give=("REASON",),
    )


def _facts(view: ClosureView, paper: Paper) -> Iterator[str]:
    where = view.office or "the firm"
    yield f"{view.ref}  {where}: {view.reason}"
    yield from paper.facts(
        [
            ("from", paper.day(view.first)),
            ("to", paper.day(view.last)),
            ("by", view.by),
            ("state", "cancelled" if view.cancelled else ""),
        ]
    )
    if view.inside:
        yield f"{counted(len(view.inside), 'thing')} due in those days; none was moved:"
        yield from paper.table(
            ("WHAT", "WHICH", "TITLE", "MATTER", "WITH", "WHEN"),
            [
                (
                    _WHAT[line.what],
                    line.ref,
                    line.title,
                    line.matter or "",
                    line.who,
                    paper.at(line.at) or paper.day(line.on),
                )
                for line in view.inside
            ],
            give=("TITLE",),
        )
