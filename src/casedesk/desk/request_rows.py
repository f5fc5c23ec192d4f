"""What was asked of clients, as it stands: events say what was asked and again, the task's checklist what came in.

A request is known by its first message. Each of its events (`request.sent`, `out`, `again`, `closed`, `answered`) is
added and none rewritten; whether a thing is still asked for follows from the line of the checklist it belongs to, so
that ticking it anywhere answers it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from casedesk.desk import calling_off, pausing, settings
from casedesk.desk.apply import About, tell, wake_timer
from casedesk.desk.turn import Turn, day, id_of, instant, opaque
from casedesk.models import lifecycle
from casedesk.models.enums import ItemState, MessageState, TaskState
from casedesk.refusal import Refusal
from casedesk.store.unit_of_work import as_json, micros

FIRST: Final = "information_request"
FOLLOWING: Final = "information_request_again"

SENT, OUT, AGAIN, CLOSED, ANSWERED = (
    "request.sent",
    "request.out",
    "request.again",
    "request.closed",
    "request.answered",
)

CLIENT: Final = "client"
"""Whom a task waits on while something is asked for."""

AGAIN_DAYS: Final = 14
AGAIN_KEY: Final = "request.ask_again_days"
"""After so many days without an answer people are asked again, where the playbook's step says nothing else."""


@dataclass(frozen=True)
class Standing:
    """One request: the task's row and lines, its events in order, its messages in the order in which they were made.

    `lines` are the lines asked for, `dropped` why one of them is no longer asked for, by code, `words` how the client is
    asked for one. `again_us` is when people are asked again, None once nobody will be.
    """

    id: int
    ref: str
    matter_id: int
    task: Any
    lines: tuple[Any, ...]
    dropped: Mapping[str, str]
    words: Mapping[str, str]
    letters: tuple[Any, ...]
    asked_by: int
    to: int | None
    again_us: int | None
    ended: bool
    answered: bool
    rounds: int
    events: int

    @property
    def open_lines(self) -> tuple[Any, ...]:
        """What is still asked for."""
        return tuple(
            line for line in self.lines if line.state == ItemState.OPEN and line.code not in self.dropped
        )

    @property
    def state(self) -> str:
        """`awaiting_approval` (nothing went out yet), `open`, `answered` or `closed`."""
        if not self.open_lines:
            return "closed" if len(self.dropped) >= len(self.lines) else "answered"
        first = self.letters[0].state
        over = TaskState(self.task.state) not in lifecycle.OPEN_TASK_STATES
        if self.ended or over or (first == MessageState.CANCELLED and len(self.letters) == 1):
            return "closed"
        return "open" if self.asked_us is not None else "awaiting_approval"

    @property
    def is_open(self) -> bool:
        return self.state in ("open", "awaiting_approval")

    @property
    def asked_us(self) -> int | None:
        """When the first word of it went out."""
        return min((g.sent_us for g in self.letters if g.sent_us is not None), default=None)


def of_task(turn: Turn, task: Any) -> Standing | None:
    """The open request a task waits for, None where there is none. `task` has id and matter_id."""
    if task.matter_id is None:
        return None
    mine = [s for s in of_matter(turn, task.matter_id, task_id=task.id) if s.is_open]
    return mine[0] if mine else None


def of_matter(turn: Turn, matter_id: int, *, task_id: int | None = None) -> tuple[Standing, ...]:
    """The requests of a matter (or of one of its tasks), in the order in which they were made."""
    rows = turn.uow.all("request.of_matter", matter_id=matter_id)
    firsts = [r for r in rows if r.trigger == SENT and (task_id is None or r.correlation == opaque(task_id))]
    return tuple(
        _standing(turn, [r for r in rows if r.subject == first.subject])
        for first in sorted(firsts, key=lambda r: (r.at_us, r.id))
    )


def of_letter(turn: Turn, letter_id: int) -> Standing | None:
    """The request that a message began, None for a message that began none."""
    rows = turn.uow.all("request.of_request", subject=opaque(letter_id))
    return _standing(turn, rows) if rows else None


def with_letter(turn: Turn, letter: Any) -> Standing | None:
    """The request that a message, the first or a later one, belongs to."""
    if letter.template not in (FIRST, FOLLOWING):
        return None
    found = [s for s in of_matter(turn, letter.matter_id) if any(g.id == letter.id for g in s.letters)]
    return found[0] if found else None


def waiting(turn: Turn, matter_id: int) -> tuple[str, ...]:
    """What the people of a matter are asked for, a sentence a request: "client: birth certificate, asked 2026-11-12,
    ask again on 2026-11-26"."""
    return tuple(_sentence(turn, s) for s in of_matter(turn, matter_id) if s.is_open)


def label(line: Any) -> str:
    """What a line asks for in few words: "birth certificate naming the parents"."""
    text = str(line.text).removeprefix("Recorded and checked: ")
    who, colon, what = text.partition(": ")
    text = what if colon and who.isalpha() else text
    for mark in (";", " (", ", "):
        text = text.partition(mark)[0]
    return text


