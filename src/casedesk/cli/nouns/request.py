"""`casedesk request`: what clients are asked for, until it is here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of
from casedesk.cli.words import After, Limit, OfMatter, day

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.requests import RequestView

app = noun("What clients are asked for: send, list, close.")

RequestRef = Annotated[
    str, typer.Argument(metavar="REQUEST", help="A request: its message MS-..., its task, or its id.")
]


def said(text: str) -> tuple[str, str]:
    """`ITEM=TEXT`: how the client is asked for a line of the checklist."""
    code, equals, words = text.partition("=")
    if not equals or not code.strip() or not words.strip():
        raise typer.BadParameter(f"{text!r} is not like birth='Acta de nacimiento'.")
    return code.strip(), words.strip()


@app.command()
def send(
    ctx: typer.Context,
    where: Annotated[
        str, typer.Argument(metavar="TASK|MATTER", help="The task it is for, or a matter: M-2026-0042.")
    ],
    items: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ITEM]...", help="Lines of the task's checklist; none: what the client brings."
        ),
    ] = None,
    paper: Annotated[
        list[str] | None, typer.Option(metavar="TEXT", help="One more paper; may be given again.")
    ] = None,
    question: Annotated[
        list[str] | None, typer.Option(metavar="TEXT", help="A question to answer; may be given again.")
    ] = None,
    say: Annotated[
        list[str] | None,
        typer.Option(metavar="ITEM=TEXT", help="How the client is asked for a line, in their language."),
    ] = None,
    to: Annotated[
        str | None, typer.Option(metavar="NAME", help="Another party than the matter's messages go to.")
    ] = None,
    again: Annotated[date | None, typer.Option(parser=day, metavar="DATE", help="When to ask again.")] = None,
) -> None:
    """Ask a client for papers and answers; the letter waits for its release, and the task for the client.

    Example: casedesk request send T-1F3K9A birth photos --say birth="Acta de nacimiento"
    """
    from casedesk.desk import requests

    session = of(ctx)
    words = dict(said(text) for text in say or ())
    with session.desk() as desk:
        view = desk.write(
            requests.send,
            where,
            tuple(items or ()),
            papers=tuple(paper or ()),
            questions=tuple(question or ()),
            words=words,
            to=to,
            again=again,
        )
    session.say(view, _shown)


@app.command("list")
def list_(
    ctx: typer.Context,
    matter: OfMatter = None,
    state: Annotated[str, typer.Option(help="open, awaiting_approval, answered, closed or all.")] = "open",
    limit: Limit = 50,
    after: After = None,
) -> None:
    """List what clients are asked for, the newest first.

    Example: casedesk request list --matter M-2026-0042
    """
    from casedesk.desk import requests

    session = of(ctx)
    with session.desk() as desk:
        rows = desk.read(requests.listing, matter=matter, state=state, limit=limit, after=after)
    session.say_rows(rows, limit, _table, "Nobody is asked for anything here.")


@app.command()
def show(ctx: typer.Context, request: RequestRef) -> None:
    """Show a request: what is asked for, what came in, when it is asked again.

    Example: casedesk request show MS-5T1ZB8
    """
    from casedesk.desk import requests

    session = of(ctx)
    with session.desk() as desk:
        view = desk.read(requests.show, request)
    session.say(view, _shown)


@app.command()
def close(
    ctx: typer.Context,
    what: Annotated[
        str,
        typer.Argument(metavar="REQUEST[/ITEM]", help="A request, or one thing of it: MS-5T1ZB8/birth."),
    ],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why it is no longer asked for.")],
) -> None:
    """Ask for something no longer, with a reason; the checklist stays as it is.

    Example: casedesk request close MS-5T1ZB8/birth --reason "None was ever issued; affidavits instead"
    """
    from casedesk.desk import requests

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(requests.close, what, reason)
    session.say(view, _shown)


def _table(rows: Sequence[RequestView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("REQUEST", "MATTER", "TASK", "OF", "ASKED FOR", "IN", "ASKED", "AGAIN", "STATE"),
        [
            (
                view.ref,
                view.matter,
                view.task,
                view.to,
                ", ".join(item.id for item in view.items if item.state == "open"),
                f"{sum(item.state != 'open' for item in view.items)}/{len(view.items)}",
                paper.day(view.asked),
                paper.day(view.ask_again),
                view.state.replace("_", " "),
            )
            for view in rows
        ],
        give=("ASKED FOR", "OF"),
    )


def _shown(view: RequestView, paper: Paper) -> Iterator[str]:
    went = f", asked {paper.day(view.asked)}" if view.asked else ""
    again = f", ask again {paper.day(view.ask_again)}" if view.ask_again else ""
    yield f"{view.ref} to {view.to} about {view.matter}, for {view.task}: {view.state.replace('_', ' ')}{went}{again}."
    yield from (f"! {rule}" for rule in view.contact_rules)
    yield from (f"! {warning}" for warning in view.warnings)
    for item in view.items:
        why = f": {item.reason}" if item.reason else ""
        with_ = f", {item.document}" if item.document else ""
        yield f"  {item.id:<12} {item.words or item.text}  ({item.state}{with_}{why})"
    yield "Messages: " + ", ".join(f"{m['ref']} {m['state'].replace('_', ' ')}" for m in view.messages)
