"""`casedesk person`: people, their roles and licences, absences and cover."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.nouns import person_hours, person_licence, person_ramp
from casedesk.cli.session import of, window
from casedesk.cli.words import After, Handle, Limit, day, licence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from casedesk.cli.paper import Paper
    from casedesk.desk.views.people import PersonView, RightView

app = noun("People, roles, licences, rights, absences and cover.")
app.add_typer(person_licence.app, name="licence")
app.command()(person_hours.hours)
app.command()(person_ramp.ramp)


@app.command("list")
def list_(ctx: typer.Context, limit: Limit = 50, after: After = None) -> None:
    """List the people of the firm.

    Example: casedesk person list
    """
    from casedesk.desk import people

    session = of(ctx)
    with session.desk() as desk:
        rows = window(desk.read(people.listing), limit, after)
    session.say_rows(rows, limit, _table, "Nobody is on file yet. See casedesk person add --help.")


@app.command()
def show(ctx: typer.Context, handle: Handle) -> None:
    """Show one person.

    Example: casedesk person show mduarte
    """
    from casedesk.desk import people

    session = of(ctx)
    with session.desk() as desk:
        view = desk.read(people.show, handle)
    session.say(view, _facts)


@app.command()
def add(
    ctx: typer.Context,
    handle: Handle,
    name: Annotated[str, typer.Option(help="Full name.")],
    role: Annotated[list[str], typer.Option(help="paralegal, attorney, ...; may be given again.")],
    email: Annotated[str, typer.Option(help="Work address.")] = "",
    language: Annotated[
        list[str] | None, typer.Option(help="A language spoken (en, es); may be given again.")
    ] = None,
    skill: Annotated[
        list[str] | None, typer.Option(help="A skill (rfe, asylum); may be given again.")
    ] = None,
    licence_: Annotated[
        str | None,
        typer.Option(
            "--licence",
            "--license",
            metavar="KIND:NUMBER:JURISDICTION",
            help="attorney:123456:NY; :YYYY-MM-DD may follow as its expiry.",
        ),
    ] = None,
    scope: Annotated[
        str, typer.Option(help="full, or dhs: an accreditation that is partial, before DHS alone.")
    ] = "full",
    outside: Annotated[
        bool, typer.Option("--outside", help="From another house: sees the matters they are admitted to.")
    ] = False,
    organisation: Annotated[str, typer.Option(help="With --outside: which house.")] = "",
    answers_for: Annotated[
        str | None, typer.Option(metavar="HANDLE", help="With --outside: who of the firm answers for them.")
    ] = None,
    capacity: Annotated[int, typer.Option(min=0, max=168, help="Hours a week.")] = 40,
    password_stdin: Annotated[
        bool,
        typer.Option("--password-stdin", help="Shared store: the login's password is stdin's first line."),
    ] = False,
) -> None:
    """Add a person, of the firm or from outside. On a shared store this makes the login as well.

    Example: casedesk person add lchen --name "Lily Chen" --role attorney --licence attorney:5512340:NY
    """
    from casedesk.cli.ask import secret
    from casedesk.desk import people

    session = of(ctx)
    held = licence(licence_) if licence_ else None
    password = secret(session, "Password", from_stdin=True) if password_stdin else None
    with session.desk() as desk:
        view = desk.write(
            people.add,
            handle,
            name,
            tuple(role),
            email=email,
            languages=tuple(language or ("en",)),
            skills=tuple(skill or ()),
            licence=held,
            scope=scope,
            capacity_hours=capacity,
            password=password,
            outside=outside,
            organisation=organisation,
            answers_for=answers_for,
        )
    session.say(view, _facts)


@app.command()
def role(
    ctx: typer.Context,
    handle: Handle,
    role: Annotated[str, typer.Argument(metavar="ROLE", help="The role to give.")],
    end: Annotated[bool, typer.Option("--end", help="Take it away instead.")] = False,
) -> None:
    """Give a person a role, or take one away. Who manages the firm is chosen by a managing partner.

    Example: casedesk person role lchen senior_associate
    """
    from casedesk.desk import people

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(people.role, handle, role, take=end)
    session.say(view, _facts)


@app.command()
def answers(
    ctx: typer.Context,
    handle: Handle,
    by: Annotated[str, typer.Argument(metavar="BY", help="Who of the firm answers for them from now on.")],
) -> None:
    """Name who answers for somebody from outside.

    Example: casedesk person answers pkovac jreyes
    """
    from casedesk.desk import people

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(people.answers, handle, by)
    session.say(view, _facts)


@app.command()
def rights(
    ctx: typer.Context,
    handle: Annotated[str | None, typer.Argument(metavar="[HANDLE]", help="Whose; else my own.")] = None,
) -> None:
    """Show what I may do, or somebody else: each act, drawn from the store's own grants.

    Example: casedesk person rights mduarte
    """
    from casedesk.desk import rights

    session = of(ctx)
    with session.desk() as desk:
        rows = desk.read(rights.of, handle)
    session.say(rows, _rights)


@app.command()
def absence(
    ctx: typer.Context,
    handle: Handle,
    first: Annotated[date, typer.Option("--from", parser=day, metavar="DATE", help="First day away.")],
    last: Annotated[date, typer.Option("--to", parser=day, metavar="DATE", help="Last day away.")],
    cover: Annotated[str | None, typer.Option(metavar="HANDLE", help="Who covers.")] = None,
    note: Annotated[str, typer.Option(help="A word about it.")] = "",
) -> None:
    """Record an absence, and who covers.

    Example: casedesk person absence mduarte --from 2026-12-07 --to 2026-12-18 --cover lchen
    """
    from casedesk.desk import people

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(people.absence, handle, first, last, cover=cover, note=note)
    session.say(view, _facts)


@app.command()
def cover(
    ctx: typer.Context,
    handle: Handle,
    by: Annotated[str, typer.Argument(metavar="COVER", help="Who covers for the person.")],
) -> None:
    """Name who covers when a person is away.

    Example: casedesk person cover mduarte lchen
    """
    from casedesk.desk import people

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(people.cover, handle, by)
    session.say(view, _facts)


@app.command()
def email(
    ctx: typer.Context,
    handle: Handle,
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS", help='Where mail goes from now on; "" stops it.')
    ],
) -> None:
    """Say where a person's mail and invitations go.

    Example: casedesk person email mduarte maria@firm.example
    """
    from casedesk.desk import people

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(people.email, handle, address)
    session.say(view, _facts)


@app.command()
def leave(ctx: typer.Context, handle: Handle) -> None:
    """Record that a person has left the firm.

    Example: casedesk person leave jdoe
    """
    from casedesk.desk import people

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(people.leave, handle)
    session.say(view, _facts)


def _presence(view: PersonView, paper: Paper) -> str:
    if not view.active:
        return "left"
    if view.present:
        return "here"
    back = f"away until {paper.day(view.away_until)}" if view.away_until else "away"
    return f"{back}, covering: {view.cover}" if view.cover else back


def _rights(rows: Sequence[RightView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("MAY", "ACT", "WHAT", "WHY NOT", "HELD BY"),
        [
            (
                {"yes": "yes", "own": "own matters"}.get(view.may, f"({view.may})"),
                view.act,
                view.title,
                view.why,
                f"the {view.held}",
            )
            for view in rows
        ],
        give=("WHAT", "WHY NOT"),
    )


def _house(view: PersonView) -> str:
    by = f", {view.answers_for} answers for them" if view.answers_for else ""
    return f"from outside: {view.organisation or 'another house'}{by}" if view.outside else ""


def _table(rows: Sequence[PersonView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("HANDLE", "NAME", "ROLES", "LICENCE", "LANGUAGES", "HOURS", "WHERE", "FROM OUTSIDE"),
        [
            (
                view.handle,
                view.name,
                ", ".join(view.roles),
                ", ".join(view.licences) or ("yes" if view.licensed else ""),
                " ".join(view.languages),
                f"{view.open_hours:g}/{view.capacity_hours:g}" if view.capacity_hours else "",
                _presence(view, paper),
                view.organisation if view.outside else "",
            )
            for view in rows
        ],
        give=("NAME", "ROLES", "LICENCE", "WHERE"),
    )
    for view in rows:
        yield from (f"! {view.handle}: {warning}" for warning in view.warnings)


def _facts(view: PersonView, paper: Paper) -> Iterator[str]:
    yield f"{view.handle}  {view.name}"
    yield from paper.facts(
        [
            ("roles", view.roles),
            ("licensed", view.licences or ("yes" if view.licensed else "no")),
            ("house", _house(view)),
            ("languages", view.languages),
            ("skills", view.skills),
            ("e-mail", view.email),
            (
                "open work",
                f"{view.open_hours:g} of {view.capacity_hours:g} hours a week"
                + (f" ({view.ramp})" if view.ramp else ""),
            ),
            ("where", _presence(view, paper)),
        ]
    )
    yield from (f"! {warning}" for warning in view.warnings)
