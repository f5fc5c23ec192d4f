"""Reminders of a deadline: armed when the date is set, moved, confirmed or opened again, fired by the sweep.

Reminders lie before the firm's own date, on the morning of a day the office works. A date whose own day had passed
when it came is due now: everybody hears at once, and what is left is counted from the agency's date, moved before any
closure between. The day after the agency's date the date is missed, unless somebody met it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from casedesk.calendars.business import OutsideCalendar
from casedesk.calendars.deadlines import Kind
from casedesk.calendars.rules_data import DeadlineError
from casedesk.desk import authority, invitations, local_time
from casedesk.desk.dates_due import DEADLINE_CHAIN, Say, StoodDown, What
from casedesk.desk.turn import Turn
from casedesk.models.enums import DeadlineState
from casedesk.routing.chains import fire as reach
from casedesk.routing.facts import Facts
from casedesk.store.unit_of_work import as_json, micros

OPEN = frozenset({DeadlineState.PROVISIONAL.value, DeadlineState.OPEN.value, DeadlineState.CONFLICT.value})

_OWNERS = ("matter.primary_paralegal", "matter.lead_attorney")
_MANAGERS = ("role:operations_manager",)
_UNMATCHED = ("role:intake_specialist",)
"""Whom a date of no known matter concerns."""

_WINDOW = (30, 0)
"""When the opening of a window is said: a month ahead, and on the day."""

_NINE = time(9)
_ANEW = "armed anew"


@dataclass(frozen=True, slots=True)
class _Planned:
    at: datetime
    what: str
    """What is said then: `internal:7`, `agency:3`, `late`, `due`, `agency`, `opens:30`, `missed`."""


def arm(turn: Turn, deadline_id: int) -> int:
    """Set the reminders of a date that stands, in place of those it had; how many are armed now."""
    row = turn.uow.need("deadline", "", "deadline.whole", id=deadline_id)
    stand_down(turn, deadline_id, _ANEW)
    invitations.of_deadline(turn, deadline_id)
    if row.state not in OPEN:
        return 0
    generation = 1 + (turn.uow.scalar("deadline.timer_generation", deadline_id=deadline_id) or 0)
    planned = plan(turn, row)
    turn.uow.insert_many(
        "timer",
        [
            {
                "id": turn.uow.new_id(),
                "matter_id": row.matter_id,
                "task_id": None,
                "subject_id": deadline_id,
                "chain": DEADLINE_CHAIN,
                "step": step,
                "generation": generation,
                "fire_at_us": micros(each.at),
                "condition": each.what,
                "action": "miss" if each.what == "missed" else "remind",
                "targets": as_json(list(_targets(row, each.what))),
            }
            for step, each in enumerate(planned, start=1)
        ],
    )
    return len(planned)


def stand_down(turn: Turn, deadline_id: int, why: str) -> None:
    """Met, superseded or dropped: nothing is said of it any more. One that fires at this moment sees it by itself."""
    turn.uow.run("deadline.stand_down", deadline_id=deadline_id, why=why)
    if why != _ANEW:
        invitations.of_deadline(turn, deadline_id)


def plan(turn: Turn, row: Any) -> list[_Planned]:
    """What is said of a date, and when (aware UTC), in order of time. Nothing lies in the past but what is due now."""
    agency, internal = date.fromisoformat(row.agency_due), date.fromisoformat(row.internal_due)
    opens = None if row.opens is None else date.fromisoformat(row.opens)
    found: list[_Planned] = []
    if opens is not None:
        found += _ahead(turn, [_Planned(_morning(turn, opens, days), f"opens:{days}") for days in _WINDOW])
        if opens == agency:
            return found or [_Planned(turn.now, "opens:0")]
    found += _reminders(turn, row, internal, agency)
    if _ours(turn, row):
        found.append(
            _Planned(
                max(local_time.midnight(agency + timedelta(days=1), turn.calendar.zone), turn.now), "missed"
            )
        )
    return sorted(found, key=lambda each: each.at)


def fire(turn: Turn, timer: Any, say: Say) -> str:
    """Remind of a date that is still open, or set it missed. Raises `StoodDown`."""
    turn.uow.one("deadline.lock", id=timer.subject_id)
    row = turn.uow.one("deadline.find", ref="", id=timer.subject_id)
    if row is None or row.state not in OPEN:
        raise StoodDown("gone" if row is None else row.state)
    missed = timer.condition == "missed"
    if missed and not turn.uow.run("deadline.miss", id=row.id):
        raise StoodDown("met")
    people = authority.people_of(turn, row.matter_id)
    facts = Facts(owners=turn.owners(row.matter_id), people=people)
    told = []
    for pick in reach("remind", _targets(row, timer.condition), facts, owner=None, reserved=False).tell:
        if pick.person is not None:
            what = What(row.ref, row.matter_id, id=row.id)
            say(pick.person, "alert" if missed else "remind", words(turn, row, timer.condition), what)
            told.append(turn.handle(pick.person))
    turn.uow.audit(
        "deadline.missed" if missed else "deadline.reminded",
        row.ref,
        matter_id=row.matter_id,
        told=told,
        agency_due=row.agency_due,
        about=timer.condition,
        late_us=max(0, turn.now_us - timer.fire_at_us),
    )
    return f"{timer.condition}: {', '.join(told)}"


def words(turn: Turn, row: Any, what: str) -> str:
    """What people hear: which date, of which matter, and how it stands; nothing about the client."""
    of = f"{row.title} {row.ref}" + (f" of {row.matter_ref}" if row.matter_ref else "")
    dates = f"our date {row.internal_due}, {row.authority} due {row.agency_due}"
    if what == "missed":
        return f"Missed, unless it was met and nobody said so: {of}, {row.authority} due {row.agency_due}"
    if what == "late":
        return f"Arrived late, due now: {of}, {dates}"
    if what.startswith("opens"):
        when = (
            f"opens {row.opens}" if (row.opens or "") > turn.today.isoformat() else f"open since {row.opens}"
        )
        return f"Filing window {when}: {of}"
    unconfirmed = "; nobody has confirmed it by a count of their own" if _unconfirmed(row) else ""
    if row.internal_due == turn.today.isoformat():
        return f"Due today: {of}, {dates}{unconfirmed}"
    if row.agency_due == turn.today.isoformat():
        return f"Last day: {of}, {row.authority} due today{unconfirmed}"
    return f"Coming up: {of}, {dates}{unconfirmed}"


# --- within


def _reminders(turn: Turn, row: Any, internal: date, agency: date) -> list[_Planned]:
    days = reminder_days(turn, row)
    if internal < turn.today:
        left = _ahead(turn, [_Planned(_morning(turn, agency, n), f"agency:{n}") for n in (*days, 0)])
        return [_Planned(turn.now, "late"), *left]
    left = _ahead(turn, [_Planned(_morning(turn, internal, n), f"internal:{n}") for n in days])
    # Set so near that every reminder would lie in the past: it is said now, once.
    due = _Planned(max(_morning(turn, internal, 0), turn.now), "due")
    found = [*left, due]
    return (
        found
        if internal == agency
        else [*found, *_ahead(turn, [_Planned(_morning(turn, agency, 0), "agency")])]
    )


def reminder_days(turn: Turn, row: Any) -> tuple[int, ...]:
    """How many days before the firm's own date it is said, the playbook's or the house's."""
    from casedesk.routing.playbooks import REMIND_DAYS

    run = turn.uow.one("deadline.playbook_of", deadline_id=row.id)
    if run is None:
        return REMIND_DAYS
    return turn.library.playbooks.get(run.playbook, run.version).remind_days


