"""`casedesk matter milestone`: how far a matter has come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.session import of
from casedesk.cli.words import MatterRef, day
from casedesk.refusal import WrongUsage

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.milestones import MilestoneView


def milestone(
    ctx: typer.Context,
    matter: MatterRef,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[MILESTONE]", help="retained, filed, receipt, interview, ...; nothing lists them."
        ),
    ] = None,
    on: Annotated[
        date | None, typer.Option(parser=day, metavar="DATE", help="The day it was reached; today.")
    ] = None,
    note: Annotated[str, typer.Option(metavar="TEXT", help="A note for the firm's eyes.")] = "",
    no_message: Annotated[bool, typer.Option("--no-message", help="Propose no word to the client.")] = False,
) -> None:
    """List a matter's milestones, or set one; where it has words for the client a message is proposed.

    Example: casedesk matter milestone M-2026-0042 interview --on 2026-11-30 --note "Officer asked for the lease"
    """
    from casedesk.desk import milestones

    session = of(ctx)
    if name is None and (on is not None or note or no_message):
        raise WrongUsage("which_milestone", "Which milestone?", f"See `casedesk matter milestone {matter}`.")
    with session.desk() as desk:
        if name is None:
            session.say(desk.read(milestones.listing, matter), _table)
            return
        view = desk.write(milestones.reach, matter, name, on=on, note=note, message=not no_message)
    session.say(view, _said)


def _table(rows: Sequence[MilestoneView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("MILESTONE", "WHAT", "ON", "BY", "NOTE", "MESSAGE"),
        [
            (
                row.milestone,
                row.title,
                paper.day(row.on) or "ahead",
                row.set_by or ("" if row.on is None else "the record"),
                row.note,
                row.message or "",
            )
            for row in rows
        ],
        give=("NOTE",),
    )


def _said(view: MilestoneView, paper: Paper) -> Iterator[str]:
    letter = f"; {view.message} is proposed to the client" if view.message else ""
    yield f"{view.title} on {paper.day(view.on)}, {view.matter}{letter}."
