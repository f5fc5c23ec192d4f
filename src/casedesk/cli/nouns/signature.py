"""`casedesk signature`: wet ink, then scan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of, window
from casedesk.cli.words import After, Limit, OfMatter, PacketRef

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views.gate import SlotView

app = noun("Wet ink, then scan: who signs what, and where it stands.")

Slot = Annotated[str, typer.Argument(metavar="SIGNATURE", help="A signature, by reference or id.")]


@app.command("list")
def list_(
    ctx: typer.Context,
    packet: Annotated[str | None, typer.Option(metavar="PACKET", help="Only of this packet.")] = None,
    matter: OfMatter = None,
    state: Annotated[str | None, typer.Option(help="needed, sent or back.")] = None,
    limit: Limit = 50,
    after: After = None,
) -> None:
    """List signatures and where each stands.

    Example: casedesk signature list --matter M-2026-0042
    """
    from casedesk.desk import signatures

    session = of(ctx)
    with session.desk() as desk:
        rows = window(desk.read(signatures.listing, packet=packet, matter=matter, state=state), limit, after)
    session.say_rows(rows, limit, _table, "No signature is asked for here.")


@app.command()
def add(
    ctx: typer.Context,
    packet: PacketRef,
    form: Annotated[str, typer.Option(help="The form, I-485.")],
    part: Annotated[str, typer.Option(help="Where on it, 'Part 10'.")],
    person: Annotated[str, typer.Option(help="Who signs.")],
) -> None:
    """Say that a packet needs a signature.

    Example: casedesk signature add P-9X2D4C --form I-485 --part "Part 10" --person "Rosa Ibarra"
    """
    from casedesk.desk import signatures

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(signatures.add, packet, form, part, person)
    session.say(view, lambda view, paper: _table([view], paper))


@app.command()
def sent(ctx: typer.Context, slot: Slot) -> None:
    """Record that the page went out to be signed.

    Example: casedesk signature sent S-3M8RWA
    """
    from casedesk.desk import signatures

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(signatures.sent, slot)
    session.say(view, lambda view, paper: _table([view], paper))


@app.command()
def back(
    ctx: typer.Context,
    slot: Slot,
    file: Annotated[Path, typer.Option(metavar="FILE", help="The scan of the signed page.")],
) -> None:
    """Record that the signed page is back, with its scan.

    Example: casedesk signature back S-3M8RWA --file signed.pdf
    """
    from casedesk.desk import signatures
    from casedesk.desk.reading import prepare

    session = of(ctx)
    prepared = prepare(file)
    with session.desk() as desk:
        view = desk.write(signatures.back, slot, prepared)
    session.say(view, lambda view, paper: _table([view], paper))


def _table(rows: Sequence[SlotView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("SIGNATURE", "MATTER", "FORM", "PART", "PERSON", "STATE", "SENT", "BACK", "PACKET"),
        [
            (
                view.ref,
                view.matter,
                view.form,
                view.part,
                view.person,
                view.state,
                paper.at(view.sent_at),
                paper.at(view.back_at),
                view.packet,
            )
            for view in rows
        ],
        give=("PERSON", "PART"),
    )
