"""Work on tasks: acknowledge, start, wait, hand off, tick, waive, complete, undo.

Every gesture is one transaction and one event; what it changed stands in the event, so that undo puts exactly that
back, as a new entry of the trail. An acknowledgement takes the task's row first, as an escalation does, so that of the
two exactly one wins.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from casedesk.desk import authority, engine, pausing, request_rows, sight, vault
from casedesk.desk.apply import About, arm, tell, wake_timer
from casedesk.desk.queue import counts as counts
from casedesk.desk.queue import is_gate as is_gate
from casedesk.desk.queue import of_matter as of_matter
from casedesk.desk.queue import queue as queue
from casedesk.desk.queue import show as show
from casedesk.desk.reading import Prepared
from casedesk.desk.task_rows import item_view
from casedesk.desk.task_rows import row_of as row_of
from casedesk.desk.task_rows import view as view
from casedesk.desk.turn import Turn, at, opaque
from casedesk.desk.views.work import ItemView, TaskView
from casedesk.models import lifecycle
from casedesk.models.enums import OwnerKind, TaskState
from casedesk.refusal import Conflict, NotAllowed, NotFound, Refusal
from casedesk.store.unit_of_work import as_json, micros

UNDO_WITHIN_US = 24 * 3600 * 1_000_000

REARMED_BY_UNDO = {"ack": "acknowledged", "complete": "done"}
"""The gestures that cancel timers, and the word the cancelled ones carry."""


# -- gestures -----------------------------------------------------------------------------------------------------


def acknowledge(turn: Turn, ref: str, *, request_id: str | None = None) -> TaskView:
    """Say that the work has arrived. Its acknowledgement timers are cancelled. A second time changes nothing."""
    row = _open(turn, ref)
    if row.state != TaskState.NEW:
        return view(turn, row)
    _mine(turn, row, "acknowledge")
    _acknowledge(turn, row, TaskState.ACKNOWLEDGED)
    gesture(
        turn, row, "ack", {"state": row.state, "acknowledged_us": None, "acknowledged_by": None}, request_id
    )
    return view(turn, row_of(turn, row.ref))


def _acknowledge(turn: Turn, row: Any, state: TaskState) -> None:
    first = row.acknowledged_us is None
    values: dict[str, Any] = {"state": state}
    if first:
        values |= {"acknowledged_us": turn.now_us, "acknowledged_by": turn.actor.id}
    turn.uow.update("task", row.id, row.version, **values)
    if first:
        turn.uow.run("engine.cancel_unacknowledged", task_id=row.id)
        turn.uow.audit("task.acknowledged", row.ref, matter_id=row.matter_id)


def start(turn: Turn, ref: str, *, request_id: str | None = None) -> TaskView:
    """Begin, or go on after a wait; starting acknowledges."""
    row = _open(turn, ref)
    if row.state == TaskState.IN_PROGRESS:
        return view(turn, row)
    _mine(turn, row, "start")
    _begin(turn, row)
    gesture(
        turn,
        row,
        "start",
        {"state": row.state, "waiting_on": row.waiting_on, "wake_up_us": row.wake_up_us},
        request_id,
    )
    return view(turn, row_of(turn, row.ref))


def _begin(turn: Turn, row: Any) -> None:
    _acknowledge(turn, row, TaskState.IN_PROGRESS)
    pausing.follow(turn, row.id, row.state, TaskState.IN_PROGRESS)
    if row.waiting_on is not None:
        turn.uow.update("task", row.id, waiting_on=None, waiting_since_us=None, wake_up_us=None)
    turn.uow.audit("task.started", row.ref, matter_id=row.matter_id)


def wait(
    turn: Turn, ref: str, *, on: str, wake: date | datetime, note: str = "", request_id: str | None = None
) -> TaskView:
    """Put a task to sleep on somebody until a day. Raises `Refusal` for a wake-up that is not ahead."""
    row = _open(turn, ref)
    _mine(turn, row, "put to wait")
    moment = wake if isinstance(wake, datetime) else turn.calendar.start_of_business(wake)
    if moment <= turn.now:
        raise Refusal("wake_up_past", "A wait wakes up later than now.", "Give a day ahead with --until.")
    _acknowledge(turn, row, TaskState.WAITING)
    turn.uow.update(
        "task",
        row.id,
        waiting_on=on,
        waiting_since_us=turn.now_us,
        wake_up_us=micros(moment),
        handoff_note=note,
    )
    generation = row.generation + 1
    turn.uow.update("task", row.id, generation=generation)
    pausing.follow(turn, row.id, row.state, TaskState.WAITING)
    arm(turn, [wake_timer(moment)], task_id=row.id, matter_id=row.matter_id, generation=generation)
    turn.uow.audit("task.waiting", row.ref, matter_id=row.matter_id, on=on, wake_us=micros(moment))
    gesture(
        turn,
        row,
        "wait",
        {"state": row.state, "waiting_on": row.waiting_on, "wake_up_us": row.wake_up_us},
        request_id,
    )
    return view(turn, row_of(turn, row.ref))


def hold(turn: Turn, ref: str, *, reason: str, request_id: str | None = None) -> TaskView:
    """Put a task aside for a reason; nothing wakes it, `start` goes on with it. Its dates run on.

    For a manager and the matter's attorneys: a wait has a day on which it ends, a hold has none.
    """
    row = _open(turn, ref)
    leads = turn.owners(row.matter_id).values()
    if not turn.actor.is_manager and (turn.actor.id not in leads or turn.signing_licence() is None):
        raise NotAllowed(
            "not_allowed",
            f"Putting {row.ref} on hold is for a manager or the matter's attorney.",
            f"Let it wait until a day: `casedesk task wait {row.ref} --until DATE`.",
        )
    if not reason.strip():
        raise Refusal("reason_missing", "A hold has a reason.", "Say it with --reason.")
    if row.state == TaskState.ON_HOLD:
        return view(turn, row)
    _acknowledge(turn, row, TaskState.ON_HOLD)
    turn.uow.update("task", row.id, handoff_note=reason.strip(), wake_up_us=None)
    pausing.follow(turn, row.id, row.state, TaskState.ON_HOLD)
    turn.uow.audit("task.on_hold", row.ref, matter_id=row.matter_id, reason=reason.strip())
    before = {"state": row.state, "handoff_note": row.handoff_note, "wake_up_us": row.wake_up_us}
    gesture(turn, row, "hold", before, request_id)
    return view(turn, row_of(turn, row.ref))


def hand_off(turn: Turn, ref: str, *, to: str, note: str, request_id: str | None = None) -> TaskView:
    """Give one's own work to somebody, with the note that lets them go on."""
    row = _open(turn, ref)
    _mine(turn, row, "hand off")
    if not note.strip():
        raise Refusal(
            "note_missing", "A hand-off carries a note: what is done, what is next.", "Say it with --note."
        )
    return give(turn, row, to, note.strip(), "task.handed_off", "handed off by", request_id)


