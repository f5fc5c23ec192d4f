"""`casedesk document`: files come in, are recognised, and find their matter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from casedesk.cli.kit import noun
from casedesk.cli.paper import counted
from casedesk.cli.session import of, write_file
from casedesk.cli.words import After, DocumentRef, Limit, OfMatter
from casedesk.refusal import Refusal, StoreUnavailable

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.cli.session import Session
    from casedesk.desk.views.papers import DocumentView, EvidenceView, Received

app = noun("Take files in; list, show, match, split, set aside and get them.")

_DATE_NAMES = {
    "response_due": "printed due date",
    "agency_due": "USCIS due",
    "internal_due": "our date",
}
_DECIDED = {
    "junk": "set aside as junk",
    "split": "split into its papers",
    "joined": "put together with its whole again",
}
DATES = ("notice_date", "received_date", "priority_date", "response_due")


@app.command()
def receive(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="The files.")],
    matter: Annotated[
        str | None, typer.Option(metavar="REF", help="The matter they belong to, when you know it.")
    ] = None,
    confidential_to: Annotated[
        str | None, typer.Option(metavar="NAME", help="A party's own: they go to nobody else.")
    ] = None,
) -> None:
    """Take files in: each is kept, recognised, matched and answered by the rules, on its own.

    Example: casedesk document receive scan1.pdf scan2.pdf
    """
    from casedesk.desk import papers
    from casedesk.desk.reading import prepare

    session = of(ctx)
    results: list[tuple[Path, Received | Refusal]] = []
    with session.desk() as desk:
        for path in session.steps(files, "Receiving"):
            try:
                taken = desk.write(
                    papers.receive, prepare(path), matter=matter, confidential_to=confidential_to
                )
                results.append((path, taken))
            except StoreUnavailable:
                raise
            except Refusal as refusal:
                results.append((path, refusal))
    if any(isinstance(result, Refusal) for _, result in results):
        session.status = 1
    if session.json:
        session.say([_element(path, result) for path, result in results], lambda _, __: ())
        return
    for path, result in results:
        if isinstance(result, Refusal):
            session.tell(
                f"{path}: {result.sentence()}" if path.name not in result.message else result.sentence()
            )
        else:
            session.say(result, _received)


@app.command()
def confide(
    ctx: typer.Context,
    document: DocumentRef,
    party: Annotated[str, typer.Option(metavar="NAME", help="Whose own it is.")],
) -> None:
    """Keep a paper for one party alone: it goes into nobody else's exports and letters.

    Example: casedesk document confide D-4K7Q2M --party "Rosa Ibarra"
    """
    from casedesk.desk import family

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(family.confide, document, party)
    _say(session, view)


@app.command()
def share(
    ctx: typer.Context,
    document: DocumentRef,
    reason: Annotated[str, typer.Option(help="Why it is no longer one party's own.")],
) -> None:
    """Say that a paper is no longer one party's own; an attorney or a manager does.

    Example: casedesk document share D-4K7Q2M --reason "She agreed to show it"
    """
    from casedesk.desk import family

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(family.share, document, reason)
    _say(session, view)


@app.command("list")
def list_(
    ctx: typer.Context,
    matter: OfMatter = None,
    unmatched: Annotated[
        bool, typer.Option("--unmatched", help="Only papers that belong to no matter yet.")
    ] = False,
    aside: Annotated[bool, typer.Option("--aside", help="Only papers set aside as junk, or split.")] = False,
    limit: Limit = 50,
    after: After = None,
) -> None:
    """List documents, newest first.

    Example: casedesk document list --unmatched
    """
    from casedesk.desk import papers

    session = of(ctx)
    with session.desk() as desk:
        rows = desk.read(
            papers.listing, matter=matter, limit=limit, after=after, unmatched=unmatched, aside=aside
        )
    if session.json:
        session.say([_keys(view) for view in rows], lambda _, __: ())
    else:
        session.say_rows(rows, limit, _table, "No document here. See casedesk document receive --help.")


@app.command()
def show(ctx: typer.Context, document: DocumentRef) -> None:
    """Show a document, with the words each value was read from.

    Example: casedesk document show D-4K7Q2M
    """
    from casedesk.desk import papers

    session = of(ctx)
    with session.desk() as desk:
        view = desk.read(papers.show, document)
    _say(session, view)


@app.command()
def view(ctx: typer.Context, document: DocumentRef) -> None:
    """Open a document in the system's viewer, from a private copy that is removed when you have looked.

    Example: casedesk document view D-4K7Q2M
    """
    from casedesk.cli import viewing as at_hand
    from casedesk.desk import viewing

    session = of(ctx)
    with session.desk() as desk:
        found = desk.read(viewing.paper, document)
    session.say(at_hand.show(session, found), at_hand.drawn)


@app.command()
def match(
    ctx: typer.Context,
    document: DocumentRef,
    matter: Annotated[str, typer.Argument(metavar="MATTER", help="The matter it belongs to.")],
    form: Annotated[str | None, typer.Option(metavar="FORM", help="The form it is about.")] = None,
) -> None:
    """Say which matter a paper belongs to; the rules are asked again.

    Example: casedesk document match D-4K7Q2M M-2026-0042
    """
    from casedesk.desk import papers

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(papers.match, document, matter, form=form)
    session.say(view, _received)


@app.command()
def split(
    ctx: typer.Context,
    document: DocumentRef,
    at: Annotated[
        list[int],
        typer.Option(metavar="PAGE", help="A page on which the next paper begins; may be repeated."),
    ],
) -> None:
    """Cut a scan into the papers that lie in it; each part is recognised and matched on its own.

    Example: casedesk document split D-4K7Q2M --at 3 --at 5
    """
    from casedesk.desk import triage

    session = of(ctx)
    with session.desk() as desk:
        cut = desk.write(triage.split, document, at)
    if session.json:
        from casedesk.cli.encode import merged

        session.say(merged(_keys(cut.whole), {"parts": list(cut.parts)}), lambda _, __: ())
        return
    session.tell(f"{cut.whole.ref} is split into {len(cut.parts)} papers.")
    for part in cut.parts:
        session.say(part, _received)


@app.command()
def junk(
    ctx: typer.Context,
    document: DocumentRef,
    reason: Annotated[str, typer.Option(help="Why, for whoever looks for it.")] = "",
) -> None:
    """Set a paper of no matter aside: it leaves the inbox and stays on record.

    Example: casedesk document junk D-4K7Q2M --reason advertising
    """
    from casedesk.desk import triage

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(triage.junk, document, reason)
    _say(session, view)


@app.command()
def undo(ctx: typer.Context, document: DocumentRef) -> None:
    """Take back what was last decided about a paper: junk, split, or its matter.

    Example: casedesk document undo D-4K7Q2M
    """
    from casedesk.desk import triage

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(triage.undo, document)
    _say(session, view)


@app.command()
def get(
    ctx: typer.Context,
    document: DocumentRef,
    out: Annotated[Path, typer.Option(metavar="FILE", help="The file to write.")],
) -> None:
    """Write a document's bytes to a file.

    Example: casedesk document get D-4K7Q2M --out notice.pdf
    """
    from casedesk.desk import papers

    session = of(ctx)
    with session.desk() as desk:
        view = desk.read(papers.show, document)
        _, data = desk.read(papers.data, document)
    written = write_file(str(out), data)
    if session.json:
        from casedesk.cli.encode import merged

        session.say(merged(_keys(view), {"out": written}), lambda _, __: ())
    else:
        session.say(view, lambda view, _: [f"{view.ref} is written to {written}, {len(data)} bytes."])


def _say(session: Session, view: DocumentView) -> None:
    """One document: its keys, or its facts."""
    if session.json:
        session.say(_keys(view), lambda _, __: ())
    else:
        session.say(view, _facts)


def _element(path: Path, result: Received | Refusal) -> Any:
    if isinstance(result, Refusal):
        error = {"code": result.code, "message": result.message, "next": result.next}
        return {"name": path.name, "error": error}
    return result


def _keys(view: DocumentView) -> dict[str, Any]:
    """A document's keys with those of `document receive` among them, null where its row does not know them."""
    from casedesk.cli.encode import merged

    read = {one.field: one.value for one in view.evidence}
    unknown = dict.fromkeys(("confidence", "duplicate", "duplicate_of", "decision", "tasks"))
    dates = {name: read.get(name) for name in DATES}
    return merged({"document": view.id, "dates": dates}, unknown, view)


