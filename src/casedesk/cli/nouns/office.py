"""`casedesk office`: the firm's offices, their hours and clocks, and who works where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.nouns.init_answers import week
from casedesk.cli.session import of, window
from casedesk.cli.words import After, Limit

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.offices import OfficeView

app = noun("Offices: their hours, their clocks, and who works where.")

Name = Annotated[str, typer.Argument(metavar="OFFICE", help="An office, by name or id.")]
Hours = Annotated[str | None, typer.Option(metavar="HOURS", help="'Mon-Thu 09:00-17:30, Fri 09:00-13:00'.")]
Address = Annotated[str | None, typer.Option(metavar="ADDRESS", help="Where it is, as letters say it.")]


@app.command()
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="OFFICE", help="Its name: Newark.")],
    hours: Annotated[str, typer.Option(metavar="HOURS", help="'Mon-Thu 09:00-17:30, Fri 09:00-13:00'.")],
    zone: Annotated[str, typer.Option(metavar="ZONE", help="Its clock: America/Chicago.")],
    address: Address = None,
) -> None:
    """Open another office. Nobody moves there by it: see casedesk office place.

    Example: casedesk office add Austin --hours "Mon-Fri 09:00-17:30" --zone America/Chicago
    """
    from casedesk.desk import offices

    session = of(ctx)
    opens = week(hours)
    with session.desk() as desk:
        view = desk.write(offices.add, name, zone, opens, address=address or "")
    session.say(view, _facts)


@app.command("list")
def list_(ctx: typer.Context, limit: Limit = 50, after: After = None) -> None:
    """List the firm's offices.

    Example: casedesk office list
    """
    from casedesk.desk import offices

    session = of(ctx)
    with session.desk() as desk:
        rows = window(desk.read(offices.listing), limit, after)
    session.say_rows(rows, limit, _table, "The firm has no office.")


@app.command()
def change(
    ctx: typer.Context,
    office: Name,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="Its new name.")] = None,
    hours: Hours = None,
    zone: Annotated[str | None, typer.Option(metavar="ZONE", help="Its clock: America/Chicago.")] = None,
    address: Address = None,
) -> None:
    """Change an office. What was counted by its hours before stays where it is.

    Example: casedesk office change "Main office" --hours "Mon-Fri 08:30-17:00"
    """
    from casedesk.desk import offices

    session = of(ctx)
    opens = None if hours is None else week(hours)
    with session.desk() as desk:
        view = desk.write(offices.change, office, rename=name, zone=zone, week=opens, address=address)
    session.say(view, _facts)


@app.command()
def place(
    ctx: typer.Context,
    handle: Annotated[str, typer.Argument(metavar="HANDLE", help="Whose desk moves.")],
    office: Name,
) -> None:
    """Say at which office somebody works; hours of their own they keep.

    Example: casedesk office place bcole Austin
    """
    from casedesk.cli.nouns.person_hours import facts
    from casedesk.desk import offices

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(offices.place, handle, office)
    session.say(view, facts)


def _table(rows: Sequence[OfficeView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("OFFICE", "CLOCK", "OPEN", "PEOPLE", "ADDRESS"),
        [(view.name, view.zone, _open(view), str(view.people), view.address) for view in rows],
        give=("ADDRESS",),
    )


def _open(view: OfficeView) -> str:
    spans = list(dict.fromkeys(view.week.values()))
    return f"{len(view.week)} days, {', '.join(spans)}"


def _facts(view: OfficeView, paper: Paper) -> Iterator[str]:
    yield f"{view.name}  {view.zone}"
    yield from paper.facts([*view.week.items(), ("address", view.address), ("people", str(view.people))])
