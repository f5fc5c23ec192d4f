"""`casedesk matter import`: a spreadsheet of clients becomes matters, with a dry run first and an undo after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from casedesk.cli.session import of
from casedesk.refusal import WrongUsage

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.importing import Imported, Undone

FIRST_ROWS = 10
"""What a dry run shows."""


def import_(
    ctx: typer.Context,
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="An XLSX or CSV file.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the columns and the first rows; write nothing.")
    ] = False,
    undo: Annotated[
        str | None, typer.Option(metavar="BATCH", help="Undo one import, by the name in its report.")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=FIELD", help="What a column is, by heading or letter: 'Alien No.=a_number'; B=skip."
        ),
    ] = None,
    dates: Annotated[
        str | None, typer.Option(metavar="ORDER", help="How 3/4/26 is meant: mdy or dmy.")
    ] = None,
    type: Annotated[
        str | None, typer.Option(metavar="TYPE", help="The matter type of rows that name none.")
    ] = None,
    language: Annotated[str, typer.Option(help="The language of rows that name none.")] = "en",
) -> None:
    """Bring a list of clients in as matters. Try it with --dry-run first; --undo takes all of it back.

    Example: casedesk matter import clients.xlsx --dry-run
    """
    from casedesk.desk import importing

    session = of(ctx)
    if (file is None) == (undo is None):
        raise WrongUsage(
            "usage", "Name a FILE, or an import with --undo.", "See casedesk matter import --help."
        )
    if undo is not None:
        session.require_writing()
        with session.desk() as desk:
            session.say(importing.undo(desk, undo), _undone)
        return
    assert file is not None
    book = importing.read(file)
    with session.desk() as desk:
        plan = desk.read(
            importing.planned, book, columns=tuple(column or ()), dates=dates, type=type, language=language
        )
        if dry_run:
            said = importing.report(plan, desk.read(importing.look, plan), None)
        else:
            session.require_writing()
            said = importing.bring_in(desk, plan, lambda rows: session.steps(rows, "Bringing in"))
    if said.count("held"):
        session.status = 1
    session.say(_document(said) if session.json else said, lambda _, paper: _report(said, paper))


def _document(said: Imported) -> dict[str, Any]:
    return {
        "file": said.file,
        "batch": said.batch,
        "dry_run": said.dry_run,
        "new": said.count("new"),
        "there": said.count("there"),
        "held": said.count("held"),
        "sheets": said.sheets,
        "rows": said.rows,
        "problems": said.problems,
    }


def _report(said: Imported, paper: Paper) -> Iterator[str]:
    for sheet in said.sheets:
        if sheet.left_out:
            yield f"{sheet.name}: left out, {sheet.left_out}."
            continue
        yield f"{sheet.name}: headings in row {sheet.heading_row}."
        yield from paper.table(
            ("", "COLUMN", "IS", "BECAUSE"),
            [
                (
                    one.letter,
                    one.heading,
                    one.field or "not brought in",
                    one.why or _days(sheet.orders.get(one.letter)) or "of its heading",
                )
                for one in sheet.columns
            ],
            give=("COLUMN", "BECAUSE"),
        )
        yield ""
    yield from _lines(said, paper)
    if said.problems:
        yield ""
        yield "Cells that will not do:"
        yield from (
            f"{problem.sentence()} ({'the row waits' if problem.held else 'left empty'})"
            for problem in said.problems
        )
    yield ""
    yield from _end(said)


def _days(orders: Mapping[str, str] | None) -> str:
    if not orders:
        return ""
    ways = {"mdy": "month, day, year", "dmy": "day, month, year"}
    said = " and ".join(f"1{sign}2{sign}26 is {ways[order]}" for sign, order in orders.items())
    return f"of its heading; {said}, as its other days show"


def _lines(said: Imported, paper: Paper) -> Iterator[str]:
    rows: Sequence[Any] = said.rows[:FIRST_ROWS] if said.dry_run else said.rows
    yield from paper.table(
        ("SHEET", "ROW", "CLIENT", "TYPE", "LANG", "A-NUMBER", "FORMS", "DATES", "WHAT BECOMES OF IT"),
        [
            (
                row.sheet,
                str(row.row),
                row.client,
                row.type,
                row.language,
                row.a_number or "",
                "; ".join(row.forms),
                "; ".join(row.dates),
                "; ".join([("held: " if row.state == "held" else "") + row.said, *row.notes]),
            )
            for row in rows
        ],
        give=("CLIENT", "TYPE", "FORMS", "DATES", "WHAT BECOMES OF IT"),
    )
    if len(said.rows) > len(rows):
        yield f"... and {len(said.rows) - len(rows)} rows more."


def _end(said: Imported) -> Iterator[str]:
    new, there, held = (said.count(state) for state in ("new", "there", "held"))
    done = "would come in" if said.dry_run else "came in"
    yield f"{new} {done}, {there} there already, {held} held back; {len(said.problems)} cells named."
    if said.dry_run:
        yield "Nothing was written. Leave out --dry-run to bring them in."
    else:
        yield f"To take all of it back: casedesk matter import --undo {said.batch}"


def _undone(said: Undone, paper: Paper) -> Iterator[str]:
    yield f"{said.batch} is undone: {len(said.withdrawn)} matters are closed as imported in error."
    yield from (f"{ref} is kept: {why}." for ref, why in said.kept.items())
