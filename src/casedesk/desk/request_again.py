"""A client did not answer: what was asked is asked again, by a letter that somebody releases, and in the end by voice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from casedesk.desk import engine, pausing, request_rows, requests
from casedesk.desk.dates_due import StoodDown
from casedesk.desk.request_rows import AGAIN, Standing
from casedesk.desk.turn import Turn, instant
from casedesk.models.enums import MessageState, OwnerKind, TaskState
from casedesk.refusal import Refusal
from casedesk.routing.vocabulary import Trigger
from casedesk.store.unit_of_work import micros

Say = Callable[[int, str, str, Any], None]

MOST_LETTERS: Final = 4
"""After so many letters without an answer nobody writes another: the people of the matter hear of it."""


def fire(turn: Turn, task: Any, owner: int, say: Say) -> str:
    """A task's wake-up came: what its open request asks for is asked again. "" where no request is open.

    `owner` is who has the task, or who is there for them. Raises `StoodDown` where another day counts by now.
    """
    standing = request_rows.of_task(turn, task)
    if standing is None or standing.again_us is None:
        return ""
    if standing.again_us > turn.now_us:
        if task.wake_up_us is None or task.wake_up_us > turn.now_us:
            raise StoodDown("asked again on another day")
        return ""
    last = standing.letters[-1]
    if last.state in (MessageState.AWAITING_APPROVAL, MessageState.APPROVED):
        return _still_here(turn, standing, last, owner, say)
    if standing.rounds >= MOST_LETTERS:
        return _give_up(turn, standing, owner, say)
    return _ask(turn, standing, owner, say)


def _still_here(turn: Turn, standing: Standing, letter: Any, owner: int, say: Say) -> str:
    """Nobody was asked anew as long as the last letter did not go out: whoever has the task hears of it each day."""
    task = standing.task
    tomorrow = turn.calendar.start_of_business(turn.calendar.next_business_day(turn.today))
    _until(turn, standing, tomorrow, {})
    held = "released" if letter.state == MessageState.AWAITING_APPROVAL else "sent"
    say(owner, "wake", f"Not {held} yet: {letter.ref}, for {task.title} {task.ref}", task)
    return f"{letter.ref} not {held}"


def _ask(turn: Turn, standing: Standing, owner: int, say: Say) -> str:
    task = standing.task
    until = request_rows.next_time(turn, task)
    asked_us = standing.asked_us or turn.now_us
    try:
        letter = requests.follow_up(turn, standing, until, turn.calendar.today(instant(asked_us)))
    except Refusal as refusal:
        _until(turn, standing, until, {})
        say(owner, "wake", f"Ask again by hand: {task.title} {task.ref}", task)
        turn.uow.audit("request.not_asked", standing.ref, matter_id=task.matter_id, why=refusal.code)
        return f"not asked again: {refusal.code}"
    _until(turn, standing, until, {"message": letter.ref})
    turn.uow.audit(AGAIN, standing.ref, matter_id=task.matter_id, message=letter.ref, task=task.ref)
    say(owner, "wake", f"Ask again: {task.title} {task.ref}; {letter.ref} is to be released", task)
    engine.announce(turn, Trigger.REQUEST_UNANSWERED, task.matter_id, task.matter_ref, None)
    return f"asked again: {letter.ref}"


def _give_up(turn: Turn, standing: Standing, owner: int, say: Say) -> str:
    """The task goes on without an answer, and its attorney hears of it."""
    task = standing.task
    request_rows.note(turn, standing, AGAIN, again_us=None)
    if task.state == TaskState.WAITING:
        turn.uow.update("task", task.id, state=TaskState.IN_PROGRESS, wake_up_us=None)
        pausing.go_on(turn, task.id)
    words = f"Asked {standing.rounds} times, and no answer: {task.title} {task.ref}"
    lead = turn.owners(task.matter_id).get(OwnerKind.LEAD_ATTORNEY)
    for person in sorted({owner} | ({lead} if lead is not None else set())):
        say(person, "alarm", words, task)
    turn.uow.audit("request.unanswered", standing.ref, matter_id=task.matter_id, letters=standing.rounds)
    return "no answer"


def _until(turn: Turn, standing: Standing, until: datetime, said: dict[str, Any]) -> None:
    task = standing.task
    request_rows.note(turn, standing, AGAIN, again_us=micros(until), **said)
    request_rows.wake(turn, task, until)
    if task.state == TaskState.WAITING:
        turn.uow.update("task", task.id, wake_up_us=micros(until))
