"""A letter or a label on its way out: its lines printed, or its PDF written where somebody named a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.session import write_file

if TYPE_CHECKING:
    from casedesk.cli.session import Session
    from casedesk.desk.posting import Posted

Out = Annotated[
    str | None, typer.Option(metavar="FILE", help="Write a PDF to this file; else its lines are printed.")
]


def hand_out(session: Session, made: Posted, out: str | None) -> None:
    """Writes the PDF to `out`, or says the address lines."""
    written = None if out is None else write_file(out, made.pdf)
    keys = {"to": made.to, "lines": list(made.lines), "out": written}
    said = made.lines if written is None else (f"For {made.to}: written to {written}.",)
    session.say(keys, lambda _, __: said)
