"""`casedesk worker`: timers with no screen."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of

if TYPE_CHECKING:
    from types import FrameType

    from casedesk.cli.paper import Paper
    from casedesk.desk.views import Swept

app = noun("Fire timers with no screen.")

BATCH = 100
PAUSE_SECONDS = 5.0


@app.command("worker")
def worker_(
    ctx: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Fire what is due now, and stop.")] = False,
    seconds: Annotated[
        float | None, typer.Option("--for", min=0, metavar="SECONDS", help="Stop after so long.")
    ] = None,
) -> None:
    """Fire timers as they come due, until interrupted.

    Example: casedesk worker --once
    """
    session = of(ctx)
    with session.desk() as desk, _until_interrupted() as stop:
        total = desk.sweep(BATCH)
        if not once:
            session.tell("The worker runs; Ctrl+C stops it.")
            for _ in _pauses(stop, seconds):
                total = _together(total, desk.sweep(BATCH))
    session.say(total, _swept)


@contextmanager
def _until_interrupted() -> Iterator[threading.Event]:
    """An event that Ctrl+C or the system's polite end sets, instead of breaking a sweep in two."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def asked(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {name: signal.signal(name, asked) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def _pauses(stop: threading.Event, seconds: float | None) -> Iterator[None]:
    """Yields after each pause, until it is stopped or `seconds` of pauses are over."""
    left = seconds
    while left is None or left > 0:
        pause = PAUSE_SECONDS if left is None else min(PAUSE_SECONDS, left)
        if stop.wait(pause):
            return
        left = None if left is None else left - pause
        yield


def _together(one: Swept, two: Swept) -> Swept:
    from casedesk.desk.views import Swept

    return Swept(
        fired=one.fired + two.fired,
        late=one.late + two.late,
        sent=one.sent + two.sent,
        failed=one.failed + two.failed,
        armed_next=two.armed_next,
    )


def _swept(view: Swept, paper: Paper) -> Iterator[str]:
    yield f"{view.fired} fired ({view.late} late), {view.sent} sent, {view.failed} failed."
    if view.armed_next:
        yield f"The next is due {paper.at_zone(view.armed_next)}."
