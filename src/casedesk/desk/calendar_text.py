"""Calendar entries as text (RFC 5545) by the icalendar library: safe words, zones with their rules, alarms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from casedesk.security.text import safe

if TYPE_CHECKING:
    from icalendar import Calendar, Event

PRODUCER = "-//casedesk//casedesk//EN"
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Entry:
    """What a calendar shows: aware instants on the clock of `zone`, or whole days (`ends` the day after the last).

    `alarms` are how long before it begins the calendar speaks up.
    """

    summary: str
    description: str
    location: str
    begins: datetime | date
    ends: datetime | date
    zone: str
    alarms: tuple[timedelta, ...] = ()

    def span(self) -> tuple[str, str]:
        """Begin and end as the record keeps them: local time with its zone, or days."""
        if not isinstance(self.begins, datetime) or not isinstance(self.ends, datetime):
            return self.begins.isoformat(), self.ends.isoformat()
        zone = ZoneInfo(self.zone)
        return (
            f"{self.begins.astimezone(zone):%Y-%m-%dT%H:%M} {self.zone} {plain(self.location)}".strip(),
            f"{self.ends.astimezone(zone):%Y-%m-%dT%H:%M} {self.zone}",
        )


def plain(text: str) -> str:
    """One line without anything that steers a screen, of no more than 400 characters."""
    return " ".join(safe(text).split())[:_LONGEST]


def invitation(
    uid: str,
    sequence: int,
    entry: Entry,
    *,
    method: str,
    stamp: datetime,
    organiser: str,
    attendee: str,
    name: str,
) -> str:
    """One entry for one person, as mail carries it (RFC 5546): `method` is REQUEST or CANCEL."""
    from icalendar import vCalAddress, vText

    event = _event(uid, sequence, entry, stamp)
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    sender = vCalAddress(f"mailto:{plain(organiser)}")
    sender.params["CN"] = vText("casedesk")
    event["organizer"] = sender
    guest = vCalAddress(f"mailto:{plain(attendee)}")
    guest.params["CN"] = vText(plain(name).replace('"', ""))
    guest.params["ROLE"] = vText("REQ-PARTICIPANT")
    guest.params["PARTSTAT"] = vText("NEEDS-ACTION")
    guest.params["RSVP"] = vText("FALSE")
    event.add("attendee", guest, encode=False)
    if method == "REQUEST":
        _alarms(event, entry)
    return bytes(_calendar([event], [entry], method).to_ical()).decode("utf-8")


def published(entries: Sequence[tuple[str, int, Entry]], *, stamp: datetime, organiser: str) -> bytes:
    """A file of entries to read into a calendar (METHOD PUBLISH): `(uid, sequence, entry)` each."""
    from icalendar import vCalAddress

    events = []
    for uid, sequence, entry in entries:
        event = _event(uid, sequence, entry, stamp)
        event["organizer"] = vCalAddress(f"mailto:{plain(organiser)}")
        event.add("status", "CONFIRMED")
        _alarms(event, entry)
        events.append(event)
    return bytes(_calendar(events, [entry for _, _, entry in entries], "PUBLISH").to_ical())


def _event(uid: str, sequence: int, entry: Entry, stamp: datetime) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", uid)
    event.add("sequence", sequence)
    event.add("dtstamp", stamp.astimezone(UTC).replace(microsecond=0))
    event.add("summary", plain(entry.summary))
    event.add("description", plain(entry.description))
    if entry.location:
        event.add("location", plain(entry.location))
    for name, moment in (("dtstart", entry.begins), ("dtend", entry.ends)):
        event.add(name, _local(moment, entry.zone))
    event.add("class", "PRIVATE")
    # A date is no time of day: it does not make its owner busy.
    event.add("transp", "OPAQUE" if isinstance(entry.begins, datetime) else "TRANSPARENT")
    return event


def _local(moment: datetime | date, zone: str) -> datetime | date:
    return moment.astimezone(ZoneInfo(zone)) if isinstance(moment, datetime) else moment


def _alarms(event: Event, entry: Entry) -> None:
    from icalendar import Alarm

    for ahead in entry.alarms:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", -ahead)
        alarm.add("description", plain(entry.summary))
        event.add_component(alarm)


def _calendar(events: Sequence[Event], entries: Sequence[Entry], method: str) -> Calendar:
    from icalendar import Calendar

    made = Calendar()
    made.add("prodid", PRODUCER)
    made.add("version", "2.0")
    made.add("method", method)
    for event in events:
        made.add_component(event)
    moments = [entry.begins for entry in entries if isinstance(entry.begins, datetime)]
    if moments:
        made.add_missing_timezones(
            first_date=date(min(moments).year - 1, 1, 1), last_date=date(max(moments).year + 1, 12, 31)
        )
    return made
