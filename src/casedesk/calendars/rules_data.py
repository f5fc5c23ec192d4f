"""Deadline rules as data: what one rule says, and the book that finds it by name and day.

The rules stand in `data/templates/deadlines/*.toml`. A rule that is wrong refuses to load, naming its file; a version
that was superseded or vacated stays in the book with the reason, and is used only when it is asked for by name.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from casedesk.models.enums import Confidence


class DeadlineError(ValueError):
    """A deadline could not be computed; the message is one sentence for a person."""


class RuleFileError(DeadlineError):
    """A rule file does not load: `file` names it."""

    def __init__(self, file: str, message: str) -> None:
        super().__init__(f"{file}: {message}")
        self.file = file


class UnknownRule(DeadlineError):
    """No rule of that name; `nearest` are the names that come closest (or the parts to choose from)."""

    def __init__(self, name: str, message: str, nearest: tuple[str, ...]) -> None:
        super().__init__(message)
        self.name = name
        self.nearest = nearest


class NotComputable(DeadlineError):
    """The rule is a statement, is set by a printed date, or lacks a fact: no date follows from the trigger alone."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


class Kind(StrEnum):
    """What the date is. Only a filing must reach an office on a day it is open."""

    FILING = "filing"
    ACT = "act"
    OPENS = "opens"
    AGENCY = "agency"
    STATEMENT = "statement"


class Roll(StrEnum):
    """Whether a last day on a weekend or legal holiday moves forward.

    `PAPER_ONLY`: USCIS filings on paper, not electronic ones (Policy Manual update of 2023-03-29).
    `NEXT_BUSINESS_DAY`: periods counted back from a hearing, which move towards the hearing.
    """

    YES = "yes"
    PAPER_ONLY = "paper_only"
    NEXT_BUSINESS_DAY = "next_business_day"
    NO = "no"


class Standing(StrEnum):
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    VACATED = "vacated"


class CountUnit(StrEnum):
    """`BUSINESS_DAYS`: Monday to Friday less legal holidays. `OFFICE_DAYS`: those less executive closures too."""

    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"
    BUSINESS_DAYS = "business_days"
    OFFICE_DAYS = "office_days"


IN_BUSINESS = frozenset({CountUnit.BUSINESS_DAYS, CountUnit.OFFICE_DAYS})


class Count(BaseModel):
    """One leg of the way from the trigger: a signed number of units."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    amount: int = Field(ge=-10_000, le=10_000)
    unit: CountUnit


Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]*$")]


class Rule(BaseModel):
    """One version of one rule. A `*_confidence` below V marks an open question that `conservative` does not rely on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^D-\d{2}(\.[a-z0-9-]+)?$")
    version: Name = "1"
    title: str = Field(min_length=1)
    trigger: str = Field(min_length=1)
    """The day the period counts from, in words."""
    kind: Kind
    count: tuple[Count, ...] = ()
    statement: str = ""
    roll: Roll = Roll.NO
    roll_citation: str = ""
    roll_confidence: Confidence = Confidence.VERIFIED
    mail_days: int = Field(default=0, ge=0, le=30)
    mail_citation: str = ""
    mail_confidence: Confidence = Confidence.VERIFIED
    abroad_days: int | None = Field(default=None, ge=0, le=60)
    abroad_citation: str = ""
    abroad_confidence: Confidence = Confidence.MEMORY
    cautious_days: int = Field(default=0, ge=-30, le=30)
    """A second reading of the count, so many days off; only `conservative` follows it."""
    cautious_reason: str = ""
    trigger_not_before: date | None = None
    decided_by_filing: bool = False
    """The effective dates are held against the day of filing, not against the trigger."""
    filing_date_needed: bool = False
    otherwise: str = ""
    """The rule that governs outside the effective dates."""
    outage_citation: str = ""
    """What moves the last day where the court's own filing system was out of reach on it."""
    ends_with_validity: bool = False
    """An earlier end of the authorised validity (`until`) cuts the period short."""
    default_part: bool = False
    aliases: tuple[str, ...] = ()
    effective_from: date | None = None
    effective_until: date | None = None
    status: Standing = Standing.IN_FORCE
    reason: str = ""
    citation: str = Field(min_length=1)
    confidence: Confidence
    notes: str = ""
    buffer_days: int = Field(default=7, ge=0, le=60)

    @model_validator(mode="after")
    def _hangs_together(self) -> Rule:
        if (self.kind is Kind.STATEMENT) != bool(self.statement) or bool(self.statement) == bool(self.count):
            raise ValueError("a rule has either a count or, as kind 'statement', a statement")
        if len(self.count) > 1 and any(leg.unit in IN_BUSINESS for leg in self.count):
            raise ValueError("business days are counted alone")
        if (self.mail_days or self.abroad_days) and any(leg.unit in IN_BUSINESS for leg in self.count):
            raise ValueError("business days are not lengthened for mail")
        for name, needed in (
            ("roll_citation", self.roll is not Roll.NO),
            ("mail_citation", self.mail_days > 0),
            ("abroad_citation", self.abroad_days is not None),
            ("cautious_reason", self.cautious_days != 0),
            ("reason", self.status is not Standing.IN_FORCE),
        ):
            if needed and not getattr(self, name):
                raise ValueError(f"{name} is missing")
        if self.effective_from and self.effective_until and self.effective_until < self.effective_from:
            raise ValueError("effective_until lies before effective_from")
        return self

    @property
    def full_name(self) -> str:
        """`D-14@10-day`: this version, whatever is in force."""
        return f"{self.id}@{self.version}"

    def covers(self, day: date) -> bool:
        """True when the version's effective dates include the day."""
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_until is None or day <= self.effective_until
        )


