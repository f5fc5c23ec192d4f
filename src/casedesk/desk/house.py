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
        """Rules, playbooks and chains, checked against each other and against the message templates."""
        from casedesk.routing.library import load_library

        return load_library(
            self._texts("rules", (".toml", ".json")),
            messages=self.message_names,
            later=self._texts("playbooks", (".toml",)),
        )

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

    def rule_texts(self) -> dict[str, str]:
        """The rule files as they are, by name."""
        return self._texts("rules", (".toml",))

    def rules_sha256(self) -> str:
        """The hash a decision and a sign-off name: of the rules in force."""
        return self.library.rules.sha256

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
