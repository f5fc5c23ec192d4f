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
    from casedesk.desk.desk import Desk
    from casedesk.desk.keeping import Keeping
    from casedesk.desk.views.care import Swept

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
    clock_is_right: Annotated[
        bool,
        typer.Option("--clock-is-right", help="This machine's clock was put right: go by it again."),
    ] = False,
    install: Annotated[
        bool, typer.Option("--install", help="Start the worker whenever I sign in, as a service of mine.")
    ] = False,
    uninstall: Annotated[bool, typer.Option("--uninstall", help="Take that service away.")] = False,
    show: Annotated[
        bool, typer.Option("--print", help="Show what --install would write and run, and do nothing.")
    ] = False,
) -> None:
    """Fire timers as they come due and seal the trail, until interrupted.

    Example: casedesk worker --once
    """
    session = of(ctx)
    if install or uninstall or show:
        from casedesk.cli import service

        service.run(session, install=install, uninstall=uninstall, show=show)
        return
    from casedesk.bootstrap import host_ticks
    from casedesk.cli.keeping import keeping
    from casedesk.desk import vigil

    with session.desk() as desk, _until_interrupted() as stop:
        desk.ticks = host_ticks
        kept = keeping(session, desk)
        if new_seal_key:
            kept.new_key()
        if clock_is_right:
            desk.clock_is_right()
        said, mail = _Said(session), _Said(session, status=0)
        total = _sent(mail, desk, desk.sweep(BATCH), kept)
        for sentence in desk.read(vigil.auditor):
            session.tell(sentence)
        said.once(kept.after_sweep(), harmless=kept.keyless)
        if not once:
            session.tell("The worker runs; Ctrl+C stops it.")
            for _ in _pauses(stop, seconds):
                total = _together(total, _sent(mail, desk, desk.sweep(BATCH), kept))
                said.once(kept.after_sweep(), harmless=kept.keyless)
    session.say(total, _swept)


def _sent(said: _Said, desk: Desk, swept: Swept, kept: Keeping) -> Swept:
    """The sweep, with what went out after it."""
    from casedesk.desk.sending import after_sweep

    total, why = after_sweep(desk, swept, key_file=kept.keys.key_file)
    said.once(why)
    return total


class _Said:
    """What stands against sealing, or sending, is said when it begins, not with every sweep; against sealing, the run
    ends with status 1, unless all there is against it is that this machine has no place for a key: timers fire without."""

    def __init__(self, session: Session, status: int = 1) -> None:
        self.session = session
        self.status = status
        self.last = ""

    def once(self, sentence: str, *, harmless: bool = False) -> None:
        if sentence and sentence != self.last:
            self.session.tell(sentence)
            self.session.status = (not harmless and self.status) or self.session.status
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
    from casedesk.desk.views.care import Swept

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