def reassign(turn: Turn, ref: str, *, to: str, reason: str, request_id: str | None = None) -> TaskView:
    """Move work to somebody else, with a reason. A manager may, and the attorneys of the matter."""
    row = _open(turn, ref)
    leads = turn.owners(row.matter_id)
    attorneys = {leads.get(OwnerKind.LEAD_ATTORNEY), leads.get(OwnerKind.SUPERVISING_ATTORNEY)}
    if not turn.actor.is_manager and turn.actor.id not in attorneys:
        raise NotAllowed(
            "not_allowed",
            f"Reassigning {row.ref} is for a manager or the matter's attorney.",
            "Hand your own work off.",
        )
    if not reason.strip():
        raise Refusal("reason_missing", "A reassignment has a reason.", "Say it with --reason.")
    return give(turn, row, to, reason.strip(), "task.reassigned", "reassigned by", request_id)


def give(turn: Turn, row: Any, to: str, note: str, action: str, how: str, request_id: str | None) -> TaskView:
    """Put an open task into somebody's hands, for whoever has asked already whether the actor may."""
    person = turn.person(to)
    authority.refuse_owner(turn, row, person)
    sight.require(turn, person, row.matter_id)
    if row.reserved and not person.licensed:
        raise NotAllowed(
            "reserved",
            f"{row.ref} is reserved to attorneys and accredited representatives; {person.handle} is neither.",
            "Choose somebody with a licence.",
        )
    if not person.present:
        away = "" if person.away_until is None else f" until {person.away_until.isoformat()}"
        raise Refusal("away", f"{person.handle} is away{away}.", "Choose somebody who is here.")
    if person.id == row.owner_id:
        raise Refusal("same_owner", f"{row.ref} is with {person.handle} already.", "")
    turn.uow.run(
        "task.add_generation",
        id=row.id,
        owner_id=person.id,
        owner_reason=f"{how} {turn.actor.handle}",
        note=note,
    )
    pausing.follow(turn, row.id, row.state, TaskState.NEW)
    turn.uow.audit(
        action, row.ref, matter_id=row.matter_id, to=person.handle, of=turn.handle(row.owner_id), note=note
    )
    if person.id != turn.actor.id:
        about = About(event_id=0, subject=row.ref, matter_id=row.matter_id)
        tell(
            turn,
            person.id,
            f"{row.title}: {row.ref}, {how} {turn.actor.handle}",
            "assigned",
            about,
            task_id=row.id,
        )
    before = {
        "state": row.state,
        "owner_id": row.owner_id,
        "owner_reason": row.owner_reason,
        "handoff_note": row.handoff_note,
    }
    gesture(turn, row, "give", before, request_id)
    return view(turn, row_of(turn, row.ref))


