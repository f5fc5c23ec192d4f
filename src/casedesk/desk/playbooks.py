"""Playbooks begun by hand: the steps of an event that no paper announced, or of a matter that came in under way."""

from __future__ import annotations

from casedesk.desk import asked, engine
from casedesk.desk.apply import About
from casedesk.desk.task_rows import row_of, view
from casedesk.desk.turn import Turn, opaque
from casedesk.desk.views.work import TaskView
from casedesk.models.enums import MatterStatus
from casedesk.refusal import Refusal
from casedesk.routing.vocabulary import Trigger

OF_A_PAPER = frozenset({"intent_not_here", "notice_unmatched", "rfe", "rfe_not_here"})
"""They work on a paper and its date: only the paper, or the agency's page, begins them."""


def begin(
    turn: Turn, matter: str, playbook: str, *, again: bool = False, request_id: str | None = None
) -> tuple[TaskView, ...]:
    """Begin the playbook in force of that name for a matter; returns the tasks of its first steps.

    Raises `Refusal` for a name that is none, one that a paper begins, one not meant for the matter's type, a closed
    matter, and one that is under way there already, unless `again`.
    """
    turn.require_inside("Beginning a playbook")
    row = turn.matter(matter)
    books = turn.library.playbooks
    name = playbook.strip().lower()
    book = books.current(name, turn.today)
    if book is None or name in OF_A_PAPER:
        raise asked.unknown(playbook, "playbook to begin by hand", books.names - OF_A_PAPER)
    if book.matter_types and row.type not in book.matter_types:
        raise Refusal(
            "not_this_type",
            f"Playbook {book.id} is not meant for {row.ref}, which is {row.type}.",
            f"It is for: {', '.join(sorted(book.matter_types))}.",
        )
    if row.status == MatterStatus.CLOSED:
        raise Refusal("matter_closed", f"{row.ref} is closed.", "Open a matter for what is to be done.")
    if not again and turn.uow.one("engine.open_run", matter_id=row.id, playbook=book.id) is not None:
        raise Refusal(
            "under_way",
            f"Playbook {book.id} is under way in {row.ref}.",
            f"See `casedesk task list --all --text {row.ref}`, or say --again for a second one.",
        )
    event_id = engine.begin(turn, Trigger.SCHEDULE, opaque(row.id), matter_id=row.id, request_id=request_id)
    about = About(event_id=event_id, subject=opaque(row.id), matter_id=row.id, matter_ref=row.ref)
    done = engine.start(turn, book.id, about)
    return tuple(view(turn, row_of(turn, task["ref"])) for task in done.tasks)
