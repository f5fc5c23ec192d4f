"""Reminders of an appointment: armed when it is set, armed anew when it moves, fired by the sweep.

They are for staff. Counted backwards, so one that falls outside office hours comes with the last business hour before:
a Monday 09:00 is reminded of on Friday. Words to the client are prepared by rules and released by people.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from casedesk.calendars.business import OutsideCalendar
from casedesk.desk import clashes, local_time, sight
from casedesk.desk.apply import managers
from casedesk.desk.dates_due import APPOINTMENT_CHAIN, Say, StoodDown, What
from casedesk.desk.turn import Turn, instant
from casedesk.models.enums import OwnerKind
from casedesk.store.unit_of_work import as_json, micros

BEFORE = ((1, timedelta(days=7), "upcoming"), (2, timedelta(days=3), "upcoming"))
UNCONFIRMED = (3, timedelta(hours=48), "unconfirmed")
LAST = (4, timedelta(days=1), "upcoming")
NO_OUTCOME = (5, 2, "no_outcome")
"""Step, how long before (of the last: office hours after the end), and what must still hold when it fires."""

_APPEARING = ("hearing", "interview")


def arm(turn: Turn, row: Any) -> None:
    """Arm the reminders of an appointment as it now stands; those of its former time are called off.

    What lies in the past already is left out: who must know was told as the time was set. The question what came of it
    is always asked.
    """
    cancel(turn, row.id, "moved")
    at = instant(row.at_us)
    moments = [
        (step, before_hours(turn, at - ahead), condition)
        for step, ahead, condition in (*BEFORE, UNCONFIRMED, LAST)
    ]
    step, hours, condition = NO_OUTCOME
    over = at + timedelta(minutes=row.minutes)
    armed = [moment for moment in moments if turn.now < moment[1] < at]
    armed.append((step, _after_hours(turn, over, hours), condition))
    turn.uow.insert_many(
        "timer",
        [
            {
                "id": turn.uow.new_id(),
                "matter_id": row.matter_id,
                "task_id": None,
                "subject_id": row.id,
                "chain": APPOINTMENT_CHAIN,
                "step": step,
                "generation": row.sequence + 1,
                "fire_at_us": micros(moment),
                "condition": condition,
                "action": "remind",
                "targets": as_json([]),
            }
            for step, moment, condition in armed
        ],
    )


def cancel(turn: Turn, appointment_id: int, why: str) -> None:
    """No reminder of the appointment fires any more."""
    turn.uow.run("appointment.cancel_timers", id=appointment_id, why=why)


def fire(turn: Turn, timer: Any, say: Say) -> str:
    """Remind of an appointment that is still to come, or ask what came of it. Raises `StoodDown`."""
    turn.uow.one("appointment.lock", id=timer.subject_id)
    row = turn.uow.one("appointment.find", ref="", id=timer.subject_id)
    if row is None:
        raise StoodDown("no appointment")
    if timer.generation != row.sequence + 1:
        raise StoodDown("moved")
    if row.outcome:
        raise StoodDown(row.outcome)
    if timer.condition == "unconfirmed" and row.confirmed_us is not None:
        raise StoodDown("confirmed")
    told = concerned(turn, row)
    for person in told:
        say(
            person,
            "appointment",
            _words(turn, row, timer.condition, person),
            What(row.ref, row.matter_id, id=row.id),
        )
    turn.uow.audit(
        "appointment.reminded",
        row.ref,
        matter_id=row.matter_id,
        about=timer.condition,
        step=timer.step,
        told=[turn.handle(person) for person in told],
        late_us=max(0, turn.now_us - timer.fire_at_us),
    )
    return f"{timer.condition}: {', '.join(turn.handle(person) for person in told)}"


def concerned(turn: Turn, row: Any) -> list[int]:
    """Who of the firm must know: who appears, the paralegal, and of what an attorney appears at the lead attorney.

    For somebody away their cover; nobody who may not see the matter. Where none is left, the managers.
    """
    owners = turn.owners(row.matter_id)
    wanted = [row.person_id, owners.get(OwnerKind.PRIMARY_PARALEGAL)]
    if row.kind in _APPEARING:
        wanted.append(owners.get(OwnerKind.LEAD_ATTORNEY))
    return _reached(turn, row.matter_id, wanted) or managers(turn, row.matter_id)


def attorney(turn: Turn, row: Any) -> tuple[int, str]:
    """Whose a no-show is: the lead attorney, or who stands in."""
    owners = turn.owners(row.matter_id)
    ranked = (OwnerKind.LEAD_ATTORNEY, OwnerKind.SUPERVISING_ATTORNEY, OwnerKind.PRIMARY_PARALEGAL)
    return _first(turn, row, owners, ranked)


def paralegal(turn: Turn, row: Any) -> tuple[int, str]:
    """Whose the work after an appointment is."""
    owners = turn.owners(row.matter_id)
    ranked = (OwnerKind.PRIMARY_PARALEGAL, OwnerKind.SECONDARY_PARALEGAL, OwnerKind.LEAD_ATTORNEY)
    return _first(turn, row, owners, ranked)


def before_hours(turn: Turn, moment: datetime) -> datetime:
    """The moment itself inside office hours, else the beginning of the last business hour before it."""
    try:
        inside = turn.calendar.at_or_before_business(moment)
        return inside if inside == moment else turn.calendar.subtract_hours(inside, 1)
    except OutsideCalendar:
        return moment


def _after_hours(turn: Turn, moment: datetime, hours: float) -> datetime:
    try:
        return turn.calendar.add_hours(moment, hours)
    except OutsideCalendar:
        return moment


def _first(
    turn: Turn, row: Any, owners: dict[OwnerKind, int], ranked: tuple[OwnerKind, ...]
) -> tuple[int, str]:
    for kind in ranked:
        found = _reached(turn, row.matter_id, [owners.get(kind)])
        if found:
            role = kind.value.replace("_", " ")
            covers = "" if found[0] == owners.get(kind) else f", covers {turn.handle(owners.get(kind))}"
            return found[0], f"{role} of {row.matter_ref}{covers}"
    return managers(turn, row.matter_id)[0], "nobody of the matter is there"


def _reached(turn: Turn, matter_id: int, wanted: list[int | None]) -> list[int]:
    out = sight.shut_out(turn, matter_id)
    reached: list[int] = []
    for person_id in wanted:
        person = None if person_id is None else turn.people.get(person_id)
        seen: set[int] = set()
        while (
            person is not None and not person.present and person.cover is not None and person.id not in seen
        ):
            seen.add(person.id)
            person = turn.people.get(person.cover) or person
        if person is not None and person.id in out and person_id is not None:
            person = turn.people.get(person_id)
        if person is not None and person.id not in out and person.id not in reached:
            reached.append(person.id)
    return reached


def _words(turn: Turn, row: Any, condition: str, person: int) -> str:
    when = local_time.words(instant(row.at_us), row.zone, beside=turn.office.zone)
    said = f"{row.title} {row.ref}, {when}, {row.matter_ref}"
    if condition == "no_outcome":
        return f"What came of it? {said}"
    if condition == "unconfirmed" or row.confirmed_us is None:
        said += ", not confirmed"
    others = [
        other.ref
        for other in clashes.of(turn, row)
        if person not in sight.shut_out(turn, row.matter_id) | sight.shut_out(turn, other.matter_id)
    ]
    return f"To come: {said}" + (f", clashes with {', '.join(others)}" if others else "")
