"""`casedesk open`, and bare `casedesk`: the desk itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import Session, of
from casedesk.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casedesk.cli.paper import Paper

app = noun("Open the desk.")


@app.command("open")
def open_(ctx: typer.Context) -> None:
    """Open the desk. With --json, say who sits there and what waits, and open no screen.

    Example: casedesk open --as mduarte
    """
    open_screens(of(ctx))


def open_screens(session: Session) -> None:
    """Opens the screens of this run's store. Raises `Refusal("no_terminal")` where there is nothing to draw on."""
    if session.json:
        _say_header(session)
        return
    need_terminal(session)
    with session.desk() as desk:
        from casedesk.bootstrap import host_ticks
        from casedesk.cli.keeping import keeping
        from casedesk.screens.opening import run

        desk.ticks = host_ticks
        session.status = run(desk, keeping(session, desk))


def need_terminal(session: Session) -> None:
    """Raises `Refusal("no_terminal")` when no screen can be opened here."""
    if not session.on_terminal:
        raise Refusal(
            "no_terminal",
            "The desk draws on a terminal, and this is none.",
            "Use the commands instead: casedesk task list, casedesk --help.",
        )


def _say_header(session: Session) -> None:
    from casedesk.cli.encode import merged
    from casedesk.desk import care, tasks

    with session.desk() as desk:
        header, counts = desk.read(care.header), desk.read(tasks.counts)
    session.say(merged(header, {"counts": counts}), _nothing)


def _nothing(_: object, paper: Paper) -> Iterator[str]:
    yield from ()
