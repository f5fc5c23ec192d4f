"""Newcomers' weeks: from their first day on a growing share of their hours counts, so that work comes to them slowly.

A ramp is kept as a setting of the firm's, with the weeks as they stood when it began; the firm's own weeks are what a
new one is made from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from casedesk.desk import settings
from casedesk.desk.roster import forget
from casedesk.desk.turn import Turn
from casedesk.refusal import Refusal
from casedesk.routing.facts import PersonFacts
from casedesk.routing.ramp import OVER, Ramp, WrongRamp, kept, read_shares

WEEKS = "ramp.weeks"
"""The setting that holds the firm's own weeks."""
USUAL = "25,50,75"


@dataclass(frozen=True)
class RampView:
    """`shares` are percents by week; `hours` what counts this week of `full_hours`, `week` which week it is (0 before
    the first day, None when the ramp is over or there is none)."""

    handle: str
    first_day: date | None
    shares: tuple[int, ...]
    week: int | None
    hours: float
    full_hours: float


def firm_weeks(turn: Turn) -> tuple[int, ...]:
    """What share of a newcomer's hours counts, week by week, where nothing else is said."""
    return read_shares(settings.value(turn, WEEKS, USUAL))


def set_firm_weeks(turn: Turn, weeks: str) -> tuple[int, ...]:
    """The firm's weeks from now on; ramps under way keep theirs. Managers only. Raises `Refusal`."""
    settings.put(turn, {WEEKS: ",".join(map(str, _shares(weeks)))})
    turn.uow.flush()
    return firm_weeks(turn)


def show(turn: Turn, name: str) -> RampView:
    """Somebody's weeks as they stand. Raises `NotFound`; people from outside see their own alone."""
    person = turn.person(name)
    if person.id != turn.actor.id:
        turn.require_inside("Looking up somebody's weeks")
    return _view(turn, person)


def put(turn: Turn, name: str, first_day: date, weeks: str | None = None) -> RampView:
    """A manager lets somebody begin slowly, from `first_day` on; by the firm's weeks where none are given.

    Raises `NotFound`, and `Refusal` for weeks that are none.
    """
    turn.require_manager("Setting somebody's first weeks")
    person = turn.person(name)
    ramp = Ramp(first_day, firm_weeks(turn) if weeks is None else _shares(weeks))
    return _keep(turn, person, ramp.text(), first_day=first_day.isoformat(), weeks=list(ramp.shares))


def end(turn: Turn, name: str) -> RampView:
    """All of somebody's hours count from now on. Managers only. Raises `NotFound`, `Refusal` where there is no ramp."""
    turn.require_manager("Ending somebody's first weeks")
    person = turn.person(name)
    if _ramp(turn, person.id) is None:
        raise Refusal("no_ramp", f"{person.handle} is not in their first weeks; all their hours count.")
    return _keep(turn, person, OVER, over=True)


# --- within


def _shares(weeks: str) -> tuple[int, ...]:
    try:
        return read_shares(weeks)
    except WrongRamp as error:
        raise Refusal(
            "bad_ramp", str(error), "Say --weeks 25,50,75: percents of the hours, by week."
        ) from None


def _key(person_id: int) -> str:
    return f"ramp.{person_id}"


def _ramp(turn: Turn, person_id: int) -> Ramp | None:
    row = turn.uow.one("setting.one", key=_key(person_id))
    return None if row is None else kept(row.value)


def _keep(turn: Turn, person: PersonFacts, value: str, **said: Any) -> RampView:
    settings.keep(turn, _key(person.id), value)
    turn.uow.audit("person.ramp", person.handle, **said)
    turn.uow.flush()
    forget(turn)
    return _view(turn, turn.people[person.id])


def _view(turn: Turn, person: PersonFacts) -> RampView:
    ramp = _ramp(turn, person.id)
    return RampView(
        handle=person.handle,
        first_day=None if ramp is None else ramp.first_day,
        shares=() if ramp is None else ramp.shares,
        week=None if ramp is None else ramp.week(turn.today),
        hours=person.capacity_hours,
        full_hours=float(turn.uow.need("person", person.handle, "person.full_hours", id=person.id).hours),
    )
