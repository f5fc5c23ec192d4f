"""Where was this delayed: read from a matter's trail, with whom each task lay, in which stage, and for how long.

Nothing is guessed from how the tasks stand now. Each stay has real time and business time of the office; a task that
is still open stays until now. Reminders and escalations are the desk's own and end no silence: the longest gap is the
longest time in which nobody did anything on a task.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from casedesk.calendars.business import OutsideCalendar
from casedesk.desk.trail_walk import PAGE
from casedesk.desk.turn import Turn, instant

UNACKNOWLEDGED, ACKNOWLEDGED, AT_WORK, WAITING = "unacknowledged", "acknowledged", "in progress", "waiting"
SIGNATURES: Final = "signature round"
REVIEWS: Final = {"content": "content review", "second": "second review", "signoff": "sign-off"}

_HANDS: Final = {
    "task.handed_off": "handed off",
    "task.reassigned": "reassigned",
    "task.escalated": "escalated",
    "task.assigned": "assigned",
}
_GESTURES: Final = {
    "task.acknowledged": "ack",
    "task.started": "start",
    "task.waiting": "wait",
    "task.handed_off": "give",
    "task.reassigned": "give",
    "task.done": "complete",
}
_MOMENT_US: Final = 1_000_000
"""Entries of one gesture stand a moment apart on a shared store; what lasts no longer is no stay."""

_BY_ITSELF: Final = ("task.woke", "task.escalated")


@dataclass(frozen=True)
class Stay:
    """A task lay with `who` in one stage; `on` is whom a wait was for. Minutes are whole; business ones None where the
    office's calendar does not reach so far back."""

    stage: str
    who: str
    on: str
    since: datetime
    until: datetime
    elapsed_minutes: int
    business_minutes: int | None


@dataclass(frozen=True)
class Move:
    """A task changed hands: how, from whom to whom, by whom, and the reason on record."""

    at: datetime
    how: str
    of: str
    to: str
    by: str
    reason: str


@dataclass(frozen=True)
class Escalation:
    """A reminder, a reassignment or an alert that fired, and who was told."""

    at: datetime
    what: str
    told: tuple[str, ...]
    late_minutes: int


@dataclass(frozen=True)
class Gap:
    """Nobody did anything from `after` (an act) to `before` (the next one, "" while it lasts)."""

    task: str
    kind: str
    stages: tuple[str, ...]
    who: tuple[str, ...]
    since: datetime
    until: datetime
    elapsed_minutes: int
    business_minutes: int | None
    after: str
    before: str


@dataclass(frozen=True)
class TaskDelays:
    task: str
    kind: str
    opened: datetime
    closed: datetime | None
    stays: tuple[Stay, ...]
    moves: tuple[Move, ...]
    escalations: tuple[Escalation, ...]
    longest: Gap | None


@dataclass(frozen=True)
class Share:
    """How long in all one person had a matter's tasks in one stage."""

    who: str
    stage: str
    elapsed_minutes: int
    business_minutes: int | None


@dataclass(frozen=True)
class MatterDelays:
    """`shares` begins with the longest; `longest` is the longest gap of all tasks."""

    matter: str
    tasks: tuple[TaskDelays, ...]
    shares: tuple[Share, ...]
    longest: Gap | None


def of_matter(turn: Turn, matter: str) -> MatterDelays:
    """Where the work of a matter lay, task by task in the order in which they were opened."""
    row = turn.matter(matter)
    found = _Reading()
    for entry in _entries(turn, row.id):
        found.take(entry)
    tasks = tuple(_task(turn, story) for story in found.stories.values())
    gaps = [task.longest for task in tasks if task.longest is not None]
    return MatterDelays(row.ref, tasks, _shares(tasks), max(gaps, key=_length, default=None))


def longest(turn: Turn, matter: str) -> Gap | None:
    """The longest gap of a matter, for one line on its card; None where no task was ever opened."""
    return of_matter(turn, matter).longest


# -- reading the trail --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Stand:
    """Where a task stands: its stage, with whom, and whom it waits for. `stage` "" when it is closed."""

    stage: str
    who: str
    on: str = ""


