"""The larger demo firms, made by the thousand: scaled down for every day, whole among the heavier runs."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from casedesk import demo
from casedesk.bootstrap import open_desk
from casedesk.demo import people, sizes
from casedesk.demo.crowd import more_staff
from casedesk.demo.sizes import Size
from casedesk.demo.world import World
from casedesk.desk import care, finding, keeping, matters, seals, tasks, timers, trail
from casedesk.desk.desk import Desk
from casedesk.desk.loading import load
from casedesk.founding import found_local
from casedesk.refusal import Refusal
from casedesk.security.seals import sealer_of
from casedesk.store import named
from tests.support.clock import ManualClock
from tests.support.firm import CHEAP_KEY_KIB, FirmFixture

NOW = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
"""A Saturday: no work may have been done on it."""

SCALED = Size(matters=60, tasks=600, people=14)


def _made(file: Path, size: Size = SCALED, shares: list[float] | None = None) -> Path:
    clock = ManualClock(NOW)
    plan = people.plan(key_memory_kib=CHEAP_KEY_KIB, more=more_staff(size.people - len(people.PEOPLE)))
    found_local(file, plan, clock=clock.now)
    world = World(str(file), NOW, people.ZONE, {})
    with closing(world):
        sizes.fill(world, size, sealer_of(b"k" * 32), (shares if shares is not None else []).append)
    return file


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _made(tmp_path_factory.mktemp("sizes") / "firm.db")


@pytest.fixture
def desk(file: Path) -> Iterator[Desk]:
    with closing(open_desk(str(file), "jreyes", clock=lambda: NOW)) as opened:
        yield opened


def _rows(desk: Desk, words: str) -> list[tuple[Any, ...]]:
    with desk.store.engine.connect() as conn:
        return [tuple(row) for row in conn.exec_driver_sql(words)]


def test_it_has_as_many_of_each_as_was_asked_for(desk: Desk) -> None:
    counted = (
        "SELECT (SELECT count(*) FROM matter), (SELECT count(*) FROM task), (SELECT count(*) FROM person)"
    )
    assert _rows(desk, counted) == [(60, 600, 15)]
    assert len(_rows(desk, "SELECT DISTINCT matter_id FROM task")) == 60


def test_the_trail_the_seals_and_the_doctor_hold(desk: Desk) -> None:
    verdict = desk.read(trail.verify)
    assert verdict.ok, verdict.first_bad
    assert verdict.entries > 1_500
    assert verdict.seals == 1 + -(-60 // sizes.SEALED)
    assert [check for check in desk.read(care.doctor) if not check.ok] == []


def test_every_task_says_on_the_trail_who_did_what_when(desk: Desk) -> None:
    told = Counter(_rows(desk, "SELECT subject, action FROM audit WHERE subject LIKE 'T-%'"))
    for ref, acknowledged, done, state, waits in _rows(
        desk, "SELECT ref, acknowledged_us, done_us, state, wake_up_us FROM task"
    ):
        assert told[ref, "task.opened"] == 1
        assert told[ref, "task.acknowledged"] == (acknowledged is not None) == (state != "new")
        assert told[ref, "task.done"] == (done is not None) == (state == "done")
        assert told[ref, "task.waiting"] == (waits is not None) == (state == "waiting")
    opened = _rows(
        desk, "SELECT m.ref FROM matter m JOIN audit a ON a.matter_id = m.id AND a.action = 'matter.opened'"
    )
    assert len(opened) == len(set(opened)) == 60
    closed = "SELECT count(*) FROM matter WHERE status = 'closed'"
    assert _rows(desk, closed) == _rows(desk, "SELECT count(*) FROM audit WHERE action = 'matter.closed'")
    assert _rows(
        desk, "SELECT t.ref FROM task t JOIN matter m ON m.id = t.matter_id WHERE m.status = 'closed' AND t.state <> 'done'"
    ) == []  # fmt: skip


def test_nothing_happened_after_now_or_on_a_day_off_and_no_entry_before_the_one_it_follows(
    desk: Desk,
) -> None:
    calendar = desk.read(lambda turn: turn.calendar)
    before: dict[str, int] = {}
    for stream, at_us, actor in _rows(
        desk, "SELECT stream, at_us, actor FROM audit WHERE stream LIKE 'matter:%' ORDER BY stream, seq"
    ):
        assert before.get(stream, 0) <= at_us
        before[stream] = at_us
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at_us)
        assert at <= NOW
        assert calendar.is_business_day(calendar.today(at)), (actor, at)


def test_the_work_is_spread(desk: Desk) -> None:
    assert len(_rows(desk, "SELECT DISTINCT type FROM matter")) >= 8
    assert len(_rows(desk, "SELECT DISTINCT language FROM matter")) >= 5
    states = dict(_rows(desk, "SELECT state, count(*) FROM task GROUP BY state"))
    assert {"new", "acknowledged", "in_progress", "waiting", "done"} <= states.keys()
    owners = Counter(row[0] for row in _rows(desk, "SELECT owner_id FROM task WHERE state <> 'done'"))
    assert len(owners) >= 6


def test_two_of_the_same_day_are_the_same_whoever_made_their_rows(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second by helping processes, in other batches. Hashes differ: every store has an id of its own."""
    monkeypatch.setattr(sizes, "ALONE", 10)
    monkeypatch.setattr(sizes, "BATCH", 25)
    shares: list[float] = []
    second = _made(tmp_path / "again.db", shares=shares)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    words = (
        "SELECT ref, type, caption, language, priority, status, opened_us, closed_us FROM matter ORDER BY ref",
        "SELECT t.ref, t.title, t.state, t.due_us, p.handle FROM task t JOIN person p ON p.id = t.owner_id ORDER BY t.ref",
        "SELECT at_us, actor, action, subject FROM audit WHERE stream <> 'store' ORDER BY stream, seq",
    )
    with closing(open_desk(str(file), "jreyes")) as one, closing(open_desk(str(second), "jreyes")) as other:
        for each in words:
            assert _rows(one, each) == _rows(other, each)
        hashes = "SELECT hash FROM audit WHERE seq = 1 AND stream LIKE 'matter:%' ORDER BY stream"
        assert not {*_rows(one, hashes)} & {*_rows(other, hashes)}


