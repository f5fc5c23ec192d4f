"""The checklist of a task: ticked with the paper that proves it, waived with a reason, opened again."""

from __future__ import annotations

from typing import Any

from casedesk.desk import gestures, request_rows, vault
from casedesk.desk.reading import Prepared
from casedesk.desk.task_rows import item_view
from casedesk.desk.turn import Turn, at, opaque
from casedesk.desk.views.work import ItemView
from casedesk.models.enums import TaskState
from casedesk.refusal import Conflict, NotAllowed, NotFound, Refusal


def tick(
    turn: Turn,
    ref: str,
    item: str,
    *,
    note: str | None = None,
    prepared: Prepared | None = None,
    version: int | None = None,
    request_id: str | None = None,
) -> ItemView:
    """Mark an item done, with the paper that proves it. The first tick starts the task, and so acknowledges it.

    `version` is the item as the person saw it; another's tick in between raises `Conflict` with both values.
    """
    row = gestures.held(turn, ref)
    target = _item(turn, row, item)
    if target.reserved:
        turn.require_licence(f"{target.text!r} is a reserved step and", row.matter_id)
    _as_seen(turn, target, version, {"state": "done", "note": note or ""})
    if target.state == "done" and prepared is None and note is None:
        return item_view(turn, target)
    document_id = target.document_id
    if prepared is not None:
        document_id = _attach(turn, row, prepared)
    before = None
    was_new = row.state not in (TaskState.IN_PROGRESS,)
    if was_new and _of_the_wait(turn, row, target):
        # One of several things asked for came in: the task goes on waiting for the others.
        was_new = False
    if was_new and (row.owner_id == turn.actor.id or row.state == TaskState.NEW):
        before = gestures.standing(turn, row.id)
        gestures.begin(turn, row)
    put(
        turn,
        row,
        target,
        state="done",
        note=note if note is not None else target.note,
        document_id=document_id,
    )
    if target.code == "original" and note:
        _note_original(turn, row, note)
    if row.step == "triage" and target.code == "complexity":
        complex_ = (note or "").strip().casefold().startswith("complex")
        turn.uow.run("engine.set_triage", id=row.run_id, triage="complex" if complex_ else "simple")
    _write(turn, row, "tick", target, request_id, before)
    request_rows.line_closed(turn, row)
    return item_view(turn, _item(turn, row, target.code))


def tick_with(turn: Turn, ref: str, item: str, document_id: int, note: str) -> None:
    """A paper that came in is what an item of an open task asked for: the act ticks it, whoever received the paper."""
    row = gestures.held(turn, ref)
    target = _item(turn, row, item)
    put(turn, row, target, state="done", note=note, document_id=document_id)
    request_rows.line_closed(turn, row)


def _of_the_wait(turn: Turn, row: Any, item: Any) -> bool:
    """Whether an item is one of what a waiting task asked its client for."""
    if row.state != TaskState.WAITING or row.waiting_on != request_rows.CLIENT:
        return False
    standing = request_rows.of_task(turn, row)
    return standing is not None and item.code in {line.code for line in standing.lines}


def _note_original(turn: Turn, row: Any, kept_at: str) -> None:
    """Where the original of a notice is kept, on the matter's card."""
    if row.matter_id is None:
        return
    notice = None if row.notice_id is None else turn.uow.one("document.notice", id=row.notice_id)
    turn.uow.insert(
        "original_held",
        id=turn.uow.new_id(),
        matter_id=row.matter_id,
        document_id=None if notice is None else notice.document_id,
        what=f"original notice, {row.ref}",
        kept_at=kept_at,
        held_us=turn.now_us,
    )