def _evidence(rows: Sequence[EvidenceView]) -> Iterator[str]:
    for one in rows:
        page = f" (page {one.page})" if one.page else ""
        words = "" if one.words == one.value else f'  from "{one.words}"'
        yield f"  {one.field.replace('_', ' ')}: {one.value}{words}{page}"


def _received(view: Received, paper: Paper) -> Iterator[str]:
    kind = view.kind.upper() if view.kind != "other" else "no known notice"
    place = view.matter or "no matter yet"
    again = " (received before, nothing new)" if view.duplicate else ""
    yield f"{view.ref}  {view.name}: {kind}, {place}{again}"
    yield from paper.facts(
        [
            ("receipt number", view.receipt_number),
            *((_DATE_NAMES.get(name, name.replace("_", " ")), value) for name, value in view.dates.items()),
            ("same notice as", view.duplicate_of),
            ("marked", view.flags),
            ("next", view.next),
        ]
    )
    yield from _evidence(view.evidence)
    for task in view.tasks:
        yield f"  task {task.get('ref', '')} {task.get('title', '')} for {task.get('owner', '')}".rstrip()
    yield from (f"Warning: {warning}" for warning in view.warnings)


def _table(rows: Sequence[DocumentView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("DOCUMENT", "NAME", "KIND", "MATTER", "RECEIPT", "PAGES", "RECEIVED", "BY", "MARKED"),
        [
            (
                view.ref,
                view.name,
                view.kind,
                view.matter or "none yet",
                view.receipt_number or "",
                str(view.pages or ""),
                paper.at(view.received_at),
                view.received_by,
                " ".join((*view.flags, *_own(view))),
            )
            for view in rows
        ],
        give=("NAME", "MARKED"),
    )


def _own(view: DocumentView) -> tuple[str, ...]:
    return (f"confidential to {view.confidential_to}",) if view.confidential_to else ()


def _facts(view: DocumentView, paper: Paper) -> Iterator[str]:
    yield f"{view.ref}  {view.name}"
    yield from paper.facts(
        [
            ("kind", view.kind),
            ("origin", view.origin),
            ("matter", view.matter or "none yet"),
            ("part of", view.part_of),
            ("decided", _DECIDED.get(view.decided or "")),
            ("confidential to", view.confidential_to),
            ("receipt number", view.receipt_number),
            ("received", f"{paper.at_zone(view.received_at)} by {view.received_by}"),
            ("size", f"{counted(view.pages, 'page')}, {counted(view.bytes, 'byte')}, {view.media_type}"),
            ("sha256", view.sha256),
            ("versions", view.versions if view.versions > 1 else ""),
            ("marked", view.flags),
            ("next", view.next),
        ]
    )
    yield from _evidence(view.evidence)
