"""When somebody works: the office's hours, or their own, in their own zone.

Work is due and reminders fire by the office's hours, whoever has it. What starts when somebody is there, an
acknowledgement's window, starts by theirs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from casedesk.calendars.business import BusinessCalendar, OutsideCalendar
from casedesk.desk.local_time import known_zone
from casedesk.desk.roster import forget
from casedesk.desk.turn import Turn
from casedesk.refusal import NotFound, Refusal

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class HoursView:
    """`own` False: the office's hours. `week` is weekday to `HH:MM-HH:MM` on the clock of `zone`; a day left out is free.

    `there_next`: None while they work, by the clock; else when they begin again.
    """

    handle: str
    own: bool
    zone: str
    week: Mapping[str, str]
    there_next: datetime | None


def show(turn: Turn, name: str) -> HoursView:
    """Somebody's hours. Raises `NotFound`; people from outside see their own alone."""
    person = turn.person(name)
    if person.id != turn.actor.id:
        turn.require_inside("Looking up somebody's hours")
    return _view(turn, person.id)


def put(
    turn: Turn, name: str, week: Mapping[str, str], *, zone: str | None = None, office: bool = False
) -> HoursView:
    """A manager says when somebody works: weekday to `HH:MM-HH:MM`, the days named being all of them.

    `office` puts the office's hours back. A `zone` alone keeps the hours and moves their clock. Raises `Refusal` for
    hours that are none, a day that is none, or a zone nobody knows.
    """
    turn.require_manager("Setting somebody's hours")
    person = turn.person(name)
    row = _row(turn, person.id)
    hours = row.own_hours
    if office and (week or zone):
        raise Refusal(
            "office_or_own", "The office's hours are the office's, zone and all.", "Give one or the other."
        )
    if office:
        hours, zone = "", ""
    elif week:
        hours = json.dumps(_week(week), sort_keys=True, separators=(",", ":"))
    elif zone is None:
        raise Refusal("no_hours", "No hours were given.", "Say --monday 09:00-13:00, or --office.")
    where = row.own_zone if zone is None else zone.strip() and known_zone(zone)
    turn.uow.run("person.set_hours", id=person.id, hours=hours, zone=where)
    turn.uow.audit("person.hours", person.handle, hours=json.loads(hours or "{}"), zone=where or None)
    forget(turn)
    return _view(turn, person.id)


def calendar_of(turn: Turn, person_id: int) -> BusinessCalendar:
    """The business time of somebody's own day: their hours where they have any, closures of their office included."""
    return _calendar(turn, _row(turn, person_id))


def next_there(calendar: BusinessCalendar, now: datetime) -> datetime | None:
    """None inside these hours, else the next opening; None as well beyond the compiled days."""
    try:
        opening = calendar.add_days(now, 0)
    except OutsideCalendar:
        return None
    return None if opening <= now else opening


def start_of(turn: Turn, person_id: int) -> datetime:
    """When a window for somebody begins to run: now, or when they are next there, if they have hours of their own."""
    person = turn.staff.get(person_id)
    return turn.now if person is None or person.next_there is None else person.next_there


# --- within


def _row(turn: Turn, person_id: int) -> Any:
    row = turn.uow.one("person.hours", id=person_id)
    if row is None:
        raise NotFound("person", turn.handle(person_id), "See `casedesk person list`.")
    return row


def _calendar(turn: Turn, row: Any) -> BusinessCalendar:
    return turn.business(row, hours=row.own_hours, zone=row.own_zone)


def _view(turn: Turn, person_id: int) -> HoursView:
    row = _row(turn, person_id)
    week = json.loads(row.own_hours or row.hours)
    return HoursView(
        handle=turn.handle(person_id),
        own=bool(row.own_hours),
        zone=row.own_zone or row.zone,
        week={WEEKDAYS[int(n)]: f"{opens}-{closes}" for n, (opens, closes) in sorted(week.items())},
        there_next=next_there(_calendar(turn, row), turn.now),
    )


def _week(week: Mapping[str, str]) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for day, span in week.items():
        if day not in WEEKDAYS:
            raise Refusal("no_day", f"{day!r} is no day of the week.", f"Say one of {', '.join(WEEKDAYS)}.")
        out[str(WEEKDAYS.index(day))] = [_clock(part) for part in _span(day, span)]
    return out


def _span(day: str, span: str) -> tuple[time, time]:
    opens, dash, closes = span.partition("-")
    try:
        if not dash or len(opens.strip()) != 5 or len(closes.strip()) != 5:
            raise ValueError
        found = time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip())
    except ValueError:
        raise Refusal(
            "bad_hours", f"{span!r} are no hours for {day}.", "Write them as 09:00-13:00."
        ) from None
    if not found[0] < found[1]:
        raise Refusal(
            "bad_hours", f"On {day} work begins at {opens} and ends at {closes}.", "Turn them round."
        )
    return found


def _clock(clock: time) -> str:
    return clock.strftime("%H:%M")