def complete(turn: Turn, ref: str, *, request_id: str | None = None) -> TaskView:
    """Finish a task; the playbook's next steps open. Refuses, naming it, while a required item is open."""
    row = _open(turn, ref)
    _mine(turn, row, "complete")
    if is_gate(turn, row):
        raise Refusal(
            "gate",
            f"{row.ref} ends by handing in a draft.",
            f"Use `casedesk draft submit {row.ref} FILE...`.",
        )
    refuse_open_items(turn, row)
    _done(turn, row)
    gesture(turn, row, "complete", {"state": row.state, "done_us": None, "done_by": None}, request_id)
    engine.advance(turn, row.run_id, "task.completed", row.ref)
    return view(turn, row_of(turn, row.ref))


def refuse_open_items(turn: Turn, row: Any) -> None:
    """Raises `Refusal` naming the first required item still open."""
    left = turn.uow.all("task.open_items", task_id=row.id)
    if left:
        more = f" and {len(left) - 1} more" if len(left) > 1 else ""
        raise Refusal(
            "items_open",
            f"{row.ref} has open items: {left[0].code} ({left[0].text}){more}.",
            "Tick them, or have them waived with a reason.",
        )


def _done(turn: Turn, row: Any) -> None:
    values: dict[str, Any] = {"state": TaskState.DONE, "done_us": turn.now_us, "done_by": turn.actor.id}
    if row.acknowledged_us is None:
        values |= {"acknowledged_us": turn.now_us, "acknowledged_by": turn.actor.id}
    turn.uow.update("task", row.id, **values)
    turn.uow.run("engine.cancel_timers", task_id=row.id, why="done")
    turn.uow.audit("task.done", row.ref, matter_id=row.matter_id, kind=row.kind)
    from casedesk.desk import supervision

    supervision.task_done(turn, row)


