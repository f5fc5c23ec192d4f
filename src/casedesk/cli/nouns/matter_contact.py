"""`casedesk matter contact`: who may be reached, how and where; `matter label`: the address on an envelope."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.posted import Out, hand_out
from casedesk.cli.session import of, window
from casedesk.cli.words import After, Limit, MatterRef

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views.matters import ContactRuleView

app = noun("Rules of contact: what binds everything that leaves towards a person.")

Whose = Annotated[
    str | None, typer.Option(metavar="NAME", help="Whose rule it is; else everybody's in the matter.")
]


@app.command("add")
def add_(
    ctx: typer.Context,
    matter: MatterRef,
    binds: Annotated[str, typer.Argument(metavar="never|only|use", help="What the rule does.")],
    channel: Annotated[
        str, typer.Argument(metavar="CHANNEL", help="email, mail, phone, text, voicemail, in_person, or any.")
    ],
    value: Annotated[
        str, typer.Argument(metavar="[ADDRESS]", help="With `use`: the address or number.")
    ] = "",
    party: Whose = None,
    say: Annotated[str, typer.Option(metavar="TEXT", help="The words people read, in place of ours.")] = "",
) -> None:
    """Add a rule of contact that binds: messages, letters, labels and exports obey it from now on.

    Example: casedesk matter contact add M-2026-0042 use mail "PO Box 7, Albany, NY 12201" --party "Rosa Ibarra"
    """
    from casedesk.desk import contact

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(contact.add, matter, binds, channel, value, party=party, say=say)
    session.say(view, lambda view, paper: _rules([view], paper))


@app.command("list")
def list_(
    ctx: typer.Context,
    matter: MatterRef,
    ended: Annotated[bool, typer.Option("--ended", help="Those that have ended as well.")] = False,
    limit: Limit = 50,
    after: After = None,
) -> None:
    """List a matter's rules of contact.

    Example: casedesk matter contact list M-2026-0042
    """
    from casedesk.desk import contact

    session = of(ctx)
    with session.desk() as desk:
        rows = window(desk.read(contact.listing, matter, ended=ended), limit, after)
    session.say_rows(rows, limit, _rules, "No rule of contact. See casedesk matter contact add --help.")


@app.command("end")
def end_(
    ctx: typer.Context,
    matter: MatterRef,
    rule: Annotated[str, typer.Argument(metavar="RULE", help="The rule's id, as `contact list` shows it.")],
    reason: Annotated[str, typer.Option(help="Why it no longer holds.")],
) -> None:
    """End a rule of contact; it stays on record with who ended it, and why.

    Example: casedesk matter contact end M-2026-0042 5X2M8K0QF1T3A --reason "She moved, and asked for it"
    """
    from casedesk.desk import contact

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(contact.end, matter, rule, reason)
    session.say(view, lambda view, paper: _rules([view], paper))


def label(
    ctx: typer.Context,
    matter: MatterRef,
    party: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose; else whom the matter's messages go to.")
    ] = None,
    out: Out = None,
) -> None:
    """Make a mailing label for a party; a rule of contact says where it goes, or that none may be made.

    Example: casedesk matter label M-2026-0042 --party "Rosa Ibarra" --out label.pdf
    """
    from casedesk.desk import posting

    session = of(ctx)
    with session.desk() as desk:
        made = desk.write(posting.matter_label, matter, party)
    hand_out(session, made, out)


def _rules(rows: Sequence[ContactRuleView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("RULE", "WHOSE", "WHAT", "SET BY", "ENDED", "ENDED BY"),
        [
            (
                view.id,
                view.party or "everybody",
                view.rule,
                view.set_by,
                paper.at(view.ended_at),
                view.ended_by or "",
            )
            for view in rows
        ],
        give=("WHAT",),
    )
