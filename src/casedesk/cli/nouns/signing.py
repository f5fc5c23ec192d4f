"""`casedesk signing`: a person's own signing key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper

app = noun("A person's signing key.")

FromStdin = Annotated[bool, typer.Option("--passphrase-stdin", help="The passphrase is stdin's first line.")]


@app.command()
def enrol(ctx: typer.Context, passphrase_stdin: FromStdin = False) -> None:
    """Make my signing key, under a passphrase that nobody else knows.

    Example: casedesk signing enrol --as aokafor
    """
    from casedesk.cli.ask import secret
    from casedesk.desk import signing

    session = of(ctx)
    with session.desk() as desk:
        passphrase = secret(session, "Passphrase", from_stdin=passphrase_stdin, twice=True)
        made = desk.write(signing.enrol, passphrase)
    session.say(made, _made)


@app.command()
def rotate(ctx: typer.Context, passphrase_stdin: FromStdin = False) -> None:
    """Put a new signing key in the place of mine; stdin gives the old passphrase, then the new one.

    Example: casedesk signing rotate --as aokafor
    """
    from casedesk.cli.ask import secret
    from casedesk.desk import signing

    session = of(ctx)
    with session.desk() as desk:
        old = secret(session, "Old passphrase", from_stdin=passphrase_stdin)
        new = secret(session, "New passphrase", from_stdin=passphrase_stdin, twice=True)
        made = desk.write(signing.rotate, old, new)
    session.say(made, _made)


@app.command()
def revoke(
    ctx: typer.Context,
    key: Annotated[str, typer.Argument(metavar="KEY", help="The key's id, as signing enrol printed it.")],
) -> None:
    """Revoke a signing key: mine, or anybody's by a manager. What it signed stays signed.

    Example: casedesk signing revoke 3f9c0e2a71d84b65
    """
    from casedesk.desk import signing

    session = of(ctx)
    with session.desk() as desk:
        gone = desk.write(signing.revoke, key)
    session.say(
        gone, lambda gone, _: [f"The signing key {gone['key_id']} of {gone['person']} signs nothing more."]
    )


def _made(made: dict[str, Any], paper: Paper) -> Iterator[str]:
    yield f"The signing key {made['key_id']} of {made['person']} is enrolled."
