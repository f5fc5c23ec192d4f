"""The day by which papers are filed before an individual hearing: counted from it, and moving with it.

EOIR Policy Manual App. C, Pt. II 3.1(b)(2): thirty days before the hearing of somebody who is not detained; a last day
on which the court is shut runs to the next one (Pt. II 3.1(c)). A date the judge set rules, and is entered by hand.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from casedesk.calendars.deadlines import compute
from casedesk.calendars.rules_data import DeadlineError
from casedesk.desk import deadline_rows, deadline_timers
from casedesk.desk.apply import About, managers, tell
from casedesk.desk.turn import Turn, instant
from casedesk.models.enums import DeadlineState
from casedesk.refusal import Refusal

RULE = "D-54"
KIND = "hearing_filing"
TITLE = "Filings before the individual hearing"


def count(turn: Turn, row: Any, *, by_hand: bool) -> None:
    """Put the filing date of a hearing on record; where it cannot be counted the managers hear of it.

    Of a hearing that somebody typed in it is provisional until a second person confirms it.
    """
    day = _counted(turn, row)
    if day is None:
        return
    deadline_id, _ = deadline_rows.enter(
        turn,
        day,
        DeadlineState.PROVISIONAL if by_hand else DeadlineState.OPEN,
        "hearing",
        matter_id=row.matter_id,
        notice_id=row.notice_id,
        appointment_id=row.id,
        kind=KIND,
        title=TITLE,
        authority="EOIR",
        critical=1,
    )
    deadline_timers.arm(turn, deadline_id)


def follow(turn: Turn, row: Any, *, by_hand: bool) -> None:
    """The hearing moved: each date counted from it is superseded by one counted from the new day."""
    for old in turn.uow.all("appointment.filing_dates", appointment_id=row.id):
        day = _counted(turn, row)
        if day is not None:
            deadline_rows.succeed(
                turn,
                old.id,
                day,
                DeadlineState.PROVISIONAL if by_hand else DeadlineState.OPEN,
                f"the hearing {row.ref} moved",
                notice_id=row.notice_id,
            )


def drop(turn: Turn, row: Any) -> None:
    """There will be no hearing: nothing is due before it."""
    for old in turn.uow.all("appointment.filing_dates", appointment_id=row.id):
        turn.uow.update("deadline", old.id, old.version, state=DeadlineState.SUPERSEDED.value)
        turn.uow.audit(
            "deadline.superseded",
            old.ref,
            matter_id=row.matter_id,
            before=old.agency_due,
            why=f"the hearing {row.ref} was cancelled",
        )
        deadline_timers.stand_down(turn, old.id, "the hearing was cancelled")


def _counted(turn: Turn, row: Any) -> deadline_rows.Day | None:
    hearing = instant(row.at_us).astimezone(ZoneInfo(row.zone)).date()
    try:
        counted = compute(turn.house.deadline_rules, RULE, hearing)
        return deadline_rows.Day(
            agency_due=counted.due,
            internal_due=_own(turn, counted.due),
            sentence=f"counted back from the hearing {row.ref} on {hearing.isoformat()}; a date the judge set rules",
            rule=counted.rule,
            rule_version=counted.version,
            citation=counted.citation,
            confidence=counted.confidence.value,
            steps=counted.steps,
            trigger_on=hearing,
        )
    except (DeadlineError, Refusal):
        about = About(event_id=0, subject=row.ref, matter_id=row.matter_id, appointment_id=row.id)
        for person in managers(turn, row.matter_id):
            tell(turn, person, f"The filing date before {row.ref} could not be counted", "alarm", about)
        return None


def _own(turn: Turn, due: date) -> date:
    return deadline_rows.own_date(turn, due)
