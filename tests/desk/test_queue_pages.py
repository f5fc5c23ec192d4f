"""Pages of the queue and of the matters: read in any direction, with any question, they are the list, on both stores."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casedesk.desk import matter_pages, matters, queue, queue_pages, walls
from casedesk.desk.desk import Desk
from casedesk.desk.paging import Page, Place, Way
from casedesk.desk.turn import Turn, opaque
from casedesk.desk.views.matters import MatterLine
from casedesk.desk.views.work import TaskView
from casedesk.refusal import Refusal, WrongUsage
from tests.support.firm import FirmFixture

T = TypeVar("T")
HOUR = 3_600_000_000
PEOPLE = ("mduarte", "bcole", "aokafor")
QUESTIONS = (
    "",
    "kind:rfe",
    "-kind:rfe",
    "owner:bcole",
    "-owner:@me due>=today",
    "due<today+2d",
    "ñandu",
    "state:new 100%",
)


@pytest.fixture
def crowd(firm: FirmFixture, monkeypatch: pytest.MonkeyPatch) -> FirmFixture:
    """Nine matters, three of them without any step, and 120 open tasks, many due at the same instant; pages of five."""
    chance = random.Random(7)
    desk = firm.desk("inovak")
    made = [
        desk.write(
            matters.open_matter,
            "asylum" if number % 2 else "h1b",
            f"{'Ñandú' if number % 4 == 0 else 'Smith'}, {number}",
            paralegal=PEOPLE[number % 2],
            attorney="lchen",
        )
        for number in range(9)
    ]

    def tasks(turn: Turn) -> None:
        owners = [turn.person(handle).id for handle in PEOPLE]
        ids = [turn.matter(each.ref).id for each in made[:6]]
        turn.uow.insert_many("task", [_task(turn, number, chance, owners, ids) for number in range(150)])

    desk.write(tasks)
    monkeypatch.setattr(queue_pages, "PAGE", 5)
    monkeypatch.setattr(queue_pages, "STRIDE", 7)
    return firm


def _task(
    turn: Turn, number: int, chance: random.Random, owners: list[int], ids: list[int]
) -> dict[str, Any]:
    state = chance.choice(("new", "acknowledged", "in_progress", "waiting", "done"))
    return {
        "id": turn.uow.new_id(),
        "ref": f"T-{number:06d}",
        "matter_id": chance.choice([*ids, None]),
        "kind": chance.choice(("rfe_intake", "rfe_draft", "other")),
        "title": chance.choice(("Call the client", "Nandú asks", "Half done, 100% sure", "100x")),
        "owner_id": chance.choice(owners),
        "state": state,
        "hours_tenths": 10,
        "due_us": turn.now_us + chance.randrange(-40, 80) * HOUR,
        "acknowledge_by_us": turn.now_us + HOUR if state == "new" else None,
        "waiting_on": "client" if state == "waiting" else None,
        "created_us": turn.now_us,
        "done_us": turn.now_us if state == "done" else None,
        "done_by": turn.actor.id if state == "done" else None,
    }


def _both_ways(read: Callable[..., Page[T]], place: Callable[[T], Place]) -> tuple[list[T], list[T]]:
    """Everything from the top down, and from the end up."""
    down: list[T] = []
    page = read(way="first", limit=5)
    while True:
        down += page.rows
        if page.below is None:
            break
        page = read(way="after", place=page.below, limit=5)
    up: list[T] = []
    page = read(way="last", limit=5)
    while True:
        up = [*page.rows, *up]
        if page.above is None:
            break
        page = read(way="before", place=page.above, limit=5)
    return down, up


@pytest.mark.parametrize("scope", ["mine", "waiting", "team"])
def test_pages_down_and_up_are_the_list(crowd: FirmFixture, scope: str) -> None:
    desk = crowd.desk("mduarte")
    met = 0
    for where in QUESTIONS:
        whole = [v.ref for v in desk.read(queue.queue, scope=scope, where=where, limit=1000)]
        if scope == "team":
            by_due = desk.read(queue.queue, scope=scope, where=where, limit=1000)
            whole = [v.ref for v in sorted(by_due, key=lambda v: queue_pages.place_of(v, scope))]

        def read(where: str = where, **how: Any) -> Page[TaskView]:
            return desk.read(queue_pages.section_page, scope=scope, where=where, **how)

        down, up = _both_ways(read, lambda v: queue_pages.place_of(v, scope))
        if len(whole) > 5:
            assert [v.ref for v in down] == whole, (scope, where)
            assert [v.ref for v in up] == whole, (scope, where)
        else:
            assert sorted(v.ref for v in down) == sorted(whole)
        met += len(whole) > 5
        for view in down[:: max(1, len(down) // 4)]:
            _stands_around(read, [v.ref for v in down], view, queue_pages.place_of(view, scope))
    assert met >= 3, "most questions fill several pages, or nothing would be proved"


def _stands_around(
    read: Callable[..., Page[TaskView]], whole: list[str], view: TaskView, place: Place
) -> None:
    page = read(way="around", place=place, limit=5)
    refs = [v.ref for v in page.rows]
    if len(whole) <= 5:
        assert refs == whole
        return
    at = refs.index(view.ref)
    stood = whole.index(view.ref)
    assert refs == whole[stood - at : stood - at + len(refs)]
    assert page.start in (None, stood - at)
    # A search may stop early, and then says from where to look on.
    assert at == min(5, stood) or page.above is not None
    assert len(refs) - at >= min(5, len(whole) - stood) or page.below is not None


def test_a_place_outlives_its_row(crowd: FirmFixture) -> None:
    """Whoever stood on a task that is gone meanwhile reads on from where it stood."""
    desk = crowd.desk("mduarte")
    page = desk.read(queue_pages.section_page, scope="team", limit=5)
    third = page.rows[2]
    crowd.desk("inovak").write(lambda turn: turn.uow.update("task", turn.uow.need("t", "", "task.find", ref=third.ref, id=0).id, state="cancelled"))  # fmt: skip
    after = desk.read(
        queue_pages.section_page,
        scope="team",
        way="after",
        place=queue_pages.place_of(third, "team"),
        limit=2,
    )
    assert [v.ref for v in after.rows] == [v.ref for v in page.rows[3:5]]


def test_what_is_marked_is_counted_among_what_is_asked_for(crowd: FirmFixture) -> None:
    desk = crowd.desk("mduarte")
    every = desk.read(queue.queue, scope="all", limit=1000)
    ids = [v.id for v in every] + [opaque(1)]
    for scope in ("mine", "waiting", "team"):
        for where in QUESTIONS:
            found = desk.read(queue_pages.among, scope, where, ids)
            wanted = desk.read(queue.queue, scope=scope, where=where, limit=1000)
            assert found == {v.id for v in wanted}, (scope, where)


def test_a_count_says_when_it_stopped(crowd: FirmFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = crowd.desk("mduarte")
    every = len(desk.read(queue.queue, scope="all", limit=1000))
    monkeypatch.setattr(queue_pages, "STRIDE", 5000)
    assert desk.read(queue_pages.counted, "") == (every, False)
    monkeypatch.setattr(queue_pages, "COUNTED", 10)
    assert desk.read(queue_pages.counted, "") == (10, True)


def test_each_matter_stands_once_at_its_next_step(crowd: FirmFixture) -> None:
    """The open task due first is its next step; the matters without one stand in a list of their own."""
    desk = crowd.desk("mduarte")
    every = desk.read(queue.queue, scope="all", limit=1000)
    first: dict[str, TaskView] = {}
    for task in sorted(every, key=lambda v: queue_pages.place_of(v, "all")):
        if task.matter:
            first.setdefault(task.matter, task)
    cards = desk.read(matters.listing, limit=100)
    mine = {card.ref for card in cards if "mduarte" in card.owners.values()}
    assert mine
    assert len(first) == 6
    for which, where, wanted in (
        ("open", "", list(first)),
        ("mine", "", [ref for ref in first if ref in mine]),
        ("open", "type:asylum", [ref for ref, t in first.items() if _type(cards, t.matter) == "asylum"]),
        ("open", "owner:bcole", [ref for ref, t in first.items() if t.owner == "bcole"]),
        (
            "open",
            "nandu",
            [ref for ref, t in first.items() if "Nand" in f"{t.title}" or "Ñandú" in (t.caption or "")],
        ),
        ("idle", "", sorted({card.ref for card in cards} - set(first))),
        ("idle", "nandu", sorted(c.ref for c in cards if c.ref not in first and "Ñandú" in c.caption)),
    ):
        assert len(wanted) > (which == "idle") - 1

        def read(which: Any = which, where: str = where, **how: Any) -> Page[MatterLine]:
            return desk.read(matter_pages.matter_page, which=which, where=where, **{**how, "limit": 2})

        down, up = _both_ways(read, matter_pages.place_of)
        assert [line.ref for line in down] == wanted, (which, where)
        assert [line.ref for line in up] == wanted, (which, where)
        for line in down:
            assert (None if line.step is None else line.step.ref) == (
                None if which == "idle" else first[line.ref].ref
            )
            around = read(way="around", place=matter_pages.place_of(line))
            assert line.ref in [each.ref for each in around.rows]
    with pytest.raises(WrongUsage, match="no due to ask for"):
        desk.read(matter_pages.matter_page, which="idle", where="due<today")
    with pytest.raises(Refusal):
        desk.read(matter_pages.matter_page, which="open", where="owner:nobody")


def _type(cards: Any, ref: str | None) -> str:
    return str(next(card.type for card in cards if card.ref == ref))


def test_a_wall_hides_a_matter_from_the_list_as_from_everything(
    crowd: FirmFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a local store there are no walls, and raising one says so."""
    monkeypatch.setattr(queue_pages, "STRIDE", 5000)
    desk = crowd.desk("mduarte")
    before = [line.ref for line in desk.read(matter_pages.matter_page, which="open", limit=50).rows]
    manager = crowd.desk("jreyes")
    if not crowd.shared:
        with pytest.raises(Refusal):
            manager.write(walls.raise_wall, before[0], "Conflict of interest.", out=("mduarte",))
        return
    manager.write(walls.raise_wall, before[0], "Conflict of interest.", out=("mduarte",), reassign_to="bcole")
    after = [line.ref for line in desk.read(matter_pages.matter_page, which="open", limit=50).rows]
    assert after == before[1:]
    assert before[0] in [line.ref for line in manager.read(matter_pages.matter_page, which="open").rows]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(QUESTIONS),
    st.sampled_from(["mine", "team"]),
    st.lists(st.sampled_from("dunf"), max_size=8),
)
def test_any_walk_over_pages_reads_neighbours(
    crowd: FirmFixture, where: str, scope: str, steps: list[str]
) -> None:
    """Down, up, near and far: what is read next to a page follows it without gap and without repetition."""
    desk: Desk = crowd.desk("mduarte")
    rows = desk.read(queue.queue, scope=scope, where=where, limit=1000)
    whole = [v.ref for v in sorted(rows, key=lambda v: queue_pages.place_of(v, scope))]

    def read(way: Way, place: Place | None = None) -> Page[TaskView]:
        return desk.read(queue_pages.section_page, scope=scope, where=where, way=way, place=place, limit=5)

    page = read("first")
    for step in steps:
        match step:
            case "d" if page.below is not None:
                found = read("after", page.below)
            case "u" if page.above is not None:
                found = read("before", page.above)
            case "f":
                found = read("last")
            case "n" if page.rows:
                found = read("around", queue_pages.place_of(page.rows[0], scope))
            case _:
                continue
        refs = [v.ref for v in found.rows]
        if refs and len(whole) > 5:
            at = whole.index(refs[0])
            assert refs == whole[at : at + len(refs)]
            if step == "d" and page.rows:
                assert at > whole.index(page.rows[-1].ref)
        page = found
