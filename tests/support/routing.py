"""A small firm in New York for the tests of the routing room: plain facts, the shipped files, a real calendar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from casedesk.calendars.business import BusinessCalendar, compile_calendar
from casedesk.models.enums import OwnerKind, Role
from casedesk.routing.effects import Effect, OpenTask
from casedesk.routing.facts import Event, Facts, PersonFacts
from casedesk.routing.library import Library, load_library
from casedesk.routing.vocabulary import Value

TEMPLATES = Path(__file__).parents[2] / "data" / "templates"
NEW_YORK = ZoneInfo("America/New_York")
THANKSGIVING = date(2026, 11, 26)

DUARTE, CHEN, OKAFOR, REYES, BAUER, IMANI = 1, 2, 3, 4, 5, 6


def person(id: int, name: str, *roles: Role, **more: Any) -> PersonFacts:
    """One person of the firm."""
    values: dict[str, Any] = {
        "id": id,
        "handle": name.split()[-1].lower(),
        "name": name,
        "roles": frozenset(roles),
    }
    return PersonFacts(**(values | more))


FIRM: Mapping[int, PersonFacts] = {
    p.id: p
    for p in (
        person(DUARTE, "M. Duarte", Role.PARALEGAL, languages=frozenset({"en", "es"}), open_hours=20.0),
        person(CHEN, "L. Chen", Role.PARALEGAL, second_reviewer=True, open_hours=10.0),
        person(OKAFOR, "A. Okafor", Role.ATTORNEY, licensed=True, open_hours=12.0),
        person(REYES, "P. Reyes", Role.OPERATIONS_MANAGER, open_hours=5.0),
        person(BAUER, "C. Bauer", Role.MANAGING_PARTNER, Role.ATTORNEY, licensed=True, open_hours=1.0),
        person(IMANI, "S. Imani", Role.INTAKE_SPECIALIST, open_hours=2.0),
    )
}
OWNERS = {
    OwnerKind.PRIMARY_PARALEGAL: DUARTE,
    OwnerKind.SECONDARY_PARALEGAL: CHEN,
    OwnerKind.LEAD_ATTORNEY: OKAFOR,
}
RFE: Mapping[str, Value] = {
    "document.kind": "rfe",
    "document.matched": True,
    "matter.type": "Adjustment of Status",
    "matter.priority": "standard",
    "matter.language": "es",
}


def rosa(**more: Any) -> Facts:
    """Scenario G1: Rosa Ibarra's Request for Evidence; `people` are changes to the firm."""
    values: dict[str, Any] = {
        "fields": RFE,
        "owners": OWNERS,
        "people": FIRM,
        "requested_items": ("Birth certificate", "Form I-693", "Joint lease"),
        "agency_due": date(2027, 1, 28),
        "internal_due": date(2027, 1, 21),
        "client_language": "es",
    }
    return Facts(**(values | more))


def event(trigger: str = "notice.received", subject: str = "D1", at: datetime | None = None) -> Event:
    """An event, by default the notice of scenario G1."""
    return Event(trigger, subject, at or ny(2026, 11, 9, 9, 40), "C1")


def ny(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A New York wall-clock time as an instant."""
    return datetime(year, month, day, hour, minute, tzinfo=NEW_YORK).astimezone(UTC)


@cache
def office() -> BusinessCalendar:
    """New York, Monday to Friday 9:00 to 17:30, closed on Thanksgiving."""
    hours = {d: (time(9), time(17, 30)) for d in range(5)}
    return compile_calendar("America/New_York", hours, [THANKSGIVING], date(2026, 1, 1), date(2028, 12, 31))


@cache
def shipped_texts() -> Mapping[str, str]:
    """The rule and playbook files the program ships."""
    return {
        f"{folder}/{p.name}": p.read_text("utf-8")
        for folder in ("rules", "playbooks")
        for p in sorted((TEMPLATES / folder).iterdir())
    }


@cache
def shipped() -> Library:
    """The shipped files, read."""
    return load_library(shipped_texts())


def tasks(effects: tuple[Effect, ...]) -> dict[str, OpenTask]:
    """The opened tasks by key."""
    return {e.key: e for e in effects if isinstance(e, OpenTask)}
