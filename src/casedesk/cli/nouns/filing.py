"""`casedesk filing`: what left, what arrived, what came back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of, window
from casedesk.cli.words import MOST_ROWS, After, Limit, OfMatter, PacketRef, moment, within_day

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views.gate import FilingView

app = noun("What left, what arrived, what came back.")

Filed = Annotated[str, typer.Argument(metavar="PACKET", help="The packet, or its filing.")]


@app.command("list")
def list_(ctx: typer.Context, matter: OfMatter = None, limit: Limit = 50, after: After = None) -> None:
    """List filings and where each stands.

    Example: casedesk filing list
    """
    from casedesk.desk import filings

    session = of(ctx)
    with session.desk() as desk:
        rows = window(desk.read(filings.listing, matter, MOST_ROWS), limit, after)
    session.say_rows(rows, limit, _table, "Nothing has been filed here.")


@app.command()
def ship(
    ctx: typer.Context,
    packet: PacketRef,
    carrier: Annotated[str, typer.Option(help="FedEx, UPS or USPS.")],
    tracking: Annotated[str, typer.Option(metavar="NUMBER", help="The tracking number.")],
) -> None:
    """Record that a packet went to the carrier; refused without a live sign-off over its very bytes.

    Example: casedesk filing ship P-9X2D4C --carrier FedEx --tracking 794612345678
    """
    from casedesk.desk import filings

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(filings.ship, packet, carrier=carrier, tracking=tracking)
    session.say(view, _facts)


@app.command()
def upload(
    ctx: typer.Context,
    packet: PacketRef,
    confirmation: Annotated[str, typer.Option(help="The agency's confirmation number.")] = "",
) -> None:
    """Record that a packet was filed electronically.

    Example: casedesk filing upload P-9X2D4C --confirmation 2027011500123
    """
    from casedesk.desk import filings

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(filings.upload, packet, confirmation=confirmation)
    session.say(view, _facts)


@app.command()
def deliver(
    ctx: typer.Context,
    filing: Filed,
    on: Annotated[
        datetime | None,
        typer.Option("--on", "--at", parser=moment, metavar="DATE", help="When: a date or an instant; now."),
    ] = None,
) -> None:
    """Record that the packet arrived; the deadline is met then, not before.

    Example: casedesk filing deliver P-9X2D4C --on 2027-01-20T15:31:00Z
    """
    from casedesk.desk import filings

    session = of(ctx)
    with session.desk() as desk:
        arrived = within_day(on, desk.zone, desk.now()) if on else None
        view = desk.write(filings.deliver, filing, on=arrived)
    session.say(view, _facts)


@app.command()
def receipt(
    ctx: typer.Context,
    filing: Filed,
    number: Annotated[
        str | None,
        typer.Option(
            "--number", "--receipt-number", "--receipt", metavar="NUMBER", help="The receipt number."
        ),
    ] = None,
) -> None:
    """Record that the agency acknowledged the filing.

    Example: casedesk filing receipt P-9X2D4C --number IOE0912345678
    """
    from casedesk.desk import filings

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(filings.receipt, filing, number=number)
    session.say(view, _facts)


@app.command()
def reject(
    ctx: typer.Context,
    filing: Filed,
    reason: Annotated[str, typer.Option(help="What the agency wrote.")],
) -> None:
    """Record that the agency sent the filing back.

    Example: casedesk filing reject P-9X2D4C --reason "Fee sheet missing"
    """
    from casedesk.desk import filings

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(filings.reject, filing, reason=reason)
    session.say(view, _facts)


def _table(rows: Sequence[FilingView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("FILING", "MATTER", "STATE", "SHIPPED", "CARRIER", "TRACKING", "DELIVERED", "RECEIPT", "PACKET"),
        [
            (
                view.ref,
                view.matter,
                view.state,
                paper.at(view.shipped_at),
                view.carrier,
                view.tracking,
                paper.at(view.delivered_at),
                view.receipt_number or "",
                view.packet,
            )
            for view in rows
        ],
        give=("TRACKING",),
    )


def _facts(view: FilingView, paper: Paper) -> Iterator[str]:
    yield f"{view.ref}  packet {view.packet} of {view.matter}: {view.state}"
    yield from paper.facts(
        [
            ("shipped", f"{paper.at_zone(view.shipped_at)}  {view.carrier} {view.tracking}".rstrip()),
            ("delivered", paper.at_zone(view.delivered_at)),
            ("receipt number", view.receipt_number),
            ("sent back", view.reason),
            ("deadline", view.deadline_state),
        ]
    )
