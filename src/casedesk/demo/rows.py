"""Taken-over matters as the store keeps them: their rows, and their chains on the trail.

What a use-case writes one gesture at a time, by one person at one instant, stands here as it was left by many people
over many months; so the entries are chained here, with the very hash that every other entry has.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any

from casedesk.demo.taken_over import Office, TakenOver, Work, matter
from casedesk.desk.turn import opaque
from casedesk.matching import names
from casedesk.models.enums import OwnerKind
from casedesk.models.identifiers import CROCKFORD
from casedesk.security.audit_hash import GENESIS, Chain
from casedesk.security.canonical import canonical_json
from casedesk.security.seals import Head

COLUMNS: dict[str, tuple[str, ...]] = {
    "client": ("id", "ref", "name", "kind", "language", "phone", "email", "created_us"),
    "matter": ("id", "ref", "type", "caption", "client_id", "language", "priority", "status", "office_id",
               "opened_us", "opened_by", "closed_us"),
    "matter_owner": ("matter_id", "kind", "person_id"),
    "party": ("id", "matter_id", "client_id", "role", "name", "a_number", "language", "phone", "email"),
    "name_key": ("id", "matter_id", "party_id", "how", "key", "name"),
    "form": ("id", "matter_id", "form", "receipt_number", "received", "status", "channel"),
    "playbook_run": ("id", "matter_id", "form_id", "playbook", "version", "started_us", "closed_us"),
    "task": ("id", "ref", "matter_id", "run_id", "kind", "title", "step", "owner_id", "owner_reason", "state",
             "reserved", "priority", "hours_tenths", "acknowledge_by_us", "acknowledged_us", "acknowledged_by",
             "due_us", "internal_due", "waiting_on", "waiting_since_us", "wake_up_us", "created_us", "done_us",
             "done_by"),
    "task_item": ("id", "task_id", "position", "code", "text", "hint", "required", "reserved", "wants_file"),
    "timer": ("id", "matter_id", "task_id", "subject_id", "chain", "step", "fire_at_us", "condition", "action",
              "targets"),
    "audit": ("stream", "seq", "matter_id", "prev", "hash", "at_us", "actor", "action", "subject", "payload"),
    "audit_head": ("stream", "matter_id", "seq", "hash"),
}  # fmt: skip
"""The tables, each after those it leans on, and what of a row is not left to its default."""

FIRST_ID = 1 << 62
"""Ids of these rows begin here and rise from one matter to the next, so that the store's pages fill in their order."""

REFS = 1 << 30
"""As many refs as six characters can say."""

_WAKE = ("wake", 1), ("incomplete", "remind", '["task.owner"]')
"""Every wait wakes up (`desk.apply.wake_timer`)."""

Told = tuple[int, str, str, str, str]
"""When, who, what, of what, and the rest of an entry as canonical JSON."""


@dataclass(frozen=True)
class Frame:
    """What every batch of one making shares: the store, its office, how many matters and tasks come, which refs are
    taken, and for each year the number that a matter's place is added to."""

    store_id: str
    office: Office
    name: str
    matters: int
    tasks: int
    refs: frozenset[str]
    numbers: dict[int, int]


@dataclass
class Batch:
    """Rows of some matters, by table, and the end of each matter's stream."""

    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=lambda: {table: [] for table in COLUMNS})
    heads: list[tuple[Head, int]] = field(default_factory=list)


def batch(frame: Frame, first: int, last: int) -> Batch:
    """The rows of the matters from `first` to before `last`, whichever process asks."""
    spelled = _Spelled(frame, first)
    for place in range(first, last):
        tasks = _until(frame, place + 1) - _until(frame, place)
        chance = Random(f"{frame.name} {place}")  # noqa: S311
        begins = frame.office.opened_on(place, frame.matters)
        spelled.add(place, matter(frame.office, chance, begins, tasks))
    return spelled.batch


