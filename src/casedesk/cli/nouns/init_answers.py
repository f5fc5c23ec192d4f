"""The eight questions of `casedesk init`: each answered by its options, else asked for, else as most firms have it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from casedesk.cli.ask import line
from casedesk.cli.session import Session
from casedesk.models.enums import LicenceKind, ReviewPolicy, Role
from casedesk.refusal import Refusal, WrongUsage

if TYPE_CHECKING:
    from casedesk.founding import FirmPlan, Founder

QUESTIONS = 8
STORE = "firm.db"
"""What a store is called in its folder."""

ANYWHERE = "America/New_York"
"""The zone where the machine does not say its own."""

WEEK = "Mon-Fri 09:00-17:30"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALONE = {
    ReviewPolicy.SOLE: "alone: you review, and sign in a second pass at least thirty minutes later",
    ReviewPolicy.TWO_PERSON: "two: whoever prepares a packet is not the one who signs it",
    ReviewPolicy.THREE_PERSON: "three: preparer, second reviewer and signer are three different people",
}
"""The review policies in plain words; the first word is the answer."""

WHAT = {
    "attorney": (Role.MANAGING_PARTNER, Role.ATTORNEY),
    "accredited": (Role.MANAGING_PARTNER, Role.ATTORNEY),
    "paralegal": (Role.OPERATIONS_MANAGER, Role.PARALEGAL),
    "manager": (Role.MANAGING_PARTNER,),
}
"""What somebody is who founds a firm, and their roles: who founds it also manages it, or nobody could join."""

_LICENCES = {
    "attorney": LicenceKind.ATTORNEY,
    "accredited": LicenceKind.ACCREDITED_REPRESENTATIVE,
}
_SPAN = re.compile(
    r"([a-z]{3})[a-z]*(?:\s*-\s*([a-z]{3})[a-z]*)?\s+([01]?\d|2[0-3]):([0-5]\d)\s*-\s*([01]?\d|2[0-3]):([0-5]\d)"
)

Licence = tuple[LicenceKind, str, str, date | None]


@dataclass
class Given:
    """What the options say; None is asked for."""

    name: str | None = None
    person: str | None = None
    handle: str | None = None
    roles: list[str] | None = None
    licences: list[str] | None = None
    policy: str | None = None
    hours: str | None = None
    zone: str | None = None
    place: str | None = None
    recovery_out: Path | None = None
    email: str | None = None
    remind: str | None = None
    passphrase_stdin: bool = False


class Answers:
    """Puts the questions, in their order. Every method raises `Refusal` or `WrongUsage` for what will not do."""

    def __init__(self, session: Session, given: Given) -> None:
        self.session, self.given = session, given

    def plan(self) -> FirmPlan:
        """The first five and the last: the firm, you, what you are, alone or not, when you work, how you are reminded."""
        from casedesk.desk import asked
        from casedesk.founding import FirmPlan, fitting_policy

        given = self.given
        owner = _full_name()
        firm = self._answer(
            1, given.name, "The firm's name", "--name", f"Law Office of {owner}" if owner else ""
        )
        firm = asked.words(firm, "The firm's name")
        founder = self._founder(owner)
        policy = self._policy()
        zone, hours = self._week()
        return FirmPlan(
            name=firm,
            zone=zone,
            people=(founder,),
            sits_here=founder.handle,
            policy=policy or fitting_policy((founder,)),
            hours=hours,
        )

    def place(self, usual: Path) -> str:
        """The sixth: a store's file (a folder that is answered gets one), or the address of an empty PostgreSQL database."""
        if self.given.place is not None or not self.session.may_ask:
            return self.given.place or str(usual)
        said = self._ask(6, "Where the data live: a folder, or postgresql://OWNER@HOST/DB", str(usual))
        return said if "://" in said or Path(said).suffix else str(Path(said) / STORE)

    def recovery(self) -> Path | None:
        """The seventh: a new file for the recovery copy, None where it is shown and typed back in part."""
        if self.given.recovery_out is not None or not self.session.may_ask:
            return self.given.recovery_out
        said = self._ask(
            7,
            "The recovery copy of your key: a new file on another disk, or shown here to write down",
            "show",
        )
        return None if said.lower() == "show" else Path(said).expanduser()

    def reminded(self, founder: Founder) -> Founder:
        """The eighth: the mail address reminders and calendar invitations go to, and which; none keeps to the desk."""
        from dataclasses import replace

        from casedesk.desk import asked, preferences

        address, remind = self.given.email, self.given.remind
        if address is None and self.session.may_ask:
            address = self._ask(8, "Reminders and invitations go to this mail address too", "none")
        address = "" if address is None or address.lower() == "none" else asked.mail_address(address)
        if remind is not None and remind not in preferences.MAIL:
            raise Refusal(
                "bad_preference", f"Mail cannot be {remind!r}.", f"It takes {', '.join(preferences.MAIL)}."
            )
        return replace(founder, email=address, remind=remind or "")

    # -- within

    def _founder(self, owner: str) -> Founder:
        from casedesk.desk import asked
        from casedesk.founding import Founder
        from casedesk.models.enums import SIGNING_LICENCES

        given = self.given
        name = asked.words(self._answer(2, given.person, "Your name", "--person", owner), "Your name")
        handle = asked.handle(given.handle or short(name))
        what, licences = self._what()
        signs = any(kind in SIGNING_LICENCES for kind, *_ in licences)
        roles = tuple(
            asked.one_of(each, Role, "role") for words in given.roles or () for each in words.split(",")
        )
        if not roles:
            usual = (Role.MANAGING_PARTNER, Role.ATTORNEY) if signs else (Role.MANAGING_PARTNER,)
            roles = WHAT[what] if what else usual
        return Founder(
            handle,
            name,
            tuple(dict.fromkeys(roles)),
            licences=licences,
            passphrase=self._passphrase(name, handle) if signs else None,
        )

    def _what(self) -> tuple[str, tuple[Licence, ...]]:
        """The third: what you are, and with a licence its number."""
        from casedesk.cli.words import licence as read_licence
        from casedesk.desk import asked

        given = self.given
        typed: list[str] = list(given.licences or ())
        what = ""
        if given.licences is None and given.roles is None and self.session.may_ask:
            said = self._ask(3, f"What you are: {', '.join(WHAT)}", "attorney").lower()
            what = next((word for word in WHAT if word == said.split()[0]), "")
            if not what:
                raise asked.unknown(said, "answer", WHAT)
            if what in _LICENCES:
                number = (
                    line(self.session, "    Its number and state, such as 4411223 NY (nothing: later)") or ""
                )
                words = number.rsplit(maxsplit=1)
                if number:
                    if len(words) != 2:
                        raise WrongUsage(
                            "usage", f"{number!r} is no number and state.", "Write it like 4411223 NY."
                        )
                    typed = [f"{_LICENCES[what].value}:{words[0]}:{words[1]}"]
        return what, tuple(
            (
                asked.one_of(kind, LicenceKind, "licence"),
                asked.words(number, "The licence's number"),
                asked.words(place, "The jurisdiction"),
                last,
            )
            for kind, number, place, last in map(read_licence, typed)
        )

    def _passphrase(self, *names: str) -> str | None:
        """The signing passphrase; None where nobody gives one now: the key is enrolled later."""
        from casedesk.cli.ask import secret
        from casedesk.security.signing import check_passphrase

        from_stdin = self.given.passphrase_stdin
        if not from_stdin and not self.session.may_ask:
            return None
        try:
            typed = secret(
                self.session,
                "    Signing passphrase (nothing: enrol a key later)",
                from_stdin=from_stdin,
                twice=True,
            )
        except Refusal as refusal:
            if from_stdin or refusal.code != "secret_missing":
                raise
            return None
        check_passphrase(typed, names=names)
        return typed

    def _policy(self) -> ReviewPolicy | None:
        from casedesk.desk import asked

        if self.given.policy is not None:
            said = self.given.policy.strip().lower().replace("_", "-")
            if said not in set(ReviewPolicy):
                raise asked.unknown(said, "review policy", ReviewPolicy)
            return ReviewPolicy(said)
        if not self.session.may_ask:
            return None
        for words in ALONE.values():
            self.session.tell(f"    {words}")
        said = self._ask(4, "Alone or with others, and so who stands behind a filing", "alone").lower()
        found = next((policy for policy, words in ALONE.items() if words.split(":")[0] == said), None)
        if found is None:
            raise asked.unknown(said, "answer", [words.split(":")[0] for words in ALONE.values()])
        return found

    def _week(self) -> tuple[str, Mapping[str, tuple[str, str]]]:
        """The fifth: office hours and zone, in one line."""
        zone, hours = self.given.zone, self.given.hours
        if (zone is None or hours is None) and self.session.may_ask:
            said = self._ask(5, "Office hours and time zone", f"{hours or WEEK} {zone or own_zone()}")
            *parts, last = said.split()
            if "/" in last or last.upper() == "UTC":
                zone, said = last, " ".join(parts)
            hours = said or hours
        return known_zone(zone or own_zone()), week(hours or WEEK)

    def _answer(self, number: int, given: str | None, question: str, option: str, usual: str) -> str:
        if given is not None:
            return given
        if not self.session.may_ask:
            raise WrongUsage("missing", f"A firm needs {option}.", "See casedesk init --help.")
        answer = self._ask(number, question, usual)
        if not answer:
            raise WrongUsage("missing", f"A firm needs {option}.", "See casedesk init --help.")
        return answer

    def _ask(self, number: int, question: str, usual: str) -> str:
        shown = f"{number}/{QUESTIONS} {question}" + (f" [{usual}]" if usual else "")
        return line(self.session, shown) or usual


