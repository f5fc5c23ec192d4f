"""A task and its checklist as people read them: rows of the store made into views."""

from __future__ import annotations

from typing import Any

from casedesk.desk import ranking
from casedesk.desk.turn import Turn, at, day, id_of, opaque
from casedesk.desk.views.work import ItemView, TaskView
from casedesk.store.unit_of_work import instant


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
