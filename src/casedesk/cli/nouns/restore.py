"""`casedesk restore`: a store made from a backup, in an empty place."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.nouns.backup import bar, identity_of
from casedesk.cli.session import Session, of

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.backups import RestoredView
    from casedesk.security.store_key import StoreKey

app = noun("Make a store from a backup, in an empty place.")


@app.command("restore")
def restore_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")],
    to: Annotated[
        str,
        typer.Option(
            metavar="PATH|URL", help="A new file, or postgresql://OWNER@host/db, an empty database."
        ),
    ],
    identity: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The file with the recovery identity.")
    ] = None,
    recovery_out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="A local store: write its new key's recovery copy to this new file."
        ),
    ] = None,
    pgpass_out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="A shared store: write the new logins' passwords to this new file."
        ),
    ] = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="A local store in the clear; the demo's only.")
    ] = False,
) -> None:
    """Make a store from a backup of either kind. It gets its name when all of it was compared; nothing is overwritten.

    A local store gets a key of its own, as with init. A shared one is made by the owner of an empty database, and
    whoever has no login on that server gets one.

    Example: casedesk restore firm-2026-11-09.age --to restored.db --identity recovery.txt
    """
    from casedesk.refusal import WrongUsage

    session = of(ctx)
    shared = "://" in to
    if (shared and (plain or recovery_out is not None)) or (not shared and pgpass_out is not None):
        raise WrongUsage(
            "usage",
            "--recovery-out and --plain are of a local store, --pgpass-out is of a shared one.",
            "See casedesk restore --help.",
        )
    opens = identity_of(identity)
    if shared:
        view = _shared(session, file, opens, to, pgpass_out)
    else:
        view = _local(session, file, opens, to, recovery_out, plain=plain)
    session.say(view, _restored)


def _local(
    session: Session, file: Path, identity: str | None, to: str, recovery_out: Path | None, *, plain: bool
) -> RestoredView:
    from casedesk import bootstrap, restoring
    from casedesk.cli.recovery import check_way, hand_over
    from casedesk.security import store_key

    path = Path(os.path.abspath(os.path.expanduser(to)))
    custody = None
    if not plain:
        key_file = session.key_file or bootstrap.named_key_file()
        custody = store_key.KEYRING if key_file is None else store_key.in_file(key_file)
        store_key.check_custody(custody)
        check_way(session, recovery_out)
    now = (session.clock or bootstrap.host_clock)()

    def confirm(key: StoreKey) -> str:
        return hand_over(session, key, path, recovery_out, now)

    with bar(session, "Restoring") as progress:
        return restoring.restore_local(
            file.expanduser(), identity, path, custody, confirm, clock=session.clock, progress=progress
        )


def _shared(
    session: Session, file: Path, identity: str | None, to: str, pgpass_out: Path | None
) -> RestoredView:
    from casedesk import bootstrap, restoring
    from casedesk.security.handed import hand_out, pgpass

    def keep(passwords: Mapping[str, str]) -> Callable[[], None]:
        if pgpass_out is None:
            return bootstrap.keep_passwords(to, passwords)
        hand_out(pgpass_out.expanduser(), pgpass(to, passwords))
        return lambda: pgpass_out.expanduser().unlink(missing_ok=True)

    with bar(session, "Restoring") as progress:
        return restoring.restore_shared(
            file.expanduser(),
            identity,
            to,
            keep,
            clock=session.clock,
            prompt=session.prompt(),
            progress=progress,
        )


def _restored(view: RestoredView, paper: Paper) -> Iterator[str]:
    from casedesk.cli.paper import counted

    yield f"{view.to} is the store as it was when it was backed up: {counted(view.rows, 'row')}, every one compared."
    yield from paper.facts(
        [
            ("store", view.store),
            ("backed up", paper.at_zone(view.made_at)),
            ("trail's head", view.head),
            ("newest seal", view.seal),
            ("new logins", view.logins),
        ]
    )
    yield "Let nobody go on working in the store that it was made from: the two have one name and two histories."
