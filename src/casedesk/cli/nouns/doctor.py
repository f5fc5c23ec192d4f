"""`casedesk doctor`: what the store stands on, checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of

if TYPE_CHECKING:
    from casedesk.desk.views import Check

app = noun("Check the store.")


@app.command("doctor")
def doctor_(ctx: typer.Context) -> None:
    """Check the store and what it stands on; exit status 1 when something needs attention.

    Example: casedesk doctor
    """
    from casedesk.desk import care

    session = of(ctx)
    with session.desk() as desk:
        checks = desk.read(care.doctor)
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
