"""Licences: put on record by somebody else, within a scope, and dead on the day after their last."""

from __future__ import annotations

from datetime import date
from typing import Any

from casedesk.desk import asked
from casedesk.desk.turn import Turn, day, id_of, opaque
from casedesk.desk.views.care import Check
from casedesk.desk.views.people import LicenceView
from casedesk.models.enums import LicenceKind
from casedesk.refusal import NotAllowed, NotFound, Refusal

Licence = tuple[str, str, str, date | None]
"""Kind (a `LicenceKind`), number, jurisdiction, last day or None."""

SCOPES = ("full", "dhs")
SOON_DAYS = 60
"""So many days before its last one a licence is warned of."""


def listing(turn: Turn, name: str | None = None) -> tuple[LicenceView, ...]:
    """Every licence on record, of everybody or of one person, those that ended too."""
    turn.require_inside("Looking up licences")
    wanted = None if name is None else turn.person(name).id
    rows = turn.uow.all("person.licences", person_id=wanted)
    return tuple(_view(turn, row) for row in rows)


def add(turn: Turn, name: str, licence: Licence, *, scope: str = "full") -> LicenceView:
    """A manager puts somebody's licence on record; a renewed one is put on record anew.

    Raises `NotAllowed` for one's own (the firm's only person excepted), and for somebody from outside. `scope` "dhs"
    is a partial accreditation, before DHS alone (8 CFR 1003.0(f)(3), 1292.1(a)(4)).
    """
    turn.require_manager("Putting a licence on record")
    person = turn.person(name)
    _not_own(turn, person.id, "Putting your own licence on record")
    if person.outside:
        raise NotAllowed(
            "outside_licence",
            f"{person.handle} is from outside, and reviews and signs nothing in this firm's name.",
            "Licences are for the firm's own people.",
        )
    row_id = keep(turn, person.id, licence, scope)
    _forget(turn)
    return _view(turn, turn.uow.need("licence", "", "person.licence", id=row_id))


def end(turn: Turn, name: str, licence: str, *, reason: str) -> LicenceView:
    """A manager ends a licence: from now on it counts for nothing. What was signed under it stays signed.

    `licence` is its id, or its number where the person has one of that number in force.
    """
    turn.require_manager("Ending a licence")
    why = asked.words(reason, "The reason")
    person = turn.person(name)
    _not_own(turn, person.id, "Ending your own licence")
    live = [row for row in turn.uow.all("person.licences", person_id=person.id) if row.active]
    found = [
        row for row in live if row.id == id_of(licence) or (row.number and row.number == licence.strip())
    ]
    if len(found) != 1:
        raise NotFound("licence", licence, f"See `casedesk person licence list {person.handle}`.")
    turn.uow.update("licence", found[0].id, active=0)
    turn.uow.audit(
        "licence.ended", person.handle, kind=found[0].kind, licence=opaque(found[0].id), reason=why
    )
    _forget(turn)
    return _view(turn, turn.uow.need("licence", licence, "person.licence", id=found[0].id))


def keep(turn: Turn, person_id: int, licence: Licence, scope: str = "full") -> int:
    """Write one licence, and the entry that says so; its id. Raises `Refusal` for a licence that makes no sense."""
    kind_name, number, jurisdiction, expires = licence
    kind = asked.one_of(kind_name, LicenceKind, "licence")
    reach = asked.slug(scope)
    if reach not in SCOPES:
        raise asked.unknown(scope, "scope", SCOPES)
    if reach != "full" and kind is not LicenceKind.ACCREDITED_REPRESENTATIVE:
        raise Refusal(
            "scope_of_what",
            "Only an accreditation is partial; an attorney is admitted before every court and agency.",
            "Leave out the scope.",
        )
    if expires is not None and expires < turn.today:
        raise Refusal("past", f"{expires} is over.", "A licence's last day is today or later.")
    row_id = turn.uow.new_id()
    turn.uow.insert(
        "licence",
        id=row_id,
        person_id=person_id,
        kind=kind.value,
        number=asked.optional(number, "The licence's number"),
        jurisdiction=asked.optional(jurisdiction, "The jurisdiction"),
        expires=asked.iso(expires),
        scope=reach,
        granted_by=turn.actor.id,
    )
    turn.uow.audit(
        "licence.added",
        turn.uow.need("person", "", "person.handle_of", id=person_id).handle,
        kind=kind.value,
        scope=reach,
        jurisdiction=jurisdiction,
        expires=asked.iso(expires),
    )
    return row_id


def expiring(turn: Turn) -> tuple[LicenceView, ...]:
    """Licences in force that have expired, or will within `SOON_DAYS`, and that no later one replaces."""
    rows = [row for row in turn.uow.all("person.licences", person_id=None) if row.active]
    longest = {(row.person_id, row.kind, row.jurisdiction): _last(row) for row in sorted(rows, key=_last)}
    return tuple(
        view
        for row in rows
        if row.expires is not None and _last(row) == longest[row.person_id, row.kind, row.jurisdiction]
        if (view := _view(turn, row)).state in ("ends_soon", "expired")
    )


def check(turn: Turn) -> Check:
    """What `doctor` says of licences: those that run out, and attorneys whose accreditation ends before the court."""
    if not turn.actor.is_manager:
        return Check("licences", True, "a manager sees to licences and their last days", "")
    wrong = [_sentence(one) for one in expiring(turn)]
    wrong += [
        f"{row.handle} is {row.kind.replace('_', ' ')} of {row.ref}, which is before the court, and accredited"
        " before DHS alone"
        for row in turn.uow.all("rights.beyond_accreditation", today=turn.today.isoformat())
    ]
    if wrong:
        more = f"; and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        fix = (
            "Put the renewed licence on record with `casedesk person licence add`, or name another attorney."
        )
        return Check("licences", False, "; ".join(wrong[:3]) + more, fix)
    return Check("licences", True, f"none ends within {SOON_DAYS} days", "")


def warnings(turn: Turn) -> dict[str, list[str]]:
    """For each handle, the licences that ran out or will soon, as sentences."""
    found: dict[str, list[str]] = {}
    for one in expiring(turn):
        found.setdefault(one.person, []).append(_sentence(one).removeprefix(f"{one.person}: "))
    return found


def _sentence(one: LicenceView) -> str:
    when = (
        f"ends on {one.expires}, in {one.days_left} days"
        if one.state == "ends_soon"
        else f"expired on {one.expires}"
    )
    return f"{one.person}: {one.kind.replace('_', ' ')} licence {when}"


def _last(row: Any) -> str:
    return row.expires or "9999-12-31"


def _not_own(turn: Turn, person_id: int, act: str) -> None:
    if person_id == turn.actor.id and len(turn.people) > 1:
        raise NotAllowed("own_licence", f"{act} is for somebody else to do.", "Ask another manager.")


def _forget(turn: Turn) -> None:
    for name in ("_everybody", "staff", "people", "partial"):
        turn.__dict__.pop(name, None)


def _view(turn: Turn, row: Any) -> LicenceView:
    last = day(row.expires)
    left = None if last is None else (last - turn.today).days
    state = "ended" if not row.active else "live"
    if row.active and left is not None:
        state = "expired" if left < 0 else "ends_soon" if left <= SOON_DAYS else "live"
    return LicenceView(
        id=opaque(row.id),
        person=row.handle,
        kind=row.kind,
        number=row.number,
        jurisdiction=row.jurisdiction,
        scope=row.scope,
        expires=last,
        state=state,
        days_left=left if row.active else None,
        granted_by=turn.handle(row.granted_by) or None,
    )
