"""What a notice prints against what the rule says: the printed date wins, and a conflict keeps both.

The agency may set a shorter period than the maximum (8 CFR 103.2(b)(8)(iv)), never a longer one. Until a second
person settles a conflict, the earlier date rules.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from casedesk.calendars.deadlines import ComputedDeadline

_WEEKEND = {5: "a Saturday", 6: "a Sunday"}


class DueState(StrEnum):
    """Where the agency's date of a notice comes from."""

    AGREES = "agrees"
    SET_BY_NOTICE = "set_by_notice"
    CONFLICT = "conflict"
    COMPUTED = "computed"
    PRINTED_ONLY = "printed_only"


class NoDate(ValueError):
    """Neither the notice nor a rule gives a date."""


@dataclass(frozen=True)
class DueDecision:
    """The agency's date to work by, and why.

    `candidates` are all the dates in play, earliest first; `unreadable` the printed words that are no day at all.
    `past_on_arrival`: the agency's date had passed when the notice came.
    """

    agency_due: date
    state: DueState
    sentence: str
    candidates: tuple[date, ...]
    past_on_arrival: bool = False
    unreadable: tuple[str, ...] = ()


def reconcile(
    computed: ComputedDeadline | None,
    printed: Sequence[date],
    notice_date: date | None,
    received: date,
    *,
    unreadable: Sequence[str] = (),
) -> DueDecision:
    """Decide the agency's date of a notice that came on `received`.

    `computed` is the maximum by the rule (None where no rule applies), `printed` every due date read from the notice,
    `unreadable` what stands where a date should and is none ("November 31, 2026"). Repeated printed dates count once.
    Raises `NoDate` when there is nothing to go by.
    """
    dates = tuple(sorted(set(printed)))
    maximum = computed.due if computed is not None else None
    candidates = tuple(sorted({*dates, *(() if maximum is None else (maximum,))}))
    if not candidates:
        raise NoDate(
            "The notice prints no date that can be read, and no rule sets one; enter the date by hand."
        )
    trouble = _trouble(dates, notice_date, computed, tuple(unreadable))
    if trouble:
        state, due = DueState.CONFLICT, candidates[0]
        sentence = f"Date conflict: {trouble}; the earlier, {due.isoformat()}, rules until a second person settles it."
    elif not dates:
        assert computed is not None
        state, due = DueState.COMPUTED, computed.due
        sentence = (
            f"Computed: {due.isoformat()} ({computed.rule}, {computed.citation}); the notice prints no date."
        )
    elif computed is None:
        state, due = DueState.PRINTED_ONLY, dates[0]
        sentence = f"Printed on the notice: {due.isoformat()}; no rule to compare it with."
    elif dates[0] in (computed.raw, computed.due):
        state, due = DueState.AGREES, dates[0]
        sentence = f"Printed and computed agree: {due.isoformat()} ({_days(computed.period_days)}, {computed.citation})."
    else:
        state, due = DueState.SET_BY_NOTICE, dates[0]
        period = (due - (notice_date or computed.trigger)).days
        sentence = f"Set by the notice: {_days(period)} (maximum {computed.period_days}), {due.isoformat()}."
    if state is not DueState.CONFLICT and due.weekday() in _WEEKEND:
        sentence += f" That is {_WEEKEND[due.weekday()]}; the date is kept as it stands."
    past = due < received
    if past:
        sentence += f" It had passed when the notice came on {received.isoformat()}."
    return DueDecision(due, state, sentence, candidates, past, tuple(unreadable))


def _trouble(
    dates: tuple[date, ...],
    notice_date: date | None,
    computed: ComputedDeadline | None,
    unreadable: tuple[str, ...],
) -> str:
    """What is wrong with the printed dates, in words; empty when nothing is."""
    found = []
    if unreadable:
        found.append(f"{' and '.join(repr(words) for words in unreadable)} is no day of the calendar")
    if len(dates) > 1:
        found.append(f"the notice prints {' and '.join(day.isoformat() for day in dates)}")
    begins = notice_date or (computed.trigger if computed is not None else None)
    if begins is not None and dates and dates[0] <= begins:
        found.append(f"{dates[0].isoformat()} is not after the notice of {begins.isoformat()}")
    if computed is not None and dates and dates[-1] > computed.due:
        found.append(
            f"{dates[-1].isoformat()} is later than the maximum, {computed.due.isoformat()}"
            f" ({_days(computed.period_days)}, {computed.citation})"
        )
    return "; ".join(found)


def internal_due(agency_due: date, buffer_days: int, calendar_is_business: Callable[[date], bool]) -> date:
    """The firm's own date: `buffer_days` before the agency's, or the business day before that.

    `calendar_is_business` is the office's calendar. Raises ValueError for a negative buffer, and whatever the
    calendar raises beyond its days.
    """
    if buffer_days < 0:
        raise ValueError(f"A buffer of {buffer_days} days would put the internal date after the agency's.")
    day = agency_due - timedelta(days=buffer_days)
    while not calendar_is_business(day):
        day -= timedelta(days=1)
    return day


def arrived_late(internal: date, received: date) -> bool:
    """True when the internal date had passed as the notice came: due now, and counted as arrived late."""
    return internal < received


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"
