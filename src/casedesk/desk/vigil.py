"""What the sweep knows of itself: which build it is, since when nobody swept, how far the clock can be believed; and
the auditor, who says at sign-in what happened while nobody looked, by queries of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from casedesk.desk.turn import Turn, instant
from casedesk.refusal import Refusal, StoreUnavailable
from casedesk.store.store import SCHEMA

REST_US = 10 * 60 * 1_000_000
"""Longer than this without a heartbeat, and nobody was sweeping."""

LATE_US = 120 * 1_000_000
"""Fired later than this after its moment, a timer is counted as late; a clock that moved by less was not set."""

OVERDUE_US = 5 * 60 * 1_000_000
"""A timer that waits longer than this although somebody sweeps would be lost."""

DAY_US = 24 * 3600 * 1_000_000


# -- which build ----------------------------------------------------------------------------------------------------


def stand_down_if_old(turn: Turn) -> None:
    """Raises `StoreUnavailable` in a build that the store has left behind since it was opened: it fires nothing more."""
    floor = int(turn.uow.scalar("meta.get", key="floor") or 1)
    if floor > SCHEMA:
        raise StoreUnavailable(
            "build_too_old",
            f"The store moved on (schema floor {floor}, this build writes {SCHEMA}); this worker stands down.",
            "Install the newer casedesk, and start it again.",
        )


# -- since when nobody swept ------------------------------------------------------------------------------------------


def note_gap(turn: Turn, worker: str, by_us: int) -> None:
    """Put on record that nobody swept for a while before `by_us`, and what fires late for it. Of several workers that
    come back at once one writes it. What fires behind a wall is not counted: everybody reads this."""
    if not _rested(turn, by_us):
        return
    turn.uow.all("timer.hold_beats")
    since = _rested(turn, by_us)
    if not since:
        return
    late = turn.uow.need("timers", "", "timer.late_now", before_us=by_us - LATE_US)
    turn.uow.insert(
        "worker_gap",
        id=turn.uow.new_id(),
        worker=worker,
        from_us=since,
        until_us=by_us,
        fired=late.n,
        worst_us=0 if late.oldest is None else by_us - late.oldest,
    )


def _rested(turn: Turn, by_us: int) -> int:
    """When the last sweep was, if that is too long before `by_us`; else 0."""
    last = turn.uow.scalar("timer.last_beat")
    return 0 if last is None or by_us - last <= REST_US else int(last)


def end_idlers(turn: Turn) -> int:
    """End the sessions of a shared store that sit idle in a transaction for longer than a minute, holding what they
    locked; how many. Only the service login ends any."""
    return int(turn.uow.scalar("timer.end_idlers")) if turn.actor.kind == "service" else 0


# -- how far the clock can be believed ----------------------------------------------------------------------------------


@dataclass
class Pulse:
    """A local store's clock is the host's, and somebody may set it. What passed since the last look is known from the
    host's ticks, which nobody sets, so that a clock set forward makes nothing fire early: until as much time has really
    passed, or a person says that the clock is right, timers go by the ticks. A clock set back is obeyed at once:
    whatever was due by the later time fires when its moment comes again.
    """

    _at_us: int | None = None
    _ticks: float = 0.0

    def believed(self, now_us: int, ticks: float, last_skew_us: int = 0) -> int:
        """The time to fire by, in microseconds: never later than `now_us`. `last_skew_us` is how far ahead the clock was
        found by the process before this one."""
        if self._at_us is None:
            self._at_us, self._ticks = now_us - max(0, last_skew_us), ticks
            return self._at_us
        expected = self._at_us + int((ticks - self._ticks) * 1_000_000)
        self._ticks = ticks
        self._at_us = now_us if now_us <= expected + LATE_US else expected
        return self._at_us

    def trust(self) -> None:
        """A person says that the clock is right: the next look begins anew."""
        self._at_us = None


def skew_on_record(turn: Turn) -> tuple[int, int]:
    """Now, and how far ahead of the time that really passed the last sweep found this machine's clock; 0 where it was
    set back since, or never was ahead."""
    last = turn.uow.one("timer.last_skew")
    if last is None or turn.now_us < last.at_us:
        return turn.now_us, 0
    return turn.now_us, int(last.skew_us)


def clock_is_right(turn: Turn) -> None:
    """A person says that this machine's clock is right: timers go by it again. Raises `Refusal` on a shared store."""
    if turn.uow.dialect.name == "postgresql":
        raise Refusal(
            "server_clock", "A shared store goes by the server's clock.", "Nothing needs to be said."
        )
    turn.uow.run("timer.trust_clock")
    turn.uow.audit("clock.trusted", turn.actor.handle)


# -- what the auditor says ----------------------------------------------------------------------------------------------


def auditor(turn: Turn) -> tuple[str, ...]:
    """What happened while nobody looked, in sentences for whoever signs in; () when all is well."""
    shared = turn.uow.dialect.name == "postgresql"
    skew = 0 if shared else skew_on_record(turn)[1]
    waiting = turn.uow.need("timers", "", "timer.overdue", before_us=turn.now_us - skew - OVERDUE_US)
    out = [*_gaps(turn, lost=bool(waiting.n))]
    if waiting.n:
        many = _count(waiting.n, "timer waits", "timers wait")
        out.append(f"{many} since {_when(turn, waiting.oldest)}: no worker has fired them yet; none is lost.")
    if not shared:
        out += _clock(turn, skew)
    else:
        out += _service(turn)
    return tuple(out)


def _gaps(turn: Turn, *, lost: bool) -> list[str]:
    out = []
    for gap in turn.uow.all("timer.gaps", since_us=turn.now_us - DAY_US):
        first, last = turn.calendar.local(instant(gap.from_us)), turn.calendar.local(instant(gap.until_us))
        form = "%H:%M" if last - first < timedelta(days=1) else "%a %d %b %H:%M"
        words = f"{first:{form}}-{last:{form}} no worker; {_count(gap.fired, 'timer', 'timers')} fired"
        words += f" {_span(gap.worst_us)} late"
        out.append(f"{words}." if lost else f"{words}; none lost.")
    return out


def _clock(turn: Turn, skew: int) -> list[str]:
    if skew > LATE_US:
        return [
            f"This machine's clock was set {_span(skew)} forward; timers go by the time that really passed. If the clock"
            " is right: `casedesk worker --clock-is-right`."
        ]
    last = turn.uow.scalar("timer.last_entry") or 0
    if last - turn.now_us > LATE_US:
        return [
            f"This machine's clock is {_span(last - turn.now_us)} behind the last entry of the record, of"
            f" {_when(turn, last)}: it was set back. Nothing is lost; what is due fires when its moment comes."
        ]
    return []


def _service(turn: Turn) -> list[str]:
    last = turn.uow.scalar("timer.last_service_beat")
    if last is not None and turn.now_us - last <= REST_US:
        return []
    if not turn.uow.scalar("care.armed_timers"):
        return []
    since = "has swept yet" if last is None else f"has swept since {_when(turn, last)}"
    return [f"No service worker {since}: desks fire what their people may see, what is behind walls waits."]


def _when(turn: Turn, at_us: int) -> str:
    moment: datetime = turn.calendar.local(instant(at_us))
    return moment.strftime("%a %d %b %H:%M")


def _span(us: int) -> str:
    minutes = round(us / 60_000_000)
    return f"{minutes} min" if minutes < 60 else f"{round(minutes / 60)} h"


def _count(n: Any, one: str, many: str) -> str:
    return f"{n} {one if n == 1 else many}"
