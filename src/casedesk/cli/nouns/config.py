"""`casedesk config`: what the firm has settled, kept in the store and on the trail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views import PolicyView

app = noun("The firm's settings: its review policy.")


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


def _said(view: PolicyView, paper: Paper) -> Iterator[str]:
    yield from paper.facts(
        [
            ("review policy", view.policy),
            ("since", paper.at_zone(view.since)),
            ("active people", str(view.active_people)),
            ("qualified to review", str(view.qualified_people)),
        ]
    )
