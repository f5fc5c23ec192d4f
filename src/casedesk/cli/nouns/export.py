"""`casedesk export`: what was handed out, by whom, for whom, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of
from casedesk.cli.words import After, Limit, OfMatter

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views.record import ExportView

app = noun("What was handed out: by whom, for whom, and why.")


@app.callback()
def _exports() -> None:
    """What was handed out: by whom, for whom, and why."""


@app.command("list")
def list_(ctx: typer.Context, matter: OfMatter = None, limit: Limit = 50, after: After = None) -> None:
    """List what was handed out, newest first.

    Example: casedesk export list --matter M-2026-0042
    """
    from casedesk.desk import exporting

    session = of(ctx)
    with session.desk() as desk:
        rows = desk.read(exporting.listing, matter=matter, limit=limit, after=after)
    session.say_rows(rows, limit, _table, "Nothing was handed out here.")


def _table(rows: Sequence[ExportView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("EXPORT", "WHEN", "WHO", "WHAT", "MATTER", "FOR", "BYTES", "SHA256", "REASON"),
        [
            (
                view.ref,
                paper.at(view.at),
                view.person,
                view.what,
                view.matter or "",
                view.party or "",
                str(view.bytes),
                view.sha256[:12],
                view.reason,
            )
            for view in rows
        ],
        give=("REASON", "FOR"),
    )
