"""What the engine is told: one event and one frozen snapshot of plain values. It never asks for more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from casedesk.models.enums import OwnerKind, Role
from casedesk.routing.vocabulary import Value, canonical_field, plain_value


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: `trigger` is a `Trigger` value, `subject` the id it happened to, `at` aware UTC."""

    trigger: str
    subject: str
    at: datetime
    correlation: str


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """One active person as far as routing needs to know.

    `present` is the only word on absence; `away_until` and `cover` explain it. Hours are hours of estimated open work
    and of capacity a week. `second_reviewer` means qualified for second review. `walled_off`: an ethical wall stands
    between this person and the matter, or, for somebody from `outside`, that they are not admitted to it.
    `ramp`: why fewer than all their hours count, in the first weeks somebody is here; empty when all do.
    `next_there`: when somebody with hours of their own begins to work again; None while they do.
    """

    id: int
    handle: str
    name: str
    roles: frozenset[Role]
    licensed: bool = False
    second_reviewer: bool = False
    languages: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    capacity_hours: float = 35.0
    open_hours: float = 0.0
    last_assigned_us: int = 0
    present: bool = True
    away_until: date | None = None
    cover: int | None = None
    walled_off: bool = False
    outside: bool = False
    next_there: datetime | None = None
    ramp: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """The snapshot all rules of one event are evaluated against.

    `fields` may use aliases and display spellings ("case.type": "Adjustment of Status"); they are brought to their
    one spelling here, and the two deadline fields are filled from the dates. `kept_inside` are the kinds of tasks that
    nobody from outside gets. Raises `UnknownName` on an unknown field.
    """

    fields: Mapping[str, Value | None] = field(default_factory=dict)
    owners: Mapping[OwnerKind, int] = field(default_factory=dict)
    people: Mapping[int, PersonFacts] = field(default_factory=dict)
    requested_items: tuple[str, ...] = ()
    agency_due: date | None = None
    internal_due: date | None = None
    client_language: str | None = None
    kept_inside: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        plain: dict[str, Value] = {}
        for name, value in self.fields.items():
            if value is not None:
                known = canonical_field(name)
                plain[known] = plain_value(known, value)
        for name, day in (
            ("deadline.agency_due", self.agency_due),
            ("deadline.internal_due", self.internal_due),
        ):
            if day is not None:
                plain[name] = day
        object.__setattr__(self, "fields", plain)


def facts_json(facts: Facts) -> dict[str, Any]:
    """`facts` as plain JSON values without floats (hours are decimal text), sorted, so that its canonical form is one.

    `facts_from_json` gives the same facts back: a stored decision can be decided again.
    """
    return {
        "fields": {k: _day(v) if isinstance(v, date) else v for k, v in sorted(facts.fields.items())},
        "owners": {str(k): str(v) for k, v in sorted(facts.owners.items())},
        "people": [_person_json(facts.people[p]) for p in sorted(facts.people)],
        "requested_items": list(facts.requested_items),
        "agency_due": _day(facts.agency_due),
        "internal_due": _day(facts.internal_due),
        "client_language": facts.client_language,
        **({"kept_inside": sorted(facts.kept_inside)} if facts.kept_inside else {}),
    }


def facts_from_json(data: Mapping[str, Any]) -> Facts:
    """The inverse of `facts_json`. Raises `KeyError` or `ValueError` on anything that it did not write."""
    dates = ("deadline.agency_due", "deadline.internal_due")
    people = [_person_from_json(p) for p in data["people"]]
    return Facts(
        fields={k: v for k, v in data["fields"].items() if k not in dates},
        owners={OwnerKind(k): int(v) for k, v in data["owners"].items()},
        people={p.id: p for p in people},
        requested_items=tuple(data["requested_items"]),
        agency_due=_from_day(data["agency_due"]),
        internal_due=_from_day(data["internal_due"]),
        client_language=data["client_language"],
        kept_inside=frozenset(data.get("kept_inside", ())),
    )


def _person_json(person: PersonFacts) -> dict[str, Any]:
    return {
        "id": str(person.id),
        "handle": person.handle,
        "name": person.name,
        "roles": sorted(person.roles),
        "licensed": person.licensed,
        "second_reviewer": person.second_reviewer,
        "languages": sorted(person.languages),
        "skills": sorted(person.skills),
        "capacity_hours": str(float(person.capacity_hours)),
        "open_hours": str(float(person.open_hours)),
        "last_assigned_us": str(person.last_assigned_us),
        "present": person.present,
        "away_until": _day(person.away_until),
        "cover": None if person.cover is None else str(person.cover),
        "walled_off": person.walled_off,
        **({"outside": True} if person.outside else {}),
        **({} if person.next_there is None else {"next_there": person.next_there.isoformat()}),
        **({"ramp": person.ramp} if person.ramp else {}),
    }


def _person_from_json(data: Mapping[str, Any]) -> PersonFacts:
    return PersonFacts(
        id=int(data["id"]),
        handle=data["handle"],
        name=data["name"],
        roles=frozenset(Role(r) for r in data["roles"]),
        licensed=data["licensed"],
        second_reviewer=data["second_reviewer"],
        languages=frozenset(data["languages"]),
        skills=frozenset(data["skills"]),
        capacity_hours=float(data["capacity_hours"]),
        open_hours=float(data["open_hours"]),
        last_assigned_us=int(data["last_assigned_us"]),
        present=data["present"],
        away_until=_from_day(data["away_until"]),
        cover=None if data["cover"] is None else int(data["cover"]),
        walled_off=data["walled_off"],
        outside=data.get("outside", False),
        next_there=datetime.fromisoformat(data["next_there"]) if "next_there" in data else None,
        ramp=data.get("ramp", ""),
    )


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _from_day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
