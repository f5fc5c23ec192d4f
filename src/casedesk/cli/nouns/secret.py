"""`casedesk secret`: the key of a local store."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of

if TYPE_CHECKING:
    from casedesk.security.store_key import StoreKey

app = noun("The key of a local store.")


@app.command()
def recover(
    ctx: typer.Context,
    recovery_stdin: Annotated[
        bool, typer.Option("--recovery-stdin", help="The recovery copy, or the file with it, is stdin.")
    ] = False,
) -> None:
    """Put a store's key back into the keyring, or with --key-file into that file, from its recovery copy.

    Example: casedesk secret recover --store firm.db
    """
    from casedesk import bootstrap
    from casedesk.cli.ask import line
    from casedesk.cli.recovery import read_in
    from casedesk.refusal import Refusal

    session = of(ctx)
    session.require_writing()
    # On paper before them, a person types sixty characters; unseen, nobody gets them right.
    typed = read_in(sys.stdin.read(4096)) if recovery_stdin else line(session, "The recovery copy")
    if not typed:
        raise Refusal(
            "secret_missing", "The recovery copy is missing.", "Pipe it in and add --recovery-stdin."
        )
    path, custody = bootstrap.recover_key(session.store, typed, key_file=session.key_file)
    said = {"store": str(path), "key": str(custody)}
    session.say(said, lambda said, _: [f"The key of {said['store']} opens it, and lies in {said['key']}."])


@app.command()
def rotate(
    ctx: typer.Context,
    recovery_out: Annotated[
        Path | None,
        typer.Option("--recovery-out", metavar="FILE", help="Write the new recovery copy to this new file."),
    ] = None,
) -> None:
    """Put a store under a new key; a plain one is encrypted. Close every desk first.

    Example: casedesk secret rotate --recovery-out /media/safe/recovery.txt
    """
    from casedesk import bootstrap
    from casedesk.cli.recovery import check_way, hand_over

    session = of(ctx)
    session.require_writing()
    check_way(session, recovery_out)
    now = (session.clock or bootstrap.host_clock)()

    def confirm(store: Path, key: StoreKey) -> str:
        return hand_over(session, key, store, recovery_out, now)

    done = bootstrap.rotate_key(
        session.store,
        session.person,
        confirm,
        key_file=session.key_file,
        prompt=session.prompt(),
        clock=session.clock,
    )
    said = {
        "store": str(done.path),
        "key": str(done.custody),
        "was_plain": done.was_plain,
        "recovery": None if recovery_out is None else str(recovery_out),
    }
    session.say(said, _rotated)


def _rotated(said: dict[str, Any], paper: object) -> Iterator[str]:
    yield f"{said['store']} is under a new key, which lies in {said['key']}."
    if said["was_plain"]:
        yield "What stood in the clear may still be on the disk, and in copies made before."
    else:
        yield "Copies made before open with the old recovery copy only: keep it as long as you keep them."
