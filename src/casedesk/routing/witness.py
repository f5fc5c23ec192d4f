"""A witness: concrete facts that show a finding when they are given to `decide`, `progress`, `resolve` or `plan`.

Where no firm is handed in, witnesses play in a model firm of seven people, one for each part, in an office open Monday
to Friday, 9:00 to 17:30.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any, Literal

from casedesk.calendars.business import BusinessCalendar, compile_calendar
from casedesk.models.enums import OwnerKind, Role
from casedesk.routing.facts import Event, Facts, PersonFacts
from casedesk.routing.vocabulary import Value

Asked = Literal["decide", "progress", "resolve", "plan", "read", "render"]

FIRST_YEAR = 2026


@dataclass(frozen=True)
class Witness:
    """What to ask, with what: `shows` says what comes of it.

    `event`, `facts` and `now` are those of the call; `done` and `happened` those of `progress`, `owners` and
    `reserved` those of `resolve`. A witness of a file that cannot be read has none of them, but `file`, `line` and
    `nearest`.
    """

    ask: Asked
    shows: str
    event: Event | None = None
    facts: Facts | None = None
    now: datetime | None = None
    done: tuple[str, ...] = ()
    happened: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    reserved: bool = False
    file: str | None = None
    line: int | None = None
    nearest: str | None = None

    def plain(self) -> dict[str, Any]:
        """The witness as JSON values; people by handle, what is not asked left out."""
        data: dict[str, Any] = {"ask": self.ask, "shows": self.shows}
        if self.event is not None:
            data["trigger"] = str(self.event.trigger)
        if self.now is not None:
            data["now"] = self.now.isoformat().replace("+00:00", "Z")
        if self.facts is not None:
            data |= _facts(self.facts)
        for name in ("done", "happened", "owners"):
            if getattr(self, name):
                data["asked_owners" if name == "owners" else name] = list(getattr(self, name))
        if self.owners:
            data["reserved"] = self.reserved
        return data | {
            name: getattr(self, name)
            for name in ("file", "line", "nearest")
            if getattr(self, name) is not None
        }


def _facts(facts: Facts) -> dict[str, Any]:
    people = facts.people
    data: dict[str, Any] = {
        "fields": {k: v.isoformat() if isinstance(v, date) else v for k, v in sorted(facts.fields.items())},
        "owners": {str(k): people[p].handle for k, p in sorted(facts.owners.items()) if p in people},
        "away": [p.handle for p in people.values() if not p.present],
    }
    covers = {
        p.handle: people[p.cover].handle for p in people.values() if p.cover is not None and p.cover in people
    }
    for name, value in (
        ("covers", covers),
        ("agency_due", facts.agency_due and facts.agency_due.isoformat()),
        ("internal_due", facts.internal_due and facts.internal_due.isoformat()),
    ):
        if value:
            data[name] = value
    return data


def _person(id: int, handle: str, *roles: Role, **more: Any) -> PersonFacts:
    values: dict[str, Any] = {"id": id, "handle": handle, "name": handle.replace("_", " ").capitalize()}
    return PersonFacts(roles=frozenset(roles), **(values | more))


MODEL_FIRM: Mapping[int, PersonFacts] = {
    p.id: p
    for p in (
        _person(1, "primary_paralegal", Role.PARALEGAL),
        _person(2, "secondary_paralegal", Role.PARALEGAL, second_reviewer=True),
        _person(3, "lead_attorney", Role.ATTORNEY, licensed=True, second_reviewer=True),
        _person(
            4,
            "supervising_attorney",
            Role.MANAGING_PARTNER,
            Role.ATTORNEY,
            licensed=True,
            second_reviewer=True,
        ),
        _person(5, "senior_associate", Role.SENIOR_ASSOCIATE, licensed=True, second_reviewer=True),
        _person(6, "operations_manager", Role.OPERATIONS_MANAGER),
        _person(7, "intake_specialist", Role.INTAKE_SPECIALIST),
    )
}
"""One person for each part; the handle says which."""

MODEL_OWNERS: Mapping[OwnerKind, int] = {
    OwnerKind.PRIMARY_PARALEGAL: 1,
    OwnerKind.SECONDARY_PARALEGAL: 2,
    OwnerKind.LEAD_ATTORNEY: 3,
    OwnerKind.SUPERVISING_ATTORNEY: 4,
}


@dataclass(frozen=True)
class Stage:
    """Where witnesses play: the people, and who owns the matter in question.

    `by_name`: with one person away, work must find somebody its own list names. In a firm of few people, where the
    last resort is a person everybody knows, it is enough that somebody who may take it is there.
    """

    people: Mapping[int, PersonFacts] = field(default_factory=lambda: MODEL_FIRM)
    owners: Mapping[OwnerKind, int] = field(default_factory=lambda: MODEL_OWNERS)
    by_name: bool = True

    def facts(
        self,
        fields: Mapping[str, Value | None],
        *,
        matter: bool,
        away: int | None = None,
        agency_due: date | None = None,
        internal_due: date | None = None,
    ) -> Facts:
        """Facts of this firm, at most one person away. The dates a field names stand as dates too."""
        known = {name: value for name, value in fields.items() if name != "event.trigger"}
        agency, internal = known.pop("deadline.agency_due", None), known.pop("deadline.internal_due", None)
        people = dict(self.people)
        if away is not None:
            people[away] = replace(people[away], present=False)
        return Facts(
            fields=known,
            owners=dict(self.owners) if matter else {},
            people=people,
            agency_due=agency if isinstance(agency, date) else agency_due,
            internal_due=internal if isinstance(internal, date) else internal_due,
        )


def model_event(trigger: str, at: datetime) -> Event:
    """An event of that trigger, about nothing in particular."""
    return Event(trigger, "S1", at, "W1")


@cache
def model_office(year: int) -> BusinessCalendar:
    """The model office from a year on, for eight years. Holidays prove nothing and are left out."""
    hours = {day: (time(9), time(17, 30)) for day in range(5)}
    return compile_calendar("America/New_York", hours, [], date(year, 1, 1), date(year + 8, 12, 31))


def office_on(day: date) -> BusinessCalendar:
    """The model office around a day."""
    return model_office(min(max(day.year, FIRST_YEAR), date.max.year - 9))


def morning(day: date) -> datetime:
    """Half past ten in the model office, as an instant."""
    return (
        datetime.combine(day, time(15, 30), UTC) if day < date.max else datetime.combine(day, time(12), UTC)
    )


def workday(day: date) -> date:
    """The day, or the Monday after it."""
    return day + timedelta(days=(7 - day.weekday()) % 7) if day.weekday() > 4 else day
