"""`casedesk matter export`: a matter's file as one ZIP, on record before it is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.paper import counted
from casedesk.cli.session import of, write_file
from casedesk.cli.words import MatterRef

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views.record import ExportedView


def export(
    ctx: typer.Context,
    matter: MatterRef,
    out: Annotated[str, typer.Option(metavar="FILE", help="The ZIP to write.")],
    party: Annotated[
        str | None,
        typer.Option("--for", metavar="NAME", help="A party's copy: what is theirs, and no word of ours."),
    ] = None,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="What it is for.")] = "",
) -> None:
    """Hand out a matter: its facts, its trail, its papers and an index with their hashes, in one ZIP.

    Example: casedesk matter export M-2026-0042 --for "Rosa Ibarra" --reason "She asked for her file" --out rosa.zip
    """
    from dataclasses import replace

    from casedesk.desk import exporting

    session = of(ctx)
    with session.desk() as desk:
        view, data = desk.write(exporting.matter_file, matter, party=party, reason=reason)
    session.say(replace(view, out=write_file(out, data)), _said)


def _said(view: ExportedView, paper: Paper) -> Iterator[str]:
    whose = f" for {view.party}" if view.party else ""
    yield f"{view.matter}{whose}, {counted(view.papers, 'paper')}, is written to {view.out}; on record as {view.export}."
    if view.channel:
        where = f" to {view.address}" if view.address else ""
        yield f"It goes by {view.channel.replace('_', ' ')}{where}."
    yield from (f"! {rule}" for rule in view.contact_rules)
    yield from (f"Left out: {one}." for one in view.left_out)
