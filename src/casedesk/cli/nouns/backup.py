"""`casedesk backup`: the whole store in one encrypted file, and such a file checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import Session, of

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.backups import BackupView

app = noun("Back the whole store up into one encrypted file; check such a file.")


@app.callback(invoke_without_command=True)
def backup_(
    ctx: typer.Context,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="The new file to write.")] = None,
    recipient: Annotated[
        list[str] | None,
        typer.Option(metavar="AGE1...", help="Somebody else who can open it; may be given again."),
    ] = None,
    set_recipient: Annotated[
        str | None,
        typer.Option(metavar="AGE1...", help="The firm's recovery recipient, for every backup from now on."),
    ] = None,
    new_identity: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Make a recovery identity in this new file; needs no store."),
    ] = None,
    plain: Annotated[bool, typer.Option("--plain", help="In the clear; the demo's only.")] = False,
) -> None:
    """Write the whole store, as it is at one moment, to one file, encrypted to the firm's recovery recipient.

    Nobody has to stop working. A shared store is backed up by its owner: --store postgresql://OWNER@host/db. The
    identity that opens a backup is made once, with --new-identity, and belongs in the firm's safe.

    Example: casedesk backup --out /media/backup/firm-2026-11-09.age
    """
    if ctx.invoked_subcommand is not None:
        return
    from casedesk.refusal import WrongUsage

    session = of(ctx)
    if out is None and set_recipient is None and new_identity is None:
        raise WrongUsage("usage", "A backup needs --out FILE.", "See casedesk backup --help.")
    if new_identity is not None:
        if out is not None or set_recipient is not None:
            raise WrongUsage(
                "usage",
                "An identity is made alone, and moved off this machine.",
                "Leave out the other options.",
            )
        session.say(_made_identity(new_identity), _identity)
        return
    from casedesk import restoring

    with (
        restoring.kept_store(
            session.store,
            session.person,
            clock=session.clock,
            read_only=session.read_only,
            prompt=session.prompt(),
            key_file=session.key_file,
        ) as store,
        bar(session, "Backing up") as progress,
    ):
        view = restoring.back_up(
            store,
            None if out is None else out.expanduser().absolute(),
            tuple(recipient or ()),
            recipient=set_recipient,
            plain=plain,
            progress=progress,
        )
    if view is None:
        session.say(
            {"recipient": set_recipient}, lambda said, _: [f"Backups go to {said['recipient']} from now on."]
        )
    else:
        session.say(view, _written)


@app.command()
def verify(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")],
    identity: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The file with the recovery identity.")
    ] = None,
) -> None:
    """Read a backup to its end and check that it is whole, and that nothing in its trail was changed.

    Example: casedesk backup verify firm-2026-11-09.age --identity recovery.txt
    """
    from casedesk.desk import backups

    session = of(ctx)
    session.say(backups.verify(file.expanduser(), identity_of(identity)), _checked)


def identity_of(path: Path | None) -> str | None:
    """The identity in a file. Raises `Refusal` for a file that cannot be read or holds none."""
    if path is None:
        return None
    from casedesk.refusal import Refusal
    from casedesk.security.age import identity_in

    try:
        text = path.expanduser().read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise Refusal(
            "no_identity", f"{path} cannot be read: {error.strerror}.", "Name the identity's file."
        ) from None
    return identity_in(text)


@contextmanager
def bar(session: Session, what: str) -> Iterator[Callable[[float], None] | None]:
    """A bar on stderr, on a terminal only; it is told of parts of 1."""
    import sys

    if session.json or not sys.stderr.isatty():
        yield None
        return
    with ExitStack() as drawing:
        drawn: list[Any] = []

        def told(done: float) -> None:
            if not drawn:  # not before there is something to tell: a question may come first
                made = typer.progressbar(length=100, label=what, file=sys.stderr)
                drawn.append(drawing.enter_context(made))
            drawn[0].update(int(done * 100) - drawn[0].pos)

        yield told


def _made_identity(path: Path) -> dict[str, Any]:
    from casedesk.security.age import new_identity
    from casedesk.security.handed import hand_out

    identity, recipient = new_identity()
    hand_out(
        path.expanduser(),
        "# The recovery identity of a firm's casedesk backups: whoever has this file and a backup reads everything.\n"
        f"# Its recipient, which is public: {recipient}\n{identity}\n",
    )
    return {"identity": str(path), "recipient": recipient}


def _identity(said: dict[str, Any], paper: Paper) -> Iterator[str]:
    yield f"The recovery identity lies in {said['identity']}; nobody keeps another copy."
    yield "Print it or move it to the firm's safe, off this machine and away from the backups."
    yield f"Then: casedesk backup --set-recipient {said['recipient']}"


def _written(view: BackupView, paper: Paper) -> Iterator[str]:
    from casedesk.cli.paper import counted

    yield f"The store is backed up: {counted(view.rows, 'row')} of {counted(view.tables, 'table')}, in {view.file}."
    yield from _facts(view, paper)
    if not view.encrypted:
        yield "It lies in the clear; nobody in a demo is real."


def _checked(view: BackupView, paper: Paper) -> Iterator[str]:
    yield f"The backup is whole, and its trail holds: {view.entries} entries, none changed."
    yield from _facts(view, paper)


def _facts(view: BackupView, paper: Paper) -> Iterator[str]:
    yield from paper.facts(
        [
            ("store", view.store),
            ("made", f"{paper.at_zone(view.made_at)} by {view.made_by}"),
            ("from", f"{'PostgreSQL' if view.kind == 'postgresql' else 'SQLite'}, schema {view.schema}"),
            ("trail's head", view.head),
            ("newest seal", view.seal),
            ("opens with", view.recipients),
            ("SHA-256", view.sha256),
        ]
    )