def waive(turn: Turn, ref: str, item: str, *, reason: str, request_id: str | None = None) -> ItemView:
    """Do without an item, for a reason: an attorney may, or a manager where the item is not reserved."""
    row = gestures.held(turn, ref)
    target = _item(turn, row, item)
    if not reason.strip():
        raise Refusal("reason_missing", "An item is waived with a reason.", "Say it with --reason.")
    if turn.signing_licence(row.matter_id) is None and (target.reserved or not turn.actor.is_manager):
        raise NotAllowed(
            "not_allowed",
            f"Waiving {target.code!r} takes an attorney or a manager.",
            "Ask the matter's attorney.",
        )
    put(turn, row, target, state="waived", note=target.note, reason=reason.strip())
    _write(turn, row, "waive", target, request_id)
    request_rows.line_closed(turn, row)
    return item_view(turn, _item(turn, row, target.code))


def untick(turn: Turn, ref: str, item: str, *, version: int | None = None) -> ItemView:
    """Open an item again; `version` as in `tick`."""
    row = gestures.held(turn, ref)
    target = _item(turn, row, item)
    _as_seen(turn, target, version, {"state": "open", "note": target.note})
    put(turn, row, target, state="open", note=target.note)
    return item_view(turn, _item(turn, row, target.code))


_DID = {"open": "opened", "done": "ticked", "waived": "waived"}


def _as_seen(turn: Turn, item: Any, version: int | None, mine: dict[str, str]) -> None:
    """Raises `Conflict` with both values when somebody changed the item after a person saw this version of it."""
    if version is None or version == item.version:
        return
    who = turn.handle(item.done_by)
    note = f" with the note {item.note!r}" if item.note else ""
    yours = f" with the note {mine['note']!r}" if mine["note"] else ""
    raise Conflict(
        f"{who or 'Somebody'} {_DID[item.state]} {item.text!r} first{note}; yours is not written: {mine['state']}{yours}.",
        mine=mine,
        theirs={
            "state": item.state, "note": item.note, "by": who, "at": at(item.done_us), "version": item.version
        },
    )  # fmt: skip


def _write(
    turn: Turn, row: Any, name: str, item: Any, request_id: str | None, before: dict[str, Any] | None = None
) -> None:
    """Write the gesture down; `before` is how the task stood, where it was begun by it."""
    was = {
        "state": item.state,
        "note": item.note,
        "reason": item.reason,
        "document_id": item.document_id,
        "done_by": item.done_by,
        "done_us": item.done_us,
    }
    gestures.gesture(
        turn, row, name, before, request_id, item=was, item_id=str(item.id), item_version=item.version + 1
    )


def put(turn: Turn, row: Any, item: Any, *, state: str, note: str, **more: Any) -> None:
    """Change one item, with its entry. Raises `Conflict` where it changed meanwhile."""
    closed = state != "open"
    turn.uow.update(
        "task_item",
        item.id,
        item.version,
        state=state,
        note=note,
        done_by=turn.actor.id if closed else None,
        done_us=turn.now_us if closed else None,
        **more,
    )
    turn.uow.audit(f"item.{state}", f"{row.ref}/{item.code}", matter_id=row.matter_id)


def _attach(turn: Turn, row: Any, prepared: Prepared) -> int:
    """The paper behind an item; the same bytes received before are used, not stored twice."""
    known = turn.uow.one("document.received_before", sha256=prepared.sha256, beside=row.matter_id)
    if known is not None:
        return int(known.id)
    reading = prepared.reading
    stored = vault.put(
        turn,
        data=prepared.data,
        name=prepared.name,
        media_type=reading.admission.media_type,
        pages=reading.pages_count or 0,
        origin="received",
        matter_id=row.matter_id,
        kind="other",
        flags=[str(f) for f in reading.flags],
        next_step=reading.next_step or "",
    )
    turn.uow.audit(
        "document.attached", stored.ref, matter_id=row.matter_id, task=row.ref, sha256=stored.sha256
    )
    return stored.document_id


def _item(turn: Turn, row: Any, item: str) -> Any:
    for found in turn.uow.all("task.items", task_id=row.id):
        if found.code == item or opaque(found.id) == item.upper():
            return found
    raise NotFound("item", item, f"See `casedesk task show {row.ref}`.")
