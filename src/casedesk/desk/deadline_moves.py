"""A date moves: by hand, with the date it follows, or because its rule changed. Nothing moves without a person's yes.

What moves with it is proposed beside it, with old, new, why and citation, and a person accepts or leaves it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from casedesk.calendars.rules_data import DeadlineError
from casedesk.desk import asked, cards
from casedesk.desk.deadline_confirm import COUNTED, tell_owners
from casedesk.desk.deadline_follow import put, recounted
from casedesk.desk.deadline_rows import Day, day_of, on_another_day, row_by_id, row_of, succeed
from casedesk.desk.deadlines import closed
from casedesk.desk.turn import Turn
from casedesk.desk.views.dates import DeadlineView, ProposalView
from casedesk.models.enums import DeadlineState
from casedesk.refusal import Refusal, WrongUsage

_S = DeadlineState


def move(
    turn: Turn, ref: str, reason: str, *, to: date | None = None, trigger: date | None = None
) -> DeadlineView:
    """Put another date in the place of one that stands: `to` a day, or counted anew by its rule from `trigger`.

    The new one is provisional until a second person confirms it. Dates that follow it get a proposal, told to their
    owners. Raises `Refusal` for a date that is closed, and for a count of one that no rule set.
    """
    row = _open(turn, ref, "moved")
    if (to is None) == (trigger is None):
        raise WrongUsage(
            "which_day", f"{row.ref} moves to a day, or is counted from one.", "Give --date or --from."
        )
    why = asked.words(reason, "The reason")
    if to is not None:
        day = on_another_day(turn, row, to, f"moved from {row.agency_due} by {turn.actor.handle}: {why}")
    else:
        assert trigger is not None
        day = recounted(turn, row, trigger)
    return _moved(turn, row, day, _S.PROVISIONAL, "moved")


def accept(turn: Turn, ref: str) -> DeadlineView:
    """Say yes to what is proposed for a date: it takes the place of the one on record, and what follows it is asked.

    A critical date is confirmed anew by a second count.
    """
    row = _open(turn, ref, "moved")
    proposed = _proposal(row)
    if proposed is None:
        raise Refusal(
            "nothing_proposed", f"Nothing is proposed for {row.ref}.", "See `casedesk deadline list`."
        )
    day = Day(
        agency_due=date.fromisoformat(proposed["due"]),
        internal_due=date.fromisoformat(proposed["internal_due"]),
        sentence=proposed["sentence"],
        rule=proposed["rule"],
        rule_version=proposed["rule_version"],
        citation=proposed["citation"],
        confidence=proposed["confidence"],
        steps=tuple(proposed["steps"]),
        printed=day_of(row).printed,
        trigger_on=None if proposed["trigger_on"] is None else date.fromisoformat(proposed["trigger_on"]),
        opens=None if proposed["opens"] is None else date.fromisoformat(proposed["opens"]),
    )
    state = _S.PROVISIONAL if row.critical or row.state == _S.PROVISIONAL else _S.OPEN
    return _moved(turn, row, day, state, proposed["why"])


def decline(turn: Turn, ref: str, reason: str) -> DeadlineView:
    """The date stays as it is, and why."""
    row = _open(turn, ref, "left as it is")
    proposed = _proposal(row)
    if proposed is None:
        raise Refusal(
            "nothing_proposed", f"Nothing is proposed for {row.ref}.", "See `casedesk deadline list`."
        )
    turn.uow.update("deadline", row.id, row.version, proposed="")
    turn.uow.audit(
        "deadline.declined",
        row.ref,
        matter_id=row.matter_id,
        proposed=proposed["due"],
        why=proposed["why"],
        reason=asked.words(reason, "The reason"),
    )
    return cards.deadline(turn, row_of(turn, row.ref))


# --- a change of rule


@dataclass(frozen=True)
class Change:
    """What a version of a rule in force today makes of a date on record."""

    row: Any
    day: Day
    why: str


def recompute(turn: Turn, *, matter: str | None = None) -> tuple[ProposalView, ...]:
    """Count every open date again whose rule has another version in force, and put the difference beside it.

    Nothing moves: `accept` does, one date at a time. A version that was vacated or superseded gives way to the one in
    force, with the reason that stands with it.
    """
    only = None if matter is None else turn.matter(matter).id
    views = []
    for found in turn.uow.all("deadline.counted"):
        change = _changed(turn, found)
        if change is None or (only is not None and change.row.matter_id != only):
            continue
        put(turn, change.row, change.day, "rule", change.why)
        views.append(cards.proposal(row_by_id(turn, found.id)))
    return tuple(view for view in views if view is not None)


def _changed(turn: Turn, found: Any) -> Change | None:
    book = turn.house.deadline_rules
    try:
        now = book.find(found.rule, date.fromisoformat(found.trigger_on))
    except DeadlineError:
        return None
    if now.version == found.rule_version:
        return None
    row = row_by_id(turn, found.id)
    try:
        day = recounted(turn, row, date.fromisoformat(found.trigger_on))
    except Refusal as refusal:
        tell_owners(turn, row.matter_id, row.ref, f"The rule of {row.ref} changed. {refusal.message}")
        return None
    if (day.agency_due.isoformat(), day.rule) == (row.agency_due, row.rule):
        return None
    # A date the notice printed, or a person moved, is not one the rule set: the agency's choice stays.
    if json.loads(row.printed) or not json.loads(row.steps):
        return None
    before = next((r for r in book.versions(found.rule) if r.version == found.rule_version), None)
    gone = f": {before.reason}" if before is not None and before.reason else ""
    since = f", in force from {now.effective_from}" if now.effective_from is not None else ""
    why = f"{found.rule} version {found.rule_version} gave way to version {now.version}{since}{gone}"
    return Change(row, day, why)


# --- within


def _moved(turn: Turn, row: Any, day: Day, state: DeadlineState, why: str) -> DeadlineView:
    now = succeed(turn, row.id, day, state, why)
    if now.matter_id is not None:
        words = f"Moved: {now.title} {now.ref}, from {row.agency_due} to {now.agency_due}"
        tell_owners(turn, now.matter_id, now.ref, words)
    return cards.deadline(turn, row_of(turn, now.ref))


def _proposal(row: Any) -> dict[str, Any] | None:
    found = json.loads(row.proposed) if row.proposed else None
    return None if found is None or found["why"] == COUNTED else found


def _open(turn: Turn, ref: str, act: str) -> Any:
    row = row_of(turn, ref)
    if row.state not in cards.OPEN_DATES:
        raise closed(row, act)
    return row
