"""`casedesk preference`: how I am reminded outside the app, and when not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views.telling import PreferenceView

app = noun("How I am reminded outside the app, and when not.")


@app.command()
def show(
    ctx: typer.Context,
    handle: Annotated[str | None, typer.Argument(metavar="[HANDLE]", help="Whose; else mine.")] = None,
) -> None:
    """Show how a person is reminded.

    Example: casedesk preference show
    """
    from casedesk.desk import preferences

    session = of(ctx)
    with session.desk() as desk:
        view = desk.read(preferences.show, handle)
    session.say(view, _facts)


@app.command("set")
def set_(
    ctx: typer.Context,
    mail: Annotated[
        str | None,
        typer.Option(
            metavar="HOW", help="none, digest, urgent (and the digest), or all (each thing at once)."
        ),
    ] = None,
    quiet: Annotated[
        str | None,
        typer.Option(
            metavar="FROM-UNTIL", help="No mail between, on my clock: 20:00-07:00. An emergency passes."
        ),
    ] = None,
    digest: Annotated[str | None, typer.Option(metavar="HH:MM", help="When the day's digest comes.")] = None,
    desktop: Annotated[
        bool | None,
        typer.Option("--desktop/--no-desktop", help="Notices on the desktop where the app is open."),
    ] = None,
    invitations: Annotated[
        bool | None, typer.Option("--invitations/--no-invitations", help="Dates as calendar invitations.")
    ] = None,
) -> None:
    """Say how I am reminded; what is not named stays.

    Example: casedesk preference set --mail urgent --quiet 20:00-07:00 --digest 08:00
    """
    from casedesk.desk import preferences

    start, _, end = (quiet or "").partition("-")
    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(
            preferences.change,
            mail=mail,
            quiet_from=None if quiet is None else start.strip(),
            quiet_until=None if quiet is None else end.strip(),
            digest_at=digest,
            desktop=desktop,
            invitations=invitations,
        )
    session.say(view, _facts)


def _facts(view: PreferenceView, paper: Paper) -> Iterator[str]:
    words = {True: "yes", False: "no"}
    yield from paper.facts(
        [
            ("person", view.person),
            ("mail", view.mail),
            ("quiet", f"{view.quiet_from} to {view.quiet_until}"),
            ("digest", view.digest_at),
            ("desktop", words[view.desktop]),
            ("invitations", words[view.invitations]),
        ]
    )
