"""The worker's sweep: due timers fire, each once, in the transaction that does what they ask.

A timer is claimed (on PostgreSQL past what another worker holds, on SQLite with the one pen), its task is locked and
asked again whether the condition still holds, and only then does it act. A late timer always fires, stamped with how
late; many late ones for one person become one message. Nothing is dropped.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from casedesk import __version__
from casedesk.desk import authority, dates_due, gate, pausing, request_again, sight, standing_in, vigil
from casedesk.desk.apply import About, managers, tell
from casedesk.desk.dates_due import OF_DATES, StoodDown
from casedesk.desk.turn import Turn
from casedesk.desk.views.care import Swept
from casedesk.models import lifecycle
from casedesk.models.enums import TaskState
from casedesk.routing.chains import Firing, fire
from casedesk.routing.facts import Facts
from casedesk.store.store import SCHEMA
from casedesk.store.unit_of_work import instant

REST_US = 60 * 1_000_000
"""A worker with nothing to do beats no oftener than this."""


@dataclass
class _Sweep:
    by_us: int
    due: int = 0
    fired: int = 0
    late: int = 0
    failed: int = 0
    beaten: int = 0
    heard: bool = False
    tells: dict[int, list[tuple[str, str, Any]]] = field(default_factory=dict)

    _facts: dict[int | None, Facts] = field(default_factory=dict)

    def snapshot(self, turn: Turn, matter_id: int | None) -> Facts:
        """Who is there for a matter's work; the people are read once a turn, and what follows from them once a matter."""
        if matter_id not in self._facts:
            people = authority.people_of(turn, matter_id)
            kept = authority.kept_inside(turn, people)
            self._facts[matter_id] = Facts(owners=turn.owners(matter_id), people=people, kept_inside=kept)
        return self._facts[matter_id]

    def forget(self) -> None:
        """Who is there, and with how much, is read anew."""
        self._facts.clear()

    def say(self, person: int, kind: str, words: str, what: Any) -> None:
        """Somebody must hear of `what` (its `ref`, `matter_id`, `task_id`); one message a person and sweep."""
        self.tells.setdefault(person, []).append((kind, words, what))


def sweep(turn: Turn, limit: int = 100, believed_us: int | None = None) -> Swept:
    """Fire at most `limit` due timers in one transaction; call again while `due` was that many. `believed_us` is the
    time to fire by where the clock's own is ahead of it (`vigil.Pulse`).

    Two sweeps never fire the same timer; a crash before the commit leaves all of them due. Raises `StoreUnavailable` in
    a build that the store has left behind.
    """
    work = _begin(turn, believed_us)
    for timer in turn.uow.all("timer.due", now_us=work.by_us, limit=limit):
        _take(turn, timer, work)
    return _end(turn, work)


def at_rest(turn: Turn, believed_us: int | None = None) -> Swept | None:
    """What a sweep would say that finds nothing due a moment after the last one of this worker, which was less than a
    minute ago; None where it has something to do. It writes nothing. Raises `StoreUnavailable` as `sweep` does."""
    vigil.stand_down_if_old(turn)
    by_us = turn.now_us if believed_us is None else min(turn.now_us, believed_us)
    row = turn.uow.need("timers", "", "timer.rest", worker=_worker(turn))
    due = row.next is not None and row.next <= by_us
    if due or row.beat is None or not 0 <= by_us - row.beat < REST_US:
        return None
    nxt = None if row.next is None else instant(row.next)
    return Swept(fired=0, late=0, sent=0, failed=0, armed_next=nxt, due=0)


def due_ids(turn: Turn, limit: int = 100, believed_us: int | None = None) -> tuple[int, ...]:
    """Which timers are due, for a sweep that goes one by one after one of them failed."""
    by_us = turn.now_us if believed_us is None else min(turn.now_us, believed_us)
    return tuple(row.id for row in turn.uow.all("timer.due_ids", now_us=by_us, limit=limit))


def sweep_one(turn: Turn, timer_id: int, believed_us: int | None = None) -> Swept:
    """Fire one timer, if it is still due."""
    work = _begin(turn, believed_us)
    timer = turn.uow.one("timer.due_one", id=timer_id, now_us=turn.now_us)
    if timer is not None:
        _take(turn, timer, work)
    return _end(turn, work)


def fail_one(turn: Turn, timer_id: int, why: str, believed_us: int | None = None) -> Swept:
    """A timer that cannot fire holds up no other and is not lost: the managers hear of it, and it says so."""
    work = _begin(turn, believed_us)
    timer = turn.uow.one("timer.due_one", id=timer_id, now_us=turn.now_us)
    if timer is not None:
        work.due = work.failed = 1
        about = About(event_id=0, subject=timer.chain, matter_id=timer.matter_id)
        for person in managers(turn, timer.matter_id):
            tell(
                turn,
                person,
                "A reminder could not fire; look at its task",
                "alarm",
                about,
                task_id=timer.task_id,
            )
        late_us = max(0, turn.now_us - timer.fire_at_us)
        work.heard = not sight.guarded(turn, timer.matter_id)
        turn.uow.audit("escalation.failed", timer.chain, matter_id=timer.matter_id, step=timer.step, why=why)
        turn.uow.run(
            "timer.fired", id=timer.id, now_us=turn.now_us, late_us=late_us, outcome=f"failed: {why}"
        )
    return _end(turn, work)


