"""Reminders of an appointment: armed when it is set, fired by the sweep."""

from __future__ import annotations

from typing import Any

from casedesk.desk.dates_due import Say, StoodDown
from casedesk.desk.turn import Turn


def fire(turn: Turn, timer: Any, say: Say) -> str:
    """Remind of an appointment that is still to come. Raises `StoodDown`."""
    raise StoodDown("no reminder is armed for appointments yet")