# -- its events -------------------------------------------------------------------------------------------------------


def note(turn: Turn, standing: Standing, trigger: str, **said: Any) -> None:
    """Write what became of a request."""
    write(
        turn,
        trigger,
        standing.id,
        standing.task,
        standing.matter_id,
        standing.events + 1,
        None,
        said,
    )


def write(
    turn: Turn,
    trigger: str,
    letter_id: int,
    task: Any,
    matter_id: int,
    number: int,
    request_id: str | None,
    said: Mapping[str, Any],
) -> None:
    """One event of a request; `number` orders those of one instant."""
    event_id = turn.uow.new_id()
    turn.uow.insert(
        "event",
        id=event_id,
        trigger=trigger,
        subject=opaque(letter_id),
        matter_id=matter_id,
        actor_id=turn.actor.id,
        at_us=turn.now_us,
        request_id=request_id or f"request:{opaque(event_id)}",
        correlation=opaque(task.id),
        outcome=as_json({"n": number, **said}),
    )


def next_time(turn: Turn, task: Any) -> datetime:
    """When people are asked again who are asked now: by the step's own wait for the client, else after the firm's days;
    before the task's own date where that is still ahead, and on a day the office works."""
    amount = _cadence(turn, task)
    if amount is None:
        wanted = date.fromordinal(turn.today.toordinal() + firm_days(turn))
    else:
        wanted = turn.calendar.today(turn.calendar.add(turn.now, *amount))
    own = day(task.internal_due)
    soonest = turn.calendar.next_business_day(turn.today)
    if own is not None and own > turn.today:
        wanted = min(wanted, turn.calendar.previous_business_day(own))
    return turn.calendar.start_of_business(turn.calendar.roll_forward(max(wanted, soonest)))


def firm_days(turn: Turn) -> int:
    """After how many days people are asked again, where no playbook says it."""
    return int(settings.value(turn, AGAIN_KEY, str(AGAIN_DAYS)))


def set_firm_days(turn: Turn, days: int) -> int:
    """Settle it. Managers only; raises `Refusal` for less than a day or more than a quarter of a year."""
    if not 1 <= days <= 90:
        raise Refusal("bad_setting", f"{days} days is no time to ask again after.", "It takes 1 to 90 days.")
    settings.put(turn, {AGAIN_KEY: str(days)})
    turn.uow.flush()
    return firm_days(turn)


def rest(turn: Turn, task: Any, until: datetime) -> None:
    """Let a task wait for what was asked until then."""
    turn.uow.update(
        "task",
        task.id,
        state=TaskState.WAITING,
        acknowledged_us=task.acknowledged_us or turn.now_us,
        waiting_on=CLIENT,
        waiting_since_us=turn.now_us,
        wake_up_us=micros(until),
    )
    turn.uow.run("engine.cancel_unacknowledged", task_id=task.id)
    pausing.follow(turn, task.id, task.state, TaskState.WAITING)
    wake(turn, task, until)
    turn.uow.audit("task.waiting", task.ref, matter_id=task.matter_id, on=CLIENT, wake_us=micros(until))


def wake(turn: Turn, task: Any, at: datetime) -> None:
    """One more wake-up of a task, beside those that are there: which one counts the request itself says."""
    last = turn.uow.scalar("request.last_wake", task_id=task.id, generation=task.generation)
    timer = wake_timer(at)
    turn.uow.insert(
        "timer",
        id=turn.uow.new_id(),
        matter_id=task.matter_id,
        task_id=task.id,
        subject_id=task.id,
        chain=timer.chain,
        step=1 + (last or 0),
        generation=task.generation,
        fire_at_us=micros(at),
        condition=timer.condition,
        action=timer.action,
        targets=as_json(list(timer.targets)),
        clock=timer.clock,
        **pausing.RUNNING,
    )


# -- what comes of it -------------------------------------------------------------------------------------------------


def line_closed(turn: Turn, task: Any) -> None:
    """A line of a task's checklist was ticked, waived or dropped: a request that has all of its own is answered, and its
    task goes on."""
    found = of_matter(turn, task.matter_id, task_id=task.id) if task.matter_id else ()
    over = [s for s in found if not s.open_lines and not s.ended and not s.answered]
    for standing in over:
        note(turn, standing, ANSWERED)
        turn.uow.audit(ANSWERED, standing.ref, matter_id=task.matter_id, task=task.ref)
    if over and not any(s.is_open for s in found):
        go_on(turn, task, f"Everything asked for is settled: {task.title} {task.ref}")