def _begin(turn: Turn, believed_us: int | None) -> _Sweep:
    vigil.stand_down_if_old(turn)
    work = _Sweep(by_us=turn.now_us if believed_us is None else min(turn.now_us, believed_us))
    vigil.note_gap(turn, _worker(turn), work.by_us)
    return work


def _worker(turn: Turn) -> str:
    return f"person:{turn.actor.handle}"


def _take(turn: Turn, timer: Any, work: _Sweep) -> None:
    work.due += 1
    late_us = max(0, turn.now_us - timer.fire_at_us)
    try:
        outcome = _fire(turn, timer, work)
    except StoodDown as why:
        turn.uow.run("timer.stood_down", id=timer.id, outcome=str(why))
        return
    if turn.uow.run("timer.fired", id=timer.id, now_us=turn.now_us, late_us=late_us, outcome=outcome):
        work.fired += 1
        work.late += late_us > vigil.LATE_US
        # Everybody reads the heartbeat: what fires behind a wall does not count there.
        work.beaten += not sight.guarded(turn, timer.matter_id)


def _end(turn: Turn, work: _Sweep) -> Swept:
    for person, messages in work.tells.items():
        _tell_once(turn, person, messages)
    turn.uow.run(
        "timer.beat",
        worker=_worker(turn),
        person_id=turn.actor.id,
        build=__version__,
        at_us=turn.now_us,
        fired=work.beaten,
        skew_us=turn.now_us - work.by_us,
        schema_no=SCHEMA,
    )
    # That something fired behind a wall is nobody's to hear of outside of it, and a heartbeat alone is no news.
    turn.uow.quiet = not (work.beaten or work.heard)
    nxt = turn.uow.scalar("timer.next")
    return Swept(
        fired=work.fired,
        late=work.late,
        sent=0,
        failed=work.failed,
        armed_next=None if nxt is None else instant(nxt),
        due=work.due,
    )


def _fire(turn: Turn, timer: Any, work: _Sweep) -> str:
    """Do what one timer asks; returns what came of it, for the record."""
    if timer.chain in OF_DATES:
        return dates_due.fire(turn, timer, work.say)
    if timer.task_id is None:
        raise StoodDown("no task")
    turn.uow.one("task.lock", id=timer.task_id)
    task = turn.uow.one("task.find", ref="", id=timer.task_id)
    if task is None or TaskState(task.state) not in lifecycle.OPEN_TASK_STATES:
        raise StoodDown("done")
    if timer.chain == "wake":
        return request_again.fire(turn, task, _who(turn, task), work.say) or _wake(turn, timer, task, work)
    if timer.chain == gate.REVIEW_CHAIN:
        return _review_overdue(turn, timer, task, work)
    if timer.condition == "unacknowledged" and task.state != TaskState.NEW:
        raise StoodDown("acknowledged")
    firing = _firing(turn, timer, task, work)
    if firing.owner is not None and firing.owner.among:
        # Among several by load or by turn: by the counts of now, what this sweep gave out before among them.
        turn.hold_picks()
        turn.weigh_anew()
        work.forget()
        firing = _firing(turn, timer, task, work)
    if firing.owner is not None and firing.owner.person is not None:
        _reassign(turn, task, firing.owner.person, firing.owner.reason, timer)
    words = {
        "remind": f"Not acknowledged yet: {task.title} {task.ref}",
        "reassign": f"Now yours, nobody had acknowledged it: {task.title} {task.ref}",
        "alert": f"Not complete: {task.title} {task.ref}, {_outstanding(turn, task)}",
    }[timer.action]
    if timer.action == "remind" and timer.condition != "unacknowledged":
        words = f"Still open: {task.title} {task.ref}"
    last = not turn.uow.scalar(
        "timer.later_steps",
        subject_id=timer.subject_id,
        chain=timer.chain,
        generation=timer.generation,
        step=timer.step,
    )
    reached = [pick.person for pick in firing.tell if pick.person is not None]
    # Where nobody may take the work at all, those who manage hear of it: a chain never ends at nobody.
    for person in reached or managers(turn, task.matter_id):
        work.say(person, "alarm" if last else timer.action, words, task)
    told = [turn.handle(person) for person in reached]
    turn.uow.audit(
        f"escalation.{timer.action}",
        task.ref,
        matter_id=task.matter_id,
        chain=timer.chain,
        step=timer.step,
        last=last,
        kind=task.kind,
        owner=turn.handle(task.owner_id),
        state=task.state,
        told=told,
        late_us=max(0, turn.now_us - timer.fire_at_us),
    )
    return f"{timer.action}: {', '.join(told)}"


