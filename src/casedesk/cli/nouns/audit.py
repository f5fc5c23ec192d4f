"""`casedesk audit`: the trail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of, write_file
from casedesk.cli.words import Limit, MatterRef, OfMatter

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views import AuditVerdict, AuditView

app = noun("The trail: list, verify, head, export.")


@app.command("list")
def list_(
    ctx: typer.Context,
    matter: OfMatter = None,
    limit: Limit = 50,
    after: Annotated[
        str | None, typer.Option(metavar="STREAM#SEQ", help="Only older entries than this one.")
    ] = None,
) -> None:
    """List the trail, newest first.

    Example: casedesk audit list --matter M-2026-0042
    """
    from casedesk.desk import trail

    session = of(ctx)
    with session.desk() as desk:
        rows = desk.read(trail.listing, matter=matter, limit=limit, before=after)
    session.say_rows(rows, limit, _table, "Nothing on the trail here.")


@app.command()
def verify(ctx: typer.Context) -> None:
    """Recompute the whole trail; exit status 1 when anything in it was changed.

    Example: casedesk audit verify
    """
    from casedesk.desk import trail

    session = of(ctx)
    with session.desk() as desk:
        verdict = desk.read(trail.verify)
    if not verdict.ok:
        session.status = 1
    session.say(verdict, _verdict)


@app.command()
def head(ctx: typer.Context) -> None:
    """Print the trail's head, to keep where nobody can change it.

    Example: casedesk audit head
    """
    from casedesk.desk import trail

    session = of(ctx)
    with session.desk() as desk:
        found = desk.read(trail.head)
    session.say(found, _pairs)


@app.command()
def export(
    ctx: typer.Context,
    matter: MatterRef,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write it to this file; else it is printed.")
    ] = None,
) -> None:
    """Export a matter's trail as JSON that can be verified on its own.

    Example: casedesk audit export M-2026-0042 --out trail.json
    """
    from casedesk.cli.encode import document
    from casedesk.desk import trail

    session = of(ctx)
    with session.desk() as desk:
        found = desk.read(trail.export, matter)
    text = document(found)
    if out is None:
        session.say(found, lambda _, __: [text])
        return
    written = write_file(str(out), text.encode() + b"\n")
    session.say(
        {"matter": matter, "out": written},
        lambda said, _: [f"The trail of {matter} is written to {written}."],
    )


def _table(rows: Sequence[AuditView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("SEQ", "WHEN", "WHO", "WHAT", "ABOUT", "HASH"),
        [
            (str(view.seq), paper.at(view.at), view.actor, view.action, view.subject, view.hash[:12])
            for view in rows
        ],
        give=("ABOUT",),
    )
    last = rows[-1]
    yield f"Older entries: --after {last.stream}#{last.seq}"


def _verdict(view: AuditVerdict, paper: Paper) -> Iterator[str]:
    if view.ok:
        yield f"The trail holds: {view.entries} entries, none changed."
    else:
        yield "The trail was changed. The first entry that does not hold:"
        yield from _pairs(view.first_bad or {}, paper)


def _pairs(found: dict[str, Any], paper: Paper) -> Iterator[str]:
    yield from paper.facts(
        (name, paper.at_zone(value) if isinstance(value, datetime) else str(value))
        for name, value in found.items()
    )
