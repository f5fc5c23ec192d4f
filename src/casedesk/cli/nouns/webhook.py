"""`casedesk webhook`: other programs of the firm's that are told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of, window
from casedesk.cli.words import After, Limit

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views.telling import WebhookView

app = noun("Other programs of the firm's that are told, each call signed.")

Ref = Annotated[str, typer.Argument(metavar="WEBHOOK", help="Its ref, W- and six characters.")]


@app.command()
def add(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="https://HOST/PATH; it is posted JSON.")],
    about: Annotated[
        list[str] | None, typer.Option("--about", metavar="KIND", help="Only these kinds; all without.")
    ] = None,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="It may lie inside our own network.")
    ] = False,
) -> None:
    """Tell a program from now on; its signing key is shown once, and kept in this machine's keyring. Managers only.

    Example: casedesk webhook add https://hooks.firm.example/desk --about alert --about alarm
    """
    import secrets

    from casedesk.bootstrap import named_key_file
    from casedesk.desk import webhooks
    from casedesk.desk.sending import keys_of

    session = of(ctx)
    with session.desk() as desk:
        keys = keys_of(desk, session.key_file or named_key_file())
        made = desk.write(webhooks.add, url, tuple(about or ()), private=allow_private)
        key = secrets.token_urlsafe(32)
        try:
            where = keys.keep(webhooks.secret_name(made.ref), key)
        except Exception:
            desk.write(webhooks.stop, made.ref)
            raise
    from casedesk.cli.encode import merged

    said = merged(made, {"key": key, "kept": where})
    session.say(said, _added)


@app.command()
def key(
    ctx: typer.Context,
    ref: Ref,
    key_stdin: Annotated[bool, typer.Option("--key-stdin", help="The key is stdin's first line.")] = False,
) -> None:
    """Keep a webhook's key on this machine too: on the one whose worker sends.

    Example: casedesk webhook key W-1F3K9A --key-stdin
    """
    from casedesk.bootstrap import named_key_file
    from casedesk.cli.ask import secret
    from casedesk.desk import webhooks
    from casedesk.desk.sending import keys_of

    session = of(ctx)
    session.require_writing()
    with session.desk() as desk:
        found = desk.read(webhooks.show, ref)
        typed = secret(session, f"Key of {found.ref}", from_stdin=key_stdin)
        where = keys_of(desk, session.key_file or named_key_file()).keep(
            webhooks.secret_name(found.ref), typed
        )
    session.say({"ref": found.ref, "kept": where}, lambda said, _: [f"Kept in {said['kept']}."])


@app.command("list")
def list_(ctx: typer.Context, limit: Limit = 50, after: After = None) -> None:
    """List every webhook, those that were stopped too.

    Example: casedesk webhook list
    """
    from casedesk.desk import webhooks

    session = of(ctx)
    with session.desk() as desk:
        rows = window(desk.read(webhooks.listing), limit, after)
    session.say_rows(rows, limit, _table, "No program is told anything.")


@app.command()
def stop(ctx: typer.Context, ref: Ref) -> None:
    """Tell a program nothing more. Managers only.

    Example: casedesk webhook stop W-1F3K9A
    """
    from casedesk.desk import webhooks

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(webhooks.stop, ref)
    session.say(view, lambda view, paper: _table([view], paper))


def _added(said: dict[str, object], paper: Paper) -> Iterator[str]:
    yield from paper.facts([("webhook", said["ref"]), ("address", said["url"]), ("key", said["key"])])
    yield f"The key is shown this once, and kept in {said['kept']}. Whoever receives checks X-Casedesk-Signature with it."


def _table(rows: Sequence[WebhookView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ["ref", "told", "address", "about", "since"],
        [
            [r.ref, "yes" if r.active else "stopped", r.url, ", ".join(r.about) or "all", paper.at(r.created)]
            for r in rows
        ],
        give=["address", "about"],
    )
