"""The one way a screen talks to the desk: a thread asks, a message brings the answer, the loop alone touches widgets.

A newer question of the same group makes the older answer worthless, and it is not delivered. A write is never given
up: `alone=False` delivers each.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from textual.dom import DOMNode
from textual.message import Message
from textual.worker import get_current_worker

from casedesk.refusal import Refusal

T = TypeVar("T")

_log = logging.getLogger(__name__)


class Answered(Message, bubble=False):
    """What a thread found; delivered on the loop."""

    def __init__(self, deliver: Callable[[], None]) -> None:
        super().__init__()
        self.deliver = deliver


class Listens:
    """For whatever asks: takes the answers in, unless it is gone by then."""

    def on_answered(self, message: Answered) -> None:
        if isinstance(self, DOMNode) and self.is_attached:
            message.deliver()


def ask(
    node: DOMNode,
    group: str,
    work: Callable[[], T],
    then: Callable[[T], None],
    failed: Callable[[Refusal], None],
    *,
    alone: bool = True,
) -> None:
    """Run `work` in a thread; `then` or `failed` is called on the loop of `node`, which has to be a `Listens`."""

    def run() -> None:
        worker = get_current_worker()
        deliver = _outcome(work, then, failed)
        if not worker.is_cancelled and node.is_running:
            node.post_message(Answered(deliver))

    node.run_worker(run, group=group, exclusive=alone, thread=True, exit_on_error=False)


def _outcome(
    work: Callable[[], T], then: Callable[[T], None], failed: Callable[[Refusal], None]
) -> Callable[[], None]:
    try:
        value = work()
    except Refusal as refusal:
        said = refusal
        return lambda: failed(said)
    except Exception as error:
        _log.exception("a use-case broke")
        broken = Refusal(
            "broken",
            f"Something went wrong inside casedesk ({type(error).__name__}); nothing was written.",
            "Try again; if it stays, report it.",
        )
        return lambda: failed(broken)
    return lambda: then(value)
