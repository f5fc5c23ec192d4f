"""`casedesk draft`: a version of the papers goes to review."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.paper import counted
from casedesk.cli.session import of
from casedesk.cli.words import TaskRef, signature

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views.gate import Submitted

app = noun("Submit a version of a draft for review.")


@app.callback()
def draft() -> None:
    """Submit a version of a draft for review."""


@app.command()
def submit(
    ctx: typer.Context,
    task: TaskRef,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="The papers, in the packet's order.")
    ],
    note: Annotated[str, typer.Option(help="A word to the reviewer.")] = "",
    sign: Annotated[
        list[str] | None,
        typer.Option(metavar="FORM:PART:PERSON", help="A signature it needs; may be given again."),
    ] = None,
) -> None:
    """Submit a version; refused while a required checklist item is open. A DOCX beside its PDF is kept to compare with.

    Example: casedesk draft submit T-1F3K9A letter.pdf exhibits.pdf --note "First version"
    """
    from casedesk.desk import drafts
    from casedesk.desk.reading import prepare

    session = of(ctx)
    slots = tuple(signature(text) for text in sign or ())
    prepared = tuple(prepare(path) for path in session.steps(files, "Reading"))
    with session.desk() as desk:
        view = desk.write(drafts.submit, task, prepared, note=note, sign=slots)
    session.say(view, _submitted)


def _submitted(view: Submitted, paper: Paper) -> Iterator[str]:
    yield f"Version {view.version} is submitted; review {view.review} is with {view.review_owner}."
    yield from paper.facts(
        [("packet", f"{view.packet}, {counted(view.pages, 'page')}"), ("sha256", view.packet_sha256)]
    )
    yield from (f"Note: {warning}" for warning in view.warnings)
