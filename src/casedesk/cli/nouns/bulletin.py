"""`casedesk bulletin`: the Visa Bulletin of each month, and the priority dates it makes current."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of, window
from casedesk.cli.words import After, Limit

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views.dates import BulletinEntered, BulletinView, VisaNumberView

app = noun("The Visa Bulletin of each month, and the priority dates it makes current.")


class Chart(StrEnum):
    FINAL_ACTION = "final_action"
    FILING = "filing"


@app.command()
def enter(
    ctx: typer.Context,
    month: Annotated[str, typer.Argument(metavar="MONTH", help="The bulletin's month: 2026-12.")],
    chart: Annotated[Chart, typer.Option(help="Final action dates, or dates for filing.")],
    category: Annotated[str, typer.Option(help="F2A, EB-2, ... as the bulletin writes it.")],
    cutoff: Annotated[str, typer.Option(help="The cut-off day, C (current) or U (unavailable).")],
    chargeability: Annotated[str, typer.Option(help="MEXICO, INDIA, ...; ALL for the rest.")] = "ALL",
) -> None:
    """Enter one cell of a month's bulletin; owners hear which priority dates became current or went back.

    Example: casedesk bulletin enter 2026-12 --chart final_action --category F2A --chargeability MEXICO --cutoff 2024-08-15
    """
    from casedesk.desk import bulletin

    session = of(ctx)
    with session.desk() as desk:
        done = desk.write(bulletin.enter, month, chart.value, category, chargeability, cutoff)
    session.say(done, _entered)


@app.command("list")
def list_(
    ctx: typer.Context,
    month: Annotated[str | None, typer.Option(metavar="MONTH", help="Only of this month.")] = None,
    limit: Limit = 50,
    after: After = None,
) -> None:
    """List the cells on record, the newest month first.

    Example: casedesk bulletin list --month 2026-12
    """
    from casedesk.desk import bulletin

    session = of(ctx)
    with session.desk() as desk:
        rows = desk.read(bulletin.listing, month=month, limit=limit, after=after)
    session.say_rows(rows, limit, _table, "No bulletin yet. See casedesk bulletin enter --help.")


@app.command()
def dates(
    ctx: typer.Context,
    chart: Annotated[
        Chart, typer.Option(help="Final action dates, or dates for filing.")
    ] = Chart.FINAL_ACTION,
    limit: Limit = 50,
    after: After = None,
) -> None:
    """List the priority dates of open matters against the newest bulletin.

    Example: casedesk bulletin dates --chart filing
    """
    from casedesk.desk import bulletin

    session = of(ctx)
    with session.desk() as desk:
        rows = window(desk.read(bulletin.standing, chart=chart.value), limit, after)
    session.say_rows(
        rows, limit, _numbers, "No form with a category and a priority date. See matter form change."
    )


def _entered(done: BulletinEntered, paper: Paper) -> Iterator[str]:
    yield from _table([done.cell], paper)
    if done.changed:
        yield from _numbers(done.changed, paper)
    else:
        yield "No priority date of ours became current by it, and none went back."


def _table(rows: Sequence[BulletinView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("MONTH", "CHART", "CATEGORY", "AREA", "CUT-OFF", "BY"),
        [
            (v.month, v.chart.replace("_", " "), v.category, v.chargeability, v.cutoff, v.entered_by)
            for v in rows
        ],
    )


def _numbers(rows: Sequence[VisaNumberView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("MATTER", "CLIENT", "FORM", "CATEGORY", "AREA", "PRIORITY DATE", "CUT-OFF", "OF", "NOW"),
        [
            (
                v.matter,
                v.caption,
                v.form,
                v.category,
                v.chargeability,
                str(v.priority_date),
                v.cutoff,
                v.month,
                ("current" if v.current else "not current") + (f" ({v.changed})" if v.changed else ""),
            )
            for v in rows
        ],
        give=("CLIENT",),
    )
