"""`casedesk person ramp`: a newcomer's first weeks, in which only a share of their hours counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.session import of
from casedesk.cli.words import day

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.ramps import RampView


def ramp(
    ctx: typer.Context,
    handle: Annotated[
        str | None, typer.Argument(metavar="[HANDLE]", help="Who; without it, the firm's own weeks.")
    ] = None,
    first: Annotated[
        date | None, typer.Option("--from", parser=day, metavar="DATE", help="Their first day.")
    ] = None,
    weeks: Annotated[
        str | None, typer.Option(metavar="PERCENTS", help="By week, such as 25,50,75; then all hours count.")
    ] = None,
    end: Annotated[bool, typer.Option("--end", help="All their hours count from now on.")] = False,
) -> None:
    """Show or set a newcomer's first weeks: which share of their hours counts when work is given out.

    Example: casedesk person ramp tfinn --from 2026-11-09 --weeks 25,50,75
    """
    from casedesk.desk import ramps
    from casedesk.refusal import Refusal

    session = of(ctx)
    if handle is None and (first is not None or end):
        raise Refusal("whose_weeks", "Whose first weeks these are was not said.", "Name the person first.")
    if handle is not None and first is None and weeks is not None:
        raise Refusal("no_first_day", f"{handle}'s first day was not given.", "Say --from DATE as well.")
    with session.desk() as desk:
        if handle is None:
            shares = desk.read(ramps.firm_weeks) if weeks is None else desk.write(ramps.set_firm_weeks, weeks)
            session.say({"weeks": list(shares)}, lambda _, paper: _firm(shares))
            return
        if end:
            view = desk.write(ramps.end, handle)
        elif first is not None:
            view = desk.write(ramps.put, handle, first, weeks)
        else:
            view = desk.read(ramps.show, handle)
    session.say(view, _facts)


def _firm(shares: tuple[int, ...]) -> Iterator[str]:
    yield f"a newcomer's hours count by week: {_percents(shares)}; then all of them"


def _facts(view: RampView, paper: Paper) -> Iterator[str]:
    now = f"{view.hours:g} of {view.full_hours:g} hours count this week"
    if view.first_day is None:
        yield f"{view.handle}  {now}"
        return
    yield f"{view.handle}  since {view.first_day.isoformat()}: {_percents(view.shares)}; {now}"


def _percents(shares: tuple[int, ...]) -> str:
    return ", ".join(f"{share}%" for share in shares)
