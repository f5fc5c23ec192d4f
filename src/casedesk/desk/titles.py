"""What dates and appointments are called: in the desk, and outside it, where no client's name may stand.

A title that the desk gave is a kind of work. One that a person typed may hold a name, and is not repeated outside.
"""

from __future__ import annotations

from typing import Any, Final

from casedesk.desk.turn import Turn

HEARINGS: Final = ("individual", "master")

_APPOINTMENTS: Final = {
    "biometrics": "Biometrics",
    "interview": "Interview",
    "hearing": "Hearing",
    "other": "Appointment",
}

_AUTHORITIES: Final = (
    (range(14, 23), "EOIR"),
    (range(23, 24), "court of appeals"),
    (range(41, 45), "DOL"),
    (range(46, 48), "DOL"),
    (range(52, 59), "EOIR"),
    (range(59, 61), "Department of State"),
)
"""Where a rule's date is due, by its number; at USCIS where nothing else stands."""

_KNOWN: Final = frozenset({"USCIS", *(name for _, name in _AUTHORITIES)})


def authority_of(rule: str) -> str:
    """Where a date of this rule is due: `D-14` at EOIR."""
    number = int(rule[2:4])
    return next((name for numbers, name in _AUTHORITIES if number in numbers), "USCIS")


def title_of(kind: str, hearing: str = "") -> str:
    """What an appointment is called where nobody named it: "Individual hearing"."""
    return f"{hearing.capitalize()} hearing" if hearing else _APPOINTMENTS[kind]


def of_appointment_outside(kind: str, title: str) -> str:
    """Its own title where the desk gave it, else its kind's: "Interview"."""
    ours = {title_of(kind), *(title_of(kind, which) for which in HEARINGS if kind == "hearing")}
    return title if title in ours else title_of(kind)


def of_date_outside(turn: Turn, row: Any) -> str:
    """Its own title where a notice, a hearing or its rule gave it; else its rule's, or "A date"."""
    if row.notice_id is not None or row.appointment_id is not None:
        return str(row.title)
    if row.rule is None:
        return "A date"
    of_rule = [version.title for version in turn.house.deadline_rules.versions(row.rule)]
    return row.title if row.title in of_rule else of_rule[-1]


def authority_outside(authority: str) -> str:
    """Where it is due, in the desk's own words; "there" where somebody typed another."""
    return authority if authority in _KNOWN else "there"
