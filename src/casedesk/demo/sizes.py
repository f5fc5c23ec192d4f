"""The larger demo firms: made-up matters by the thousand beside the forty with their stories, to see the desk at size.

They are put in many at a time, as work taken over from elsewhere: every matter and task has its rows, its entries on
the trail with who did it and when, and its seal; but no mail, no papers, and no escalations (a demo that lay for a
week would begin its day with thousands of them). The same size on the same day is the same firm.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

from casedesk.demo import rows
from casedesk.demo.rows import COLUMNS, Batch, Frame
from casedesk.demo.taken_over import Office
from casedesk.demo.world import World
from casedesk.desk import seals
from casedesk.desk.apply import keep_library
from casedesk.desk.desk import WORKER
from casedesk.desk.loading import load
from casedesk.desk.turn import Turn, micros
from casedesk.refusal import Refusal
from casedesk.security.seals import Sealer, plant, sign

BATCH = 500
"""Matters that are made at a time."""

SEALED = 25
"""Matters under one seal: about as many entries as make a seal due in a firm's own life (`seals.MOST_ENTRIES`)."""

ALONE = 5_000
"""Up to so many matters the other processes would take longer to start than they save."""

_SEAL = ("seq", "prev", "root", "leaves", "entries", "at_us", "key_id", "hash", "signature")
_SEAL_HEAD = ("seal_seq", "position", "stream", "matter_id", "seq", "hash", "path")


@dataclass(frozen=True)
class Size:
    """How many matters, tasks and people a demo firm has in all."""

    matters: int
    tasks: int
    people: int


SIZES = {"firm": Size(2_000, 20_000, 30), "large": Size(100_000, 1_000_000, 250)}


def size_of(name: str) -> Size | None:
    """The size of that name, None for the small firm, which its stories make. Raises `Refusal`."""
    if name == "small":
        return None
    if name not in SIZES:
        raise Refusal("size", f"There is no demo of size {name}.", f"Say small, {' or '.join(SIZES)}.")
    return SIZES[name]


def fill(world: World, size: Size, sealer: Sealer, progress: Callable[[float], None]) -> None:
    """Bring the firm of `world`, on a local store, up to `size`, and seal its trail with `sealer`; `progress` is called
    with the share that is done."""
    world.write(WORKER, keep_library)
    world.write(WORKER, seals.seal, sealer)
    name = f"casedesk demo {size.matters} {size.tasks}"
    frame = world.read(WORKER, lambda turn: _frame(turn, world, name, size))

    def put_in(add: Callable[[str, Any, Any], None]) -> None:
        sealing = _Sealing(frame.store_id, sealer, world)
        done = 0
        for made in _batches(frame):
            for table, found in made.rows.items():
                add(table, COLUMNS[table], found)
            add("seal", _SEAL, sealing.seal(made))
            add("seal_head", _SEAL_HEAD, sealing.heads)
            done += len(made.heads)
            progress(0.97 * done / frame.matters)

    load(world.desk(WORKER), (*COLUMNS, "seal", "seal_head"), put_in)
    world.write(WORKER, _number, frame)
    progress(1.0)


def _frame(turn: Turn, world: World, name: str, size: Size) -> Frame:
    before = turn.uow.need("counts", "", "demo.counts")
    many = size.matters - before.matters
    office = Office.of(turn, world.now)
    last = {row.year: row.last for row in turn.uow.all("demo.numbers")}
    numbers: dict[int, int] = {}
    for place in range(many):
        year = office.days[office.opened_on(place, many)].year
        numbers.setdefault(year, last.get(year, 0) + 1 - place)
    refs = frozenset(row.ref for row in turn.uow.all("demo.refs"))
    return Frame(turn.uow.store_id, office, name, many, size.tasks - before.tasks, refs, numbers)


def _number(turn: Turn, frame: Frame) -> None:
    """The next matter of each year is numbered after these."""
    office = frame.office
    last: dict[int, int] = {}
    for place in range(frame.matters):
        year = office.days[office.opened_on(place, frame.matters)].year
        last[year] = frame.numbers[year] + place
    for year, number in last.items():
        turn.uow.run("demo.set_number", year=year, last=number)


# -- making -------------------------------------------------------------------------------------------------------


def _batches(frame: Frame) -> Iterator[Batch]:
    """All matters in their order, made here or, where there are many, in processes beside this one."""
    spans = [(first, min(first + BATCH, frame.matters)) for first in range(0, frame.matters, BATCH)]
    if frame.matters <= ALONE:
        for first, last in spans:
            yield rows.batch(frame, first, last)
        return
    helpers = min(os.cpu_count() or 1, 4)
    with _pool(frame, helpers) as ask:
        coming: deque[Future[Batch]] = deque()
        for span in spans:
            coming.append(ask(span))
            if len(coming) > 2 * helpers:
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()


@contextmanager
def _pool(frame: Frame, helpers: int) -> Iterator[Callable[[tuple[int, int]], Future[Batch]]]:
    # Spawned on every system alike: a fork of a process that holds an open store would share its file.
    pool = ProcessPoolExecutor(helpers, get_context("spawn"), initializer=_begin, initargs=(frame,))
    try:
        yield lambda span: pool.submit(_made, span)
    finally:
        pool.shutdown(cancel_futures=True)


_frames: list[Frame] = []
"""In a helping process: what it was begun with."""


def _begin(frame: Frame) -> None:
    _frames[:] = [frame]


def _made(span: tuple[int, int]) -> Batch:
    return rows.batch(_frames[0], *span)


# -- sealing ------------------------------------------------------------------------------------------------------


class _Sealing:
    """Seals over some matters each, one after the other, the first after the newest that the store has."""

    def __init__(self, store_id: str, sealer: Sealer, world: World) -> None:
        newest = world.read(WORKER, seals.last)
        if newest is None:
            raise ValueError("the store was not sealed yet")
        self._store_id, self._sealer, self._at_us = store_id, sealer, micros(world.now)
        self._seq, self._prev = newest.seq, newest.hash
        self._entries: int = world.read(WORKER, lambda turn: turn.uow.scalar("seal.entries"))
        self.heads: list[tuple[Any, ...]] = []

    def seal(self, made: Batch) -> list[tuple[Any, ...]]:
        """The seals over a batch; `heads` holds their ends until the next."""
        self.heads = []
        return [self._one(made.heads[at : at + SEALED]) for at in range(0, len(made.heads), SEALED)]

    def _one(self, ends: list[tuple[Any, int]]) -> tuple[Any, ...]:
        matters = {head.stream: matter_id for head, matter_id in ends}
        tree = plant(head for head, _ in ends)
        seal = sign(
            self._sealer,
            self._store_id,
            seq=self._seq + 1,
            prev=self._prev,
            root=tree.root,
            at_us=self._at_us,
        )
        self._seq, self._prev = seal.seq, seal.hash
        self._entries += sum(head.seq for head, _ in ends)
        for position, (head, path) in enumerate(zip(tree.order, tree.paths, strict=True)):
            row = (seal.seq, position, head.stream, matters[head.stream], head.seq, head.hash, path)
            self.heads.append(row)
        over = (seal.seq, seal.prev, seal.root, len(ends), self._entries)
        return (*over, seal.at_us, seal.key_id, seal.hash, seal.signature)