@dataclass
class _Story:
    """One task's part of the trail."""

    ref: str
    kind: str
    owner: str
    stands: list[tuple[int, _Stand]] = field(default_factory=list)
    acts: list[tuple[int, str]] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    escalations: list[Escalation] = field(default_factory=list)
    undo: dict[str, tuple[_Stand, str]] = field(default_factory=dict)
    _acknowledged: tuple[int, str] = (0, "")

    @property
    def now(self) -> _Stand:
        return self.stands[-1][1]

    def stand(self, at_us: int, stage: str, who: str | None = None, on: str = "") -> None:
        there = _Stand(stage, self.owner if who is None else who, on)
        if not self.stands or there != self.now:
            self.stands.append((at_us, there))

    def remember(self, entry: Any) -> None:
        """Where the task stood before a gesture. Starting or waiting acknowledges first, and that is one gesture."""
        gesture = _GESTURES.get(entry.action)
        if gesture is None:
            return
        same = self._acknowledged == (entry.seq - 1, entry.actor)
        self.undo[gesture] = self.undo["ack"] if same else (self.now, self.owner)
        self._acknowledged = (entry.seq, entry.actor) if gesture == "ack" else (0, "")


class _Reading:
    """The trail of one matter, entry by entry, as the stories of its tasks."""

    def __init__(self) -> None:
        self.stories: dict[str, _Story] = {}
        self._task_of: dict[str, _Story] = {}
        self._packet_of_bytes: dict[str, str] = {}
        self._kind_of_review: dict[str, str] = {}

    def take(self, entry: Any) -> None:
        said = json.loads(entry.payload)
        action, subject = entry.action, entry.subject
        story = self._story(entry, said)
        if story is None:
            return
        if action.startswith("escalation."):
            told = tuple(map(str, said.get("told", ())))
            late = int(said.get("late_us", 0)) // 60_000_000
            story.escalations.append(
                Escalation(instant(entry.at_us), action.removeprefix("escalation."), told, late)
            )
            return
        story.remember(entry)
        if action not in _BY_ITSELF:
            story.acts.append((entry.at_us, action))
        noun = action.partition(".")[0]
        if noun == "task":
            self._task(story, entry, said)
        elif noun in ("draft", "review", "signature"):
            self._gate(story, entry, said, subject)

    def _story(self, entry: Any, said: dict[str, Any]) -> _Story | None:
        """The task an entry is about: by its own ref, or by the packet, the review or the signature that is its."""
        subject, action = entry.subject.partition("/")[0], entry.action
        if action == "task.opened":
            story = _Story(subject, str(said.get("kind", "")), str(said.get("owner", "")))
            self.stories[subject] = story
            story.stand(entry.at_us, WAITING if "on" in said else UNACKNOWLEDGED, on=str(said.get("on", "")))
        elif action == "packet.assembled":
            self._packet_of_bytes[str(said.get("sha256"))] = subject
        elif action == "draft.submitted":
            drafted = self.stories.get(str(said.get("task")))
            packet = self._packet_of_bytes.get(str(said.get("sha256")))
            if drafted is not None and packet is not None:
                self._task_of[packet] = drafted
            return drafted
        elif action in ("review.opened", "signature.needed"):
            of_packet = self._task_of.get(str(said.get("packet")))
            if of_packet is not None:
                self._task_of[subject] = of_packet
            self._kind_of_review[subject] = str(said.get("kind", ""))
        return self.stories.get(subject) or self._task_of.get(subject)

    def _task(self, story: _Story, entry: Any, said: dict[str, Any]) -> None:
        action, at = entry.action, entry.at_us
        if action in _HANDS:
            before, after = story.owner, str(said.get("to") or said.get("owner") or "")
            reason = str(
                said.get("note") or ("nobody acknowledged it in time" if action == "task.escalated" else "")
            )
            story.moves.append(Move(instant(at), _HANDS[action], before, after, entry.actor, reason))
            story.owner = after
            story.stand(at, UNACKNOWLEDGED)
        elif action == "task.acknowledged":
            story.stand(at, ACKNOWLEDGED)
        elif action in ("task.started", "task.woke"):
            story.stand(at, AT_WORK)
        elif action == "task.waiting":
            story.stand(at, WAITING, on=str(said.get("on", "")))
        elif action == "task.done":
            story.stand(at, "")
        elif action == "task.undone":
            # A first tick has begun the task as well, and so has its undoing ended that.
            self._undone(story, at, str(said.get("also") or said.get("gesture", "")))

    @staticmethod
    def _undone(story: _Story, at_us: int, gesture: str) -> None:
        """An undone gesture puts the task back where it stood; of a tick it was only an item."""
        before = story.undo.pop(gesture, None)
        if before is not None:
            stand, story.owner = before
            story.stand(at_us, stand.stage, stand.who, stand.on)

    def _gate(self, story: _Story, entry: Any, said: dict[str, Any], subject: str) -> None:
        action, at = entry.action, entry.at_us
        review = REVIEWS.get(self._kind_of_review.get(subject, ""), "")
        if action == "review.opened":
            story.stand(at, review, str(said.get("owner", "")))
        elif action == "review.taken_over":
            story.stand(at, review, entry.actor)
        elif action == "review.returned":
            story.stand(at, AT_WORK)
        elif action == "review.approved" and story.now.stage == REVIEWS["content"]:
            story.stand(at, SIGNATURES, on="the signatures")


