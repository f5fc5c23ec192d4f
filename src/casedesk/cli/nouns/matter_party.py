"""`casedesk matter party`: the people and companies of a matter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of
from casedesk.cli.words import MatterRef, day

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views.matters import PartyView

app = noun("A matter's parties.")


@app.command("add")
def add_(
    ctx: typer.Context,
    matter: MatterRef,
    role: Annotated[str, typer.Option(help="petitioner, beneficiary, employer, interpreter, ...")],
    name: Annotated[str, typer.Option(help="Full name.")],
    a_number: Annotated[str | None, typer.Option(metavar="A#", help="A-number.")] = None,
    born: Annotated[date | None, typer.Option(parser=day, metavar="DATE", help="Birth date.")] = None,
    language: Annotated[str, typer.Option(help="Language (en, es).")] = "en",
    phone: Annotated[str, typer.Option(help="Phone.")] = "",
    email: Annotated[str, typer.Option(help="E-mail.")] = "",
    address: Annotated[str, typer.Option(help="Address.")] = "",
    represented: Annotated[
        bool, typer.Option("--represented", help="The firm represents them too: their consent is asked for.")
    ] = False,
) -> None:
    """Add a party to a matter.

    Example: casedesk matter party add M-2026-0042 --role petitioner --name "Paul Grant"
    """
    from casedesk.desk import matters

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(
            matters.party_add,
            matter,
            role,
            name,
            a_number=a_number,
            born=born,
            language=language,
            phone=phone,
            email=email,
            address=address,
            represented=represented,
        )
    session.say(view, lambda view, paper: table([view], paper))


@app.command()
def change(
    ctx: typer.Context,
    matter: MatterRef,
    party: Annotated[str, typer.Argument(metavar="PARTY", help="Whose, by name or id.")],
    language: Annotated[str | None, typer.Option(help="Language (en, es).")] = None,
    phone: Annotated[str | None, typer.Option(help="Phone.")] = None,
    email: Annotated[str | None, typer.Option(help="E-mail.")] = None,
    address: Annotated[str | None, typer.Option(help="Address.")] = None,
    represented: Annotated[
        bool, typer.Option("--represented", help="The firm represents them from now on.")
    ] = False,
) -> None:
    """Change how a party of this matter is generally reached; a rule of contact stands above it.

    Example: casedesk matter party change M-2026-0042 "Paul Grant" --phone "212 555 0143"
    """
    from casedesk.desk import matters

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(
            matters.party_change,
            matter,
            party,
            language=language,
            phone=phone,
            email=email,
            address=address,
            represented=represented,
        )
    session.say(
        view,
        lambda view, paper: [
            *table([view], paper),
            *(f"! This rule goes on to stand: {rule}" for rule in view.contact_rules),
        ],
    )


def table(rows: Sequence[PartyView], paper: Paper) -> Iterator[str]:
    """Parties, one a line."""
    yield from paper.table(
        ("ROLE", "NAME", "A-NUMBER", "LANG", "PHONE", "E-MAIL", "ADDRESS"),
        [
            (
                view.role.replace("_", " "),
                view.name,
                view.a_number or "",
                view.language,
                view.phone,
                view.email,
                view.address,
            )
            for view in rows
        ],
        give=("NAME", "E-MAIL", "ADDRESS"),
    )
