"""One date on the record: how it is written, and how another takes its place. A date is never rewritten."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from casedesk.calendars.business import OutsideCalendar
from casedesk.calendars.printed import internal_due
from casedesk.desk import deadline_timers
from casedesk.desk.turn import Turn, id_of
from casedesk.models.enums import DeadlineState
from casedesk.refusal import Refusal
from casedesk.store.unit_of_work import as_json, micros

BUFFER_DAYS = 7
"""How long before the agency's date the firm's own lies, unless a playbook or a rule says otherwise."""

_COPIED = (
    "matter_id",
    "form_id",
    "notice_id",
    "kind",
    "title",
    "authority",
    "trigger_on",
    "served",
    "filing",
    "critical",
    "tickler",
    "follows_id",
    "appointment_id",
)
"""What a date hands on to the one that takes its place."""


@dataclass(frozen=True)
class Day:
    """One date and where it comes from: what a rule counted, what a notice printed, what somebody typed.

    `opens` is the first day of a window; where it is the date itself, nothing closes then and nothing can be missed.
    """

    agency_due: date
    internal_due: date
    sentence: str
    rule: str | None = None
    rule_version: str | None = None
    citation: str = ""
    confidence: str | None = None
    steps: tuple[str, ...] = ()
    printed: tuple[date, ...] = ()
    trigger_on: date | None = None
    opens: date | None = None

    def columns(self) -> dict[str, Any]:
        return {
            "agency_due": self.agency_due.isoformat(),
            "internal_due": self.internal_due.isoformat(),
            "sentence": self.sentence,
            "rule": self.rule,
            "rule_version": self.rule_version,
            "citation": self.citation,
            "confidence": self.confidence,
            "steps": as_json(list(self.steps)),
            "printed": as_json([day.isoformat() for day in self.printed]),
            "trigger_on": None if self.trigger_on is None else self.trigger_on.isoformat(),
            "opens": None if self.opens is None else self.opens.isoformat(),
        }


def enter(turn: Turn, day: Day, state: DeadlineState, how: str, **columns: Any) -> tuple[int, str]:
    """Write one new date with its reminders; returns its id and ref. `how` says on the trail where it comes from."""
    uow = turn.uow
    deadline_id, ref = uow.new_id(), uow.new_ref("DL", "deadline")
    uow.insert(
        "deadline",
        **{
            "id": deadline_id,
            "ref": ref,
            "state": state.value,
            "arrived_late": int(day.internal_due < turn.today and day.opens != day.agency_due),
            "created_us": turn.now_us,
            "created_by": turn.actor.id,
            **day.columns(),
            **columns,
        },
    )
    uow.audit(
        "deadline.added",
        ref,
        matter_id=columns.get("matter_id"),
        agency_due=day.agency_due.isoformat(),
        internal_due=day.internal_due.isoformat(),
        rule=None if day.rule is None else f"{day.rule}@{day.rule_version}",
        how=how,
    )
    return deadline_id, ref


def succeed(turn: Turn, deadline_id: int, day: Day, state: DeadlineState, why: str, **columns: Any) -> Any:
    """`day` takes the place of a date that stands: the old one is superseded, and nothing of what hung on it is lost.

    Open work and steps to come look to the new date, dates that followed the old one follow it, reminders are armed
    anew. Returns the new date's row. Every date of a line names the first one in `supersedes_id`.
    """
    from casedesk.desk import deadline_follow

    uow = turn.uow
    old = whole(turn, deadline_id)
    uow.update("deadline", old.id, old.version, state=DeadlineState.SUPERSEDED.value, proposed="")
    new_id, ref = enter(
        turn,
        day,
        state,
        why,
        **{name: getattr(old, name) for name in _COPIED if name not in day.columns()}
        | {"supersedes_id": old.supersedes_id or old.id}
        | columns,
    )
    uow.audit(
        "deadline.superseded",
        old.ref,
        matter_id=old.matter_id,
        by=ref,
        before=old.agency_due,
        after=day.agency_due.isoformat(),
        why=why,
    )
    uow.run("deadline.refollow", old_id=old.id, new_id=new_id)
    _carry_work(turn, old.id, new_id, day)
    deadline_timers.stand_down(turn, old.id, f"superseded by {ref}")
    deadline_timers.arm(turn, new_id)
    now = row_of(turn, ref)
    if now.agency_due != old.agency_due:
        deadline_follow.ask(turn, now, date.fromisoformat(old.agency_due))
    return now


def row_of(turn: Turn, ref: str) -> Any:
    """A deadline by ref or id. Raises `NotFound`."""
    return turn.uow.need("deadline", ref, "deadline.find", ref=ref.strip().upper(), id=id_of(ref))


def row_by_id(turn: Turn, deadline_id: int) -> Any:
    return turn.uow.need("deadline", "", "deadline.find", ref="", id=deadline_id)


def whole(turn: Turn, deadline_id: int) -> Any:
    """Every column of one date."""
    return turn.uow.need("deadline", "", "deadline.whole", id=deadline_id)


def day_of(row: Any) -> Day:
    """What stands on record, to change a part of it with `dataclasses.replace`."""
    return Day(
        agency_due=date.fromisoformat(row.agency_due),
        internal_due=date.fromisoformat(row.internal_due),
        sentence=row.sentence,
        rule=row.rule,
        rule_version=row.rule_version,
        citation=row.citation,
        confidence=row.confidence,
        steps=tuple(json.loads(row.steps)),
        printed=tuple(date.fromisoformat(day) for day in json.loads(row.printed)),
        trigger_on=_day(row.trigger_on),
        opens=_day(row.opens),
    )


def on_another_day(turn: Turn, row: Any, due: date, sentence: str) -> Day:
    """The same date on another day, by hand: what was counted no longer holds, its rule and citation stay to be read."""
    before = day_of(row)
    opens = due if before.opens == before.agency_due else before.opens
    return replace(
        before,
        agency_due=due,
        internal_due=due if opens == due else own_date(turn, due, buffer_of(turn, row)),
        sentence=sentence,
        steps=(),
        opens=opens,
    )


def buffer_of(turn: Turn, row: Any) -> int:
    """How many days our own date lies before the agency's: its playbook's, its rule's, or a week."""
    run = turn.uow.one("deadline.playbook_of", deadline_id=row.id)
    if run is not None:
        return turn.library.playbooks.get(run.playbook, run.version).buffer_days
    if row.rule is None:
        return BUFFER_DAYS
    found = turn.house.deadline_rules.versions(row.rule)
    return next((rule.buffer_days for rule in found if rule.version == row.rule_version), BUFFER_DAYS)


