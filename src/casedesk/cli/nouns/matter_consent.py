"""`casedesk matter consent`: what parties agreed to in writing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of, window
from casedesk.cli.words import After, Limit, MatterRef, day

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views.matters import ConsentView

app = noun("What parties agreed to: joint representation, a conflict, sharing what they say.")


@app.command("add")
def add_(
    ctx: typer.Context,
    matter: MatterRef,
    party: Annotated[str, typer.Option(metavar="NAME", help="Who agreed.")],
    kind: Annotated[str, typer.Option(metavar="KIND", help="joint_representation, conflict or sharing.")],
    terms: Annotated[str, typer.Option(help="What was agreed to.")],
    document: Annotated[
        str | None, typer.Option(metavar="DOCUMENT", help="The signed paper, a document of this matter.")
    ] = None,
    signed_on: Annotated[
        date | None, typer.Option(parser=day, metavar="DATE", help="The day it was signed.")
    ] = None,
) -> None:
    """Record a party's consent.

    Example: casedesk matter consent add M-2026-0042 --party "Paul Grant" --kind joint_representation
    --terms "One lawyer for both; nothing is kept from either" --signed-on 2026-11-02
    """
    from casedesk.desk import consents

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(consents.add, matter, party, kind, terms, document=document, signed_on=signed_on)
    session.say(view, lambda view, paper: _table([view], paper))


@app.command("list")
def list_(ctx: typer.Context, matter: MatterRef, limit: Limit = 50, after: After = None) -> None:
    """List a matter's consents, the withdrawn ones too.

    Example: casedesk matter consent list M-2026-0042
    """
    from casedesk.desk import consents

    session = of(ctx)
    with session.desk() as desk:
        rows = window(desk.read(consents.listing, matter), limit, after)
    session.say_rows(rows, limit, _table, "No consent on file. See casedesk matter consent add --help.")


@app.command()
def withdraw(
    ctx: typer.Context,
    matter: MatterRef,
    consent: Annotated[str, typer.Argument(metavar="CONSENT", help="The consent, by reference or id.")],
    reason: Annotated[str, typer.Option(help="What they said.")],
) -> None:
    """Record that a party takes a consent back; the matter's attorneys are told at once.

    Example: casedesk matter consent withdraw M-2026-0042 CS-5T1ZB8 --reason "Wants a lawyer of her own"
    """
    from casedesk.desk import consents

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(consents.withdraw, matter, consent, reason)
    session.say(view, lambda view, paper: _table([view], paper))


def _table(rows: Sequence[ConsentView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("CONSENT", "WHOSE", "KIND", "TERMS", "SIGNED", "PAPER", "WITHDRAWN"),
        [
            (
                view.ref,
                view.party or "",
                view.kind.replace("_", " "),
                view.terms,
                str(view.signed_on or ""),
                view.document or "",
                paper.at(view.withdrawn_at),
            )
            for view in rows
        ],
        give=("TERMS",),
    )
