"""What a timer of a date or an appointment does when it fires: the sweep hands it over to whose it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from casedesk.desk.turn import Turn

DEADLINE_CHAIN = "deadline"
"""Reminders of a deadline; the timer's subject is the deadline."""

APPOINTMENT_CHAIN = "appointment"
"""Reminders of an appointment; the timer's subject is the appointment."""

OF_DATES = (DEADLINE_CHAIN, APPOINTMENT_CHAIN)

Say = Callable[[int, str, str, Any], None]
"""`say(person, kind, words, what)`: one message a person and sweep comes of it."""


class StoodDown(Exception):
    """What the timer waited for had happened; the word is kept with it, and undo knows it by that."""


@dataclass(frozen=True, slots=True)
class What:
    """What somebody hears of, where it is no task."""

    ref: str
    matter_id: int | None
    task_id: int | None = None
    id: int = 0


def fire(turn: Turn, timer: Any, say: Say) -> str:
    """Do what one timer of a date asks; returns what came of it, for the record. Raises `StoodDown`."""
    from casedesk.desk import appointment_timers, deadline_timers

    if timer.chain == DEADLINE_CHAIN:
        return deadline_timers.fire(turn, timer, say)
    return appointment_timers.fire(turn, timer, say)
