"""`casedesk doctor`: what the store stands on, checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of

if TYPE_CHECKING:
    from casedesk.desk.views import Check

app = noun("Check the store.")


@app.command("doctor")
def doctor_(
    ctx: typer.Context,
    security: Annotated[
        bool, typer.Option("--security", help="Read the server's catalogue as an attacker would, as well.")
    ] = False,
) -> None:
    """Check the store and what it stands on; exit status 1 when something needs attention.

    Example: casedesk doctor --security
    """
    from casedesk.cli.keeping import keeping
    from casedesk.desk import care, care_security

    session = of(ctx)
    with session.desk() as desk:
        checks = (*desk.read(care.doctor), *keeping(session, desk).checks())
        if security:
            checks += desk.read(care_security.checks)
    if not all(check.ok for check in checks):
        session.status = 1
    session.say({"checks": checks}, lambda said, _: _lines(said["checks"]))


def _lines(checks: tuple[Check, ...]) -> Iterator[str]:
    edge = max((len(check.id) for check in checks), default=0)
    for check in checks:
        yield f"{'ok ' if check.ok else 'BAD'}  {check.id:<{edge}}  {check.detail}"
        if not check.ok and check.fix:
            yield f"     {'':<{edge}}  {check.fix}"
    bad = sum(not check.ok for check in checks)
    yield f"Of {len(checks)} checks {bad} found something." if bad else f"All {len(checks)} checks are well."
