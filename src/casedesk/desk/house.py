"""What the firm works by, read once for a process: rules, playbooks, chains, deadline rules, message templates."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from casedesk import resources
from casedesk.calendars.business import BusinessCalendar, compile_calendar
from casedesk.calendars.federal import federal_holidays

if TYPE_CHECKING:
    from casedesk.calendars.rules_data import RuleBook
    from casedesk.routing.authority import Authority
    from casedesk.routing.library import Library

YEARS_BACK, YEARS_AHEAD = 3, 8


class House:
    """Everything here is lazy: a command that routes nothing reads no rule."""

    @cached_property
    def library(self) -> Library:
        """What ships: rules, playbooks and chains, checked against each other and against the message templates."""
        return self.compose({})

    def compose(self, own: Mapping[str, str], *, in_place: bool = False) -> Library:
        """What ships with the firm's `own` files of rules on top, or with them in place of its rules (`in_place`).

        Raises `RuleError` for files that do not load. Read once for the same files.
        """
        from casedesk.routing.library import load_library

        key = (tuple(sorted(own.items())), in_place)
        if key not in self._composed:
            library = load_library(
                self._shipped,
                messages=self.message_names,
                instead=own,
                later=self._texts("playbooks", (".toml",)),
                in_place=in_place,
            )
            texts = {} if in_place else self._shipped
            self.texts_of.setdefault(library.rules.sha256, {**texts, **own})
            self._composed[key] = library
        return self._composed[key]

    @cached_property
    def texts_of(self) -> dict[str, dict[str, str]]:
        """The files of every rule set composed here, by its hash."""
        return {}

    @cached_property
    def versions(self) -> dict[int, Library]:
        """The firm's own versions as composed here, by the id of their row, which never changes."""
        return {}

    @cached_property
    def _composed(self) -> dict[object, Library]:
        return {}

    @cached_property
    def _shipped(self) -> dict[str, str]:
        return self._texts("rules", (".toml", ".json"))

    @cached_property
    def message_names(self) -> frozenset[str]:
        return frozenset(p.stem for p in (resources.templates() / "messages" / "en").glob("*.toml"))

    @cached_property
    def deadline_rules(self) -> RuleBook:
        from casedesk.calendars.rules_data import load_rules

        return load_rules(self._texts("deadlines", (".toml",)))

    @cached_property
    def authority(self) -> Authority:
        """Who may do what, and what of it may be handed on."""
        from casedesk.routing.authority import load

        return load(self.read_template("authority/authority.toml"))

    @cached_property
    def rules_on_record(self) -> set[str]:
        """The rule sets this process has seen in the store it works on."""
        return set()

    def playbook_text(self, name: str) -> tuple[str, str]:
        """The text of a shipped playbook and its SHA-256."""
        text = (resources.templates() / "playbooks" / f"{name}.toml").read_text(encoding="utf-8")
        return text, hashlib.sha256(text.encode()).hexdigest()

    def read_template(self, relative: str) -> str:
        return resources.read_text(relative)

    def calendar(
        self,
        zone: str,
        hours: Mapping[str, tuple[str, str]],
        today: date,
        closures: tuple[tuple[str, str], ...] = (),
    ) -> BusinessCalendar:
        """Business time around `today` by these hours; compiled once for each zone, hours, closures and year.

        `closures` are the first and last ISO day of each time the firm is shut, in a fixed order.
        """
        key = (zone, tuple(sorted((k, tuple(v)) for k, v in hours.items())), today.year, closures)
        if key not in self._calendars:
            week = {int(day): (time.fromisoformat(o), time.fromisoformat(c)) for day, (o, c) in hours.items()}
            first, last = date(today.year - YEARS_BACK, 1, 1), date(today.year + YEARS_AHEAD, 12, 31)
            days = {d for d in federal_holidays() if first <= d <= last}
            for begins, ends in closures:
                days |= set(
                    _days(max(first, date.fromisoformat(begins)), min(last, date.fromisoformat(ends)))
                )
            self._calendars[key] = compile_calendar(zone, week, days, first, last)
        return self._calendars[key]

    @cached_property
    def _calendars(self) -> dict[object, BusinessCalendar]:
        return {}

    def _texts(self, folder: str, endings: tuple[str, ...]) -> dict[str, str]:
        found = sorted(p for p in (resources.templates() / folder).iterdir() if p.suffix in endings)
        return {f"{folder}/{p.name}": p.read_text(encoding="utf-8") for p in found}


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
