"""`casedesk appointment`: hearings, biometrics, interviews."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from casedesk.cli.kit import noun
from casedesk.cli.paper import counted
from casedesk.cli.session import of
from casedesk.cli.words import After, Limit, MatterRef, OfMatter

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views.dates import AppointmentView

app = noun("Hearings, biometrics, interviews: set, confirm, move, and what came of them.")

AppointmentRef = Annotated[
    str, typer.Argument(metavar="APPOINTMENT", help="An appointment: AP-2W8H5T, or its id.")
]
Zone = Annotated[
    str | None,
    typer.Option(metavar="ZONE", help="The clock of the place, such as America/Chicago; the office's."),
]


def _when(text: str) -> datetime:
    """A day and an hour: `2026-12-02T09:00` or `2026-12-02 09:00`, local at the place where no zone is said."""
    try:
        found = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        found = None
    if found is None or len(text.strip()) <= len("2026-12-02"):
        raise typer.BadParameter(f"{text!r} is not a day and an hour like 2026-12-02T09:00.")
    return found


At = Annotated[
    datetime,
    typer.Option("--at", parser=_when, metavar="WHEN", help="Day and hour at the place: 2026-12-02T09:00."),
]


@app.command()
def add(
    ctx: typer.Context,
    matter: MatterRef,
    at: At,
    kind: Annotated[str, typer.Option(help="hearing, biometrics, interview or other.")],
    zone: Zone = None,
    place: Annotated[str, typer.Option(help="Where.")] = "",
    party: Annotated[str | None, typer.Option(metavar="NAME", help="Whose it is, by name or id.")] = None,
    person: Annotated[
        str | None, typer.Option(metavar="HANDLE", help="Who of the firm appears; the lead attorney.")
    ] = None,
    minutes: Annotated[int | None, typer.Option(help="How long it takes; by its kind.")] = None,
    title: Annotated[str, typer.Option(help="What it is called; by its kind.")] = "",
    judge: Annotated[str, typer.Option(help="The judge.")] = "",
    language: Annotated[str, typer.Option(help="The language spoken; the matter's.")] = "",
    hearing: Annotated[str, typer.Option(help="individual or master.")] = "individual",
    filing_date: Annotated[
        bool, typer.Option(help="Count the filing date before an individual hearing (D-54).")
    ] = True,
    form: Annotated[str | None, typer.Option(metavar="FORM", help="The form it is about.")] = None,
) -> None:
    """Set an appointment by hand.

    Example: casedesk appointment add M-2026-0042 --kind biometrics --at 2026-12-02T09:00 --place Queens
    """
    from casedesk.desk import appointments

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(
            appointments.add,
            matter,
            kind,
            at,
            zone=zone,
            place=place,
            party=party,
            person=person,
            minutes=minutes,
            title=title,
            judge=judge,
            language=language,
            hearing=hearing,
            filing_date=filing_date,
            form=form,
        )
    session.say(view, _facts)


@app.command()
def confirm(ctx: typer.Context, appointment: AppointmentRef) -> None:
    """Record that whoever is to be there has said so.

    Example: casedesk appointment confirm AP-2W8H5T
    """
    from casedesk.desk import appointments

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(appointments.confirm, appointment)
    session.say(view, _facts)


@app.command()
def reschedule(
    ctx: typer.Context,
    appointment: AppointmentRef,
    at: At,
    by: Annotated[str, typer.Option(help="Who asked: client, court or agency.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    zone: Zone = None,
    place: Annotated[str | None, typer.Option(help="Where; as before.")] = None,
    judge: Annotated[str | None, typer.Option(help="The judge; as before.")] = None,
    minutes: Annotated[int | None, typer.Option(help="How long; as before.")] = None,
) -> None:
    """Move an appointment, before its time.

    Example: casedesk appointment reschedule AP-2W8H5T --at 2026-12-09T09:00 --by client --reason "travels"
    """
    from casedesk.desk import appointments

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(
            appointments.reschedule,
            appointment,
            at,
            by=by,
            reason=reason,
            zone=zone,
            place=place,
            judge=judge,
            minutes=minutes,
        )
    session.say(view, _facts)


@app.command()
def outcome(
    ctx: typer.Context,
    appointment: AppointmentRef,
    result: Annotated[
        str, typer.Argument(metavar="OUTCOME", help="attended, no_show, continued or cancelled.")
    ],
    note: Annotated[str, typer.Option(help="What is to be known of it.")] = "",
) -> None:
    """Record what came of an appointment.

    Example: casedesk appointment outcome AP-2W8H5T attended
    """
    from casedesk.desk import appointments

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(appointments.outcome, appointment, result, note=note)
    session.say(view, _facts)


@app.command("list")
def list_(ctx: typer.Context, matter: OfMatter = None, limit: Limit = 50, after: After = None) -> None:
    """List appointments without an outcome, the next one first; of one matter all of them.

    Example: casedesk appointment list --matter M-2026-0042
    """
    from casedesk.desk import appointments

    session = of(ctx)
    with session.desk() as desk:
        rows = desk.read(appointments.listing, matter=matter, limit=limit, after=after)
    session.say_rows(rows, limit, _table, "No appointment here. See casedesk appointment add --help.")


def local(view: AppointmentView) -> str:
    """`Wed 2026-12-02 09:00 EST`, on the clock of the place."""
    return view.at.astimezone(ZoneInfo(view.zone)).strftime("%a %Y-%m-%d %H:%M %Z")


def _table(rows: Sequence[AppointmentView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("APPOINTMENT", "WHEN", "WHAT", "MATTER", "CLIENT", "APPEARS", "PLACE", "STATE", "CLASHES WITH"),
        [
            (
                view.ref,
                local(view),
                view.title,
                view.matter,
                view.party or view.caption,
                view.person or "",
                view.place,
                view.status.replace("_", " "),
                ", ".join(view.clash),
            )
            for view in rows
        ],
        give=("CLIENT", "PLACE", "WHAT"),
    )


def _facts(view: AppointmentView, paper: Paper) -> Iterator[str]:
    yield f"{view.ref}  {view.title}"
    yield from paper.facts(
        [
            ("matter", f"{view.matter} {view.caption}"),
            ("when", f"{local(view)} ({view.zone}), {counted(view.minutes, 'minute')}"),
            ("place", view.place),
            ("whose", view.party),
            ("appears", view.person),
            ("judge", view.judge),
            ("language", view.language),
            ("state", view.status.replace("_", " ")),
            ("confirmed by", view.confirmed_by or ("" if view.outcome else "nobody yet")),
            ("clashes with", view.clash),
            ("filing date", view.filing_date),
            ("moved", counted(view.sequence, "time") if view.sequence else ""),
        ]
    )
    for former in view.moved:
        was = datetime.fromisoformat(former["at"]).astimezone(ZoneInfo(former["zone"]))
        yield f"  was {was:%a %Y-%m-%d %H:%M %Z}; moved for the {former['by']}: {former['reason']}"
