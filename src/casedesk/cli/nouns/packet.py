"""`casedesk packet`: its bytes, handed out and checked."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import Session, of, window, write_file
from casedesk.cli.words import MOST_ROWS, After, Limit, OfMatter, PacketRef

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views import PacketVerified

app = noun("Hand out a packet's bytes, and check them.")


@app.command("list")
def list_(ctx: typer.Context, matter: OfMatter = None, limit: Limit = 50, after: After = None) -> None:
    """List packets.

    Example: casedesk packet list --matter M-2026-0042
    """
    from casedesk.desk import packets

    session = of(ctx)
    with session.desk() as desk:
        rows = window(desk.read(packets.listing, matter, MOST_ROWS), limit, after)
    session.say_rows(rows, limit, _table, "No packet here. See casedesk draft submit --help.")


@app.command()
def assemble(
    ctx: typer.Context,
    packet: PacketRef,
    out: Annotated[Path, typer.Option(metavar="FILE", help="The PDF to write.")],
) -> None:
    """Write the packet as it was reviewed to a PDF, and check every paper in it.

    Example: casedesk packet assemble P-9X2D4C --out response.pdf
    """
    from casedesk.desk import packets

    session = of(ctx)
    with session.desk() as desk:
        view, data = desk.read(packets.assemble, packet)
    _answer(session, dataclasses.replace(view, out=write_file(str(out), data)))


@app.command()
def verify(
    ctx: typer.Context,
    packet: PacketRef,
    file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", exists=True, dir_okay=False, help="Check this file instead of the store's bytes."
        ),
    ] = None,
) -> None:
    """Check a packet's bytes against what was reviewed and signed off; exit status 1 when they differ.

    Example: casedesk packet verify P-9X2D4C --file response.pdf
    """
    from casedesk.desk import packets

    session = of(ctx)
    given = file.read_bytes() if file else None
    with session.desk() as desk:
        view = desk.read(packets.verify, packet, file=given)
    _answer(session, view)


def _answer(session: Session, view: PacketVerified) -> None:
    if not view.ok:
        session.status = 1
    session.say(view, _verified)


def _verified(view: PacketVerified, paper: Paper) -> Iterator[str]:
    verdict = "every byte is as reviewed" if view.ok else view.problem or "NOT as reviewed"
    yield f"{view.packet}: {verdict.rstrip('.')}."
    yield from paper.facts([("sha256", view.sha256), ("pages", view.pages), ("written to", view.out)])
    yield from paper.table(
        ("", "PAPER", "DOCUMENT", "SHA256"),
        [("ok" if one.ok else "CHANGED", one.name, one.document, one.sha256[:16]) for one in view.documents],
        give=("PAPER",),
    )


def _table(rows: Sequence[dict[str, Any]], paper: Paper) -> Iterator[str]:
    heads = tuple(rows[0])
    yield from paper.table(
        tuple(head.replace("_", " ").upper() for head in heads),
        [tuple("" if row[head] is None else str(row[head]) for head in heads) for row in rows],
        give=("TITLE", "CAPTION", "SHA256"),
    )