def week(text: str) -> Mapping[str, tuple[str, str]]:
    """Office hours by day of the week, "0" a Monday, from "Mon-Thu 09:00-17:30, Fri 09:00-13:00". Raises `Refusal`."""
    found: dict[str, tuple[str, str]] = {}
    for part in text.lower().split(","):
        said = _SPAN.fullmatch(part.strip())
        if said is None or said[1] not in DAYS or (said[2] or said[1]) not in DAYS:
            raise _no_hours(text)
        first, last = DAYS.index(said[1]), DAYS.index(said[2] or said[1])
        opens, shuts = f"{int(said[3]):02}:{said[4]}", f"{int(said[5]):02}:{said[6]}"
        if last < first or shuts <= opens:
            raise _no_hours(text)
        found |= {str(day): (opens, shuts) for day in range(first, last + 1)}
    return found


def _no_hours(text: str) -> Refusal:
    return Refusal(
        "bad_hours", f"{text!r} are no office hours.", "Write them like Mon-Thu 09:00-17:30, Fri 09:00-13:00."
    )


def short(name: str) -> str:
    """The first letter of the first name and the last name, in plain letters."""
    from casedesk.desk.asked import fold

    words = ["".join(c for c in fold(word) if c.isascii() and c.isalnum()) for word in name.split()]
    words = [word for word in words if word]
    return (words[0][0] + words[-1])[:31] if len(words) > 1 else "".join(words)[:31]


def _full_name() -> str:
    """Who sits at this machine, as it says; "" where it does not."""
    try:
        import pwd

        name = pwd.getpwuid(os.getuid()).pw_gecos.partition(",")[0].strip()
    except (ImportError, KeyError):
        return ""
    return name if " " in name and name.isprintable() else ""


def own_zone() -> str:
    """The machine's own zone, where it says one."""
    named = os.environ.get("TZ", "").lstrip(":")
    if not named:
        _, found, named = os.path.realpath("/etc/localtime").partition("zoneinfo/")
        named = named if found else ""
    try:
        return known_zone(named) if "/" in named else ANYWHERE
    except Refusal:
        return ANYWHERE


def known_zone(name: str) -> str:
    """The zone of that name. Raises `Refusal` where there is none."""
    from casedesk.desk import local_time

    return local_time.known_zone(name)
