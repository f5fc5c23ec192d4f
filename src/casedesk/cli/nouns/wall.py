"""`casedesk matter wall`: who passes an ethical wall, who is screened, and the certificate of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.paper import counted
from casedesk.cli.session import of, window, write_file
from casedesk.cli.words import After, Handle, Limit, MatterRef

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views.matters import WallLine
    from casedesk.desk.wall_certificate import CertificateView
    from casedesk.desk.wall_views import ScreenView, SightView, WallView

app = noun("Ethical walls: raised, passed, acknowledged, certified, taken down.")

WallRef = Annotated[
    str, typer.Argument(metavar="MATTER", help="A matter (its newest wall), or a wall: W-1F3K9A.")
]
ReassignTo = Annotated[
    str | None,
    typer.Option("--reassign-to", metavar="HANDLE", help="Who takes over what they hold of the matter."),
]


@app.command("raise")
def raise_(
    ctx: typer.Context,
    matter: MatterRef,
    reason: Annotated[str, typer.Option(help="Why it is raised; those inside can read it.")],
    inside: Annotated[
        list[str] | None, typer.Option(metavar="HANDLE", help="Who passes it; may be given again.")
    ] = None,
    out: Annotated[
        list[str] | None,
        typer.Option(metavar="HANDLE", help="Who does not, everybody else does; may be given again."),
    ] = None,
    reassign_to: ReassignTo = None,
) -> None:
    """Raise a wall around a matter; everybody outside is told that they are screened, and sees nothing of it.

    Example: casedesk matter wall raise M-2026-0042 --reason "He was her husband's paralegal" --out bcole
    """
    from casedesk.desk import walls

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(
            walls.raise_wall,
            matter,
            reason,
            inside=tuple(inside or ()),
            out=tuple(out or ()),
            reassign_to=reassign_to,
        )
    session.say(view, _wall)


@app.command()
def show(ctx: typer.Context, wall: WallRef) -> None:
    """Show a wall: since when and why, who is inside, who is screened and has said so.

    Example: casedesk matter wall show M-2026-0042
    """
    from casedesk.desk import walls

    session = of(ctx)
    with session.desk() as desk:
        view = desk.read(walls.show, wall)
    session.say(view, _wall)


@app.command("list")
def list_(
    ctx: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Those that were taken down as well.")] = False,
    limit: Limit = 50,
    after: After = None,
) -> None:
    """List the walls you are inside of.

    Example: casedesk matter wall list
    """
    from casedesk.desk import walls

    session = of(ctx)
    with session.desk() as desk:
        rows = desk.read(walls.listing, every=every, limit=limit, after=after)
    session.say_rows(rows, limit, _table, "No wall here.")


@app.command()
def admit(
    ctx: typer.Context,
    matter: MatterRef,
    person: Handle,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
) -> None:
    """Let somebody through a wall; admit somebody from outside the firm to a matter with none.

    Example: casedesk matter wall admit M-2026-0042 lchen --reason "Second review"
    """
    from casedesk.desk import walls

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(walls.admit, matter, person, reason=reason)
    session.say(view, _sight)


@app.command()
def leave(
    ctx: typer.Context,
    matter: MatterRef,
    person: Handle,
    reason: Annotated[str, typer.Option(help="Why.")],
    reassign_to: ReassignTo = None,
) -> None:
    """End somebody's sight of a matter: from now on they are screened from it.

    Example: casedesk matter wall leave M-2026-0042 lchen --reason "A conflict came up" --reassign-to mduarte
    """
    from casedesk.desk import walls

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(walls.leave, matter, person, reason, reassign_to=reassign_to)
    session.say(view, _sight)


@app.command()
def lower(
    ctx: typer.Context,
    matter: MatterRef,
    reason: Annotated[str, typer.Option(help="Why it is taken down.")],
) -> None:
    """Take a wall down; those who were screened are told.

    Example: casedesk matter wall lower M-2026-0042 --reason "The other matter was withdrawn from"
    """
    from casedesk.desk import walls

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(walls.lower, matter, reason)
    session.say(view, _wall)


@app.command()
def certificate(
    ctx: typer.Context,
    wall: WallRef,
    out: Annotated[str, typer.Option(metavar="FILE", help="The PDF to write.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="For whom, and what for.")] = "",
) -> None:
    """Hand out the certificate of a wall as a PDF, on record before it is written.

    Example: casedesk matter wall certificate M-2026-0042 --reason "Asked for by her former counsel" --out wall.pdf
    """
    from casedesk.cli.encode import merged
    from casedesk.desk import wall_certificate

    session = of(ctx)
    with session.desk() as desk:
        view, data = desk.write(wall_certificate.certify, wall, reason=reason)
    path = write_file(out, data)
    if session.json:
        session.say(merged(view, {"out": path}), lambda _, __: ())
    else:
        session.say(view, lambda view, paper: _certified(view, path))


@app.command()
def screens(ctx: typer.Context, limit: Limit = 50, after: After = None) -> None:
    """List the matters you are screened from, by their numbers.

    Example: casedesk matter wall screens
    """
    from casedesk.desk import walls

    session = of(ctx)
    with session.desk() as desk:
        rows = window(desk.read(walls.screens), limit, after)
    session.say_rows(rows, limit, _screens, "You are screened from nothing.")


@app.command()
def acknowledge(
    ctx: typer.Context,
    wall: Annotated[
        str, typer.Argument(metavar="MATTER", help="The matter's number as you were told it, or the wall's.")
    ],
) -> None:
    """Say that you have read that you are screened from a matter.

    Example: casedesk matter wall acknowledge W-1F3K9A
    """
    from casedesk.desk import walls

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(walls.acknowledge, wall)
    session.say(view, lambda view, paper: _screens([view], paper))


def line(wall: WallLine | None, paper: Paper) -> str:
    """The wall on a matter's card, for those inside; empty where none stands."""
    return "" if wall is None else f"ethical wall since {paper.at(wall.since)}, {wall.inside} inside"


