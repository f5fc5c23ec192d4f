"""The one way a screen talks to the desk: a thread asks, a message brings the answer, the loop alone touches widgets.

Of one group one question is asked at a time. A newer one waits for it, takes the place of one that waits already, and
makes the older answer worthless: that is not delivered. So a slow store is never asked more than it can answer. A write
is never given up: `alone=False` asks at once and delivers each.
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
Begin = Callable[[], None]

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
            node.post_message(Answered(lambda: _answered(node, group, deliver) if alone else deliver()))

    def begin() -> None:
        node.run_worker(run, group=group, thread=True, exit_on_error=False)

    if not alone:
        begin()
        return
    groups = _groups(node)
    if group in groups:
        groups[group] = begin
    else:
        groups[group] = None
        begin()


def asking(node: DOMNode, group: str) -> bool:
    """Whether a question of this group is on its way."""
    return group in _groups(node)


def _groups(node: DOMNode) -> dict[str, Begin | None]:
    """The groups that are being asked, each with the question that waits behind."""
    groups: dict[str, Begin | None] = vars(node).setdefault("_asked", {})
    return groups


def _answered(node: DOMNode, group: str, deliver: Callable[[], None]) -> None:
    groups = _groups(node)
    waiting = groups.pop(group)
    if waiting is None:
        deliver()
    else:
        groups[group] = None
        waiting()


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
