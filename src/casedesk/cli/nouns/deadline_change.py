"""What becomes of a date: confirmed, met, moved, dropped, counted anew; commands of `casedesk deadline`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.session import of
from casedesk.cli.words import OfMatter, day

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views.dates import DeadlineView, ProposalView

CHECKED = {"V": "text verified", "P": "published practice", "M": "from memory", "U": "unsettled"}

DeadlineRef = Annotated[str, typer.Argument(metavar="DEADLINE", help="A deadline, by reference or id.")]
Reason = Annotated[str, typer.Option(help="Why, for the record.")]


def show(ctx: typer.Context, deadline: DeadlineRef) -> None:
    """Show one date with its count, day by day.

    Example: casedesk deadline show DL-2W8H5T
    """
    from casedesk.desk import deadlines

    session = of(ctx)
    with session.desk() as desk:
        view = desk.read(deadlines.show, deadline)
    session.say(view, facts)


def confirm(
    ctx: typer.Context,
    deadline: DeadlineRef,
    counted: Annotated[
        date | None, typer.Option("--date", parser=day, metavar="DATE", help="The day you counted yourself.")
    ] = None,
) -> None:
    """Confirm a date that somebody else entered; a critical one by your own count.

    Another day than the one on record is a conflict: both are kept, the earlier rules, and the status is 1.

    Example: casedesk deadline confirm DL-2W8H5T --date 2026-12-07
    """
    from casedesk.desk import deadlines

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(deadlines.confirm, deadline, counted)
    session.status = 1 if view.state == "conflict" else 0
    session.say(view, facts)


def met(
    ctx: typer.Context,
    deadline: DeadlineRef,
    on: Annotated[date | None, typer.Option(parser=day, metavar="DATE", help="The day; today.")] = None,
) -> None:
    """Record that a date was met.

    Example: casedesk deadline met DL-2W8H5T --on 2026-12-14
    """
    from casedesk.desk import deadlines

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(deadlines.met, deadline, on)
    session.say(view, facts)


def move(
    ctx: typer.Context,
    deadline: DeadlineRef,
    reason: Reason,
    to: Annotated[
        date | None, typer.Option("--date", parser=day, metavar="DATE", help="The new day.")
    ] = None,
    trigger: Annotated[
        date | None,
        typer.Option("--from", parser=day, metavar="DATE", help="Counted anew by its rule from this day."),
    ] = None,
) -> None:
    """Put another date in its place; what follows it gets a proposal.

    Example: casedesk deadline move DL-2W8H5T --date 2026-12-21 --reason "the Board extended it"
    """
    from casedesk.desk import deadline_moves

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(deadline_moves.move, deadline, reason, to=to, trigger=trigger)
    session.say(view, facts)


def accept(ctx: typer.Context, deadline: DeadlineRef) -> None:
    """Say yes to the day that is proposed for a date.

    Example: casedesk deadline accept DL-2W8H5T
    """
    from casedesk.desk import deadline_moves

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(deadline_moves.accept, deadline)
    session.say(view, facts)


def decline(ctx: typer.Context, deadline: DeadlineRef, reason: Reason) -> None:
    """Leave a date as it is, whatever was proposed.

    Example: casedesk deadline decline DL-2W8H5T --reason "the court set this one apart"
    """
    from casedesk.desk import deadline_moves

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(deadline_moves.decline, deadline, reason)
    session.say(view, facts)


def drop(ctx: typer.Context, deadline: DeadlineRef, reason: Reason) -> None:
    """Let a date go: nobody will act by it, and why. A critical one takes an attorney.

    Example: casedesk deadline drop DL-2W8H5T --reason "the client does not appeal"
    """
    from casedesk.desk import deadlines

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(deadlines.drop, deadline, reason)
    session.say(view, facts)


def recompute(
    ctx: typer.Context,
    matter: OfMatter = None,
    apply: Annotated[
        list[str] | None, typer.Option(metavar="DEADLINE", help="Say yes to the new day of this date.")
    ] = None,
) -> None:
    """Count open dates again whose rule has changed, and show each difference; nothing moves without --apply.

    Example: casedesk deadline recompute --apply DL-2W8H5T
    """
    from casedesk.desk import deadline_moves

    session = of(ctx)
    with session.desk() as desk:
        found = desk.write(deadline_moves.recompute, matter=matter)
        applied = [desk.write(deadline_moves.accept, ref) for ref in apply or ()]
    said = {"differences": found, "applied": applied}
    session.say(said, lambda _, paper: _differences(found, applied, paper))


def join(app: typer.Typer) -> None:
    """Make these commands of the noun."""
    for command in (show, confirm, met, move, accept, decline, drop, recompute):
        app.command()(command)


def facts(view: DeadlineView, paper: Paper) -> Iterator[str]:
    """One date as people read it: rule, citation, count and how far it is checked."""
    yield f"{view.ref}  {view.title}"
    yield from paper.facts(
        [
            ("matter", " ".join(filter(None, (view.matter or "none yet", view.caption)))),
            ("window opens", paper.day(view.opens)),
            (f"{view.authority} due", paper.day(view.agency_due)),
            ("our date", paper.day(view.internal_due)),
            ("state", view.state + (f" by {view.superseded_by}" if view.superseded_by else "")),
            ("critical", "takes a second count" if view.critical else ""),
            ("tickler", "outlives its matter" if view.tickler else ""),
            ("follows", view.follows or ""),
            ("met on", paper.day(view.met_on)),
            ("confirmed by", view.confirmed_by or "nobody yet"),
            ("rule", " ".join(filter(None, (view.rule, view.rule_version)))),
            ("counted from", paper.day(view.trigger)),
            ("served", view.served),
            ("citation", view.citation),
            ("checked", CHECKED.get(view.confidence or "", "")),
            ("printed or counted", view.sentence),
        ]
    )
    yield from (f"  {step}" for step in view.steps)
    if view.proposed is not None:
        yield from _proposal(view.proposed, paper)


def _proposal(view: ProposalView, paper: Paper) -> Iterator[str]:
    yield f"Proposed for {view.deadline}: {paper.day(view.old)} becomes {paper.day(view.new)}"
    yield from paper.facts(
        [
            ("why", view.why),
            ("citation", view.citation),
            ("checked", CHECKED.get(view.confidence or "", "")),
            ("say yes", f"casedesk deadline accept {view.deadline}"),
        ]
    )
    yield from (f"  {step}" for step in view.steps)


def _differences(
    found: Sequence[ProposalView], applied: Sequence[DeadlineView], paper: Paper
) -> Iterator[str]:
    if not found and not applied:
        yield "Every open date agrees with the rules in force."
    for view in found:
        yield from _proposal(view, paper)
    for date_ in applied:
        yield from facts(date_, paper)
    if found and not applied:
        yield "Nothing has moved. Say yes to one with --apply."
