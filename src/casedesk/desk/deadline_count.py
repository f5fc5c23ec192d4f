"""A legal date counted for the record: by a rule, from a day, with what a notice printed beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casedesk.calendars import federal
from casedesk.calendars.business import OutsideCalendar
from casedesk.calendars.deadlines import ComputedDeadline, Kind, compute
from casedesk.calendars.printed import DueState, internal_due, reconcile
from casedesk.calendars.rules_data import DeadlineError, NotComputable, UnknownRule
from casedesk.desk import titles
from casedesk.desk.deadline_rows import Day
from casedesk.desk.turn import Turn
from casedesk.models.enums import Filing, Served
from casedesk.refusal import Refusal

_WINDOWS = {"D-28.closes": "D-28.opens", "D-29.closes": "D-29.opens", "D-65.closes": "D-65.opens"}
"""Last days of a window, and the rule of its first day, counted from the same one."""


@dataclass(frozen=True)
class Counted:
    """One date by a rule. `conflict`: what the notice prints cannot be, and a second person settles it."""

    day: Day
    title: str
    kind: str
    authority: str
    conflict: bool


def count(
    turn: Turn,
    rule: str,
    trigger: date,
    *,
    served: Served | None = None,
    filing: Filing = Filing.PAPER,
    until: date | None = None,
    filed: date | None = None,
    printed: date | None = None,
) -> Counted:
    """Count `rule` from `trigger` as it stands today. Raises `Refusal` where no date comes of it."""
    computed = computed_of(turn, rule, trigger, served=served, filing=filing, until=until, filed=filed)
    return of(turn, computed, printed)


def of(turn: Turn, computed: ComputedDeadline, printed: date | None = None) -> Counted:
    """The same of what was counted already."""
    due, sentence, conflict = computed.due, _sentence(computed), False
    if printed is not None:
        decided = reconcile(computed, (printed,), computed.trigger, turn.today)
        due, sentence = decided.agency_due, decided.sentence
        conflict = decided.state is DueState.CONFLICT
    buffer = (computed.due - computed.internal_due).days
    opens = computed.due if computed.kind is Kind.OPENS else None
    if opens is not None:
        internal = computed.internal_due
    else:
        first = _WINDOWS.get(computed.rule)
        opens = None if first is None else computed_of(turn, first, computed.trigger).due
        versions = turn.house.deadline_rules.versions(computed.rule)
        wanted = next((r.buffer_days for r in versions if r.version == computed.version), buffer)
        internal = own(turn, due, wanted)
    return Counted(
        day=Day(
            agency_due=due,
            internal_due=internal,
            sentence=sentence,
            rule=computed.rule,
            rule_version=computed.version,
            citation=computed.citation,
            confidence=computed.confidence.value,
            steps=computed.steps,
            printed=() if printed is None else (printed,),
            trigger_on=computed.trigger,
            opens=opens,
        ),
        title=computed.title,
        kind=computed.kind.value,
        authority=titles.authority_of(computed.rule),
        conflict=conflict,
    )


def computed_of(
    turn: Turn,
    rule: str,
    trigger: date,
    *,
    served: Served | None = None,
    filing: Filing = Filing.PAPER,
    until: date | None = None,
    filed: date | None = None,
) -> ComputedDeadline:
    """`compute`, its errors said as refusals."""
    try:
        return compute(
            turn.house.deadline_rules, rule, trigger, served=served, filing=filing, until=until, filed=filed
        )
    except UnknownRule as error:
        raise Refusal("unknown_rule", str(error), "See `casedesk deadline rules`.") from error
    except NotComputable as error:
        raise Refusal("not_computable", str(error), "Enter the printed date by hand, with --due.") from error
    except DeadlineError as error:
        raise Refusal("not_computable", str(error)) from error


def own(turn: Turn, due: date, buffer_days: int) -> date:
    """Our own date by the office's calendar, which knows the firm's closures; far ahead by the federal one."""
    try:
        return internal_due(due, buffer_days, turn.calendar.is_business_day)
    except OutsideCalendar:
        return internal_due(due, buffer_days, federal.is_federal_office_open)


def _sentence(computed: ComputedDeadline) -> str:
    safe = ""
    if computed.conservative != computed.due:
        safe = f"; safe under every open question: {computed.conservative.isoformat()}"
    return (
        f"Counted by {computed.rule} (version {computed.version}) from {computed.trigger.isoformat()}:"
        f" {computed.due.isoformat()} ({computed.citation}){safe}"
    )
