"""Why a task stands where it stands: points, each with its reason.

Nearness of the date, the matter's priority and the kind of work push up; waiting pushes down; every day in the queue
adds a little, so that low priority never starves.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from casedesk.calendars.business import BusinessCalendar
from casedesk.store.unit_of_work import instant

PRIORITY = {
    "emergency": (100, "emergency"),
    "high": (30, "high priority"),
    "standard": (0, ""),
    "low": (-10, "low priority"),
}
KINDS = {
    "rfe": (30, "RFE"),
    "noid": (40, "NOID"),
    "noir": (40, "NOIR"),
    "filing_rejected": (50, "rejected filing"),
}
AGEING_PER_DAY, AGEING_MOST = 1, 20


def rank(row: Any, now: datetime, today: date, calendar: BusinessCalendar) -> tuple[int, tuple[str, ...]]:
    """The score of an open task and its reasons, the heaviest first, each as "because (+n)"."""
    waits = row.state in ("waiting", "on_hold")
    # What waits on somebody cannot be hurried from the queue; it comes back when it wakes up.
    parts = [] if waits else _nearness(instant(row.due_us), now, today, calendar)
    if row.agency_due is not None:
        left = (date.fromisoformat(row.agency_due) - today).days
        if left < 0:
            parts.append((40, "agency's date has passed"))
        elif left <= 10:
            parts.append((20, f"{row.authority or 'agency'} due in {left} days"))
    parts.append(PRIORITY.get(row.priority, (0, "")))
    for prefix, part in KINDS.items():
        if row.kind.startswith(prefix):
            parts.append(part)
    if row.state == "new" and row.acknowledge_by_us is not None:
        parts.append((10, "not acknowledged yet"))
    if waits:
        parts.append((-60, f"waiting on {row.waiting_on or 'somebody'}"))
    age = min(max((now - instant(row.created_us)).days, 0) * AGEING_PER_DAY, AGEING_MOST)
    if age:
        parts.append((age, f"{age} days in the queue"))
    parts = [p for p in parts if p[0]]
    parts.sort(key=lambda p: -abs(p[0]))
    return sum(p[0] for p in parts), tuple(f"{reason} ({points:+d})" for points, reason in parts)


def _nearness(due: datetime, now: datetime, today: date, calendar: BusinessCalendar) -> list[tuple[int, str]]:
    if due < now:
        return [(60, "overdue")]
    due_day = calendar.today(due)
    if due_day <= today:
        return [(50, "due today")]
    if due_day <= calendar.next_business_day(today):
        return [(40, "due next business day")]
    return [(20, "due this week")] if (due_day - today).days <= 7 else []
