"""`casedesk signing`: signing keys, made, confirmed by a colleague, turned over, revoked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of, window
from casedesk.cli.words import After, Limit

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views.gate import SigningKeyView

app = noun("Signing keys: who may sign, and on whose word.")

FromStdin = Annotated[bool, typer.Option("--passphrase-stdin", help="The passphrase is stdin's first line.")]
Key = Annotated[str, typer.Argument(metavar="KEY", help="The key's id, as signing list shows it.")]


@app.command("list")
def list_(ctx: typer.Context, limit: Limit = 50, after: After = None) -> None:
    """List every signing key: whose, in force or waiting or revoked, and who confirmed it.

    Example: casedesk signing list
    """
    from casedesk.desk import signing_keys

    session = of(ctx)
    with session.desk() as desk:
        rows = window(desk.read(signing_keys.listing), limit, after)
    session.say_rows(rows, limit, _table, "No signing key here. See casedesk signing enrol --help.")


@app.command()
def enrol(ctx: typer.Context, passphrase_stdin: FromStdin = False) -> None:
    """Make my signing key, under a passphrase that nobody else knows. It signs once a colleague has confirmed it.

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
def cosign(ctx: typer.Context, key: Key, passphrase_stdin: FromStdin = False) -> None:
    """Confirm a colleague's new signing key, with mine: I know them, and the key is theirs.

    Read the key's id to each other first. Example: casedesk signing cosign 3f9c0e2a71d84b65 --as aokafor
    """
    from casedesk.cli.ask import secret
    from casedesk.desk import signing, signing_keys

    session = of(ctx)
    with session.desk() as desk:
        waiting = desk.read(signing_keys.show, key)
        session.tell(f"You confirm that signing key {waiting.key_id} belongs to {waiting.name}.")
        passphrase = secret(session, "Your passphrase", from_stdin=passphrase_stdin)
        done = desk.write(signing.cosign, key, passphrase)
    session.say(done, lambda done, _: [f"The signing key {done.key_id} of {done.person} signs from now on."])


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
    key: Key,
    reason: Annotated[str, typer.Option(metavar="WHY", help="Why; it stands on record.")],
    compromised: Annotated[
        bool,
        typer.Option(
            "--compromised",
            help="Somebody else may have used it: what it signed and has not left is void, and signed anew.",
        ),
    ] = False,
) -> None:
    """Revoke a signing key: mine, or anybody's by a manager. What it signed stays signed, unless it is compromised.

    Example: casedesk signing revoke 3f9c0e2a71d84b65 --reason "laptop stolen" --compromised
    """
    from casedesk.desk import signing

    session = of(ctx)
    with session.desk() as desk:
        gone = desk.write(signing.revoke, key, reason, compromised=compromised)
    session.say(gone, lambda gone, _: [f"The signing key {gone.key_id} of {gone.person} signs nothing more."])


def _made(made: SigningKeyView, paper: Paper) -> Iterator[str]:
    yield f"The signing key {made.key_id} of {made.person} is enrolled."
    if made.state == "waiting":
        yield f"It waits: an attorney who has a key confirms it with casedesk signing cosign {made.key_id}"
    elif made.replaces is None:
        yield "It signs at once: nobody else in the firm could confirm it, and the record says so."


def _table(rows: Sequence[SigningKeyView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("KEY", "PERSON", "NAME", "STATE", "CONFIRMED", "ENROLLED", "REVOKED", "WHY"),
        [
            (
                row.key_id,
                row.person,
                row.name,
                row.state,
                row.confirmed,
                paper.at(row.enrolled_at),
                paper.at(row.revoked_at),
                row.reason,
            )
            for row in rows
        ],
        give=("WHY", "NAME", "CONFIRMED"),
    )
