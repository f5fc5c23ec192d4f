"""`casedesk person licence`: put on record by somebody else, ended, and shown with their last days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of, window
from casedesk.cli.words import After, Handle, Limit, licence

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views.people import LicenceView

app = noun("Licences: on whose word, where, and until when.")


@app.command("add")
def add_(
    ctx: typer.Context,
    handle: Handle,
    licence_: Annotated[
        str,
        typer.Argument(
            metavar="KIND:NUMBER:JURISDICTION",
            help="attorney:123456:NY; :YYYY-MM-DD may follow as its last day.",
        ),
    ],
    scope: Annotated[
        str, typer.Option(help="full, or dhs: an accreditation that is partial, before DHS alone.")
    ] = "full",
) -> None:
    """Put somebody's licence on record; a renewed one is put on record anew. Never one's own.

    Example: casedesk person licence add lchen attorney:5512340:NY:2028-10-31
    """
    from casedesk.desk import licences

    session = of(ctx)
    held = licence(licence_)
    with session.desk() as desk:
        view = desk.write(licences.add, handle, held, scope=scope)
    session.say(view, lambda view, paper: _table([view], paper))


@app.command()
def end(
    ctx: typer.Context,
    handle: Handle,
    which: Annotated[str, typer.Argument(metavar="LICENCE", help="The licence's id, or its number.")],
    reason: Annotated[str, typer.Option(help="Why it ends.")],
) -> None:
    """End a licence: from now on it counts for nothing. What was signed under it stays signed.

    Example: casedesk person licence end lchen 5512340 --reason "moved to New Jersey"
    """
    from casedesk.desk import licences

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(licences.end, handle, which, reason=reason)
    session.say(view, lambda view, paper: _table([view], paper))


@app.command("list")
def list_(
    ctx: typer.Context,
    handle: Annotated[str | None, typer.Argument(metavar="[HANDLE]", help="Whose; else everybody's.")] = None,
    limit: Limit = 50,
    after: After = None,
) -> None:
    """List licences: kind, number, jurisdiction, scope, last day, and who put each on record.

    Example: casedesk person licence list
    """
    from casedesk.desk import licences

    session = of(ctx)
    with session.desk() as desk:
        rows = window(desk.read(licences.listing, handle), limit, after)
    session.say_rows(rows, limit, _table, "No licence is on record. See casedesk person licence add --help.")


def _table(rows: Sequence[LicenceView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("PERSON", "KIND", "NUMBER", "JURISDICTION", "SCOPE", "UNTIL", "STATE", "ON WHOSE WORD", "ID"),
        [
            (
                view.person,
                view.kind.replace("_", " "),
                view.number,
                view.jurisdiction,
                "before DHS alone" if view.scope == "dhs" else "",
                paper.day(view.expires),
                f"ends in {view.days_left} days" if view.state == "ends_soon" else view.state,
                view.granted_by or "the firm's founding",
                view.id,
            )
            for view in rows
        ],
        give=("JURISDICTION",),
    )
