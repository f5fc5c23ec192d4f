"""`casedesk note`: a note on a matter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of
from casedesk.cli.words import MatterRef

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views.matters import NoteView

app = noun("Write a note on a matter.")


@app.command("note")
def note_(
    ctx: typer.Context,
    matter: MatterRef,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The note.")],
    strategy: Annotated[
        bool, typer.Option("--strategy", help="A strategy note: attorneys write it, staff read it.")
    ] = False,
    confidential_to: Annotated[
        str | None, typer.Option(metavar="NAME", help="One party's own: it goes to nobody else.")
    ] = None,
) -> None:
    """Write a note on a matter.

    Example: casedesk note M-2026-0042 "Passport copy is in the blue folder"
    """
    from casedesk.desk import notes

    if strategy and confidential_to is not None:
        raise typer.BadParameter("a strategy note goes to no party at all; leave out --confidential-to.")
    session = of(ctx)
    with session.desk() as desk:
        if strategy:
            view = desk.write(notes.strategy, matter, text)
        else:
            view = desk.write(notes.note, matter, text, confidential_to=confidential_to)
    session.say(view, written)


def written(view: NoteView, paper: Paper) -> Iterator[str]:
    """The line that says a note or a call is on file, and the task it made."""
    own = f", confidential to {view.confidential_to}" if view.confidential_to else ""
    yield f"On file for {view.matter}: {view.kind.replace('_', ' ')} by {view.author}, {paper.at_zone(view.at)}{own}."
    yield from (f"! {warning}" for warning in view.warnings)
    if view.task:
        yield f"Task {view.task} asks for the call back."
