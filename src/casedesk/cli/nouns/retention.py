"""`casedesk retention`: closed files, legal holds, erasures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.retention import ErasureView, HoldView, KeptView

app = noun("Closed files: how long they are kept, what holds them, and erasing one.")

Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it stands on the trail.")]


@app.command()
def due(
    ctx: typer.Context,
    everything: Annotated[
        bool, typer.Option("--all", help="Every closed matter, also those still kept.")
    ] = False,
) -> None:
    """List closed matters whose term is over.

    Example: casedesk retention due
    """
    from casedesk.desk import retention

    session = of(ctx)
    with session.desk() as desk:
        rows = desk.read(retention.due, everything=everything)
    session.say_rows(rows, len(rows) + 1, _kept, "No closed file's term is over.")


@app.command()
def hold(
    ctx: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="MATTER|CLIENT", help="A matter, or a client C-... and all of theirs.")
    ],
    reason: Reason,
) -> None:
    """Put a legal hold: while it stands nothing is erased.

    Example: casedesk retention hold M-2026-0042 --reason "litigation announced"
    """
    from casedesk.desk import retention

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(retention.hold, name, reason)
    session.say(view, lambda view, _: [f"{view.ref} holds {view.on}."])


@app.command()
def lift(
    ctx: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="HOLD", help="The hold, LH-...")],
    reason: Reason,
) -> None:
    """End a legal hold.

    Example: casedesk retention lift LH-7K2M9Q --reason "the case is over"
    """
    from casedesk.desk import retention

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(retention.lift, ref, reason)
    session.say(view, lambda view, _: [f"{view.ref} no longer holds {view.on}."])


@app.command()
def holds(ctx: typer.Context) -> None:
    """List legal holds, the standing ones first.

    Example: casedesk retention holds
    """
    from casedesk.desk import retention

    session = of(ctx)
    with session.desk() as desk:
        rows = desk.read(retention.holds)
    session.say_rows(rows, len(rows) + 1, _holds, "No hold stands.")


@app.command()
def ask(
    ctx: typer.Context,
    matter: Annotated[str, typer.Argument(metavar="MATTER", help="A closed matter.")],
    reason: Reason,
) -> None:
    """Ask that a closed matter be erased; another person carries it out.

    Example: casedesk retention ask M-2018-0007 --reason "seven years are over"
    """
    from casedesk.desk import retention

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(retention.ask, matter, reason)
    session.say(
        view,
        lambda view, _: [f"{view.ref} asks that {view.matter} be erased; another manager carries it out."],
    )


@app.command()
def erase(
    ctx: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="ERASURE", help="What was asked for, E-...")],
    confirm: Annotated[str, typer.Option(metavar="MATTER", help="The matter's number, typed again.")],
) -> None:
    """Erase: the papers' keys are destroyed and the words emptied. Nothing brings them back.

    Example: casedesk retention erase E-4T8W2N --confirm M-2018-0007
    """
    from casedesk.desk import retention

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(retention.carry_out, ref, confirm=confirm)
    session.say(
        view,
        lambda view, _: [
            f"{view.matter} is erased: {view.papers} papers, its notes and messages, and the ways to reach people.",
            "Names stay for conflict checks. Backups made before still hold it: destroy them in their turn.",
        ],
    )


@app.command()
def erasures(ctx: typer.Context) -> None:
    """List what was erased and what was asked for.

    Example: casedesk retention erasures
    """
    from casedesk.desk import retention

    session = of(ctx)
    with session.desk() as desk:
        rows = desk.read(retention.erasures)
    session.say_rows(rows, len(rows) + 1, _erasures, "Nothing was erased.")


def _kept(rows: Sequence[KeptView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("MATTER", "TYPE", "CLOSED", "KEEP UNTIL", "HELD", "ASKED", "GROUND"),
        [
            (
                row.matter,
                row.type,
                str(row.closed),
                str(row.keep_until),
                "yes" if row.held else "",
                row.asked or "",
                f"{row.citation} ({row.confidence})",
            )
            for row in rows
        ],
        give=("GROUND",),
    )


def _holds(rows: Sequence[HoldView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("HOLD", "ON", "SINCE", "BY", "LIFTED", "REASON"),
        [
            (
                row.ref,
                row.on,
                str(row.since),
                row.by,
                "" if row.lifted is None else str(row.lifted),
                row.reason,
            )
            for row in rows
        ],
        give=("REASON",),
    )


def _erasures(rows: Sequence[ErasureView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("ERASURE", "MATTER", "ASKED BY", "DONE", "BY", "PAPERS", "REASON"),
        [
            (
                row.ref,
                row.matter,
                row.asked_by,
                "" if row.done is None else str(row.done),
                row.done_by or "",
                str(row.papers),
                row.reason,
            )
            for row in rows
        ],
        give=("REASON",),
    )