# -- what it comes to ---------------------------------------------------------------------------------------------


def _entries(turn: Turn, matter_id: int) -> Iterable[Any]:
    after = 0
    while rows := turn.uow.all("audit.stream", stream=f"matter:{matter_id}", after=after, limit=PAGE):
        yield from rows
        after = rows[-1].seq


def _task(turn: Turn, story: _Story) -> TaskDelays:
    closed = story.stands[-1][0] if story.now.stage == "" else None
    end = turn.now_us if closed is None else closed
    until = [at for at, _ in story.stands[1:]] + [end]
    stays = tuple(
        Stay(stand.stage, stand.who, stand.on, *_span(turn, since, to))
        for (since, stand), to in zip(story.stands, until, strict=True)
        if stand.stage and to - since >= _MOMENT_US
    )
    return TaskDelays(
        story.ref,
        story.kind,
        instant(story.stands[0][0]),
        None if closed is None else instant(closed),
        stays,
        tuple(story.moves),
        tuple(story.escalations),
        _gap(turn, story, stays, end),
    )


def _gap(turn: Turn, story: _Story, stays: tuple[Stay, ...], end_us: int) -> Gap | None:
    acts = [*(act for act in story.acts if act[0] <= end_us), (end_us, "")]
    best: Gap | None = None
    for (since, after), (until, before) in pairwise(acts):
        began, ended, elapsed, business = _span(turn, since, until)
        lay = [stay for stay in stays if stay.since < ended and stay.until > began]
        who, stages = dict.fromkeys(s.who for s in lay), dict.fromkeys(s.stage for s in lay)
        found = Gap(
            story.ref, story.kind, tuple(stages), tuple(who), began, ended, elapsed, business, after, before
        )
        if lay and (best is None or _length(found) > _length(best)):
            best = found
    return best


def _span(turn: Turn, since_us: int, until_us: int) -> tuple[datetime, datetime, int, int | None]:
    since, until = instant(since_us), instant(until_us)
    try:
        business: int | None = int(turn.calendar.between(since, until).total_seconds() // 60)
    except OutsideCalendar:
        business = None
    return since, until, (until_us - since_us) // 60_000_000, business


def _length(gap: Gap) -> tuple[int, int]:
    return gap.business_minutes or 0, gap.elapsed_minutes


def _shares(tasks: Iterable[TaskDelays]) -> tuple[Share, ...]:
    sums: dict[tuple[str, str], Share] = {}
    for stay in (stay for task in tasks for stay in task.stays):
        known = sums.get((stay.who, stay.stage), Share(stay.who, stay.stage, 0, 0))
        business = (
            None
            if known.business_minutes is None or stay.business_minutes is None
            else known.business_minutes + stay.business_minutes
        )
        sums[stay.who, stay.stage] = replace(
            known, elapsed_minutes=known.elapsed_minutes + stay.elapsed_minutes, business_minutes=business
        )
    return tuple(
        sorted(sums.values(), key=lambda s: (s.business_minutes or 0, s.elapsed_minutes), reverse=True)
    )
