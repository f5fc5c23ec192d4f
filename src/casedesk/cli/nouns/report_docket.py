"""`casedesk report docket`: what falls due and where somebody is to be, on the screen, on paper, or as a calendar."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.nouns.report_kpi import As, Format
from casedesk.cli.session import of, write_file
from casedesk.cli.words import day
from casedesk.refusal import WrongUsage

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.docket import Docket, Line


def register(app: typer.Typer) -> None:
    """Add the docket to the noun `report`."""
    app.command()(docket)


def docket(
    ctx: typer.Context,
    since: Annotated[date | None, typer.Option(parser=day, metavar="DATE", help="First day; today.")] = None,
    until: Annotated[
        date | None, typer.Option(parser=day, metavar="DATE", help="Last day, itself included; a fortnight.")
    ] = None,
    format_: As = Format.TABLE,
    out: Annotated[
        str | None, typer.Option("--out", metavar="FILE.pdf", help="On letter paper, into this file.")
    ] = None,
    ics: Annotated[
        str | None, typer.Option("--ics", metavar="FILE", help="One's own dates, as a calendar file.")
    ] = None,
) -> None:
    """Dates, hearings and appointments by attorney, with what is not settled yet.

    Example: casedesk report docket --out docket.pdf
    """
    from casedesk.desk import docket as dockets
    from casedesk.desk import docket_files

    session = of(ctx)
    if session.json and format_ is Format.CSV:
        raise WrongUsage("two_formats", "A report is JSON or CSV, not both.", "Leave out --json.")
    with session.desk() as desk:
        view = desk.read(dockets.docket, since=since, until=until)
        paper = None if out is None else desk.read(docket_files.paper, view)
        calendar = None if ics is None else desk.read(docket_files.calendar, view)
    for path, data in ((out, paper), (ics, calendar)):
        if path is not None and data is not None:
            session.tell(f"Written: {write_file(path, data)}")
    session.json = session.json or format_ is Format.JSON
    if format_ is Format.CSV:
        sys.stdout.write(docket_files.table(view))
    elif session.json or (out is None and ics is None):
        session.say(view, _drawn)


def _drawn(view: Docket, paper: Paper) -> Iterator[str]:
    yield f"From {paper.day(view.since)} to {paper.day(view.until)}"
    for group in view.groups:
        yield ""
        yield group.name
        yield from paper.table(
            ("OUR DATE", "AGENCY'S DATE", "WHAT", "REF", "MATTER", "CLIENT", "OWNER", "STATE"),
            [_cells(line) for line in group.lines],
            give=("WHAT", "CLIENT", "STATE"),
        )
    if not view.groups:
        yield "Nothing falls due in these days."
    yield from _beside(view, paper)


def _beside(view: Docket, paper: Paper) -> Iterator[str]:
    if view.clashes:
        yield ""
        yield from (
            f"{c.person} is to be at two places: {c.one} and {c.other}, {c.when}" for c in view.clashes
        )
    if view.unconfirmed:
        yield ""
        yield f"Not confirmed yet: {', '.join(view.unconfirmed)}"
    if view.unowned:
        yield ""
        yield "In the inbox, of no matter yet"
        yield from paper.table(
            ("PAPER", "KIND", "RECEIVED", "WHO SAYS WHERE IT BELONGS"),
            [(u.ref, u.kind, paper.at(u.received), u.owner or "nobody") for u in view.unowned],
        )
    if view.absences:
        yield ""
        yield "Away"
        yield from paper.table(
            ("PERSON", "FROM", "UNTIL", "COVER"),
            [
                (a.person, paper.day(a.first_day), paper.day(a.last_day), a.cover or "nobody")
                for a in view.absences
            ],
        )


def _cells(line: Line) -> tuple[str, ...]:
    return (
        line.said if line.internal_due is None else line.internal_due.strftime("%a %Y-%m-%d"),
        "" if line.agency_due is None else line.agency_due.strftime("%a %Y-%m-%d"),
        line.title,
        line.ref,
        line.matter or "none yet",
        line.caption or "",
        line.owner or "nobody",
        line.state,
    )
