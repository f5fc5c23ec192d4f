"""Dates that matter, by hand: added by one person, confirmed by another, met on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from casedesk.calendars.printed import internal_due
from casedesk.desk import asked, cards, forms, sight
from casedesk.desk.turn import Turn, id_of
from casedesk.desk.views import DeadlineView
from casedesk.models.enums import DeadlineState
from casedesk.refusal import NotAllowed, Refusal

BUFFER_DAYS = 7
"""How long before the agency's date the firm's own lies, unless a playbook says otherwise."""

_S = DeadlineState


def add(
    turn: Turn,
    matter: str,
    title: str,
    agency_due: date,
    *,
    kind: str = "other",
    authority: str = "USCIS",
    citation: str = "",
    form: str | None = None,
) -> DeadlineView:
    """A date nobody's notice set. It is provisional until a second person confirms it.

    The firm's own date lies a week earlier, on the business day before where that is none. Refuses a date the
    office's calendar does not reach.
    """
    row = turn.matter(matter)
    own = _own_date(turn, agency_due)
    uow = turn.uow
    deadline_id, ref = uow.new_id(), uow.new_ref("DL", "deadline")
    uow.insert(
        "deadline",
        id=deadline_id,
        ref=ref,
        matter_id=row.id,
        form_id=None if form is None else _form(turn, row, form),
        kind=asked.slug(asked.words(kind, "The kind", most=60)),
        title=asked.words(title, "The title"),
        authority=asked.words(authority, "The authority", most=60),
        agency_due=agency_due.isoformat(),
        internal_due=own.isoformat(),
        citation=asked.optional(citation, "The citation"),
        sentence=f"entered by hand by {turn.actor.handle}; the internal date is {BUFFER_DAYS} days earlier",
        state=_S.PROVISIONAL.value,
        arrived_late=int(own < turn.today),
        created_us=turn.now_us,
        created_by=turn.actor.id,
    )
    uow.audit(
        "deadline.added",
        ref,
        matter_id=row.id,
        agency_due=agency_due.isoformat(),
        internal_due=own.isoformat(),
        rule=None,
        how="by_hand",
    )
    return cards.deadline(turn, _row(turn, ref))


def listing(
    turn: Turn, *, matter: str | None = None, limit: int = 50, after: str | None = None
) -> tuple[DeadlineView, ...]:
    """Dates still open, the nearest first; of one matter all of them."""
    last = None if after is None else _row(turn, after)
    rows = turn.uow.all(
        "deadline.listing",
        matter_id=None if matter is None else turn.matter(matter).id,
        after_due=None if last is None else last.agency_due,
        after_id=None if last is None else last.id,
        limit=asked.page(limit),
    )
    return tuple(cards.deadline(turn, row) for row in rows)


def confirm(turn: Turn, ref: str) -> DeadlineView:
    """A second person has counted and found the same: the date is no longer provisional, a conflict is settled.

    Whoever entered a date does not confirm it, except where nobody else may see it.
    """
    row = _open(turn, ref, "confirmed")
    if row.confirmed_by is not None:
        raise Refusal(
            "already_confirmed", f"{row.ref} was confirmed by {turn.handle(row.confirmed_by)} already."
        )
    alone = len(turn.people.keys() - sight.shut_out(turn, row.matter_id)) == 1
    if row.created_by == turn.actor.id and not alone:
        raise NotAllowed(
            "same_person",
            f"{turn.actor.handle} entered {row.ref} and cannot confirm it.",
            "Ask somebody else to check it.",
        )
    turn.uow.update(
        "deadline",
        row.id,
        row.version,
        state=_S.OPEN.value,
        confirmed_by=turn.actor.id,
        confirmed_us=turn.now_us,
    )
    turn.uow.audit(
        "deadline.confirmed",
        row.ref,
        matter_id=row.matter_id,
        agency_due=row.agency_due,
        before=row.state,
        alone=alone,
    )
    return cards.deadline(turn, _row(turn, row.ref))


def met(turn: Turn, ref: str, on: date | None = None) -> DeadlineView:
    """What was due has been done, on that day. A packet's deadline is met at delivery, and never by hand before."""
    row = _open(turn, ref, "met")
    when = turn.today if on is None else on
    if when > turn.today:
        raise Refusal("future", f"{when} is still to come.", "Say the day it was done.")
    packet = turn.uow.scalar("deadline.pending_packet", deadline_id=row.id)
    if packet is not None:
        raise Refusal(
            "met_at_delivery",
            f"{row.ref} is met when {packet} is delivered: shipped is not received.",
            f"Record it with `casedesk filing deliver {packet}`.",
        )
    turn.uow.update(
        "deadline", row.id, row.version, state=_S.MET.value, met_on=when.isoformat(), met_us=turn.now_us
    )
    turn.uow.audit(
        "deadline.met",
        row.ref,
        matter_id=row.matter_id,
        on=when.isoformat(),
        agency_due=row.agency_due,
        how="by_hand",
    )
    return cards.deadline(turn, _row(turn, row.ref))


def _row(turn: Turn, ref: str) -> Any:
    return turn.uow.need("deadline", ref, "deadline.find", ref=ref.strip().upper(), id=id_of(ref))


def _open(turn: Turn, ref: str, act: str) -> Any:
    row = _row(turn, ref)
    if row.state not in cards.OPEN_DATES:
        raise Refusal(
            "deadline_closed",
            f"{row.ref} is {row.state}; it cannot be {act}.",
            "See `casedesk deadline list`.",
        )
    return row


def _own_date(turn: Turn, agency_due: date) -> date:
    try:
        return internal_due(agency_due, BUFFER_DAYS, turn.calendar.is_business_day)
    except ValueError as error:
        raise Refusal(
            "date_out_of_range", f"{agency_due} is too far away to count to.", "Check the year."
        ) from error


def _form(turn: Turn, matter: Any, form: str) -> int:

    return int(forms.find(turn, matter, form).id)
