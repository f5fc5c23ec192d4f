"""Legal dates: a rule, a trigger and how the notice came give a date, its citation, and the count day by day.

A legal date is a calendar date in the receiving office's zone, never an instant. The counting rules, once:

- The trigger is day 0. Weekends and holidays count; a last day on a Saturday, Sunday or legal holiday runs to the
  next day that is none (8 CFR 1.2; 8 CFR 1001.1(h); Monsalvo Velazquez v. Bondi, 2025, for statutory days).
- Days for mail lengthen the period first; then it rolls, once (8 CFR 103.8(b)).
- Paper filings with USCIS roll, electronic ones do not; opening days never roll.
- A filing counts when it is received, not when it is mailed (8 CFR 103.2(a)(7)(i)).
- Closures by executive order are no legal holidays and move nothing.
- An outage of the court's filing system on the last day extends it to the first day it can be reached again that is
  no weekend or holiday (8 CFR 1003.31(b), 1003.3(g)).
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from casedesk.calendars import federal
from casedesk.calendars.business import OutsideCalendar
from casedesk.calendars.rules_data import (
    IN_BUSINESS,
    Count,
    CountUnit,
    DeadlineError,
    Kind,
    NotComputable,
    Roll,
    Rule,
    RuleBook,
    RuleFileError,
    Standing,
    UnknownRule,
    load_rules,
)
from casedesk.models.enums import Confidence, Filing, Served

__all__ = [
    "ComputedDeadline",
    "DeadlineError",
    "Kind",
    "NotComputable",
    "Rule",
    "RuleBook",
    "RuleFileError",
    "Standing",
    "UnknownRule",
    "compute",
    "load_rules",
]

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEAKNESS = (Confidence.VERIFIED, Confidence.PUBLISHED, Confidence.MEMORY, Confidence.UNSETTLED)


@dataclass(frozen=True)
class ComputedDeadline:
    """A legal date and how it was reached.

    `raw` is the last day counted, before weekends and holidays move it (None where business days are counted). `due`
    is the date by the rule. `conservative` is safe under every open question: never after `due`, except that for a
    day on which filing opens it is never before. `internal_due` is `due` less the buffer, moved back to the business
    day before; for an opening, the first business day the filing may arrive. `confidence` is the weakest mark of what
    was used. `steps` are the sentences a person checks it by.
    """

    rule: str
    version: str
    title: str
    kind: Kind
    status: Standing
    trigger: date
    raw: date | None
    due: date
    conservative: date
    internal_due: date
    citation: str
    confidence: Confidence
    steps: tuple[str, ...]

    @property
    def period_days(self) -> int:
        """Calendar days from the trigger to the last day counted: 87 for an RFE that was mailed."""
        return ((self.raw or self.due) - self.trigger).days


def compute(
    rules: RuleBook,
    rule: str,
    trigger: date,
    *,
    served: Served | None = None,
    filing: Filing = Filing.PAPER,
    until: date | None = None,
    filed: date | None = None,
    buffer_days: int | None = None,
    reachable: date | None = None,
) -> ComputedDeadline:
    """The date that `rule` (`D-01`, `D-19.reopen`, `D-14@10-day`) sets, counted from `trigger`.

    `served` adds the days for mail; not knowing adds none, which is the safe reading. `until` is the end of an
    authorised validity, `filed` the day a renewal was filed, for the rules that turn on them. `reachable` is
    the day on which the court's filing system could be reached again, where an outage that was not planned, or was
    announced five business days ahead or less, took the last day. `buffer_days` is the playbook's; left out, the rule's own (7 for a response, less where the period is short).

    Raises `UnknownRule`, and `NotComputable` with its sentence for rules that are no date, for a fact that is missing,
    and for dates beyond the table of federal holidays.
    """
    steps: list[str] = []
    found = _governing(rules, rule, trigger, filed, steps)
    if found.kind is Kind.STATEMENT:
        raise NotComputable(
            found.id, f"{found.id} is no computable date: {found.statement} ({found.citation})"
        )
    try:
        return _computed(found, trigger, served, filing, until, filed, buffer_days, steps, reachable)
    except (OutsideCalendar, OverflowError) as error:
        raise NotComputable(
            found.id, f"{found.id} from {trigger.isoformat()} cannot be computed: {error}"
        ) from error


def _computed(
    rule: Rule,
    trigger: date,
    served: Served | None,
    filing: Filing,
    until: date | None,
    filed: date | None,
    buffer_days: int | None,
    steps: list[str],
    reachable: date | None = None,
) -> ComputedDeadline:
    if rule.status is not Standing.IN_FORCE:
        steps.append(f"Version {rule.version} is {rule.status.value}, not in force: {rule.reason}")
    steps.append(f"{trigger.isoformat()} is day 0: {rule.trigger}")
    start = _start(rule, trigger, steps)
    base, other = _walk(rule, start, steps)
    extra, sure, mail_mark = _mail(rule, served, base, steps)
    raw = base + timedelta(days=extra)
    readings = {raw, other + timedelta(days=extra), base + timedelta(days=sure)}
    if rule.cautious_days:
        readings.add(raw + timedelta(days=rule.cautious_days))
        steps.append(f"Conservative reading {_extra(rule.cautious_days)}: {rule.cautious_reason}")
    due, moved = _rolled(rule, filing, raw, steps)
    conservative = _conservative(rule, filing, due, readings)
    # Nobody plans for an outage: it moves the last day, and no other.
    due = _after_outage(rule, due, reachable, steps)
    if rule.ends_with_validity:
        due, conservative = _capped(due, conservative, until, steps)
    elif until is not None:
        steps.append(f"The end of validity {until.isoformat()} plays no part in {rule.id}")
    if conservative != due:
        steps.append(f"Conservative: {_named(conservative)}, safe under every open question")
    internal = _internal(
        rule, due, conservative, rule.buffer_days if buffer_days is None else buffer_days, steps
    )
    if filed is not None and rule.kind is Kind.FILING:
        late = "in time" if filed <= due else "late"
        steps.append(f"Filed {filed.isoformat()}: {late}")
    if rule.notes:
        steps.append(f"Note: {rule.notes}")
    counted_in_business = rule.count[0].unit in IN_BUSINESS
    return ComputedDeadline(
        rule=rule.id,
        version=rule.version,
        title=rule.title,
        kind=rule.kind,
        status=rule.status,
        trigger=trigger,
        raw=None if counted_in_business else raw,
        due=due,
        conservative=conservative,
        internal_due=internal,
        citation=rule.citation,
        confidence=max(
            (rule.confidence, mail_mark, rule.roll_confidence if moved else Confidence.VERIFIED),
            key=_WEAKNESS.index,
        ),
        steps=tuple(steps),
    )


def _governing(rules: RuleBook, name: str, trigger: date, filed: date | None, steps: list[str]) -> Rule:
    """The version that governs; for rules decided by the day of filing, the other one where that day says so."""
    if "@" in name:
        return rules.find(name, trigger)
    first = rules.versions(name)[0]
    if not first.decided_by_filing:
        return rules.find(name, trigger)
    if filed is None:
        if first.filing_date_needed:
            raise NotComputable(
                first.id, f"{first.id} ({first.title}) turns on the day of filing; say when it was filed."
            )
        return first
    if filed > trigger:
        raise NotComputable(
            first.id,
            f"{first.id} ({first.title}): filed {filed.isoformat()}, after {trigger.isoformat()}, is not timely.",
        )
    if first.covers(filed):
        steps.append(f"Filed {filed.isoformat()}: {first.id} governs ({first.citation})")
        return first
    other = rules.find(first.otherwise, filed)
    steps.append(f"Filed {filed.isoformat()}: not {first.id} but {other.id} governs ({other.citation})")
    return other


def _start(rule: Rule, trigger: date, steps: list[str]) -> date:
    if rule.trigger_not_before is None or trigger >= rule.trigger_not_before:
        return trigger
    steps.append(f"Counted from {rule.trigger_not_before.isoformat()}, the earliest start ({rule.citation})")
    return rule.trigger_not_before


# --- counting


def _walk(rule: Rule, start: date, steps: list[str]) -> tuple[date, date]:
    """The day reached, and the day the other reading of a missing 29th, 30th or 31st reaches (mostly the same)."""
    day = other = start
    for leg in rule.count:
        if leg.unit in IN_BUSINESS:
            after = other = _business(leg, day, steps)
        else:
            after = _leg(leg, day, plain=True)
            other = _leg(leg, other, plain=False)
            steps.append(f"{day.isoformat()} {_leg_text(leg.amount, leg.unit.value)} = {after.isoformat()}")
        day = after
    if other != day:
        steps.append(
            f"That day of the month does not exist there; read the other way it is {other.isoformat()}"
        )
    return day, other


def _leg(leg: Count, day: date, *, plain: bool) -> date:
    if leg.unit is CountUnit.DAYS:
        return day + timedelta(days=leg.amount)
    months = leg.amount * (12 if leg.unit is CountUnit.YEARS else 1)
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    if not date.min.year <= year <= date.max.year:
        raise OverflowError("the year does not exist")
    last = calendar.monthrange(year, month)[1]
    if day.day <= last:
        return date(year, month, day.day)
    # The anniversary of 29 February is 1 March, half a year after 31 August the last of February; or the other way.
    forward = plain is (leg.unit is CountUnit.YEARS)
    return date(year, month, last) + timedelta(days=1 if forward else 0)


def _business(leg: Count, day: date, steps: list[str]) -> date:
    counts: Callable[[date], bool] = (
        federal.is_federal_office_open
        if leg.unit is CountUnit.OFFICE_DAYS
        else federal.is_federal_business_day
    )
    at, left, skipped = day, abs(leg.amount), []
    while left:
        at += timedelta(days=1 if leg.amount > 0 else -1)
        if counts(at):
            left -= 1
        elif at.weekday() < 5:
            skipped.append(f"{at.isoformat()} ({_why_shut(at)})")
    steps.append(f"{day.isoformat()} {_leg_text(leg.amount, 'federal business days')} = {at.isoformat()}")
    if skipped:
        steps.append(f"Weekends not counted, nor {', '.join(skipped)}")
    return at


def _mail(rule: Rule, served: Served | None, base: date, steps: list[str]) -> tuple[int, int, Confidence]:
    """Days added for the way of service, the days of them that are beyond doubt, and the mark of what was added."""
    none = (0, 0, Confidence.VERIFIED)
    sure = rule.mail_days if rule.mail_confidence is Confidence.VERIFIED else 0
    if served is None:
        if rule.mail_days:
            steps.append(
                f"Way of service not known: no days added (+{rule.mail_days} by mail, {rule.mail_citation})"
            )
        return none
    if served in (Served.ELECTRONIC, Served.PERSONAL):
        if rule.mail_days:
            way = "electronic" if served is Served.ELECTRONIC else "personal"
            steps.append(
                f"+0 days, {way} service (the days for mail are for mail only, {rule.mail_citation})"
            )
        return none
    if served is Served.ABROAD and rule.abroad_days is not None:
        after = base + timedelta(days=rule.abroad_days)
        steps.append(
            f"{_extra(rule.abroad_days)}, served outside the United States ({rule.abroad_citation})"
            f" = {after.isoformat()}"
        )
        settled = rule.abroad_confidence is Confidence.VERIFIED
        return rule.abroad_days, rule.abroad_days if settled else sure, rule.abroad_confidence
    if not rule.mail_days:
        steps.append(f"+0 days: this rule adds none for mail ({rule.citation})")
        return none
    after = base + timedelta(days=rule.mail_days)
    steps.append(f"{_extra(rule.mail_days)}, served by mail ({rule.mail_citation}) = {after.isoformat()}")
    return rule.mail_days, sure, rule.mail_confidence


# --- weekends and holidays


def _rolls(rule: Rule, filing: Filing) -> bool:
    return rule.roll in (Roll.YES, Roll.NEXT_BUSINESS_DAY) or (
        rule.roll is Roll.PAPER_ONLY and filing is Filing.PAPER
    )


def _rolled(rule: Rule, filing: Filing, raw: date, steps: list[str]) -> tuple[date, bool]:
    if rule.roll is Roll.NO:
        if rule.kind is not Kind.AGENCY and not _federal(raw, federal.is_federal_business_day):
            steps.append(f"{_day_name(raw)}; this date does not move")
        return raw, False
    if federal.is_federal_business_day(raw):
        if not federal.is_federal_office_open(raw):
            steps.append(
                f"{raw.isoformat()} is a closure, no legal holiday ({_why_shut(raw)}): the date does not move"
            )
        return raw, False
    if not _rolls(rule, filing):
        steps.append(f"{_day_name(raw)}; an electronic filing does not run on ({rule.roll_citation})")
        return raw, False
    due = federal.next_federal_business_day(raw)
    steps.append(f"{_day_name(raw)}, runs to {_named(due)} ({rule.roll_citation})")
    return due, True


def _after_outage(rule: Rule, due: date, reachable: date | None, steps: list[str]) -> date:
    """An outage of ECAS on the last day extends it to the first day it can be reached that is no weekend or holiday."""
    if reachable is None:
        return due
    if not rule.outage_citation:
        steps.append(f"An outage of a court's filing system plays no part in {rule.id}")
        return due
    moved = federal.next_federal_business_day(reachable)
    if moved <= due:
        return due
    steps.append(
        f"The filing system was out of reach on the last day: runs to {_named(moved)} ({rule.outage_citation})"
    )
    return moved


def _conservative(rule: Rule, filing: Filing, due: date, readings: set[date]) -> date:
    """The date that holds whichever way each open question is answered."""
    if rule.kind is Kind.AGENCY:
        return due
    if rule.kind is Kind.OPENS:
        return max(due, *readings)
    if _rolls(rule, filing) and rule.roll_confidence is Confidence.VERIFIED:
        readings = {federal.next_federal_business_day(day) for day in readings}
    earliest = min(due, *readings)
    # Paper must be received, so a day on which nobody opens the mail is no day to plan for.
    return (
        federal.last_open_day(earliest) if rule.kind is Kind.FILING and filing is Filing.PAPER else earliest
    )


def _capped(due: date, conservative: date, until: date | None, steps: list[str]) -> tuple[date, date]:
    if until is None:
        steps.append("The end of the authorised validity was not given; if it is earlier, it rules")
        return due, conservative
    if until < due:
        steps.append(f"The authorised validity ends earlier, on {until.isoformat()}: that rules")
    else:
        steps.append(f"The authorised validity ends on {until.isoformat()}, not before")
    return min(due, until), min(conservative, until)


def _internal(rule: Rule, due: date, conservative: date, buffer_days: int, steps: list[str]) -> date:
    if rule.kind is Kind.OPENS:
        first = federal.next_federal_business_day(conservative)
        steps.append(f"First business day on which the filing may arrive: {_named(first)}")
        return first
    internal = federal.last_open_day(due - timedelta(days=buffer_days))
    steps.append(
        f"Internal date, {buffer_days} days before or the business day before that: {_named(internal)}"
    )
    return internal


# --- words


def _federal(day: date, question: Callable[[date], bool]) -> bool:
    """The answer where the table knows the day; dates that do not roll may lie beyond it."""
    return not federal.FIRST <= day <= federal.LAST or question(day)


def _leg_text(amount: int, unit: str) -> str:
    return f"{'-' if amount < 0 else '+'} {abs(amount)} {unit[:-1] if abs(amount) == 1 else unit}"


def _extra(days: int) -> str:
    return f"{days:+d} {'day' if abs(days) == 1 else 'days'}"


def _day_name(day: date) -> str:
    return _WEEKDAYS[day.weekday()] if day.weekday() >= 5 else f"{_WEEKDAYS[day.weekday()]}, a legal holiday"


def _named(day: date) -> str:
    return f"{_WEEKDAYS[day.weekday()]} {day.isoformat()}"


def _why_shut(day: date) -> str:
    for closure in federal.CLOSURES:
        if closure.day == day:
            return f"{closure.reason}, {closure.source}"
    return "legal holiday"
