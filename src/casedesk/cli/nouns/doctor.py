"""`casedesk doctor`: what the store stands on, checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of

if TYPE_CHECKING:
    from casedesk.desk.views.care import Check

app = noun("Check the store.")


@app.command("doctor")
def doctor_(
    ctx: typer.Context,
    security: Annotated[
        bool, typer.Option("--security", help="Read the server's catalogue as an attacker would, as well.")
    ] = False,
    send_test: Annotated[
        bool, typer.Option("--send-test", help="Send yourself a test mail as well, and say what happened.")
    ] = False,
) -> None:
    """Check the store and what it stands on; exit status 1 when something needs attention.

    It ends with whether reminders work while this laptop sleeps.

    Example: casedesk doctor --security
    """
    from casedesk.cli.keeping import keeping
    from casedesk.desk import care, care_security, outlets

    session = of(ctx)
    with session.desk() as desk:
        kept = keeping(session, desk)
        checks = (*desk.read(care.doctor), *kept.checks())
        if security:
            checks += desk.read(care_security.checks)
        if send_test:
            checks += (outlets.doctor_test(desk, kept.keys.key_file),)
        asleep = outlets.reminders(desk, kept.keys.key_file)
    if not all(check.ok for check in checks):
        session.status = 1
    session.say({"checks": checks, "reminders": asleep}, lambda _said, _paper: _lines(checks, asleep))


def _lines(checks: tuple[Check, ...], asleep: str) -> Iterator[str]:
    edge = max((len(check.id) for check in checks), default=0)
    for check in checks:
        yield f"{'ok ' if check.ok else 'BAD'}  {check.id:<{edge}}  {check.detail}"
        if not check.ok and check.fix:
            yield f"     {'':<{edge}}  {check.fix}"
    bad = sum(not check.ok for check in checks)
    yield f"Of {len(checks)} checks {bad} found something." if bad else f"All {len(checks)} checks are well."
    yield asleep
