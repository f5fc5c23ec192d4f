"""Reminders of a deadline: armed when the date is set, fired by the sweep."""

from __future__ import annotations

from typing import Any

from casedesk.desk.dates_due import Say, StoodDown
from casedesk.desk.turn import Turn


def fire(turn: Turn, timer: Any, say: Say) -> str:
    """Remind of a date that is still open. Raises `StoodDown`."""
    raise StoodDown("no reminder is armed for dates yet")
