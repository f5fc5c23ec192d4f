"""The demo's own time, and its people at their desks: history is told in order, and timers fire on the way.

A story is a generator that yields the instant at which it goes on. `World.tell` runs all stories together in the
order of time and sweeps whatever falls due between two steps, at its own moment, as a worker would have done.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Callable, Generator, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Concatenate, ParamSpec, TypeVar

from casedesk.bootstrap import open_desk
from casedesk.calendars.business import BusinessCalendar
from casedesk.desk import timers
from casedesk.desk.desk import Desk
from casedesk.desk.house import House
from casedesk.desk.reading import Prepared
from casedesk.desk.turn import Turn, at
from casedesk.founding import SERVICE, WEEK

P = ParamSpec("P")
T = TypeVar("T")

Story = Generator[datetime, None, None]

DAY_HOURS = 8.5
"""The office's hours of one business day, 9:00 to 17:30."""


class World:
    """A store while its history is made. `now` is its present: nothing happens after it."""

    def __init__(self, store: str, now: datetime, zone: str, passwords: Mapping[str, str]) -> None:
        self.store = store
        self.now = now
        self.house = House()
        self.calendar = office(self.house, zone, now)
        self.today = self.calendar.today(now)
        self.refs: dict[str, str] = {}
        """The matters entered so far: ref by the key of the cast."""
        self._passwords = passwords
        self._desks: dict[str, Desk] = {}
        self._at = now

    # -- time ---------------------------------------------------------------------------------------------------

    def clock(self) -> datetime:
        """The instant at which the story stands."""
        return self._at

    def set(self, instant: datetime) -> None:
        self._at = instant

    def ago(self, days: float) -> datetime:
        """An instant in office hours, that many business days before the present; 0.1 is 51 minutes of work."""
        return ago(self.calendar, self.now, days)

    def day(self, before: int) -> date:
        """A business day `before` calendar days before today, or the last one before it; negative is ahead."""
        return self.calendar.roll_back(self.today - timedelta(days=before))

    # -- people -------------------------------------------------------------------------------------------------

    def desk(self, handle: str) -> Desk:
        if handle not in self._desks:
            desk = open_desk(self.store, handle, clock=self.clock, password=self._passwords.get(handle))
            desk.house = self.house
            self._desks[handle] = desk
        return self._desks[handle]

    def write(
        self, who: str, use_case: Callable[Concatenate[Turn, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return self.desk(who).write(use_case, *args, **kwargs)

    def read(
        self, who: str, use_case: Callable[Concatenate[Turn, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return self.desk(who).read(use_case, *args, **kwargs)

    def close(self) -> None:
        for desk in self._desks.values():
            desk.close()
        self._desks.clear()

    # -- telling ------------------------------------------------------------------------------------------------

    def tell(self, stories: Iterable[Story], step: Callable[[float], None]) -> None:
        """Run the stories to their ends or to the present; `step` is called with the share of history that is told."""
        waiting: list[tuple[datetime, int, Story]] = []
        for number, story in enumerate(stories):
            heapq.heappush(waiting, (next(story), number, story))
        begin = waiting[0][0]
        while waiting:
            when, number, story = heapq.heappop(waiting)
            if when > self.now:
                raise ValueError(f"a story of the demo goes on at {when}, after its present")
            self._sweep(when)
            self.set(when)
            following = next(story, None)
            if following is not None:
                heapq.heappush(waiting, (max(following, when), number, story))
            step(min((when - begin) / (self.now - begin), 0.99))
        self._sweep(self.now)
        self.set(self.now)
        self.write(SERVICE, timers.sweep)
        step(1.0)

    def _sweep(self, until: datetime) -> None:
        worker = self.desk(SERVICE)
        while True:
            due = at(worker.read(lambda turn: turn.uow.scalar("timer.next")))
            if due is None or due > until:
                return
            self.set(max(due, self._at))
            worker.write(timers.sweep)


def office(house: House, zone: str, now: datetime) -> BusinessCalendar:
    """The demo office's business time around `now`."""
    from zoneinfo import ZoneInfo

    return house.calendar(zone, WEEK, now.astimezone(ZoneInfo(zone)).date())


def ago(calendar: BusinessCalendar, now: datetime, days: float) -> datetime:
    """The instant in office hours `days` business days before `now`."""
    return calendar.subtract_hours(calendar.at_or_before_business(now), days * DAY_HOURS)


def trusted(data: bytes, name: str) -> Prepared:
    """A file of our own making, read by the very reader of the limited child, but in this process.

    The child guards against strangers' bytes; these were drawn here a moment ago.
    """
    from casedesk.documents.reading import Reading
    from casedesk.documents.reading_child import read_pdf, recognition_from
    from casedesk.documents.recognise import Recognition
    from casedesk.documents.sniff import FileKind, admit
    from casedesk.models.enums import DocumentKind

    admission = admit(data, name)
    if admission.kind is FileKind.PDF:
        value = read_pdf(data)
        reading = Reading(
            admission,
            value["pages_count"],
            recognition_from(value["recognition"]),
            admission.flags,
            admission.next_step,
            value["excerpt"],
        )
    else:
        unread = Recognition(DocumentKind.OTHER, 0.0)
        reading = Reading(admission, None, unread, admission.flags, admission.next_step, "")
    return Prepared(name, data, hashlib.sha256(data).hexdigest(), reading)
