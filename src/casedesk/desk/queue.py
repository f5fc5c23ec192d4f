"""The queue as people read it: tasks by rank with the reasons, their checklists, and what one may do with them now."""

from __future__ import annotations

from datetime import date
from typing import Any

from casedesk.desk import engine, ranking
from casedesk.desk.turn import Turn, at, day, id_of, opaque
from casedesk.desk.views.work import ItemView, QueueCounts, TaskDetail, TaskView
from casedesk.models import lifecycle
from casedesk.models.enums import TaskState
from casedesk.store.unit_of_work import instant, micros

RANKED = 500
"""A person's queue is ranked over this many tasks, nearest first; nobody works a longer list from the top."""


def queue(
    turn: Turn, *, scope: str = "mine", limit: int = 50, after: str | None = None, text: str | None = None
) -> tuple[TaskView, ...]:
    """The queue: mine by rank, everybody's by due instant. `after` is the last row already shown."""
    if scope in ("team", "all"):
        return _everybodys(turn, limit, after, text)
    rows = turn.uow.all("task.mine", owner_id=turn.actor.id, limit=RANKED)
    views = [view(turn, row) for row in rows if _in_scope(turn, row, scope)]
    views = [v for v in views if _has(v, text)]
    views.sort(key=lambda v: (-v.score, v.due, v.id))
    start = 0
    if after is not None:
        known = id_of(after)
        start = next(
            (i + 1 for i, v in enumerate(views) if v.ref == after.upper() or id_of(v.id) == known), 0
        )
    return tuple(views[start : start + limit])


def _everybodys(turn: Turn, limit: int, after: str | None, text: str | None) -> tuple[TaskView, ...]:
    last = None if after is None else row_of(turn, after)
    out: list[TaskView] = []
    due_us, last_id = (-1, 0) if last is None else (last.due_us, last.id)
    while len(out) < limit:
        rows = turn.uow.all("task.everybodys", after_us=due_us, after_id=last_id, limit=max(limit, 50))
        out += [v for v in (view(turn, row) for row in rows) if _has(v, text)]
        if len(rows) < max(limit, 50):
            break
        due_us, last_id = rows[-1].due_us, rows[-1].id
    if after is None and len(out) < limit:
        # What fits on one page is shown by rank; longer lists stay by due instant, so that pages meet without gap.
        out.sort(key=lambda v: (-v.score, v.due, v.id))
    return tuple(out[:limit])


def of_matter(turn: Turn, matter: str, *, limit: int = 50) -> tuple[TaskView, ...]:
    """A matter's open tasks, by rank. Raises `NotFound`."""
    rows = turn.uow.all("task.of_matter", matter_id=turn.matter(matter).id, limit=limit)
    return tuple(sorted((view(turn, row) for row in rows), key=lambda v: (-v.score, v.due, v.id)))


def _in_scope(turn: Turn, row: Any, scope: str) -> bool:
    if scope == "unacknowledged":
        return row.state == TaskState.NEW and row.acknowledge_by_us is not None
    if scope == "waiting":
        return row.state in (TaskState.WAITING, TaskState.ON_HOLD)
    if scope == "due":
        return bool(row.due_us <= _week_end(turn)) and row.state not in (TaskState.WAITING, TaskState.ON_HOLD)
    return True


def _has(task: TaskView, text: str | None) -> bool:
    if not text:
        return True
    hay = " ".join((task.ref, task.title, task.matter or "", task.caption or "", task.form or "", task.owner))
    return all(word in hay.casefold() for word in text.casefold().split())


def _week_end(turn: Turn) -> int:
    last = turn.today.toordinal() + 7
    return micros(turn.calendar.end_of_business(date.fromordinal(last)))


def counts(turn: Turn) -> QueueCounts:
    """The numbers above the queue."""
    row = turn.uow.need("counts", "", "task.counts", me=turn.actor.id, week_us=_week_end(turn))
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
    _, playbook = engine.playbook_of(turn, row.run_id)
    return any(step.id == row.step and step.gate for step in playbook.step)


def row_of(turn: Turn, ref: str) -> Any:
    return turn.uow.need("task", ref, "task.find", ref=ref.strip().upper(), id=id_of(ref))


def view(turn: Turn, row: Any) -> TaskView:
    """A queue row, with its rank and the reasons for it."""
    score, reasons = ranking.rank(row, turn.now, turn.today, turn.calendar)
    return TaskView(
        id=opaque(row.id),
        ref=row.ref,
        title=row.title,
        matter=row.matter_ref,
        kind=row.kind,
        status=row.state,
        owner=turn.handle(row.owner_id),
        due=instant(row.due_us),
        internal_due=day(row.internal_due),
        agency_due=day(row.agency_due),
        priority=row.priority,
        rank_reason=reasons,
        version=row.version,
        caption=row.caption,
        form=row.form,
        language=row.language,
        owner_reason=row.owner_reason,
        acknowledge_by=at(row.acknowledge_by_us),
        acknowledged_at=at(row.acknowledged_us),
        reserved=bool(row.reserved),
        arrived_late=bool(row.arrived_late),
        items_done=row.items_done,
        items_total=row.items_total,
        waiting_on=row.waiting_on,
        wake_up=at(row.wake_up_us),
        agency=row.authority,
        handoff_note=row.handoff_note,
        score=score,
        created=at(row.created_us),
    )


def item_view(turn: Turn, item: Any) -> ItemView:
    return ItemView(
        id=item.code,
        text=item.text,
        required=bool(item.required),
        reserved=bool(item.reserved),
        state=item.state,
        hint=item.hint,
        wants_file=bool(item.wants_file),
        note=item.note,
        reason=item.reason,
        document=item.document_ref,
        done_by=turn.handle(item.done_by) or None,
        done_at=at(item.done_us),
        version=item.version,
    )
