"""`casedesk find`: anything by name, the last four of a number, a phone, an employer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from casedesk.cli.paper import Paper
    from casedesk.desk.views.matters import Hit

app = noun("Find anything.")


@app.command("find")
def find_(
    ctx: typer.Context,
    text: Annotated[
        list[str], typer.Argument(metavar="TEXT", help="A name, digits of a number, an employer.")
    ],
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many hits.")] = 20,
    beside: Annotated[
        str | None,
        typer.Option(metavar="MATTER", help="Seen from this matter: without what is kept from it."),
    ] = None,
) -> None:
    """Find matters, parties, people and tasks by name, the last four of a number, phone or employer.

    Example: casedesk find ibarra
    """
    from casedesk.desk import family, finding

    session = of(ctx)
    with session.desk() as desk:
        if beside is None:
            hits = desk.read(finding.find, " ".join(text), limit=limit)
        else:
            hits = desk.read(family.find_beside, " ".join(text), beside, limit=limit)
    if session.json:
        session.say({"hits": hits}, lambda _, __: ())
    else:
        session.say(hits, _hits)


def _hits(hits: Sequence[Hit], paper: Paper) -> Iterator[str]:
    if not hits:
        yield "Nothing found. Try fewer letters, or the last four digits of a number."
    yield from paper.table(
        ("KIND", "REF", "WHAT"), [(hit.kind, hit.ref, hit.line) for hit in hits], give=("WHAT",)
    )
