"""`casedesk message`: what clients are told, released by a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.posted import Out, hand_out
from casedesk.cli.session import of
from casedesk.cli.words import After, Limit, OfMatter

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views.telling import MessageView

app = noun("What clients are told: read, approve, copy, mark as sent.")

MessageRef = Annotated[str, typer.Argument(metavar="MESSAGE", help="A message, by reference or id.")]


@app.command("list")
def list_(
    ctx: typer.Context,
    matter: OfMatter = None,
    state: Annotated[
        str | None, typer.Option(help="awaiting_approval, approved, sent, failed or cancelled.")
    ] = None,
    limit: Limit = 50,
    after: After = None,
) -> None:
    """List messages to clients.

    Example: casedesk message list --state awaiting_approval
    """
    from casedesk.desk import messages

    session = of(ctx)
    with session.desk() as desk:
        rows = desk.read(messages.listing, matter=matter, state=state, limit=limit, after=after)
    session.say_rows(rows, limit, _table, "No message here.")


@app.command()
def show(ctx: typer.Context, message: MessageRef) -> None:
    """Read a message, under the rules of contact.

    Example: casedesk message show MS-5T1ZB8
    """
    from casedesk.desk import messages

    session = of(ctx)
    with session.desk() as desk:
        view = desk.read(messages.show, message)
    session.say(view, _letter)


@app.command()
def approve(ctx: typer.Context, message: MessageRef) -> None:
    """Release a message; the words after an RFE or a denial are an attorney's to release.

    Example: casedesk message approve MS-5T1ZB8
    """
    from casedesk.desk import messages

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(messages.approve, message)
    session.say(view, _state)


@app.command()
def copy(ctx: typer.Context, message: MessageRef) -> None:
    """Print a message's text to paste elsewhere; that is on the trail.

    Example: casedesk message copy MS-5T1ZB8
    """
    from casedesk.desk import messages

    session = of(ctx)
    with session.desk() as desk:
        text = desk.write(messages.copy, message)
        view = desk.read(messages.show, message)
    if session.json:
        from casedesk.cli.encode import merged

        session.say(merged(view, {"text": text}), lambda _, __: ())
    else:
        session.say(text, lambda text, _: text.splitlines())


@app.command()
def way(
    ctx: typer.Context,
    message: MessageRef,
    channel: Annotated[str, typer.Argument(metavar="WAY", help="email, mail, phone, text or in_person.")],
) -> None:
    """Send a message another way than the one the desk chose; what a rule of contact forbids is refused.

    Example: casedesk message way MS-5T1ZB8 mail
    """
    from casedesk.desk import messages

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(messages.way, message, channel)
    session.say(view, _state)


@app.command()
def letter(ctx: typer.Context, message: MessageRef, out: Out = None) -> None:
    """Print a released message as a letter, with the address it goes to now.

    Example: casedesk message letter MS-5T1ZB8 --out letter.pdf
    """
    from casedesk.desk import posting

    session = of(ctx)
    with session.desk() as desk:
        made = desk.write(posting.letter, message)
    hand_out(session, made, out)


@app.command()
def label(ctx: typer.Context, message: MessageRef, out: Out = None) -> None:
    """Make the mailing label of a released letter.

    Example: casedesk message label MS-5T1ZB8 --out label.pdf
    """
    from casedesk.desk import posting

    session = of(ctx)
    with session.desk() as desk:
        made = desk.write(posting.message_label, message)
    hand_out(session, made, out)


@app.command()
def sent(
    ctx: typer.Context,
    message: MessageRef,
    via: Annotated[str, typer.Option(help="How it went: email, phone, portal, post.")],
) -> None:
    """Record that a released message went out.

    Example: casedesk message sent MS-5T1ZB8 --via email
    """
    from casedesk.desk import messages

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(messages.sent, message, via)
    session.say(view, _state)


def _table(rows: Sequence[MessageView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("MESSAGE", "MATTER", "TO", "CHANNEL", "LANG", "WHAT", "STATE", "MADE"),
        [
            (
                view.ref,
                view.matter,
                view.to,
                view.channel,
                view.language,
                view.subject or view.template,
                view.state.replace("_", " "),
                paper.at(view.created),
            )
            for view in rows
        ],
        give=("WHAT", "TO"),
    )


def _state(view: MessageView, paper: Paper) -> Iterator[str]:
    where = f" at {view.address}" if view.address else ""
    yield f"{view.ref} to {view.to} about {view.matter}, by {view.channel}{where}: {view.state.replace('_', ' ')}."
    if view.refused:
        yield f"! It may not go this way. {view.refused}"


def _letter(view: MessageView, paper: Paper) -> Iterator[str]:
    yield from _state(view, paper)
    yield from (f"! {rule}" for rule in view.contact_rules)
    yield from paper.facts(
        [
            ("language", view.language + (" (no text in the client's language)" if view.fallback else "")),
            ("released by", "an attorney" if view.release == "attorney" else "any of the staff"),
            ("subject", view.subject),
        ]
    )
    yield ""
    yield from view.body.splitlines()
