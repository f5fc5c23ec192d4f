"""`casedesk demo`: a demo firm, and its desk."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from casedesk.cli.kit import noun
from casedesk.cli.paper import counted
from casedesk.cli.session import Session, of

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.demo import DemoMade

app = noun("Make a demo firm and open its desk.")

Size = Literal["small", "firm", "large"]


@app.command("demo")
def demo_(
    ctx: typer.Context,
    directory: Annotated[Path | None, typer.Option("--dir", metavar="D", help="Where to make it.")] = None,
    size: Annotated[Size, typer.Option(help="How large a firm.")] = "small",
    no_open: Annotated[bool, typer.Option("--no-open", help="Make it, and open no desk.")] = False,
) -> None:
    """Make a demo firm of synthetic people and open its desk; a second time, open what is there.

    The small firm has ten people and a history. `firm` has 2,000 matters besides, `large` 100,000 with a million tasks.

    Example: casedesk demo
    """
    from casedesk import demo

    session = of(ctx)
    with _bar(session) as progress:
        made = demo.run(directory, size, session.store, clock=session.clock, progress=progress)
    if session.json:
        from casedesk.cli.encode import merged

        people = [{"handle": one.handle, "name": one.name, "roles": one.roles} for one in made.persons]
        session.say(merged(made, {"persons": people}), lambda _, __: ())
        return
    session.say(made, _made)
    if no_open or not session.on_terminal:
        return
    if made.pgpass is not None:
        os.environ["PGPASSFILE"] = str(made.pgpass)
    session.store = made.store
    session.person = session.person or made.persons[0].handle
    with session.desk() as desk:
        from casedesk.cli.keeping import keeping
        from casedesk.screens.opening import run

        session.status = run(desk, keeping(session, desk))


def _made(made: DemoMade, paper: Paper) -> Iterator[str]:
    verb = "is there already" if made.existed else "is made"
    work = f"{counted(made.tasks, 'task')}, {made.open_tasks} of them open"
    yield f"The DEMO firm {verb}: {counted(made.matters, 'matter')}, {work}. All of it is made up."
    yield from paper.table(
        ("HANDLE", "NAME", "ROLES"),
        [(one.handle, one.name, ", ".join(one.roles)) for one in made.persons],
    )
    yield from paper.facts(
        [
            ("store", made.store),
            ("signing passphrase", made.signing_passphrase),
            ("encryption", "" if made.pgpass else "none: a demo is plain, and nobody in it is real"),
            ("papers to try", str(made.papers)),
            ("passwords", f"PGPASSFILE={made.pgpass}" if made.pgpass else ""),
            ("open it", f'casedesk --store "{made.store}" --as {made.persons[0].handle}'),
        ]
    )


@contextmanager
def _bar(session: Session) -> Iterator[Callable[[float], None] | None]:
    """A bar on stderr while the firm is made, on a terminal only."""
    if session.json or not sys.stderr.isatty():
        yield None
        return
    with typer.progressbar(length=100, label="Making the demo firm", file=sys.stderr) as bar:
        yield lambda done: bar.update(int(done * 100) - bar.pos)
