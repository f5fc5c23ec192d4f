"""`casedesk person hours`: when somebody works, where it is not as the office does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.session import of
from casedesk.cli.words import Handle

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.hours import HoursView

Span = Annotated[str | None, typer.Option(metavar="FROM-TO", help="Hours on that day, such as 09:00-13:00.")]


def hours(
    ctx: typer.Context,
    handle: Handle,
    monday: Span = None,
    tuesday: Span = None,
    wednesday: Span = None,
    thursday: Span = None,
    friday: Span = None,
    saturday: Span = None,
    sunday: Span = None,
    zone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="On which clock: America/Los_Angeles.")
    ] = None,
    office: Annotated[bool, typer.Option("--office", help="As the office does, from now on.")] = False,
) -> None:
    """Show when a person works, or set it: the days named are all the days they work.

    Example: casedesk person hours bcole --monday 09:00-13:00 --wednesday 09:00-13:00
    """
    from casedesk.desk import hours as desk_hours

    named = {
        "monday": monday,
        "tuesday": tuesday,
        "wednesday": wednesday,
        "thursday": thursday,
        "friday": friday,
        "saturday": saturday,
        "sunday": sunday,
    }
    week = {day: span for day, span in named.items() if span is not None}
    session = of(ctx)
    with session.desk() as desk:
        if week or zone is not None or office:
            view = desk.write(desk_hours.put, handle, week, zone=zone, office=office)
        else:
            view = desk.read(desk_hours.show, handle)
    session.say(view, facts)


def facts(view: HoursView, paper: Paper) -> Iterator[str]:
    yield f"{view.handle}  {'own hours' if view.own else 'as the office'}, {view.zone}"
    yield from paper.facts(view.week.items())
    if view.there_next is not None:
        yield f"next there {paper.at_zone(view.there_next)}"
