"""`casedesk packet`: its bytes, handed out and checked."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import Session, of, window, write_file
from casedesk.cli.words import MOST_ROWS, After, Limit, OfMatter, PacketRef
from casedesk.refusal import WrongUsage

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views.gate import BundleView, PacketVerified
    from casedesk.security.bundle_check import Verdict

app = noun("Hand out a packet's bytes, and check them.")


@app.command("list")
def list_(ctx: typer.Context, matter: OfMatter = None, limit: Limit = 50, after: After = None) -> None:
    """List packets.

    Example: casedesk packet list --matter M-2026-0042
    """
    from casedesk.desk import packets

    session = of(ctx)
    with session.desk() as desk:
        rows = window(desk.read(packets.listing, matter, MOST_ROWS), limit, after)
    session.say_rows(rows, limit, _table, "No packet here. See casedesk draft submit --help.")


@app.command()
def assemble(
    ctx: typer.Context,
    packet: PacketRef,
    out: Annotated[Path, typer.Option(metavar="FILE", help="The PDF to write.")],
) -> None:
    """Write the packet as it was reviewed to a PDF, and check every paper in it.

    Example: casedesk packet assemble P-9X2D4C --out response.pdf
    """
    from casedesk.desk import packets

    session = of(ctx)
    with session.desk() as desk:
        view, data = desk.read(packets.assemble, packet)
    _answer(session, dataclasses.replace(view, out=write_file(str(out), data)))


@app.command()
def view(ctx: typer.Context, packet: PacketRef) -> None:
    """Open a packet in the system's viewer, from a private copy that is removed when you have looked.

    Example: casedesk packet view P-9X2D4C
    """
    from casedesk.cli import viewing as at_hand
    from casedesk.desk import viewing

    session = of(ctx)
    with session.desk() as desk:
        found = desk.read(viewing.packet, packet)
    session.say(at_hand.show(session, found), at_hand.drawn)


@app.command()
def bundle(
    ctx: typer.Context,
    packet: PacketRef,
    out: Annotated[Path, typer.Option(metavar="FILE", help="The ZIP to write.")],
    reason: Annotated[str, typer.Option(metavar="WHY", help="For whom or why; it stands on record.")] = "",
) -> None:
    """Write a packet with its sign-off, and all that proves it, to one file that is checked with no store.

    Example: casedesk packet bundle P-9X2D4C --out response.zip --reason "for the carrier"
    """
    from casedesk.desk import bundle as bundles

    session = of(ctx)
    with session.desk() as desk:
        view, data = desk.write(bundles.make, packet, reason=reason)
    session.say(dataclasses.replace(view, out=write_file(str(out), data)), _bundled)


@app.command()
def verify(
    ctx: typer.Context,
    packet: Annotated[
        str | None, typer.Argument(metavar="PACKET", help="Such as P-9X2D4C; not with --bundle.")
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", exists=True, dir_okay=False, help="Check this file instead of the store's bytes."
        ),
    ] = None,
    bundle: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", exists=True, dir_okay=False, help="Check this bundle; no store is opened."
        ),
    ] = None,
) -> None:
    """Check a packet's bytes against what was reviewed and signed off; exit status 1 when they differ.

    Example: casedesk packet verify P-9X2D4C --file response.pdf
    """
    if (packet is None) == (bundle is None) or (bundle is not None and file is not None):
        raise WrongUsage("usage", "Name a packet, or a bundle's file with --bundle.", "Give one of them.")
    session = of(ctx)
    if bundle is not None:
        _verify_bundle(session, bundle)
        return
    assert packet is not None
    from casedesk.desk import packets

    given = file.read_bytes() if file else None
    with session.desk() as desk:
        view = desk.read(packets.verify, packet, file=given)
    _answer(session, view)


def _verify_bundle(session: Session, file: Path) -> None:
    from casedesk.security import bundle_check

    verdict = bundle_check.check(file.read_bytes())
    if not verdict.ok:
        session.status = 1
    session.say(verdict, _checked)


def _bundled(view: BundleView, paper: Paper) -> Iterator[str]:
    yield f"The bundle of {view.packet}, signed off by {view.signer}, is written; export {view.export}."
    yield from paper.facts([("sha256", view.sha256), ("written to", view.out), ("root key", view.root_key)])
    yield "Give the root key's id to whoever checks it, another way than with the file."


def _checked(verdict: Verdict, paper: Paper) -> Iterator[str]:
    yield f"{verdict.packet or 'The file'}: {'everything in the bundle verifies' if verdict.ok else 'NOT PROVED'}."
    yield from paper.table(
        ("", "CHECK", "FOUND"),
        [("ok" if one.ok else "FAILED", one.what, one.told) for one in verdict.findings],
        give=("FOUND",),
    )
    if verdict.ok:
        yield f"Compare the root key {verdict.root_key} with the one the firm gave you."
        yield "Whether a key was revoked since, the file cannot know."


def _answer(session: Session, view: PacketVerified) -> None:
    if not view.ok:
        session.status = 1
    session.say(view, _verified)


def _verified(view: PacketVerified, paper: Paper) -> Iterator[str]:
    verdict = "every byte is as reviewed" if view.ok else view.problem or "NOT as reviewed"
    yield f"{view.packet}: {verdict.rstrip('.')}."
    yield from paper.facts([("sha256", view.sha256), ("pages", view.pages), ("written to", view.out)])
    yield from paper.table(
        ("", "PAPER", "DOCUMENT", "SHA256"),
        [("ok" if one.ok else "CHANGED", one.name, one.document, one.sha256[:16]) for one in view.documents],
        give=("PAPER",),
    )


def _table(rows: Sequence[dict[str, Any]], paper: Paper) -> Iterator[str]:
    heads = tuple(rows[0])
    yield from paper.table(
        tuple(head.replace("_", " ").upper() for head in heads),
        [tuple("" if row[head] is None else str(row[head]) for head in heads) for row in rows],
        give=("TITLE", "CAPTION", "SHA256"),
    )