def _firing(turn: Turn, timer: Any, task: Any, work: _Sweep) -> Firing:
    snapshot = work.snapshot(turn, task.matter_id)
    return fire(
        timer.action,
        json.loads(timer.targets),
        snapshot,
        owner=task.owner_id,
        reserved=bool(task.reserved),
        inside=task.kind in snapshot.kept_inside,
    )


def _outstanding(turn: Turn, task: Any) -> str:
    """What is open, by the checklist's own codes: a message that may go outside carries no client data."""
    items = turn.uow.all("timer.outstanding", task_id=task.id)
    open_ = f"{len(items)} of {task.items_total} items open"
    if items:
        more = f" and {len(items) - 6} more" if len(items) > 6 else ""
        open_ += f" ({', '.join(item.code for item in items[:6])}{more})"
    said = [f"with {turn.handle(task.owner_id)}", open_]
    if task.state in pausing.RESTING:
        since = "" if task.waiting_since_us is None else f" since {instant(task.waiting_since_us):%Y-%m-%d}"
        said.append("on hold" if task.state == TaskState.ON_HOLD else f"waiting{since}")
    reviews = [review.ref for review in turn.uow.all("task.reviews_of", task_id=task.id)]
    if reviews:
        said.append(f"in review: {', '.join(reviews)}")
    date = f"agency's date {task.agency_due}" if task.agency_due else f"due {instant(task.due_us):%Y-%m-%d}"
    return "; ".join([*said, date])


def _reassign(turn: Turn, task: Any, person: int, reason: str, timer: Any) -> None:
    """The task changes hands; its chain goes on where it was, it does not start again."""
    turn.uow.run(
        "task.add_generation",
        id=task.id,
        owner_id=person,
        owner_reason=f"escalated, nobody acknowledged it in time: {reason}",
        note=task.handoff_note,
    )
    pausing.follow(turn, task.id, task.state, TaskState.NEW)
    turn.uow.audit(
        "task.escalated",
        task.ref,
        matter_id=task.matter_id,
        to=turn.handle(person),
        of=turn.handle(task.owner_id),
        chain=timer.chain,
        step=timer.step,
    )


def _who(turn: Turn, task: Any) -> int:
    """Whoever has a task, or who covers for them today."""
    owner = turn.people.get(task.owner_id)
    return int(task.owner_id) if owner is None else standing_in.stand_in(turn, owner, task.matter_id).id


def _wake(turn: Turn, timer: Any, task: Any, work: _Sweep) -> str:
    if timer.generation != task.generation:
        raise StoodDown("another wait took its place")
    if task.state != TaskState.WAITING:
        raise StoodDown("not waiting")
    turn.uow.update("task", task.id, state=TaskState.IN_PROGRESS, wake_up_us=None)
    pausing.go_on(turn, task.id)
    words = f"Ask again: {task.title} {task.ref}, waiting on {task.waiting_on or 'somebody'}"
    work.say(_who(turn, task), "wake", words, task)
    turn.uow.audit("task.woke", task.ref, matter_id=task.matter_id)
    return "woke"


def _review_overdue(turn: Turn, timer: Any, task: Any, work: _Sweep) -> str:
    """A review is due and nobody has decided it: its owner and the managers hear of it."""
    review = turn.uow.one("gate.review", ref="", id=timer.subject_id)
    if review is None or review.state != "open":
        raise StoodDown("review is decided")
    words = f"Review overdue: {review.ref} of {review.packet_ref}, with {turn.handle(review.owner_id)}"
    people = {review.owner_id, *managers(turn, review.matter_id)}
    for person in sorted(people):
        work.tells.setdefault(person, []).append(("alert", words, task))
    turn.uow.audit(
        "escalation.review",
        review.ref,
        matter_id=review.matter_id,
        told=sorted(turn.handle(person) for person in people),
        late_us=max(0, turn.now_us - timer.fire_at_us),
    )
    return "review overdue"


def _tell_once(turn: Turn, person: int, messages: list[tuple[str, str, Any]]) -> None:
    """One message for what one person must hear; what is behind a wall is told apart, one message a matter."""
    heard: dict[int | None, list[tuple[str, str, Any]]] = {}
    for message in messages:
        matter_id = message[2].matter_id
        heard.setdefault(matter_id if sight.guarded(turn, matter_id) else None, []).append(message)
    for behind, told in heard.items():
        first_about, first, task = told[0]
        about = About(event_id=0, subject=task.ref, matter_id=task.matter_id)
        if len(told) == 1:
            tell(turn, person, first, first_about, about, task_id=getattr(task, "task_id", task.id))
            continue
        about.matter_id = behind
        lines = "\n".join(words for _, words, _ in told)
        tell(turn, person, f"{len(told)} things need you", "digest", about, body=lines)
