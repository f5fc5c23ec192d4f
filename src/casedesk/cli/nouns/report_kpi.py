"""`casedesk report kpi` and its neighbours: the firm's figures, as a table, JSON or CSV."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import date
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any

import typer

from casedesk.cli.session import Session, of
from casedesk.cli.words import day
from casedesk.refusal import WrongUsage

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.reports.figures import Sheet


class Format(StrEnum):
    """How a report is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


Since = Annotated[
    date | None, typer.Option("--since", parser=day, metavar="DATE", help="First day; else the usual one.")
]
Until = Annotated[
    date | None, typer.Option("--until", parser=day, metavar="DATE", help="Last day, itself included.")
]
ByWhat = Annotated[
    str | None, typer.Option("--by", metavar="WHAT", help="Divided by person, team, type or office.")
]
As = Annotated[Format, typer.Option("--format", help="As a table, as JSON, or as CSV for a spreadsheet.")]


def register(app: typer.Typer) -> None:
    """Add the figures to the noun `report`."""
    for command in (kpi, workload, deadlines, quality, cycle, forecast, compare, stuck):
        app.command()(command)


def kpi(
    ctx: typer.Context,
    since: Since = None,
    until: Until = None,
    by: ByWhat = None,
    format_: As = Format.TABLE,
) -> None:
    """The five figures: acknowledged in time, time to review, missed dates, reassigned work, time to the client.

    Example: casedesk report kpi --since 2026-11-01 --until 2026-11-30 --by person
    """
    _print(ctx, "kpi", format_, since=since, until=until, by=by)


def workload(
    ctx: typer.Context,
    since: Since = None,
    until: Until = None,
    by: ByWhat = None,
    format_: As = Format.TABLE,
) -> None:
    """Open estimated hours beside the hours people are there for, in the two weeks ahead.

    Example: casedesk report workload --by team
    """
    _print(ctx, "workload", format_, since=since, until=until, by=by)


def deadlines(
    ctx: typer.Context,
    since: Since = None,
    until: Until = None,
    by: ByWhat = None,
    format_: As = Format.TABLE,
) -> None:
    """Dates met, met late, missed and arrived late, by authority.

    Example: casedesk report deadlines --since 2026-10-01 --until 2026-12-31
    """
    _print(ctx, "deadlines", format_, since=since, until=until, by=by)


def quality(
    ctx: typer.Context,
    since: Since = None,
    until: Until = None,
    by: ByWhat = None,
    format_: As = Format.TABLE,
) -> None:
    """Versions returned in review, for which points, and what had to be opened again.

    Example: casedesk report quality --by person
    """
    _print(ctx, "quality", format_, since=since, until=until, by=by)


def cycle(
    ctx: typer.Context,
    since: Since = None,
    until: Until = None,
    by: ByWhat = None,
    format_: As = Format.TABLE,
) -> None:
    """How many days each step of a playbook takes, and the whole of it.

    Example: casedesk report cycle --by type
    """
    _print(ctx, "cycle", format_, since=since, until=until, by=by)


def forecast(
    ctx: typer.Context,
    since: Since = None,
    until: Until = None,
    by: ByWhat = None,
    format_: As = Format.TABLE,
) -> None:
    """Tasks, hours, dates and appointments week by week, as they stand now.

    Example: casedesk report forecast --until 2027-01-31
    """
    _print(ctx, "forecast", format_, since=since, until=until, by=by)


def compare(
    ctx: typer.Context,
    since: Since = None,
    until: Until = None,
    against_since: Annotated[
        date | None,
        typer.Option(parser=day, metavar="DATE", help="First day of the other period; else the one before."),
    ] = None,
    against_until: Annotated[
        date | None, typer.Option(parser=day, metavar="DATE", help="Its last day.")
    ] = None,
    format_: As = Format.TABLE,
) -> None:
    """The five figures of two periods beside each other.

    Example: casedesk report compare --since 2026-11-01 --until 2026-11-30
    """
    _print(
        ctx,
        "compare",
        format_,
        since=since,
        until=until,
        against_since=against_since,
        against_until=against_until,
    )


def stuck(ctx: typer.Context, by: ByWhat = None, format_: As = Format.TABLE) -> None:
    """What does not move: work that waits and for whom, what is late, dates that are past.

    Example: casedesk report stuck --by person
    """
    _print(ctx, "stuck", format_, by=by)


def _print(ctx: typer.Context, name: str, format_: Format, **asked: Any) -> None:
    report = import_module(f"casedesk.reports.{name}")
    session = of(ctx)
    if session.json and format_ is Format.CSV:
        raise WrongUsage("two_formats", "A report is JSON or CSV, not both.", "Leave out --json.")
    with session.desk() as desk:
        view = desk.read(report.report, **asked)
    session.json = session.json or format_ is Format.JSON
    if format_ is Format.CSV:
        _csv(report.sheet(view))
    else:
        session.say(view, _drawn(report.sheet, session))


def _csv(sheet: Sheet) -> None:
    """A cell that a spreadsheet would run as a formula is defused."""
    from casedesk.documents.archive import csv_bytes

    rows = [["" if cell is None else cell for cell in row] for row in sheet.rows]
    sys.stdout.write(csv_bytes(sheet.heads, rows).decode("utf-8-sig").replace("\r\n", "\n"))


def _drawn(sheet_of: Callable[[Any], Sheet], session: Session) -> Callable[[Any, Paper], Iterator[str]]:
    def draw(view: Any, paper: Paper) -> Iterator[str]:
        yield f"From {paper.day(view.since)} to {paper.day(view.until)}"
        sheet = sheet_of(view)
        if not sheet.rows:
            yield "Nothing was measured."
            return
        said = [(*row[:-1],) for row in sheet.rows] if sheet.heads[-1] == "definition" else list(sheet.rows)
        heads = tuple(head.upper() for head in sheet.heads[: len(said[0])])
        yield from paper.table(heads, [[_cell(cell) for cell in row] for row in said], give=("TITLE",))
        if sheet.heads[-1] == "definition":
            told = dict.fromkeys((str(row[sheet.heads.index("figure")]), str(row[-1])) for row in sheet.rows)
            yield ""
            yield from (f"{figure}: {words}" for figure, words in told)
        elif definition := getattr(view, "definition", ""):
            yield ""
            yield definition

    return draw


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:g}" if isinstance(value, float) else str(value)
