"""`casedesk training`: what people acknowledge or are trained in, and until when it counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of, window
from casedesk.cli.words import After, Handle, Limit

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views.people import CourseView, TrainingView

app = noun("Training: courses, who acknowledged which, and until when.")

Course = Annotated[str, typer.Argument(metavar="COURSE", help="A course, as training courses names it.")]


@app.command()
def courses(ctx: typer.Context) -> None:
    """List the courses, the acts that ask for each, and whether mine counts today.

    Example: casedesk training courses
    """
    from casedesk.desk import training

    session = of(ctx)
    with session.desk() as desk:
        rows = desk.read(training.courses)
    session.say(rows, _courses)


@app.command("list")
def list_(
    ctx: typer.Context,
    handle: Annotated[str | None, typer.Argument(metavar="[HANDLE]", help="Whose; else everybody's.")] = None,
    limit: Limit = 50,
    after: After = None,
) -> None:
    """List what is on record, the newest first, and what of it counts today.

    Example: casedesk training list mduarte
    """
    from casedesk.desk import training

    session = of(ctx)
    with session.desk() as desk:
        rows = window(desk.read(training.listing, handle), limit, after)
    session.say_rows(rows, limit, _table, "No training is on record. See casedesk training courses.")


@app.command()
def acknowledge(ctx: typer.Context, course: Course) -> None:
    """Say that I have read and understood a course in its edition in force.

    Example: casedesk training acknowledge confidentiality
    """
    from casedesk.desk import training

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(training.acknowledge, course)
    session.say(view, lambda view, paper: _table([view], paper))


@app.command()
def add(ctx: typer.Context, handle: Handle, course: Course) -> None:
    """Record that somebody took a course in its edition in force.

    Example: casedesk training add mduarte second_review
    """
    from casedesk.desk import training

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(training.add, handle, course)
    session.say(view, lambda view, paper: _table([view], paper))


def _table(rows: Sequence[TrainingView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("PERSON", "COURSE", "EDITION", "SINCE", "UNTIL", "RECORDED BY", "COUNTS"),
        [
            (
                view.person,
                view.title,
                view.edition,
                paper.at(view.acknowledged_at),
                paper.day(view.expires),
                view.recorded_by,
                "yes" if view.counts else f"no: {view.why_not}",
            )
            for view in rows
        ],
        give=("COURSE", "COUNTS"),
    )


def _courses(rows: Sequence[CourseView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("COURSE", "TITLE", "EDITION", "COUNTS FOR", "GIVEN BY", "MINE", "ASKED FOR BY"),
        [
            (
                view.id,
                view.title,
                view.edition,
                f"{view.months} months" if view.months else "always",
                "the firm" if view.given else "",
                "counts" if view.mine else "",
                ", ".join(view.acts),
            )
            for view in rows
        ],
        give=("TITLE", "ASKED FOR BY"),
    )
