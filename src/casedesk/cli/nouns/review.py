"""`casedesk review`: the gate, and Approve for filing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.paper import counted
from casedesk.cli.session import Session, of
from casedesk.cli.words import After, Limit, ReviewRef, point
from casedesk.refusal import Refusal, WrongUsage

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views.gate import ReviewView, SignedOff

app = noun("The gate: reviews, second reviews, Approve for filing.")

KINDS = {"content": "content review", "second": "second review", "signoff": "Approve for filing"}
PointOption = Annotated[
    list[str] | None,
    typer.Option("--point", metavar="ID=ANSWER", help="ID=yes, or ID=no:COMMENT; may be given again."),
]


@app.command("list")
def list_(
    ctx: typer.Context,
    mine: Annotated[bool, typer.Option("--mine", help="Only those that wait for me.")] = False,
    state: Annotated[str, typer.Option(help="open, approved, returned, superseded or all.")] = "open",
    limit: Limit = 50,
    after: After = None,
) -> None:
    """List reviews, open ones unless asked otherwise.

    Example: casedesk review list --mine
    """
    from casedesk.desk import reviews

    session = of(ctx)
    with session.desk() as desk:
        rows = desk.read(reviews.listing, mine=mine, state=state, limit=limit, after=after)
    session.say_rows(rows, limit, _table, "No review waits here.")


@app.command()
def show(
    ctx: typer.Context,
    review: ReviewRef,
    looked: Annotated[
        bool, typer.Option("--looked", help="Remember that I have looked at this version.")
    ] = False,
    differences: Annotated[
        bool, typer.Option("--differences", help="With what changed, line by line.")
    ] = False,
) -> None:
    """Show a review: its points, the packet's papers, and the pages that changed.

    Example: casedesk review show R-7C2MQX --differences
    """
    from casedesk.desk import reviews

    session = of(ctx)
    with session.desk() as desk:
        changed = desk.read(reviews.differences, review) if differences else ()
        view = desk.write(reviews.show, review, looked=True) if looked else desk.read(reviews.show, review)
    if session.json:
        from casedesk.cli.encode import merged

        session.say(merged(view, {"differences": changed} if differences else {}), lambda _, __: ())
        return
    session.say(view, lambda view, paper: [*_facts(view, paper), *changed])


@app.command("return")
def return_(ctx: typer.Context, review: ReviewRef, point_: PointOption = None) -> None:
    """Return a version to its preparer, each No with its comment.

    Example: casedesk review return R-7C2MQX --point accuracy=no:"Page 3: the date of entry is wrong"
    """
    from casedesk.desk import reviews

    answers = [point(text) for text in point_ or ()]
    if any(answer == "yes" for _, answer, _ in answers):
        raise WrongUsage(
            "usage", "A return names what is wrong: --point ID=no:COMMENT.", "Leave the Yes points out."
        )
    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(reviews.send_back, review, {name: comment for name, _, comment in answers})
    session.say(view, _facts)


@app.command()
def approve(
    ctx: typer.Context,
    review: ReviewRef,
    point_: PointOption = None,
    all_yes: Annotated[bool, typer.Option("--all-points-yes", help="Every point is Yes.")] = False,
    confirm: Annotated[
        str | None, typer.Option(metavar="MATTER-REF", help="Sign-off: the matter's number, typed.")
    ] = None,
    passphrase_stdin: Annotated[
        bool, typer.Option("--passphrase-stdin", help="Sign-off: the passphrase is stdin's first line.")
    ] = False,
) -> None:
    """Answer a review with Yes. For a sign-off this is Approve for filing, with matter number and passphrase.

    Example: casedesk review approve R-7C2MQX --all-points-yes
    """
    from casedesk.desk import reviews

    if all_yes and point_:
        raise WrongUsage("usage", "--all-points-yes and --point cannot stand together.", "Give one of them.")
    answers = [point(text) for text in point_ or ()]
    if any(answer == "no" for _, answer, _ in answers):
        raise WrongUsage("usage", "A point answered No cannot be approved.", "Use casedesk review return.")
    points = None if all_yes else tuple(name for name, _, _ in answers)
    session = of(ctx)
    with session.desk() as desk:
        view = desk.read(reviews.show, review)
        if view.kind != "signoff":
            done = desk.write(reviews.approve, review, points)
            session.say(done, _facts)
            return
        typed, passphrase = _signing_words(session, view, confirm, passphrase_stdin)
        signed = desk.write(reviews.sign_off, review, confirm=typed, passphrase=passphrase, points=points)
    session.say(signed, _signed)


@app.command("take-over")
def take_over(ctx: typer.Context, review: ReviewRef) -> None:
    """Take over a review of somebody who is away, where I am qualified.

    Example: casedesk review take-over R-7C2MQX
    """
    from casedesk.desk import reviews

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(reviews.take_over, review)
    session.say(view, _facts)


def _signing_words(
    session: Session, view: ReviewView, confirm: str | None, from_stdin: bool
) -> tuple[str, str]:
    """The matter's number as typed, and the passphrase. Raises `Refusal` when either cannot be had."""
    from casedesk.cli.ask import line, secret

    if confirm is None and not from_stdin and session.may_ask:
        session.tell(
            f"Approve for filing: {view.title}, version {view.version}, {counted(view.pages, 'page')}."
        )
        session.tell(f"Packet {view.packet_sha256[:8]}...{view.packet_sha256[-8:]}. {view.policy}")
        confirm = line(session, "Type the matter's number to confirm, or nothing to cancel")
    if not confirm:
        raise Refusal(
            "confirm_missing",
            f"Approve for filing of {view.ref} needs the matter's number, typed.",
            "Add --confirm MATTER-REF and --passphrase-stdin.",
        )
    return confirm, secret(session, "Passphrase", from_stdin=from_stdin)


