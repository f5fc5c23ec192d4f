"""Guards of time: reminders, checks of a status, invitations and what is sent outside belong to the matter they are of.

Each of these rows is read, and acted on, by whoever may see its own matter. One that names another matter's date, form
or task would carry it around that matter's wall.
"""

from __future__ import annotations

from casedesk.store.guards.said import Guard

_MOVED = "(NEW.{link} IS DISTINCT FROM OLD.{link} OR NEW.matter_id IS DISTINCT FROM OLD.matter_id)"
_ELSEWHERE = "NEW.{link} IS NOT NULL AND NEW.matter_id IS DISTINCT FROM (SELECT x.matter_id FROM {table} x WHERE x.id = NEW.{link})"

_DATES = ("deadline", "appointment")
"""Chains whose timers have the date itself for their subject; the chain bears the table's name."""


def _of_a_date(event: str) -> str:
    moved = "NEW.chain <> OLD.chain OR " + _MOVED.format(link="subject_id")[1:-1]
    elsewhere = " OR ".join(
        f"(NEW.chain = '{table}' AND {_ELSEWHERE.format(link='subject_id', table=table)})" for table in _DATES
    )
    return elsewhere if event == "INSERT" else f"({moved}) AND ({elsewhere})"


def _of_its(link: str, table: str, event: str) -> str:
    elsewhere = _ELSEWHERE.format(link=link, table=table)
    return elsewhere if event == "INSERT" else f"{_MOVED.format(link=link)} AND {elsewhere}"


TIME = (
    *(
        Guard(
            "timer",
            event,
            "timer_of_its_date",
            "A reminder belongs to the matter of its date.",
            _of_a_date(event),
        )
        for event in ("INSERT", "UPDATE")
    ),
    Guard(
        "status_check",
        "INSERT",
        "check_of_its_form",
        "A look at a status belongs to the matter of its form.",
        _of_its("form_id", "form", "INSERT"),
    ),
    Guard(
        "invitation",
        "INSERT",
        "invitation_of_its_date",
        "An invitation belongs to the matter of its date.",
        _of_its("deadline_id", "deadline", "INSERT"),
    ),
    Guard(
        "invitation",
        "INSERT",
        "invitation_of_its_appointment",
        "An invitation belongs to the matter of its appointment.",
        _of_its("appointment_id", "appointment", "INSERT"),
    ),
    *(
        Guard(
            "delivery",
            event,
            "delivery_of_its_task",
            "What is sent outside belongs to the matter of its task.",
            _of_its("task_id", "task", event),
        )
        for event in ("INSERT", "UPDATE")
    ),
    *(
        Guard(
            "delivery",
            event,
            "delivery_of_what_was_told",
            "What is sent outside belongs to the matter of what was told in the app.",
            _of_its("outbox_id", "outbox", event),
        )
        for event in ("INSERT", "UPDATE")
    ),
)
