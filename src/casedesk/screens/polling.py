"""Whether the store is there, and whether somebody wrote: asked every second, in a thread that does nothing else.

Reading and writing have threads of their own, and may have to wait for one; what says that the store is gone must not.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread

from casedesk.desk.desk import Watching
from casedesk.refusal import Refusal, StoreUnavailable

POLL_SECONDS = 1.0
LATE_SECONDS = 1.5
LOOK_SECONDS = 0.25
"""How often it is looked whether an answer is late. A store that goes right after an answer is asked again after one
second, and known for gone after two and a half and a look."""


class Poll:
    """`watching` gives the store's number, or raises when it has none; the thread hands each answer to `answered`.

    `look` is called by the loop with a monotonic clock in seconds. It is True while an answer is late.
    """

    def __init__(self, watching: Watching, answered: Callable[[int | Refusal], None]) -> None:
        self._watching = watching
        self._answered = answered
        self._over = False
        self._asked = -POLL_SECONDS
        self._wanted = Event()
        self._out = Event()
        Thread(target=self._serve, daemon=True, name="casedesk-poll").start()

    @property
    def waits(self) -> bool:
        """Whether an answer is still to come."""
        return self._out.is_set()

    def look(self, ticks: float) -> bool:
        """Ask when it is time to. An answer that came counts, also before anybody took it in."""
        if self.waits:
            return ticks - self._asked > LATE_SECONDS
        if ticks - self._asked >= POLL_SECONDS:
            self._asked = ticks
            self._out.set()
            self._wanted.set()
        return False

    def close(self) -> None:
        """Nothing is asked any more; a question that is on its way ends when it does."""
        self._over = True
        self._wanted.set()

    def _serve(self) -> None:
        while True:
            self._wanted.wait()
            self._wanted.clear()
            if self._over:
                self._watching.close()
                return
            try:
                found: int | Refusal = self._watching()
            except Refusal as refusal:
                found = refusal
            except Exception:
                found = out_of_reach()
            self._out.clear()
            self._answered(found)


def out_of_reach() -> Refusal:
    return StoreUnavailable("store_gone", "The store does not answer.", "It is tried again every second.")
