"""Why a task stands where it stands: points, each with its reason.

Nearness of the date, the matter's priority, what threatens the client with removal, the client's circumstances and the
kind of work push up; waiting pushes down. Every day in the queue adds a little, and what is left overdue gains without
end: whatever new work comes in, low priority never starves (`LONGEST` days at most).
"""

from __future__ import annotations

import json
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
THREATS = {
    "detained": (60, "detained"),
    "criminal_history": (25, "criminal history"),
    "prior_violations": (25, "prior violations"),
}
"""What makes removal likely, and with it harm that no later work mends."""
CIRCUMSTANCES = {
    "in_danger": (30, "in danger"),
    "child_ages_out": (20, "a child ages out"),
    "serious_illness": (15, "serious illness"),
    "out_of_status": (15, "out of status"),
    "work_ends": (10, "permission to work ends"),
}
PROCEEDINGS = (20, "removal proceedings")
AGEING_PER_DAY, AGEING_MOST = 1, 20
LYING_AFTER, LYING_PER_DAY = 5, 5
"""From which day overdue work gains by lying there, and how much a day."""
LONGEST = 120
"""Days overdue after which any task stands above every other one that has just come in."""


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
    # As the matter is today: what was opened before it became pressing is as pressing now.
    parts.append(PRIORITY.get(row.matter_priority or row.priority, (0, "")))
    known = json.loads(row.circumstances) if row.circumstances else []
    parts += [(THREATS | CIRCUMSTANCES)[name] for name in known if name in THREATS or name in CIRCUMSTANCES]
    if row.matter_type == "removal_defense":
        parts.append(PROCEEDINGS)
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
    lying = (today - calendar.today(instant(row.due_us))).days
    if lying > LYING_AFTER and not waits:
        parts.append(((lying - LYING_AFTER) * LYING_PER_DAY, f"left overdue for {lying} days"))
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
