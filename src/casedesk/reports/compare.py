"""The five figures of two periods beside each other, so that a change of rules can be looked at before and after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casedesk.desk.turn import Turn
from casedesk.refusal import Refusal
from casedesk.reports import kpi
from casedesk.reports import period as periods
from casedesk.reports.figures import Figure, Sheet


@dataclass(frozen=True)
class Change:
    """One figure before and in the period; `difference` is None where one of the two measured nothing."""

    figure: str
    before: Figure
    value: Figure
    difference: float | None


@dataclass(frozen=True)
class Compare:
    """`since` to `until` is the period, `against_since` to `against_until` the one it is held against."""

    since: date
    until: date
    against_since: date
    against_until: date
    changes: tuple[Change, ...]


def report(
    turn: Turn,
    *,
    since: date | None = None,
    until: date | None = None,
    against_since: date | None = None,
    against_until: date | None = None,
) -> Compare:
    """The period, and the one before it, as long, unless another is named with both its days."""
    period = periods.back(turn, since, until)
    if (against_since is None) != (against_until is None):
        raise Refusal(
            "half_a_period", "The other period has a first and a last day.", "Give both, or neither."
        )
    other = (
        periods.before(turn, period)
        if against_since is None
        else periods.back(turn, against_since, against_until)
    )
    now = kpi.figures(kpi.observed(turn, period))
    then = kpi.figures(kpi.observed(turn, other))
    return Compare(
        period.since,
        period.until,
        other.since,
        other.until,
        tuple(
            Change(name, before, value, _difference(before, value))
            for name, before, value in zip(kpi.NAMES, then, now, strict=True)
        ),
    )


def sheet(view: Compare) -> Sheet:
    """A line a figure."""
    before = f"{view.against_since} to {view.against_until}"
    return Sheet(
        ("figure", before, "n before", f"{view.since} to {view.until}", "n", "difference", "definition"),
        tuple(
            (
                change.figure,
                change.before.value,
                change.before.n,
                change.value.value,
                change.value.n,
                change.difference,
                change.value.definition,
            )
            for change in view.changes
        ),
    )


def _difference(before: Figure, value: Figure) -> float | None:
    if before.value is None or value.value is None:
        return None
    return round(value.value - before.value, 4)
