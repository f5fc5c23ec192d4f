"""What leaves the desk for its own people and programs: one row each, sent by the worker and by nothing else.

No client data stands in subject, preview or body: refs, dates and kinds of work only.
"""

from __future__ import annotations

from datetime import datetime

from casedesk.desk.turn import Turn
from casedesk.models.enums import Channel, DeliveryState
from casedesk.store.unit_of_work import micros


def queue(
    turn: Turn,
    channel: Channel,
    key: str,
    about: str,
    *,
    person: int | None = None,
    webhook: int | None = None,
    address: str = "",
    subject: str = "",
    body: str = "",
    calendar: str = "",
    method: str = "",
    matter_id: int | None = None,
    task_id: int | None = None,
    outbox_id: int | None = None,
    due: datetime | None = None,
) -> None:
    """Put something up for sending, in the act it is about. `key` names it for ever: the same key again is nothing new.

    `calendar` is the text of an invitation and `method` its iTIP method (REQUEST, CANCEL). `due` (now where none is
    given) is the earliest instant at which it goes.
    """
    if turn.uow.one("delivery.find", id=None, key=key) is not None:
        return
    turn.uow.insert(
        "delivery",
        id=turn.uow.new_id(),
        key=key,
        channel=channel.value,
        matter_id=matter_id,
        task_id=task_id,
        outbox_id=outbox_id,
        person_id=person,
        webhook_id=webhook,
        about=about,
        address=address,
        subject=subject,
        body=body,
        calendar=calendar,
        method=method,
        state=DeliveryState.QUEUED.value,
        due_us=turn.now_us if due is None else micros(due),
        created_us=turn.now_us,
    )
