"""The list in a window: whatever is pressed, and whenever pages come, the rows stand as in one list that holds them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from textual.geometry import Size

from casedesk.desk.paging import Page, Place, Way, of_list
from casedesk.screens.drawing import part
from casedesk.screens.widgets.paged import PagedList
from casedesk.screens.widgets.rows import RowList

Arrival = Callable[[], None]


@dataclass
class Shelf:
    """Numbers as rows, `size` a page; `stride`, when set, is how many are looked through for one page: it may be empty."""

    numbers: list[int]
    size: int
    stride: int = 0
    only: Callable[[int], bool] = lambda _: True
    counted: bool = True
    reads: int = 0

    @property
    def shown(self) -> list[int]:
        return [number for number in self.numbers if self.only(number)]

    def _page(self, way: Way, place: Place | None = None) -> Page[int]:
        self.reads += 1
        if self.stride and way != "around":
            looked = of_list(self.numbers, lambda n: (n,), way, place, self.stride)
            rows = tuple(number for number in looked.rows if self.only(number))
            below, above = looked.below, looked.above
            return Page(rows, above, below, start=0 if way == "first" else None)
        found = of_list(self.shown, lambda n: (n,), way, place, self.size)
        if self.counted:
            return found
        return Page(found.rows, found.above, found.below, 0 if way == "first" else None)

    def first(self) -> Page[int]:
        return self._page("first")

    def last(self) -> Page[int]:
        return self._page("last")

    def after(self, place: Place) -> Page[int]:
        return self._page("after", place)

    def before(self, place: Place) -> Page[int]:
        return self._page("before", place)

    def around(self, place: Place) -> Page[int]:
        return self._page("around", place)


@dataclass
class Reading:
    """Reads that wait until `come`; a newer one replaces an older one, as on the desk."""

    waiting: list[Arrival] = field(default_factory=list)

    def __call__(self, work: Callable[[], Page[int]], then: Callable[[Page[int]], None]) -> None:
        self.waiting[:] = [lambda: then(work())]

    def come(self) -> None:
        if self.waiting:
            self.waiting.pop()()

    def all_come(self) -> None:
        for _ in range(10_000):
            if not self.waiting:
                return
            self.come()
        raise AssertionError("it reads for ever")


HEIGHT = 6


class Unseen:
    """A list outside any terminal: it has a size, draws nothing and tells nobody."""

    size = Size(40, HEIGHT)

    def refresh(self, *_: Any, **__: Any) -> Any:
        return self

    def refresh_line(self, _y: int) -> None: ...

    def post_message(self, _message: Any) -> bool:
        return True


class Window(Unseen, PagedList[int]):
    pass


class Whole(Unseen, RowList[int]):
    pass


def window(reading: Reading, most: int = 40) -> Window:
    return Window(
        str,
        lambda n, _: [part(n)],
        place=lambda n: (n,),
        read=reading,
        empty="Nothing.",
        most=most,
    )


def seen(rows: RowList[int]) -> tuple[int | None, list[int], set[str]]:
    """The row under the cursor, what stands on the screen, and the marks."""
    return rows.current, rows.rows[rows._top : rows._top + HEIGHT], rows.marks


KEYS: dict[str, Callable[[RowList[int]], None]] = {
    "down": lambda rows: rows.action_move(1),
    "up": lambda rows: rows.action_move(-1),
    "page down": lambda rows: rows.action_page(1),
    "page up": lambda rows: rows.action_page(-1),
    "half down": lambda rows: rows.action_half(1),
    "half up": lambda rows: rows.action_half(-1),
    "home": lambda rows: rows.action_edge(-1),
    "end": lambda rows: rows.action_edge(1),
    "mark": lambda rows: rows.toggle_mark(),
}
NUMBERS = st.integers(0, 200).map(lambda count: list(range(0, 2 * count, 2)))
STEPS = st.lists(
    st.tuples(st.sampled_from([*KEYS, "page down", "page up", "comes", "comes", "renew"]), st.integers(1, 8)),
    min_size=5,
    max_size=40,
).map(lambda runs: [step for step, times in runs for _ in range(times)])
"""Keys, each several times in a row, and between them pages that come."""


@settings(max_examples=600, deadline=None)
@given(
    NUMBERS,
    st.integers(HEIGHT, 20),
    st.integers(10, 40),
    st.booleans(),
    STEPS,
)
def test_any_walk_shows_what_the_whole_list_would(
    numbers: list[int], size: int, most: int, counted: bool, steps: list[str]
) -> None:
    """Cursor, screen and marks, none twice and none left out, wherever pages come late, singly, or many keys behind."""
    reading = Reading()
    shelf = Shelf(numbers, size, counted=counted)
    part_of, whole = window(reading, most), Whole(str, lambda n, _: [part(n)], empty="Nothing.")
    part_of.show(shelf)
    whole.fill(shelf.shown)
    for step in steps:
        if step == "comes":
            reading.come()
        elif step == "renew":
            part_of.renew()
        else:
            KEYS[step](part_of)
            KEYS[step](whole)
    reading.all_come()
    assert part_of.rows == sorted(set(part_of.rows))
    assert seen(part_of) == seen(whole)
    assert part_of.state == ("filled" if numbers else "empty")
    assert len(part_of.rows) <= max(most, 2 * size + 1) + size + 2 * HEIGHT
    if counted and numbers:
        assert part_of.start == shelf.shown.index(part_of.rows[0])
        assert part_of.total == len(numbers)


@settings(max_examples=400, deadline=None)
@given(
    NUMBERS,
    st.integers(1, 30),
    st.integers(1, 7),
    STEPS.map(lambda steps: [step for step in steps if step != "renew"]),
)
def test_a_search_that_looks_through_a_stretch_at_a_time_finds_all_of_it(
    numbers: list[int], stride: int, nth: int, steps: list[str]
) -> None:
    """Pages that found nothing but say where to look on are looked on from."""
    reading = Reading()
    shelf = Shelf(numbers, stride, stride=stride, only=lambda n: n // 2 % nth == 0)
    part_of, whole = window(reading, 60), Whole(str, lambda n, _: [part(n)], empty="Nothing.")
    part_of.show(shelf)
    whole.fill(shelf.shown)
    for step in steps:
        if step == "comes":
            reading.come()
        else:
            KEYS[step](part_of)
            KEYS[step](whole)
    reading.all_come()
    assert (part_of.current, part_of.marks) == (whole.current, whole.marks)
    shown = part_of.rows[part_of._top : part_of._top + HEIGHT]
    assert shown == [n for n in shelf.shown if shown and shown[0] <= n][: len(shown)]
    assert len(shown) == min(HEIGHT, len(shelf.shown))


def test_a_million_rows_are_read_a_few_pages_at_a_time() -> None:
    """End, home, and a thousand page keys: what is at hand stays small, and each key reads one page at most."""
    reading = Reading()
    million = range(1_000_000)

    class Million(Shelf):
        @property
        def shown(self) -> Any:
            return million

        def _page(self, way: Way, place: Place | None = None) -> Page[int]:
            self.reads += 1
            at = 0 if place is None else place[0]
            begin, end = {
                "first": (0, 100),
                "last": (len(million) - 100, len(million)),
                "after": (at + 1, at + 101),
                "before": (at - 100, at),
                "around": (at - 100, at + 100),
            }[way]
            begin, end = max(0, begin), min(len(million), end)
            rows = tuple(million[begin:end])
            return Page(
                rows,
                (rows[0],) if begin else None,
                (rows[-1],) if end < len(million) else None,
                begin,
                len(million),
            )

    shelf = Million([], 100)
    rows = window(reading, 400)
    rows.show(shelf)
    reading.all_come()
    for _ in range(1000):
        rows.action_page(1)
        reading.all_come()
        assert len(rows.rows) <= 500
    assert rows.current == 1000 * (HEIGHT - 1)
    rows.action_edge(1)
    reading.all_come()
    assert (rows.current, rows.total) == (999_999, 1_000_000)
    rows.action_page(-1)
    reading.all_come()
    assert rows.current == 999_999 - (HEIGHT - 1)
    assert shelf.reads < 1000 * HEIGHT // 100 + 20
    thumb = "".join(rows._thumb(y) for y in range(HEIGHT))
    assert thumb == "│" * (HEIGHT - 1) + "┃"


def test_what_changed_is_read_around_the_cursor_and_leaves_it_on_its_line() -> None:
    reading = Reading()
    shelf = Shelf(list(range(0, 1000, 2)), 20)
    rows = window(reading)
    rows.show(shelf)
    reading.all_come()
    for _ in range(30):
        rows.action_page(1)
        reading.all_come()
    before, line, reads = rows.current, rows._index - rows._top, shelf.reads
    shelf.numbers = sorted({*shelf.numbers, *range(1, 1000, 2)})
    rows.renew()
    reading.all_come()
    assert (rows.current, rows._index - rows._top) == (before, line)
    assert shelf.reads == reads + 1
    assert before is not None
    shelf.numbers.remove(before)
    rows.renew()
    reading.all_come()
    assert rows.current == before + 1


def test_a_list_that_could_not_be_read_forgets_the_keys_that_waited() -> None:
    reading = Reading()
    rows = window(reading)
    rows.show(Shelf(list(range(100)), 10))
    rows.action_page(1)
    reading.waiting.clear()
    rows.fail("The store does not answer.", "F5 tries again.")
    assert (rows.state, rows.rows) == ("failed", [])
    rows.renew()
    reading.all_come()
    assert (rows.state, rows.current) == ("filled", 0)


def test_a_cursor_that_ran_on_while_its_rows_were_read_again_stays_where_it_ran() -> None:
    reading = Reading()
    rows = window(reading, 80)
    shelf = Shelf(list(range(400)), 10)
    rows.show(shelf)
    reading.all_come()
    for _ in range(12):
        rows.action_page(1)
        reading.all_come()
    for _ in range(10):
        rows.action_page(-1)
        reading.all_come()
    rows.renew()
    for _ in range(8):
        rows.action_page(1)
    assert rows.current == 50
    reading.all_come()
    assert rows.current == 50
