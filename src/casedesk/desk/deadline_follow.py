"""What moves with a date is proposed beside it: by its own rule counted anew, else at the distance it had."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from casedesk.desk import deadline_count
from casedesk.desk.deadline_confirm import tell_owners
from casedesk.desk.deadline_rows import Day, buffer_of, on_another_day, own_date, row_by_id, whole
from casedesk.desk.turn import Turn
from casedesk.models.enums import Filing, Served
from casedesk.refusal import Refusal
from casedesk.store.unit_of_work import as_json


def ask(turn: Turn, now: Any, before: date) -> None:
    """`now` took the place of a date that lay on `before`: whatever follows it gets a proposal, told to its owners."""
    after = date.fromisoformat(now.agency_due)
    for follower in turn.uow.all("deadline.followers", id=now.id):
        _propose(
            turn, row_by_id(turn, follower.id), before, after, f"{now.ref} moved from {before} to {after}"
        )


def recounted(turn: Turn, row: Any, trigger: date) -> Day:
    """What its rule makes of a date today, counted from `trigger`.

    Raises `Refusal` for a date that no rule set, and for one whose rule asks for a day that is not kept.
    """
    if row.rule is None:
        raise Refusal("no_rule", f"No rule set {row.ref}.", "Give the day itself with --date.")
    versions = turn.house.deadline_rules.versions(row.rule)
    if any(rule.ends_with_validity or rule.decided_by_filing for rule in versions):
        raise Refusal(
            "count_by_hand",
            f"{row.rule} also turns on the end of a validity, or on the day of filing; {row.ref} is counted by hand.",
            "Use `casedesk deadline compute`, and move it with --date.",
        )
    served = Served(row.served) if row.served else None
    filing = Filing(row.filing) if row.filing else Filing.PAPER
    counted = deadline_count.count(turn, row.rule, trigger, served=served, filing=filing)
    if counted.day.opens == counted.day.agency_due:
        if row.opens not in (None, row.agency_due):
            # A window that closes on the day it is counted from: only its opening is the rule's.
            ends = date.fromisoformat(row.agency_due) if row.trigger_on != row.agency_due else trigger
            return replace(
                counted.day, agency_due=ends, internal_due=own_date(turn, ends, buffer_of(turn, row))
            )
        return counted.day
    buffer = buffer_of(turn, whole(turn, row.id))
    return replace(counted.day, internal_due=own_date(turn, counted.day.agency_due, buffer))


def put(turn: Turn, row: Any, day: Day, why: str, sentence: str) -> None:
    """Write beside a date what it would become; nothing moves by it."""
    proposed = as_json(
        {
            "why": why,
            "sentence": sentence,
            "due": day.agency_due.isoformat(),
            "internal_due": day.internal_due.isoformat(),
            "rule": day.rule,
            "rule_version": day.rule_version,
            "citation": day.citation,
            "confidence": day.confidence,
            "steps": list(day.steps),
            "trigger_on": None if day.trigger_on is None else day.trigger_on.isoformat(),
            "opens": None if day.opens is None else day.opens.isoformat(),
        }
    )
    if proposed == row.proposed:
        return
    turn.uow.update("deadline", row.id, row.version, proposed=proposed)
    turn.uow.audit(
        "deadline.proposed",
        row.ref,
        matter_id=row.matter_id,
        before=row.agency_due,
        after=day.agency_due.isoformat(),
        why=sentence,
        citation=day.citation,
    )


def _propose(turn: Turn, row: Any, before: date, after: date, why: str) -> None:
    day = _counted_anew(turn, row, before, after) or _at_its_distance(turn, row, before, after, why)
    if day.agency_due.isoformat() == row.agency_due:
        return
    put(turn, row, day, "follows", why)
    words = f"Proposed: {row.title} {row.ref} from {row.agency_due} to {day.agency_due}, because {why}"
    tell_owners(turn, row.matter_id, row.ref, f"{words}; accept it or leave it")


def _counted_anew(turn: Turn, row: Any, before: date, after: date) -> Day | None:
    if row.rule is None or row.trigger_on != before.isoformat():
        return None
    try:
        return recounted(turn, row, after)
    except Refusal:
        return None


def _at_its_distance(turn: Turn, row: Any, before: date, after: date, why: str) -> Day:
    due = deadline_count.own(turn, date.fromisoformat(row.agency_due) + (after - before), 0)
    return replace(on_another_day(turn, row, due, f"keeps its distance: {why}"), trigger_on=after)
