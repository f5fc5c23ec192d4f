"""`casedesk worker`: timers and seals with no screen."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import Session, of

if TYPE_CHECKING:
    from types import FrameType

    from casedesk.cli.paper import Paper
    from casedesk.desk.views import Swept

app = noun("Fire timers and seal the trail, with no screen.")

BATCH = 100
PAUSE_SECONDS = 5.0


@app.command("worker")
def worker_(
    ctx: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Fire what is due now, and stop.")] = False,
    seconds: Annotated[
        float | None, typer.Option("--for", min=0, metavar="SECONDS", help="Stop after so long.")
    ] = None,
    new_seal_key: Annotated[
        bool,
        typer.Option("--new-seal-key", help="Seal the trail with a new key of this machine's from now on."),
    ] = False,
) -> None:
    """Fire timers as they come due and seal the trail, until interrupted.

    Example: casedesk worker --once
    """
    from casedesk.cli.keeping import keeping

    session = of(ctx)
    with session.desk() as desk, _until_interrupted() as stop:
        kept = keeping(session, desk)
        if new_seal_key:
            kept.new_key()
        said = _Said(session)
        total = desk.sweep(BATCH)
        said.once(kept.after_sweep())
        if not once:
            session.tell("The worker runs; Ctrl+C stops it.")
            for _ in _pauses(stop, seconds):
                total = _together(total, desk.sweep(BATCH))
                said.once(kept.after_sweep())
    session.say(total, _swept)


class _Said:
    """What stands against sealing is said when it begins, not with every sweep; the run then ends with status 1."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.last = ""

    def once(self, sentence: str) -> None:
        if sentence and sentence != self.last:
            self.session.tell(sentence)
            self.session.status = 1
        self.last = sentence


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
