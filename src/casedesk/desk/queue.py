"""The queue as people read it: tasks by rank with the reasons, their checklists, and what one may do with them now."""

from __future__ import annotations

from typing import Any

from casedesk.desk import asked, queue_asked, queue_pages
from casedesk.desk.task_rows import item_view, row_of, view
from casedesk.desk.turn import Turn
from casedesk.desk.views.work import ItemView, QueueCounts, TaskDetail, TaskView
from casedesk.models import lifecycle
from casedesk.models.enums import TaskState


def queue(
    turn: Turn,
    *,
    scope: str = "mine",
    limit: int = 50,
    after: str | None = None,
    text: str | None = None,
    where: str = "",
) -> tuple[TaskView, ...]:
    """The queue: mine by rank, everybody's by rank where it fits on one page, else by due instant.

    `where` asks in the words of `desk.query`, `text` for words alone. `after` is the last row already shown. Raises
    `WrongUsage` for a question that says nothing, `NotFound` for a person there is none of.
    """
    most = asked.page(limit)
    question = queue_asked.question(turn, where, text)
    if scope not in queue_pages.EVERYBODYS:
        rows = [row for _, row in queue_pages.ranked(turn, scope, question)]
        known = None if after is None else row_of(turn, after).id
        start = next((number + 1 for number, row in enumerate(rows) if row.id == known), 0)
        return tuple(view(turn, row) for row in rows[start : start + most])
    return queue_pages.everybodys(turn, question, most, None if after is None else row_of(turn, after))


def of_matter(turn: Turn, matter: str, *, limit: int = 50) -> tuple[TaskView, ...]:
    """A matter's open tasks, by rank. Raises `NotFound`."""
    rows = turn.uow.all("task.of_matter", matter_id=turn.matter(matter).id, limit=limit)
    return tuple(sorted((view(turn, row) for row in rows), key=lambda v: (-v.score, v.due, v.id)))


def counts(turn: Turn) -> QueueCounts:
    """The numbers above the queue."""
    row = turn.uow.need("counts", "", "task.counts", me=turn.actor.id, week_us=queue_pages.week_end(turn))
    return QueueCounts(
        row.mine, row.unacknowledged, row.due_this_week, row.waiting, row.team, row.reviews, row.unread
    )


def show(turn: Turn, ref: str) -> TaskDetail:
    """A task with its checklist, its packet and open reviews, and what this person may do with it now."""
    row = row_of(turn, ref)
    packet = turn.uow.one("task.packet_of", task_id=row.id, run_id=row.run_id)
    reviews = turn.uow.all("task.reviews_of", task_id=row.id)
    items = tuple(item_view(turn, item) for item in turn.uow.all("task.items", task_id=row.id))
    given = turn.uow.one("supervision.last_of_task", task_id=row.id)
    return TaskDetail(
        task=view(turn, row),
        checklist=items,
        allowed=_allowed(turn, row, items, has_review=bool(reviews)),
        packet=None if packet is None else packet.ref,
        reviews=tuple(r.ref for r in reviews),
        supervisor=None if given is None else turn.handle(given.supervisor_id),
        supervision=None if given is None else given.ref,
        supervised=None if given is None else given.outcome or "not checked yet",
        instructions="" if given is None else given.instructions,
    )


def _allowed(turn: Turn, row: Any, items: tuple[ItemView, ...], *, has_review: bool) -> tuple[str, ...]:
    state = TaskState(row.state)
    if state not in lifecycle.OPEN_TASK_STATES:
        return ("undo",) if state is TaskState.DONE else ()
    verbs = []
    if state is TaskState.NEW:
        verbs.append("ack")
    if state is not TaskState.IN_PROGRESS:
        verbs.append("start")
    verbs += ["wait", "hand-off", "reassign"]
    licensed = turn.signing_licence(row.matter_id) is not None
    if any(i.state == "open" and (licensed or not i.reserved) for i in items):
        verbs.append("tick")
    if (licensed or turn.actor.is_manager) and any(i.state == "open" for i in items):
        verbs.append("waive")
    ready = not any(i.required and i.state == "open" for i in items)
    if is_gate(turn, row):
        if ready and not has_review:
            verbs.append("draft submit")
    elif ready:
        verbs.append("complete")
    verbs.append("undo")
    return tuple(verbs)


def is_gate(turn: Turn, row: Any) -> bool:
    """True for a task that ends by handing in drafts for review."""
    if row.run_id is None:
        return False
    # Whoever only lists does without the engine: it is a fifth of a command's start.
    from casedesk.desk import engine

    _, playbook = engine.playbook_of(turn, row.run_id)
    return any(step.id == row.step and step.gate for step in playbook.step)
