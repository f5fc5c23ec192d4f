"""`casedesk call`: a call, logged on its matter."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.nouns.note import written
from casedesk.cli.session import of
from casedesk.cli.words import MatterRef, day
from casedesk.refusal import WrongUsage

app = noun("Log a call on a matter.")


@app.command("call")
def call_(
    ctx: typer.Context,
    matter: MatterRef,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What was asked, and what was told.")],
    out: Annotated[bool, typer.Option("--out", help="We called them.")] = False,
    callback: Annotated[
        str | None, typer.Option(metavar="HANDLE", help="Who calls back; makes a task.")
    ] = None,
    by: Annotated[
        date | None, typer.Option(parser=day, metavar="DATE", help="The day on which they call back.")
    ] = None,
    party: Annotated[
        str | None, typer.Option(metavar="NAME", help="With whom; else whom the matter's messages go to.")
    ] = None,
    confidential_to: Annotated[
        str | None, typer.Option(metavar="NAME", help="One party's own: it goes to nobody else.")
    ] = None,
) -> None:
    """Log a call on a matter; a rule of contact that speaks against calling is said.

    Example: casedesk call M-2026-0042 "Asked about travel; told: do not leave" --callback aokafor
    """
    from casedesk.desk import notes

    session = of(ctx)
    if by is not None and callback is None:
        raise WrongUsage("who_calls_back", "Who calls back by then?", "Name them with --callback.")
    with session.desk() as desk:
        view = desk.write(
            notes.call,
            matter,
            text,
            direction="out" if out else "in",
            callback=callback,
            by=by,
            party=party,
            confidential_to=confidential_to,
        )
    session.say(view, written)
