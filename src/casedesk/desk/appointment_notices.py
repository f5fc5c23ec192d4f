"""A notice that names a day and an hour makes the appointment; a later one of the same thing moves it.

What a paper says is kept with its words; a notice of no known matter makes none until a person says where it belongs,
and a notice that biometrics are used again makes none at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from casedesk.calendars.places import zone_of
from casedesk.desk import appointment_acts as acts
from casedesk.desk import local_time, titles
from casedesk.desk.apply import About, managers, tell
from casedesk.desk.appointment_acts import Plan
from casedesk.desk.turn import Turn, instant
from casedesk.documents import recognise_appointment as read
from casedesk.documents.recognise import Recognition
from casedesk.models.enums import DocumentKind, OwnerKind
from casedesk.refusal import Refusal
from casedesk.store.unit_of_work import micros

_ASKED_BY = {DocumentKind.HEARING: "court"}
"""Who moved it, where a notice says another time; the agency of every other notice."""


def appoint(turn: Turn, about: About, found: Recognition) -> None:
    """Make the appointment a notice sets, or move the one it is about. Nothing where none was read."""
    values = {piece.field: piece.value for piece in found.evidence}
    if found.kind not in read.APPOINTED or about.matter_id is None or read.AT not in values:
        return
    matter = _matter(turn, about.matter_id)
    place = values.get(read.PLACE, "")
    zone = zone_of(place) or turn.office.zone
    try:
        at = local_time.to_instant(datetime.fromisoformat(values[read.AT]), zone)
    except Refusal:
        _say(
            turn,
            about,
            matter,
            f"The hour printed on a notice of {matter.ref} does not exist; enter it by hand",
        )
        return
    kind = found.kind.value
    title = titles.title_of(kind, values.get(read.HEARING, ""))
    same = turn.uow.all(
        "appointment.same", matter_id=matter.id, kind=kind, title=title, form_id=about.form_id
    )
    ahead = [row for row in same if instant(row.at_us) > turn.now]
    if len(ahead) == 1 and _older(turn, ahead[0], found):
        _say(
            turn,
            about,
            matter,
            f"An older notice names another time than {ahead[0].ref}; it was left as it is",
        )
    elif len(ahead) == 1:
        _move(turn, about, ahead[0], at, zone, place or ahead[0].place, values, found)
    elif len(ahead) > 1:
        _say(
            turn, about, matter, f"A notice of {matter.ref} may be about {' or '.join(r.ref for r in ahead)}"
        )
    else:
        _make(turn, about, matter, title, at, zone, place, values, found)


def _make(
    turn: Turn,
    about: About,
    matter: Any,
    title: str,
    at: datetime,
    zone: str,
    place: str,
    values: Mapping[str, str],
    found: Recognition,
) -> None:
    kind = found.kind.value
    party = turn.uow.one("engine.client_party", matter_id=matter.id, form_id=about.form_id)
    plan = Plan(
        kind=kind,
        title=title,
        at=at,
        zone=zone,
        place=place,
        party_id=None if party is None else party.id,
        person_id=acts.appears(turn, matter.id, kind),
        minutes=acts.MINUTES[kind],
        judge=values.get(read.JUDGE, ""),
        language=matter.language if party is None else party.language or matter.language,
        form_id=about.form_id,
        notice_id=about.notice_id,
        document_id=about.document_id,
        counts_filing=values.get(read.HEARING) == "individual",
    )
    acts.schedule(turn, matter, plan, how="notice")


def _move(
    turn: Turn,
    about: About,
    row: Any,
    at: datetime,
    zone: str,
    place: str,
    values: Mapping[str, str],
    found: Recognition,
) -> None:
    if micros(at) == row.at_us and place == row.place:
        return
    by = _ASKED_BY.get(found.kind, "agency")
    if at <= turn.now:
        matter = _matter(turn, row.matter_id)
        _say(turn, about, matter, f"A notice names a time that is past for {row.ref}; it was left as it is")
        return
    acts.move(
        turn,
        row,
        at=at,
        zone=zone,
        place=place,
        judge=values.get(read.JUDGE, row.judge),
        minutes=row.minutes,
        by=by,
        reason=f"a notice of the {by}" + ("" if found.notice_date is None else f" of {found.notice_date}"),
        notice_id=about.notice_id,
    )


def _older(turn: Turn, row: Any, found: Recognition) -> bool:
    if row.notice_id is None or found.notice_date is None:
        return False
    dated = turn.uow.scalar("appointment.notice_date", id=row.notice_id)
    return dated is not None and found.notice_date.isoformat() < dated


def _matter(turn: Turn, matter_id: int) -> Any:
    return turn.uow.need("matter", "", "matter.find", ref="", id=matter_id, receipt=None)


def _say(turn: Turn, about: About, matter: Any, words: str) -> None:
    owners = turn.owners(matter.id)
    wanted = [owners.get(OwnerKind.PRIMARY_PARALEGAL), owners.get(OwnerKind.LEAD_ATTORNEY)]
    for person in [p for p in dict.fromkeys(wanted) if p is not None] or managers(turn, matter.id):
        tell(turn, person, words, "alarm", about)
