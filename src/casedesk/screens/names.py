"""Who a handle is, said as a colleague would: "M. Duarte". Handles are for the command line; the desk shows names."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from casedesk.desk.views.people import PersonView
from casedesk.refusal import Refusal
from casedesk.screens.moments import legal
from casedesk.screens.words import ROLES, plain

_ISO = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b(?!T)")


@dataclass(frozen=True)
class Names:
    """The firm's people as they were last read; whom it does not know keeps the handle."""

    people: tuple[PersonView, ...] = ()

    @cached_property
    def _short(self) -> dict[str, str]:
        shorts = {each.handle: _short(each.name) or each.handle for each in self.people}
        often = Counter(shorts.values())
        return {
            each.handle: shorts[each.handle] if often[shorts[each.handle]] == 1 else each.name or each.handle
            for each in self.people
        }

    @cached_property
    def _full(self) -> dict[str, str]:
        return {each.handle: each.name or each.handle for each in self.people}

    @cached_property
    def _any(self) -> re.Pattern[str] | None:
        handles = sorted((re.escape(each.handle) for each in self.people), key=len, reverse=True)
        return re.compile(rf"(?<![\w@/.-])(?:{'|'.join(handles)})(?![\w@/-])") if handles else None

    def short(self, handle: str | None) -> str:
        """ "M. Duarte"; the whole name where two people would be called alike."""
        return self._short.get(handle or "", handle or "")

    def full(self, handle: str | None) -> str:
        return self._full.get(handle or "", handle or "")

    def say(self, sentence: str) -> str:
        """A sentence of the desk's own for the screen: names for handles, "25 Nov 2026" for 2026-11-25.

        Never for what a person typed: that stays as it was written.
        """
        named = self._any.sub(lambda found: self.short(found[0]), sentence) if self._any else sentence
        return _ISO.sub(_day, named)

    def choices(self) -> tuple[str, ...]:
        """What completes while a person is being typed: the name, the family name, the handle."""
        there = [each for each in self.people if each.active]
        families = Counter(_family(each.name) for each in there)
        return (
            *(each.name for each in there if each.name),
            *(name for name, count in families.items() if name and count == 1),
            *(each.handle for each in there),
        )

    def whom(self, typed: str) -> str:
        """The handle of whoever is meant: by handle, name or any part of it. Raises `Refusal` where two fit.

        What fits nobody is given back as it is, and the desk says that there is no such person.
        """
        wanted = typed.strip().casefold()
        for each in self.people:
            if wanted in {each.handle.casefold(), each.name.casefold()}:
                return each.handle
        words = wanted.replace(",", " ").replace(".", " ").split()
        fitting = [
            each
            for each in self.people
            if each.active
            and words
            and all(any(name.startswith(word) for name in each.name.casefold().split()) for word in words)
        ]
        if len(fitting) > 1:
            who = " and ".join(each.name for each in fitting)
            raise Refusal("several_people", f"{typed!r} may be {who}.", "Type more of the name.")
        return fitting[0].handle if fitting else typed

    def listed(self) -> str:
        """Everybody a task can go to, and who is away."""
        return " · ".join(each.name + self._away(each) for each in self.people if each.active)

    def about(self, found: PersonView) -> str:
        """One line on a colleague: roles, languages, hours, absence."""
        roles = ", ".join(ROLES.get(role, plain(role)) for role in found.roles) or "no role"
        speaks = f"; speaks {', '.join(found.languages)}" if found.languages else ""
        return f"{found.name}: {roles}{speaks}; {found.open_hours:.0f} of {found.capacity_hours:.0f} h{self._away(found)}."

    def _away(self, person: PersonView) -> str:
        if person.present:
            return ""
        until = f" until {legal(person.away_until)}" if person.away_until else ""
        cover = f", covering: {self.short(person.cover)}" if person.cover else ""
        return f" (away{until}{cover})"


def _short(name: str) -> str:
    words = name.split()
    return f"{words[0][0]}. {' '.join(words[1:])}" if len(words) > 1 else name


def _family(name: str) -> str:
    words = name.split()
    return words[-1] if len(words) > 1 else ""


def _day(found: re.Match[str]) -> str:
    try:
        return legal(date(int(found[1]), int(found[2]), int(found[3])))
    except ValueError:
        return found[0]
