"""Calendars by mail: an invitation for each appointment and each date of the firm's own, its change, its cancellation.

The same thing has one `uid` for ever, and each change a higher `sequence` (RFC 5545, RFC 5546), so that a person's own
calendar follows the desk. One row a person says what they were last told. No client's name stands in it unless the firm
says so (`calendar.names`): the matter's ref and the kind do. What somebody typed may hold a name, so without that word
of the firm's an entry is called by its kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from casedesk.desk import calendar_text, deliveries, settings, sight, titles
from casedesk.desk.calendar_text import Entry
from casedesk.desk.turn import Turn, instant, opaque
from casedesk.models.enums import Channel, OwnerKind

_APPEARING = ("hearing", "interview")
_STANDING = ("provisional", "open", "conflict")


@dataclass(frozen=True, slots=True)
class _Subject:
    """What people are invited to: whom it concerns, and the record it is of."""

    uid: str
    matter_id: int | None
    wanted: tuple[int, ...]
    sequence: int
    columns: dict[str, int | None]
    what: str


def of_appointment(turn: Turn, row: Any) -> None:
    """Invite, or tell of the change: who appears, the paralegal, and of what an attorney appears at the lead attorney."""
    _issue(turn, _appointment(turn, row), appointment_entry(turn, row))


def cancel_appointment(turn: Turn, row: Any) -> None:
    """It does not take place: the entry goes from every calendar it is in."""
    _issue(turn, _appointment(turn, row), appointment_entry(turn, row), cancelled=True)


def of_deadline(turn: Turn, deadline_id: int) -> None:
    """The firm's own date as a day in the calendars of its people, moved with it, and taken out when nothing is due.

    A date and those that took its place are one entry. One that gave way to another is left to that other.
    """
    row = turn.uow.one("invitation.deadline", id=deadline_id)
    if row is None or row.gave_way or row.state == "missed":
        return
    owners = turn.owners(row.matter_id)
    subject = _Subject(
        uid=_uid(turn, "date", row.line_id),
        matter_id=row.matter_id,
        wanted=_people(owners.get(OwnerKind.PRIMARY_PARALEGAL), owners.get(OwnerKind.LEAD_ATTORNEY)),
        sequence=0,
        columns={"deadline_id": row.id, "appointment_id": None},
        what="deadline",
    )
    _issue(turn, subject, deadline_entry(turn, row), cancelled=row.state not in _STANDING)


def of_matter(turn: Turn, matter_id: int) -> None:
    """Its owners changed: what is ahead comes into the new one's calendar, and goes from the calendar of who left."""
    for date_row in turn.uow.all("deadline.of_matter", matter_id=matter_id):
        if date_row.state in _STANDING:
            of_deadline(turn, date_row.id)
    for appointment in turn.uow.all("appointment.coming", matter_id=matter_id, now_us=turn.now_us):
        of_appointment(turn, appointment)


def appointment_entry(turn: Turn, row: Any) -> Entry:
    """An appointment as a calendar shows it."""
    at = instant(row.at_us)
    names = settings.names_in_calendars(turn)
    named = f", {row.party or row.caption}" if names else ""
    title = row.title if names else titles.of_appointment_outside(row.kind, row.title)
    lines = [f"{title} {row.ref}, matter {row.matter_ref}."]
    if row.judge:
        lines.append(f"Judge {row.judge}.")
    if row.confirmed_us is None:
        lines.append("Not confirmed yet.")
    return Entry(
        summary=f"{title} {row.matter_ref}{named}",
        description=" ".join(lines),
        location=row.place if row.kind != "other" else "",
        begins=at,
        ends=at + timedelta(minutes=row.minutes),
        zone=row.zone,
        alarms=(timedelta(days=1), timedelta(hours=2)),
    )


def deadline_entry(turn: Turn, row: Any) -> Entry:
    """The firm's own date as a day in a calendar."""
    day = date.fromisoformat(row.internal_due)
    names = settings.names_in_calendars(turn)
    named = f", {row.caption}" if names and row.caption else ""
    title = row.title if names else titles.of_date_outside(turn, row)
    there = row.authority if names else titles.authority_outside(row.authority)
    return Entry(
        summary=f"Due: {title} {row.matter_ref}{named}",
        description=f"{title} {row.ref}, matter {row.matter_ref}. Our date; {there} due {row.agency_due}.",
        location="",
        begins=day,
        ends=day + timedelta(days=1),
        zone=turn.office.zone,
        alarms=(timedelta(hours=15),),
    )


