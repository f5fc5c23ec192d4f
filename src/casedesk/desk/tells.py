"""What a person was told in the app: the row is the delivery, reading it is theirs to say."""

from __future__ import annotations

from casedesk.desk import asked
from casedesk.desk.turn import Turn, id_of, instant, opaque
from casedesk.desk.views.telling import TellView


def listing(turn: Turn, limit: int = 20) -> tuple[TellView, ...]:
    """The actor's newest tells, read or not."""
    rows = turn.uow.all("tell.listing", person_id=turn.actor.id, limit=asked.page(limit))
    return tuple(
        TellView(
            id=opaque(row.id),
            at=instant(row.created_us),
            subject=row.subject,
            task=row.task_ref,
            seen=row.seen_us is not None,
            body=row.body,
            matter=row.matter_ref,
        )
        for row in rows
    )


def seen(turn: Turn, ids: tuple[str, ...]) -> int:
    """Mark the actor's own tells as read; how many were not before. Others' and unknown ids count for nothing."""
    return sum(
        turn.uow.run("tell.seen", id=id_of(tell), person_id=turn.actor.id, now_us=turn.now_us)
        for tell in set(ids)
    )
