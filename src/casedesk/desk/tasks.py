"""Work on tasks: acknowledge, start, wait, hand off, tick, waive, complete, undo.

Every gesture is one transaction and one event; what it changed stands in the event, so that undo puts exactly that
back, as a new entry of the trail. An acknowledgement takes the task's row first, as an escalation does, so that of the
two exactly one wins. The checklist's gestures stand in `items`, the undoing in `undoing`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from casedesk.desk import authority, engine, gestures, items, pausing, sight
from casedesk.desk.apply import About, arm, tell, wake_timer
from casedesk.desk.gestures import gesture as gesture
from casedesk.desk.gestures import open_row as open_row
from casedesk.desk.items import tick as tick
from casedesk.desk.items import tick_with as tick_with
from casedesk.desk.items import untick as untick
from casedesk.desk.items import waive as waive
from casedesk.desk.queue import counts as counts
from casedesk.desk.queue import is_gate as is_gate
from casedesk.desk.queue import of_matter as of_matter
from casedesk.desk.queue import queue as queue
from casedesk.desk.queue import show as show
from casedesk.desk.task_rows import row_of as row_of
from casedesk.desk.task_rows import view as view
from casedesk.desk.turn import Turn, opaque
from casedesk.desk.undoing import undo as undo
from casedesk.desk.views.work import TaskView
from casedesk.models import lifecycle
from casedesk.models.enums import OwnerKind, TaskState
from casedesk.refusal import NotAllowed, Refusal
from casedesk.store.unit_of_work import micros

# -- gestures -----------------------------------------------------------------------------------------------------


def acknowledge(turn: Turn, ref: str, *, request_id: str | None = None) -> TaskView:
    """Say that the work has arrived. Its acknowledgement timers are cancelled. A second time changes nothing."""
    row = gestures.held(turn, ref)
    if row.state != TaskState.NEW:
        return view(turn, row)
    gestures.mine(turn, row, "acknowledge")
    before = gestures.standing(turn, row.id)
    gestures.take_up(turn, row, TaskState.ACKNOWLEDGED)
    gestures.gesture(turn, row, "ack", before, request_id)
    return view(turn, row_of(turn, row.ref))


def start(turn: Turn, ref: str, *, request_id: str | None = None) -> TaskView:
    """Begin, or go on after a wait; starting acknowledges."""
    row = gestures.held(turn, ref)
    if row.state == TaskState.IN_PROGRESS:
        return view(turn, row)
    gestures.mine(turn, row, "start")
    before = gestures.standing(turn, row.id)
    gestures.begin(turn, row)
    gestures.gesture(turn, row, "start", before, request_id)
    return view(turn, row_of(turn, row.ref))


def wait(
    turn: Turn, ref: str, *, on: str, wake: date | datetime, note: str = "", request_id: str | None = None
) -> TaskView:
    """Put a task to sleep on somebody until a day. Raises `Refusal` for a wake-up that is not ahead."""
    row = gestures.held(turn, ref)
    gestures.mine(turn, row, "put to wait")
    moment = wake if isinstance(wake, datetime) else turn.calendar.start_of_business(wake)
    if moment <= turn.now:
        raise Refusal("wake_up_past", "A wait wakes up later than now.", "Give a day ahead with --until.")
    before = gestures.standing(turn, row.id)
    gestures.take_up(turn, row, TaskState.WAITING)
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
    gestures.gesture(turn, row, "wait", before, request_id)
    return view(turn, row_of(turn, row.ref))


def hold(turn: Turn, ref: str, *, reason: str, request_id: str | None = None) -> TaskView:
    """Put a task aside for a reason; nothing wakes it, `start` goes on with it. Its dates run on.

    For a manager and the matter's attorneys: a wait has a day on which it ends, a hold has none.
    """
    row = gestures.held(turn, ref)
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
    before = gestures.standing(turn, row.id)
    gestures.take_up(turn, row, TaskState.ON_HOLD)
    turn.uow.update("task", row.id, handoff_note=reason.strip(), wake_up_us=None)
    pausing.follow(turn, row.id, row.state, TaskState.ON_HOLD)
    turn.uow.audit("task.on_hold", row.ref, matter_id=row.matter_id, reason=reason.strip())
    gestures.gesture(turn, row, "hold", before, request_id)
    return view(turn, row_of(turn, row.ref))


def hand_off(turn: Turn, ref: str, *, to: str, note: str, request_id: str | None = None) -> TaskView:
    """Give one's own work to somebody, with the note that lets them go on."""
    row = gestures.held(turn, ref)
    gestures.mine(turn, row, "hand off")
    if not note.strip():
        raise Refusal(
            "note_missing", "A hand-off carries a note: what is done, what is next.", "Say it with --note."
        )
    return give(turn, row, to, note.strip(), "task.handed_off", "handed off by", request_id)


def reassign(turn: Turn, ref: str, *, to: str, reason: str, request_id: str | None = None) -> TaskView:
    """Move work to somebody else, with a reason. A manager may, and the attorneys of the matter."""
    row = gestures.held(turn, ref)
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
    before = gestures.standing(turn, row.id)
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
    gestures.gesture(turn, row, "give", before, request_id)
    return view(turn, row_of(turn, row.ref))


def complete(turn: Turn, ref: str, *, request_id: str | None = None) -> TaskView:
    """Finish a task; the playbook's next steps open. Refuses, naming it, while a required item is open."""
    row = gestures.held(turn, ref)
    gestures.mine(turn, row, "complete")
    if is_gate(turn, row):
        raise Refusal(
            "gate",
            f"{row.ref} ends by handing in a draft.",
            f"Use `casedesk draft submit {row.ref} FILE...`.",
        )
    refuse_open_items(turn, row)
    before = gestures.standing(turn, row.id)
    run = None if row.run_id is None else turn.uow.one("engine.run", id=row.run_id)
    _done(turn, row)
    going = engine.advance(turn, row.run_id, "task.completed", row.ref)
    gestures.gesture(
        turn,
        row,
        "complete",
        before,
        request_id,
        tasks=[task["ref"] for task in going.tasks],
        messages=going.messages,
        changed=going.changed,
        happened=None if run is None else run.happened,
    )
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
            items.put(turn, row, item, state="done", note=how)
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
