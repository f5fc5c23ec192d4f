"""Undo: a person's last gesture on a task is taken back by a new entry, and the work stands as it did before.

What a gesture changed is put back where nobody else has changed it since. Completing a task set others going; they are
called off with it as long as nobody has begun on them, and where somebody has, the refusal says who and what.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from casedesk.desk import calling_off, engine, gestures, pausing, request_rows
from casedesk.desk.apply import About, arm, tell, wake_timer
from casedesk.desk.task_rows import row_of, view
from casedesk.desk.turn import Turn, instant, opaque
from casedesk.desk.views.work import TaskView
from casedesk.models import lifecycle
from casedesk.models.enums import MatterStatus, MessageState, TaskState
from casedesk.refusal import Refusal
from casedesk.store.unit_of_work import as_json

UNDO_WITHIN_US: Final = 24 * 3600 * 1_000_000
TAKEN_BACK: Final = "taken back"
COMPLETED: Final = "task.completed"
_COLUMNS: Final = ("state", "owner_id", "owner_reason", "acknowledged_us", "acknowledged_by", "waiting_on",
                   "waiting_since_us", "wake_up_us", "handoff_note", "done_us", "done_by")  # fmt: skip
_SAID: Final = {
    "ack": "acknowledging",
    "start": "starting",
    "wait": "the wait",
    "hold": "the hold",
    "give": "the hand-off",
    "complete": "completing",
    "request": "the request",
}


def undo(turn: Turn, ref: str) -> TaskView:
    """Take back this person's last gesture on a task, as a new entry. A submitted draft or a sign-off is not undone.

    Raises `Refusal` (`nothing_to_undo`; `moved_on`, naming what stands in the way) and `Conflict` for an item that
    somebody changed since.
    """
    row = row_of(turn, ref)
    turn.uow.one("task.lock", id=row.id)
    row = row_of(turn, row.ref)
    last = turn.uow.one("task.last_gesture", subject=opaque(row.id), actor_id=turn.actor.id)
    if last is None or turn.now_us - last.at_us > UNDO_WITHIN_US:
        raise Refusal("nothing_to_undo", f"There is nothing of yours to undo on {row.ref}.", "")
    what = last.trigger.removeprefix("gesture.")
    if what == "undo":
        raise Refusal("nothing_to_undo", f"Your last gesture on {row.ref} is undone already.", "")
    said = json.loads(last.outcome)
    before, after = _stood(said)
    if before is not None and after is not None and gestures.standing(turn, row.id) != after:
        if "item" not in said:
            raise Refusal(
                "moved_on",
                f"{row.ref} has gone on since: {_where(turn, row)}; {_SAID.get(what, what)} is not taken back.",
                "Go on from where it is.",
            )
        before = None
    if what == "request":
        request_rows.take_back(turn, row)
    if what == "complete":
        _call_off(turn, row, said)
    if "item" in said:
        was = _in_own_name(turn, said["item"])
        turn.uow.update("task_item", int(said["item_id"]), said.get("item_version"), **was)
    more: dict[str, Any] = {}
    if before is not None:
        _put_back(turn, row, _in_own_name(turn, before))
        if before.get("acknowledged_us", row.acknowledged_us) is None and row.acknowledged_us is not None:
            more = {"unacknowledged": True}
            if "item" in said:
                more["also"] = "start"
    turn.uow.audit("task.undone", row.ref, matter_id=row.matter_id, gesture=what, **more)
    gestures.gesture(turn, row, "undo", None)
    return view(turn, row_of(turn, row.ref))


def _stood(said: Mapping[str, Any]) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """How the task stood before the gesture and after it. Gestures of earlier builds have no after, and only what they
    thought of before."""
    if "before" in said:
        return dict(said["before"]), dict(said["after"])
    early = {column: said[column] for column in _COLUMNS if column in said}
    return early or None, None


def _in_own_name(turn: Turn, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Nobody writes another person's name, not even back: whoever puts it back stands for it. The trail has both."""
    return {
        name: turn.actor.id if name.endswith("_by") and value is not None else value
        for name, value in columns.items()
    }


def _where(turn: Turn, row: Any) -> str:
    return f"it is {row.state.replace('_', ' ')}, with {turn.handle(row.owner_id)}"


def _put_back(turn: Turn, row: Any, before: dict[str, Any]) -> None:
    """The task as it stood, and its clocks."""
    if row.state == TaskState.DONE and before["state"] != TaskState.IN_PROGRESS:
        # From done the store leads back to work under way alone; from there anywhere.
        turn.uow.update("task", row.id, state=TaskState.IN_PROGRESS)
    turn.uow.update("task", row.id, row.version, **before)
    if row.state == TaskState.DONE:
        turn.uow.run("engine.rearm_timers", task_id=row.id, why="done")
    else:
        pausing.follow(turn, row.id, row.state, before["state"])
    if before.get("acknowledged_us", row.acknowledged_us) is None:
        turn.uow.run("engine.rearm_timers", task_id=row.id, why="acknowledged")
    if row.state == TaskState.WAITING and before.get("wake_up_us") != row.wake_up_us:
        _wake_as_before(turn, row, before)