def organiser(turn: Turn) -> str:
    """The address calendars know the desk by: the firm's sending address where it has one."""
    setting = turn.uow.one("setting.one", key="mail.from")
    return setting.value if setting is not None and "@" in setting.value else "desk@casedesk.invalid"


def own_calendar(turn: Turn, since: datetime, until: datetime) -> bytes:
    """The actor's own appointments and dates between two instants, as a calendar file to read in."""
    entries = []
    for row in turn.uow.all("invitation.my_appointments", me=turn.actor.id, **_window(turn, since, until)):
        if row.outcome != "cancelled":
            entries.append((_uid(turn, "appointment", row.id), row.sequence, appointment_entry(turn, row)))
    days = (turn.calendar.today(since).isoformat(), turn.calendar.today(until).isoformat())
    for row in turn.uow.all("invitation.my_dates", me=turn.actor.id, since=days[0], until=days[1]):
        last = turn.uow.one("invitation.last", uid=_uid(turn, "date", row.line_id), person_id=turn.actor.id)
        sequence = 0 if last is None else last.sequence
        entries.append((_uid(turn, "date", row.line_id), sequence, deadline_entry(turn, row)))
    return calendar_text.published(entries, stamp=turn.now, organiser=organiser(turn))


def _window(turn: Turn, since: datetime, until: datetime) -> dict[str, int]:
    from casedesk.store.unit_of_work import micros

    return {"from_us": micros(since), "until_us": micros(until)}


def _appointment(turn: Turn, row: Any) -> _Subject:
    owners = turn.owners(row.matter_id)
    lead = owners.get(OwnerKind.LEAD_ATTORNEY) if row.kind in _APPEARING else None
    return _Subject(
        uid=_uid(turn, "appointment", row.id),
        matter_id=row.matter_id,
        wanted=_people(row.person_id, owners.get(OwnerKind.PRIMARY_PARALEGAL), lead),
        sequence=row.sequence,
        columns={"appointment_id": row.id, "deadline_id": None},
        what="appointment",
    )


def _people(*people: int | None) -> tuple[int, ...]:
    return tuple(dict.fromkeys(person for person in people if person is not None))


def _uid(turn: Turn, what: str, subject_id: int) -> str:
    return f"{what}-{opaque(subject_id).lower()}@{turn.uow.store_id[:12]}.casedesk"


def _issue(turn: Turn, subject: _Subject, entry: Entry, *, cancelled: bool = False) -> None:
    """One invitation for each person who wants them: the first, a change, or a cancellation; never the same twice."""
    out = sight.shut_out(turn, subject.matter_id)
    invited = {row.person_id: row for row in turn.uow.all("invitation.latest", uid=subject.uid)}
    wanted = () if cancelled else subject.wanted
    for person in dict.fromkeys((*wanted, *invited)):
        last = invited.get(person)
        calls_off = person not in wanted
        if person in out or (calls_off and (last is None or last.method == "CANCEL")):
            continue
        begins, ends = entry.span()
        same = last is not None and last.method == "REQUEST" and (last.begins, last.ends) == (begins, ends)
        if not calls_off and same and last is not None and last.sequence >= subject.sequence:
            continue
        address = _address(turn, person)
        if address is None:
            continue
        sequence = subject.sequence if last is None else max(last.sequence + 1, subject.sequence)
        method = "CANCEL" if calls_off else "REQUEST"
        # Who no longer owns the matter must not read that the thing itself is off.
        said = "" if not calls_off else "Called off: " if cancelled else "No longer yours: "
        turn.uow.insert(
            "invitation",
            id=turn.uow.new_id(),
            uid=subject.uid,
            person_id=person,
            matter_id=subject.matter_id,
            sequence=sequence,
            method=method,
            begins=begins,
            ends=ends,
            at_us=turn.now_us,
            **subject.columns,
        )
        text = calendar_text.invitation(
            subject.uid,
            sequence,
            entry,
            method=method,
            stamp=turn.now,
            organiser=organiser(turn),
            attendee=address,
            name=turn.names.get(person, ("", ""))[1],
        )
        deliveries.queue(
            turn,
            Channel.INVITATION,
            f"{subject.uid.partition('@')[0]}.{opaque(person).lower()}.{sequence}",
            subject.what,
            person=person,
            address=address,
            subject=said + calendar_text.plain(entry.summary),
            body=calendar_text.plain(entry.description),
            calendar=text,
            method=method,
            matter_id=subject.matter_id,
        )


def _address(turn: Turn, person: int) -> str | None:
    """Where a person's calendar is reached; None for somebody without an address, or who wants no invitations."""
    row = turn.uow.one("invitation.reach", person_id=person)
    if row is None or not row.wants or not row.email:
        return None
    return str(row.email)
