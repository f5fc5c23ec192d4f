"""`casedesk config`: what the firm has settled, kept in the store and on the trail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.paper import counted
from casedesk.cli.session import of

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views.gate import PolicyView

app = noun("The firm's settings: its review policy, names in calendars, asking clients again.")


@app.command("review-policy")
def review_policy(
    ctx: typer.Context,
    policy: Annotated[
        str | None,
        typer.Argument(metavar="[POLICY]", help="three-person, two-person or sole; nothing shows it."),
    ] = None,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why it changes.")] = "",
    passphrase_stdin: Annotated[
        bool, typer.Option("--passphrase-stdin", help="The signing passphrase is stdin's first line.")
    ] = False,
) -> None:
    """Show or change how many pairs of eyes a packet needs. Loosening takes an attorney's signature.

    Example: casedesk config review-policy two-person --reason "L. Chen has left" --as aokafor
    """
    from casedesk.cli.ask import secret
    from casedesk.desk import policy as policies

    session = of(ctx)
    with session.desk() as desk:
        now = desk.read(policies.show)
        if policy is not None:
            passphrase = None
            if policies.loosens(now.policy, policy) and (passphrase_stdin or session.may_ask):
                passphrase = secret(session, "Signing passphrase", from_stdin=passphrase_stdin)
            now = desk.write(policies.change, policy, reason=reason, passphrase=passphrase)
    session.say(now, _said)


@app.command("calendar-names")
def calendar_names(
    ctx: typer.Context,
    let: Annotated[
        str | None,
        typer.Argument(metavar="[yes|no]", help="Whether names may stand there; nothing shows it."),
    ] = None,
) -> None:
    """Show or change whether clients' names stand in calendars and invitations. Managers only; at first they do not.

    An entry that is in somebody's calendar already stays as it is until its date changes.

    Example: casedesk config calendar-names no
    """
    from casedesk.desk import settings

    words = {None: None, "yes": True, "no": False}
    if let not in words:
        raise typer.BadParameter(f"{let!r} is neither yes nor no.", param_hint="'[yes|no]'")
    session, wanted = of(ctx), words[let]
    with session.desk() as desk:
        if wanted is None:
            now = desk.read(settings.names_in_calendars)
        else:
            now = desk.write(settings.let_names_into_calendars, wanted)
    said = {True: "Clients' names stand in calendars.", False: "No client's name stands in a calendar."}
    session.say({"calendar_names": now}, lambda _v, _p: [said[now]])


@app.command("ask-again")
def ask_again(
    ctx: typer.Context,
    days: Annotated[
        int | None,
        typer.Argument(metavar="[DAYS]", help="1 to 90; nothing shows it."),
    ] = None,
) -> None:
    """Show or change after how many days a client is asked again, where the playbook says nothing else. Managers only.

    Example: casedesk config ask-again 10
    """
    from casedesk.desk import request_rows

    session = of(ctx)
    with session.desk() as desk:
        if days is None:
            now = desk.read(request_rows.firm_days)
        else:
            now = desk.write(request_rows.set_firm_days, days)
    session.say(
        {"ask_again_days": now}, lambda _v, _p: [f"Clients are asked again after {counted(now, 'day')}."]
    )


def _said(view: PolicyView, paper: Paper) -> Iterator[str]:
    yield from paper.facts(
        [
            ("review policy", view.policy),
            ("since", paper.at_zone(view.since)),
            ("active people", str(view.active_people)),
            ("qualified to review", str(view.qualified_people)),
        ]
    )
