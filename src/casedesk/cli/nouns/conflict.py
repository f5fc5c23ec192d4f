"""`casedesk conflict`: who else bears a name, and what was decided of it."""

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
    from casedesk.desk.views.matters import ConflictView

app = noun("Conflict checks: ask, look, decide.")

CheckRef = Annotated[str, typer.Argument(metavar="CHECK", help="A conflict check: K-1F3K9A, or its id.")]


@app.command()
def check(
    ctx: typer.Context,
    name: Annotated[list[str], typer.Argument(metavar="NAME", help="A person's or a company's name.")],
    a_number: Annotated[str | None, typer.Option(metavar="A#", help="Their A-number.")] = None,
    born: Annotated[date | None, typer.Option(parser=day, metavar="DATE", help="Their birth date.")] = None,
    matter: OfMatter = None,
) -> None:
    """Ask who else bears a name, before a matter is opened or on one there is; exit 1 when somebody was found.

    Every opening and every new party is checked without asking. Example: casedesk conflict check Rosa Ibarra
    """
    from casedesk.desk import conflicts

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(conflicts.check, " ".join(name), a_number=a_number, born=born, matter=matter)
    session.say(view, _card)
    session.status = int(view.state == "open")


@app.command("list")
def list_(
    ctx: typer.Context,
    state: Annotated[str, typer.Option(help="open (undecided), clear, waived, declined, or all.")] = "open",
    matter: OfMatter = None,
    limit: Limit = 50,
    after: After = None,
) -> None:
    """List conflict checks, the newest first.

    Example: casedesk conflict list --state all --matter M-2026-0042
    """
    from casedesk.desk import conflicts

    session = of(ctx)
    with session.desk() as desk:
        rows = desk.read(conflicts.listing, state=state, matter=matter, limit=limit, after=after)
    session.say_rows(rows, limit, _table, "No conflict check is like that.")


@app.command()
def show(ctx: typer.Context, check: CheckRef) -> None:
    """Show a conflict check and whom it found, as far as you may see where.

    Example: casedesk conflict show K-1F3K9A
    """
    from casedesk.desk import conflicts

    session = of(ctx)
    with session.desk() as desk:
        view = desk.read(conflicts.show, check)
    session.say(view, _card)


@app.command()
def decide(
    ctx: typer.Context,
    check: CheckRef,
    outcome: Annotated[str, typer.Argument(metavar="clear|waived|declined", help="What is decided.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    consent: Annotated[
        str | None, typer.Option(metavar="CONSENT", help="The written consent that a waiver rests on.")
    ] = None,
) -> None:
    """Decide a conflict check, as an attorney or a manager; a decision is never changed.

    Example: casedesk conflict decide K-1F3K9A clear --reason "The same client, an earlier matter"
    """
    from casedesk.desk import conflicts

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(conflicts.decide, check, outcome, reason, consent=consent)
    session.say(view, _card)


def _table(rows: Sequence[ConflictView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("CHECK", "ASKED", "STATE", "NAMES", "FOUND", "LIKENESS", "ABOUT"),
        [
            (
                view.ref,
                paper.at(view.asked_at),
                view.state,
                ", ".join(view.names),
                str(len(view.hits) + len(view.people) or ""),
                str(view.likeness or ""),
                view.about,
            )
            for view in rows
        ],
        give=("NAMES", "ABOUT"),
    )


def _card(view: ConflictView, paper: Paper) -> Iterator[str]:
    yield f"{view.ref}  {', '.join(view.names)}"
    decided = "" if view.decided_at is None else f" {paper.at_zone(view.decided_at)}"
    yield from paper.facts(
        [
            ("about", view.about),
            ("asked by", f"{view.asked_by}, {paper.at_zone(view.asked_at)}"),
            ("state", f"{view.state}{f', {view.decided_by}{decided}' if view.decided_by else ''}"),
            ("reason", view.reason),
        ]
    )
    if view.hits:
        yield ""
        yield from paper.table(
            ("LIKENESS", "NAME", "WHY", "MATTER", "THERE", ""),
            [
                (
                    str(hit.likeness),
                    hit.name,
                    hit.how,
                    hit.matter,
                    hit.standing + (f", linked: {hit.linked}" if hit.linked else ""),
                    "may be adverse" if hit.adverse else "",
                )
                for hit in view.hits
            ],
            give=("NAME", "THERE"),
        )
    if view.people:
        yield ""
        yield from paper.table(
            ("LIKENESS", "OUR OWN", "WHY"),
            [
                (str(each["likeness"]), f"{each['name']} ({each['person']})", str(each["how"]))
                for each in view.people
            ],
        )
    if view.state == "open":
        yield ""
        yield f"An attorney or a manager decides: casedesk conflict decide {view.ref} clear --reason ..."