def _table(rows: Sequence[ReviewView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("REVIEW", "KIND", "MATTER", "CLIENT", "WHAT", "V", "PAGES", "MIN", "OWNER", "DUE", "STATE"),
        [
            (
                view.ref,
                KINDS.get(view.kind, view.kind),
                view.matter,
                view.caption,
                view.title,
                str(view.version),
                str(view.pages),
                str(view.minutes),
                view.owner,
                paper.at(view.due),
                view.state,
            )
            for view in rows
        ],
        give=("WHAT", "CLIENT", "KIND"),
    )


def _facts(view: ReviewView, paper: Paper) -> Iterator[str]:
    yield f"{view.ref}  {KINDS.get(view.kind, view.kind)}: {view.title}, version {view.version}"
    second = (
        f"{view.second_reviewer} {paper.at_zone(view.second_reviewed_at)}" if view.second_reviewer else ""
    )
    decided = f" by {view.decided_by} {paper.at_zone(view.decided_at)}" if view.decided_by else ""
    changed = ", ".join(map(str, view.changed_pages))
    yield from paper.facts(
        [
            ("matter", f"{view.matter}  {view.caption}".rstrip()),
            ("task", view.task),
            ("state", view.state + decided),
            ("owner", view.owner),
            ("due", paper.at_zone(view.due)),
            ("prepared by", view.preparer),
            ("second review", second),
            ("policy", view.policy),
            (
                "packet",
                f"{view.packet}, {counted(view.pages, 'page')}, about {counted(view.minutes, 'minute')}",
            ),
            ("sha256", view.packet_sha256),
            (
                "changed pages",
                f"{changed} ({view.changed_since})" if changed and view.changed_since else changed,
            ),
        ]
    )
    if view.points:
        yield ""
        yield "Points"
    for answered in view.points:
        comment = f" - {answered.comment}" if answered.comment else ""
        yield f"  {(answered.answer or '?'):<4} {answered.id}: {answered.text}{comment}"
    if view.documents:
        yield ""
        yield from paper.table(
            ("TAB", "ROLE", "PAPER", "V", "PAGES", "SHA256"),
            [
                (one.tab or "", one.role, one.name, str(one.version), str(one.pages), one.sha256[:8])
                for one in view.documents
            ],
            give=("PAPER",),
        )


def _signed(view: SignedOff, paper: Paper) -> Iterator[str]:
    yield f"Approved for filing by {view.signer}, {paper.at_zone(view.signed_at)}."
    yield json.loads(view.statement).get("meaning", "")
    yield from paper.facts(
        [
            ("packet", view.packet),
            ("sha256", view.packet_sha256),
            ("policy", view.policy),
            ("sign-off", view.id),
        ]
    )
