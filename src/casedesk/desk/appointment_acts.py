"""What follows when an appointment is set, moved or over: reminders, invitations, a filing date, words to who must know."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from casedesk.desk import (
    appointment_timers,
    calling_off,
    clashes,
    engine,
    hearing_dates,
    invitations,
    local_time,
    titles,
)
from casedesk.desk.apply import About, managers, open_task, tell
from casedesk.desk.turn import Turn, instant, opaque
from casedesk.desk.views.dates import AppointmentView
from casedesk.models.enums import OwnerKind
from casedesk.routing.chains import arm
from casedesk.routing.effects import OpenItem, OpenTask
from casedesk.store.unit_of_work import as_json, micros

MINUTES = {"hearing": 120, "biometrics": 30, "interview": 60, "other": 60}
"""How long each takes where nobody says."""

_ATTORNEYS = ("hearing", "interview")
"""What the lead attorney appears at."""


@dataclass(frozen=True, slots=True)
class Plan:
    """An appointment to be written. `form_id` is the form it is about; `counts_filing`: papers are filed before it."""

    kind: str
    title: str
    at: datetime
    zone: str
    place: str
    party_id: int | None
    person_id: int | None
    minutes: int
    judge: str
    language: str
    form_id: int | None = None
    notice_id: int | None = None
    document_id: int | None = None
    counts_filing: bool = False


def appears(turn: Turn, matter_id: int, kind: str) -> int | None:
    """Who of the firm is there: the lead attorney at a hearing and an interview, nobody at biometrics."""
    if kind not in _ATTORNEYS:
        return None
    owners = turn.owners(matter_id)
    return owners.get(OwnerKind.LEAD_ATTORNEY)


def schedule(turn: Turn, matter: Any, plan: Plan, *, how: str) -> str:
    """Write an appointment with all that follows from it; returns its ref."""
    uow = turn.uow
    appointment_id, ref = uow.new_id(), uow.new_ref("AP", "appointment")
    uow.insert(
        "appointment",
        id=appointment_id,
        ref=ref,
        matter_id=matter.id,
        party_id=plan.party_id,
        notice_id=plan.notice_id,
        kind=plan.kind,
        title=plan.title,
        at_us=micros(plan.at),
        zone=plan.zone,
        place=plan.place,
        person_id=plan.person_id,
        minutes=plan.minutes,
        judge=plan.judge,
        language=plan.language,
        created_us=turn.now_us,
        created_by=turn.actor.id,
    )
    uow.audit(
        "appointment.added",
        ref,
        matter_id=matter.id,
        kind=plan.kind,
        at_us=micros(plan.at),
        zone=plan.zone,
        person=turn.handle(plan.person_id),
        how=how,
    )
    row = uow.need("appointment", ref, "appointment.find", ref=ref, id=0)
    if plan.counts_filing:
        hearing_dates.count(turn, row, by_hand=how == "by_hand")
    appointment_timers.arm(turn, row)
    invitations.of_appointment(turn, row)
    _say(turn, row, f"{row.title} {ref} is set for {_when(turn, row)}, {matter.ref}")
    clashes.say(turn, row)
    _ask_the_rules(turn, matter, row, plan)
    return ref


def _spelled(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def move(
    turn: Turn,
    row: Any,
    *,
    at: datetime,
    zone: str,
    place: str,
    judge: str,
    minutes: int,
    by: str,
    reason: str,
    notice_id: int | None = None,
) -> None:
    """Another time for the same appointment: its ref stays, the former time too, and the new one is to be confirmed."""
    former = {
        "at": _spelled(instant(row.at_us)),
        "zone": row.zone,
        "place": row.place,
        "by": by,
        "reason": reason,
        "moved_by": turn.actor.handle,
        "moved_at": _spelled(turn.now),
        **({} if row.notice_id is None else {"notice": opaque(row.notice_id)}),
    }
    turn.uow.update(
        "appointment",
        row.id,
        row.version,
        at_us=micros(at),
        zone=zone,
        place=place,
        judge=judge,
        minutes=minutes,
        sequence=row.sequence + 1,
        moved=as_json([*json.loads(row.moved), former]),
        status="scheduled",
        confirmed_by=None,
        confirmed_us=None,
        notice_id=row.notice_id if notice_id is None else notice_id,
    )
    turn.uow.audit(
        "appointment.moved",
        row.ref,
        matter_id=row.matter_id,
        from_us=row.at_us,
        at_us=micros(at),
        by=by,
        reason=reason,
        sequence=row.sequence + 1,
    )
    now = turn.uow.need("appointment", row.ref, "appointment.find", ref=row.ref, id=0)
    hearing_dates.follow(turn, now, by_hand=notice_id is None)
    appointment_timers.arm(turn, now)
    invitations.of_appointment(turn, now)
    was = local_time.words(instant(row.at_us), row.zone, beside=turn.office.zone)
    _say(turn, now, f"{row.title} {row.ref} was {was} and is now {_when(turn, now)}, {row.matter_ref}")
    clashes.say(turn, now)
    _new_words(turn, row, now)


def close(turn: Turn, row: Any, result: str, note: str) -> None:
    """It is over: no reminder fires any more, and who must act on it hears of it."""
    turn.uow.update(
        "appointment",
        row.id,
        row.version,
        status=result,
        outcome=result,
        outcome_us=turn.now_us,
        outcome_by=turn.actor.id,
    )
    turn.uow.audit(
        "appointment.outcome", row.ref, matter_id=row.matter_id, outcome=result, at_us=row.at_us, note=note
    )
    appointment_timers.cancel(turn, row.id, result)
    words = f"{row.title} {row.ref} of {_when(turn, row)}: {result.replace('_', ' ')}, {row.matter_ref}"
    if result == "no_show":
        _no_show(turn, row, words, note)
    elif result == "attended":
        _attended(turn, row)
    else:
        if result == "cancelled":
            hearing_dates.drop(turn, row)
        withdraw_words(turn, row)
        _say(turn, row, words, note=note)
    if result == "cancelled" or (result == "continued" and instant(row.at_us) > turn.now):
        invitations.cancel_appointment(turn, row)


def view(turn: Turn, row: Any) -> AppointmentView:
    dates = turn.uow.all("appointment.filing_dates", appointment_id=row.id)
    return AppointmentView(
        id=opaque(row.id),
        ref=row.ref,
        kind=row.kind,
        at=instant(row.at_us),
        place=row.place,
        party=row.party,
        status=row.status,
        clash=tuple(other.ref for other in clashes.of(turn, row)),
        matter=row.matter_ref,
        caption=row.caption,
        title=row.title or titles.title_of(row.kind),
        zone=row.zone,
        minutes=row.minutes,
        person=turn.handle(row.person_id) or None,
        judge=row.judge,
        language=row.language,
        sequence=row.sequence,
        moved=tuple(json.loads(row.moved)),
        confirmed_by=turn.handle(row.confirmed_by) or None,
        outcome=row.outcome or None,
        filing_date=dates[0].ref if dates else None,
    )


def _when(turn: Turn, row: Any) -> str:
    return local_time.words(instant(row.at_us), row.zone, beside=turn.office.zone)


def _about(row: Any, **more: Any) -> About:
    return About(
        event_id=0,
        subject=row.ref,
        matter_id=row.matter_id,
        matter_ref=row.matter_ref,
        appointment_id=row.id,
        **more,
    )


def _say(turn: Turn, row: Any, words: str, *, note: str = "") -> None:
    for person in appointment_timers.concerned(turn, row):
        if person != turn.actor.id or person == row.person_id:
            tell(turn, person, words, "appointment", _about(row), body=note)


def _ask_the_rules(turn: Turn, matter: Any, row: Any, plan: Plan) -> None:
    """An appointment is set: the rules say what work and which words follow from it."""
    about = _about(
        row,
        form_id=plan.form_id,
        notice_id=plan.notice_id,
        document_id=plan.document_id,
    )
    about.event_id = engine.begin(
        turn, "appointment.scheduled", opaque(row.id), matter_id=matter.id, request_id=None
    )
    form = None if plan.form_id is None else turn.uow.need("form", "", "engine.form", id=plan.form_id).form
    snapshot = engine.facts(
        turn,
        about,
        fields={"document.kind": plan.kind, "document.matched": True, "form.form": form},
    )
    engine.happened(turn, "appointment.scheduled", about, snapshot)


def withdraw_words(turn: Turn, row: Any) -> list[Any]:
    """Words for the client that name a time which no longer stands are not sent; returns the messages."""
    from casedesk.documents.letters import format_date, format_time

    there = instant(row.at_us).astimezone(ZoneInfo(row.zone))
    stale = []
    for message in turn.uow.all("appointment.words_of", matter_id=row.matter_id, template=row.kind):
        if any(
            format_date(there.date(), tongue) in message.body
            and format_time(there.time(), tongue) in message.body
            for tongue in ("en", "es")
        ):
            calling_off.letter(turn, message, row.matter_id, f"{row.ref} no longer stands")
            stale.append(message)
    return stale


def _new_words(turn: Turn, before: Any, now: Any) -> None:
    """The client is told of the new time in words of their own, which somebody releases as they did the first."""
    from casedesk.desk import compose

    withdraw_words(turn, before)
    if now.kind != "biometrics":
        return
    form_id = document_id = None
    if now.notice_id is not None:
        notice = turn.uow.need("notice", "", "document.notice", id=now.notice_id)
        form_id, document_id = notice.form_id, notice.document_id
    about = _about(now, form_id=form_id, notice_id=now.notice_id, document_id=document_id)
    if compose.queue(turn, "biometrics", "staff", about) is None:
        for person in managers(turn, now.matter_id):
            tell(turn, person, f"The client's words about {now.ref} could not be made", "alarm", about)


def _no_show(turn: Turn, row: Any, words: str, note: str) -> None:
    """Nobody was there: the lead attorney hears of it now and has a task that is due today."""
    person, reason = appointment_timers.attorney(turn, row)
    effect = _task(
        turn,
        row,
        kind="no_show",
        title=f"Nobody appeared: {row.title}",
        owner=person,
        reason=reason,
        due=_today(turn),
        items=(
            OpenItem("why", "Why nobody was there is known and on the file"),
            OpenItem("next", "What is asked of the agency or court, and by when, is decided"),
            OpenItem("client", "The client knows what follows from it"),
        ),
    )
    task = open_task(turn, effect, _about(row))
    told = {person}
    tell(turn, person, words, "alarm", _about(row), body=note)
    for other in appointment_timers.concerned(turn, row):
        if other not in told and other != turn.actor.id:
            tell(turn, other, f"{words}; {task['ref']} is {turn.handle(person)}'s", "alarm", _about(row))


def _attended(turn: Turn, row: Any) -> None:
    """What is left to do afterwards: the proof on the file, and the form's status."""
    person, reason = appointment_timers.paralegal(turn, row)
    effect = _task(
        turn,
        row,
        kind="appointment_after",
        title=f"After the appointment: {row.title}",
        owner=person,
        reason=reason,
        due=turn.calendar.add_days(turn.now, 1),
        items=(
            OpenItem(
                "proof", "The stamped notice, or what was handed out there, is on the file", wants_file=True
            ),
            OpenItem("status", "The form's status was looked at and is up to date"),
        ),
    )
    open_task(turn, effect, _about(row))


def _today(turn: Turn) -> datetime:
    """The end of business today, an hour from now where the office is shut already."""
    closes = turn.calendar.end_of_business(turn.today)
    return closes if closes > turn.now else turn.now + timedelta(hours=1)


def _task(
    turn: Turn,
    row: Any,
    *,
    kind: str,
    title: str,
    owner: int,
    reason: str,
    due: datetime,
    items: tuple[OpenItem, ...],
) -> OpenTask:
    return OpenTask(
        key=f"{kind}:{row.ref}",
        kind=kind,
        title=title,
        playbook=None,
        playbook_version=None,
        step=None,
        owner=owner,
        owner_reason=reason,
        candidates=(),
        acknowledge_by=min(due, turn.calendar.add_hours(turn.now, 4)),
        due=due,
        internal_due=None,
        agency_due=None,
        reserved=False,
        hours=0.5,
        items=items,
        timers=arm(
            turn.library.chains["default"],
            turn.now,
            calendar=turn.calendar,
            acknowledge=True,
            agency_due=None,
            internal_due=None,
        ),
    )
