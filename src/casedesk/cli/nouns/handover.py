"""`casedesk handover`: what somebody who goes away leaves to their cover, and what comes back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of
from casedesk.cli.words import Handle

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views.work import HandoverSheet

app = noun("Absences: what the cover must know, and what comes back.")


def said_of(text: str) -> tuple[str, str]:
    """`TASK=TEXT`, what the cover must know of a task."""
    task, equals, words = text.partition("=")
    if not task.strip() or not equals or not words.strip():
        raise typer.BadParameter(f"{text!r} is not like TASK=TEXT (T-1F3K9A=The draft is with the client).")
    return task.strip(), words.strip()


@app.command("handover")
def handover_(
    ctx: typer.Context,
    handle: Handle,
    note: Annotated[
        list[str] | None, typer.Option(metavar="TASK=TEXT", help="What the cover must know of a task.")
    ] = None,
    back: Annotated[bool, typer.Option("--back", help="The person is back: what is open returns.")] = False,
) -> None:
    """Show the hand-over sheet of an absence, write notes on it, or end it.

    The sheet is closed once each begun task has a note; --note ends with status 1 until then.

    Example: casedesk handover mduarte --note "T-1F3K9A=The draft is with the client"
    """
    from casedesk.desk import handover
    from casedesk.refusal import WrongUsage

    if note and back:
        raise WrongUsage("one_of", "Notes are for the cover, --back is for later.", "Give one of them.")
    notes = dict(said_of(text) for text in note or ())
    session = of(ctx)
    with session.desk() as desk:
        if back:
            sheet = desk.write(handover.back, handle)
        elif notes:
            sheet = desk.write(handover.note, handle, notes)
        else:
            sheet = desk.read(handover.show, handle)
    if notes and sheet.missing:
        session.status = 1
    session.say(sheet, _drawn)


def _drawn(sheet: HandoverSheet, paper: Paper) -> Iterator[str]:
    cover = f", covered by {sheet.cover}" if sheet.cover else ", no cover named"
    yield f"{sheet.person} away {paper.day(sheet.first)} to {paper.day(sheet.last)}{cover}."
    yield f"Falls due by {paper.day(sheet.until)}, or is begun:"
    yield from paper.table(
        ("TASK", "DUE", "STATE", "WHERE", "TITLE", "NOTE"),
        [
            (
                line.task,
                paper.at(line.due),
                line.status.replace("_", " "),
                f"with {line.owner}" if line.where == "covered" else line.where,
                line.title,
                line.note or ("missing" if line.task in sheet.missing else ""),
            )
            for line in sheet.lines
        ],
        give=("TITLE", "NOTE"),
    )
    if sheet.missing:
        yield f"A note is missing on {', '.join(sheet.missing)}."
        yield f'Write it: casedesk handover {sheet.person} --note "{sheet.missing[0]}=..."'
    elif sheet.done or sheet.returned:
        yield f"{sheet.done} done, {sheet.returned} returned."
    else:
        yield "The sheet is closed: nothing lacks a note."