def _wake_as_before(turn: Turn, row: Any, before: dict[str, Any]) -> None:
    """The wait's own wake-up goes; one that stood before it comes back, under a number of its own."""
    turn.uow.run("engine.drop_wakes", task_id=row.id, generation=row.generation)
    if before["state"] == TaskState.WAITING and before["wake_up_us"] is not None:
        generation = row.generation + 1
        turn.uow.update("task", row.id, generation=generation)
        timer = wake_timer(instant(before["wake_up_us"]))
        arm(turn, [timer], task_id=row.id, matter_id=row.matter_id, generation=generation)


# -- what completing set going ------------------------------------------------------------------------------------


def _call_off(turn: Turn, row: Any, said: Mapping[str, Any]) -> None:
    """Call off what the completed task set going. Raises `Refusal` (`moved_on`) before anything is written."""
    if row.matter_ref is not None and turn.matter(row.matter_ref).status == MatterStatus.CLOSED:
        raise _moved_on(row, f"{row.matter_ref} is closed", "Open the matter again first.")
    checked = turn.uow.one("supervision.last_of_task", task_id=row.id)
    if checked is not None and checked.checked_us is not None and checked.checked_us >= row.done_us:
        raise _moved_on(
            row, f"it was checked by {turn.handle(checked.supervisor_id)}", "Ask them to return it."
        )
    if said.get("changed"):
        raise _moved_on(row, str(said["changed"][0]), "Open the work anew by hand.")
    followers = [row_of(turn, ref) for ref in _followers(turn, row, said)]
    for each in followers:
        _refuse_begun(turn, row, each)
    letters = [
        turn.uow.need("message", ref, "message.find", ref=ref, id=0) for ref in said.get("messages", ())
    ]
    for letter in letters:
        if letter.state in (MessageState.SENT, MessageState.UNKNOWN, MessageState.FAILED):
            raise _moved_on(row, f"{letter.ref} has gone to the client", "Write to the client again.")
    for each in followers:
        if TaskState(each.state) in lifecycle.OPEN_TASK_STATES:
            calling_off.task(turn, each, each.matter_id, TAKEN_BACK)
            # A playbook opens each step once: this one is to be opened again when its time comes.
            turn.uow.update("task", each.id, step="")
            _tell(
                turn, each, f"Taken back: {each.title} {each.ref}; {row.ref} before it is not done after all"
            )
    for letter in letters:
        if letter.state in (MessageState.AWAITING_APPROVAL, MessageState.APPROVED):
            calling_off.letter(turn, letter, letter.matter_id, TAKEN_BACK)
    if row.run_id is not None and said.get("happened") is not None:
        _reopen_run(turn, row, set(json.loads(said["happened"])))
    if checked is not None and checked.checked_us is None and checked.supervisor_id != turn.actor.id:
        about = About(event_id=0, subject=row.ref, matter_id=row.matter_id)
        words = f"Not done after all, and does not wait for your check yet: {row.title} {row.ref}"
        tell(turn, checked.supervisor_id, words, "delegated", about, task_id=row.id)


def _followers(turn: Turn, row: Any, said: Mapping[str, Any]) -> list[str]:
    """The refs of what completing opened, and of the steps that come after this one, whoever's act opened them."""
    refs = list(said.get("tasks", ()))
    if row.run_id is not None:
        _, playbook = engine.playbook_of(turn, row.run_id)
        after = {step.id for step in playbook.step if row.step in step.after}
        for step in turn.uow.all("engine.run_steps", run_id=row.run_id):
            if step.step in after and step.state != TaskState.CANCELLED:
                refs.append(row_of(turn, opaque(step.id)).ref)
    return list(dict.fromkeys(refs))


def _reopen_run(turn: Turn, row: Any, before: set[str]) -> None:
    """The run goes on; what befell it since stays, but for the completing where nothing else of it is done."""
    run = turn.uow.need("playbook run", opaque(row.run_id), "engine.run", id=row.run_id)
    steps = turn.uow.all("engine.run_steps", run_id=row.run_id)
    happened = set(json.loads(run.happened))
    if not any(step.id != row.id and step.state == TaskState.DONE for step in steps):
        happened -= {COMPLETED} - before
    turn.uow.run("engine.reopen_run", id=row.run_id, happened=as_json(sorted(happened)))


def _refuse_begun(turn: Turn, row: Any, follower: Any) -> None:
    if follower.state == TaskState.CANCELLED:
        return
    who = turn.handle(follower.owner_id)
    named = f"{follower.ref} ({follower.title})"
    if follower.state == TaskState.DONE:
        raise _moved_on(row, f"{named} is done", f"Tell {who} instead.")
    resting = follower.state == TaskState.WAITING and follower.acknowledged_us is None
    if follower.state != TaskState.NEW and not resting:
        raise _moved_on(row, f"{who} has begun on {named}", f"Tell {who} instead.")
    if follower.items_done or turn.uow.one("supervision.open_of_task", task_id=follower.id) is not None:
        raise _moved_on(row, f"work on {named} has begun", f"Tell {who} instead.")


def _moved_on(row: Any, why: str, next_step: str) -> Refusal:
    return Refusal("moved_on", f"{row.ref} stays done: {why}.", next_step)


def _tell(turn: Turn, task: Any, words: str) -> None:
    if task.owner_id != turn.actor.id:
        about = About(event_id=0, subject=task.ref, matter_id=task.matter_id)
        tell(turn, task.owner_id, words, "assigned", about, task_id=task.id)