@cache
def _weights(name: str, matters: int) -> tuple[int, ...]:
    """How much work the matters before each place have, in parts of `_weights(...)[-1]`."""
    chance = Random(f"{name} weights")  # noqa: S311
    sums = [0]
    for _ in range(matters):
        sums.append(sums[-1] + chance.randint(40, 160))
    return tuple(sums)


def _until(frame: Frame, place: int) -> int:
    """How many tasks the matters before that place have; every matter has one at least."""
    sums = _weights(frame.name, frame.matters)
    return place + (frame.tasks - frame.matters) * sums[place] // sums[-1]


class _Spelled:
    def __init__(self, frame: Frame, first: int) -> None:
        self.frame = frame
        self.batch = Batch()
        self._step = (FIRST_ID - 1) // frame.matters
        self._task = _until(frame, first)
        self._id = 0

    def _new_id(self) -> int:
        self._id += 1
        return self._id

    def _ref(self, prefix: str, number: int) -> str:
        """A ref nobody has: a walk through all of them that looks like chance and meets none twice."""
        while True:
            spot = (number * 0x2545F491 + 0x1B873593) % REFS
            code = "".join([CROCKFORD[spot >> place & 31] for place in (25, 20, 15, 10, 5, 0)])
            if f"{prefix}-{code}" not in self.frame.refs:
                return f"{prefix}-{code}"
            number += 2 * (self.frame.tasks + self.frame.matters)

    def add(self, place: int, each: TakenOver) -> None:
        """Spell one matter."""
        add = self.batch.rows
        self._id = FIRST_ID + place * self._step
        matter_id, client_id, party_id = self._new_id(), self._new_id(), self._new_id()
        year = each.opened_day.year
        ref = f"M-{year}-{self.frame.numbers[year] + place:04d}"
        number = place + 1
        phone, email = f"718-555-01{number % 100:02d}", f"client{number}@mail.example"
        handles = {kind.value: owner.handle for kind, owner in each.owners.items()}
        paralegal, kind = each.owners[OwnerKind.PRIMARY_PARALEGAL], "company" if each.company else "person"
        client = (client_id, self._ref("C", number + self.frame.tasks), each.client, kind)
        add["client"].append((*client, each.language, phone, email, each.opened))
        called = (matter_id, ref, each.type, each.caption, client_id, each.language, each.priority)
        stands = ("open" if each.closed is None else "closed", self.frame.office.office_id)
        add["matter"].append((*called, *stands, each.opened, paralegal.id, each.closed))
        for of, owner in each.owners.items():
            add["matter_owner"].append((matter_id, of.value, owner.id))
        party = (party_id, matter_id, None if each.company else client_id, each.role.value, each.person)
        add["party"].append((*party, f"A1{number:08d}", each.language, phone, email))
        for name, key in names.own_keys(each.caption, each.client, (each.person,)):
            add["name_key"].append((self._new_id(), matter_id, None, key.how, key.key, name))
        for key in names.keys(each.person):
            add["name_key"].append((self._new_id(), matter_id, party_id, key.how, key.key, each.person))
        told = [(each.opened, paralegal.handle, "matter.opened", ref, _opened(each, handles))]
        form_id = self._form(each, matter_id, number, told)
        runs: dict[str, int] = {}
        for work in each.work:
            self._run(each, work, (matter_id, ref, form_id), runs, told)
            self._one_task(each, work, matter_id, runs, told)
        if each.closed is not None:
            attorney = handles[OwnerKind.LEAD_ATTORNEY.value]
            told.append((each.closed, attorney, "matter.closed", ref, _plain(reason="The work is done.")))
        self._chain(matter_id, told)

    def _form(self, each: TakenOver, matter_id: int, number: int, told: list[Told]) -> int | None:
        if each.form is None:
            return None
        form_id, receipt = self._new_id(), f"IOE07{number:08d}"
        row = (form_id, matter_id, each.form, receipt, each.opened_day.isoformat(), "pending", "paper")
        self.batch.rows["form"].append(row)
        said = _plain(form=opaque(form_id), receipt_number=receipt, channel="paper")
        told.append((each.opened, told[0][1], "form.added", each.form, said))
        return form_id

    def _run(
        self,
        each: TakenOver,
        work: Work,
        about: tuple[int, str, int | None],
        runs: dict[str, int],
        told: list[Told],
    ) -> None:
        """The playbook a task is the first of, begun with it."""
        book, (matter_id, ref, form_id) = work.step.book, about
        if book is None or book in runs:
            return
        runs[book] = self._new_id()
        row = (runs[book], matter_id, form_id, book, 1, work.created, each.closed)
        self.batch.rows["playbook_run"].append(row)
        told.append((work.created, "desk", "playbook.started", ref, _started(book)))

    def _one_task(
        self, each: TakenOver, work: Work, matter_id: int, runs: dict[str, int], told: list[Told]
    ) -> None:
        add, step, owner = self.batch.rows, work.step, work.owner
        task_id = self._new_id()
        self._task += 1
        ref = self._ref("T", self._task)
        waits, run = work.wakes is not None, None if step.book is None else runs[step.book]
        called = (task_id, ref, matter_id, run, step.kind, step.title, step.id)
        stands = (owner.id, work.why, work.state, int(step.reserved), each.priority, round(step.hours * 10))
        heard = (work.acknowledge_by, work.acknowledged, None if work.acknowledged is None else owner.id)
        asleep = ("client", work.started, work.wakes) if waits else (None, None, None)
        ended = (work.done, None if work.done is None else owner.id)
        due = (work.due, work.due_day.isoformat())
        add["task"].append((*called, *stands, *heard, *due, *asleep, work.created, *ended))
        said = f'{{"due_us":{work.due},{_given(step.kind, owner.handle, work.why)}'
        told.append((work.created, "desk", "task.opened", ref, said))
        if work.acknowledged is not None:
            told.append((work.acknowledged, owner.handle, "task.acknowledged", ref, "{}"))
        if work.started is not None:
            said = f'{{"on":"client","wake_us":{work.wakes}}}' if waits else "{}"
            told.append((work.started, owner.handle, "task.waiting" if waits else "task.started", ref, said))
        if work.wakes is not None:
            chain, rest = _WAKE
            add["timer"].append((self._new_id(), matter_id, task_id, task_id, *chain, work.wakes, *rest))
        if work.done is not None:
            told.append((work.done, owner.handle, "task.done", ref, _finished(step.kind)))
            return
        for position, line in enumerate(step.lines, start=1):
            add["task_item"].append((self._new_id(), task_id, position, *line))

    def _chain(self, matter_id: int, told: list[Told]) -> None:
        """The matter's stream in the order of time, each entry over the hash of the one before."""
        stream, prev, seq = f"matter:{matter_id}", GENESIS, 0
        digest, rows = Chain(self.frame.store_id, stream).digest, self.batch.rows["audit"]
        told.sort(key=_when)
        for seq, (at_us, actor, action, subject, payload) in enumerate(told, start=1):
            mark = digest(seq, prev, at_us, actor, action, subject, payload)
            rows.append((stream, seq, matter_id, prev, mark, at_us, actor, action, subject, payload))
            prev = mark
        self.batch.rows["audit_head"].append((stream, matter_id, seq, prev))
        self.batch.heads.append((Head(stream, seq, prev), matter_id))


def _when(entry: Told) -> int:
    return entry[0]


def _plain(**said: Any) -> str:
    return canonical_json(said).decode("ascii")


def _opened(each: TakenOver, handles: dict[str, str]) -> str:
    owners = {kind: {"person": handle, "why": "taken over"} for kind, handle in handles.items()}
    return _plain(type=each.type, priority=each.priority, language=each.language, owners=owners)


@cache
def _started(book: str) -> str:
    return _plain(playbook=book, version=1)


@cache
def _finished(kind: str) -> str:
    return _plain(kind=kind)


@cache
def _given(kind: str, owner: str, why: str) -> str:
    """What stands after the date in the entry of a task that was opened; keys in their order."""
    return _plain(kind=kind, owner=owner, why=why)[1:]
