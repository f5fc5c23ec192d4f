"""One turn at the desk: a transaction, who acts, when it is, and what the firm works by."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from casedesk.calendars.business import BusinessCalendar
from casedesk.desk.house import House
from casedesk.models.enums import SIGNING_LICENCES, LicenceKind, OwnerKind, Role
from casedesk.models.identifiers import from_opaque, opaque
from casedesk.refusal import NotAllowed, NotFound
from casedesk.routing.facts import PersonFacts
from casedesk.store.unit_of_work import Actor, Row, UnitOfWork, instant, micros

if TYPE_CHECKING:
    from casedesk.routing.library import Library
    from casedesk.routing.ramp import Ramp

Matter = Row[Any]


@dataclass
class Turn:
    """Handed to every use-case as its first argument. What is asked twice in one turn is read once.

    `sights` and `looks` are kept by `desk.sight`; what is put into `afterwards` runs once this turn is committed, each
    in a transaction of its own.
    """

    uow: UnitOfWork
    house: House
    sights: dict[int | None, tuple[bool, frozenset[int]]] = field(default_factory=dict)
    looks: dict[int, str] = field(default_factory=dict)
    afterwards: list[Callable[[Turn], None]] = field(default_factory=list)
    holds_picks: bool = False

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
        """The business time of the actor's office, its own closures and the firm's among them."""
        return self.business(self.office)

    def business(self, office: Any, *, hours: str = "", zone: str = "") -> BusinessCalendar:
        """The business time of an office (a row with id, zone and hours), or of somebody there with hours of their own."""
        from zoneinfo import ZoneInfo

        shut = tuple((c.first_day, c.last_day) for c in self.closures if c.office_id in (None, office.id))
        where = zone or office.zone
        day = self.now.astimezone(ZoneInfo(where)).date()
        return self.house.calendar(where, json.loads(hours or office.hours), day, shut)

    @cached_property
    def closures(self) -> Sequence[Row[Any]]:
        """When the firm or one of its offices is shut, by day; cancelled ones left out."""
        return self.uow.all("closure.standing")

    @cached_property
    def today(self) -> date:
        """The local date at the office."""
        return self.calendar.today(self.now)

    # -- rules ---------------------------------------------------------------------------------------------------

    @property
    def library(self) -> Library:
        """The rules, playbooks and chains in force for the whole firm today."""
        return self.library_for(None)

    def library_for(self, matter_type: str | None) -> Library:
        """The same for a matter of this type, where new rules may be on trial. Raises `Refusal` for an installed set
        that this program cannot read."""
        from casedesk.desk import rules_force

        return rules_force.library(self, matter_type)

    def asks(self, trigger: str) -> bool:
        """Whether any rule in force, on trial or not, is asked about this trigger."""
        from casedesk.desk import rules_force

        return any(library.rules.asked(trigger) for library in rules_force.libraries(self))

    @cached_property
    def installs(self) -> Sequence[Row[Any]]:
        """Every version of the firm's own rules, the newest first; their texts are read when they are needed."""
        return self.uow.all("rules.installs")

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
        """The active staff as routing sees them now, with their open work."""
        found = dict(self.staff)
        for row in self.uow.all("person.loads"):
            if row.id in found:
                found[row.id] = replace(
                    found[row.id], open_hours=row.open_tenths / 10, last_assigned_us=row.last_assigned_us
                )
        return found

    @cached_property
    def staff(self) -> dict[int, PersonFacts]:
        """The active staff without their work: `open_hours` and `last_assigned_us` are 0 in each.

        Who somebody is, whether they are here and who covers, which is all that a screen's header asks.
        """
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
                capacity_hours=hours,
                ramp=weeks,
                open_hours=0.0,
                last_assigned_us=0,
                present=row.away_until is None,
                away_until=None if row.away_until is None else date.fromisoformat(row.away_until),
                cover=row.cover_id,
                outside=bool(row.outside),
                next_there=self._next_there(row) if row.own_hours or row.own_zone else None,
            )
            for row in self._everybody
            for hours, weeks in [self._hours_of(row)]
        }

    def _hours_of(self, row: Row[Any]) -> tuple[float, str]:
        """The hours a week that count today, and where they are fewer than all, why."""
        hours = float(row.capacity_hours)
        ramp = ramp_of(row)
        if ramp is None:
            return hours, ""
        return hours * ramp.share(self.today) / 100, ramp.words(self.today, hours)

    def _next_there(self, row: Row[Any]) -> datetime | None:
        from casedesk.desk.hours import calendar_of, next_there

        return next_there(calendar_of(self, row.id), self.now)

    def hold_picks(self) -> None:
        """Whoever is picked from here on by load or by turn is picked by the counts of now, and nobody else picks
        until this turn is committed."""
        if not self.holds_picks:
            self.uow.one("firm.hold_picks")
            self.holds_picks = True
            self.weigh_anew()

    def weigh_anew(self) -> None:
        """What this turn read of the people's work is out of date."""
        for name in ("_everybody", "staff", "people", "partial"):
            self.__dict__.pop(name, None)

    @property
    def next_assigned_us(self) -> int:
        """Now, and later than whatever anybody was given before: clocks of several transactions do not agree on whose
        turn it was."""
        return max([self.now_us, *(p.last_assigned_us + 1 for p in self.people.values())])

    @cached_property
    def partial(self) -> dict[int, bool]:
        """Those whose only licence is a partial accreditation, before DHS and not before the court; with whether they
        have the firm's reviewer training besides."""
        return {row.id: bool(row.trained) for row in self._everybody if row.licensed and not row.before_court}

    @cached_property
    def _everybody(self) -> Sequence[Row[Any]]:
        return self.uow.all("person.everybody", today=self.today.isoformat())

    def person(self, handle: str) -> PersonFacts:
        """An active member of staff by handle or opaque id, without their work. Raises `NotFound`."""
        wanted = id_of(handle)
        for person in self.staff.values():
            if person.handle == handle.lower() or person.id == wanted:
                return person
        raise NotFound("person", handle, "See `casedesk person list`.")

    def signing_licence(self, matter_id: int | None = None) -> tuple[int, LicenceKind] | None:
        """The actor's live licence to sign, the attorney's first; in a matter before the court no partial one."""
        ordered = sorted(SIGNING_LICENCES, key=lambda kind: kind != LicenceKind.ATTORNEY)
        court = bool(self.actor.partial) and self.before_court(matter_id)
        return self.actor.licence(*ordered, on=self.today.isoformat(), court=court)

    def reviewing_licence(self, matter_id: int | None = None) -> tuple[int, LicenceKind] | None:
        """The actor's live qualification for second review."""
        return self.signing_licence(matter_id) or self.actor.licence(
            LicenceKind.REVIEWER, on=self.today.isoformat()
        )

    def require_licence(self, act: str, matter_id: int | None = None) -> tuple[int, LicenceKind]:
        """Raises `NotAllowed` for an actor without a live licence that reaches the matter; `act` completes the
        sentence."""
        licence = self.signing_licence(matter_id)
        if licence is None and self.signing_licence() is not None:
            raise NotAllowed(
                "beyond_accreditation",
                f"{act} takes an attorney, or a full accreditation: this matter is before the court, and"
                f" {self.actor.handle} is accredited before DHS alone.",
                "Hand it to the attorney.",
            )
        if licence is None:
            raise NotAllowed(
                "not_licensed",
                f"{act} takes an attorney, or an accredited representative; {self.actor.handle} is neither.",
                "Hand it to the attorney.",
            )
        return licence

    def before_court(self, matter_id: int | None) -> bool:
        """Whether a matter is before the Executive Office for Immigration Review: removal, one of its forms, or a
        notice of its courts. Partial accreditation does not reach it (8 CFR 1003.0(f)(3), 1292.1(a)(4))."""
        return matter_id is not None and self.uow.one("rights.before_court", matter_id=matter_id) is not None

    def require_inside(self, act: str) -> None:
        """Raises `NotAllowed` for somebody from outside; `act` completes the sentence."""
        if self.actor.outside:
            raise NotAllowed(
                "outside",
                f"{act} stays with the firm's own people.",
                "Ask whoever answers for you in the firm.",
            )

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


def ramp_of(row: Row[Any]) -> Ramp | None:
    """The first weeks of a person read with their `ramp`, None where all their hours count."""
    from casedesk.routing.ramp import kept

    return kept(row.ramp)


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


__all__ = ["Matter", "Turn", "at", "day", "id_of", "instant", "micros", "opaque"]
