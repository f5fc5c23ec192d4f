"""Hearings, biometrics, interviews: set by hand, confirmed, moved before their time, and what came of them.

What a notice sets comes through `appointment_notices`; what follows from each act (reminders, invitations, a filing
date, words to those who must know) stands in `appointment_acts`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from casedesk.desk import appointment_acts as acts
from casedesk.desk import asked, cards, local_time, sight, titles
from casedesk.desk.appointment_acts import Plan
from casedesk.desk.turn import Turn, id_of, instant
from casedesk.desk.views.dates import AppointmentView
from casedesk.refusal import Refusal, WrongUsage
from casedesk.store.unit_of_work import micros

KINDS = ("hearing", "biometrics", "interview", "other")
OUTCOMES = ("attended", "no_show", "continued", "cancelled")
ASKED_BY = ("client", "court", "agency")
MOST_MINUTES = 12 * 60


def add(
    turn: Turn,
    matter: str,
    kind: str,
    at: datetime,
    *,
    zone: str | None = None,
    place: str = "",
    party: str | None = None,
    person: str | None = None,
    minutes: int | None = None,
    title: str = "",
    judge: str = "",
    language: str = "",
    hearing: str = "individual",
    filing_date: bool = True,
    form: str | None = None,
) -> AppointmentView:
    """Somebody is to be somewhere. `at` without a zone is local at the place: `zone`, else the office's.

    `person` is who of the firm appears; at a hearing and an interview the lead attorney where nobody is named. Before
    an individual hearing papers are filed: that date is counted (D-54) unless `filing_date` is False, as for somebody
    detained, where the court sets it (D-57).
    """
    row = turn.matter(matter)
    what = _word(kind, KINDS, "kind of appointment")
    where = turn.office.zone if zone is None else local_time.known_zone(zone)
    when = local_time.to_instant(at, where)
    if when <= turn.now:
        raise Refusal("past", f"{local_time.words(when, where)} is past.", "Say a time to come.")
    which = _word(hearing, titles.HEARINGS, "hearing") if what == "hearing" else ""
    plan = Plan(
        kind=what,
        title=asked.words(title, "The title") if title else titles.title_of(what, which),
        at=when,
        zone=where,
        place=asked.optional(place, "The place"),
        party_id=None if party is None else cards.party_named(turn, row, party),
        person_id=_appears(turn, row, what, person),
        minutes=_minutes(what, minutes),
        judge=asked.optional(judge, "The judge"),
        language=asked.language(language) if language else row.language,
        form_id=None if form is None else _form(turn, row, form),
        counts_filing=which == "individual" and filing_date,
    )
    return view(turn, find(turn, acts.schedule(turn, row, plan, how="by_hand")))


def confirm(turn: Turn, ref: str) -> AppointmentView:
    """Whoever is to be there has said that they will be, or the office that the time stands."""
    row = _open(turn, ref, "confirmed")
    if row.confirmed_us is not None:
        raise Refusal(
            "already_confirmed", f"{row.ref} was confirmed by {turn.handle(row.confirmed_by)} already."
        )
    turn.uow.update(
        "appointment",
        row.id,
        row.version,
        status="confirmed",
        confirmed_by=turn.actor.id,
        confirmed_us=turn.now_us,
    )
    turn.uow.audit("appointment.confirmed", row.ref, matter_id=row.matter_id, at_us=row.at_us)
    return view(turn, find(turn, row.ref))


def reschedule(
    turn: Turn,
    ref: str,
    at: datetime,
    *,
    by: str,
    reason: str,
    zone: str | None = None,
    place: str | None = None,
    judge: str | None = None,
    minutes: int | None = None,
) -> AppointmentView:
    """Another time, asked for before the old one by the client, the court or the agency. The ref stays, and so does
    the old time, under `moved`; what was counted from it is superseded."""
    row = _open(turn, ref, "moved")
    asked_by = _word(by, ASKED_BY, "party that asked")
    why = asked.words(reason, "The reason")
    if instant(row.at_us) <= turn.now:
        raise Refusal(
            "too_late",
            f"{row.ref} was set for {local_time.words(instant(row.at_us), row.zone)}: it is moved before its time only.",
            f"Record what came of it with `casedesk appointment outcome {row.ref}`, and add the new one.",
        )
    where = row.zone if zone is None else local_time.known_zone(zone)
    when = local_time.to_instant(at, where)
    if when <= turn.now:
        raise Refusal("past", f"{local_time.words(when, where)} is past.", "Say a time to come.")
    there = row.place if place is None else asked.optional(place, "The place")
    if micros(when) == row.at_us and there == row.place and where == row.zone:
        raise Refusal("same_time", f"{row.ref} is set for that time and place already.")
    acts.move(
        turn,
        row,
        at=when,
        zone=where,
        place=there,
        judge=row.judge if judge is None else asked.optional(judge, "The judge"),
        minutes=row.minutes if minutes is None else _minutes(row.kind, minutes),
        by=asked_by,
        reason=why,
    )
    return view(turn, find(turn, row.ref))


def outcome(turn: Turn, ref: str, result: str, *, note: str = "") -> AppointmentView:
    """What came of it: attended, no_show, continued, cancelled. A no-show is the lead attorney's the same day.

    Nobody attended, or stayed away, before the time came; it may be continued or called off before.
    """
    row = _open(turn, ref, "closed")
    said = _word(result, OUTCOMES, "outcome")
    if said in ("attended", "no_show") and instant(row.at_us) > turn.now:
        raise Refusal(
            "not_yet",
            f"{row.ref} is set for {local_time.words(instant(row.at_us), row.zone)}, which is still to come.",
            "Record it afterwards; to move it, use `casedesk appointment reschedule`.",
        )
    acts.close(turn, row, said, asked.optional(note, "The note", most=asked.LONGEST_TEXT))
    return view(turn, find(turn, row.ref))


def listing(
    turn: Turn, *, matter: str | None = None, limit: int = 50, after: str | None = None
) -> tuple[AppointmentView, ...]:
    """Appointments without an outcome, the next one first; of one matter all of them."""
    last = None if after is None else find(turn, after)
    rows = turn.uow.all(
        "appointment.listing",
        matter_id=None if matter is None else turn.matter(matter).id,
        after_us=None if last is None else last.at_us,
        after_id=None if last is None else last.id,
        limit=asked.page(limit),
    )
    return tuple(view(turn, row) for row in rows)


def show(turn: Turn, ref: str) -> AppointmentView:
    """One appointment."""
    return view(turn, find(turn, ref))


def find(turn: Turn, ref: str) -> Any:
    """An appointment's row, by ref or id. Raises `NotFound`."""
    return turn.uow.need("appointment", ref, "appointment.find", ref=ref.strip().upper(), id=id_of(ref))