def test_work_goes_on_in_it(file: Path, tmp_path: Path) -> None:
    """A task is started by its owner; the next matter gets the next number; both are found, and sealed."""
    made = tmp_path / "firm.db"
    shutil.copy(file, made)
    with closing(open_desk(str(made), "mduarte", clock=lambda: NOW)) as desk:
        mine = desk.read(tasks.queue)
        assert mine
        fresh = next(task for task in mine if task.status != "waiting")
        assert desk.write(tasks.start, fresh.ref).status == "in_progress"
        last = max(row[0] for row in _rows(desk, "SELECT ref FROM matter WHERE ref LIKE 'M-2026-%'"))
        opened = desk.write(matters.open_matter, "asylum", "Zephyr, Quill")
        assert int(opened.ref[-4:]) == int(last[-4:]) + 1
        caption = str(fresh.caption).partition(",")[0].partition(" /")[0]
        assert any(hit.kind == "matter" for hit in desk.read(finding.find, caption))
        assert desk.write(timers.sweep).failed == 0
        assert desk.read(trail.verify).ok
    with closing(open_desk(str(made), "desk", clock=lambda: NOW + timedelta(hours=1))) as worker:
        assert worker.write(seals.seal, sealer_of(b"k" * 32)) is not None
        assert worker.read(trail.verify).ok


def test_only_a_demo_is_filled_like_this_and_only_on_a_local_store(firm: FirmFixture) -> None:
    desk = firm.desk("desk")
    with pytest.raises(ValueError, match="only a demo"):
        load(desk, ("matter",), lambda add: None)
    if desk.shared:
        desk.store.meta["demo"] = "1"
        with pytest.raises(Refusal, match="in a local store only"):
            load(desk, ("matter",), lambda add: None)


def test_what_was_set_aside_stands_again_when_filling_fails(file: Path) -> None:
    everything = "SELECT type, name, sql FROM sqlite_master ORDER BY name"
    with closing(open_desk(str(file), "desk", clock=lambda: NOW)) as desk:
        before = _rows(desk, everything)

        def fails(add: object) -> None:
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            load(desk, ("matter", "task", "audit"), fails)
        assert _rows(desk, everything) == before
        assert _rows(desk, "PRAGMA foreign_keys") == [(1,)]


def test_a_size_there_is_none_of_and_a_shared_store_are_refused_and_leave_nothing(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="no demo of size huge") as refused:
        demo.run(tmp_path / "d", "huge")
    assert refused.value.code == "size"
    with pytest.raises(Refusal, match="local store only"):
        demo.run(tmp_path / "d", "large", "postgresql://owner@localhost:1/none")
    assert not (tmp_path / "d").exists()


@pytest.mark.faults
def test_the_firm_of_two_thousand_matters_whole(tmp_path: Path) -> None:
    made = demo.run(tmp_path / "firm", "firm", key_memory_kib=CHEAP_KEY_KIB)
    assert (made.matters, made.tasks) == (2_000, 20_000)
    assert 2_000 < made.open_tasks < 10_000
    assert len(made.persons) == 30
    with closing(open_desk(made.store, "jreyes")) as desk:
        kept = keeping.of(desk, state=tmp_path / "state")
        assert kept.verify().ok
        assert [check for check in (*desk.read(care.doctor), *kept.checks()) if not check.ok] == []
        assert kept.after_sweep() == ""
        assert kept.sign_in() == ""


def test_the_numbers_above_the_queue_are_counted_along_the_index_of_open_tasks(desk: Desk) -> None:
    """Done tasks are the most by far; reading them cost 580 ms of every refresh among a million tasks, and 6 without."""
    words = named.words("task.counts", "sqlite").replace(":me", "1").replace(":week_us", "1")
    ways = [str(row[3]) for row in _rows(desk, f"EXPLAIN QUERY PLAN {words}")]
    of_tasks = [way for way in ways if way.split()[1] == "t"]
    assert len(of_tasks) == 5
    of_open_tasks = ("INDEX task_queue", "INDEX task_firm_queue", "INDEX task_of_deadline")
    assert all(any(index in way for index in of_open_tasks) for way in of_tasks), ways


def test_a_sign_in_follows_the_sealed_ends_in_their_order_and_sorts_nothing(desk: Desk) -> None:
    """Sorting all that is left for every page cost 15 s of a sign-in among 100,000 matters."""
    words = named.words("seal.latest", "sqlite").replace(":stream", "''").replace(":limit", "2000")
    ways = [str(row[3]) for row in _rows(desk, f"EXPLAIN QUERY PLAN {words}")]
    assert not any("TEMP B-TREE" in way for way in ways), ways
