"""`casedesk call`: a call, logged on its matter."""

from __future__ import annotations

from typing import Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.nouns.note import written
from casedesk.cli.session import of
from casedesk.cli.words import MatterRef

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
    with session.desk() as desk:
        view = desk.write(
            notes.call,
            matter,
            text,
            direction="out" if out else "in",
            callback=callback,
            party=party,
            confidential_to=confidential_to,
        )
    session.say(view, written)
