"""`casedesk matter begin`: the steps of a playbook that no paper announced."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.session import of
from casedesk.cli.words import MatterRef

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views.work import TaskView


def begin(
    ctx: typer.Context,
    matter: MatterRef,
    playbook: Annotated[
        str, typer.Argument(metavar="PLAYBOOK", help="Its name: hearing, filing_assembly, closing, h1b, ...")
    ],
    again: Annotated[bool, typer.Option("--again", help="A second time beside one under way.")] = False,
) -> None:
    """Begin a playbook in a matter by hand; its first steps open.

    Example: casedesk matter begin M-2026-0042 hearing
    """
    from casedesk.desk import playbooks

    session = of(ctx)
    with session.desk() as desk:
        opened = desk.write(playbooks.begin, matter, playbook, again=again)
    session.say(opened, _opened)


def _opened(rows: Sequence[TaskView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("TASK", "WHAT", "OWNER", "DUE"),
        ((row.ref, row.title, row.owner, paper.at_zone(row.due)) for row in rows),
    )
