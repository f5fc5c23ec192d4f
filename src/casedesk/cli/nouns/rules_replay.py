"""`casedesk rules replay`: what other rules would have made of what happened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.nouns.rules_file import read_rules
from casedesk.cli.session import of
from casedesk.cli.words import day
from casedesk.refusal import WrongUsage

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.rules_replay import ReplayedChange, ReplayView

LONGEST = 20_000
"""Days: further back no firm's record reaches."""


def back(text: str) -> date | timedelta:
    """`90d`, `12w`, or a date."""
    found = re.fullmatch(r"(\d{1,5})([dw])", text)
    if found is None:
        return day(text)
    days = int(found[1]) * (7 if found[2] == "w" else 1)
    if not 0 < days <= LONGEST:
        raise typer.BadParameter(f"{text!r} is not between 1d and {LONGEST}d.")
    return timedelta(days=days)


def replay(
    ctx: typer.Context,
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE]...", help="The rules to try, every file of the firm's own."),
    ] = None,
    since: Annotated[
        str,
        typer.Option("--since", metavar="90d|DATE", help="How far back: days (90d), weeks (12w), a date."),
    ] = "90d",
    pilot: Annotated[
        str | None,
        typer.Option("--pilot", metavar="MATTER_TYPE", help="Try them on this type of matter alone."),
    ] = None,
    in_place: Annotated[
        bool, typer.Option("--in-place", help="In place of the rules that ship; chains and playbooks stay.")
    ] = False,
    shipped: Annotated[bool, typer.Option("--shipped", help="Try what ships, with none of our own.")] = False,
) -> None:
    """Decide what happened again, by the rules in force and by these; say what would be otherwise. Writes nothing.

    Example: casedesk rules replay our-rules.toml --since 90d
    """
    from casedesk.desk import rules_replay

    session = of(ctx)
    if shipped == bool(files):
        raise WrongUsage("files", "Name the files to try, or say --shipped for none.", "")
    span = back(since)
    given = {name: read_rules(name) for name in files or ()}
    with session.desk() as desk:
        view = desk.read(rules_replay.replay, given, span, pilot=pilot, in_place=in_place)
    session.say(view, _replayed)


def _replayed(view: ReplayView, paper: Paper) -> Iterator[str]:
    yield f"{view.events} decisions since {paper.at_zone(view.since)} decided again; {view.changed} would differ."
    if view.unread:
        yield f"{view.unread} could not be decided again: they were kept by another version of the program."
    yield from (_line(change, paper) for change in view.changes)
    if view.changed:
        yield from paper.facts(
            [
                ("tasks moved", f"{len(view.moved)}" + (f": {', '.join(view.moved)}" if view.moved else "")),
                ("owners lost", str(view.owners_lost)),
                ("due dates changed", str(view.due_changed)),
                ("escalation steps", f"{view.escalations_more} more, {view.escalations_fewer} fewer"),
                ("tasks opened", f"{view.opened} more, {view.not_opened} fewer"),
                ("contradictions", str(view.contradictions)),
            ]
        )


def _line(change: ReplayedChange, paper: Paper) -> str:
    where = f"{change.matter or 'no matter'}, {paper.at(change.at)}"
    task = "" if change.task is None else f"{change.task} ({change.state}) "
    said = {
        "owner": f"to {change.now}, not {change.was}",
        "owner_lost": f"to nobody, not {change.was}",
        "due": f"due {change.now}, not {change.was}",
        "escalations": f"escalations: {change.now}; not {change.was}",
        "opened": f"would open, for {change.now}",
        "not_opened": f"would not open; it was {change.was}'s",
    }.get(change.what, f"{change.now or 'none'}; not {change.was or 'none'}")
    return f"  {task}{change.title}: {said}  [{where}]"
