"""`casedesk changed`: what the desk opens with, what others did with one's work since one was last here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of
from casedesk.cli.words import moment, since_of

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.changes import Change, Changes

app = noun("What changed since I was last here.")

_WORDS = {"new": "new for me", "away": "gone to others", "done": "done by others", "late": "fired late"}


@app.command("changed")
def changed(
    ctx: typer.Context,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="WHEN", help="A day or an instant; else since I was last here, at most a month ago."
        ),
    ] = None,
    seen: Annotated[
        bool, typer.Option("--seen", help="I have seen it: the desk does not open with it any more.")
    ] = False,
) -> None:
    """List what others did with my work: what came to me, went to others, was closed, and what fired late.

    Example: casedesk changed --since 2026-11-20
    """
    from casedesk.desk import changes

    session = of(ctx)
    asked = None if since is None else moment(since)
    with session.desk() as desk:
        if asked is None:
            found = desk.read(changes.since_last)
        else:
            found = desk.read(changes.since, since_of(asked, desk.zone))
        if seen:
            desk.write_unheard(changes.saw, found.until)
    if session.json:
        session.say(found.rows, lambda _, __: ())
    else:
        session.say(found, _changed)


def _changed(found: Changes, paper: Paper) -> Iterator[str]:
    if found.since is None:
        yield "Nothing to compare with yet: the desk has not been left once. Say since when with --since."
        return
    yield f"Since {paper.at_zone(found.since)}{':' if found.rows else ' nothing changed.'}"
    if not found.rows:
        return
    yield from paper.table(
        ("", "TASK", "WHAT", "MATTER", "WHOSE", "AT", "BY", "TO", "WHY"),
        [_row(each, paper) for each in found.rows],
        give=("WHAT", "WHOSE", "WHY"),
    )


def _row(each: Change, paper: Paper) -> tuple[str, ...]:
    return (
        _WORDS[each.kind],
        each.task,
        each.title,
        each.matter or "",
        each.caption or "",
        paper.at(each.at),
        each.who or "the desk",
        each.to,
        each.why,
    )