def own_date(turn: Turn, agency_due: date, buffer_days: int = BUFFER_DAYS) -> date:
    """The firm's own date: so many days earlier, or the business day before. Raises `Refusal` beyond the calendar."""
    try:
        return internal_due(agency_due, buffer_days, turn.calendar.is_business_day)
    except (OutsideCalendar, ValueError) as error:
        raise Refusal(
            "date_out_of_range", f"{agency_due} is too far away to count to.", "Check the year."
        ) from error


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _carry_work(turn: Turn, old_id: int, new_id: int, day: Day) -> None:
    uow = turn.uow
    tasks = uow.all("deadline.tasks", deadline_id=old_id)
    uow.run(
        "deadline.move_tasks",
        old_id=old_id,
        new_id=new_id,
        agency_due=day.agency_due.isoformat(),
        internal_due=day.internal_due.isoformat(),
    )
    uow.run("deadline.move_runs", old_id=old_id, new_id=new_id)
    for task in tasks:
        _carry_timers(turn, task.id, day.agency_due)


def _carry_timers(turn: Turn, task_id: int, agency_due: date) -> None:
    """What is armed before the agency's date of a task fires before its new one; other steps stay where they are."""
    from casedesk.routing.reckoning import Reckoning

    chains = turn.library.chains
    for timer in turn.uow.all("deadline.task_timers", task_id=task_id):
        chain = chains.get(timer.chain)
        if chain is None or not 0 < timer.step <= len(chain.steps):
            continue
        before = chain.steps[timer.step - 1].before_agency_due
        if before is None:
            continue
        fires = Reckoning(turn.calendar, turn.now).hours_before("moved", agency_due, before.amount)
        if fires is not None:
            turn.uow.update("timer", timer.id, fire_at_us=micros(max(fires, turn.now)))