def finish_by_act(turn: Turn, task_id: int, how: str) -> None:
    """The act itself (a match, a delivery, a receipt) is what the task asked for: tick what is open and close it."""
    row = row_of(turn, opaque(task_id))
    if TaskState(row.state) not in lifecycle.OPEN_TASK_STATES:
        return
    for item in turn.uow.all("task.items", task_id=task_id):
        if item.state == "open" and (not item.reserved or turn.signing_licence(row.matter_id) is not None):
            _set_item(turn, row, item, state="done", note=how)
    _done(turn, row)
    engine.advance(turn, row.run_id, "task.completed", row.ref)


def end_steps(turn: Turn, run_id: int | None, trigger: str, how: str) -> None:
    """Close the tasks of a run's steps that this event brings to their end, as the playbook says."""
    if run_id is None:
        return
    _, playbook = engine.playbook_of(turn, run_id)
    for step in playbook.step:
        if trigger in step.ends_on:
            task = turn.uow.one("task.of_run_step", run_id=run_id, step=step.id)
            if task is not None:
                finish_by_act(turn, task.id, how)


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
    row = _open(turn, ref)
    target = _item(turn, row, item)
    if target.reserved:
        turn.require_licence(f"{target.text!r} is a reserved step and", row.matter_id)
    _as_seen(turn, target, version, {"state": "done", "note": note or ""})
    if target.state == "done" and prepared is None and note is None:
        return item_view(turn, target)
    document_id = target.document_id
    if prepared is not None:
        document_id = _attach(turn, row, prepared)
    was_new = row.state not in (TaskState.IN_PROGRESS,)
    if was_new and _of_the_wait(turn, row, target):
        # One of several things asked for came in: the task goes on waiting for the others.
        was_new = False
    if was_new and (row.owner_id == turn.actor.id or row.state == TaskState.NEW):
        _begin(turn, row)
    _set_item(
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
    before = {
        "item": {
            "state": target.state,
            "note": target.note,
            "document_id": target.document_id,
            "done_by": target.done_by,
            "done_us": target.done_us,
        },
        "item_id": str(target.id),
    }
    gesture(turn, row, "tick", before, request_id)
    request_rows.line_closed(turn, row)
    return item_view(turn, _item(turn, row, target.code))


def tick_with(turn: Turn, ref: str, item: str, document_id: int, note: str) -> None:
    """A paper that came in is what an item of an open task asked for: the act ticks it, whoever received the paper."""
    row = _open(turn, ref)
    target = _item(turn, row, item)
    _set_item(turn, row, target, state="done", note=note, document_id=document_id)
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
    row = _open(turn, ref)
    target = _item(turn, row, item)
    if not reason.strip():
        raise Refusal("reason_missing", "An item is waived with a reason.", "Say it with --reason.")
    if turn.signing_licence(row.matter_id) is None and (target.reserved or not turn.actor.is_manager):
        raise NotAllowed(
            "not_allowed",
            f"Waiving {target.code!r} takes an attorney or a manager.",
            "Ask the matter's attorney.",
        )
    _set_item(turn, row, target, state="waived", note=target.note, reason=reason.strip())
    before = {
        "item": {
            "state": target.state,
            "note": target.note,
            "reason": target.reason,
            "done_by": target.done_by,
            "done_us": target.done_us,
        },
        "item_id": str(target.id),
    }
    gesture(turn, row, "waive", before, request_id)
    request_rows.line_closed(turn, row)
    return item_view(turn, _item(turn, row, target.code))


def untick(turn: Turn, ref: str, item: str, *, version: int | None = None) -> ItemView:
    """Open an item again; `version` as in `tick`."""
    row = _open(turn, ref)
    target = _item(turn, row, item)
    _as_seen(turn, target, version, {"state": "open", "note": target.note})
    _set_item(turn, row, target, state="open", note=target.note)
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


def _set_item(turn: Turn, row: Any, item: Any, *, state: str, note: str, **more: Any) -> None:
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


def undo(turn: Turn, ref: str) -> TaskView:
    """Take back this person's last gesture on a task, as a new entry. A submitted draft or a sign-off is not undone."""
    row = row_of(turn, ref)
    last = turn.uow.one("task.last_gesture", subject=opaque(row.id), actor_id=turn.actor.id)
    if last is None or turn.now_us - last.at_us > UNDO_WITHIN_US:
        raise Refusal("nothing_to_undo", f"There is nothing of yours to undo on {row.ref}.", "")
    what = last.trigger.removeprefix("gesture.")
    if what == "undo":
        raise Refusal("nothing_to_undo", f"Your last gesture on {row.ref} is undone already.", "")
    before = json.loads(last.outcome)
    if what == "complete" and row.run_id is not None and _moved_on(turn, row):
        raise Refusal("moved_on", f"The work after {row.ref} has begun.", "Tell its owner instead.")
    if what == "request":
        request_rows.take_back(turn, row)
    if "item" in before:
        turn.uow.update("task_item", int(before["item_id"]), **before["item"])
    else:
        turn.uow.update("task", row.id, row.version, **before)
        if TaskState(row.state) in lifecycle.OPEN_TASK_STATES:
            pausing.follow(turn, row.id, row.state, before.get("state", row.state))
    if what in REARMED_BY_UNDO:
        turn.uow.run("engine.rearm_timers", task_id=row.id, why=REARMED_BY_UNDO[what])
    turn.uow.audit("task.undone", row.ref, matter_id=row.matter_id, gesture=what)
    gesture(turn, row, "undo", {})
    return view(turn, row_of(turn, row.ref))


def _moved_on(turn: Turn, row: Any) -> bool:
    later = turn.uow.all("engine.run_steps", run_id=row.run_id)
    return any(s.id != row.id and s.state not in ("new", "cancelled") for s in later)


def gesture(turn: Turn, row: Any, name: str, before: dict[str, Any], request_id: str | None = None) -> None:
    """Write down what a gesture changed on a task, so that `undo` puts it back."""
    event_id = engine.begin(
        turn, f"gesture.{name}", opaque(row.id), matter_id=row.matter_id, request_id=request_id
    )
    turn.uow.run("engine.set_outcome", id=event_id, outcome=as_json(before))


def _open(turn: Turn, ref: str) -> Any:
    row = row_of(turn, ref)
    turn.uow.one("task.lock", id=row.id)
    row = row_of(turn, ref)
    if TaskState(row.state) not in lifecycle.OPEN_TASK_STATES:
        word = "done" if row.state == TaskState.DONE else "cancelled"
        raise Refusal("task_closed", f"{row.ref} ({row.title}) is {word}.", "See `casedesk task list`.")
    return row


def open_row(turn: Turn, ref: str, act: str) -> Any:
    """An open task, held, on which the actor may `act`. Raises `Refusal`."""
    row = _open(turn, ref)
    _mine(turn, row, act)
    return row


def _mine(turn: Turn, row: Any, act: str) -> None:
    """The owner acts on a task; so do a manager and the matter's attorneys, and whoever covers the owner today."""
    if row.owner_id == turn.actor.id or turn.actor.is_manager:
        return
    owner = turn.staff.get(row.owner_id)
    if owner is not None and not owner.present and owner.cover == turn.actor.id:
        return
    if turn.actor.id in turn.owners(row.matter_id).values() and not row.reserved:
        return
    if row.reserved and turn.signing_licence() is not None:
        return
    raise NotAllowed(
        "not_yours",
        f"{row.ref} is with {turn.handle(row.owner_id)}; you cannot {act} it.",
        "Ask them, or a manager.",
    )


def _item(turn: Turn, row: Any, item: str) -> Any:
    for found in turn.uow.all("task.items", task_id=row.id):
        if found.code == item or opaque(found.id) == item.upper():
            return found
    raise NotFound("item", item, f"See `casedesk task show {row.ref}`.")