view = acts.view


def _open(turn: Turn, ref: str, act: str) -> Any:
    turn.uow.one("appointment.lock", id=find(turn, ref).id)
    row = find(turn, ref)
    if row.outcome:
        raise Refusal(
            "appointment_closed",
            f"{row.ref} is over ({row.outcome.replace('_', ' ')}); it cannot be {act}.",
            "Add a new one with `casedesk appointment add`.",
        )
    return row


def _word(value: str, known: tuple[str, ...], what: str) -> str:
    found = asked.slug(value)
    if found not in known:
        raise asked.unknown(value, what, known)
    return found


def _minutes(kind: str, minutes: int | None) -> int:
    if minutes is None:
        return acts.MINUTES[kind]
    if not 1 <= minutes <= MOST_MINUTES:
        raise WrongUsage(
            "minutes", f"{minutes} minutes is no length of an appointment.", f"Say 1 to {MOST_MINUTES}."
        )
    return minutes


def _appears(turn: Turn, matter: Any, kind: str, person: str | None) -> int | None:
    if person is None:
        return acts.appears(turn, matter.id, kind)
    found = turn.person(person)
    sight.require(turn, found, matter.id)
    return found.id


def _form(turn: Turn, matter: Any, form: str) -> int:
    from casedesk.desk import forms

    return int(forms.find(turn, matter, form).id)
