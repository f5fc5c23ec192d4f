"""`casedesk delegate`: work handed on under supervision, checked, and what may never be handed on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of
from casedesk.cli.words import After, Limit, OfMatter, TaskRef

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views.people import ActView, SupervisionView

app = noun("Delegation: who may do what, under whom, and what came of it.")

Ref = Annotated[str, typer.Argument(metavar="DELEGATION", help="A delegation, as delegate list shows it.")]


@app.command()
def acts(
    ctx: typer.Context,
    never: Annotated[
        bool,
        typer.Option("--never", help="Only what is never delegated, or never done by people from outside."),
    ] = False,
    act: Annotated[str | None, typer.Option(metavar="ACT", help="One act in full, with its ground.")] = None,
) -> None:
    """Print the authority matrix: each act, who may do it, whether it is delegated, and on which ground.

    Example: casedesk delegate acts --never
    """
    from casedesk.desk import authority

    session = of(ctx)
    with session.desk() as desk:
        rows = (desk.read(authority.act, act),) if act is not None else desk.read(authority.acts)
    if never:
        rows = tuple(row for row in rows if not row.delegable or not row.outsourceable)
    session.say(rows, _ground if act is not None else _matrix)


@app.command()
def give(
    ctx: typer.Context,
    task: TaskRef,
    to: Annotated[str, typer.Option(metavar="HANDLE", help="Who does it.")],
    instructions: Annotated[str, typer.Option(metavar="TEXT", help="What is to be done, and how.")],
    under: Annotated[
        str | None,
        typer.Option(
            metavar="HANDLE", help="The attorney it stands under; else the matter's supervising attorney."
        ),
    ] = None,
) -> None:
    """Delegate a task under supervision. Refused for what is never delegated, and for whom the matrix does not accept.

    Example: casedesk delegate give T-1F3K9A --to mduarte --under aokafor --instructions "Draft from template B"
    """
    from casedesk.desk import supervision

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(supervision.give, task, to=to, under=under, instructions=instructions)
    for warning in view.warnings:
        session.tell(f"Warning: {warning}.")
    session.say(view, _one)


@app.command()
def check(
    ctx: typer.Context,
    delegation: Ref,
    outcome: Annotated[
        str,
        typer.Argument(metavar="accepted|corrected|returned|escalated", help="What you found of the work."),
    ],
    remarks: Annotated[str, typer.Option(metavar="TEXT", help="A word why, unless it is accepted.")] = "",
) -> None:
    """Say what you found of the work you supervise. Returned work is done and checked again.

    Example: casedesk delegate check DL-1F3K9A returned --remarks "Exhibit C is missing"
    """
    from casedesk.desk import supervision

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(supervision.check, delegation, outcome, remarks=remarks)
    session.say(view, _one)


@app.command()
def escalate(
    ctx: typer.Context,
    delegation: Ref,
    remarks: Annotated[str, typer.Option(metavar="TEXT", help="What is wrong.")],
) -> None:
    """Raise a problem with delegated work: supervisor, lead attorney and managers hear of it now.

    Example: casedesk delegate escalate DL-1F3K9A --remarks "The client says the marriage date is wrong"
    """
    from casedesk.desk import supervision

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(supervision.escalate, delegation, remarks=remarks)
    session.say(view, _one)


@app.command()
def show(ctx: typer.Context, delegation: Ref) -> None:
    """Show one piece of delegated work.

    Example: casedesk delegate show DL-1F3K9A
    """
    from casedesk.desk import supervision

    session = of(ctx)
    with session.desk() as desk:
        view = desk.read(supervision.show, delegation)
    session.say(view, _one)


@app.command("list")
def list_(
    ctx: typer.Context,
    mine: Annotated[bool, typer.Option("--mine", help="What was delegated to me.")] = False,
    everybody: Annotated[bool, typer.Option("--all", help="All that I may see.")] = False,
    closed: Annotated[bool, typer.Option("--closed", help="What is checked as well.")] = False,
    matter: OfMatter = None,
    limit: Limit = 50,
    after: After = None,
) -> None:
    """List the delegated work I supervise that is not checked yet; what is done and waits for me says so.

    Example: casedesk delegate list
    """
    from casedesk.desk import supervision

    session = of(ctx)
    scope = "mine" if mine else "all" if everybody or matter is not None else "supervising"
    with session.desk() as desk:
        rows = desk.read(
            supervision.listing, scope=scope, matter=matter, closed=closed, limit=limit, after=after
        )
    session.say_rows(rows, limit, _table, "No delegated work waits here. Try casedesk delegate list --all.")


def _matrix(rows: Sequence[ActView], paper: Paper) -> Iterator[str]:
    if rows:
        yield f"Authority matrix, version {rows[0].version}, {rows[0].sha256[:8]}…{rows[0].sha256[-8:]}"
    yield from paper.table(
        ("ACT", "WHAT", "WHO", "DELEGATED TO", "FROM OUTSIDE", "MINE", "HELD BY"),
        [
            (
                view.id,
                view.title,
                view.who,
                ", ".join(role.replace("_", " ") for role in view.to) if view.delegable else "never",
                "yes" if view.outsourceable else "never",
                {"yes": "yes", "own": "own matters"}.get(view.mine, "no"),
                f"the {view.held}",
            )
            for view in rows
        ],
        give=("WHAT", "WHO", "DELEGATED TO"),
    )


def _ground(rows: Sequence[ActView], paper: Paper) -> Iterator[str]:
    for view in rows:
        yield f"{view.id}  {view.title}"
        yield from paper.facts(
            [
                ("who", view.who),
                ("delegated to", [r.replace("_", " ") for r in view.to] if view.delegable else "never"),
                ("from outside", "yes, in their matters" if view.outsourceable else "never"),
                ("training", view.training),
                ("tasks", view.task_kinds),
                (
                    "scope",
                    "partial accreditation does not reach it before the court" if view.within_scope else "",
                ),
                ("held by", f"the {view.held}"),
                ("ground", view.ground),
                ("citation", f"{view.citation}  [{view.confidence}]"),
            ]
        )


def _state(view: SupervisionView) -> str:
    if view.outcome is not None:
        return view.outcome
    return "done, waits for the check" if view.waiting else view.task_state.replace("_", " ")


def _table(rows: Sequence[SupervisionView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("DELEGATION", "TASK", "WHAT", "MATTER", "WITH", "UNDER", "SINCE", "STATE"),
        [
            (
                view.ref,
                view.task,
                view.title,
                view.matter or "",
                view.delegate,
                view.supervisor,
                paper.at(view.given_at),
                _state(view),
            )
            for view in rows
        ],
        give=("WHAT",),
    )


def _one(view: SupervisionView, paper: Paper) -> Iterator[str]:
    yield f"{view.ref}  {view.title} ({view.task})"
    yield from paper.facts(
        [
            ("matter", view.matter and f"{view.matter}  {view.caption}"),
            ("act", view.act.replace("_", " ")),
            ("with", view.delegate),
            ("under", view.supervisor),
            ("given", f"{paper.at(view.given_at)} by {view.given_by}"),
            ("instructions", view.instructions),
            ("state", _state(view)),
            ("checked", view.checked_by and f"{paper.at(view.checked_at)} by {view.checked_by}"),
            ("remarks", view.remarks),
            ("matrix", view.authority_sha256[:8]),
        ]
    )
