"""One turn at the desk: a transaction, who acts, when it is, and what the firm works by."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from casedesk.calendars.business import BusinessCalendar
from casedesk.desk.house import House
from casedesk.models.enums import SIGNING_LICENCES, LicenceKind, OwnerKind, Role
from casedesk.models.identifiers import from_opaque, opaque
from casedesk.refusal import NotAllowed, NotFound
from casedesk.routing.facts import PersonFacts
from casedesk.store.unit_of_work import Actor, Row, UnitOfWork, instant

Matter = Row[Any]


@dataclass
class Turn:
    """Handed to every use-case as its first argument. What is asked twice in one turn is read once."""

    uow: UnitOfWork
    house: House

    @property
    def actor(self) -> Actor:
        return self.uow.actor

    @property
    def now(self) -> datetime:
        return self.uow.now

    @property
    def now_us(self) -> int:
        return self.uow.now_us

    @cached_property
    def office(self) -> Row[Any]:
        """The actor's office, else the firm's first."""
        row = self.uow.one("firm.office_of", person_id=self.actor.id)
        if row is None:
            raise NotFound("office", "of this firm", "The store is not complete; restore it from a backup.")
        return row

    @cached_property
    def calendar(self) -> BusinessCalendar:
        from zoneinfo import ZoneInfo

        day = self.now.astimezone(ZoneInfo(self.office.zone)).date()
        return self.house.calendar(self.office.zone, json.loads(self.office.hours), day)

    @cached_property
    def today(self) -> date:
        """The local date at the office."""
        return self.calendar.today(self.now)

    # -- people -------------------------------------------------------------------------------------------------

    @cached_property
    def names(self) -> dict[int, tuple[str, str]]:
        """Handle and name of everybody, by id."""
        return {row.id: (row.handle, row.name) for row in self.uow.all("person.names")}

    def handle(self, person_id: int | None) -> str:
        """The handle of a person, "" for nobody."""
        return "" if person_id is None else self.names.get(person_id, ("?", "?"))[0]

    @cached_property
    def people(self) -> dict[int, PersonFacts]:
        """The active staff as routing sees them now."""
        roles: dict[int, set[Role]] = {}
        for row in self.uow.all("person.all_roles"):
            roles.setdefault(row.person_id, set()).add(Role(row.role))
        return {
            row.id: PersonFacts(
                id=row.id,
                handle=row.handle,
                name=row.name,
                roles=frozenset(roles.get(row.id, ())),
                licensed=bool(row.licensed),
                second_reviewer=bool(row.may_review),
                languages=frozenset(json.loads(row.languages)),
                skills=frozenset(json.loads(row.skills)),
                capacity_hours=float(row.capacity_hours),
                open_hours=row.open_tenths / 10,
                last_assigned_us=row.last_assigned_us,
                present=row.away_until is None,
                away_until=None if row.away_until is None else date.fromisoformat(row.away_until),
                cover=row.cover_id,
            )
            for row in self.uow.all("person.everybody", today=self.today.isoformat())
        }

    def person(self, handle: str) -> PersonFacts:
        """An active member of staff by handle or opaque id. Raises `NotFound`."""
        wanted = id_of(handle)
        for person in self.people.values():
            if person.handle == handle.lower() or person.id == wanted:
                return person
        raise NotFound("person", handle, "See `casedesk person list`.")

    def signing_licence(self) -> tuple[int, LicenceKind] | None:
        """The actor's live licence to sign, the attorney's first."""
        ordered = sorted(SIGNING_LICENCES, key=lambda kind: kind != LicenceKind.ATTORNEY)
        return self.actor.licence(*ordered, on=self.today.isoformat())

    def reviewing_licence(self) -> tuple[int, LicenceKind] | None:
        """The actor's live qualification for second review."""
        return self.signing_licence() or self.actor.licence(LicenceKind.REVIEWER, on=self.today.isoformat())

    def require_licence(self, act: str) -> tuple[int, LicenceKind]:
        """Raises `NotAllowed` for an actor without a live licence; `act` completes the sentence."""
        licence = self.signing_licence()
        if licence is None:
            raise NotAllowed(
                "not_licensed",
                f"{act} takes an attorney, or an accredited representative; {self.actor.handle} is neither.",
                "Hand it to the attorney.",
            )
        return licence

    def require_manager(self, act: str) -> None:
        if not self.actor.is_manager:
            raise NotAllowed("not_allowed", f"{act} is for a manager.", "Ask the operations manager.")

    # -- matters ------------------------------------------------------------------------------------------------

    def matter(self, name: str) -> Matter:
        """A matter by ref, opaque id, or one of its receipt numbers. Raises `NotFound`."""
        from casedesk.models.identifiers import normalise_receipt

        return self.uow.need(
            "matter",
            name,
            "matter.find",
            ref=name.strip().upper(),
            id=id_of(name),
            receipt=normalise_receipt(name),
        )

    def owners(self, matter_id: int | None) -> dict[OwnerKind, int]:
        if matter_id is None:
            return {}
        return {
            OwnerKind(row.kind): row.person_id for row in self.uow.all("matter.owners", matter_id=matter_id)
        }


def id_of(name: str) -> int:
    """The id behind an opaque string, 0 (which nothing has) for what is none."""
    try:
        return from_opaque(name.strip())
    except ValueError:
        return 0


def at(us: int | None) -> datetime | None:
    return None if us is None else instant(us)


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


__all__ = ["Matter", "Turn", "at", "day", "id_of", "instant", "opaque"]
