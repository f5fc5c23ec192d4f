"""Two appointments of one person at the same time: shown with both, and told to that person and the managers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from casedesk.desk import local_time, sight
from casedesk.desk.apply import About, managers, tell
from casedesk.desk.turn import Turn, instant

MINUTE_US = 60_000_000


def of(turn: Turn, row: Any) -> Sequence[Any]:
    """The other appointments at which the same person of the firm is somewhere else meanwhile; over and done ones none."""
    if row.person_id is None or row.outcome:
        return ()
    return turn.uow.all(
        "appointment.clashes",
        person_id=row.person_id,
        id=row.id,
        from_us=row.at_us,
        until_us=row.at_us + row.minutes * MINUTE_US,
    )


def say(turn: Turn, row: Any) -> None:
    """Tell the person and the managers of a clash, each only where they may see both matters."""
    for other in of(turn, row):
        turn.uow.audit(
            "appointment.clash", row.ref, matter_id=row.matter_id, person=turn.handle(row.person_id)
        )
        words = (
            f"{turn.handle(row.person_id)} is to be at two places: {row.ref} {_when(turn, row)}"
            f" and {other.ref} {_when(turn, other)}"
        )
        hidden = sight.shut_out(turn, row.matter_id) | sight.shut_out(turn, other.matter_id)
        about = About(event_id=0, subject=row.ref, matter_id=row.matter_id, appointment_id=row.id)
        people = [row.person_id, *managers(turn, row.matter_id)]
        for person in dict.fromkeys(people):
            if person not in hidden:
                tell(turn, person, words, "clash", about)


def _when(turn: Turn, row: Any) -> str:
    return local_time.words(instant(row.at_us), row.zone, beside=turn.office.zone)
