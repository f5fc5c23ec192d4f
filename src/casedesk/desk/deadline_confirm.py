"""The second pair of eyes on a date: somebody else counts it, and says what they found."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from casedesk.desk import cards, deadline_timers, sight
from casedesk.desk.apply import About, managers, tell
from casedesk.desk.deadline_rows import on_another_day, row_of, succeed
from casedesk.desk.turn import Turn
from casedesk.desk.views.dates import DeadlineView
from casedesk.models.enums import DeadlineState, OwnerKind
from casedesk.refusal import NotAllowed, Refusal
from casedesk.store.unit_of_work import as_json

_S = DeadlineState
COUNTED = "counted"
"""Why another date stands beside the one on record: a second person counted it."""


def confirm(turn: Turn, ref: str, counted: date | None = None) -> DeadlineView:
    """A second person has counted and found the same: the date is no longer provisional, a conflict is settled.

    Whoever entered a date does not confirm it, except where nobody else may see it. A critical date, and one in
    conflict, is confirmed with the day that person `counted`. Another day than the one on record is a conflict that
    names both, and the earlier rules; it is settled when somebody else counts one of the two.
    """
    row = row_of(turn, ref)
    if row.state not in cards.OPEN_DATES:
        raise Refusal(
            "deadline_closed",
            f"{row.ref} is {row.state}; it cannot be confirmed.",
            "See `casedesk deadline list`.",
        )
    if row.confirmed_by is not None and row.state != _S.CONFLICT:
        raise Refusal(
            "already_confirmed", f"{row.ref} was confirmed by {turn.handle(row.confirmed_by)} already."
        )
    alone = len(turn.staff.keys() - sight.shut_out(turn, row.matter_id)) == 1
    found = said(row)
    _not_their_own(turn, row, counted, found, alone)
    if counted is None and (row.critical or row.state == _S.CONFLICT):
        why = "is critical" if row.critical else "is in conflict"
        raise Refusal(
            "count_it_yourself",
            f"{row.ref} {why}: whoever confirms it says the day they counted themselves.",
            f"casedesk deadline confirm {row.ref} --date DATE",
        )
    on_record = date.fromisoformat(row.agency_due)
    if counted in (None, on_record):
        return _settled(turn, row, alone)
    assert counted is not None
    if row.state == _S.CONFLICT and (counted.isoformat() in found or counted in _printed(row)):
        return _settled(turn, _moved(turn, row, counted), alone)
    return _conflict(turn, row, on_record, counted, found)


def said(row: Any) -> dict[str, str]:
    """Which other days were counted for a date, and by whom (day, handle)."""
    proposed = json.loads(row.proposed) if row.proposed else {}
    return dict(proposed["days"]) if proposed.get("why") == COUNTED else {}


# --- within


def _not_their_own(turn: Turn, row: Any, counted: date | None, found: dict[str, str], alone: bool) -> None:
    """Nobody agrees with themselves: not with the date they entered, and not with the other one they counted."""
    if alone:
        return
    theirs = None if counted is None else found.get(counted.isoformat())
    first = row.created_by == turn.actor.id and not (theirs is not None and theirs != turn.actor.handle)
    if first or theirs == turn.actor.handle:
        raise NotAllowed(
            "same_person",
            f"{turn.actor.handle} entered {row.ref} and cannot confirm it.",
            "Ask somebody else to check it.",
        )


def _settled(turn: Turn, row: Any, alone: bool) -> DeadlineView:
    turn.uow.update(
        "deadline",
        row.id,
        row.version,
        state=_S.OPEN.value,
        confirmed_by=turn.actor.id,
        confirmed_us=turn.now_us,
        proposed="",
    )
    turn.uow.audit(
        "deadline.confirmed",
        row.ref,
        matter_id=row.matter_id,
        agency_due=row.agency_due,
        before=row.state,
        alone=alone,
    )
    deadline_timers.arm(turn, row.id)
    return cards.deadline(turn, row_of(turn, row.ref))


def _moved(turn: Turn, row: Any, counted: date) -> Any:
    sentence = (
        f"Settled on {counted.isoformat()} by {turn.actor.handle}; {row.agency_due} stood on record before."
    )
    return succeed(turn, row.id, on_another_day(turn, row, counted, sentence), _S.CONFLICT, "settled")


def _conflict(turn: Turn, row: Any, on_record: date, counted: date, found: dict[str, str]) -> DeadlineView:
    """Both days are kept, the earlier rules: it is never safe to work by the later one."""
    days = {**found, counted.isoformat(): turn.actor.handle}
    if counted < on_record:
        days[on_record.isoformat()] = turn.handle(row.created_by)
        days.pop(counted.isoformat())
    earlier = min(on_record, counted)
    sentence = (
        f"Date conflict: {on_record.isoformat()} stands on record, {turn.actor.handle} counted {counted.isoformat()};"
        f" the earlier, {earlier.isoformat()}, rules until somebody else has counted."
    )
    proposed = as_json({"why": COUNTED, "days": days})
    if counted < on_record:
        day = on_another_day(turn, row, counted, sentence)
        now = succeed(turn, row.id, day, _S.CONFLICT, "conflict", proposed=proposed)
    else:
        turn.uow.update(
            "deadline",
            row.id,
            row.version,
            state=_S.CONFLICT.value,
            sentence=sentence,
            proposed=proposed,
            confirmed_by=None,
            confirmed_us=None,
        )
        now = row_of(turn, row.ref)
    turn.uow.audit(
        "deadline.conflict",
        now.ref,
        matter_id=row.matter_id,
        on_record=on_record.isoformat(),
        counted=counted.isoformat(),
    )
    tell_owners(turn, row.matter_id, now.ref, f"Two dates for {now.ref}: {sentence}")
    return cards.deadline(turn, now)


def _printed(row: Any) -> tuple[date, ...]:
    return tuple(date.fromisoformat(day) for day in json.loads(row.printed))


def tell_owners(turn: Turn, matter_id: int | None, subject: str, words: str) -> None:
    """Somebody must decide about a date: the matter's paralegal and attorney hear of it, and whoever manages."""
    owners = turn.owners(matter_id)
    first = [owners.get(OwnerKind.PRIMARY_PARALEGAL), owners.get(OwnerKind.LEAD_ATTORNEY)]
    about = About(event_id=0, subject=subject, matter_id=matter_id)
    for person in dict.fromkeys([*(p for p in first if p is not None), *managers(turn, matter_id)]):
        if person != turn.actor.id:
            tell(turn, person, words, "alarm", about)