def _wall(view: WallView, paper: Paper) -> Iterator[str]:
    down = None if view.closed_at is None else f"{paper.at_zone(view.closed_at)} by {view.closed_by}"
    yield from paper.facts(
        [
            ("wall", f"{view.ref} around {view.matter}"),
            ("reason", view.reason),
            ("raised", f"{paper.at_zone(view.opened_at)} by {view.opened_by}"),
            ("taken down", down if down is None else f"{down}: {view.closed_reason}"),
        ]
    )
    yield ""
    yield from paper.table(
        ("INSIDE", "SINCE", "UNTIL", "BY"),
        [(one.person, paper.at(one.since), paper.at(one.until), one.added_by or "") for one in view.inside],
    )
    if view.screened:
        yield ""
        yield from paper.table(
            ("SCREENED", "TOLD", "ACKNOWLEDGED"),
            [
                (one.person, paper.at(one.told_at), paper.at(one.acknowledged_at) or "not yet")
                for one in view.screened
            ],
        )


def _table(rows: Sequence[WallView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("WALL", "MATTER", "RAISED", "TAKEN DOWN", "INSIDE", "NOT ACKNOWLEDGED", "REASON"),
        [
            (
                view.ref,
                view.matter,
                paper.at(view.opened_at),
                paper.at(view.closed_at),
                ", ".join(one.person for one in view.inside),
                ", ".join(one.person for one in view.screened if one.acknowledged_at is None),
                view.reason,
            )
            for view in rows
        ],
        give=("REASON", "NOT ACKNOWLEDGED", "INSIDE"),
    )


def _sight(view: SightView, paper: Paper) -> Iterator[str]:
    if view.inside:
        yield f"{view.person} is admitted to {view.matter}."
    else:
        yield f"{view.person} no longer sees {view.matter}."


def _screens(rows: Sequence[ScreenView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("MATTER", "WALL", "SINCE", "UNTIL", "TOLD", "ACKNOWLEDGED"),
        [
            (
                view.matter,
                view.wall,
                paper.at(view.since),
                paper.at(view.until),
                paper.at(view.told_at),
                paper.at(view.acknowledged_at) or "not yet",
            )
            for view in rows
        ],
    )


def _certified(view: CertificateView, path: str) -> Iterator[str]:
    screened = counted(len(view.screened), "person")
    yield f"The certificate of {view.wall} around {view.matter} is written to {path}; on record as {view.export}."
    yield f"{len(view.inside)} inside, {screened} screened. sha256 {view.sha256}"