class RuleBook:
    """All versions of all rules, found by name. Immutable; built by `load_rules`."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self._by_id: dict[str, list[Rule]] = {}
        self._alias: dict[str, Rule] = {}
        for rule in self.rules:
            self._by_id.setdefault(rule.id.lower(), []).append(rule)
            for alias in rule.aliases:
                self._alias[alias.lower()] = rule

    def names(self) -> tuple[str, ...]:
        """Every id, in order."""
        return tuple(sorted({rule.id for rule in self.rules}))

    def versions(self, name: str) -> tuple[Rule, ...]:
        """All versions of one rule, in the order of the file.

        `name` is an id, a rule with a default part, or an alias; case and underscores do not matter. Raises
        `UnknownRule`, naming the parts of a rule that has several, or the nearest names.
        """
        key = name.strip().lower().replace("_", "-")
        if key in self._by_id:
            return tuple(self._by_id[key])
        if key in self._alias:
            return tuple(self._by_id[self._alias[key].id.lower()])
        parts = [rule for rule in self.rules if rule.id.lower().startswith(f"{key}.")]
        defaults = [rule for rule in parts if rule.default_part]
        if defaults:
            return tuple(defaults)
        if parts:
            names = tuple(dict.fromkeys(rule.id for rule in parts))
            raise UnknownRule(name, f"{name} has parts; name one of {', '.join(names)}.", names)
        known = {n.lower(): n for n in (*self.names(), *self._alias)}
        nearest = tuple(known[n] for n in difflib.get_close_matches(key, known, n=3, cutoff=0.5))
        hint = f" The nearest is {nearest[0]}." if nearest else ""
        raise UnknownRule(name, f"There is no deadline rule {name!r}.{hint}", nearest)

    def find(self, name: str, day: date) -> Rule:
        """The version in force on `day`, or the very version that `name` asks for (`D-14@10-day`).

        Raises `UnknownRule`, or `NotComputable` where no version covers that day.
        """
        base, at, version = name.strip().partition("@")
        alias = self._alias.get(base.lower())
        versions = self.versions(base)
        if at:
            for rule in versions:
                if rule.version.lower() == version.lower():
                    return rule
            known = tuple(rule.full_name for rule in versions)
            raise UnknownRule(
                name, f"{base} has no version {version!r}; known are {', '.join(known)}.", known
            )
        if alias is not None and alias.status is not Standing.IN_FORCE:
            return alias
        # A superseded version governs its own days only where both its end and the day are known.
        for standing in (Standing.IN_FORCE, Standing.SUPERSEDED):
            for rule in versions:
                dated = standing is Standing.IN_FORCE or rule.effective_until is not None
                if rule.status is standing and dated and rule.covers(day):
                    return rule
        first = versions[0]
        raise NotComputable(
            first.id,
            f"No version of {first.id} ({first.title}) is in force on {day.isoformat()}; {_span(first)}.",
        )


def load_rules(text_by_name: Mapping[str, str]) -> RuleBook:
    """The book of the rule files handed in, file name to TOML text.

    Raises `RuleFileError` for a file that is no TOML, a rule that does not hang together, an unknown field, the same
    version twice, two versions in force on one day, an alias used twice, or a reference to a rule that is not there.
    """
    rules: list[Rule] = []
    home: dict[str, str] = {}
    for file in sorted(text_by_name):
        for entry in _entries(file, text_by_name[file]):
            named = f"{entry.get('id', 'a rule without id')}@{entry.get('version', '1')}"
            try:
                rule = Rule.model_validate(entry)
            except ValidationError as error:
                raise RuleFileError(file, f"{named}: {_first(error)}") from error
            if rule.full_name in home:
                raise RuleFileError(file, f"{rule.full_name} stands in {home[rule.full_name]} already")
            home[rule.full_name] = file
            rules.append(rule)
    _cross_check(rules, home)
    return RuleBook(rules)


def _entries(file: str, text: str) -> list[dict[str, object]]:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleFileError(file, f"is no TOML: {error}") from error
    entries = data.pop("rule", [])
    if data or not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise RuleFileError(file, "holds nothing but [[rule]] tables")
    return entries


def _cross_check(rules: list[Rule], home: Mapping[str, str]) -> None:
    ids = {rule.id for rule in rules}
    taken = {name.lower(): "" for name in ids}
    for number, rule in enumerate(rules):
        file = home[rule.full_name]
        if rule.otherwise and rule.otherwise not in ids:
            raise RuleFileError(file, f"{rule.full_name} refers to {rule.otherwise}, which is not there")
        for alias in rule.aliases:
            if alias.lower() in taken:
                raise RuleFileError(file, f"{rule.full_name}: the name {alias} is taken")
            taken[alias.lower()] = rule.full_name
        for other in rules[:number]:
            both = rule.id == other.id and rule.status is other.status is Standing.IN_FORCE
            if both and _overlap(rule, other):
                raise RuleFileError(
                    file, f"{rule.full_name} and {other.full_name} are in force on the same day"
                )


def _overlap(one: Rule, two: Rule) -> bool:
    begins = max(one.effective_from or date.min, two.effective_from or date.min)
    ends = min(one.effective_until or date.max, two.effective_until or date.max)
    return begins <= ends


def _span(rule: Rule) -> str:
    if rule.effective_from and rule.effective_until:
        return f"it covers {rule.effective_from.isoformat()} to {rule.effective_until.isoformat()}"
    if rule.effective_from:
        return f"it begins on {rule.effective_from.isoformat()}"
    if rule.effective_until:
        return f"it ended on {rule.effective_until.isoformat()}"
    return f"it is {rule.status.value.replace('_', ' ')}: {rule.reason}"


def _first(error: ValidationError) -> str:
    problem = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in problem["loc"])
    return f"{where}: {problem['msg']}" if where else str(problem["msg"])
