"""The firm's offices: where each is, when it is open, on which clock, and who works there.

A change holds for what is counted from then on. What was counted before stays where it is: a date that moved without
anybody's yes is a date nobody watches.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casedesk.desk import asked
from casedesk.desk.hours import WEEKDAYS, HoursView
from casedesk.desk.hours import show as hours_of
from casedesk.desk.local_time import known_zone
from casedesk.desk.roster import forget
from casedesk.desk.turn import Turn, opaque
from casedesk.refusal import NotFound, Refusal
from casedesk.store.unit_of_work import as_json

Week = Mapping[str, tuple[str, str]]
"""Weekday ("0" a Monday) to when the office opens and closes, `HH:MM` on its own clock."""


@dataclass(frozen=True)
class OfficeView:
    """`week` is weekday to `HH:MM-HH:MM` on the clock of `zone`; `people` how many work there."""

    id: str
    name: str
    zone: str
    week: Mapping[str, str]
    address: str
    people: int


def listing(turn: Turn) -> tuple[OfficeView, ...]:
    """Every office of the firm, by name."""
    return tuple(_view(row) for row in rows(turn))


def add(turn: Turn, name: str, zone: str, week: Week, *, address: str = "") -> OfficeView:
    """A manager opens another office. Nobody moves there by it: `place` says who works where.

    Raises `Refusal` for a name that is taken, and for a zone nobody knows.
    """
    turn.require_manager("Opening an office")
    called, clock = _free(turn, name), known_zone(zone)
    turn.uow.insert(
        "office",
        id=turn.uow.new_id(),
        name=called,
        zone=clock,
        hours=as_json(_hours(week)),
        address=address.strip(),
    )
    turn.uow.audit("office.added", called, zone=clock, hours=_hours(week))
    return _view(row_of(turn, called))


def change(
    turn: Turn,
    name: str,
    *,
    rename: str | None = None,
    zone: str | None = None,
    week: Week | None = None,
    address: str | None = None,
) -> OfficeView:
    """A manager changes what is given. What was counted by the hours before stays where it is.

    Raises `NotFound` for an office there is none of, `Refusal` where nothing is given and for what no office can be.
    """
    turn.require_manager("Changing an office")
    row = row_of(turn, name)
    if rename is None and zone is None and week is None and address is None:
        raise Refusal(
            "nothing_given", f"{row.name} stays as it is.", "Give --hours, --zone, --address or --name."
        )
    after = {
        "called": row.name if rename is None else _free(turn, rename, but=row.id),
        "zone": row.zone if zone is None else known_zone(zone),
        "hours": row.hours if week is None else as_json(_hours(week)),
        "address": row.address if address is None else address.strip(),
    }
    turn.uow.run("office.change", id=row.id, **after)
    turn.uow.audit(
        "office.changed",
        row.name,
        name=after["called"],
        zone=after["zone"],
        hours=json.loads(after["hours"]),
    )
    _forget(turn)
    return _view(row_of(turn, after["called"]))


def place(turn: Turn, person: str, name: str) -> HoursView:
    """A manager says at which office somebody works; hours of their own they keep. Raises `NotFound`."""
    turn.require_manager("Saying where somebody works")
    who = turn.person(person)
    row = row_of(turn, name)
    turn.uow.run("office.place", id=who.id, office_id=row.id)
    turn.uow.audit("person.office", who.handle, office=row.name)
    _forget(turn)
    return hours_of(turn, who.handle)


def rows(turn: Turn) -> Sequence[Any]:
    """The rows of the firm's offices, by name."""
    return turn.uow.all("office.all")


def row_of(turn: Turn, name: str) -> Any:
    """The row of one office, by name or id. Raises `NotFound`, with the names there are."""
    wanted, found = name.strip().casefold(), rows(turn)
    for row in found:
        if row.name.casefold() == wanted or opaque(row.id) == name.strip().upper():
            return row
    raise NotFound("office", name, f"The firm's are: {', '.join(row.name for row in found)}.")


# --- within


def _free(turn: Turn, name: str, *, but: int | None = None) -> str:
    called = asked.words(name, "The name")
    for row in rows(turn):
        if row.name.casefold() == called.casefold() and row.id != but:
            raise Refusal("office_taken", f"The firm has an office {row.name} already.", "Give another name.")
    return called


def _hours(week: Week) -> dict[str, list[str]]:
    if not week:
        raise Refusal("no_hours", "An office is open on some day.", "Give --hours 'Mon-Fri 09:00-17:30'.")
    return {day: [opens, closes] for day, (opens, closes) in sorted(week.items())}


def _view(row: Any) -> OfficeView:
    return OfficeView(
        id=opaque(row.id),
        name=row.name,
        zone=row.zone,
        week={
            WEEKDAYS[int(n)]: f"{opens}-{closes}"
            for n, (opens, closes) in sorted(json.loads(row.hours).items())
        },
        address=row.address,
        people=row.people,
    )


def _forget(turn: Turn) -> None:
    """What this turn compiled by the office as it was is out of date."""
    for name in ("office", "calendar", "today"):
        turn.__dict__.pop(name, None)
    forget(turn)