def _ahead(turn: Turn, planned: list[_Planned]) -> list[_Planned]:
    """Those that lie ahead; of several on one morning the last word."""
    at_once: dict[datetime, _Planned] = {}
    for each in planned:
        if each.at > turn.now:
            at_once[each.at] = each
    return list(at_once.values())


def _morning(turn: Turn, day: date, days: int) -> datetime:
    """When the office opens so many days before, or on the last day before that on which it does.

    Beyond the compiled calendar it is nine o'clock that day: such dates are armed anew long before.
    """
    wanted = day - timedelta(days=days)
    try:
        return turn.calendar.start_of_business(turn.calendar.roll_back(wanted))
    except OutsideCalendar:
        return datetime.combine(wanted, _NINE, ZoneInfo(turn.calendar.zone))


def _targets(row: Any, what: str) -> tuple[str, ...]:
    owners = _OWNERS if row.matter_id is not None else _UNMATCHED
    return (*owners, *_MANAGERS) if what in ("late", "agency", "agency:0", "missed") else owners


def _ours(turn: Turn, row: Any) -> bool:
    """Whether somebody of ours must act by then: the agency's own clocks, and ticklers, are not missed."""
    if row.tickler:
        return False
    if row.rule is None:
        return True
    try:
        return (
            turn.house.deadline_rules.find(f"{row.rule}@{row.rule_version}", turn.today).kind
            is not Kind.AGENCY
        )
    except DeadlineError:
        return True


def _unconfirmed(row: Any) -> bool:
    return bool(row.critical) and row.confirmed_by is None
