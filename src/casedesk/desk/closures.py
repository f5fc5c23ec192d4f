"""Days on which the firm, or one office of it, is shut: what is counted from now on goes past them.

What was counted before stays where it is: a date that moved without anybody's yes is a date nobody watches. What falls
into a new closure is shown, with whose it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from casedesk.calendars.business import to_micros
from casedesk.desk import asked, offices
from casedesk.desk.turn import Turn, at, day, id_of, opaque
from casedesk.refusal import Refusal

LONGEST_DAYS = 366


@dataclass(frozen=True)
class FallsInside:
    """Something due while the office is shut. `what`: task, reminder, appointment, date (ours) or agency_date."""

    what: str
    ref: str
    title: str
    matter: str | None
    who: str
    at: datetime | None = None
    on: date | None = None


@dataclass(frozen=True)
class ClosureView:
    """`inside` is what is still due between the two days, both included, of what the reader may see."""

    id: str
    ref: str
    office: str | None
    first: date
    last: date
    reason: str
    by: str
    cancelled: bool
    inside: tuple[FallsInside, ...] = ()


def add(turn: Turn, first: date, last: date, reason: str, *, office: str | None = None) -> ClosureView:
    """A manager shuts the firm, or one office, from `first` to `last`, both included.

    Raises `Refusal` for days in the wrong order, over, more than a year, or shut already.
    """
    turn.require_manager("Shutting the office")
    words = asked.words(reason, "The reason")
    if last < first:
        raise Refusal("days_in_order", f"{last} is before {first}.", "Give the first day first.")
    if last < turn.today:
        raise Refusal("past", f"{last} is over.", "A closure ends today or later.")
    if (last - first).days >= LONGEST_DAYS:
        raise Refusal("too_long", "A closure lasts a year at most.", "Check the days.")
    calendar = turn.calendar
    if not calendar.first <= first <= last <= calendar.last:
        raise Refusal("date_out_of_range", f"{last} is too far away to count to.", "Check the year.")
    where = None if office is None else offices.row_of(turn, office)
    office_id = None if where is None else where.id
    _refuse_same(turn, first, last, office_id)
    closure_id, ref = turn.uow.new_id(), turn.uow.new_ref("CL", "closure")
    turn.uow.insert(
        "closure",
        id=closure_id,
        ref=ref,
        office_id=office_id,
        first_day=first.isoformat(),
        last_day=last.isoformat(),
        reason=words,
        created_by=turn.actor.id,
        created_us=turn.now_us,
    )
    turn.uow.audit(
        "closure.added",
        ref,
        first=first.isoformat(),
        last=last.isoformat(),
        office=None if where is None else where.name,
        reason=words,
    )
    _forget(turn)
    return show(turn, ref)


def cancel(turn: Turn, ref: str) -> ClosureView:
    """A manager opens the office after all. What was counted past the closure stays where it is."""
    turn.require_manager("Opening the office again")
    row = _row(turn, ref)
    if row.cancelled_us is not None:
        raise Refusal("cancelled", f"{row.ref} is cancelled already.", "See `casedesk closure list`.")
    if row.last_day < turn.today.isoformat():
        raise Refusal("past", f"{row.ref} is over.", "What happened stays on record.")
    turn.uow.run("closure.cancel", id=row.id, now_us=turn.now_us)
    turn.uow.audit("closure.cancelled", row.ref, first=row.first_day, last=row.last_day, office=row.office)
    _forget(turn)
    return show(turn, row.ref)


def listing(turn: Turn, *, every: bool = False) -> tuple[ClosureView, ...]:
    """Closures that are not over, the next first, each with what falls into it; with `every` all there ever were."""
    rows = turn.uow.all("closure.listing", every=int(every), today=turn.today.isoformat())
    return tuple(_view(turn, row) for row in rows)


def show(turn: Turn, ref: str) -> ClosureView:
    """One closure by ref or id. Raises `NotFound`."""
    return _view(turn, _row(turn, ref))


# --- within


def _row(turn: Turn, ref: str) -> Any:
    return turn.uow.need("closure", ref, "closure.find", ref=ref.strip().upper(), id=id_of(ref))


def _refuse_same(turn: Turn, first: date, last: date, office_id: int | None) -> None:
    """A day that is shut already takes no second closure; an office may be shut by itself where the firm will be."""
    same = turn.uow.one(
        "closure.overlapping",
        first_day=first.isoformat(),
        last_day=last.isoformat(),
        office_id=office_id,
    )
    if same is not None:
        where = same.office or "the firm"
        raise Refusal(
            "shut_already",
            f"{where} is shut from {same.first_day} to {same.last_day} already ({same.ref}).",
            "Cancel that one first, or choose other days.",
        )


def _forget(turn: Turn) -> None:
    """What this turn compiled without the change is out of date."""
    for name in ("closures", "calendar", "today", "staff", "people", "_everybody"):
        turn.__dict__.pop(name, None)


def _view(turn: Turn, row: Any) -> ClosureView:
    first, last = date.fromisoformat(row.first_day), date.fromisoformat(row.last_day)
    standing = row.cancelled_us is None and last >= turn.today
    return ClosureView(
        id=opaque(row.id),
        ref=row.ref,
        office=row.office,
        first=first,
        last=last,
        reason=row.reason,
        by=turn.handle(row.created_by),
        cancelled=row.cancelled_us is not None,
        inside=tuple(_inside(turn, row, first, last)) if standing else (),
    )


def _inside(turn: Turn, row: Any, first: date, last: date) -> Iterator[FallsInside]:
    places = offices.rows(turn)
    place = next((o for o in places if o.id == row.office_id), turn.office)
    from_us, until_us = _span(place.zone, first, last)
    at_home = _belongs(places, row.office_id)
    for task in turn.uow.all("closure.tasks_inside", from_us=from_us, until_us=until_us):
        if at_home(task.office_id):
            yield FallsInside(
                "task", task.ref, task.title, task.matter_ref, turn.handle(task.owner_id), at(task.due_us)
            )
    for timer in turn.uow.all("closure.timers_inside", from_us=from_us, until_us=until_us):
        if at_home(timer.office_id):
            yield FallsInside(
                "reminder",
                timer.ref or "",
                f"{timer.chain}, step {timer.step}",
                timer.matter_ref,
                turn.handle(timer.owner_id),
                at(timer.fire_at_us),
            )
    for seen in turn.uow.all("closure.appointments_inside", from_us=from_us, until_us=until_us):
        if at_home(seen.office_id):
            what = seen.kind.replace("_", " ")
            yield FallsInside(
                "appointment", seen.ref, what, seen.matter_ref, turn.handle(seen.owner_id), at(seen.at_us)
            )
    days = (first.isoformat(), last.isoformat())
    for due in turn.uow.all("closure.dates_inside", first_day=days[0], last_day=days[1]):
        who = turn.handle(due.owner_id)
        if days[0] <= due.internal_due <= days[1]:
            yield FallsInside("date", due.ref, due.title, due.matter_ref, who, on=day(due.internal_due))
        if days[0] <= due.agency_due <= days[1]:
            yield FallsInside("agency_date", due.ref, due.title, due.matter_ref, who, on=day(due.agency_due))


def _belongs(places: Any, office_id: int | None) -> Callable[[int | None], bool]:
    """Whether somebody's office is the one that is shut; who has none sits in the firm's first."""
    first = places[0].id if places else None
    return lambda theirs: office_id is None or (theirs if theirs is not None else first) == office_id


def _span(zone: str, first: date, last: date) -> tuple[int, int]:
    tz = ZoneInfo(zone)
    until = last + timedelta(days=1)
    return (
        to_micros(datetime.combine(first, time(), tz)),
        to_micros(datetime.combine(until, time(), tz)),
    )