def go_on(turn: Turn, task: Any, words: str) -> None:
    """The wait for the client is over; whoever has the task hears of it, unless it was they who ended it."""
    now = turn.uow.need("task", task.ref, "task.find", ref=task.ref, id=task.id)
    if now.state != TaskState.WAITING or now.waiting_on != CLIENT:
        return
    turn.uow.update(
        "task", now.id, state=TaskState.IN_PROGRESS, waiting_on=None, waiting_since_us=None, wake_up_us=None
    )
    pausing.go_on(turn, now.id)
    turn.uow.audit("task.woke", now.ref, matter_id=now.matter_id)
    if now.owner_id != turn.actor.id:
        about = About(event_id=0, subject=now.ref, matter_id=now.matter_id)
        tell(turn, now.owner_id, words, "answered", about, task_id=now.id)


def went_out(turn: Turn, letter: Any) -> None:
    """A message went to the client: one that asks for something is counted from now."""
    standing = with_letter(turn, letter)
    if standing is None or not standing.is_open:
        return
    task = standing.task
    until = next_time(turn, task)
    note(turn, standing, OUT, message=letter.ref, again_us=micros(until))
    wake(turn, task, until)
    if task.state == TaskState.WAITING and task.waiting_on == CLIENT:
        turn.uow.update("task", task.id, wake_up_us=micros(until))


def take_back(turn: Turn, task: Any) -> None:
    """The request was made by mistake: its letter is withdrawn. Raises `Refusal` once it is released."""
    standing = of_task(turn, task)
    if standing is None:
        return
    letter = standing.letters[-1]
    if letter.state != MessageState.AWAITING_APPROVAL or len(standing.letters) > 1:
        raise Refusal(
            "moved_on",
            f"{standing.letters[0].ref} has been released to the client.",
            f"Close the request with a reason: casedesk request close {standing.ref} --reason TEXT.",
        )
    calling_off.letter(turn, letter, task.matter_id, "request taken back")
    note(turn, standing, CLOSED, all=True, reason="taken back")
    turn.uow.audit(CLOSED, standing.ref, matter_id=task.matter_id, reason="taken back")


# --- within


def _standing(turn: Turn, rows: Iterable[Any]) -> Standing:
    # An erasure leaves nothing of what was asked, and the request stands empty.
    told = sorted(((json.loads(r.outcome), r) for r in rows), key=lambda pair: pair[0].get("n", 0))
    said, first = told[0]
    task_id, letter_id = id_of(first.correlation), id_of(first.subject)
    task = turn.uow.need("task", first.correlation, "task.find", ref="", id=task_id)
    lines = {line.code: line for line in turn.uow.all("task.items", task_id=task_id)}
    letters = [_letter(turn, letter_id)]
    dropped: dict[str, str] = {}
    again_us: int | None = None
    ended = answered = False
    for words, row in told:
        again_us = words.get("again_us", again_us)
        if row.trigger == AGAIN and words.get("message"):
            letters.append(_letter(turn, 0, words["message"]))
        elif row.trigger == CLOSED:
            ended = ended or bool(words.get("all"))
            dropped |= dict.fromkeys(words.get("items", ()), words["reason"])
        elif row.trigger == ANSWERED:
            answered, again_us = True, None
    return Standing(
        id=letter_id,
        ref=letters[0].ref,
        matter_id=first.matter_id,
        task=task,
        lines=tuple(lines[code] for code in said.get("items", ()) if code in lines),
        dropped=dropped,
        words=said.get("words", {}),
        letters=tuple(letters),
        asked_by=first.actor_id,
        to=letters[0].party_id,
        again_us=again_us,
        ended=ended,
        answered=answered,
        rounds=len(letters),
        events=len(told),
    )


def _letter(turn: Turn, letter_id: int, ref: str = "") -> Any:
    return turn.uow.need("message", ref, "message.find", ref=ref, id=letter_id)


def _cadence(turn: Turn, task: Any) -> tuple[float, Any] | None:
    """How long the task's own step waits for the client."""
    if task.run_id is None:
        return None
    from casedesk.desk import engine

    _, playbook = engine.playbook_of(turn, task.run_id)
    for step in playbook.step:
        if step.id == task.step and step.wait is not None and step.wait.on == CLIENT:
            return step.wait.wake.amount, step.wait.wake.unit
    return None


def _sentence(turn: Turn, standing: Standing) -> str:
    asked = _listed([label(line) for line in standing.open_lines])
    usual = turn.uow.one("engine.client_party", matter_id=standing.matter_id, form_id=None)
    ours = usual is None or standing.to in (None, usual.id)
    whom = CLIENT if ours else standing.letters[0].recipient
    if standing.asked_us is None:
        when = f"not asked yet: {standing.letters[-1].ref} is {_said(standing.letters[-1].state)}"
    else:
        when = f"asked {turn.calendar.today(instant(standing.asked_us)).isoformat()}"
    again = ""
    if standing.again_us is not None:
        again = f", ask again on {turn.calendar.today(instant(standing.again_us)).isoformat()}"
    return f"{whom}: {asked}, {when}{again}"


def _listed(names: Sequence[str], most: int = 2) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _said(state: str) -> str:
    return {"awaiting_approval": "to be released", "approved": "to be sent"}.get(state, state)
